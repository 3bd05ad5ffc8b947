"""Sentence boundaries and quotation spans in readable text of any script."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from rag.text.abbreviations import abbreviates

OPENERS = {"“": "”", "「": "」", "『": "』", "«": "»", "„": "“"}
_CLOSERS = "”’」』»\"')]】》\uff09\uff3d"
# Marks that end a sentence whatever follows: of Chinese, Devanagari, Arabic, Khmer, Burmese, Ethiopic and Armenian.
_FULL = "。\uff0e\uff61।॥؟۔\u17d4\u17d5\u104b\u1362\u1367\u0589"
_STOP = re.compile(rf"[{_FULL}]+|[!?\uff01\uff1f‼⁇⁈⁉…]+|\.{{1,6}}(?: \.{{1,6}}(?!\w)){{0,6}}|\n+")
_BLANKS = re.compile(r"\s+")
# What belongs to the sentence before it: a note "[1]" or "[citation needed]" behind the full stop, a mark on its own.
_STRAY = re.compile(r"(?:\[[^\[\]\n]{1,30}\]){1,4}(?=\s|$)| ?\[[^\[\]\n]{1,30}\](?=\s*(?:\n|$))| ?[。.…]{1,6}(?=\s|$)")
# Thai and Lao set blanks between clauses where other scripts set marks, and within a clause around digits, Latin, ๆ and ฯ only.
_THAI = "\u0e01-\u0e2e\u0e30-\u0e3a\u0e40-\u0e45\u0e47-\u0e4e\u0e81-\u0eae\u0eb0-\u0ec5\u0ec8-\u0ecd"
_GAP = re.compile(rf"(?<=[{_THAI}]) +(?=[{_THAI}])")
# Of two clauses one sentence: after a word that leads on, before one that goes on.
_THAI_LEADS = ("ว่า", "คือ", "เช่น", "ได้แก่", "และ", "หรือ", "กับ", "ของ")
_THAI_GOES_ON = ("และ", "หรือ", "กับ", "ของ", "ซึ่ง", "ที่", "โดย")
_CLOSED = re.compile(r"\([^()\n]{1,150}\)|\[[^\[\]\n]{1,150}\]|“[^“”\n]{1,150}”|\"[^\"\n]{1,150}\"")
# A clause has at least so many characters; after so many any blank ends it; a word between blanks so short may be a name.
_SHORT, _LONG, _NAME = 40, 100, 14
# A small letter, or a dash and one as in "Who? — asked she".
_GOES_ON = re.compile(r"(?:[—–-] ?)?[^\W\d_]")
# After a closing quotation mark: the sentence that holds the quotation goes on.
_CONTINUES = re.compile(r"[,;:、\uff0c\uff1b\uff1a،؛]|(?<=[」』])(?:と|って|という|など|の|が|は|を|に)")


def sentence_ends(text: str) -> list[int]:
    """The positions right after each sentence of the text, ascending; the last is len(text) unless the text is blank.

    Closing quotation marks and brackets belong to the sentence they close; white space to the sentence before it. A line
    break always ends a sentence. In Thai and Lao, which mark no sentences, a blank between two words ends one, but
    none of under 40 characters.
    """
    ends: list[int] = []
    last = len(text) - len(text.lstrip())
    for match in _STOP.finditer(text, last):
        if match.start() < last:
            continue
        end = match.end()
        if match[0][0] != "\n":
            while end < len(text) and (text[end] in _CLOSERS or text[end] == "“" and _closes_low(text, end)):
                end += 1
            if stray := _STRAY.match(text, end):
                end = stray.end()
            if not _is_end(text, last, match.start(), match.end(), end):
                continue
        last = _skip_blanks(text, end)
        ends.append(last)
    if last < len(text):
        ends.append(len(text))
    return _with_clauses(text, ends) if _GAP.search(text) else ends


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges of the sentences that a range of a text holds, in order, without the white space around them."""
    position = start
    for stop in sentence_ends(text[start:end]):
        first, last = trimmed(text, position, start + stop)
        position = start + stop
        if first < last:
            yield first, last


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A range of a text without the white space at its ends; of white space alone the end comes before the start."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _with_clauses(text: str, ends: list[int]) -> list[int]:
    """The ends, and between them those of Thai clauses: after 40 characters where a clause ends, after 100 at any blank."""
    closed = [match.span() for match in _CLOSED.finditer(text)]
    starts = [start for start, _ in closed]
    found: list[int] = []
    i, last = 0, 0
    for gap in _GAP.finditer(text):
        place = gap.start()
        while ends[i] < gap.end():
            last = ends[i]
            found.append(last)
            i += 1
        if place - last < _SHORT or ends[i] - gap.end() < _SHORT:
            continue
        around = bisect_right(starts, place) - 1
        if around >= 0 and place < closed[around][1]:
            continue
        leads_on = (
            text.startswith(_THAI_GOES_ON, gap.end())
            or text.endswith(_THAI_LEADS, last, place)
            or text.find(" ", max(last, place - _NAME), place) >= 0
            or text.find(" ", gap.end(), gap.end() + _NAME) >= 0
        )
        if leads_on and place - last < _LONG:
            continue
        last = gap.end()
        found.append(last)
    return found + ends[i:]


