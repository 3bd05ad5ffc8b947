"""Which passages may answer a question: those that any leg ranks high, of a large index those that can be among the best.

The best of a sum of legs are found without scoring every passage by every leg: once as many passages as are wanted are scored, who
cannot reach the last of them is out (the threshold algorithm: Fagin, Lotem & Naor, 2003, "Optimal Aggregation Algorithms for
Middleware").
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.errors import InputError
from rag.indexing.dense import DenseIndex
from rag.indexing.index import Index
from rag.indexing.quantised import QuantisedIndex
from rag.indexing.ranking import ranking
from rag.retrieval.compared import Compared, Floats, Numbers
from rag.retrieval.coverage import Coverage

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    Listed = Future[tuple[tuple[Numbers, Floats], tuple[Numbers, Floats]]]

CANDIDATES = 1_000
MANY = 10_000  # passages from which on only those are looked at that can be among the best
_SHORTLIST, _WORDED = 1_500, 1_200  # how many of a large index the dense legs list, and the lexical ones
_MISSED = 400  # a vector that is not listed may be as near as the one listed so far behind the nearest
_FEW = 200  # passages that are compared whole all at once
_TOGETHER = 50  # of more, how many at first, before it is looked again who can be among the best; then twice as many, and so on
_ABOVE_0 = float(np.finfo(np.float32).tiny)
_AT_ONCE = 8_192  # vectors compared at once when only some articles count


def ranked_high(index: Index, query: Floats, words: Coverage) -> Numbers:
    """The CANDIDATES passages that each leg ranks highest, ascending."""
    found, _ = index.dense.search(query, CANDIDATES)
    sentences, _ = index.dense_sentences.search(query, CANDIDATES)
    holding = index.passages.of_sentence[sentences].astype(np.int64)
    return _ascending([found, holding, *words.best(CANDIDATES).values()])


def list_near(index: Index, query: Floats) -> Listed:
    """Begin to list, in another thread, the passages and the sentences of a large index that are near to a query. FAISS lets go of
    the interpreter, so that the words can be looked up meanwhile.
    """
    passages, sentences = (dense.shortlist(query, _SHORTLIST) for dense in (index.dense, index.dense_sentences))
    return _beside().submit(lambda: (passages(), sentences()))


@lru_cache(maxsize=1)
def _beside() -> ThreadPoolExecutor:
    """Threads, kept because FAISS is slow in a new one."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor()


