"""Exact and approximate string matching: the ranges of the articles' letters that are a quote's, or nearly so.

Exact places come from the suffix array. For others, rare pieces of the quote vote for the diagonals on which they stand; the
windows with most votes are aligned with the quote by Myers' bit-vector algorithm (1999, "A fast bit-vector algorithm for
approximate string matching"), which gives the range of least edit distance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from rag.indexing.suffixes import DEPTH, Numbers, SuffixArray
from rag.text.letters import Codes, text_of

TOLERANCE = 0.25  # edits a letter up to which a place counts as the quote's
_FEW = 16  # places that are compared with a quote one by one
_SEEDS, _OFFSETS = 200, 2_000  # places a piece may vote for, and pieces of a quote that vote
_STEPS = 30_000  # letters of the articles aligned with one quote
_WHOLE = 2_000  # letters of a quote aligned at once; of a longer one its two ends are
_CANDIDATES = 10_000  # places at which a long quote's rarest piece is followed up


class Span(NamedTuple):
    """A range among the letters of all articles, and its edit distance to the quote."""

    start: int
    end: int
    distance: int

    def similarity(self, letters: int) -> float:
        """1 minus the distance over the length of the longer, the range or the quote of so many letters."""
        return 1 - self.distance / max(letters, self.end - self.start)


def find(suffixes: SuffixArray, quote: Codes, limit: int = 10) -> list[Span]:
    """The ranges of letters that are the quote's, exact ones first in order of place, then near ones by edit distance."""
    spans = [Span(start, start + len(quote), 0) for start in exact_places(suffixes, quote, limit)]
    if len(spans) < limit:
        spans += _near_places(suffixes, quote, limit - len(spans), spans)
    return spans


# --- exact -----------------------------------------------------------------------------------------------------------


