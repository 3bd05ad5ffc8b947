"""`rag locate`: where a quote stands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.shell import IndexDir, Json, app, progress_bar, put, say
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX


@app.command(
    epilog='Examples:  rag locate "Several Chinese investors doubt that startups can beat big tech"   \u00b7   pbpaste | rag locate -   \u00b7   rag locate --from quotes.txt --json'
)
def locate(
    quotes: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="Quotes, each an argument; - reads one from stdin.", show_default=False),
    ] = None,
    source: Annotated[str | None, typer.Option("--from", help="File of quotes, one a line; - for stdin.")] = None,
    limit: Annotated[int, typer.Option(help="How many places of a quote to show.", min=1, max=10_000)] = 10,
    index: IndexDir = DEFAULT_INDEX,
    as_json: Json = False,
) -> None:
    """Find where quotes stand in the articles, exactly or nearly, and cite the places.

    Script, width, case, quotation marks, punctuation and line breaks do not count; of the letters a quarter may be wrong.
    Exact places come first, then near ones with what differs. Of a quote that stands nowhere its longest run of words that
    does is named, where that has six or more words, or ten Chinese characters. Exit code 0 when every quote is found, 1 when one is not.
    """
    from rag.citation.locating import check_quote, longest_run
    from rag.citation.locating import locate as find
    from rag.indexing.index import open_index

    if (not quotes) == (source is None):
        raise InputError("give quotes, or a file of them with --from.")
    wanted = _read_lines(source) if source is not None else [_stdin() if q == "-" else q for q in quotes or []]
    for number, quote in enumerate(wanted, 1):
        try:
            check_quote(quote)
        except InputError as error:
            raise InputError(f"quote {number}: {error}" if len(wanted) > 1 else str(error)) from None
    opened = open_index(index)
    everything = True
    with progress_bar("Locating") as progress:
        for number, quote in enumerate(wanted, 1):
            places = find(opened, quote, limit)
            everything = everything and bool(places)
            if len(wanted) > 1 and not as_json:
                from rag.presentation import show

                show.console().print(f"\u201c{show.plain(_short(quote))}\u201d", markup=False)
            for rank, place in enumerate(places, 1):
                if as_json:
                    put({"quote": quote, **place.to_json()})
                else:
                    from rag.presentation import show

                    show.located(place, rank, show.console())
            if not places:
                say(f"Nowhere in these {len(opened.entries)} articles: {_short(quote)}")
                if run := longest_run(opened, quote):
                    if as_json:
                        put({"quote": quote, "nearest": run.to_json()})
                    else:
                        from rag.presentation import show

                        show.nearest(run, show.console())
            elif len(places) == limit > 1:
                say(f"The first {limit} places; --limit shows more.")
            progress(number, len(wanted), "")
    raise typer.Exit(0 if everything else 1)


def _stdin() -> str:
    return _decode(sys.stdin.buffer.read(), "-")


def _read_lines(source: str) -> list[str]:
    """The lines of a file that are not blank."""
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror or error}).") from error
    quotes = [line.strip() for line in _decode(data, source).split("\n") if line.strip()]
    if not quotes:
        raise InputError(f"{source}: no quotes in it.")
    return quotes


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8.") from error


def _short(text: str) -> str:
    text = " ".join(text[:400].split())
    return text if len(text) <= 80 else text[:77] + "\u2026"
