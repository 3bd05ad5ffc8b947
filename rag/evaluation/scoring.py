"""Score a run of answers against gold questions.

A hit is relevant when its range covers at least half of one evidence range. Each evidence range answers the question by
itself, so the one thing to be found is "an answer": the first relevant hit counts as it, and R@k is 1 or 0 a question.
`evidence@10` tells what share of all evidence ranges the first ten hits cover, `quote@1` whether the sentence highlighted
in the first hit overlaps evidence. The ranking measures are computed by ir_measures (MacAvaney et al., 2022) under its
names. A missing answer counts as the wrong one: zero where there was something to find, answered where there was not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rag.errors import InputError
from rag.evaluation.gold import GoldQuestion

RANKED = ("R@1", "R@3", "R@5", "R@10", "RR@10", "nDCG@10")
MEASURES = (*RANKED, "evidence@10", "quote@1")
DEPTH = 10
_WRONGLY = 0.05  # of the answerable questions refused, at most, where one threshold is compared with another
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """One question's scores: the rank of its first relevant hit (None when not among the ten) and its measures by name.

    Questions without an answer have no measures, only a confidence and whether they were answered.
    """

    question: GoldQuestion
    answer: Record | None
    rank: int | None
    measures: Mapping[str, float]

    @property
    def answerable(self) -> bool:
        """Whether the articles answer the question."""
        return bool(self.question.evidence)

    @property
    def answered(self) -> bool:
        """Whether the tool claimed that the articles answer the question."""
        return bool(self.answer["answered"]) if self.answer else not self.answerable

    @property
    def confidence(self) -> float:
        """The tool's confidence."""
        return float(self.answer["confidence"]) if self.answer else float(not self.answerable)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95% bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run A against run B by one measure: means, wins of A, ties, losses, and the two-sided p of a randomisation test."""

    measure: str
    mean_a: float
    mean_b: float
    wins: int
    ties: int
    losses: int
    p: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose confidence lies in [low, high): how many, their mean confidence, and how many are answerable."""

    low: float
    high: float
    count: int
    confidence: float
    answerable: int


def score(questions: Sequence[GoldQuestion], answers: Iterable[Record]) -> list[Scored]:
    """The scores of each question, in their order, given answers as `rag ask --json` prints them, matched by id."""
    by_id = {str(answer["id"]): answer for answer in answers}
    scored = [Scored(q, by_id.get(q.id), first_relevant(q, by_id.get(q.id)), {}) for q in questions]
    ranked = _ranked_measures([s for s in scored if s.answerable])
    return [
        Scored(s.question, s.answer, s.rank, {**ranked[s.question.id], "evidence@10": _found_evidence(s), "quote@1": _quote(s)})
        if s.answerable
        else s
        for s in scored
    ]


def places(hit: Record) -> list[tuple[str, int, int]]:
    """The ranges that a hit shows: its passage and those grouped with it."""
    return [(part["article"], part["start"], part["end"]) for part in (hit, *hit.get("also", ()))]


def first_relevant(question: GoldQuestion, answer: Record | None, depth: int = DEPTH) -> int | None:
    """The rank, from 1, of the first hit that covers at least half of an evidence range; None when none of them does."""
    for rank, hit in enumerate(_hits(answer, depth), 1):
        if any(e.covered_by(*place) for e in question.evidence for place in places(hit)):
            return rank
    return None


def _hits(answer: Record | None, depth: int = DEPTH) -> list[Record]:
    return list(answer["passages"])[:depth] if answer else []


def _found_evidence(scored: Scored) -> float:
    evidence = scored.question.evidence
    shown = [place for hit in _hits(scored.answer) for place in places(hit)]
    return sum(any(e.covered_by(*place) for place in shown) for e in evidence) / len(evidence)


def _quote(scored: Scored) -> float:
    hits = _hits(scored.answer, 1)
    quote = hits[0]["quote"] if hits else None
    return (
        float(any(e.overlaps(hits[0]["article"], quote["start"], quote["end"]) for e in scored.question.evidence))
        if quote
        else 0.0
    )


def trec_rows(scored: Sequence[Scored]) -> tuple[list[tuple[str, str, float]], list[tuple[str, str, int]]]:
    """A TREC run, (question, document, score), and the qrels to it, (question, document, relevance), of answerable questions.

    Documents are citations. The relevant document of a question is its first relevant hit; where no hit is, one that is
    not in the run. White space in names is percent-encoded; a citation printed twice gets its rank behind it.
    """
    run: list[tuple[str, str, float]] = []
    qrels: list[tuple[str, str, int]] = []
    for item in scored:
        if not item.answerable:
            continue
        query = _name(item.question.id)
        documents: list[str] = []
        for rank, hit in enumerate(_hits(item.answer), 1):
            name = _name(hit["citation"])
            documents.append(f"{name}%{rank}" if name in documents else name)
        run += [(query, document, 1 / rank) for rank, document in enumerate(documents, 1)]
        qrels.append((query, documents[item.rank - 1] if item.rank else "not-found", 1))
    return run, qrels


