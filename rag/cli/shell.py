"""What all commands share: the application, common options, talk and data, progress, and opening an index."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import IndexMissing
from rag.locations import DEFAULT_INDEX, default_articles
from rag.presentation.steering import escaped, plain

if TYPE_CHECKING:
    from rag.encoding.encoders import Encoder
    from rag.indexing.building import Built
    from rag.indexing.index import Index

# Frames and colours are for terminals: they take longer to load than all else that help needs.
_TERMINAL = sys.stdout is not None and sys.stdout.isatty()

app = typer.Typer(
    name="rag",
    help="Ask questions of a folder of articles; get cited, verbatim passages.",
    epilog='Start with: rag ask "who thinks startups can\'t beat big tech?"   ·   rag --version says which this is.',
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if _TERMINAL else None,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": None if _TERMINAL else 120},
)

IndexDir = Annotated[Path, typer.Option("--index", help="Folder of the index.", show_default="index")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]
ModelName = Annotated[
    str | None, typer.Option("--model", help="Encoder: a sentence-transformers id or folder.", show_default="use-multilingual-v3")
]


def safe(text: str) -> str:
    """The text without characters that could steer a terminal."""
    return plain(text)


def say(text: str) -> None:
    """Talk to the person at the terminal."""
    print(safe(text), file=sys.stderr)


def put(record: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Print one JSON line, in which no character can steer a terminal."""
    print(escaped(json.dumps(record, ensure_ascii=False)))


def counts_of(built: Built) -> dict[str, int]:
    """What a build did, by name."""
    from dataclasses import asdict

    return asdict(built.counts)


def bring_up(folder: Path, paths: list[str], encoder: Encoder, passage_size: int | None, *, rebuild: bool = False) -> Built:
    """Build or update an index and say what was done; the default index from the default articles where nothing else is known.

    Raises IndexMissing where another folder was named that holds no index, or none that tells its articles, and no path.
    """
    from rag.articles.corpus import sources_of
    from rag.indexing import store
    from rag.indexing.building import build, indexed_sources
    from rag.indexing.index import Settings

    sources = sources_of(paths) or (indexed_sources(folder) if rebuild else [])
    if not sources and (rebuild or not store.exists(folder)):
        if folder != DEFAULT_INDEX:
            there = "an index that does not tell its articles" if store.exists(folder) else "no index there"
            raise IndexMissing(f"{folder}: {there}; name what to index: 'rag index PATH --index {folder}'.")
        place, called = default_articles()
        say(f"Indexing {called} into {folder}/.")
        sources = sources_of([place])
    settings = Settings(passage_size) if passage_size else None
    if store.is_locked(folder):
        say(f"{folder}/ is being written by another process; waiting for it to finish.")
    with progress_bar() as progress:
        built = build(folder, sources, encoder, settings, rebuild=rebuild, progress=progress)
    for skipped in built.skipped:
        say(f"Skipped: {skipped.reason}")
    for warning in built.warnings:
        say(warning)
    counts = ", ".join(f"{number} {name}" for name, number in counts_of(built).items() if number or name == "added")
    say(f"{built.articles} articles, {built.passages} passages in {folder}/: {counts}.")
    return built


@contextmanager
def progress_bar(verb: str = "Indexing") -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on stderr, shown to terminals once the work takes longer than half a second."""
    if not sys.stderr.isatty():
        yield lambda done, total, name: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from rag.presentation.show import console

    columns = (
        TextColumn(verb),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    bar = Progress(*columns, console=console(stderr=True), transient=True)
    task = bar.add_task("")
    started = time.monotonic()

    def report(done: int, total: int, name: str) -> None:
        if not bar.live.is_started and time.monotonic() - started > 0.5:
            bar.start()
        bar.update(task, completed=done, total=total, description=plain(name))

    try:
        yield report
    finally:
        bar.stop()


def open_or_build(folder: Path, model: str | None = None) -> tuple[Index, Encoder]:
    """The index and the encoder that made it; the default index is built first from the default articles where there is none.

    Raises IndexMissing where another folder was named and holds none: a mistyped name must not become an index.
    """
    from rag.encoding.encoders import open_encoder
    from rag.indexing import store
    from rag.indexing.index import open_index

    if folder == DEFAULT_INDEX and not store.exists(folder):
        say(f"No index in {folder}/ yet.")
        bring_up(folder, [], open_encoder(*([model] if model else [])), None)
    index = open_index(folder)
    made = index.model
    encoder = open_encoder(model or made.name, query_prompt=made.query_prompt, passage_prompt=made.passage_prompt)
    made.require(encoder.model)
    return index, encoder


__all__ = [
    "IndexDir",
    "Json",
    "ModelName",
    "app",
    "bring_up",
    "counts_of",
    "open_or_build",
    "progress_bar",
    "put",
    "safe",
    "say",
]
