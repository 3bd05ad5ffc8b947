"""Lexical search: BM25 over an inverted index of flat arrays that can be memory-mapped.

The weighting is that of Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the
always positive idf ln(1 + (N - n + 0.5) / (n + 0.5)) that Lucene uses.
"""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, takewhile
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from rag.indexing.blobs import ArrayFile, Strings, write_array
from rag.indexing.store import read_array
from rag.text.terms import terms

K1 = 1.2
B = 0.4  # long passages are punished less than usual: passages differ little in length
FILES = (
    "terms.utf8",
    "term_ends.npy",
    "posting_ends.npy",
    "gap_ends.npy",
    "posting_gaps.npy",
    "posting_counts.npy",
    "lengths.npy",
)

_FAR = 65_535  # a gap of this size in `posting_gaps` is no posting: the next gap counts from there
_MOST = 255  # the highest count that is kept of a term in a document
_UNMERGED = "unmerged-"
_RUN = 4_000_000  # postings that are put in order at once

_REMEMBERED = 2_000_000  # documents of terms and phrases that are kept at hand
_NUMBERED = 10_000  # terms whose numbers are kept at hand

Floats = npt.NDArray[np.float32]
Documents = npt.NDArray[np.int64]  # numpy takes these for places as they are, and copies other numbers first
Postings = tuple[Documents, npt.NDArray[np.uint8]]
"""Documents, ascending, and counts."""
_Waiting = npt.NDArray[np.int32]  # documents in the files of a writer
_Key = TypeVar("_Key", str, int)


