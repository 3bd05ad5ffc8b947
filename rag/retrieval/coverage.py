"""How much of a question each document holds: BM25 of its concepts over the most that they could have.

Variants of a concept count as one term whose frequency is the weighted sum of theirs: Pirkola (1998), "The Effects of Query
Structure and Dictionary Setups", weighted as Darwish & Oard (2003).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from rag.indexing.lexical import K1, B, Documents, Floats, LexicalIndex, Postings, idf
from rag.indexing.ranking import ranking
from rag.retrieval.bridges import Concept

Numbers = npt.NDArray[np.int64]

_LONG = 8_192  # documents from which on a posting list is searched, not gone through
_LITTLE = 0.05  # of the most that a document can have


class Coverage:
    """The shares, 0 to 1, of each leg's concepts that documents hold, by idf; a concept of no document counts towards the whole.

    `idfs` are those of each leg's concepts.
    """

    def __init__(self, lexical: LexicalIndex, legs: Mapping[str, Sequence[Concept]]) -> None:
        self._lexical = lexical
        self.idfs: dict[str, tuple[float, ...]] = {}
        self.postings: list[Postings] = []
        rows: dict[str, int] = {}  # of the postings, by variant
        used, shares, weights, sizes, self._ends = [], [], [], [], {}
        for name, wanted in legs.items():
            held = [[v for v in sorted(concept.variants) if len(lexical.phrase(v)[0])] for concept in wanted]
            for variant in (v for own in held for v in own if v not in rows):
                rows[variant] = len(rows)
                self.postings.append(lexical.phrase(variant))
            every = [[self.postings[rows[v]][0] for v in own] for own in held]
            self.idfs[name] = tuple(idf(_count(own, len(lexical)), len(lexical)) for own in every)
            each = [concept.weight * own * (K1 + 1) for concept, own in zip(wanted, self.idfs[name], strict=True)]
            most = sum(each)
            for concept, own, weight in zip(wanted, held, each, strict=True):
                used += [rows[v] for v in own]
                shares += [concept.variants[v] for v in own]
                weights += [weight / most] * bool(own)
                sizes += [len(own)] * bool(own)
            self._ends[name] = len(sizes)
        self._used, self._shares = np.array(used, np.int64), np.array(shares, np.float32)
        self._weights, self._sizes = np.array(weights, np.float32), np.array(sizes, np.int64)
        short = [row for row, (documents, _) in enumerate(self.postings) if len(documents) < _LONG]
        self._long = [row for row, (documents, _) in enumerate(self.postings) if len(documents) >= _LONG]
        self._short = [np.concatenate([self.postings[row][i] for row in short]) for i in (0, 1)] if short else []
        self._row = np.repeat(np.array(short, np.int64), [len(self.postings[row][0]) for row in short])

    def of(self, documents: Numbers) -> dict[str, Floats]:
        """By leg, float32 (len(documents),): their scores, for documents in ascending order."""
        if not self.postings:
            return {name: np.zeros(len(documents), np.float32) for name in self._ends}
        counts = self._counted(documents)[self._used]
        counts *= self._shares[:, None]
        scores = np.add.reduceat(counts, np.cumsum(self._sizes) - self._sizes)
        scores *= self._weights[:, None] / (scores + self._lexical.norm(documents))
        starts = [0, *self._ends.values()]
        return {name: np.add.reduce(scores[starts[i] : end]) for i, (name, end) in enumerate(self._ends.items())}

    def _counted(self, documents: Numbers) -> Floats:
        """How often each list has each of the documents, (lists, documents)."""
        counts = np.zeros((len(self.postings), len(documents)), np.float32)
        if self._short:
            with self._lexical.places(documents) as places:
                found = places.take(self._short[0])
            both = np.flatnonzero(found)
            counts[self._row[both], found[both] - 1] = self._short[1][both]
        for row in self._long:
            held, own = self.postings[row]
            at = np.minimum(np.searchsorted(held, documents), len(held) - 1)
            both = np.flatnonzero(held[at] == documents)
            counts[row, both] = own[at[both]]
        return counts

    def best(self, k: int) -> dict[str, Numbers]:
        """By leg, the k documents with the highest scores above 0, best first; equal ones by number. Scores every document."""
        every = self.of(np.arange(len(self._lexical)))
        found = {name: (scores, ranking(scores, k)) for name, scores in every.items()}
        return {name: best[scores[best] > 0] for name, (scores, best) in found.items()}

    def at_most(self, weights: Mapping[str, float]) -> tuple[Floats, float]:
        """float32 (documents,): the most that the legs, weighted and added, can be, and what is to be added to each of these.

        What two variants of a concept add is less than the sum of what each would add alone, and so much is allowed for. Long
        lists that can add little are not gone through: any document may have that from them (Turtle & Flood, 1995, "Query
        Evaluation: Strategies and Optimizations", max-score).
        """
        added = self._weights * np.repeat([weights[name] for name in self._ends], np.diff([0, *self._ends.values()]))
        uses: dict[tuple[int, float], float] = {}
        for row, share, weight in zip(
            self._used.tolist(), self._shares.tolist(), np.repeat(added, self._sizes).tolist(), strict=True
        ):
            uses[row, share] = uses.get((row, share), 0.0) + weight
        left, little, taken = 0.0, _LITTLE * sum(weights.values()), []
        for (row, share), weight in sorted(uses.items(), key=lambda use: -len(self.postings[use[0][0]][0])):
            documents, counts = self.postings[row]
            if len(documents) >= _LONG:
                often = share * int(counts.max())
                most = weight * often / (often + K1 * (1 - B))
                if left + most <= little:
                    left += most
                    continue
            taken.append((documents, counts, share, weight))
        sums = np.zeros(len(self._lexical), np.float32)
        for held, counts, share, weight in taken:
            scores = counts * np.float32(share)
            scores *= np.float32(weight) / (scores + self._lexical.norm(held))
            np.add.at(sums, held, scores)
        return sums, left


def _count(every: Sequence[Documents], documents: int) -> int:
    """How many documents there are in any of the lists."""
    if len(every) < 2:
        return sum(map(len, every))
    if 64 * sum(map(len, every)) < documents:
        ordered = np.sort(np.concatenate([np.full(1, -1, np.int64), *every]))
        return int(np.count_nonzero(np.diff(ordered)))
    found = np.zeros(documents, np.bool_)
    for held in every:
        found[held] = True
    return int(np.count_nonzero(found))


__all__ = ["Coverage"]
