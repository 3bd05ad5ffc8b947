"""The command line: a thin shell over the library. Data goes to stdout, talk to stderr.

Exit codes: 0 answered or done, 1 not answered or not found, 2 wrong use or bad input.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import IndexMissing, InputError, RagError
from rag.locations import DEFAULT_INDEX, default_articles

if TYPE_CHECKING:
    from rag.building import Built
    from rag.encoders import Encoder
    from rag.index import Index

app = typer.Typer(
    name="rag",
    help="Ask questions of a folder of articles; get cited, verbatim passages.",
    epilog='Start with: rag ask "who thinks startups can\'t beat big tech?"',
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # controls other than tab and line feed

IndexDir = Annotated[Path, typer.Option("--index", help="Folder of the index.", show_default="index")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]
ModelName = Annotated[
    str | None, typer.Option("--model", help="Encoder: a sentence-transformers id or folder.", show_default="use-multilingual-v3")
]


def main() -> None:
    """Run the command line; errors raised on purpose become one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except RagError as error:
        say(f"rag: {error}")
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def say(text: str) -> None:
    """Talk to the person at the terminal."""
    print(_STEERING.sub("\ufffd", text), file=sys.stderr)


def put(record: dict[str, Any]) -> None:
    """Print one JSON line, in which no character can steer a terminal."""
    print(_STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(record, ensure_ascii=False)))


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
    from rag import store
    from rag.encoders import EMBEDDED, open_encoder

    known = _known_model(index) if store.exists(index) and not rebuild else {}
    encoder = open_encoder(
        model or known.get("name") or EMBEDDED,
        query_prompt=query_prompt if query_prompt is not None else known.get("query_prompt"),
        passage_prompt=passage_prompt if passage_prompt is not None else known.get("passage_prompt"),
        batch_size=batch_size,
        device=device,
        progress=sys.stderr.isatty(),
    )
    built = _build(index, paths or [], encoder, passage_size, rebuild=rebuild)
    if as_json:
        put({**_counts(built), "articles": built.articles, "passages": built.passages, "index": str(index)})


def _known_model(folder: Path) -> dict[str, Any]:
    from rag import store

    found: dict[str, Any] = store.open_generation(folder)[1]["model"]
    return found


def _counts(built: Built) -> dict[str, int]:
    from dataclasses import asdict

    return asdict(built.counts)


def _build(folder: Path, paths: list[str], encoder: Encoder, passage_size: int | None, *, rebuild: bool = False) -> Built:
    from rag import store
    from rag.building import build, indexed_sources
    from rag.corpus import sources_of
    from rag.index import Settings

    sources = sources_of(paths) or (indexed_sources(folder) if rebuild else [])
    if not sources and (rebuild or not store.exists(folder)):
        place, called = default_articles()
        say(f"Indexing {called} into {folder}/.")
        sources = sources_of([place])
    settings = Settings(passage_size) if passage_size else None
    with _progress() as progress:
        built = build(folder, sources, encoder, settings, rebuild=rebuild, progress=progress)
    for skipped in built.skipped:
        say(f"Skipped: {skipped.reason}")
    counts = ", ".join(f"{number} {name}" for name, number in _counts(built).items() if number or name == "added")
    say(f"{built.articles} articles, {built.passages} passages in {folder}/: {counts}.")
    return built


@contextmanager
def _progress(verb: str = "Indexing") -> Iterator[Callable[[int, int, str], None]]:
    """A progress bar on stderr, shown to terminals once the work takes longer than half a second."""
    if not sys.stderr.isatty():
        yield lambda done, total, name: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from rag.show import console, plain

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


def _open(folder: Path, model: str | None = None) -> tuple[Index, Encoder]:
    """The index, built first from the default articles where there is none, and the encoder that made it."""
    from rag import store
    from rag.encoders import open_encoder
    from rag.index import open_index

    if not store.exists(folder):
        say(f"No index in {folder}/ yet.")
        _build(folder, [], open_encoder(*([model] if model else [])), None)
    index = open_index(folder)
    made = index.model
    encoder = open_encoder(model or made.name, query_prompt=made.query_prompt, passage_prompt=made.passage_prompt)
    made.require(encoder.model)
    return index, encoder


