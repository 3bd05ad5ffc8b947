"""`rag eval`: measure against gold questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.shell import IndexDir, Json, app, open_or_build, progress_bar, put, say
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX


@app.command(
    epilog="Examples:  rag eval --split test --report report.html   ·   rag eval --run-out runs/new --compare runs/old   ·   rag eval --fail-under 'R@5=0.9,RR@10=0.8'   ·   rag eval --speakers --split test"
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
    rerank: Annotated[
        str | None, typer.Option("--rerank", metavar="MODEL", help="Rerank with this cross-encoder, as 'rag ask --rerank' does.")
    ] = None,
    speakers: Annotated[
        bool, typer.Option("--speakers", help="Score who said what instead, against eval/speakers.jsonl or --gold.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask the gold questions and score the answers: ranking, quotes, citations, refusals.

    Intervals are 95% bootstrap intervals; a missing answer counts as wrong. Exit code 1 when a --fail-under measure is missed.
    """
    from rag.evaluation import evaluating
    from rag.evaluation.gold import check_gold, load_gold
    from rag.evaluation.runs import load_run, save_run
    from rag.evaluation.scoring import below, parse_thresholds, trec_lines
    from rag.indexing.index import open_index

    if speakers:
        if run or compare or run_out or report or fail_under:
            raise InputError("--speakers goes with --gold, --split, --index and --json only.")
        _speakers(gold or Path("eval/speakers.jsonl"), split, index, as_json)
        return
    thresholds = parse_thresholds(fail_under) if fail_under is not None else {}
    file = evaluating.gold_file(gold)
    questions = load_gold(file, split)
    answers, other = (load_run(path) if path else None for path in (run, compare))
    opened, encoder = open_or_build(index) if run is None else (open_index(index), None)
    check_gold(questions, opened)
    say(
        f"{len(questions)} questions ({file}) to {len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name})"
    )
    reranker = None
    if rerank is not None:
        from rag.retrieval.reranking import CrossEncoderReranker

        reranker = CrossEncoderReranker(rerank)
    ask = evaluating.asker(opened, encoder, reranker) if encoder else None
    if answers is None and ask:
        with progress_bar("Asking") as progress:
            answers = evaluating.ask_all(questions, ask, top, progress)
    found = evaluating.evaluate(opened, questions, answers or [], ask=ask, other=other)
    if run_out:
        save_run(run_out, found.answers, *trec_lines(found.scored))
    if report:
        from rag.evaluation.report import write_report

        write_report(report, found, opened, f"{file.name}{f' · {split}' if split else ''}")
    if as_json:
        put(found.to_json())
    else:
        from rag.evaluation import scoreboard
        from rag.presentation import show

        scoreboard.scoreboard(found, show.console())
    missed = below(thresholds, found.scored)
    for clause in missed:
        say(f"Missed: {clause}.")
    raise typer.Exit(1 if missed else 0)


def _speakers(file: Path, split: str | None, folder: Path, as_json: bool) -> None:
    from rag.evaluation.attributed import indexed, load_utterances, score_speakers
    from rag.indexing.index import open_index

    gold = load_utterances(file, split)
    opened = open_index(folder)
    found = indexed(gold, opened)
    left = f"; {len(gold) - len(found)} of articles not in this index left out" if len(found) < len(gold) else ""
    say(f"{len(found)} gold utterances ({file}{f', {split}' if split else ''}){left}.")
    scores = score_speakers(opened, found)
    if as_json:
        put(scores.to_json())
        return
    from rag.evaluation import scoreboard
    from rag.presentation import show

    scoreboard.speaker_scores(scores, show.console())
