"""`rag verify`: check a document's quotes and citations."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.shell import IndexDir, Json, app, put, say
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX


@app.command(
    epilog="Examples:  rag verify draft.md   \u00b7   rag verify draft.md --fix   \u00b7   pbpaste | rag verify - --json"
)
def verify(
    file: Annotated[str, typer.Argument(help="A Markdown or plain text document; - for stdin.", show_default=False)],
    fix: Annotated[bool, typer.Option("--fix", help="Write a copy, FILE.fixed.md, with the citations corrected.")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The same, to a file of that name.")] = None,
    index: IndexDir = DEFAULT_INDEX,
    as_json: Json = False,
) -> None:
    """Check every quotation and citation of a document against the articles.

    A quotation is verbatim at its place, stands elsewhere (the right citation is given), is altered (what differs is shown)
    or absent from these articles, or misattributed: the words are right, but somebody else says them; a citation is verified, moved, changed, missing, unknown or invalid. Exit code 0 when
    everything is verbatim at its place, 1 otherwise.
    """
    from rag.articles.corpus import decode, read_bytes
    from rag.citation.verifying import fixed
    from rag.citation.verifying import verify as check
    from rag.errors import ArticleError
    from rag.indexing.index import open_index

    try:
        data = sys.stdin.buffer.read() if file == "-" else read_bytes(Path(file))
        document = decode(data, file)[0]
    except ArticleError as error:
        raise InputError(str(error)) from error
    if fix and output is None and file == "-":
        raise InputError("a document from stdin has no name; name the corrected copy with --output.")
    copy = output or (Path(file).with_suffix(f".fixed{Path(file).suffix or '.md'}") if fix else None)
    if copy is not None and file != "-" and copy.exists() and copy.samefile(file):
        raise InputError(f"{copy}: that is the document itself; name another file with --output.")
    verification = check(open_index(index), document)
    for finding in verification.findings:
        if as_json:
            put(finding.to_json())
        else:
            from rag.presentation import show

            show.finding(finding, file, show.console())
    counts = Counter(str(finding.verdict) for finding in verification.findings)
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "no quotations and no citations"
    say(f"{file}: {summary}.")
    if copy is not None:
        try:
            copy.write_bytes(fixed(document, verification).encode())
        except OSError as error:
            raise InputError(f"{copy}: cannot be written ({error.strerror or error}).") from error
        say(f"Wrote {copy}.")
    raise typer.Exit(0 if verification.ok else 1)
