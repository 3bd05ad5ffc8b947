"""How much of a question each document holds: BM25 of its concepts over the most that they could have.

The best documents are found without scoring all: concepts are taken from the one that can add most, and once those that are
left cannot lift another document among the best, they are looked up only where it matters (Turtle & Flood, 1995, "Query
Evaluation: Strategies and Optimizations", max-score). The result is what scoring all documents gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.bridges import Concept
from rag.fusion import ranking
from rag.lexical import K1, B, Documents, Floats, LexicalIndex, Postings, idf, together

Numbers = npt.NDArray[np.int64]

_SLACK = 1e-4  # by what part sums of 32-bit numbers may differ, and more
_DENSE = 16  # documents of a posting list for each wanted one, up to which a table of all is filled
_FEW = 8_192  # numbers of which the k-th highest is found at once; of more, about that many are looked at first


@dataclass(frozen=True, slots=True)
class _Held:
    """A concept in the documents: the postings of its variants, each with its weight, the concept's own weight, and its idf.

    Variants count as one term whose frequency is the weighted sum of theirs: Pirkola (1998), "The Effects of Query Structure
    and Dictionary Setups", weighted as Darwish & Oard (2003). The idf is 0 where no document holds any.
    """

    postings: tuple[tuple[Postings, float], ...]
    weight: float
    idf: float

    def most(self) -> float:
        """What it adds to a document's score at most."""
        count = sum(int(counts.max()) * share for (_, counts), share in self.postings)
        return self.weight * self.idf * (K1 + 1) * count / (count + K1 * (1 - B))


class Coverage:
    """The share, 0 to 1, of concepts that documents hold, by idf; a concept of no document counts towards the whole."""

    def __init__(self, lexical: LexicalIndex, wanted: Sequence[Concept]) -> None:
        self._lexical = lexical
        self._held = [_held(lexical, concept) for concept in wanted]
        self.idfs = tuple(held.idf or lexical.unknown_idf() for held in self._held)
        self._most, self._table = 0.0, np.zeros(len(lexical), np.uint8)
        for held, own in zip(self._held, self.idfs, strict=True):
            self._most += held.weight * own * (K1 + 1)

    def of(self, documents: Numbers) -> Floats:
        """float32 (len(documents),): their scores, for documents in ascending order."""
        wanted = np.asarray(documents, np.int32)
        total, norm = np.zeros(len(wanted), np.float32), self._lexical.norm(wanted)
        for held in self._held:
            if held.postings:
                total += np.float32(held.weight) * _bm25(held, self._counts(held, wanted), norm)
        return total / np.float32(self._most) if self._most else total

    def best(self, k: int) -> Numbers:
        """The k documents with the highest scores above 0, best first; equal ones by number."""
        reached = self._reached(k)
        scores = self.of(reached)
        best = ranking(scores, k)
        return reached[best[scores[best] > 0]]

    def _reached(self, k: int) -> Numbers:
        """Documents among which the k best are, ascending."""
        sums = np.zeros(len(self._lexical), np.float32)
        open_ = sorted(((held.most(), held) for held in self._held if held.postings), key=lambda item: -item[0])
        # By how many were taken, what the others can add.
        left = [*np.cumsum([most * (1 + _SLACK) for most, _ in reversed(open_)])[::-1].tolist(), 0.0]
        least, taken = 0.0, 0
        while taken < len(open_) and left[taken] >= least:
            held = open_[taken][1]
            documents, counts = together(held.postings, len(sums))
            sums[documents] += np.float32(held.weight) * self._scores(held, documents, counts)
            taken += 1
            if len(documents) >= k:
                least = max(least, kth_highest(sums[documents], k) * (1 - _SLACK))
        reached = np.flatnonzero(sums > max(0.0, least - left[taken]))
        some = sums[reached]
        for number in range(taken, len(open_) + 1):
            if len(reached) <= 2 * k:
                break
            stay = some >= kth_highest(some, k) * (1 - _SLACK) - left[number]
            reached, some = reached[stay], some[stay]
            if number < len(open_):
                held, wanted = open_[number][1], reached.astype(np.int32)
                some += np.float32(held.weight) * self._scores(held, wanted, self._counts(held, wanted))
        return reached

    def _scores(self, held: _Held, documents: Documents, counts: Floats) -> Floats:
        """The BM25 of a concept in documents that hold it so often."""
        return _bm25(held, counts, self._lexical.norm(documents))

    def _counts(self, held: _Held, wanted: Documents) -> Floats:
        """How often the documents hold the concept: 0 where they do not."""
        total = np.zeros(len(wanted))
        for (documents, counts), share in held.postings:
            if len(documents) < _DENSE * len(wanted):  # then a table of all documents is faster than looking each one up
                self._table[documents] = counts
                total += share * self._table[wanted].astype(np.float64)
                self._table[documents] = 0
            else:
                places = np.minimum(np.searchsorted(documents, wanted), len(documents) - 1)
                both = np.flatnonzero(documents[places] == wanted)
                total[both] += share * counts[places[both]].astype(np.float64)
        return total.astype(np.float32)


def kth_highest(values: Floats, k: int) -> float:
    """A number that at least k of the values reach: the k-th highest, or of very many one that is a little lower."""
    if len(values) > 4 * _FEW:
        step = len(values) // _FEW
        some = values[::step]
        guess = min(len(some), 2 * (k // step) + 16)
        least = np.partition(some, len(some) - guess)[len(some) - guess]
        reaching = values[values >= least]
        if len(reaching) >= k and len(reaching) < len(values) // 4:
            values = reaching
    return float(np.partition(values, len(values) - k)[len(values) - k])


def _held(lexical: LexicalIndex, concept: Concept) -> _Held:
    found = [(lexical.phrase(variant), concept.variants[variant]) for variant in sorted(concept.variants)]
    postings = tuple((postings, share) for postings, share in found if len(postings[0]))
    holding = len(postings[0][0][0]) if len(postings) == 1 else _count([held for (held, _), _ in postings], len(lexical))
    return _Held(postings, concept.weight, idf(holding, len(lexical)) if holding else 0.0)


def _count(every: Sequence[Documents], documents: int) -> int:
    """How many documents there are in any of the lists."""
    if 64 * sum(map(len, every)) < documents:
        ordered = np.sort(np.concatenate([np.full(1, -1, np.int32), *every]))
        return int(np.count_nonzero(np.diff(ordered)))
    found = np.zeros(documents, np.bool_)
    for held in every:
        found[held] = True
    return int(np.count_nonzero(found))


def _bm25(held: _Held, counts: Floats, norm: Floats) -> Floats:
    return np.asarray(held.idf * counts * (K1 + 1) / (counts + norm), np.float32)


__all__ = ["Coverage", "kth_highest"]
