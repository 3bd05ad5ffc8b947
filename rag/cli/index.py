"""`rag index`: build or update the index."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.cli.shell import IndexDir, Json, ModelName, app, bring_up, counts_of, put
from rag.locations import DEFAULT_INDEX


@app.command(
    epilog="Examples:  rag index articles/   ·   rag index 'notes/*.md' report.html   ·   rag index --model ./my-model --rebuild articles/"
)
def index(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders or quoted globs (.txt .md .html). None: those indexed before.", show_default=False),
    ] = None,
    index: IndexDir = DEFAULT_INDEX,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Start from nothing instead of updating.")] = False,
    passage_size: Annotated[
        int | None, typer.Option("--passage-size", help="Most characters in a passage.", show_default="300", min=20, max=100_000)
    ] = None,
    model: ModelName = None,
    query_prompt: Annotated[str | None, typer.Option(help="Put before each question (sentence-transformers).")] = None,
    passage_prompt: Annotated[str | None, typer.Option(help="Put before each passage (sentence-transformers).")] = None,
    batch_size: Annotated[int, typer.Option(help="Texts encoded at once (sentence-transformers).", min=1)] = 32,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, mps … (sentence-transformers).")] = None,
    as_json: Json = False,
) -> None:
    """Build or update the index.

    Only new and changed articles are encoded; articles deleted from an indexed folder are dropped. A stopped build leaves the old index as it was.
    """
    from rag.encoding.encoders import EMBEDDED, open_encoder
    from rag.indexing import store

    known = _known_model(index) if store.exists(index) and not rebuild else {}
    encoder = open_encoder(
        model or known.get("name") or EMBEDDED,
        query_prompt=query_prompt if query_prompt is not None else known.get("query_prompt"),
        passage_prompt=passage_prompt if passage_prompt is not None else known.get("passage_prompt"),
        batch_size=batch_size,
        device=device,
        progress=sys.stderr.isatty(),
    )
    built = bring_up(index, paths or [], encoder, passage_size, rebuild=rebuild)
    if as_json:
        put({**counts_of(built), "articles": built.articles, "passages": built.passages, "index": str(index)})


def _known_model(folder: Path) -> dict[str, Any]:
    from rag.indexing import store

    found: dict[str, Any] = store.open_generation(folder)[1]["model"]
    return found
