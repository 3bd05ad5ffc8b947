"""`rag cite`: open citations in their files."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.shell import IndexDir, Json, app, put, safe, say
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX

if TYPE_CHECKING:
    from rag.citation.citations import Opened
    from rag.indexing.index import Index
    from rag.types import Citation


class Format(StrEnum):
    """How citations are printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    BIBTEX = "bibtex"
    CSL_JSON = "csl-json"
    CHICAGO = "chicago"


@app.command(
    epilog="Examples:  rag cite 004_0db8b712dc55d072#1576-1842 --context 2p   ·   rag cite startups#305-552 --format bibtex   ·   rag ask … --json | jq -r '.passages[].citation' | rag cite -"
)
def cite(
    citations: Annotated[
        list[str], typer.Argument(help="Citations ARTICLE#START-END, with @DIGEST or without; - reads them from stdin.")
    ],
    context: Annotated[
        str, typer.Option(help="What to show on either side: 120 characters, or 2p for two paragraphs.", metavar="N|Np")
    ] = "120",
    form: Annotated[Format, typer.Option("--format", help="A reference for people, documents or programs.")] = Format.TEXT,
    open_file: Annotated[bool, typer.Option("--open", help="Open each file at its line in $VISUAL or $EDITOR.")] = False,
    index: IndexDir = DEFAULT_INDEX,
    as_json: Json = False,
) -> None:
    """Open citations in their files: verified, moved, changed or missing.

    Exit code 0 when each is verified or moved, 1 when one is changed or missing, 2 when one is no citation or not of these
    articles; the others are printed all the same. Without a digest a citation means the article as it was last indexed.
    The beginning of an article's id is enough where no other begins so.
    """
    from rag.citation.citations import Status

    size, paragraphs = _parse_context(context)
    if as_json and form not in (Format.TEXT, Format.JSON):
        raise InputError(f"--json and --format {form} cannot go together; give one of them.")
    form = Format.JSON if as_json else form
    given = [line.strip() for c in citations for line in (_stdin_lines() if c == "-" else [c]) if line.strip()]
    if not given:
        raise InputError("no citation given; one looks like ARTICLE#START-END.")
    places = []
    failed = False
    for text, place in _open_all(given, index, size, paragraphs):
        if isinstance(place, _Bad):
            failed = True
            say(f"rag: {place.error}")
            if form is Format.JSON:
                put({"citation": text, "status": place.status, "error": str(place.error)})
            continue
        places.append(place)
        _print(place, form)
        if form not in (Format.TEXT, Format.JSON) and place.status is not Status.VERIFIED:
            say(f"{place.citation}: {place.status}{f', now at {place.now}' if place.now else ''}.")
    _print_together(places, form)
    if open_file:
        _open_files(places)
    sound = all(p.status in (Status.VERIFIED, Status.MOVED) for p in places)
    raise typer.Exit(2 if failed else 0 if sound else 1)


class _Bad:
    """A citation that cannot be opened: "malformed" or "unknown", and why."""

    def __init__(self, status: str, error: InputError) -> None:
        self.status, self.error = status, error


def _open_all(given: list[str], folder: Path, context: int, paragraphs: bool) -> list[tuple[str, Opened | _Bad]]:
    """Each citation opened, in the order given; the index is opened only when one of them can be in it."""
    from rag.citation.citations import open_citation, parse
    from rag.indexing.index import open_index

    parsed: list[Citation | _Bad] = []
    for text in given:
        try:
            parsed.append(parse(text))
        except InputError as error:
            parsed.append(_Bad("malformed", error))
    index: Index | None = None
    found: list[tuple[str, Opened | _Bad]] = []
    for text, citation in zip(given, parsed, strict=True):
        if isinstance(citation, _Bad):
            found.append((text, citation))
            continue
        index = index or open_index(folder)
        try:
            found.append((text, open_citation(index, citation, context, paragraphs=paragraphs)))
        except InputError as error:
            found.append((text, _Bad("unknown", error)))
    return found


def _print(place: Opened, form: Format) -> None:
    """Print what is printed one citation at a time."""
    if form is Format.JSON:
        put(place.to_json())
    elif form is Format.TEXT:
        from rag.presentation import show

        show.opened(place, show.console())


def _print_together(places: list[Opened], form: Format) -> None:
    """Print references to all the places, where that is the form asked for."""
    from rag.citation import references
    from rag.citation.references import Reference

    referred = [Reference(place.now or place.citation, place.entry.metadata, place.text, place.speaker) for place in places]
    if not referred:
        return
    if form is Format.CSL_JSON:
        put(references.csl_json(referred))
    elif form is Format.BIBTEX:
        print(safe(references.bibtex(referred)))
    elif form is Format.CHICAGO:
        print(safe("\n".join(map(references.chicago, referred))))
    elif form is Format.MARKDOWN:
        print(safe("\n\n".join(map(references.markdown, referred))))


def _open_files(places: list[Opened]) -> None:
    from rag.cli.editor import open_at

    sys.stdout.flush()
    for place in places:
        if place.line is None:
            raise InputError(f"{place.entry.path}: the file cannot be read, so it is not opened.")
        open_at(place.entry.path, place.line)


def _parse_context(text: str) -> tuple[int, bool]:
    """A number, and whether it counts paragraphs rather than characters."""
    match = re.fullmatch(r"(\d{1,9})(p?)", text.strip())
    if not match:
        raise InputError(f"--context {text}: not a number of characters, such as 120, or of paragraphs, such as 2p.")
    return int(match[1]), bool(match[2])


def _stdin_lines() -> list[str]:
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n")
