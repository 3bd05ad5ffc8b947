"""Who said it: the speaker of a range of an article."""

from __future__ import annotations

from rag.index import Entry, Index
from rag.types import Speaker


def speaker_at(index: Index, entry: Entry, start: int, end: int) -> Speaker | None:
    """The speaker to whom most of a range of the article's raw text is attributed; None where nobody is."""
    return None


__all__ = ["speaker_at"]
