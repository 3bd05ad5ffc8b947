"""Passages compared whole with a question: their cosines and those of all their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rag.indexing.index import Index

OUTSIDE = -9.0  # the cosine of a sentence that must not be quoted

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Compared:
    """Passages by their `numbers`, ascending, and the `cosines` of a question with them.

    `sentences` are the numbers of all their sentences, `own` the cosines with these; those of passage i stand from `starts[i]` on.
    """

    numbers: Numbers
    cosines: Floats
    sentences: Numbers
    own: Floats
    starts: Numbers

    @classmethod
    def of(cls, index: Index, query: Floats, numbers: Numbers, cosines: Floats, within: Numbers | None = None) -> Compared:
        """The passages of those numbers, ascending, whose cosines are known; sentences not `within` get OUTSIDE."""
        rows = index.passages.rows[numbers]
        counts = rows["sentences"].astype(np.int64)
        starts = np.cumsum(counts) - counts
        sentences = np.arange(int(counts.sum())) + np.repeat(rows["sentence"] - starts, counts)
        own = index.dense_sentences.cosines(query, sentences)
        if within is not None:
            own[~np.isin(sentences, within)] = OUTSIDE
        return cls(numbers, cosines, sentences, own, starts)

    @classmethod
    def joined(cls, parts: Sequence[Compared]) -> Compared:
        """Several, no passage being in two of them, as one."""
        if len(parts) == 1:
            return parts[0]
        numbers, cosines, sentences, own = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("numbers", "cosines", "sentences", "own")
        )
        counts = np.concatenate([part.counts for part in parts])
        order = np.argsort(numbers)
        before = (np.cumsum(counts) - counts)[order]
        starts = np.cumsum(counts[order]) - counts[order]
        moved = np.arange(len(sentences)) + np.repeat(before - starts, counts[order])
        return cls(numbers[order], cosines[order], sentences[moved], own[moved], starts)

    @property
    def counts(self) -> Numbers:
        """How many sentences each passage has."""
        return np.diff(self.starts, append=len(self.sentences))

    @property
    def best(self) -> Floats:
        """The highest cosine with a sentence of each passage."""
        return np.maximum.reduceat(self.own, self.starts)


__all__ = ["OUTSIDE", "Compared", "Floats", "Numbers"]
