"""What of a question documents hold, against scoring every one of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from rag.bridges import Concept
from rag.coverage import Coverage, kth_highest
from rag.fusion import ranking
from rag.lexical import LexicalIndex


def index_of(seed: int, documents: int = 700) -> tuple[LexicalIndex, list[str], random.Random]:
    rng = random.Random(seed)
    words = [f"w{i}" for i in range(60)]
    weights = [1 / (i + 1) for i in range(60)]
    return LexicalIndex.from_terms([rng.choices(words, weights, k=rng.randint(0, 30)) for _ in range(documents)]), words, rng


def test_the_arithmetic_of_two_variants() -> None:
    # "a" once and "b" twice count as a frequency of 1 + 0.5 * 2 = 2 of one term, which two of three documents hold.
    index = LexicalIndex.from_terms([["a", "b", "b"], ["b"], ["c"]])
    held = Coverage(index, [Concept("a", {"a": 1.0, "b": 0.5}, "exact"), Concept("x", {}, "none")])
    idf, unknown = np.log(1 + 1.5 / 2.5), np.log(1 + 3.5 / 0.5)
    mean = 5 / 3
    first = idf * 2 * 2.2 / (2 + 1.2 * (0.6 + 0.4 * 3 / mean))
    second = idf * 0.5 * 2.2 / (0.5 + 1.2 * (0.6 + 0.4 * 1 / mean))
    most = (idf + unknown) * 2.2
    np.testing.assert_allclose(held.of(np.arange(3)), [first / most, second / most, 0], rtol=1e-5)
    assert held.idfs == pytest.approx((idf, unknown))
    assert held.best(3).tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(12))
def test_the_best_are_those_that_scoring_all_finds(seed: int) -> None:
    index, words, rng = index_of(seed)
    every = np.arange(len(index))
    for k in (1, 5, 50, 2_000):
        chosen = [rng.sample(words, rng.randint(1, 4)) for _ in range(rng.randint(1, 8))]
        wanted = [
            Concept("|".join(variants), {v: rng.choice([0.3, 0.8, 1.0]) for v in variants}, "exact", rng.choice([0.5, 1.0]))
            for variants in chosen
        ]
        held = Coverage(index, wanted)
        scores = held.of(every)
        best = ranking(scores, k)
        assert held.best(k).tolist() == best[scores[best] > 0].tolist()
        some = np.sort(np.array(rng.sample(range(len(index)), 40)))
        assert held.of(some).tolist() == scores[some].tolist()


def test_nothing_wanted_and_nothing_held() -> None:
    index, _, _ = index_of(0, 20)
    for wanted in ([], [Concept("nowhere", {}, "none")], [Concept("nowhere", {"nowhere": 1.0}, "exact")]):
        held = Coverage(index, wanted)
        assert held.of(np.arange(20)).tolist() == [0.0] * 20
        assert held.best(5).tolist() == []


@pytest.mark.parametrize("count", [10, 5_000, 200_000])
@pytest.mark.parametrize("k", [1, 7, 200])
def test_at_least_k_values_reach_the_kth_highest(count: int, k: int) -> None:
    rng = np.random.default_rng(count)
    for values in (rng.normal(size=count), rng.integers(0, 3, count), np.zeros(count), np.sort(rng.normal(size=count))):
        values = values.astype(np.float32)
        if k <= count:
            least = kth_highest(values, k)
            assert int((values >= least).sum()) >= k
            assert least == np.sort(values)[-k]