class LexicalIndex:
    """Which document holds which term how often."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        self._arrays = dict(arrays)
        self._vocabulary = Strings(arrays["terms.utf8"], arrays["term_ends.npy"])  # type: ignore[arg-type]
        self._number = lru_cache(maxsize=_NUMBERED)(self._vocabulary.find)
        self._ends, self._gap_ends = arrays["posting_ends.npy"], arrays["gap_ends.npy"]
        self._gaps = arrays["posting_gaps.npy"]
        self._counts = arrays["posting_counts.npy"]
        self._lengths = arrays["lengths.npy"]
        self._found: dict[str | int, Postings] = {}  # of phrases, and by number of terms
        self._remembered = 0
        self._scratch = threading.local()
        self._mean = float(self._lengths.mean()) if len(self._lengths) else 1.0

    @classmethod
    def from_terms(cls, documents: Iterable[Sequence[str]]) -> LexicalIndex:
        """Index documents given as their terms; document i is the i-th."""
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            writer = LexicalWriter(Path(folder))
            for document in documents:
                writer.add(document)
            writer.close()
            return cls({name: read_array(Path(folder) / name).copy() for name in FILES})

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Read, memory-mapped, what `save` wrote."""
        return cls({name: read_array(folder / name) for name in FILES})

    def save(self, folder: Path) -> None:
        """Write the FILES; the same documents give the same bytes."""
        for name in FILES:
            if name.endswith(".npy"):
                write_array(folder / name, self._arrays[name])
            else:
                (folder / name).write_bytes(self._arrays[name].tobytes())

    def __len__(self) -> int:
        return len(self._lengths)

    def idf(self, term: str) -> float:
        """Inverse document frequency: 0 for a term that no document has, else positive."""
        start, end = self._range(self._number(term))
        return idf(end - start, len(self)) if end > start else 0.0

    def scores(self, query: Mapping[str, float]) -> Floats:
        """BM25 of every document, float32 (n,), for a query of weighted terms; 0 where no term matches."""
        total = np.zeros(len(self), np.float32)
        for term in sorted(query):
            documents, scores = self.term_scores(term)
            total[documents] += np.float32(query[term]) * scores
        return total

    def term_scores(self, term: str) -> tuple[Documents, Floats]:
        """The documents that hold the term, ascending, and its BM25 in each."""
        documents, held = self._postings(self._number(term))
        counts = held.astype(np.float32)
        weight = idf(len(documents), len(self)) if len(documents) else 0.0
        return documents, np.asarray(weight * counts * (K1 + 1) / (counts + self.norm(documents)), np.float32)

    def norm(self, documents: Documents) -> Floats:
        """What BM25 adds to a count below the line, for the documents' lengths."""
        return np.asarray(self._norms.take(documents))

    @contextmanager
    def places(self, documents: Documents) -> Iterator[npt.NDArray[np.int32]]:
        """By document, its place among those documents, from 1; 0 for others. Good for the body, in this thread."""
        places: npt.NDArray[np.int32] | None = getattr(self._scratch, "places", None)
        if places is None:
            places = self._scratch.places = np.zeros(len(self), np.int32)
        places[documents] = np.arange(1, len(documents) + 1)
        try:
            yield places
        finally:
            places[documents] = 0

    @cached_property
    def _norms(self) -> Floats:
        return np.asarray(K1 * (1 - B + B * np.asarray(self._lengths, np.float32) / (self._mean or 1.0)))

    def holds(self, text: str) -> bool:
        """Whether any document holds all terms of a word or phrase."""
        found = dict.fromkeys(terms(text))
        if len(found) == 1:
            return self._number(next(iter(found))) is not None
        return len(self.phrase(text)[0]) > 0

    def phrase(self, text: str) -> Postings:
        """The documents that hold all terms of a word or phrase, ascending, and how often: the least count of any term.

        Both empty for a text without terms.
        """
        return self._kept(text, self._find)

    def _kept(self, key: _Key, find: Callable[[_Key], Postings]) -> Postings:
        """What was found for a text or the number of a term, kept for the next time."""
        found = self._found.get(key)
        if found is None:
            found = find(key)
            self._remembered += len(found[0]) + 100
            if self._remembered > _REMEMBERED:
                self._found.clear()
                self._remembered = len(found[0])
            self._found[key] = found
        return found

    def _find(self, text: str) -> Postings:
        numbers = [self._number(term) for term in dict.fromkeys(terms(text))]
        every = [self._kept(number, self._postings) for number in numbers if number is not None]
        if not every or len(every) < len(numbers):
            return np.zeros(0, np.int64), np.zeros(0, np.uint8)
        every.sort(key=lambda postings: len(postings[0]))
        documents, counts = every[0]
        for held, others in every[1:]:
            places = np.minimum(np.searchsorted(held, documents), len(held) - 1)
            both = held[places] == documents
            documents, counts = documents[both], np.minimum(counts[both], others[places[both]])
        return documents, counts

    def unknown_idf(self) -> float:
        """The idf that a term of no document would have."""
        return idf(0, len(self))

    def starting_with(self, prefix: str) -> list[str]:
        """The terms that start with a prefix, in order of their UTF-8 bytes."""
        following = (self._vocabulary[i] for i in range(self._vocabulary.place(prefix), len(self._vocabulary)))
        return list(takewhile(lambda term: term.startswith(prefix), following))

    def vocabulary(self) -> list[str]:
        """Every term, in order of its UTF-8 bytes."""
        return list(self._vocabulary)

    def characters(self) -> set[str]:
        """Every character that stands in a term."""
        return set(self._vocabulary.joined().decode())

    def _range(self, number: int | None) -> tuple[int, int]:
        """Where the term's postings are."""
        return (0, 0) if number is None else _between(self._ends, number)

    def _postings(self, number: int | None) -> Postings:
        """The documents that hold the term, ascending, and how often."""
        if number is None:
            return np.zeros(0, np.int64), np.zeros(0, np.uint8)
        start, end = self._range(number)
        low, high = _between(self._gap_ends, number)
        gaps = self._gaps[low:high]
        reached = np.cumsum(gaps, dtype=np.int64)
        return reached if end - start == high - low else reached[gaps != _FAR], np.asarray(self._counts[start:end], np.uint8)

    def _stretch(self, first: int, last: int) -> tuple[Documents, npt.NDArray[np.uint8]]:
        """The postings of the terms with these numbers, one term after the other."""
        ends, gap_ends = (_part(column, first, last) for column in (self._ends, self._gap_ends))
        gaps = np.asarray(self._gaps[gap_ends[0] : gap_ends[-1]], np.int64)
        reached = np.concatenate([[0], np.cumsum(gaps)])
        base = np.repeat(reached[gap_ends[:-1] - gap_ends[0]], ends[1:] - ends[:-1])
        documents = reached[1:][gaps != _FAR] - base
        return documents, np.asarray(self._counts[ends[0] : ends[-1]], np.uint8)


