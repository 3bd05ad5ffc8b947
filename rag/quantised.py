"""Dense search over many vectors: FAISS finds a shortlist, vectors of five bits a number put it in order.

The shortlist comes from an inverted file (Sivic & Zisserman, 2003, "Video Google") over the first principal components of the
vectors, in four bits each. The vectors themselves are kept in five bits a number, scaled to unit length, and mapped: cosines
of the shortlist come from them, and those of any others, to about 0.002. That is what recall hangs on: over 16,000 synthetic
passages (`eval/bench/scale.py`) .91 of the ten best were the exact ones with four bits, .98 with five.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt
from rag.fusion import ranking

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_LEVELS = 15  # to either side of zero
_COMPONENTS = 40  # principal components
_LISTS, _PER_LIST = 4_096, 40  # inverted lists at most, and vectors a list that they are trained on
_PROBED = 32
_LEAST = 500  # the shortest shortlist
_AT_ONCE = 16_384
_SEED = 1
# By byte: the two numbers of its low bits, and the eight whose fifth bits it holds.
_PAIRS = np.stack([np.arange(256) & 15, np.arange(256) >> 4], axis=1).astype(np.float32).view(np.complex64)[:, 0]
_EIGHTS = (16 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1) - 16.0).astype(np.float32)


def quantise(vectors: Floats) -> tuple[Bytes, npt.NDArray[np.float16]]:
    """Rows of float32 (n, d), d a multiple of 8, in five bits a number: codes uint8 (n, 5 d / 8) and scales float16 (n,)."""
    most = np.abs(vectors).max(axis=1, keepdims=True)
    levels = np.rint(vectors * (_LEVELS / np.maximum(most, 1e-12)))
    scales = 1 / np.maximum(np.sqrt(np.einsum("ij,ij->i", levels, levels)), 1)
    shifted = (levels + (_LEVELS + 1)).astype(np.uint8)
    low = shifted[:, ::2] & 15 | (shifted[:, 1::2] & 15) << 4
    return np.concatenate([low, np.packbits(shifted >> 4, axis=1)], axis=1), scales.astype(np.float16)


def restore(codes: Bytes, scales: npt.NDArray[np.float16]) -> Floats:
    """The unit vectors, float32 (n, d), that codes and scales stand for."""
    half = codes.shape[1] // 5 * 4
    vectors = np.take(_PAIRS, codes[:, :half]).view(np.float32)
    vectors += np.take(_EIGHTS, codes[:, half:], axis=0).reshape(vectors.shape)
    vectors *= scales.astype(np.float32)[:, None]
    return vectors


def width(dimension: int) -> int:
    """Bytes that the codes of a vector take."""
    return dimension // 8 * 5


class QuantisedIndex:
    """Vectors by number, 0 to n - 1, searched by cosine, nearly."""

    def __init__(self, coarse: Any, codes: Bytes, scales: npt.NDArray[np.float16]) -> None:
        import faiss

        self._coarse, self._codes, self._scales = coarse, codes, scales
        faiss.omp_set_num_threads(1)  # one question is too little work to share out
        faiss.extract_index_ivf(coarse).nprobe = _PROBED

    @classmethod
    def load(cls, path: Path, data: Bytes, codes: Bytes, scales: npt.NDArray[np.float16]) -> QuantisedIndex:
        """The index of what `write` wrote. Raises IndexCorrupt, naming the file, where its files do not fit each other."""
        import faiss

        try:
            coarse = faiss.deserialize_index(data)
            faiss.extract_index_ivf(coarse)
        except RuntimeError as error:
            raise IndexCorrupt(f"{path}: not a readable FAISS file; rebuild with 'rag index --rebuild'.") from error
        if not coarse.ntotal == len(codes) == len(scales) or width(coarse.d) != codes.shape[1]:
            raise IndexCorrupt(f"{path}: does not fit the vectors beside it; rebuild with 'rag index --rebuild'.")
        return cls(coarse, codes, scales)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self._codes.shape[1]) // 5 * 8

    def search(self, query: Floats, k: int) -> tuple[Ids, Floats]:
        """The k nearest vectors of one query (dimension,): their numbers and cosines, both (min(k, n),).

        Best first; equal cosines by number. A few of them may be missed.
        """
        k = min(k, len(self))
        wanted = min(max(k, _LEAST), len(self))
        ids = self._coarse.search(np.asarray(query, np.float32)[None], wanted)[1][0] if k > 0 else np.zeros(0, np.int64)
        ids = np.sort(ids[ids >= 0])
        scores = self.vectors(ids) @ query
        best = ranking(scores, max(k, 0))
        return ids[best], scores[best]

    def vectors(self, ids: Ids | None = None) -> Floats:
        """float32 (len(ids), dimension): the vectors of those numbers, in their order; all of them for None."""
        chosen = slice(None) if ids is None else ids
        return restore(self._codes[chosen], self._scales[chosen])

    def stored(self, first: int, last: int) -> tuple[Bytes, npt.NDArray[np.float16]]:
        """Codes and scales of the vectors `first` up to `last`."""
        return self._codes[first:last], self._scales[first:last]

    @property
    def coarse(self) -> Any:
        """The FAISS index that gives the shortlist."""
        return self._coarse


def write(path: Path, codes: Bytes, scales: npt.NDArray[np.float16], previous: Any = None, numbers: Ids | None = None) -> None:
    """Write the FAISS index that gives the shortlist.

    With a `previous` one its training is kept, and its vectors are taken over under new `numbers`, by old number; -1 for
    those that are gone. Else it is trained on vectors spread over all.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # the last bits of a sum must not depend on how many cores there are
    try:
        entries = np.zeros((len(codes), 0), np.uint8)
        known = np.zeros(len(codes), bool)
        if previous is None:
            index = _trained(codes, scales)
        else:
            index = faiss.clone_index(previous)
            old = _entries(index)
            entries = np.zeros((len(codes), old.shape[1]), np.uint8)
            assert numbers is not None
            kept = numbers >= 0
            entries[numbers[kept]] = old[kept]
            known[numbers[kept]] = True
            index.reset()
        if not entries.shape[1]:
            entries = np.zeros((len(codes), index.sa_code_size()), np.uint8)
        new = np.flatnonzero(~known)
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            entries[some] = index.sa_encode(restore(codes[some], scales[some]))
        _fill(index, entries)
        faiss.serialize_index(index).tofile(path)
    finally:
        faiss.omp_set_num_threads(threads)