@app.command(
    epilog='Examples:  rag ask "who thinks startups can\'t beat big tech?"   ·   rag ask 谁认为创业公司打不赢大厂?   ·   rag ask --from questions.jsonl > answers.jsonl'
)
def ask(
    question: Annotated[
        str | None, typer.Argument(help="The question, in any language the model knows.", show_default=False)
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", help='JSON lines {"id": …, "question": …}; - for stdin. Prints JSON lines.')
    ] = None,
    top: Annotated[int, typer.Option("-k", "--top", help="How many passages.", min=1, max=1000)] = 5,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what each leg gave to each score, and the words that met.")
    ] = False,
    index: IndexDir = DEFAULT_INDEX,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Answer a question with cited passages, best first.

    Exit code 0 when the articles answer it, 1 when they do not say.
    """
    from rag.retrieval import check_question

    if (question is None) == (source is None):
        raise InputError("give one question, or a file of questions with --from.")
    asked = _read_questions(source) if source is not None else [(None, check_question(question or ""))]
    opened, encoder = _open(index, model)
    say(f"{len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name})")
    from rag.answers import answer

    everything = True
    with _progress("Asking") as progress:
        for done, (id, text) in enumerate(asked, 1):
            started = time.perf_counter()
            found = answer(opened, encoder, text, top)
            took = (time.perf_counter() - started) * 1000
            everything = everything and found.answered
            if as_json or source is not None:
                put(found.to_json(opened, id=id, took_ms=took, explain=explain))
            else:
                from rag import show

                show.answer(found, opened, show.console(), explain=explain)
            for warning in found.warnings:
                say(f"Warning: {warning}")
            progress(done, len(asked), str(id or ""))
    raise typer.Exit(0 if everything else 1)


def _read_questions(source: str) -> list[tuple[str | int | None, str]]:
    """All questions of a JSON-lines file, checked before the first is asked."""
    from rag.retrieval import check_question

    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: not UTF-8 at byte {error.start}; save it as UTF-8.") from error
    questions = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            questions.append((record.get("id"), check_question(record["question"])))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(f'{source}, line {number}: not an object like {{"id": "q1", "question": "…"}}.') from None
        except InputError as error:
            raise InputError(f"{source}, line {number}: {error}") from None
    if not questions:
        raise InputError(f"{source}: no questions in it.")
    return questions


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


@app.command(
    epilog="Examples:  rag eval --split test --report report.html   ·   rag eval --run-out runs/new --compare runs/old   ·   rag eval --fail-under 'R@5=0.9,RR@10=0.8'"
)
def eval(
    gold: Annotated[Path | None, typer.Option(help="Gold questions, JSON lines.", show_default="eval/gold.jsonl")] = None,
    split: Annotated[str | None, typer.Option(help="Only the questions of this split.")] = None,
    index: IndexDir = DEFAULT_INDEX,
    run: Annotated[
        Path | None,
        typer.Option(help="Score this saved run instead of asking: a --run-out folder or JSON lines of 'rag ask --from'."),
    ] = None,
    compare: Annotated[Path | None, typer.Option(help="A saved run to compare with, question by question.")] = None,
    run_out: Annotated[
        Path | None, typer.Option(help="Folder to write run.jsonl, run.trec and qrels.trec to.", file_okay=False)
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="HTML file to write: figures, plots and every question.", dir_okay=False, writable=True)
    ] = None,
    fail_under: Annotated[str | None, typer.Option(help='Exit with 1 when a measure is lower: "R@5=0.9,RR@10=0.8".')] = None,
    top: Annotated[
        int, typer.Option("-k", "--top", help="How many passages to ask for; measures look at ten.", min=1, max=1000)
    ] = 10,
    as_json: Json = False,
) -> None:
    """Ask the gold questions and score the answers: ranking, quotes, citations, refusals.

    Intervals are 95% bootstrap intervals; a missing answer counts as wrong. Exit code 1 when a --fail-under measure is missed.
    """
    from rag import evaluating
    from rag.evaluation import below, parse_thresholds, trec_lines
    from rag.gold import check_gold, load_gold
    from rag.index import open_index
    from rag.runs import load_run, save_run

    thresholds = parse_thresholds(fail_under) if fail_under is not None else {}
    file = evaluating.gold_file(gold)
    questions = load_gold(file, split)
    answers, other = (load_run(path) if path else None for path in (run, compare))
    opened, encoder = _open(index) if run is None else (open_index(index), None)
    check_gold(questions, opened)
    say(
        f"{len(questions)} questions ({file}) to {len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name})"
    )
    ask = evaluating.asker(opened, encoder) if encoder else None
    if answers is None and ask:
        with _progress("Asking") as progress:
            answers = evaluating.ask_all(questions, ask, top, progress)
    found = evaluating.evaluate(opened, questions, answers or [], ask=ask, other=other)
    if run_out:
        save_run(run_out, found.answers, *trec_lines(found.scored))
    if report:
        from rag.report import write_report

        write_report(report, found, opened, f"{file.name}{f' · {split}' if split else ''}")
    if as_json:
        put(found.to_json())
    else:
        from rag import scoreboard, show

        scoreboard.scoreboard(found, show.console())
    missed = below(thresholds, found.scored)
    for clause in missed:
        say(f"Missed: {clause}.")
    raise typer.Exit(1 if missed else 0)


@app.command(epilog="Example:  rag articles --json | jq -r '[.id, .date, .title] | @tsv'")
def articles(index: IndexDir = DEFAULT_INDEX, as_json: Json = False) -> None:
    """List the indexed articles."""
    from dataclasses import asdict

    from rag.index import open_index

    opened = open_index(index)
    if not as_json:
        from rag import show

        show.articles(opened.entries, show.console())
        return
    for entry in opened.entries:
        passages = entry.passages[1] - entry.passages[0]
        put({"id": entry.id, **asdict(entry.metadata), "passages": passages, "path": entry.path, "sha256": entry.sha256})


@app.command(epilog="Example:  rag status --index ~/notes/index")
def status(index: IndexDir = DEFAULT_INDEX, as_json: Json = False) -> None:
    """Say what the index holds and whether its articles have changed since. Exit code 1 when there is none."""
    from rag.index import open_index
    from rag.status import inspect

    try:
        opened = open_index(index)
    except IndexMissing as error:
        say(str(error))
        raise typer.Exit(1) from None
    found = inspect(opened)
    if as_json:
        put(found)
        return
    for name, value in found.items():
        shown = ", ".join(value) or "none" if isinstance(value, list) else value
        print(_STEERING.sub("\ufffd", f"{name:<12} {shown}"))
    if found["changed"] or found["missing"] or found["new"]:
        say("Bring the index up to date with 'rag index'.")


if __name__ == "__main__":
    main()
