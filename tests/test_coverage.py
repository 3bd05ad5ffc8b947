"""What of a question documents hold, against scoring every one of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from rag.indexing.lexical import LexicalIndex
from rag.indexing.ranking import ranking
from rag.retrieval import coverage
from rag.retrieval.bridges import Concept
from rag.retrieval.coverage import Coverage


def index_of(seed: int, documents: int = 700) -> tuple[LexicalIndex, list[str], random.Random]:
    rng = random.Random(seed)
    words = [f"w{i}" for i in range(60)]
    weights = [1 / (i + 1) for i in range(60)]
    return LexicalIndex.from_terms([rng.choices(words, weights, k=rng.randint(0, 30)) for _ in range(documents)]), words, rng


def test_the_arithmetic_of_two_variants() -> None:
    # "a" once and "b" twice count as a frequency of 1 + 0.5 * 2 = 2 of one term, which two of three documents hold.
    index = LexicalIndex.from_terms([["a", "b", "b"], ["b"], ["c"]])
    held = Coverage(index, {"leg": [Concept("a", {"a": 1.0, "b": 0.5}, "exact"), Concept("x", {}, "none")]})
    idf, unknown = np.log(1 + 1.5 / 2.5), np.log(1 + 3.5 / 0.5)
    mean = 5 / 3
    first = idf * 2 * 2.2 / (2 + 1.2 * (0.6 + 0.4 * 3 / mean))
    second = idf * 0.5 * 2.2 / (0.5 + 1.2 * (0.6 + 0.4 * 1 / mean))
    most = (idf + unknown) * 2.2
    np.testing.assert_allclose(held.of(np.arange(3))["leg"], [first / most, second / most, 0], rtol=1e-5)
    assert held.idfs["leg"] == pytest.approx((idf, unknown))
    assert held.best(3)["leg"].tolist() == [0, 1]


def concepts_of(words: list[str], rng: random.Random) -> list[Concept]:
    chosen = [rng.sample(words, rng.randint(1, 4)) for _ in range(rng.randint(1, 8))]
    return [
        Concept("|".join(variants), {v: rng.choice([0.3, 0.8, 1.0]) for v in variants}, "exact", rng.choice([0.5, 1.0]))
        for variants in chosen
    ]


@pytest.mark.parametrize("seed", range(12))
def test_the_best_are_those_that_score_highest(seed: int) -> None:
    index, words, rng = index_of(seed)
    for k in (1, 5, 50, 2_000):
        held = Coverage(index, {"a": concepts_of(words, rng), "b": concepts_of(words, rng)})
        every = held.of(np.arange(len(index)))
        some = np.sort(np.array(rng.sample(range(len(index)), 40)))
        for leg, scores in every.items():
            best = ranking(scores, k)
            assert held.best(k)[leg].tolist() == best[scores[best] > 0].tolist()
            assert held.of(some)[leg].tolist() == scores[some].tolist()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("long", [1, 100, 8_192])
def test_no_document_has_more_than_what_is_said_to_be_the_most(seed: int, long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "_LONG", long)
    monkeypatch.setattr(coverage, "_LITTLE", 0.2)
    index, words, rng = index_of(seed)
    weights = {"a": 1.5, "b": 2.0}
    held = Coverage(index, {leg: concepts_of(words, rng) for leg in weights})
    scores = held.of(np.arange(len(index)))
    total = weights["a"] * scores["a"] + weights["b"] * scores["b"]
    sums, left = held.at_most(weights)
    assert (sums + left >= total - 1e-5).all()
    assert 0 <= left <= 0.2 * sum(weights.values())
    assert left == 0 or long < 8_192
    assert (sums[total == 0] == 0).all()


def test_nothing_wanted_and_nothing_held() -> None:
    index, _, _ = index_of(0, 20)
    for wanted in ([], [Concept("nowhere", {}, "none")], [Concept("nowhere", {"nowhere": 1.0}, "exact")]):
        held = Coverage(index, {"leg": wanted, "other": wanted})
        assert held.of(np.arange(20))["leg"].tolist() == [0.0] * 20
        assert held.best(5)["other"].tolist() == []
        sums, left = held.at_most({"leg": 1.0, "other": 1.0})
        assert (sums.tolist(), left) == ([0.0] * 20, 0.0)
