"""Where any run of letters stands in a corpus: a suffix array (Manber & Myers, 1990) over the letters of all articles.

Suffixes are ordered by their first DEPTH letters only. That is as much as is needed to find a quote's rarest piece, and
sorting goes no deeper than the longest repetition would force it to.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.indexing.blobs import ArrayFile, write_array
from rag.indexing.store import read_array
from rag.text.letters import RUN, Codes, Letters

FILES = ("letters", "letter_ends", "letter_order", "letter_firsts", "letter_first_ends", "letter_runs", "letter_run_ends")
DEPTH = 16
_MOST_NEW = 0.25  # share of suffixes from which on all are put in order afresh
_MOST = 1 << 24  # new suffixes, likewise
_AT_ONCE = 1 << 20  # suffixes put in order in memory
_SPLITS, _SAMPLED = 100, 64  # into how many parts, at most, more of them are split, and by how many of them a part
_UNSORTED = "unsorted-"
Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.integer[Any]]


class SuffixArray:
    """The letters of a corpus, article after article with a zero behind each, and the order of their suffixes."""

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        self._arrays = arrays
        self.codes: Codes = arrays["letters"]  # type: ignore[assignment]
        self._ends, self._order = arrays["letter_ends"], arrays["letter_order"]
        self._firsts, self._first_ends = arrays["letter_firsts"], arrays["letter_first_ends"]
        self._runs: npt.NDArray[np.void] = arrays["letter_runs"]  # type: ignore[assignment]
        self._run_ends = arrays["letter_run_ends"]

    @classmethod
    def build(
        cls, articles: Sequence[Letters], previous: SuffixArray | None = None, numbers: Sequence[int | None] = ()
    ) -> SuffixArray:
        """The suffix array of articles in the order given.

        Where `numbers` says which article of the `previous` suffix array each of them is, or None for a new one, the suffixes
        of those are not put in order again; the result is the same.
        """
        with tempfile.TemporaryDirectory() as folder:
            writer = SuffixWriter(Path(folder), previous)
            for i, article in enumerate(articles):
                writer.add(article, numbers[i] if numbers else None)
            writer.close()
            return cls({name: read_array(Path(folder, f"{name}.npy")).copy() for name in FILES})

    @classmethod
    def load(cls, folder: Path) -> SuffixArray:
        """Read, memory-mapped, what `save` wrote."""
        return cls({name: read_array(folder / f"{name}.npy") for name in FILES})

    def save(self, folder: Path) -> None:
        """Write the arrays' files; the same articles give the same bytes."""
        for name in FILES:
            write_array(folder / f"{name}.npy", self._arrays[name])

    def __len__(self) -> int:
        return len(self.codes)

    def span(self, article: int) -> tuple[int, int]:
        """The range of an article's letters among all."""
        return int(self._ends[article - 1]) if article else 0, int(self._ends[article]) - 1

    def article(self, number: int) -> Letters:
        """The letters of an article."""
        start, end = self.span(number)
        first = int(self._run_ends[number - 1]) if number else 0
        return Letters(self.codes[start:end], self._runs[first : int(self._run_ends[number])])

    def article_at(self, place: int) -> int:
        """The number of the article whose letters a place is among."""
        return int(np.searchsorted(self._ends, place, side="right"))

    def places(self, low: int, high: int) -> Numbers:
        """The places, in the order of their suffixes, numbered low to high (exclusive)."""
        return np.asarray(self._order[low:high], np.int64)

    def places_at(self, numbers: Numbers) -> Numbers:
        """The places of the suffixes of those numbers."""
        return np.asarray(self._order[numbers], np.int64)

    def find(self, codes: Codes) -> tuple[int, int]:
        """The range, in the order of suffixes, of those that begin with the letters, of which the first DEPTH count."""
        low, high, _ = self.ranges(codes, np.zeros(1, np.int64), 0)
        return int(low[0]), int(high[0])

    def ranges(self, codes: Codes, offsets: Numbers, enough: int) -> tuple[Numbers, Numbers, Numbers]:
        """For each offset of the letters, the suffixes that begin as the letters do from there on: low, high, length.

        The length is the least with which no more than `enough` suffixes are left: adaptive seeds (Kielbasa et al., 2011).
        It ends at DEPTH and at the end of the letters, however many are left then.
        """
        low = np.zeros(len(offsets), np.int64)
        high = np.full(len(offsets), len(self.codes), np.int64)
        length = np.zeros(len(offsets), np.int64)
        active = np.arange(len(offsets))
        for depth in range(min(DEPTH, len(codes))):
            active = active[(offsets[active] + depth < len(codes)) & (high[active] - low[active] > enough)]
            if not len(active):
                break
            wanted = codes[offsets[active] + depth]
            bounds = self._bisect(wanted, depth, low[active], high[active]) if depth else self._begin_with(wanted)
            low[active], high[active] = bounds
            length[active] = depth + 1
        return low, high, length

    def _begin_with(self, wanted: Codes) -> tuple[Numbers, Numbers]:
        """The suffixes that begin with each letter."""
        ends = np.concatenate([np.zeros(1, np.int64), self._first_ends])
        i = np.searchsorted(self._firsts, wanted)
        known = self._firsts[np.minimum(i, len(self._firsts) - 1)] == wanted if len(self._firsts) else np.zeros(len(i), np.bool_)
        return ends[i], np.where(known, ends[np.minimum(i + 1, len(ends) - 1)], ends[i])

    def _bisect(self, wanted: Codes, depth: int, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        """In each range of suffixes that agree up to `depth`, those with the letter at that depth. Binary search for both ends."""
        size, last = len(wanted), len(self.codes) - 1
        after = np.repeat([False, True], size)
        wanted, low, high = np.tile(wanted, 2), np.tile(low, 2), np.tile(high, 2)
        while (open := low < high).any():
            middle = (low + high) // 2
            places = self._order[np.minimum(middle, last)] + np.int64(depth)
            letters = np.where(places <= last, self.codes[np.minimum(places, last)], 0)
            right = open & ((letters < wanted) | after & (letters == wanted))
            low = np.where(right, middle + 1, low)
            high = np.where(open & ~right, middle, high)
        return low[:size], low[size:]

    def after_gap(self, places: Numbers) -> npt.NDArray[np.bool_]:
        """Whether something other than a letter (a blank, a mark, the start of an article) stands before each place."""
        i = np.minimum(np.searchsorted(self._gaps, places), len(self._gaps) - 1)
        return np.asarray(self._gaps[i] == places)

    @cached_property
    def _gaps(self) -> Numbers:
        """Where runs start, and the places behind the articles' last letters."""
        counts = np.diff(self._run_ends, prepend=0)
        offsets = np.repeat(np.concatenate([np.zeros(1, np.int64), self._ends[:-1]]), counts)
        return np.sort(np.concatenate([self._runs["at"] + offsets, np.asarray(self._ends) - 1]))


class SuffixWriter:
    """Writes the files of a suffix array, article after article; beside some millions of suffixes nothing is held in memory.

    Where an article is one of a `previous` suffix array, its suffixes are not put in order again; the result is the same.
    """

    def __init__(self, folder: Path, previous: SuffixArray | None = None) -> None:
        self._folder, self._previous = folder, previous
        kinds: dict[str, npt.DTypeLike] = {"letters": "<u4", "letter_ends": "<i8", "letter_runs": RUN, "letter_run_ends": "<i8"}
        self._files = {name: ArrayFile(folder / f"{name}.npy", kind) for name, kind in kinds.items()}
        self._counts = Counter[int]()
        self._numbers: list[int | None] = []

    def add(self, article: Letters, number: int | None = None) -> None:
        """The next article, which is that of this number in the previous suffix array, or None."""
        codes = np.append(article.codes, np.uint32(0))
        self._counts.update(dict(zip(*(found.tolist() for found in np.unique(codes, return_counts=True)), strict=True)))
        self._files["letters"].append(codes)
        self._files["letter_ends"].append([len(self._files["letters"])])
        self._files["letter_runs"].append(article.runs)
        self._files["letter_run_ends"].append([len(self._files["letter_runs"])])
        self._numbers.append(number)

    def close(self) -> None:
        """Put the suffixes in order and write what is left of the files."""
        for file in self._files.values():
            file.close()
        codes, ends = (read_array(self._folder / f"{name}.npy") for name in ("letters", "letter_ends"))
        firsts = sorted(self._counts)
        write_array(self._folder / "letter_firsts.npy", np.array(firsts, "<u4"))
        write_array(self._folder / "letter_first_ends.npy", np.cumsum([self._counts[code] for code in firsts], dtype="<i8"))
        sorter = _Sorter(self._folder, codes, firsts)
        previous, held = self._previous, [number for number in self._numbers if number is not None]
        blocks = None
        # Articles that changed places may turn the order of equal suffixes round.
        if previous is not None and all(a < b for a, b in pairwise(held)):
            merge = _Merge(previous, codes, ends, self._numbers)
            if merge.count <= min(_MOST_NEW * len(codes), _MOST):
                blocks = merge.blocks(sorter)
        order = ArrayFile(self._folder / "letter_order.npy", "<i4" if len(codes) < 2**31 else "<i8")
        for block in sorter.sorted(range(len(codes))) if blocks is None else blocks:
            order.append(block)
        order.close()


class _Sorter:
    """Puts suffixes in order by their first DEPTH letters, equal ones by place, more than fit in memory part by part.

    Some letters make a key, DEPTH of them several. What is too much is parted by keys drawn from it, through files.
    """

    def __init__(self, folder: Path, codes: Codes, firsts: Sequence[int]) -> None:
        self._folder, self._codes = folder, codes
        self._ranks = np.zeros(firsts[-1] + 1 if firsts else 1, np.uint64)
        self._ranks[list(firsts)] = np.arange(1, len(firsts) + 1)
        self._bits = max(1, len(firsts).bit_length())
        self._size = min(DEPTH, 64 // self._bits)  # letters a key
        self._keys = -(-DEPTH // self._size)
        self._parts = 0

    def sorted(self, places: range | Places, key: int = 0) -> Iterator[Places]:
        """The places, ascending as given, in the order of their suffixes, which agree in the first `key` keys."""
        if key == self._keys:
            yield from (_some(places, i) for i in range(0, len(places), _AT_ONCE))
        elif len(places) <= _AT_ONCE:
            yield self._in_memory(_some(places, 0), key)
        else:
            yield from self._in_parts(places, key)

    def _in_memory(self, places: Places, key: int) -> Places:
        """The same of some that fit in memory; changes the array."""
        groups, open_ = np.zeros(len(places), np.int64), np.arange(len(places))
        order = places
        while len(open_) and key < self._keys:
            values = self._values(order[open_], key)
            by = np.lexsort((values, groups)) if groups[-1] else np.argsort(values, kind="stable")
            order[open_] = order[open_][by]
            values, groups = values[by], groups[by]
            first = np.concatenate([[True], (values[1:] != values[:-1]) | (groups[1:] != groups[:-1])])
            shared = ~first  # not the only one of its group
            shared[:-1] |= shared[1:]
            groups = np.cumsum(first)[shared]
            open_ = open_[shared]
            key += 1
        return order

    def _in_parts(self, places: range | Places, key: int) -> Iterator[Places]:
        """The same of more: in parts between keys, and one part for each of those keys."""
        count = min(_SPLITS, 2 * len(places) // _AT_ONCE)
        drawn = np.sort(np.random.default_rng(0).integers(0, len(places), count * _SAMPLED))
        drawn_keys = np.sort(self._values(np.asarray([places[i] for i in drawn.tolist()]), key))
        splits = np.unique(drawn_keys[_SAMPLED // 2 :: _SAMPLED])
        self._parts += 1
        paths = [self._folder / f"{_UNSORTED}{self._parts}-{i}.npy" for i in range(2 * len(splits) + 1)]
        kind = np.int32 if len(self._codes) < 2**31 else np.int64
        files = [ArrayFile(path, kind) for path in paths]
        for start in range(0, len(places), _AT_ONCE):
            some = _some(places, start)
            values = self._values(some, key)
            part = 2 * np.searchsorted(splits, values)
            part += splits[np.minimum(part // 2, len(splits) - 1)] == values
            by = np.argsort(part.astype(np.uint16), kind="stable")
            ends = np.cumsum(np.bincount(part, minlength=len(files)))
            for file, few in zip(files, np.split(some[by], ends[:-1]), strict=True):
                file.append(few)
        for file in files:
            file.close()
        for i, path in enumerate(paths):
            yield from self.sorted(read_array(path), key + i % 2)
            path.unlink()

    def _values(self, places: Places, key: int) -> npt.NDArray[np.uint64]:
        """uint64 (len(places),): the key of that number of each suffix; the end of all letters comes before any letter."""
        first = key * self._size
        values = np.zeros(len(places), np.uint64)
        for depth in range(first, min(first + self._size, DEPTH)):
            at = places + np.int64(depth)
            inside = at < len(self._codes)
            ranks = self._ranks[self._codes[np.where(inside, at, 0)]]
            values = values << np.uint64(self._bits) | np.where(inside, ranks, np.uint64(0))
        return values


def _some(places: range | Places, start: int) -> Numbers:
    """Up to _AT_ONCE of the places, int64, a copy."""
    some = places[start : start + _AT_ONCE]
    return np.arange(some.start, some.stop) if isinstance(some, range) else np.array(some, np.int64)


class _Merge:
    """Suffixes that are new, to be put among those that were in order before.

    New are those of new articles, and those of the last letters of articles that are followed by another one than before;
    `count` is how many.
    """

    def __init__(self, previous: SuffixArray, codes: Codes, ends: Numbers, numbers: Sequence[int | None]) -> None:
        self._previous, self._codes = previous, codes
        olds = np.asarray(previous._ends)
        # By old article: by how much its letters move, and where the first suffix is that has to be put in order again.
        # One that is gone has 0 there, and is taken to stand where the next one that is not begins.
        self._ends = olds
        self._moved, self._cut = np.zeros(len(olds), np.int64), np.zeros(len(olds), np.int64)
        new: list[tuple[int, int]] = []
        begin, gone, last = 0, 0, len(numbers) - 1
        for i, number in enumerate(numbers):
            end = int(ends[i])
            if number is None:
                new.append((begin, end))
            else:
                first, old_end = int(olds[number - 1]) if number else 0, int(olds[number])
                self._moved[gone:number] = begin
                gone = number + 1
                # The last letters are followed by those of the next article, which may be another one than before.
                at_end = i == last and number + 1 == len(olds)
                follows = at_end or i < last and numbers[i + 1] == number + 1 and int(ends[i + 1]) - end > DEPTH
                self._moved[number] = begin - first
                self._cut[number] = old_end if follows else max(first, old_end - DEPTH + 1)
                new.append((begin + int(self._cut[number]) - first, end))
            begin = end
        self._moved[gone:] = begin
        self._new = new
        self.count = sum(end - start for start, end in new)

    def blocks(self, sorter: _Sorter) -> Iterator[Places]:
        """All places in the order of their suffixes."""
        done = 0
        new = np.concatenate([np.zeros(0, np.int64), *(np.arange(start, end) for start, end in self._new)])
        for block in sorter.sorted(new):
            for start in range(0, len(block), _AT_ONCE // DEPTH):
                some = np.asarray(block[start : start + _AT_ONCE // DEPTH], np.int64)
                low = self._position(some)
                yield from self._kept(done, int(low[-1]), some, low)
                done = int(low[-1])
        yield from self._kept(done, len(self._previous), np.zeros(0, np.int64), np.zeros(0, np.int64))

    def _kept(self, first: int, last: int, new: Numbers, low: Numbers) -> Iterator[Places]:
        """Those of the old order from `first` to `last` that stay, at their new places, and new ones before number `low`."""
        taken = 0
        for start in range(first, last, _AT_ONCE):
            end = min(start + _AT_ONCE, last)
            upto = len(new) if end == last else int(np.searchsorted(low, end))
            places, stay = self._now(self._previous.places(start, end))
            before = np.concatenate([[0], np.cumsum(stay)])[low[taken:upto] - start]
            yield np.insert(places[stay], before, new[taken:upto])
            taken = upto
        yield new[taken:]

    def _now(self, places: Numbers) -> tuple[Numbers, npt.NDArray[np.bool_]]:
        """Where the suffixes at old places stand now, in the same order, and which are still what they were."""
        article = np.searchsorted(self._ends, places, side="right")
        cut = self._cut[article]
        return np.where(cut > 0, places, 0) + self._moved[article], places < cut

    def _position(self, places: Numbers) -> Numbers:
        """Before which of the old order each suffix, of those in order, belongs. Binary search."""
        rows = np.concatenate([_windows(self._codes, places), places[:, None]], axis=1)
        low, high = np.zeros(len(rows), np.int64), np.full(len(rows), len(self._previous), np.int64)
        while (open_ := np.flatnonzero(low < high)).size:
            middle = (low[open_] + high[open_]) // 2
            old = self._previous.places_at(middle)
            held = np.concatenate([_windows(self._previous.codes, old), self._now(old)[0][:, None]], axis=1)
            before = _precede(held, rows[open_])
            low[open_[before]] = middle[before] + 1
            high[open_[~before]] = middle[~before]
        return low


def _windows(codes: Codes, places: Numbers) -> Numbers:
    """int64 (n, DEPTH): what the suffixes at those places begin with; 0 stands for the end of all letters, before any letter."""
    at = places[:, None] + np.arange(DEPTH)
    inside = at < len(codes)
    return np.where(inside, codes[np.where(inside, at, 0)].astype(np.int64) + 1, 0)


def _precede(ones: Numbers, others: Numbers) -> npt.NDArray[np.bool_]:
    """Which rows come before those of the other array, compared number by number from the left."""
    differ = ones != others
    first = differ.argmax(axis=1)
    rows = np.arange(len(ones))
    return np.asarray(ones[rows, first] < others[rows, first])


__all__ = ["DEPTH", "FILES", "SuffixArray", "SuffixWriter"]
