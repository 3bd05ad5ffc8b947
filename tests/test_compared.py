"""Passages compared in parts are those compared at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.encoding.encoders import Encoder
from rag.indexing.index import Index
from rag.retrieval.compared import OUTSIDE, Compared


def test_parts_in_any_order_make_the_whole(sample_index: Path, encoder: Encoder) -> None:
    index = Index(sample_index)
    query = encoder.encode_queries(["what does a training run cost?"])[0]
    cosines = index.dense.cosines(query, np.arange(len(index.passages)))
    whole = Compared.of(index, query, np.arange(len(index.passages)), cosines)

    @given(st.lists(st.integers(0, 3), min_size=len(index.passages), max_size=len(index.passages)))
    def check(part_of: list[int]) -> None:
        chosen = (np.flatnonzero(np.array(part_of) == part) for part in (2, 0, 3, 1))
        joined = Compared.joined([Compared.of(index, query, numbers, cosines[numbers]) for numbers in chosen if len(numbers)])
        for name in ("numbers", "sentences", "starts"):
            assert np.array_equal(getattr(joined, name), getattr(whole, name))
        for name in ("cosines", "own", "best"):
            np.testing.assert_allclose(getattr(joined, name), getattr(whole, name), atol=1e-6)

    check()


def test_each_passage_has_its_own_sentences(sample_index: Path, encoder: Encoder) -> None:
    index = Index(sample_index)
    query = encoder.encode_queries(["who invests?"])[0]
    three, fifth = np.array([2, 5, 11]), np.array([index.passages.rows["sentence"][5]])
    some = Compared.of(index, query, three, index.dense.cosines(query, three), within=fifth)
    assert some.counts.tolist() == [len(index.passages[i].sentences) for i in (2, 5, 11)]
    assert np.flatnonzero(some.own != OUTSIDE).tolist() == [some.starts[1]]
    assert some.best.tolist() == [OUTSIDE, some.own[some.starts[1]], OUTSIDE]