def trec_lines(scored: Sequence[Scored]) -> tuple[list[str], list[str]]:
    """The lines of a TREC run and of its qrels, from which trec_eval computes the same figures."""
    run, qrels = trec_rows(scored)
    ranked = [f"{query} Q0 {document} {round(1 / value)} {value:.6f} rag" for query, document, value in run]
    return ranked, [f"{query} 0 {document} {relevance}" for query, document, relevance in qrels]


def _name(text: str) -> str:
    return re.sub(r"[\s%]", lambda found: f"%{ord(found[0]):02X}", str(text))


def _ranked_measures(scored: Sequence[Scored]) -> dict[str, dict[str, float]]:
    try:
        import ir_measures
    except ImportError as error:
        raise InputError("rag eval needs the package ir-measures: pip install ir-measures.") from error
    run, qrels = trec_rows(scored)
    found = {_name(s.question.id): dict.fromkeys(RANKED, 0.0) for s in scored}
    if run:
        measures = [ir_measures.parse_measure(name) for name in RANKED]
        judged, ranked = [ir_measures.Qrel(*row) for row in qrels], [ir_measures.ScoredDoc(*row) for row in run]
        for metric in ir_measures.iter_calc(measures, judged, ranked):
            found[metric.query_id][str(metric.measure)] = float(metric.value)
    return {s.question.id: found[_name(s.question.id)] for s in scored}


def bootstrap(values: Sequence[float], samples: int = 1_000, seed: int = 0) -> Interval:
    """The mean and its 95% percentile bootstrap interval (Efron, 1979). Raises ValueError without values."""
    if not values:
        raise ValueError("no values to take a mean of")
    given = np.asarray(values, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(given), (samples, len(given)))
    low, high = np.quantile(given[drawn].mean(axis=1), (0.025, 0.975))
    return Interval(math.fsum(values) / len(values), float(low), float(high))


def groups(scored: Sequence[Scored]) -> dict[str, list[Scored]]:
    """Answerable questions: all, by language and by kind, in that order; groups in order of first appearance."""
    answerable = [s for s in scored if s.answerable]
    found: dict[str, list[Scored]] = {"all": answerable} if answerable else {}
    for key in ("lang", "kind"):
        for item in answerable:
            found.setdefault(f"{key} {getattr(item.question, key)}", []).append(item)
    return found


def summary(scored: Sequence[Scored]) -> dict[str, dict[str, Interval]]:
    """By group, each measure's mean and interval."""
    return {
        name: {measure: bootstrap([s.measures[measure] for s in members]) for measure in MEASURES}
        for name, members in groups(scored).items()
    }


