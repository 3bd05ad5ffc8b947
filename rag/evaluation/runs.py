"""A saved run: the answers to a set of questions, one JSON object a line as `rag ask --json` prints them.

`rag eval --run-out` writes a folder of run.jsonl with run.trec and qrels.trec beside it; any JSON-lines file of answers
with the questions' ids can be read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import InputError

Record = Mapping[str, Any]
NAMES = ("run.jsonl", "run.trec", "qrels.trec")


def load_run(path: Path) -> list[dict[str, Any]]:
    """The answers of a saved run: a folder that `save_run` wrote, or a JSON-lines file as `rag ask --from` prints.

    Raises InputError naming file and line for anything else, and for a repeated id.
    """
    file = path / NAMES[0] if path.is_dir() else path
    try:
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as a saved run ({error}).") from error
    answers: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = json.loads(line)
            require_text(answer)
            _check(answer)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(
                f"{file}, line {number}: not an answer as rag ask --json prints it ({type(error).__name__}: {error})."
            ) from None
        if str(answer["id"]) in seen:
            raise InputError(f"{file}, line {number}: the id {answer['id']!r} stands there a second time.")
        seen.add(str(answer["id"]))
        answers.append(answer)
    if not answers:
        raise InputError(f"{file}: no answers in it.")
    return answers


def require_text(record: Any) -> None:
    """Raise ValueError where a string of a JSON record is no text: it holds half a surrogate pair or a NUL.

    The C library that computes the measures would not survive the first and cut ids at the second.
    """
    written = json.dumps(record, ensure_ascii=False)
    written.encode("utf-8")
    if "\\u0000" in written.replace("\\\\", ""):
        raise ValueError("it holds a NUL character")


def _check(answer: dict[str, Any]) -> None:
    """Raise ValueError, KeyError or TypeError unless scores can be read off the answer."""
    if answer["id"] is None:
        raise ValueError("its id is null, so it answers no gold question")
    if not isinstance(answer["answered"], bool) or not math.isfinite(answer["confidence"]):
        raise ValueError("answered is not true or false, or confidence not a number")
    for hit in answer["passages"]:
        str(hit["citation"])
        _check_number(hit.get("score"))
        for leg in ((hit.get("explain") or {}).get("legs") or {}).values():
            _check_number(leg)
        for part in (hit, *hit.get("also", ())):
            _check_range(part["article"], part)
            if not isinstance(part["text"], str) or not isinstance(part.get("digest"), str | None):
                raise ValueError("the text or digest of a passage is no text")
            if (quote := part["quote"]) is not None:
                _check_range(part["article"], quote)
                if not isinstance(quote["text"], str):
                    raise ValueError("the text of a quote is no text")


def _check_number(value: Any) -> None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value)):
        raise ValueError(f"{value!r} is not a number")


def _check_range(article: Any, place: Record) -> None:
    if not (
        isinstance(article, str)
        and isinstance(place["start"], int)
        and isinstance(place["end"], int)
        and 0 <= place["start"] < place["end"]
    ):
        raise ValueError("a passage or quote is no range of an article")


def save_run(folder: Path, answers: Sequence[Record], run: Sequence[str], qrels: Sequence[str]) -> None:
    """Write the answers, the TREC run and the qrels to it, in that order, under NAMES."""
    answered = [json.dumps(answer, ensure_ascii=False, sort_keys=True) for answer in answers]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in zip(NAMES, (answered, run, qrels), strict=True):
            (folder / name).write_text("".join(line + "\n" for line in lines), "utf-8", newline="")
    except OSError as error:
        raise InputError(f"{folder}: the run cannot be written there ({error.strerror or error}).") from error


__all__ = ["NAMES", "load_run", "require_text", "save_run"]
