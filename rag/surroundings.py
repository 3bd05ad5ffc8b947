"""What the article of a passage is about, which the passage need not say again.

"He was born in 1856" does not name Tesla; the article does, or its title. So a word of the question that a passage lacks
counts a little where another passage of its article or the title has it: Callan (1994), "Passage-Level Evidence in Document
Retrieval".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rag.bridges import Concept
from rag.coverage import Coverage
from rag.folding import fold, has_han
from rag.index import Entry, Index

_COUNTS = 0.1  # of an occurrence in the passage itself
_PARTED = re.compile(r"[_\W]+")


def article_shares(
    index: Index, words: Sequence[Concept], coverage: Coverage, numbers: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """float32 (passages,): by how much the coverage of those passages, ascending, rises by what their articles hold.

    `coverage` is of the same concepts. An article without a title is called by its id.
    """
    articles, which = np.unique(index.passages.rows["article"][numbers], return_inverse=True)
    entries = [index.entries[i] for i in articles.tolist()]
    ranges = np.array([entry.passages for entry in entries], np.int64).reshape(-1, 2)
    held = coverage.within(ranges[:, 0], ranges[:, 1])
    for column, title in enumerate(map(_title, entries)):
        for row, concept in enumerate(words):
            named = {concept.source: 1.0} | dict(concept.variants)
            held[row, column] = max([float(held[row, column]), *(likely for word, likely in named.items() if _in(word, title))])
    return np.asarray(coverage.of(numbers, np.float32(_COUNTS) * held[:, which]) - coverage.of(numbers))


def _title(entry: Entry) -> str:
    """The folded title, its words between blanks."""
    return f" {_PARTED.sub(' ', fold(entry.metadata.title or entry.id))} "


def _in(word: str, title: str) -> bool:
    return (word if has_han(word) else f" {word} ") in title


__all__ = ["article_shares"]
