"""`rag cite`: open citations in their files."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rag.cli.shell import IndexDir, Json, app, put
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX


@app.command(
    epilog="Examples:  rag cite 004_0db8b712dc55d072#1576-1842   ·   rag ask … --json | jq -r '.passages[].citation' | rag cite -"
)
def cite(
    citations: Annotated[
        list[str], typer.Argument(help="Citations ARTICLE#START-END, with @DIGEST or without; - reads them from stdin.")
    ],
    context: Annotated[int, typer.Option(help="Characters to show on either side.", min=0)] = 120,
    index: IndexDir = DEFAULT_INDEX,
    as_json: Json = False,
) -> None:
    """Open citations in their files: verified, moved, changed or missing.

    Exit code 0 when each is verified or moved, 1 when one is changed or missing. Without a digest a citation means the
    article as it was last indexed.
    """
    from rag.citations import Status, open_citation, parse
    from rag.index import open_index

    given = [line for c in citations for line in (sys.stdin if c == "-" else [c]) if line.strip()]
    if not given:
        raise InputError("no citation given; one looks like ARTICLE#START-END.")
    wanted = [parse(text) for text in given]
    opened = open_index(index)
    places = [open_citation(opened, citation, context) for citation in wanted]
    for place in places:
        if as_json:
            put(place.to_json())
        else:
            from rag import show

            show.opened(place, show.console())
    raise typer.Exit(0 if all(p.status in (Status.VERIFIED, Status.MOVED) for p in places) else 1)
