"""Plain text that was taken out of pages: running heads, page numbers, words that were cut at the end of a line.

Heads and numbers are cut where pages follow one another, so that a sentence reads on over the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.text.cleaning import Edit

_LINE = re.compile(r"[^\n\f]+")
_FOLIO = re.compile(
    r"(?:page |p\. ?|seite |\u7b2c ?|[-\u2013\u2014\u00b7] ?)?(\d{1,4})(?: ?(?:of|/|von|de) ?\d{1,4})?(?: ?\u9875| ?\u9801| ?[-\u2013\u2014\u00b7])?",
    re.IGNORECASE,
)
_EDGE = 3  # lines at the top and the bottom of a page that may be its head or foot
_HYPHEN = re.compile(r"([^\W\d_]+)-\n([^\W\d_]+)")


def find_folios(raw: str) -> list[Edit]:
    """The numbers of three or more pages that follow one another, and the heads and feet that return on them.

    A page ends at a form feed, or at a line that is nothing but its number. What is cut between two pages reads as a line
    break where the sentence goes on, else as a blank line.
    """
    lines = [line for line in _LINE.finditer(raw) if not line[0].isspace()]
    if len(lines) < 6:
        return []
    texts = [" ".join(line[0].split()) for line in lines]
    feet = _numbered(texts)
    feeds = [match.start() for match in re.finditer("\f", raw)]
    starts = [line.start() for line in lines]
    firsts = sorted({0} | {bisect_left(starts, feed) for feed in feeds} | {i + 1 for i in feet if not feeds})
    pages = [(a, b) for a, b in pairwise([*firsts, len(lines)]) if a < b]
    if len(pages) < 3:
        return []
    edges = {i for a, b in pages for i in (*range(a, min(a + _EDGE, b)), *range(max(a, b - _EDGE), b))}
    shapes = Counter(_shape(texts[i]) for i in edges)
    cut = {
        i
        for i in edges
        if shapes[_shape(texts[i])] >= 3 and len(texts[i]) <= 120 or (i in feet or feeds) and _FOLIO.fullmatch(texts[i])
    }
    cut -= {
        i for i in edges if texts[i][-1:] in tuple("\u3002;:\uff1b\uff1a") or len(texts[i]) < 4 and not _FOLIO.fullmatch(texts[i])
    }
    return list(_without(raw, lines, texts, sorted(cut)))


def _numbered(texts: Sequence[str]) -> set[int]:
    """The lines that are numbers alone, each one more than the one before: three or more."""
    found: list[int] = []
    best: list[int] = []
    number = -1
    for i, text in enumerate(texts):
        match = _FOLIO.fullmatch(text)
        if match:
            if int(match[1]) != number + 1:
                found = []
            found.append(i)
            number = int(match[1])
            best = max(best, found, key=len)
    return set(best) if len(best) >= 3 else set()


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _without(raw: str, lines: Sequence[re.Match[str]], texts: Sequence[str], cut: Sequence[int]) -> Iterator[Edit]:
    """The cut lines and the white space around them, as what stands between the text before and after."""
    place = 0
    while place < len(cut):
        end = place
        while end + 1 < len(cut) and cut[end + 1] == cut[end] + 1:
            end += 1
        first, last = cut[place], cut[end]
        start = lines[first - 1].end() if first else 0
        stop = lines[last + 1].start() if last + 1 < len(lines) else len(raw)
        before = texts[first - 1] if first else ""
        following = texts[last + 1][:1] if last + 1 < len(lines) else ""
        goes_on = before[-1:].isalnum() or before[-1:] in ("-", ",", "\uff0c", "\u3001")
        goes_on = goes_on and (following.islower() or following > "\u2e80" or before[-1:] in (",", "-"))
        yield Edit(start, stop, "\n" if goes_on else "\n\n" if first and following else "")
        place = end + 1


def hyphenated(text: str, wraps: Sequence[int]) -> dict[int, bool]:
    """Of the line feeds that wrap a text, those behind a hyphen within a word, and whether the hyphen belongs to the word.

    It does where the text has the word with it elsewhere, or both of its parts as words of their own and the whole nowhere.
    """
    broken = {match.end(1) + 1: match for match in _HYPHEN.finditer(text) if match[2][0].islower()}
    places = [place for place in wraps if place in broken]
    if not places:
        return {}
    words = set(re.findall(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])", text.lower()))
    found = {}
    for place in places:
        first, second = broken[place][1].lower(), broken[place][2].lower()
        kept = first + second not in words and (f"{first}-{second}" in words or {first, second} <= words)
        found[place] = kept
    return found


__all__ = ["find_folios", "hyphenated"]
