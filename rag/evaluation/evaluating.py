"""Evaluate an index: ask it every gold question, or take a saved run, score the answers, and say why each miss missed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.answering.answers import answer
from rag.citation.citations import Status, open_citation
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.scoring import DEPTH, MEASURES, Comparison, Record, Scored, compare, first_relevant, score, to_json
from rag.indexing.index import Index
from rag.retrieval.reranking import Reranker
from rag.types import Citation

DEFAULT_GOLD = Path("eval/gold.jsonl")
DEEPEST = 1_000
Ask = Callable[[str, int], dict[str, Any]]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Validity:
    """How many printed citations of passages, and how many quotes, the source files still hold, character for character."""

    passages: int
    passages_verified: int
    quotes: int
    quotes_verified: int

    @property
    def share(self) -> float | None:
        """The share of both that is verified; None when nothing was printed."""
        printed = self.passages + self.quotes
        return (self.passages_verified + self.quotes_verified) / printed if printed else None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A scored run.

    `faults` says by question id what went wrong; `depths` gives the rank of the first relevant passage of each miss, None
    where there is none, and is None itself where nobody asked deeper. `took` is the median and the 95th percentile of milliseconds a question, where answers tell.
    """

    questions: tuple[GoldQuestion, ...]
    answers: tuple[Record, ...]
    scored: tuple[Scored, ...]
    validity: Validity
    took: tuple[float, float] | None
    faults: Mapping[str, str]
    depths: Mapping[str, int | None] | None
    comparisons: tuple[Comparison, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object that `rag eval --json` prints."""
        found = to_json(self.scored)
        found["citations"] = {**asdict(self.validity), "share": self.validity.share}
        found["took_ms"] = {"median": self.took[0], "p95": self.took[1]} if self.took else None
        found["faults"] = dict(self.faults)
        if self.comparisons:
            found["compared"] = [asdict(comparison) for comparison in self.comparisons]
        return found


def gold_file(named: Path | None) -> Path:
    """The gold file to use. Raises InputError when none is named and there is none at the usual place."""
    if named is None and not DEFAULT_GOLD.is_file():
        raise InputError(f"no gold questions: there is no {DEFAULT_GOLD} here; name a file with --gold FILE.")
    return named or DEFAULT_GOLD


def asker(index: Index, encoder: Encoder, reranker: Reranker | None = None) -> Ask:
    """A function from a question and a number of passages to the answer, as `rag ask --json --explain` prints it."""

    def ask(question: str, k: int) -> dict[str, Any]:
        started = time.perf_counter()
        found = answer(index, encoder, question, k, reranker=reranker)
        return found.to_json(index, took_ms=(time.perf_counter() - started) * 1000, explain=True)

    return ask


def ask_all(
    questions: Sequence[GoldQuestion], ask: Ask, top: int = DEPTH, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """The answer to each question, under the question's id. Raises InputError naming the question that cannot be asked."""
    answers = []
    for done, question in enumerate(questions):
        if progress:
            progress(done, len(questions), question.id)
        try:
            answers.append({**ask(question.question, top), "id": question.id})
        except InputError as error:
            raise InputError(f"gold question {question.id}: {error}") from None
    return answers


def evaluate(
    index: Index,
    questions: Sequence[GoldQuestion],
    answers: Sequence[Record],
    *,
    ask: Ask | None = None,
    other: Sequence[Record] | None = None,
) -> Evaluation:
    """Score answers against gold questions and check their citations; with `other`, compare with that run.

    With `ask`, each missed question is asked again, deeper, to see where its evidence ranks. Raises InputError when the
    answers are to other questions.
    """
    scored = score(questions, answers)
    if all(s.answer is None for s in scored):
        raise InputError(
            f"none of the run's ids, such as {answers[0]['id'] if answers else '–'!r}, is that of a gold question asked here."
        )
    faults: dict[str, str] = {}
    depths: dict[str, int | None] = {}
    for item in scored:
        found = [] if item.answer else ["the run has no answer to it"]
        if item.answer and item.answerable and item.rank is None:
            reason, depths[item.question.id] = _why_missed(index, item, ask)
            found.append(reason)
        if item.answer and item.answered != item.answerable:
            claim = "answered, though the articles do not say" if item.answered else "refused, though the articles answer it"
            found.append(f"{claim} (confidence {item.confidence:.2f})")
        if found:
            faults[item.question.id] = "; ".join(found)
    times = sorted(float(a["took_ms"]) for a in answers if isinstance(a.get("took_ms"), int | float))
    took = (statistics.median(times), times[int(0.95 * (len(times) - 1))]) if times else None
    against = score(questions, other) if other is not None else None
    comparisons = tuple(compare(scored, against, measure) for measure in MEASURES) if against is not None else ()
    return Evaluation(
        tuple(questions),
        tuple(answers),
        tuple(scored),
        check_citations(index, answers),
        took,
        faults,
        depths if ask else None,
        comparisons,
    )


def _why_missed(index: Index, item: Scored, ask: Ask | None) -> tuple[str, int | None]:
    """Why no hit among the first ten was relevant, and the rank of the first one that is, where it can be told."""
    question = item.question
    if not any(_covered(index, evidence.article, evidence.covered_by) for evidence in question.evidence):
        return "no passage of this index covers half of its evidence: the passages are cut too small", None
    printed = len(item.answer["passages"]) if item.answer else 0
    deep = ask(question.question, min(len(index.passages), DEEPEST)) if ask else item.answer
    rank = first_relevant(question, deep, DEEPEST)
    if deep is None or rank is None:
        return f"not among the {len(deep['passages']) if deep else 0} passages retrieved", None
    explained = [deep["passages"][i].get("explain") for i in (0, rank - 1)]
    reason = f"evidence passage ranked {rank}" + (f", beyond the {printed} printed" if rank <= DEPTH else "")
    if None in explained:
        return reason, rank
    best, own = explained
    words = [f"{source} = {' '.join(found)}" for source, found in own["matched"].items()]
    reason += f"; its words that were found: {', '.join(words)}" if words else "; no question word reached it"
    legs = {name: share - own["legs"].get(name, 0.0) for name, share in best["legs"].items()}
    if legs and (worst := max(legs, key=lambda name: legs[name])) and legs[worst] > 0:
        reason += f"; the first hit beat it most on {worst} ({best['legs'][worst]:.2f} against {own['legs'].get(worst, 0.0):.2f})"
    return reason, rank


def _covered(index: Index, article: str, covers: Callable[[str, int, int], bool]) -> bool:
    entry = index.by_id.get(article)
    if entry is None:
        return False
    return any(covers(article, int(row["start"]), int(row["end"])) for row in index.passages.rows[slice(*entry.passages)])


def check_citations(index: Index, answers: Sequence[Record]) -> Validity:
    """Read each printed passage and quote again from its source file. Verified: the same text at the same place."""
    passages: list[tuple[str, int, int, str | None, str]] = []
    quotes: list[tuple[str, int, int, str | None, str]] = []
    for part in (part for record in answers for hit in record["passages"] for part in (hit, *hit.get("also", ()))):
        passages.append((part["article"], part["start"], part["end"], part.get("digest"), part["text"]))
        if quote := part.get("quote"):
            quotes.append((part["article"], quote["start"], quote["end"], None, quote["text"]))
    verified = {place: _verified(index, *place) for place in sorted({*passages, *quotes}, key=str)}
    return Validity(len(passages), sum(verified[p] for p in passages), len(quotes), sum(verified[q] for q in quotes))


def _verified(index: Index, article: str, start: int, end: int, digest: str | None, text: str) -> bool:
    try:
        place = open_citation(index, Citation(article, start, end, digest))
    except InputError:
        return False
    return place.status is Status.VERIFIED and place.text == text


__all__ = ["DEFAULT_GOLD", "Ask", "Evaluation", "Validity", "ask_all", "asker", "check_citations", "evaluate", "gold_file"]
