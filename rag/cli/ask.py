"""`rag ask`: one question, or a file of them."""

from __future__ import annotations

import json
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.shell import IndexDir, Json, ModelName, app, open_or_build, progress_bar, put, say
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX

if TYPE_CHECKING:
    from rag.answering.scope import Scope
    from rag.indexing.index import Index
    from rag.retrieval.compared import Numbers


class Format(StrEnum):
    """How an answer is printed for people."""

    TEXT = "text"
    MARKDOWN = "markdown"


@app.command(
    epilog='Examples:  rag ask "who thinks startups can\'t beat big tech?"   ·   rag ask 谁认为创业公司打不赢大厂?   ·   rag ask "what about data?" --speaker "Zhong Weicheng"   ·   rag ask "who invests?" --since 2023-07 --format markdown > notes.md   ·   rag ask --from questions.jsonl > answers.jsonl'
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
    article: Annotated[
        list[str] | None,
        typer.Option("--article", metavar="ID", help="Only this article; a unique beginning of its id will do. May be repeated."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only articles of this date or later: 2024, 2024-03 …")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Only articles of this date or earlier.")] = None,
    speaker: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this speaker says; any script, or pinyin, will do.")
    ] = None,
    rerank: Annotated[
        str | None,
        typer.Option("--rerank", metavar="MODEL", help="Order the best passages anew with this cross-encoder: an id or folder."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the answer.")] = Format.TEXT,
    no_pager: Annotated[
        bool, typer.Option("--no-pager", help="Do not open answers longer than the screen in $PAGER (less -R).")
    ] = False,
    index: IndexDir = DEFAULT_INDEX,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Answer a question with cited passages, best first.

    Exit code 0 when the articles answer it, 1 when they do not say.
    """
    from rag.text.segmenter import segment_ahead

    segment_ahead(question or "")
    from rag.retrieval.search import check_question

    if (question is None) == (source is None):
        raise InputError("give one question, or a file of questions with --from.")
    if as_json and format is not Format.TEXT:
        raise InputError("--json and --format markdown exclude each other; give one of them.")
    asked = _read_questions(source) if source is not None else [(None, check_question(question or ""))]
    opened, encoder = open_or_build(index, model)
    say(f"{len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name})")
    from rag.answering.answers import answer
    from rag.cli.pager import pager

    reranker = None
    if rerank is not None:
        from rag.retrieval.reranking import CrossEncoderReranker

        reranker = CrossEncoderReranker(rerank)
    scope = None
    if article or since is not None or until is not None or speaker is not None:
        from rag.answering.scope import Scope

        scope = Scope(tuple(article or ()), since, until, speaker)
    within = _within(opened, scope) if scope else None
    everything = True
    with progress_bar("Asking") as progress:
        for done, (id, text) in enumerate(asked, 1):
            started = time.perf_counter()
            found = answer(opened, encoder, text, top, within=within, reranker=reranker)
            took = (time.perf_counter() - started) * 1000
            everything = everything and found.answered
            if format is Format.MARKDOWN:
                from rag.presentation import markdown

                print(("\n" if done > 1 else "") + markdown.answer(found, *([scope] if scope else [])), end="")
            elif as_json or source is not None:
                put(found.to_json(opened, id=id, took_ms=took, explain=explain))
            else:
                from rag.presentation import show

                with pager(show.console(), not no_pager) as out:
                    show.answer(found, opened, out, explain=explain)
            for warning in found.warnings:
                say(f"Warning: {warning}")
            progress(done, len(asked), str(id or ""))
    raise typer.Exit(0 if everything else 1)


def _within(index: Index, scope: Scope) -> Numbers:
    """The numbers of the sentences to ask; of how many articles they are is said."""
    from rag.answering.scope import choose

    chosen = choose(index, scope)
    left_out = f"; {chosen.undated} without a date left out" if chosen.undated else ""
    said_by = f", what {scope.speaker} says" if scope.speaker else ""
    say(f"{len(chosen.articles)} of {len(index.entries)} articles asked{said_by}{left_out}.")
    return chosen.sentences


def _read_questions(source: str) -> list[tuple[str | int | None, str]]:
    """All questions of a JSON-lines file, checked before the first is asked."""
    from rag.retrieval.search import check_question

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
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(f'{source}, line {number}: not an object like {{"id": "q1", "question": "…"}}.') from None
        except InputError as error:
            raise InputError(f"{source}, line {number}: {error}") from None
    if not questions:
        raise InputError(f"{source}: no questions in it.")
    return questions
