"""Dense search over unit vectors by inner product, which is their cosine.

Up to FLAT vectors are kept whole, in a flat FAISS file, which numpy searches: at these sizes it is as fast as FAISS, and
a cold question need not wait for FAISS to load. More are kept quantised (`rag.indexing.quantised`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt
from rag.indexing.blobs import ArrayFile, write_array
from rag.indexing.quantised import Components, QuantisedIndex, Spill, can_quantise, write
from rag.indexing.ranking import ranking
from rag.indexing.store import read_array

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

FLAT = 50_000  # vectors
_QUANTISED = ("codes.npy", "scales.npy", "axes.npy")

# What FAISS writes before the vectors of an IndexFlatIP.
_FLAT = np.dtype(
    [("kind", "S4"), ("d", "<i4"), ("n", "<i8"), ("unused", "<i8", 2), ("trained", "u1"), ("metric", "<i4"), ("size", "<u8")]
)


class DenseIndex:
    """Vectors by number, 0 to n - 1, searched by cosine."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    @classmethod
    def from_vectors(cls, vectors: Floats) -> DenseIndex:
        """Index the rows of a float32 (n, dimension) array. Raises ValueError when a row is not of unit length."""
        _require_unit(vectors)
        return cls(np.ascontiguousarray(vectors, dtype=np.float32))

    @classmethod
    def load(cls, path: Path, data: npt.NDArray[np.uint8] | None = None) -> DenseIndex:
        """Read what `save` wrote, from `data` where the file's bytes were mapped before.

        Raises IndexCorrupt, naming the file, when it is not a flat FAISS file of inner products.
        """
        data = read_array(path) if data is None else data
        head = np.frombuffer(data[: _FLAT.itemsize].tobytes().ljust(_FLAT.itemsize), _FLAT)[0]
        n, d = int(head["n"]), int(head["d"])
        whole = (head["kind"], int(head["size"]), len(data)) == (b"IxFI", n * d, _FLAT.itemsize + 4 * n * d)
        if not whole or n < 0 or d < 1:
            raise IndexCorrupt(f"{path}: not a readable FAISS file; rebuild with 'rag index --rebuild'.")
        # A copy, because FAISS does not align them.
        return cls(np.frombuffer(data[_FLAT.itemsize :].tobytes(), "<f4").reshape(n, d))

    def save(self, path: Path) -> None:
        """Write the index as a FAISS file; the same vectors give the same bytes."""
        _write_flat(path, [self._vectors], len(self), self.dimension)

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._vectors.shape[1])

    def search(self, query: Floats, k: int) -> tuple[Ids, Floats]:
        """The k nearest vectors of one query (dimension,): their numbers and cosines, both (min(k, n),).

        Best first; equal cosines by number.
        """
        scores = self._vectors @ np.asarray(query, np.float32)
        ids = ranking(scores, k)
        return ids, scores[ids]

    def shortlist(self, query: Floats, k: int) -> Callable[[], tuple[Ids, Floats]]:
        """What finds what `search` does; see `QuantisedIndex.shortlist`."""
        return lambda: self.search(query, k)

    def at_most(self, query: Floats, ids: Ids, cosines: Floats) -> Floats:
        """The cosines of a shortlist, which are known."""
        return cosines

    def cosines(self, query: Floats, ids: Ids) -> Floats:
        """float32 (len(ids),): the cosine of the query with each of those vectors."""
        return np.asarray(self._vectors[ids] @ query)

    def vectors(self, ids: Ids | None = None) -> Floats:
        """float32 (len(ids), dimension): the vectors of those numbers, in their order; all of them for None."""
        return self._vectors if ids is None else self._vectors[ids]


def _require_unit(vectors: Floats) -> None:
    norms = np.linalg.norm(vectors, axis=1)
    if len(norms) and not np.allclose(norms, 1.0, atol=1e-3):
        raise ValueError(f"rows must have length 1 for cosine search; the farthest has {norms[np.abs(norms - 1).argmax()]:.4f}")


def _write_flat(path: Path, parts: Iterable[Floats], n: int, dimension: int) -> None:
    """A flat FAISS file of the parts' n rows."""
    head = np.array((b"IxFI", dimension, n, (1 << 20, 1 << 20), 1, 0, n * dimension), _FLAT)
    with path.open("wb") as file:
        file.write(head.tobytes())
        for part in parts:
            file.write(np.ascontiguousarray(part, "<f4").data)