def exact_places(suffixes: SuffixArray, quote: Codes, limit: int) -> list[int]:
    """The first places, ascending and not overlapping, at which the letters stand exactly."""
    size = len(quote)
    offsets = np.unique(np.linspace(0, max(0, size - DEPTH), min(64, 1 + size // DEPTH)).astype(np.int64))
    low, high, length = suffixes.ranges(quote, offsets, _FEW)
    rarest = int(np.argmin(high - low))
    places = np.sort(suffixes.places(int(low[rarest]), int(high[rarest]))) - offsets[rarest]
    places = places[(places >= 0) & (places + size <= len(suffixes))]
    if size <= DEPTH:
        if int(length[rarest]) < size:
            places = places[(suffixes.codes[places[:, None] + np.arange(size)] == quote).all(axis=1)]
        whole = places[is_whole(suffixes, places, size)]
        return _apart(whole if len(whole) else places, size, limit)
    return _apart(_confirmed(suffixes, quote, places[:_CANDIDATES]), size, limit)


def is_whole(suffixes: SuffixArray, places: Numbers, size: int) -> np.typing.NDArray[np.bool_]:
    """Whether the letters at each place begin and end where words do, in scripts that put blanks between words."""
    return _is_edge(suffixes, places) & _is_edge(suffixes, places + size)


def _is_edge(suffixes: SuffixArray, places: Numbers) -> np.typing.NDArray[np.bool_]:
    within = (suffixes.codes[np.maximum(places - 1, 0)] < 0xE00) & (suffixes.codes[np.minimum(places, len(suffixes) - 1)] < 0xE00)
    return np.asarray(~within | suffixes.after_gap(places))


def _confirmed(suffixes: SuffixArray, quote: Codes, places: Numbers) -> Iterator[int]:
    """Those of the places at which the whole quote stands."""
    for start in range(0, min(len(quote), 1_024), 64):
        block = quote[start : start + 64]
        places = places[(suffixes.codes[places[:, None] + np.arange(start, start + len(block))] == block).all(axis=1)]
    for place in places.tolist():
        if np.array_equal(suffixes.codes[place : place + len(quote)], quote):
            yield place


def _apart(places: Iterator[int] | Numbers, size: int, limit: int) -> list[int]:
    found: list[int] = []
    for place in places:
        if not found or place >= found[-1] + size:
            found.append(int(place))
            if len(found) == limit:
                break
    return found


# --- near ------------------------------------------------------------------------------------------------------------


def tolerated(quote: Codes) -> int:
    """The edits with which a place still counts as the quote's; none for short quotes, which have many near ones."""
    wide = int((quote >= 0xE00).sum())
    weight = wide + (len(quote) - wide) / 3  # three Latin letters tell about as much as a Chinese character
    return int(min(TOLERANCE * len(quote), 0 if weight < 3 else 1 if weight < 5 else len(quote)))


def _near_places(suffixes: SuffixArray, quote: Codes, limit: int, taken: Sequence[Span]) -> list[Span]:
    tolerance = tolerated(quote)
    if not tolerance:
        return []
    found: list[Span] = []
    wanted = text_of(quote)
    steps = 0
    for low, high in _windows(suffixes, quote, tolerance):
        for start, piece in _within_articles(suffixes, low, high):
            found += [Span(start + s.start, start + s.end, s.distance) for s in _align(wanted, piece, tolerance)]
        steps += high - low
        if steps > _STEPS:
            break
    kept: list[Span] = []
    for span in sorted(set(found), key=lambda s: (-s.similarity(len(quote)), s.start, s.end)):
        if all(span.end <= other.start or span.start >= other.end for other in (*taken, *kept)):
            kept.append(span)
            if len(kept) == limit:
                break
    return kept


def _windows(suffixes: SuffixArray, quote: Codes, tolerance: int) -> Iterator[tuple[int, int]]:
    """Ranges of letters that may hold the quote, most promising first.

    Pieces of a place of the quote lie on diagonals (place minus offset) no further apart than the edits shift them.
    """
    stride = 1 + (len(quote) - 1) // _OFFSETS
    offsets = np.arange(0, len(quote), stride)
    low, high, _ = suffixes.ranges(quote, offsets, _SEEDS)
    counts = np.minimum(high - low, _SEEDS)
    numbers = np.repeat(low - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
    diagonals = suffixes.places_at(numbers) - np.repeat(offsets, counts)
    band = tolerance + 1
    buckets, votes = np.unique(diagonals // band, return_counts=True)
    if not len(buckets):
        return
    beside = np.append((buckets[1:] == buckets[:-1] + 1) * votes[1:], 0)
    votes = votes + beside
    least = max(1, int(votes.max()) * 2 // 5)
    for i in np.lexsort((buckets, -votes))[: _STEPS // len(quote) + 1].tolist():
        if votes[i] < least:
            return
        first = int(buckets[i]) * band
        last = first + (2 if beside[i] else 1) * band + len(quote)
        yield max(0, first - tolerance), min(len(suffixes), last + tolerance)


def _within_articles(suffixes: SuffixArray, low: int, high: int) -> Iterator[tuple[int, str]]:
    """The stretches of a range of letters that lie within one article each, with where they start."""
    start = low
    for piece in text_of(suffixes.codes[low:high]).split("\0"):
        if piece:
            yield start, piece
        start += len(piece) + 1


def _align(quote: str, text: str, tolerance: int) -> list[Span]:
    """The ranges of the text within the tolerated edit distance of the quote that begin and end with a letter of it."""
    if len(quote) > _WHOLE:
        return _align_ends(quote, text, tolerance)
    distances = _distances(quote, text)
    found: list[Span] = []
    for best in sorted(range(len(text)), key=lambda i: (distances[i], i)):
        if distances[best] > tolerance:
            break
        if all(abs(best + 1 - other.end) > len(quote) // 2 for other in found):
            end = _end(quote, text, distances, best, tolerance)
            size, distance = _size(quote, text[:end], tolerance)
            found.append(Span(end - size, end, distance))
            if len(found) == 10:
                break
    return found


def _end(quote: str, text: str, distances: Sequence[int], best: int, tolerance: int) -> int:
    """Where, near the letter of least distance, the quote ends.

    A letter or two are given away for an end that reads as the quote's own does, since of several ends of about the same
    distance the shortest may lie before a word that the quote lacks.
    """
    slack = 1 + len(quote) // 20
    near = range(max(0, best - len(quote) // 2), min(len(text), best + len(quote) // 2 + 1))

    def cost(i: int) -> float:
        own = slack if text[max(0, i - 2) : i + 1] == quote[-3:] else 0.5 if text[i] == quote[-1] else 0.0
        return distances[i] - own

    return 1 + min((i for i in near if distances[i] <= tolerance), key=lambda i: (cost(i), abs(i - best), i), default=best)


def _size(quote: str, text: str, tolerance: int) -> tuple[int, int]:
    """How long the quote's place is that ends with the text, and its distance."""
    backwards = text[max(0, len(text) - len(quote) - tolerance) :][::-1]
    distances = _distances(quote[::-1], backwards, anchored=True)
    size = _end(quote[::-1], backwards, distances, distances.index(min(distances)), tolerance)
    return size, distances[size - 1]


def _align_ends(quote: str, text: str, tolerance: int) -> list[Span]:
    """As `_align` for a long quote: where its first and its last letters stand best, and the distance between."""
    from rapidfuzz.distance import Levenshtein

    size = 256
    slack = len(text) - len(quote) + tolerance
    head, tail = text[: max(0, slack) + size], text[-max(0, slack) - size :]
    start = _best(quote[:size], head)
    end = _best(quote[-size:], tail)
    if start is None or end is None:
        return []
    low, high = start[0], len(text) - len(tail) + end[1]
    distance = Levenshtein.distance(quote, text[low:high], score_cutoff=tolerance)
    return [Span(low, high, distance)] if low < high and distance <= tolerance else []


def _best(quote: str, text: str) -> tuple[int, int] | None:
    """The range of the text nearest to the quote; None in an empty text."""
    if not text:
        return None
    distances = _distances(quote, text)
    end = _end(quote, text, distances, distances.index(min(distances)), len(quote))
    return end - _size(quote, text[:end], len(quote))[0], end


def _distances(quote: str, text: str, *, anchored: bool = False) -> list[int]:
    """For each letter of the text, the least edit distance from the quote to a range that ends with it.

    Ranges begin anywhere, or, when `anchored`, with the text. Myers (1999), as Hyyro (2003) writes it.
    """
    positions: dict[str, int] = {}
    for i, letter in enumerate(quote):
        positions[letter] = positions.get(letter, 0) | 1 << i
    mask = (1 << len(quote)) - 1
    top = 1 << (len(quote) - 1)
    up, down, distance = mask, 0, len(quote)
    found = []
    for letter in text:
        equal = positions.get(letter, 0)
        vertical = equal | down
        horizontal = (((equal & up) + up) ^ up) | equal
        plus = down | (mask & ~(horizontal | up))
        minus = up & horizontal
        if plus & top:
            distance += 1
        elif minus & top:
            distance -= 1
        plus = (plus << 1 | anchored) & mask
        up = (minus << 1 & mask) | (mask & ~(vertical | plus))
        down = plus & vertical
        found.append(distance)
    return found


__all__ = ["TOLERANCE", "Span", "exact_places", "find", "is_whole", "tolerated"]
