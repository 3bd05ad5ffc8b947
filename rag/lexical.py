"""Lexical search: BM25 over an inverted index of flat arrays that can be memory-mapped.

The weighting is that of Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the
always positive idf ln(1 + (N - n + 0.5) / (n + 0.5)) that Lucene uses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

K1 = 1.2
B = 0.75
FILES = ("terms.utf8", "term_ends.npy", "posting_ends.npy", "posting_documents.npy", "posting_counts.npy", "lengths.npy")

Floats = npt.NDArray[np.float32]


class _Vocabulary(Sequence[bytes]):
    """Sorted terms in one byte string, by number."""

    def __init__(self, blob: bytes | npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> None:
        self._blob, self._ends = blob, ends

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, i: int) -> bytes:  # type: ignore[override]
        return bytes(self._blob[int(self._ends[i - 1]) if i else 0 : int(self._ends[i])])


class LexicalIndex:
    """Which document holds which term how often."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self._arrays = dict(arrays)
        self._vocabulary = _Vocabulary(arrays["terms.utf8"], arrays["term_ends.npy"])  # type: ignore[arg-type]
        self._ends = arrays["posting_ends.npy"]
        self._documents = arrays["posting_documents.npy"]
        self._counts = arrays["posting_counts.npy"]
        self._lengths = arrays["lengths.npy"]
        self._mean = float(self._lengths.mean()) if len(self._lengths) else 1.0  # type: ignore[arg-type]

    @classmethod
    def from_terms(cls, documents: Iterable[Sequence[str]]) -> LexicalIndex:
        """Index documents given as their terms; document i is the i-th."""
        postings: dict[str, list[tuple[int, int]]] = {}
        lengths: list[int] = []
        for number, document in enumerate(documents):
            lengths.append(len(document))
            for term, count in Counter(document).items():
                postings.setdefault(term, []).append((number, min(count, 65535)))
        keys = sorted(postings, key=lambda term: term.encode())
        encoded = [term.encode() for term in keys]
        flat = [posting for term in keys for posting in postings[term]]
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "terms.utf8": np.frombuffer(b"".join(encoded), np.uint8),
            "term_ends.npy": np.cumsum([len(term) for term in encoded], dtype=np.int64),
            "posting_ends.npy": np.cumsum([len(postings[term]) for term in keys], dtype=np.int64),
            "posting_documents.npy": np.array([d for d, _ in flat], np.int32),
            "posting_counts.npy": np.array([c for _, c in flat], np.uint16),
            "lengths.npy": np.array(lengths, np.int32),
        }
        return cls(arrays)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read, memory-mapped, what `save` wrote."""
        return cls({name: _read(folder / name) for name in FILES})

    def save(self, folder: Path) -> None:
        """Write the FILES; the same documents give the same bytes."""
        for name in FILES:
            if name.endswith(".npy"):
                np.save(folder / name, self._arrays[name])
            else:
                (folder / name).write_bytes(self._arrays[name].tobytes())

    def __len__(self) -> int:
        return len(self._lengths)

    def idf(self, term: str) -> float:
        """Inverse document frequency: 0 for a term that no document has, else positive."""
        start, end = self._range(term)
        return _idf(end - start, len(self)) if end > start else 0.0

    def scores(self, query: Mapping[str, float]) -> Floats:
        """BM25 of every document, float32 (n,), for a query of weighted terms; 0 where no term matches."""
        total = np.zeros(len(self), np.float32)
        for term in sorted(query):
            documents, scores = self.term_scores(term)
            total[documents] += np.float32(query[term]) * scores
        return total

    def term_scores(self, term: str) -> tuple[npt.NDArray[np.int32], Floats]:
        """The documents that hold the term, ascending, and its BM25 in each."""
        start, end = self._range(term)
        documents = np.asarray(self._documents[start:end], np.int32)
        counts = np.asarray(self._counts[start:end], np.float32)
        lengths = np.asarray(self._lengths[documents], np.float32)
        weight = _idf(end - start, len(self)) if end > start else 0.0
        norm = K1 * (1 - B + B * lengths / self._mean)
        return documents, np.asarray(weight * counts * (K1 + 1) / (counts + norm), np.float32)

    def vocabulary(self) -> list[str]:
        """Every term, in order of its UTF-8 bytes."""
        return [term.decode() for term in self._vocabulary]

    def _range(self, term: str) -> tuple[int, int]:
        key = term.encode("utf-8", "replace")
        i = bisect_left(self._vocabulary, key)
        if i == len(self._vocabulary) or self._vocabulary[i] != key:
            return 0, 0
        return int(self._ends[i - 1]) if i else 0, int(self._ends[i])  # type: ignore[call-overload]


def _idf(holding: int, documents: int) -> float:
    return float(np.log1p((documents - holding + 0.5) / (holding + 0.5)))


def _read(path: Path) -> npt.NDArray[np.generic]:
    if path.suffix == ".npy":
        return np.load(path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
    return np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)


__all__ = ["FILES", "LexicalIndex"]
