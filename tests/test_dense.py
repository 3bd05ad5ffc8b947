"""FAISS against numpy's brute force: ids and scores."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from rag.errors import IndexCorrupt
from rag.indexing.dense import DenseIndex

Floats = npt.NDArray[np.float32]


def unit_rows(count: int, dimension: int, seed: int) -> Floats:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.mark.parametrize(
    ("count", "dimension", "k"), [(1, 4, 1), (37, 8, 5), (500, 64, 10), (500, 64, 150), (1203, 512, 1000), (20, 16, 99)]
)
def test_search_finds_what_brute_force_finds(count: int, dimension: int, k: int) -> None:
    vectors, query = unit_rows(count, dimension, 1), unit_rows(1, dimension, 2)[0]
    ids, scores = DenseIndex.from_vectors(vectors).search(query, k)
    cosines = vectors.astype(np.float64) @ query.astype(np.float64)
    expected = np.argsort(-cosines, kind="stable")[:k]
    assert ids.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, cosines[expected], atol=1e-6)
    assert ids.dtype == np.int64
    assert scores.dtype == np.float32


@pytest.mark.parametrize("k", [1, 3, 50, 99, 100, 101, 250, 399, 400])
def test_equal_scores_come_by_number_even_at_the_cut(k: int) -> None:
    # Unit vectors along the axes: every cosine is exactly 1, 0 or -1, so ties are ties to the last bit.
    rng = np.random.default_rng(3)
    vectors = np.zeros((400, 8), np.float32)
    vectors[np.arange(400), rng.integers(0, 4, 400)] = rng.choice([-1.0, 1.0], 400)
    query = np.eye(8, dtype=np.float32)[0]
    ids, scores = DenseIndex.from_vectors(vectors).search(query, k)
    expected = sorted(range(400), key=lambda i: (-vectors[i, 0], i))[:k]
    assert ids.tolist() == expected
    assert scores.tolist() == vectors[expected, 0].tolist()


def test_the_cosine_is_not_fooled_by_length() -> None:
    with pytest.raises(ValueError, match=r"length 1 .* 2\.0000"):
        DenseIndex.from_vectors(np.array([[1, 0], [0, 2]], np.float32))
    with pytest.raises(ValueError, match="length 1"):
        DenseIndex.from_vectors(np.array([[0, 0]], np.float32))


def test_vectors_come_back_to_the_bit() -> None:
    vectors = unit_rows(30, 16, 4)
    index = DenseIndex.from_vectors(vectors)
    assert (index.vectors() == vectors).all()
    assert (index.vectors(np.array([7, 0, 7])) == vectors[[7, 0, 7]]).all()
    assert index.vectors(np.array([], np.int64)).shape == (0, 16)
    assert (len(index), index.dimension) == (30, 16)


def test_an_empty_index_finds_nothing() -> None:
    index = DenseIndex.from_vectors(np.zeros((0, 16), np.float32))
    ids, scores = index.search(unit_rows(1, 16, 0)[0], 5)
    assert (len(ids), len(scores), len(index)) == (0, 0, 0)
    assert index.vectors().shape == (0, 16)


@pytest.mark.parametrize("name", ["vectors.faiss", "v\u00e9 cteurs \u5411\u91cf.faiss", os.fsdecode(b"v\xff.faiss")])
def test_saved_and_loaded_it_is_the_same_and_its_bytes_too(tmp_path: Path, name: str) -> None:
    vectors, query = unit_rows(50, 32, 5), unit_rows(1, 32, 6)[0]
    index = DenseIndex.from_vectors(vectors)
    index.save(tmp_path / name)
    loaded = DenseIndex.load(tmp_path / name)
    assert (loaded.vectors() == vectors).all()
    assert [a.tolist() for a in loaded.search(query, 9)] == [a.tolist() for a in index.search(query, 9)]
    DenseIndex.from_vectors(vectors.copy()).save(tmp_path / "again.faiss")
    assert (tmp_path / "again.faiss").read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("keep", [0, 3, 20, 44, 200, -1])
def test_a_truncated_file_is_named(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "vectors.faiss"
    DenseIndex.from_vectors(unit_rows(10, 8, 7)).save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(IndexCorrupt, match=r"vectors\.faiss.*rag index --rebuild"):
        DenseIndex.load(path)