def among_best(
    index: Index, query: Floats, listed: Listed, words: Coverage, count: int, weights: Mapping[str, float]
) -> tuple[Compared, dict[str, Floats]]:
    """The passages that can be among the `count` best, compared, and what the lexical legs say of them.

    What the dense legs list tells about how near passages are, and the lists of words what they may add to any. Those that promise
    most are compared whole, and by the best of them, if they have the words that they may have, it is known who cannot be among
    the best. Of the others the words are looked up. The passages that hold most of the words and that have the nearest sentence
    stay, because the confidence asks for them.
    """
    lexical = {name: weights[name] for name in words.idfs}
    sums, left = words.at_most(lexical)
    near = _near(index, query, listed, weights)
    added = sums[near.numbers]
    sums[near.numbers] = 0.0
    whole = _Whole(index, query, near, count, weights)
    promising = _ascending([np.append(ranking(near.most + added, count + count // 2), near.nearest)])
    whole.compare(near.numbers[promising], added[promising])
    added += np.float32(left)
    wordy = float(added[promising].max())
    reached = np.flatnonzero(sums >= max(min(whole.least - near.other[0], wordy) - left, _ABOVE_0))
    reached = reached[ranking(sums[reached], _WORDED)]
    numbers = _ascending([near.numbers[(near.most + added >= whole.least) | (added >= wordy)], reached, whole.numbers])
    held = words.of(numbers)
    added = np.add.reduce([np.float32(lexical[name]) * scores for name, scores in held.items()])
    whole.score(added[np.searchsorted(numbers, whole.numbers)])
    new = ~_is_in(numbers, whole.numbers)
    whole.compare(numbers[new], added[new])
    wordiest = np.flatnonzero(added == added.max())[:1]
    if not _is_in(numbers[wordiest], whole.numbers).any():
        whole.add(numbers[wordiest], added[wordiest], index.dense.cosines(query, numbers[wordiest]))
    found = whole.compared
    at = np.searchsorted(numbers, found.numbers)
    return found, {name: scores[at] for name, scores in held.items()}


class _Whole:
    """Passages `compared` whole: their `numbers`, ascending, and the score that the `count` best of them reach, `least`."""

    def __init__(self, index: Index, query: Floats, near: _Near, count: int, weights: Mapping[str, float]) -> None:
        self._index, self._query, self._near, self._count, self._weights = index, query, near, count, weights
        self._parts: list[Compared] = []
        self._scores: Floats = np.zeros(0, np.float32)  # the best ones, no more than counted
        self.numbers: Numbers = np.zeros(0, np.int64)
        self.least = -math.inf

    def compare(self, numbers: Numbers, added: Floats) -> None:
        """Compare those of some passages, ascending, that can be among the best, the most promising first. Words add that much."""
        both, by_sentence = self._near.at_most(numbers)
        highest = added + both
        order = ranking(highest, len(highest))
        done, together = 0, _TOGETHER
        while left := int(np.count_nonzero(highest[order[done:]] >= self.least)):
            some = np.sort(order[done : done + (left if left <= _FEW else together)])
            cosines = self._index.dense.cosines(self._query, numbers[some])
            can = added[some] + self._weights["passage"] * cosines + by_sentence[some] >= self.least
            if can.any():
                self.add(numbers[some[can]], added[some[can]], cosines[can])
            done, together = done + len(some), 2 * together

    def add(self, numbers: Numbers, added: Floats, cosines: Floats) -> None:
        """Compare passages, ascending, whose cosines are known and to which words add that much."""
        part = Compared.of(self._index, self._query, numbers, cosines)
        self._parts.append(part)
        self.numbers = np.sort(np.concatenate([self.numbers, numbers]))
        self._keep(self._scores, added, part)

    def score(self, added: Floats) -> None:
        """Score anew those that were compared, now that it is known what words add to them."""
        self._keep(np.zeros(0, np.float32), added, self.compared)

    def _keep(self, scores: Floats, added: Floats, part: Compared) -> None:
        own = added + self._weights["passage"] * part.cosines + self._weights["sentence"] * part.best
        self._scores = np.sort(np.concatenate([scores, own]))[-self._count :]
        self.least = float(self._scores[0]) if len(self._scores) == self._count else -math.inf

    @property
    def compared(self) -> Compared:
        """All that were compared."""
        return Compared.joined(self._parts)


def _is_in(numbers: Numbers, among: Numbers) -> npt.NDArray[np.bool_]:
    """Which numbers are among others, these ascending."""
    if not len(among):
        return np.zeros(len(numbers), np.bool_)
    return np.asarray(among[np.minimum(np.searchsorted(among, numbers), len(among) - 1)] == numbers)


def _ascending(parts: Sequence[Numbers]) -> Numbers:
    """All the numbers, ascending, each once."""
    numbers = np.sort(np.concatenate(parts))
    return numbers[np.diff(numbers, prepend=-1) > 0]


@dataclass(frozen=True, slots=True)
class _Near:
    """The passages that the dense legs list: their `numbers`, ascending, and the `most` that these legs add to their scores, of it
    `by_sentence` that of the nearest sentence.

    `other` are the same two for any other passage; `nearest` is the place of the one with the nearest sentence.
    """

    numbers: Numbers
    most: Floats
    by_sentence: Floats
    other: tuple[float, float]
    nearest: int

    def at_most(self, numbers: Numbers) -> tuple[Floats, Floats]:
        """The most that both and that the nearest sentence add to the scores of passages, ascending."""
        places = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        is_listed = self.numbers[places] == numbers
        both, by_sentence = self.other
        return (
            np.where(is_listed, self.most[places], np.float32(both)),
            np.where(is_listed, self.by_sentence[places], np.float32(by_sentence)),
        )


def _near(index: Index, query: Floats, listed: Listed, weights: Mapping[str, float]) -> _Near:
    """What the dense legs list."""
    (passages, cosines), (sentences, own) = (
        (ids, dense.at_most(query, ids, distances))
        for dense, (ids, distances) in zip((index.dense, index.dense_sentences), listed.result(), strict=True)
    )
    holding = index.passages.of_sentence[sentences].astype(np.int64)
    numbers = _ascending([passages, holding])
    with index.lexical.places(numbers) as places:
        of_passages, of_holding = places[passages] - 1, places[holding] - 1
    by_passage, other = _leg(len(numbers), of_passages, np.float32(weights["passage"]) * cosines)
    by_sentence, other_sentence = _leg(len(numbers), of_holding, np.float32(weights["sentence"]) * own)
    nearest = int(of_holding[own.argmax()])
    return _Near(numbers, by_passage + by_sentence, by_sentence, (other + other_sentence, other_sentence), nearest)


def _leg(count: int, places: npt.NDArray[np.int32], scores: Floats) -> tuple[Floats, float]:
    """The most that a leg adds to each of so many passages, of which it listed those at these places, and to any other."""
    missed = float(np.partition(scores, -min(_MISSED, len(scores)))[-min(_MISSED, len(scores))])
    found = np.full(count, missed, np.float32)
    np.maximum.at(found, places, scores)
    return found, missed


def candidates_within(index: Index, query: Floats, words: Coverage, within: Numbers) -> Numbers:
    """The passages of some sentences, ascending; of very many those that any leg ranks high."""
    if not len(within):
        raise InputError("nothing is left to ask: no sentence is both in those articles and by that speaker.")
    numbers = np.unique(index.passages.of_sentence[within].astype(np.int64))
    if len(numbers) <= CANDIDATES:
        return numbers
    best = index.passages.of_sentence[_nearest(index.dense_sentences, query, within)].astype(np.int64)
    named = [numbers[best[scores[best] > 0]] for scores in words.of(numbers).values() for best in [ranking(scores, CANDIDATES)]]
    return _ascending([_nearest(index.dense, query, numbers), best, *named])


def _nearest(dense: DenseIndex | QuantisedIndex, query: Floats, ids: Numbers) -> Numbers:
    """Those CANDIDATES of some vectors that are nearest to the query."""
    scores = np.concatenate([dense.cosines(query, ids[i : i + _AT_ONCE]) for i in range(0, len(ids), _AT_ONCE)])
    return ids[ranking(scores, CANDIDATES)]


__all__ = ["MANY", "among_best", "candidates_within", "list_near", "ranked_high"]
