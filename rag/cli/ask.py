"""`rag ask`: one question, or a file of them."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.shell import IndexDir, Json, ModelName, app, open_or_build, progress_bar, put, say
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX


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
    opened, encoder = open_or_build(index, model)
    say(f"{len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name})")
    from rag.answers import answer

    everything = True
    with progress_bar("Asking") as progress:
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
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise InputError(f'{source}, line {number}: not an object like {{"id": "q1", "question": "…"}}.') from None
        except InputError as error:
            raise InputError(f"{source}, line {number}: {error}") from None
    if not questions:
        raise InputError(f"{source}: no questions in it.")
    return questions
