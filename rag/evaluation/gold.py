"""Gold questions: what is asked, and the ranges of the articles that answer it.

One JSON object a line. Evidence is anchored in ranges of the raw text, never in passages, so that any passage size, model
or fusion can be measured against it:

    {"id": "q1", "question": "…", "lang": "en", "kind": "who", "evidence": [{"article": "a", "start": 10, "end": 55,
     "sha256": "…"}], "speakers": ["…"], "split": "test", "domain": "in"}

`speakers`, `split` and `domain` may be left out. Each evidence range answers the question by itself; a question of kind
"none" has none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any

from rag.errors import InputError
from rag.evaluation.runs import require_text
from rag.indexing.index import Index
from rag.types import digest

KINDS = ("who", "fact", "why", "none")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A range of an article's raw text that answers a question, and its SHA-256."""

    article: str
    start: int
    end: int
    sha256: str

    def covered_by(self, article: str, start: int, end: int) -> bool:
        """Whether a range covers at least half of the evidence."""
        overlap = min(self.end, end) - max(self.start, start)
        return article == self.article and 2 * overlap >= self.end - self.start

    def overlaps(self, article: str, start: int, end: int) -> bool:
        """Whether a range shares at least one character with the evidence."""
        return article == self.article and start < self.end and self.start < end


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and its evidence; no evidence means that the articles do not answer it."""

    id: str
    question: str
    lang: str
    kind: str
    evidence: tuple[Evidence, ...]
    speakers: tuple[str, ...] = ()
    split: str | None = None
    domain: str | None = None


def load_gold(path: Path, split: str | None = None) -> list[GoldQuestion]:
    """The questions of a gold file, or those of one split, in order.

    Raises InputError naming file and line for anything that is not as described above, and for a repeated id.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as a UTF-8 gold file ({error}).") from error
    questions: list[GoldQuestion] = []
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line.strip():
            question = _parse(line, f"{path}, line {number}")
            if question.id in seen:
                raise InputError(f"{path}, line {number}: the id {question.id!r} stands there a second time.")
            seen.add(question.id)
            questions.append(question)
    wanted = [q for q in questions if split is None or q.split == split]
    if not wanted:
        raise InputError(f"{path}: no questions in it{f' of split {split!r}' if split else ''}.")
    return wanted


def _parse(line: str, where: str) -> GoldQuestion:
    try:
        record: dict[str, Any] = json.loads(line)
        require_text(record)
        question = GoldQuestion(
            id=str(_of(record["id"], str, int)),
            question=_of(record["question"], str),
            lang=_of(record["lang"], str),
            kind=_of(record["kind"], str),
            evidence=tuple(
                Evidence(_of(e["article"], str), _of(e["start"], int), _of(e["end"], int), e["sha256"])
                for e in record["evidence"]
            ),
            speakers=tuple(str(name) for name in record.get("speakers") or ()),
            split=_of(record.get("split"), str, NoneType),
            domain=_of(record.get("domain"), str, NoneType),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{where}: not a gold question ({type(error).__name__}: {error}).") from None
    if question.kind not in KINDS:
        raise InputError(f"{where}: kind {question.kind!r} is not one of {', '.join(KINDS)}.")
    if (question.kind == "none") == bool(question.evidence):
        raise InputError(f"{where}: a question has evidence, unless its kind is none; this one is the other way round.")
    if not question.question.strip() or not question.id:
        raise InputError(f"{where}: the id or the question is empty.")
    if any(not 0 <= e.start < e.end for e in question.evidence):
        raise InputError(f"{where}: an evidence range is empty or negative.")
    return question


def _of(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not {' or '.join(kind.__name__ for kind in kinds)}")
    return value


def check_gold(questions: Sequence[GoldQuestion], index: Index) -> None:
    """Raise InputError unless each evidence range of the indexed articles has the SHA-256 that the gold file gives."""
    raws: dict[str, str] = {}
    for question in questions:
        for evidence in question.evidence:
            entry = index.by_id.get(evidence.article)
            if entry is None:
                raise InputError(
                    f"gold question {question.id}: article {evidence.article} is not in the index; index its articles first."
                )
            if entry.id not in raws:
                raws[entry.id] = index.raw(entry)
            if digest(raws[entry.id][evidence.start : evidence.end]) != evidence.sha256:
                raise InputError(
                    f"gold question {question.id}: {evidence.article}#{evidence.start}-{evidence.end} no longer has the text that "
                    "was marked: the article changed since the gold file was made; mark its evidence again."
                )


__all__ = ["KINDS", "Evidence", "GoldQuestion", "check_gold", "load_gold"]
