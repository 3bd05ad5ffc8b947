"""The lines of a text, and what the form of one tells: its end mark, its width, the mark of a list."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.text.folding import narrow

# What ends a sentence, with full-width forms narrowed, and what may close behind it.
TERMINAL = "。!?….;"
CLOSERS = "”’」』\"')]】》"
_LIST_MARK = re.compile(r"[-*•·]\s|\d{1,3}[.、)]\s?|[>#|]")


@dataclass(frozen=True, slots=True)
class Line:
    """A non-empty line of readable text: its range there, and its text without outer blanks, full-width forms narrowed."""

    start: int
    end: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The non-empty lines of a text, in order."""
    found = []
    text = narrow(text)
    for match in re.finditer(r"[^\n]+", text):
        stripped = match[0].strip()
        if stripped:
            start = match.start() + match[0].index(stripped[0])
            found.append(Line(start, start + len(stripped), stripped))
    return found


def is_wide(text: str) -> bool:
    """Whether more than a quarter of the characters lie beyond U+2E80 (Han, kana, Hangul), where fewer of them say as much."""
    return sum(ord(c) > 0x2E80 for c in text) > len(text) / 4


def ends_sentence(text: str) -> bool:
    """Whether a line ends with the mark of a sentence, whatever closes behind it."""
    return text.rstrip(CLOSERS + " ")[-1:] in tuple(TERMINAL) if text.rstrip(CLOSERS + " ") else False


def is_list_item(text: str) -> bool:
    """Whether a line begins with a dash, a number or another mark of a list, or with one of a quotation, a heading or a row."""
    return _LIST_MARK.match(text) is not None


__all__ = ["CLOSERS", "TERMINAL", "Line", "ends_sentence", "is_list_item", "is_wide", "lines_of"]
