"""Where any run of letters stands in a corpus: a suffix array (Manber & Myers, 1990) over the letters of all articles.

Suffixes are ordered by their first DEPTH letters only. That is as much as is needed to find a quote's rarest piece, and
sorting goes no deeper than the longest repetition would force it to.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.blobs import write_array
from rag.letters import RUN, Codes, Letters
from rag.store import read_array

FILES = ("letters", "letter_ends", "letter_order", "letter_firsts", "letter_first_ends", "letter_runs", "letter_run_ends")
DEPTH = 16
_MOST_NEW = 0.25  # share of suffixes from which on all are put in order afresh
Numbers = npt.NDArray[np.int64]


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
        end = np.zeros(1, np.uint32)
        codes = np.concatenate([np.zeros(0, np.uint32), *(part for article in articles for part in (article.codes, end))])
        order = _merged(codes, articles, previous, numbers) if previous is not None else None
        if order is None:
            order = _order(codes)
        firsts, counts = np.unique(codes, return_counts=True)
        return cls(
            {
                "letters": codes.astype("<u4"),
                "letter_ends": np.cumsum([len(article) + 1 for article in articles], dtype="<i8"),
                "letter_order": order.astype("<i4" if len(codes) < 2**31 else "<i8"),
                "letter_firsts": firsts.astype("<u4"),
                "letter_first_ends": np.cumsum(counts, dtype="<i8"),
                "letter_runs": np.concatenate([np.zeros(0, RUN), *(article.runs for article in articles)]),
                "letter_run_ends": np.cumsum([len(article.runs) for article in articles], dtype="<i8"),
            }
        )

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


def _order(codes: Codes) -> Numbers:
    """The places of all suffixes, ordered by their first DEPTH letters, equal ones by place. Prefix doubling."""
    if not len(codes):
        return np.zeros(0, np.int64)
    rank: Numbers = np.unique(codes, return_inverse=True)[1].astype(np.int64)
    order = np.argsort(rank, kind="stable")
    length = 1
    while length < DEPTH and int(rank[order[-1]]) < len(codes) - 1:
        behind = np.zeros(len(rank), np.int64)
        behind[:-length] = rank[length:] + 1
        key = rank * (len(codes) + 1) + behind
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        rank[order] = np.concatenate([[0], np.cumsum(ordered[1:] != ordered[:-1])])
        length *= 2
    return order


def _merged(
    codes: Codes, articles: Sequence[Letters], previous: SuffixArray, numbers: Sequence[int | None]
) -> npt.NDArray[np.integer[Any]] | None:
    """What `_order` gives, by putting the suffixes that are new among those that were in order before.

    None where that gains nothing, or articles have changed places, which may turn the order of equal suffixes round.
    """
    held = [number for number in numbers if number is not None]
    if any(a >= b for a, b in pairwise(held)):
        return None
    kept = np.zeros(len(codes), bool)  # suffixes whose first DEPTH letters are what they were
    moved = np.full(len(previous), -1, np.int64)  # by old place the new one
    start = 0
    for i, (article, number) in enumerate(zip(articles, numbers, strict=True)):
        size = len(article) + 1
        if number is not None:
            first = previous.span(number)[0]
            moved[first : first + size] = np.arange(start, start + size)
            last = i + 1 == len(articles) and number + 1 == len(previous._ends)
            # The last letters are followed by those of the next article, which may be another one than before.
            follows = last or i + 1 < len(articles) and numbers[i + 1] == number + 1 and len(articles[i + 1]) >= DEPTH
            kept[start : start + (size if follows else max(0, size - DEPTH + 1))] = True
        start += size
    new = np.flatnonzero(~kept)
    if len(new) > _MOST_NEW * len(codes):
        return None
    moved[moved >= 0] = np.where(kept[moved[moved >= 0]], moved[moved >= 0], -1)
    order = moved.astype(np.int32 if len(codes) < 2**31 else np.int64)[previous._order]
    order = order[order >= 0]
    padded = np.concatenate([codes.astype(np.int64) + 1, np.zeros(DEPTH, np.int64)])
    rows = np.concatenate([_windows(padded, new), new[:, None]], axis=1)
    rows = rows[np.lexsort(rows.T[::-1])]
    low, high = np.zeros(len(rows), np.int64), np.full(len(rows), len(order), np.int64)
    while (open_ := np.flatnonzero(low < high)).size:
        middle = (low[open_] + high[open_]) // 2
        places = order[middle].astype(np.int64)
        before = _precede(np.concatenate([_windows(padded, places), places[:, None]], axis=1), rows[open_])
        low[open_[before]] = middle[before] + 1
        high[open_[~before]] = middle[~before]
    return np.insert(order, low, rows[:, -1])


def _windows(padded: Numbers, places: Numbers) -> Numbers:
    """int64 (n, DEPTH): what the suffixes at those places begin with."""
    return np.asarray(padded[places[:, None] + np.arange(DEPTH)])


def _precede(ones: Numbers, others: Numbers) -> npt.NDArray[np.bool_]:
    """Which rows come before those of the other array, compared number by number from the left."""
    differ = ones != others
    first = differ.argmax(axis=1)
    rows = np.arange(len(ones))
    return np.asarray(ones[rows, first] < others[rows, first])


__all__ = ["DEPTH", "FILES", "SuffixArray"]
