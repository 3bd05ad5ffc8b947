"""Many vectors: nearly the neighbours that brute force finds, and the same bytes each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from conftest import ROOT

from rag.errors import IndexCorrupt
from rag.indexing import dense, quantised
from rag.indexing.blobs import Rows, write_array
from rag.indexing.dense import DenseIndex, DenseWriter, map_dense, open_dense
from rag.indexing.quantised import Components, Layout, QuantisedIndex
from rag.indexing.store import read_array

Floats = npt.NDArray[np.float32]


def clustered(count: int, dimension: int, seed: int) -> Floats:
    """Unit rows around a hundred centres, as sentences lie around topics."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(100, dimension))[rng.integers(0, 100, count)] + 0.7 * rng.normal(size=(count, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "FLAT", 2_000)


def written(folder: Path, vectors: Floats, step: int = 700) -> DenseIndex | QuantisedIndex:
    folder.mkdir()
    writer = DenseWriter(folder, "v", vectors.shape[1])
    for start in range(0, len(vectors), step):
        writer.add(vectors[start : start + step])
    writer.close()
    return open_dense(folder, "v", map_dense(folder, "v"))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_layout_holds_each_component_once_but_the_last_few() -> None:
    for dimension in (16, 30, 384, 512, 768, 1_024):
        layout = Layout.of(dimension)
        kept = dimension - 2 * (dimension // 64)
        assert sorted(layout.order.tolist()) == list(range(kept))
        assert layout.width == layout.whole + (kept - layout.whole) // 2
    assert (Layout.of(512).whole, Layout.of(512).pairs, Layout.of(512).width) == (112, (29, 77, 86), 304)


def test_what_a_vector_is_quantised_to_keeps_cosines() -> None:
    vectors = clustered(4_000, 64, 0)
    components = Components.train(vectors)
    codes, longer = components.quantise(vectors)
    assert (codes.shape, codes.dtype, longer.dtype) == ((4_000, components.width), np.uint8, np.float16)
    again = components.restore(codes, longer)
    error = again @ vectors[:50].T - vectors @ vectors[:50].T
    assert np.abs(error).max() < 0.1
    assert error.std() < 0.012
    np.testing.assert_allclose(components.cosines(codes, longer, components.turned(vectors[7])), again @ vectors[7], atol=1e-5)
    np.testing.assert_allclose(
        components.first(codes, 5), (vectors @ components.array[:5].T) + components.array[-2, :5], atol=0.1
    )
    far = np.eye(64, dtype=np.float32)[:3]  # further out than any level
    assert (np.diag(components.restore(*components.quantise(far))[:, :3]) > 0.3).all()


def test_few_vectors_are_kept_whole(tmp_path: Path) -> None:
    vectors = clustered(2_000, 32, 1)
    index = written(tmp_path / "few", vectors)
    assert isinstance(index, DenseIndex)
    assert (index.vectors() == vectors).all()
    assert list(files(tmp_path / "few")) == ["v.faiss"]


def test_of_many_nearly_the_nearest_are_found(tmp_path: Path) -> None:
    vectors = clustered(5_000, 128, 2)
    index = written(tmp_path / "many", vectors)
    assert isinstance(index, QuantisedIndex)
    assert (len(index), index.dimension) == (5_000, 128)
    found = exact = 0
    for query in clustered(40, 128, 2):
        ids, scores = index.search(query, 10)
        assert (np.diff(scores) <= 0).all()
        np.testing.assert_allclose(scores, vectors[ids] @ query, atol=0.05)
        found += len(set(ids.tolist()) & set(np.argsort(-(index.vectors() @ query))[:10].tolist()))
        exact += 10
    assert found >= 0.95 * exact
    np.testing.assert_allclose(index.vectors(np.array([7, 0, 7])), index.vectors()[[7, 0, 7]], atol=1e-6)
    assert len(index.search(vectors[0], 0)[0]) == 0


def test_the_same_vectors_give_the_same_bytes_however_they_come_and_on_any_number_of_cores(tmp_path: Path) -> None:
    vectors = clustered(3_000, 32, 3)
    written(tmp_path / "a", vectors)
    written(tmp_path / "b", vectors, 31)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    np.save(tmp_path / "vectors.npy", vectors)
    code = (
        "import sys, numpy as np; from pathlib import Path; from rag.indexing import dense; dense.FLAT = 2_000;"
        "folder = Path(sys.argv[1]); folder.mkdir(); writer = dense.DenseWriter(folder, 'v', 32);"
        "writer.add(np.load(folder.parent / 'vectors.npy')); writer.close()"
    )
    for threads in ("1", "2"):
        env = {**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        subprocess.run([sys.executable, "-c", code, str(tmp_path / threads)], cwd=ROOT, env=env, check=True)
        assert files(tmp_path / threads) == files(tmp_path / "a")


def test_what_is_taken_over_keeps_its_bits(tmp_path: Path) -> None:
    vectors, more = clustered(3_000, 32, 4), clustered(50, 32, 5)
    old = written(tmp_path / "old", vectors)
    assert isinstance(old, QuantisedIndex)
    (tmp_path / "new").mkdir()
    writer = DenseWriter(tmp_path / "new", "v", 32, old)
    writer.keep(1_000, 3_000)
    writer.add(more)
    writer.keep(0, 900)
    writer.close()
    new = open_dense(tmp_path / "new", "v", map_dense(tmp_path / "new", "v"))
    assert isinstance(new, QuantisedIndex)
    components = old.components
    assert (new.components.array == components.array).all()
    for part, (codes, longer) in zip(
        ((0, 2_000), (2_000, 2_050), (2_050, 2_950)),
        (old.stored(1_000, 3_000), components.quantise(more), old.stored(0, 900)),
        strict=True,
    ):
        assert (new.stored(*part)[0] == codes).all()
        assert (new.stored(*part)[1] == longer).all()
    for row in (0, 1_999, 2_000, 2_049, 2_050, 2_949):
        assert new.search(new.vectors(np.array([row]))[0], 1)[0].tolist() == [row]


@pytest.mark.parametrize("damaged", ["v.faiss", "v_codes.npy", "v_scales.npy", "v_axes.npy"])
def test_damage_is_named(tmp_path: Path, damaged: str) -> None:
    written(tmp_path / "v", clustered(2_500, 16, 6))
    path = tmp_path / "v" / damaged
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(IndexCorrupt, match=damaged.replace(".", r"\.")):
        open_dense(tmp_path / "v", "v", map_dense(tmp_path / "v", "v"))


def test_vectors_read_from_the_file_are_those_that_are_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = clustered(3_000, 32, 6)
    mapped = written(tmp_path / "v", vectors)
    monkeypatch.setattr(quantised, "_LARGE", 0)
    read = open_dense(tmp_path / "v", "v", map_dense(tmp_path / "v", "v"))
    for query in vectors[::500]:
        for one, other in zip(read.search(query, 20), mapped.search(query, 20), strict=True):
            assert (one == other).all()


def test_scattered_reads_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "rows.npy"
    array = np.random.default_rng(3).integers(0, 255, (200_000, 320), np.uint8)
    write_array(path, array)
    mapped = read_array(path)
    rows, chosen = Rows(path, mapped), np.arange(0, len(array), 97)
    assert (rows[chosen] == array[chosen]).all()
    for some in ([0, 1, 2, 7, 8, 199_999], [5], [9, 8, 8, 0, 1]):
        assert (rows[np.array(some)] == array[some]).all()
    assert rows[np.zeros(0, np.int64)].shape == (0, 320)
    if Path("/proc/self/smaps").exists():
        lines = Path("/proc/self/smaps").read_text().split(str(path))[1].splitlines()
        assert next(int(line.split()[1]) for line in lines if line.startswith("Rss:")) < 100
    with path.open("r+b") as file:
        file.truncate(10_000)
    with pytest.raises(IndexCorrupt, match=r"rows\.npy: damaged"):
        rows[chosen]
