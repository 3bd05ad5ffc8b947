"""What became of a text: edits by characters, and the place in the new text that answers to a place in the old."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

Kind = Literal["equal", "delete", "insert"]
Span = tuple[int, int, int, int]  # a range of the old text, then the range of the new text that took its place

_ISLAND = 3  # an unchanged run shorter than this between two edits is read as part of the edit


def differences(old: str, new: str) -> list[tuple[Kind, str]]:
    """The edits that make `new` of `old`, in order: ("equal" | "delete" | "insert", text), no text empty.

    The equal and deleted texts together are `old`, the equal and inserted ones `new`. They are fewest edits by characters
    (Levenshtein), but that unchanged runs of one or two characters between two edits on a line count as edited.
    """
    found: list[tuple[Kind, str]] = []
    place = 0
    for start, end, first, last in _joined([*_changed(old, new)], old):
        pieces: tuple[tuple[Kind, str], ...] = (
            ("equal", old[place:start]),
            ("delete", old[start:end]),
            ("insert", new[first:last]),
        )
        found += [piece for piece in pieces if piece[1]]
        place = end
    return found + ([("equal", old[place:])] if old[place:] else [])


def counterpart(old: str, new: str, start: int, end: int) -> tuple[int, int]:
    """The range of `new` that stands where [start, end) stood in `old`; empty where that was deleted."""
    shift = 0
    first, last = None, None
    for begin, stop, to, until in _changed(old, new):
        if first is None and start < stop:
            first = to if start >= begin else start + shift
        if last is None and end <= stop:
            last = until if end > begin else end + shift
        shift = until - stop
    first = start + shift if first is None else first
    last = end + shift if last is None else last
    return first, max(first, last)


def _joined(spans: list[Span], old: str) -> Iterator[Span]:
    """The spans, those that only an island of unchanged text lies between made one."""
    for i, (start, end, first, last) in enumerate(spans):
        if i + 1 < len(spans) and spans[i + 1][0] - end < _ISLAND and "\n" not in old[end : spans[i + 1][0]]:
            spans[i + 1] = (start, spans[i + 1][1], first, spans[i + 1][3])
        else:
            yield start, end, first, last


@lru_cache(maxsize=2)  # many citations of one article, and each one's own text
def _changed(old: str, new: str) -> tuple[Span, ...]:
    """The ranges that differ, in order of the text; edits that touch are one."""
    from rapidfuzz.distance import Levenshtein

    spans: list[Span] = []
    for op in Levenshtein.opcodes(old, new):
        if op.tag == "equal":
            continue
        span = op.src_start, op.src_end, op.dest_start, op.dest_end
        if spans and spans[-1][1] == span[0] and spans[-1][3] == span[2]:
            span = spans[-1][0], span[1], spans[-1][2], span[3]
            spans.pop()
        spans.append(span)
    return tuple(spans)


__all__ = ["counterpart", "differences"]
