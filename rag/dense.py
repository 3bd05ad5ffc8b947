"""Dense search over unit vectors by inner product, which is their cosine.

Vectors are kept as FAISS files. A flat one is mapped and searched by numpy: at the sizes that are kept flat this is as
fast as FAISS, and a cold question need not wait for FAISS to load.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt
from rag.fusion import ranking
from rag.store import read_array

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

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
        norms = np.linalg.norm(vectors, axis=1)
        if len(norms) and not np.allclose(norms, 1.0, atol=1e-3):
            raise ValueError(
                f"rows must have length 1 for cosine search; the farthest has {norms[np.abs(norms - 1).argmax()]:.4f}"
            )
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
        n, d = self._vectors.shape
        head = np.array((b"IxFI", d, n, (1 << 20, 1 << 20), 1, 0, n * d), _FLAT)
        with path.open("wb") as file:
            file.write(head.tobytes())
            file.write(np.ascontiguousarray(self._vectors, "<f4").data)

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

    def vectors(self, ids: Ids | None = None) -> Floats:
        """float32 (len(ids), dimension): the vectors of those numbers, in their order; all of them for None."""
        return self._vectors if ids is None else self._vectors[ids]


__all__ = ["DenseIndex"]
