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

from rag.store import read_array
from rag.terms import terms

K1 = 1.2
B = 0.4  # long passages are punished less than usual: passages differ little in length
FILES = ("terms.utf8", "term_ends.npy", "posting_ends.npy", "posting_documents.npy", "posting_counts.npy", "lengths.npy")

_REMEMBERED = 4_096  # phrases whose documents are kept at hand

Floats = npt.NDArray[np.float32]
Documents = npt.NDArray[np.int32]


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
        self._phrases: dict[str, tuple[npt.NDArray[np.int32], Floats]] = {}
        self._mean = float(self._lengths.mean()) if len(self._lengths) else 1.0

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
        return cls({name: read_array(folder / name) for name in FILES})

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

    def holds(self, text: str) -> bool:
        """Whether any document holds all terms of a word or phrase."""
        return len(self.phrase(text)[0]) > 0

    def phrase(self, text: str) -> tuple[npt.NDArray[np.int32], Floats]:
        """The documents that hold all terms of a word or phrase, ascending, and how often: the least count of any term.

        Both empty for a text without terms.
        """
        if text not in self._phrases:
            if len(self._phrases) >= _REMEMBERED:
                self._phrases.clear()
            self._phrases[text] = self._find(text)
        return self._phrases[text]

    def _find(self, text: str) -> tuple[npt.NDArray[np.int32], Floats]:
        ranges = [self._range(term) for term in dict.fromkeys(terms(text))]
        if not ranges or any(start == end for start, end in ranges):
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        ranges.sort(key=lambda r: r[1] - r[0])
        start, end = ranges[0]
        documents = np.asarray(self._documents[start:end], np.int32)
        counts = np.asarray(self._counts[start:end], np.float32)
        for start, end in ranges[1:]:
            held = np.asarray(self._documents[start:end], np.int32)
            documents, here, there = np.intersect1d(documents, held, assume_unique=True, return_indices=True)
            counts = np.minimum(counts[here], np.asarray(self._counts[start:end], np.float32)[there])
        return documents, counts

    def concept(self, variants: Mapping[str, float]) -> tuple[npt.NDArray[np.int32], Floats, float]:
        """A question word in all its variants: the documents that hold any, ascending, the BM25 of each, and the idf.

        The variants, weighted 0 to 1, count as one term whose frequency is the weighted sum of theirs: Pirkola (1998),
        "The Effects of Query Structure and Dictionary Setups", weighted as Darwish & Oard (2003). The idf is 0, and the
        arrays are empty, where no document holds any.
        """
        found = [(*self.phrase(variant), variants[variant]) for variant in sorted(variants)]
        found = [postings for postings in found if len(postings[0])]
        if not found:
            return np.zeros(0, np.int32), np.zeros(0, np.float32), 0.0
        held, counts = _together(found, len(self))
        idf = _idf(len(held), len(self))
        norm = K1 * (1 - B + B * np.asarray(self._lengths[held], np.float32) / self._mean)
        return held, np.asarray(idf * counts * (K1 + 1) / (counts + norm), np.float32), idf

    def unknown_idf(self) -> float:
        """The idf that a term of no document would have."""
        return _idf(0, len(self))

    def starting_with(self, prefix: str) -> list[str]:
        """The terms that start with a prefix, in order of their UTF-8 bytes."""
        key = prefix.encode("utf-8", "replace")
        found = []
        for i in range(bisect_left(self._vocabulary, key), len(self._vocabulary)):
            term = self._vocabulary[i]
            if not term.startswith(key):
                break
            found.append(term.decode())
        return found

    def vocabulary(self) -> list[str]:
        """Every term, in order of its UTF-8 bytes."""
        return [term.decode() for term in self._vocabulary]

    def _range(self, term: str) -> tuple[int, int]:
        key = term.encode("utf-8", "replace")
        i = bisect_left(self._vocabulary, key)
        if i == len(self._vocabulary) or self._vocabulary[i] != key:
            return 0, 0
        return int(self._ends[i - 1]) if i else 0, int(self._ends[i])


def _together(found: Sequence[tuple[Documents, Floats, float]], documents: int) -> tuple[Documents, Floats]:
    """The documents of several postings lists, ascending, and their counts, weighted and added in the order of the lists."""
    if len(found) == 1:
        held, counts, weight = found[0]
        return held, np.asarray(weight * counts.astype(np.float64), np.float32)
    if 8 * sum(len(held) for held, _, _ in found) > documents:
        total = np.zeros(documents)
        for held, counts, weight in found:
            total[held] += weight * counts.astype(np.float64)
        held = np.flatnonzero(total).astype(np.int32)
        return held, total[held].astype(np.float32)
    every = np.concatenate([held for held, _, _ in found])
    order = np.argsort(every, kind="stable")
    every = every[order]
    weighted = np.concatenate([weight * counts.astype(np.float64) for _, counts, weight in found])[order]
    first = np.flatnonzero(np.diff(every, prepend=-1))
    return every[first], np.add.reduceat(weighted, first).astype(np.float32)


def _idf(holding: int, documents: int) -> float:
    return float(np.log1p((documents - holding + 0.5) / (holding + 0.5)))


__all__ = ["FILES", "LexicalIndex"]
