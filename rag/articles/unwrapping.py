"""Paragraphs that were wrapped by hand, or cut inside a sentence by accident, as one line each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.articles.bylines import is_byline
from rag.text.dates import has_date
from rag.text.lines import Line, ends_sentence, is_list_item, lines_of

# A line that begins inside a sentence ("iPhone" and "a) item" do not), and one that ends with a symbol before its index.
_GOES_ON = re.compile(r"(?!\w[.)\d])\w(?![A-Z])")
_HYPHENATED = re.compile(r"[^\W\d_]{2}-$")
_FORMULA = re.compile(r"(?:^|[^A-Za-z])[A-Z]{1,2}[a-z]?$")


def hard_wraps(text: str) -> list[int]:
    """The positions of line feeds that wrap a paragraph by hand at some column, or stand inside a sentence by accident.

    A text counts as wrapped when, of the lines that another line follows without a blank one between, at least three and
    most (a third, where words are cut by hyphens) are 40 to 120 characters long and end in the middle of a sentence. There a line feed is a wrap when the next word
    would hardly have fitted before it and no list item, byline or heading begins after it. In any text a single line feed
    is one when at least 60 characters of a paragraph that begins with no small letter end without a mark before it and a
    small letter follows (after 120 characters, or a capital as in a formula, also a digit).
    """
    lines = lines_of(text)
    inner = [
        (a, b) for a, b in pairwise(lines) if text.count("\n", a.end, b.start) == 1 and not (" | " in a.text and " | " in b.text)
    ]
    broken = _broken(inner)
    inner = [(a, b) for a, b in inner if len(a.text) >= 25 or not b.text[0].isupper()]  # a heading is no line that was wrapped
    cut = sum(40 <= len(a.text) <= 120 and not ends_sentence(a.text) for a, _ in inner)
    hyphened = sum(bool(_HYPHENATED.search(a.text)) and b.text[0].islower() for a, b in inner)
    if len(inner) < 3 or cut < (0.3 if hyphened > 1 else 0.6) * len(inner):
        return [text.index("\n", a.end, b.start) for a, b in broken]
    width = max(len(a.text) for a, _ in inner if len(a.text) <= 120)
    wrapped = [
        (a, b)
        for a, b in inner
        if len(a.text) + 1 + len(b.text.split(maxsplit=1)[0]) >= 0.75 * width
        and not any(is_list_item(b.text) or is_byline(line.text) for line in (a, b))
    ]
    return sorted({text.index("\n", a.end, b.start) for a, b in (*broken, *wrapped)})


def _broken(inner: Sequence[tuple[Line, Line]]) -> list[tuple[Line, Line]]:
    """Of neighbouring lines those that are one sentence, by the form of it alone."""
    broken: list[tuple[Line, Line]] = []
    first: Line | None = None
    for a, b in inner:
        if not (broken and broken[-1][1] == a and first):
            first = a
        length = a.end - first.start
        goes_on = (
            length >= 60 and b.text[0].islower() and _GOES_ON.match(b.text)
            or b.text[0].isdigit() and (length >= 120 and a.text[-1].islower() or length >= 60 and _FORMULA.search(a.text))
        )  # fmt: skip
        cut = len(a.text) >= 8 and _HYPHENATED.search(a.text) and b.text[0].islower()
        if cut or (
            goes_on
            and (a.text[-1].islower() or a.text[-1].isupper() or a.text[-1].isdigit() or a.text[-1] in ",)")
            and not first.text[0].islower()
            and not any(is_list_item(line.text) or is_byline(line.text) for line in (first, b))
            and not (len(b.text) <= 120 and has_date(b.text) and not ends_sentence(b.text))
        ):
            broken.append((a, b))
    return broken


def unwrap(text: str, lines: Sequence[Line]) -> list[Line]:
    """Join the lines of paragraphs that were wrapped by hand."""
    wraps = set(hard_wraps(text))
    joined: list[Line] = []
    for line in lines:
        if joined and wraps and text.find("\n", joined[-1].end, line.start) in wraps:
            start = joined[-1].start
            joined[-1] = Line(start, line.end, text[start : line.end])
        else:
            joined.append(line)
    return joined


__all__ = ["hard_wraps", "unwrap"]
