"""Quotations in single marks, told from apostrophes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.text.folding import has_han

_MARK = re.compile("['\u2018\u2019\u201a]")
_CLOSING = {"\u2018": "\u2019", "\u201a": "\u2018\u2019", "'": "'"}
# What an apostrophe begins: decades, and words that lost their head.
_ELIDED = re.compile(r"\d0s\b|(?:tis|twas|twere|em|n|cause|cos|cuz|bout|til|round|ere)\b", re.IGNORECASE)
# What belongs to somebody is a noun: these words come behind a quotation.
_POSSESSIVE = re.compile(
    r"[sS]['\u2019] (?!(?:and|or|but|he|she|they|it|we|you|said|says|saying|told|wrote|is|are|was|were|has|have|had|will|would|in|of|to|by|as|that|this|who|which|"
    r"for|from|with|at|on|a|an|the|when|while|because|then|not)\b)[^\W\d_A-Z]"
)
_BEFORE = frozenset(
    '([{<"\u201c\u201e\xab\xbb\u2039\u203a\u2014\u2013-/:,;\u3000\u300c\u300e\uff08\uff1a\uff0c\u3001\u3002\uff1b*_'
)


def single_quotations(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The ranges, marks included, of what stands in \u2018 \u2019, \u201a \u2018 or ' ' within a paragraph, in order; they do not overlap.

    A mark between two letters is an apostrophe, as is one before a decade ('90s) or a clipped word ('tis), and one behind a
    word when no mark is open. Behind an "s" that more words follow (the boys' boats) it closes only where nothing later does.
    """
    places = [match.start() for match in _MARK.finditer(text, start, end) if not _joins(text, match.start(), start, end)]
    i = 0
    while i < len(places):
        opener = places[i]
        i += 1
        if not _opens(text, opener, start, end):
            continue
        curly = text[opener] != "'"
        closers = []
        for number in range(i, len(places)):
            place = places[number]
            if text[place] in _CLOSING[text[opener]] and not text[place - 1].isspace() and place > opener + 1:
                closers.append(number)
                if not _POSSESSIVE.match(text, place - 1):
                    break
            elif _opens(text, place, start, end) and (text[place] != "'") == curly:
                break
        if closers:
            certain = _POSSESSIVE.match(text, places[closers[-1]] - 1) is None
            closer = closers[-1] if certain else closers[0]
            yield opener, places[closer] + 1
            i = closer + 1


def _joins(text: str, place: int, start: int, end: int) -> bool:
    """Whether the mark is an apostrophe within a word."""
    return start < place < end - 1 and _spaced(text[place - 1]) and _spaced(text[place + 1])


def _opens(text: str, place: int, start: int, end: int) -> bool:
    if text[place] == "\u2019" or place + 1 >= end or text[place + 1].isspace() or _ELIDED.match(text, place + 1, end):
        return False
    before = text[place - 1] if place > start else " "
    return text[place] in "\u2018\u201a" or before.isspace() or before in _BEFORE or has_han(before)


def _spaced(character: str) -> bool:
    return character.isalnum() and not has_han(character)


__all__ = ["single_quotations"]
