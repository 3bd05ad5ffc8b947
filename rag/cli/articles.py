"""`rag articles`: list what is indexed."""

from __future__ import annotations

from rag.cli.shell import IndexDir, Json, app, put
from rag.locations import DEFAULT_INDEX


@app.command(epilog="Example:  rag articles --json | jq -r '[.id, .date, .title] | @tsv'")
def articles(index: IndexDir = DEFAULT_INDEX, as_json: Json = False) -> None:
    """List the indexed articles."""
    from dataclasses import asdict

    from rag.indexing.index import open_index

    opened = open_index(index)
    if not as_json:
        from rag.presentation import show

        show.articles(opened.entries, show.console())
        return
    for entry in opened.entries:
        passages = entry.passages[1] - entry.passages[0]
        put({"id": entry.id, **asdict(entry.metadata), "passages": passages, "path": entry.path, "sha256": entry.sha256})