def _closes_low(text: str, position: int) -> bool:
    """Whether the “ there closes a German „ rather than opens a quotation."""
    start = max(0, position - 1000)
    return text.rfind("„", start, position) > text.rfind("“", start, position)


def _skip_blanks(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def _is_end(text: str, begin: int, start: int, stop: int, end: int) -> bool:
    """Whether the marks [start, stop), closed by what goes up to `end`, end the sentence that begins at `begin`."""
    mark, following = text[start], text[end : end + 1]
    if stop < end and following and following in _FULL:
        return False
    after = _skip_blanks(text, end)
    goes_on = bool(_GOES_ON.match(text, after)) and text[after : after + 3].lstrip("—–- ")[:1].islower()
    if mark in _FULL:
        return stop == end or not _CONTINUES.match(text, end)
    if mark == "…" or mark == "." and stop - start > 1:
        # An ellipsis ends a sentence unless the sentence visibly goes on.
        return following == "" or following.isspace() and not goes_on
    if stop < end and _CONTINUES.match(text, end):
        return False
    if mark == "." and following == "-" and text[end + 1 : end + 2].isalpha():
        return False  # "J.-C."
    if stop < end and (_parenthetical(text, begin, stop, end) or re.match(r"\(\d", text[after : after + 2])):
        return False
    if following and not following.isspace() and following < "\u2e80" and following not in "“「『\"'(\uff08—-":
        return end > stop and not following.isalnum() and following not in ",.;:、"
    if (
        mark == "."
        and stop == end
        and following.isspace()
        and "\n" not in text[end : end + 2]
        and abbreviates(text, begin, start, after)
    ):
        return False
    return not goes_on


def _parenthetical(text: str, begin: int, stop: int, end: int) -> bool:
    """Whether the closing marks close a bracket that opened inside the sentence, as in "It weighed 4 kg (8.8 lb.) There"."""
    opens = text.rfind("(", max(begin, stop - 200), stop) if ")" in text[stop:end] else -1
    return opens > begin


def quotation_spans(text: str) -> list[tuple[int, int]]:
    """Outermost quotations as half-open ranges, marks included, in order.

    Paired marks nest; a mark that is never closed spans nothing. Straight double quotes are paired within a line.
    """
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    straight = -1
    for i, character in enumerate(text):
        if character == "\n":
            straight = -1
        if stack and character == stack[-1][0]:
            _, start = stack.pop()
            if not stack:
                spans.append((start, i + 1))
        elif character in OPENERS:
            stack.append((OPENERS[character], i))
        elif character == '"' and not stack:
            if straight >= 0:
                spans.append((straight, i + 1))
                straight = -1
            else:
                straight = i
        if len(stack) > 8:
            stack.clear()
    return sorted(spans)


__all__ = ["OPENERS", "quotation_spans", "sentence_ends", "sentence_spans", "trimmed"]