def _part(ends: npt.NDArray[np.generic], first: int, last: int) -> npt.NDArray[np.int64]:
    """Where the items `first` up to `last` end, behind where the first one begins."""
    begin = int(ends[first - 1]) if first else 0
    return np.concatenate([[begin], np.asarray(ends[first:last], np.int64)])


def _between(ends: npt.NDArray[np.generic], i: int) -> tuple[int, int]:
    return int(ends[i - 1]) if i else 0, int(ends[i])


@dataclass(frozen=True, slots=True)
class _Run:
    """Postings in order of terms, in files: the terms, sorted and ended by line feeds, and how many postings each has."""

    terms: bytes
    held: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    documents: _Waiting
    counts: npt.NDArray[np.uint8]

    @property
    def names(self) -> list[bytes]:
        return self.terms.split(b"\n")[:-1]

    def stretch(self, first: int, last: int) -> tuple[_Waiting, npt.NDArray[np.uint8]]:
        """The postings of the terms with these numbers, one term after the other."""
        start, end = int(self.ends[first - 1]) if first else 0, int(self.ends[last - 1]) if last else 0
        return self.documents[start:end], self.counts[start:end]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The same of an index that is there, with other numbers for its documents; -1 for those that are left out."""

    index: LexicalIndex
    numbers: _Waiting

    @property
    def names(self) -> list[bytes]:
        return list(self.index._vocabulary.encoded())

    @property
    def held(self) -> npt.NDArray[np.int64]:
        ends = _part(self.index._ends, 0, len(self.index._ends))
        return ends[1:] - ends[:-1]

    def stretch(self, first: int, last: int) -> tuple[_Waiting, npt.NDArray[np.uint8]]:
        documents, counts = self.index._stretch(first, last)
        return self.numbers[documents], counts


class LexicalWriter:
    """Writes the FILES of a LexicalIndex, document after document.

    Postings are put in order by the million and merged at the end. The same documents give the same bytes, whether they
    were added or taken over from an index that had them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lengths = array("i")
        self._terms: dict[str, int] = {}
        self._owners, self._documents, self._counts = array("i"), array("i"), array("B")
        self._runs: list[_Run | _Kept] = []
        self._old: LexicalIndex | None = None
        self._moved: list[tuple[int, int, int]] = []

    def add(self, document: Sequence[str]) -> None:
        """The next document, given as its terms."""
        number = len(self._lengths)
        self._lengths.append(len(document))
        known = self._terms
        counted = Counter(document)
        for term in counted:
            if term not in known:
                known[term] = len(known)
        self._owners.extend([known[term] for term in counted])
        self._documents.extend([number] * len(counted))
        self._counts.extend([min(count, _MOST) for count in counted.values()])
        if len(self._owners) >= _RUN:
            self._flush()

    def keep(self, old: LexicalIndex, first: int, last: int) -> None:
        """The next documents: those with the numbers `first` up to `last` in `old`, always the same index."""
        self._old = old
        self._moved.append((first, last, len(self._lengths)))
        self._lengths.extend(old._lengths[first:last].tolist())

    def close(self) -> None:
        """Write the files."""
        self._flush()
        if self._old is not None:
            numbers = np.full(len(self._old), -1, np.int32)
            for first, last, start in self._moved:
                numbers[first:last] = np.arange(start, start + last - first)
            self._runs.append(_Kept(self._old, numbers))
        blob = (self._folder / "terms.utf8").open("wb")
        kinds = {"term_ends.npy": np.int64, "posting_ends.npy": np.int64, "gap_ends.npy": np.int64,
                 "posting_gaps.npy": np.uint16, "posting_counts.npy": np.uint8}  # fmt: skip
        files = {name: ArrayFile(self._folder / name, kind) for name, kind in kinds.items()}
        letters = postings = 0
        for names, held, documents, counts in _merged(self._runs, len(self._lengths)):
            gaps, wide = _gaps(held, documents)
            blob.write(b"".join(names))
            files["term_ends.npy"].append(letters + np.cumsum([len(name) for name in names], dtype=np.int64))
            files["posting_ends.npy"].append(postings + np.cumsum(held))
            files["gap_ends.npy"].append(len(files["posting_gaps.npy"]) + np.cumsum(wide))
            files["posting_gaps.npy"].append(gaps)
            files["posting_counts.npy"].append(counts)
            letters += sum(map(len, names))
            postings += len(documents)
        blob.close()
        for file in files.values():
            file.close()
        write_array(self._folder / "lengths.npy", np.array(self._lengths, np.int32))
        for path in self._folder.glob(f"{_UNMERGED}*"):
            path.unlink()

    def _flush(self) -> None:
        """Turn what was added into a run."""
        if not self._owners:
            return
        names = [term.encode() for term in self._terms]
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), np.int32)
        rank[order] = np.arange(len(names), dtype=np.int32)
        owners = rank[np.array(self._owners, np.int32)]
        by_term = np.argsort(owners, kind="stable")
        held = np.bincount(owners, minlength=len(names))
        stem = self._folder / f"{_UNMERGED}{len(self._runs)}"
        paths = stem.with_suffix(".documents.npy"), stem.with_suffix(".counts.npy")
        write_array(paths[0], np.array(self._documents, np.int32)[by_term])
        write_array(paths[1], np.array(self._counts, np.uint8)[by_term])
        documents, counts = map(read_array, paths)
        terms = b"".join(names[i] + b"\n" for i in order)
        self._runs.append(_Run(terms, held, np.cumsum(held), documents, counts))
        self._terms = {}
        self._owners, self._documents, self._counts = array("i"), array("i"), array("B")


