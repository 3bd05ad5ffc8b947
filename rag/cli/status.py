"""`rag status`: what the index holds, and whether its articles changed."""

from __future__ import annotations

import typer

from rag.cli.shell import IndexDir, Json, app, put, safe, say
from rag.errors import IndexMissing
from rag.locations import DEFAULT_INDEX


@app.command(epilog="Example:  rag status --index ~/notes/index")
def status(index: IndexDir = DEFAULT_INDEX, as_json: Json = False) -> None:
    """Say what the index holds and whether its articles have changed since. Exit code 1 when there is none."""
    from rag.indexing.index import open_index
    from rag.indexing.status import inspect

    try:
        opened = open_index(index)
    except IndexMissing as error:
        say(str(error))
        raise typer.Exit(1) from None
    found = inspect(opened)
    if as_json:
        put(found)
        return
    skipped = found.pop("skipped")
    for name, value in found.items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else value
        print(safe(f"{name:<12} {shown}"))
    for number, file in enumerate(skipped or [{"reason": "none"}]):
        print(safe(f"{'' if number else 'skipped':<12} {file['reason']}"))
    if found["changed"] or found["missing"] or found["new"]:
        say("Bring the index up to date with 'rag index'.")
