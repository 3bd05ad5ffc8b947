"""Dense search: FAISS over unit vectors, exact inner product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt
from rag.store import read_array

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


class DenseIndex:
    """Vectors by number, 0 to n - 1, searched by cosine."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Floats) -> DenseIndex:
        """Index the rows of a float32 (n, dimension) array. Raises ValueError when a row is not of unit length."""
        import faiss

        norms = np.linalg.norm(vectors, axis=1)
        if len(norms) and not np.allclose(norms, 1.0, atol=1e-3):
            raise ValueError(
                f"rows must have length 1 for cosine search; the farthest has {norms[np.abs(norms - 1).argmax()]:.4f}"
            )
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path, data: npt.NDArray[np.uint8] | None = None) -> DenseIndex:
        """Read what `save` wrote, from `data` where the file's bytes were mapped before.

        Raises IndexCorrupt, naming the file, when FAISS cannot.
        """
        import faiss

        data = read_array(path) if data is None else data
        # FAISS trusts what it reads: sizes that do not fit would make it read past the end.
        dimension, count = (int(n) for n in (*data[4:8].view("<i4"), *data[8:16].view("<i8"))) if len(data) >= 45 else (0, 0)
        if bytes(data[:4]) != b"IxFI" or dimension < 1 or count < 0 or len(data) != 45 + 4 * dimension * count:
            raise IndexCorrupt(f"{path}: not a readable FAISS file; rebuild with 'rag index --rebuild'.")
        if int(data[37:45].view("<u8")[0]) not in (dimension * count, 4 * dimension * count):
            raise IndexCorrupt(f"{path}: not a readable FAISS file; rebuild with 'rag index --rebuild'.")
        try:
            return cls(faiss.deserialize_index(data))
        except RuntimeError as error:
            raise IndexCorrupt(f"{path}: not a readable FAISS file; rebuild with 'rag index --rebuild'.") from error

    def save(self, path: Path) -> None:
        """Write the index as a FAISS file; the same vectors give the same bytes."""
        import faiss

        faiss.serialize_index(self._index).tofile(path)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._index.d)

    def search(self, query: Floats, k: int) -> tuple[Ids, Floats]:
        """The k nearest vectors of one query (dimension,): their numbers and cosines, both (min(k, n),).

        Best first; equal cosines by number.
        """
        k = min(k, len(self))
        if k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        row = query.reshape(1, -1)
        scores, ids = (found[0] for found in self._index.search(row, min(k + 1, len(self))))
        if len(ids) > k and scores[k] == scores[k - 1]:  # which of several equal ones FAISS leaves out is chance: take all
            _, scores, ids = self._index.range_search(row, np.nextafter(scores[k], np.float32(-2)))
        order = np.lexsort((ids, -scores))[:k]
        return ids[order], scores[order]

    def vectors(self, ids: Ids | None = None) -> Floats:
        """float32 (len(ids), dimension): the vectors of those numbers, in their order; all of them for None."""
        if ids is None:
            return np.asarray(self._index.reconstruct_n(0, len(self)), np.float32)
        return np.asarray(self._index.reconstruct_batch(np.asarray(ids, np.int64)), np.float32)


__all__ = ["DenseIndex"]