def _merged(
    runs: Sequence[_Run | _Kept], documents: int
) -> Iterator[tuple[list[bytes], npt.NDArray[np.int64], _Waiting, npt.NDArray[np.uint8]]]:
    """The runs' postings together, in order of terms and then of documents, some millions at a time."""
    listed = [run.names for run in runs]
    names = list(dict.fromkeys(sorted(chain.from_iterable(listed))))  # sorted lists in a row are merged fast
    number = {name: i for i, name in enumerate(names)}
    owners = [np.array([number[name] for name in own], np.int64) for own in listed]
    total = np.zeros(len(names), np.int64)
    for run, own in zip(runs, owners, strict=True):
        total[own] += run.held
    reached = np.cumsum(total)
    held_by = [run.held for run in runs]
    first = 0
    while first < len(names):
        last = max(first + 1, int(np.searchsorted(reached, (reached[first - 1] if first else 0) + _RUN)))
        parts = []
        for run, own, held in zip(runs, owners, held_by, strict=True):
            low, high = (int(i) for i in np.searchsorted(own, [first, last]))
            parts.append((np.repeat(own[low:high] - first, held[low:high]), *run.stretch(low, high)))
        term, document, count = (np.concatenate(column) for column in zip(*parts, strict=True))
        kept = np.flatnonzero(document >= 0)
        order = kept[np.argsort(term[kept] * documents + document[kept], kind="stable")]
        held = np.bincount(term[order], minlength=last - first)
        yield [names[first + i] for i in np.flatnonzero(held)], held[held > 0], document[order], count[order]
        first = last


def _gaps(held: npt.NDArray[np.int64], documents: _Waiting) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.int64]]:
    """The documents of each term as gaps from one to the next, the first from 0, and how many entries each term has."""
    steps = np.empty(len(documents), np.int64)
    np.subtract(documents[1:], documents[:-1], out=steps[1:])
    starts = np.cumsum(held) - held
    steps[starts] = documents[starts]
    far = steps // _FAR
    if not far.any():
        return steps.astype(np.uint16), held
    entries = np.full(len(steps) + int(far.sum()), _FAR, np.uint16)
    entries[np.cumsum(far + 1) - 1] = steps % _FAR
    return entries, held + np.add.reduceat(far, starts)


def idf(holding: int, documents: int) -> float:
    """The inverse document frequency of a term that so many documents hold."""
    return float(np.log1p((documents - holding + 0.5) / (holding + 0.5)))


__all__ = ["FILES", "K1", "B", "LexicalIndex", "LexicalWriter", "Postings", "idf"]