def map_dense(folder: Path, name: str) -> dict[str, npt.NDArray[Any]]:
    """The files of the vectors of that name, mapped, by the end of their name."""
    ends = ["faiss", *(end for end in _QUANTISED if (folder / f"{name}_{end}").exists())]
    return {end: read_array(folder / (f"{name}.{end}" if end == "faiss" else f"{name}_{end}")) for end in ends}


def open_dense(folder: Path, name: str, mapped: dict[str, npt.NDArray[Any]]) -> DenseIndex | QuantisedIndex:
    """The index in the files that `map_dense` mapped. Raises IndexCorrupt, naming the file, for damage."""
    path = folder / f"{name}.faiss"
    if len(mapped) == 1:
        return DenseIndex.load(path, mapped["faiss"])
    for end in _QUANTISED:
        if end not in mapped:
            raise IndexCorrupt(f"{folder / f'{name}_{end}'}: missing; rebuild with 'rag index --rebuild'.")
    return QuantisedIndex.load(path, mapped["faiss"], *(mapped[end] for end in _QUANTISED))


class DenseWriter:
    """Writes the files of an index of vectors, some at a time; they wait in files, not in memory."""

    def __init__(self, folder: Path, name: str, dimension: int, previous: DenseIndex | QuantisedIndex | None = None) -> None:
        self._folder, self._name, self._dimension = folder, name, dimension
        self._count = 0
        self._moved: list[tuple[int, int, int]] = []
        self._quantised = previous if isinstance(previous, QuantisedIndex) else None  # once quantised, vectors stay so
        self._whole = previous if isinstance(previous, DenseIndex) else None
        self._files: tuple[ArrayFile, ...] = ()
        if self._quantised is not None:
            self._open(self._quantised.components)
        self._spill = None if self._quantised else Spill(folder, name, dimension, FLAT)

    def add(self, vectors: Floats) -> None:
        """The next vectors, unit rows of a float32 (n, dimension) array. Raises ValueError for other rows."""
        _require_unit(vectors)
        self._count += len(vectors)
        if self._spill is not None:
            self._spill.append(vectors)
        elif self._quantised is not None and len(vectors):
            self._append(*self._quantised.components.quantise(vectors))

    def keep(self, first: int, last: int) -> None:
        """The next vectors: those with the numbers `first` up to `last` in the previous index."""
        if self._quantised is not None:
            self._moved.append((first, last, self._count))
            self._count += last - first
            self._append(*self._quantised.stored(first, last))
        elif self._whole is not None:
            self.add(self._whole.vectors()[first:last])

    def close(self) -> None:
        """Write the files."""
        path = self._folder / f"{self._name}.faiss"
        if self._quantised is not None:
            numbers = np.full(len(self._quantised), -1, np.int64)
            for first, last, start in self._moved:
                numbers[first:last] = np.arange(start, start + last - first)
            self._close(self._quantised.components, self._quantised.coarse, numbers)
        elif self._spill is not None:
            if self._count <= FLAT or not can_quantise(self._dimension):
                _write_flat(path, self._spill.blocks(), self._count, self._dimension)
            else:
                components = Components.train(self._spill.sample())
                self._open(components)
                for vectors in self._spill.blocks():
                    self._append(*components.quantise(vectors))
                self._close(components)
            self._spill.close()

    def _open(self, components: Components) -> None:
        stem = self._folder / f"{self._name}_"
        self._files = ArrayFile(Path(f"{stem}codes.npy"), np.uint8, components.width), ArrayFile(Path(f"{stem}scales.npy"), "<f2")

    def _append(self, *rows: npt.NDArray[np.generic]) -> None:
        for file, some in zip(self._files, rows, strict=True):
            file.append(some)

    def _close(self, components: Components, coarse: Any = None, numbers: Ids | None = None) -> None:
        for file in self._files:
            file.close()
        write_array(self._folder / f"{self._name}_axes.npy", components.array)
        codes = read_array(self._folder / f"{self._name}_codes.npy")
        write(self._folder / f"{self._name}.faiss", codes, components, coarse, numbers)


__all__ = ["FLAT", "DenseIndex", "DenseWriter", "map_dense", "open_dense"]