def success(scored: Sequence[Scored]) -> list[Interval]:
    """The share of answerable questions with a relevant hit among the first k, for k from 1 to 10."""
    ranks = [s.rank or math.inf for s in scored if s.answerable]
    return [bootstrap([float(rank <= k) for rank in ranks]) for k in range(1, DEPTH + 1)] if ranks else []


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that a positive scores above a negative, ties counting half (Mann-Whitney); None without both."""
    if not positive or not negative:
        return None
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def roc(positive: Sequence[float], negative: Sequence[float]) -> list[tuple[float, float]]:
    """The shares of negatives and of positives at or above each threshold, from (0, 0) to (1, 1); empty without both."""
    if not positive or not negative:
        return []
    levels = sorted({*positive, *negative}, reverse=True)
    return [
        (0.0, 0.0),
        *((sum(n >= t for n in negative) / len(negative), sum(p >= t for p in positive) / len(positive)) for t in levels),
    ]


def reliability(scored: Sequence[Scored], bins: int = 10) -> list[Bin]:
    """Answered questions by confidence in bins of equal width, empty ones left out; the last holds 1 as well."""
    found: dict[int, list[Scored]] = {}
    for item in scored:
        if item.answer:
            found.setdefault(max(0, min(int(item.confidence * bins), bins - 1)), []).append(item)
    return [
        Bin(
            i / bins,
            (i + 1) / bins,
            len(held),
            math.fsum(s.confidence for s in held) / len(held),
            sum(s.answerable for s in held),
        )
        for i, held in sorted(found.items())
    ]


def confidences(scored: Sequence[Scored]) -> tuple[list[float], list[float]]:
    """The confidences of the answerable and of the unanswerable questions."""
    return [s.confidence for s in scored if s.answerable], [s.confidence for s in scored if not s.answerable]


def refusal(scored: Sequence[Scored]) -> dict[str, float | None]:
    """Wrongly refused answerable questions, refused unanswerable ones (all, and by domain), and AUROC of confidence.

    By domain also the share that would be refused were the threshold so high that 5% of the answerable questions were, no more.
    """
    unanswerable = [s for s in scored if not s.answerable]
    answerable = sorted(confidences(scored)[0])
    high = answerable[int(_WRONGLY * len(answerable))] if answerable else 0.0
    found = {"answerable refused": _refused([s for s in scored if s.answerable]), "unanswerable refused": _refused(unanswerable)}
    for domain in sorted({s.question.domain for s in unanswerable if s.question.domain}):
        found[f"unanswerable refused, {domain}"] = _refused([s for s in unanswerable if s.question.domain == domain])
        own = confidences([s for s in unanswerable if s.question.domain == domain])[1]
        found[f"unanswerable refused, {domain}, with {_WRONGLY:.0%} wrongly"] = (
            sum(c < high for c in own) / len(own) if answerable else None
        )
    found["AUROC"] = auroc(*confidences(scored))
    return found


def _refused(scored: Sequence[Scored]) -> float | None:
    return sum(not s.answered for s in scored) / len(scored) if scored else None


def compare(a: Sequence[Scored], b: Sequence[Scored], measure: str, samples: int = 10_000, seed: int = 0) -> Comparison:
    """Paired comparison over the questions both have (Smucker, Allan & Carterette, 2007: Fisher's randomisation test)."""
    other = {s.question.id: s for s in b if s.measures}
    pairs = [(s.measures[measure], other[s.question.id].measures[measure]) for s in a if s.measures and s.question.id in other]
    if not pairs:
        raise InputError("the two runs have no answerable question in common.")
    differences = np.array([x - y for x, y in pairs])
    unequal = differences[differences != 0]
    signs = np.random.default_rng(seed).integers(0, 2, (samples, len(unequal)), np.int8) * 2 - 1
    extreme = int((np.abs(signs @ unequal) >= abs(unequal.sum()) - 1e-12).sum())
    n = len(pairs)
    return Comparison(
        measure,
        math.fsum(x for x, _ in pairs) / n,
        math.fsum(y for _, y in pairs) / n,
        int((unequal > 0).sum()),
        n - len(unequal),
        int((unequal < 0).sum()),
        (extreme + 1) / (samples + 1),
    )


def parse_thresholds(text: str) -> dict[str, float]:
    """The least values that "R@5=0.9,RR@10=0.8" asks for. Raises InputError for an unknown measure or number."""
    wanted = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        if name not in MEASURES:
            raise InputError(f"--fail-under {part!r}: {name!r} is not one of {', '.join(MEASURES)}.")
        try:
            wanted[name] = float(value)
        except ValueError:
            raise InputError(f"--fail-under {part!r}: not MEASURE=NUMBER, as in R@5=0.9.") from None
        if not 0 <= wanted[name] <= 1:
            raise InputError(f"--fail-under {part!r}: {value} is not between 0 and 1.")
    return wanted


def below(thresholds: Mapping[str, float], scored: Sequence[Scored]) -> list[str]:
    """Which thresholds the run misses, a clause each; without answerable questions all of them."""
    missed = []
    for name, least in thresholds.items():
        values = [s.measures[name] for s in scored if s.answerable]
        mean = math.fsum(values) / len(values) if values else 0.0
        if mean < least - 1e-12:
            missed.append(f"{name} is {mean:.3f}, under {least:g}")
    return missed


def to_json(scored: Sequence[Scored]) -> dict[str, Any]:
    """The summary as plain data."""
    means = {group: {name: asdict(interval) for name, interval in row.items()} for group, row in summary(scored).items()}
    missing = sum(s.answer is None for s in scored)
    sizes = {"questions": len(scored), "answerable": sum(s.answerable for s in scored), "missing": missing}
    return {**sizes, "measures": means, "refusal": refusal(scored)}


__all__ = [
    "DEPTH",
    "MEASURES",
    "RANKED",
    "Bin",
    "Comparison",
    "Interval",
    "Scored",
    "auroc",
    "below",
    "bootstrap",
    "compare",
    "confidences",
    "first_relevant",
    "groups",
    "parse_thresholds",
    "places",
    "refusal",
    "reliability",
    "roc",
    "score",
    "success",
    "summary",
    "to_json",
    "trec_lines",
    "trec_rows",
]
