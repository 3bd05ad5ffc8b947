"""Wrap text to a terminal's width where Chinese, Japanese and Latin stand side by side.

A line may end at a blank, and before or after a wide character, but not so that closing punctuation begins a line or
opening punctuation ends one (the common core of GB/T 15834, CNS and JIS X 4051). Widths are East Asian: a Han character is two cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import combining, east_asian_width

# Escapes, because some channels narrow full-width characters on their way.
_NOT_FIRST = frozenset(
    ",.;:?!)]}%\u2019\u201d\u2026\u2014\u00b7\u27e7"
    "\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u3015\u3017\u301f\u30fb\u30fc"
    "\uff01\uff05\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d\uff5e\uff61\uff63\uff64"
)
_NOT_LAST = frozenset("([{\u2018\u201c\u27e6\u3008\u300a\u300c\u300e\u3010\u3014\u3016\u301d\uff08\uff3b\uff5b\uff62")


def lines(text: str, width: int, first: int | None = None) -> list[tuple[int, int]]:
    """The lines of a text as half-open ranges of it, none wider than `width` cells, the first not wider than `first`.

    Blanks at the ends of lines belong to no line, and those at the beginning of a paragraph to its first. A word wider
    than a line is cut where the line ends; a width below 2 counts as 2, so that every character finds a place.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        found.extend(_paragraph(text, start, start + len(paragraph), max(width, 2), None if found else first))
        start += len(paragraph) + 1
    return found


def cells(text: str) -> int:
    """The cells that a text takes on a terminal."""
    return sum(map(_cells, text))


def _paragraph(text: str, start: int, end: int, width: int, first: int | None) -> Iterator[tuple[int, int]]:
    room = width if first is None else max(first, 2)
    begin, at, used, chance = start, start, 0, start
    while at < end:
        if at > begin and _breakable(text[at - 1], text[at]):
            chance = at
        size = _cells(text[at])
        if used + size > room and not text[at].isspace():
            cut = chance if chance > begin else at
            yield begin, _stripped(text, begin, cut)
            begin = chance = cut
            used, at, room = 0, cut, width
            continue
        used += size
        at += 1
    yield begin, _stripped(text, begin, end)


def _breakable(before: str, after: str) -> bool:
    if after.isspace():
        return False
    if before.isspace():
        return True
    return (_wide(before) or _wide(after)) and after not in _NOT_FIRST and before not in _NOT_LAST and _cells(after) > 0


def _stripped(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def _cells(character: str) -> int:
    if character < "\u0300":
        return 1
    return 0 if combining(character) or character in "\u200b\u200d\ufe0e\ufe0f" else 2 if _wide(character) else 1


__all__ = ["cells", "lines"]
