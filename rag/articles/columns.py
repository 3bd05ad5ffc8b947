"""Plain text of pages in columns that stand side by side, line beside line, as `pdftotext -layout` writes them.

Text is read in the order of the file, so a sentence of such a page cannot be read on down its column: nothing there may be
quoted over the gutter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import east_asian_width

from rag.text.cleaning import Edit
from rag.text.lines import ends_sentence, is_wide

_PAGE = re.compile(r"[^\f]+")
_LINE = re.compile(r"[^\n]+")
_GUTTER = re.compile(r"(?<=\S)[ \t\u3000]{3,}(?=\S)")
_BREAK = re.compile(rf"{_GUTTER.pattern}|[ \t\u3000\r]*\n[ \t\u3000]*")
_LEAST = 8  # lines side by side on a page


@dataclass(frozen=True, slots=True)
class _Row:
    """A line: its offset, its text, and where text begins behind gaps in it, as (place in the line, column on the page)."""

    start: int
    text: str
    resumed: tuple[tuple[int, int], ...]

    def halves(self, column: int) -> tuple[str, str] | None:
        """What stands before and behind the gap that ends at a column; None where there is no such gap."""
        place = next((place for place, at in self.resumed if abs(at - column) <= 1), None)
        return None if place is None else (self.text[:place].strip(), self.text[place:].strip())


def find_columns(raw: str) -> list[tuple[int, int]]:
    """The ranges of the lines that stand in columns side by side.

    On a page (up to a form feed) these are the lines from the first to the last with a gap of three or more blanks before one
    column, where eight lines or more and most of those between have one, and on either side of it words go on from line to line
    in the middle of sentences, as they do not in a table.
    """
    if not _GUTTER.search(raw):
        return []
    return [found for page in _PAGE.finditer(raw) for found in _beside(raw, *page.span())]


def find_gutters(raw: str) -> list[Edit]:
    """The gaps and line ends of what stands side by side as blank lines, so that no sentence goes over either."""
    return [Edit(*gap.span(), "\n\n") for start, end in find_columns(raw) for gap in _BREAK.finditer(raw, start, end)]


def _beside(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines of a page that stand side by side."""
    rows = [_row(line) for line in _LINE.finditer(raw, start, end) if not line[0].isspace()]
    columns = Counter(column for row in rows for _, column in row.resumed)
    if not columns or len(rows) < _LEAST:
        return
    column = max(columns, key=lambda at: (columns[at - 1] + columns[at] + columns[at + 1], columns[at]))
    split = [(i, halves) for i, row in enumerate(rows) if (halves := row.halves(column))]
    if len(split) < _LEAST:
        return
    first, last = split[0][0], split[-1][0]
    between = rows[first : last + 1]
    lefts, rights = [left for _, (left, _) in split], [right for _, (_, right) in split]
    if 10 * len(split) >= 6 * len(between) and _is_prose(lefts) and _is_prose(rights):
        yield between[0].start, between[-1].start + len(between[-1].text)


def _row(line: re.Match[str]) -> _Row:
    places = [gap.end() - line.start() for gap in _GUTTER.finditer(line.string, line.start(), line.end())]
    text = line[0]
    return _Row(line.start(), text, tuple((place, _width(text[:place])) for place in places[:4]))


def _width(text: str) -> int:
    """How many columns of a fixed-width page a text takes."""
    return len(text) if text.isascii() else len(text) + sum(east_asian_width(c) in "WF" for c in text)


def _is_prose(pieces: Sequence[str]) -> bool:
    """Whether the lines of a column hold words, and go on from one to the next in the middle of sentences."""
    full = [len(piece) >= 8 if is_wide(piece) else len(piece.split()) >= 3 for piece in pieces]
    letters = sum(c.isalpha() or c == " " for piece in pieces for c in piece)
    on = [not ends_sentence(a) and (b[0].islower() or b[0] > "\u2e80") for a, b in pairwise(pieces)]
    return 10 * sum(full) >= 7 * len(full) and 10 * letters >= 8 * sum(map(len, pieces)) and 10 * sum(on) >= 4 * len(on)


__all__ = ["find_columns", "find_gutters"]