def _trained(codes: Bytes, scales: npt.NDArray[np.float16]) -> Any:
    import faiss

    n, d = len(codes), codes.shape[1] // 5 * 8
    lists = min(_LISTS, 1 << max(0, int(np.log2(4 * np.sqrt(n)))))
    index = faiss.index_factory(d, f"PCAR{min(_COMPONENTS, d)},IVF{lists},SQ4", faiss.METRIC_L2)
    ivf: Any = faiss.downcast_index(faiss.extract_index_ivf(index))
    ivf.cp.seed, ivf.cp.niter = _SEED, 10
    ivf.cp.min_points_per_centroid, ivf.cp.max_points_per_centroid = 1, _PER_LIST
    sample = np.sort(np.random.default_rng(_SEED).choice(n, min(n, max(_PER_LIST * lists, 16_384)), replace=False))
    index.train(restore(codes[sample], scales[sample]))
    return index


def _entries(index: Any) -> Bytes:
    """What the index holds of each vector, by number: its list, little-endian, and its code, as `sa_encode` gives them."""
    import faiss

    ivf: Any = faiss.downcast_index(faiss.extract_index_ivf(index))
    head = index.sa_code_size() - ivf.code_size
    entries = np.zeros((index.ntotal, index.sa_code_size()), np.uint8)
    for number in range(ivf.nlist):
        size = ivf.invlists.list_size(number)
        if size:
            ids = faiss.rev_swig_ptr(ivf.invlists.get_ids(number), size)
            entries[ids, :head] = np.frombuffer(number.to_bytes(head, "little"), np.uint8)
            entries[ids, head:] = faiss.rev_swig_ptr(ivf.invlists.get_codes(number), size * ivf.code_size).reshape(size, -1)
    return entries


def _fill(index: Any, entries: Bytes) -> None:
    """Put the vectors, given as `sa_encode` gives them, into an empty trained index, in order of their numbers."""
    import faiss

    ivf: Any = faiss.downcast_index(faiss.extract_index_ivf(index))
    head = entries.shape[1] - ivf.code_size
    owners = entries[:, :head].astype(np.int64) @ (256 ** np.arange(head))
    order = np.argsort(owners, kind="stable")
    ends = np.cumsum(np.bincount(owners, minlength=ivf.nlist))
    for number, end in enumerate(ends.tolist()):
        ids = order[ends[number - 1] if number else 0 : end]
        if len(ids):
            codes = np.ascontiguousarray(entries[ids, head:])
            ivf.invlists.add_entries(number, len(ids), faiss.swig_ptr(ids), faiss.swig_ptr(codes))
    ivf.ntotal = index.ntotal = len(entries)


__all__ = ["QuantisedIndex", "quantise", "restore", "width", "write"]
