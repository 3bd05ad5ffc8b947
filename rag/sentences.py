"""Sentence boundaries and quotation spans in readable text of any script."""

from __future__ import annotations

import re

OPENERS = {"“": "”", "「": "」", "『": "』", "«": "»", "„": "“"}
_CLOSERS = "”’」』»\"')]】》\uff09\uff3d"
# A Latin full stop after these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|jr|sr|vs|no|nos|fig|vol|pp?|ed|eds|al|inc|ltd|co|corp|approx|est|dept|gen|gov|sen|rep|hon|capt|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|e\.g|i\.e|cf|etc|u\.s|u\.k|u\.n|e\.u|a\.m|p\.m|ph\.d|bzw|usw|z\.b|d\.h|ca|nr|bd|"
    r"m|mme|mlle|av|env|núm|sr|sra|dra|тыс|млн|млрд|руб|г|гг|им|т\.е|т\.д|др)|(?<![^\W\d_])[A-ZÀ-ÞА-Я]|(?<!\d)\d{1,2})$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[。\uff0e\uff61।؟۔]+|[!?\uff01\uff1f‼⁇⁈⁉…]+|\.{1,6}|\n+")


def sentence_ends(text: str) -> list[int]:
    """The positions right after each sentence of the text, ascending; the last is len(text) unless the text is blank.

    Closing quotation marks and brackets belong to the sentence they close; white space to the sentence before it. A line
    break always ends a sentence.
    """
    ends: list[int] = []
    for match in _STOP.finditer(text):
        if ends and match.start() < ends[-1]:
            continue
        end = match.end()
        if match[0][0] != "\n":
            while end < len(text) and text[end] in _CLOSERS:
                end += 1
            if not _is_end(text, match.start(), match.end(), end):
                continue
        while end < len(text) and text[end].isspace():
            end += 1
        if text[ends[-1] if ends else 0 : end].strip():
            ends.append(end)
    if text[ends[-1] if ends else 0 :].strip():
        ends.append(len(text))
    elif ends:
        ends[-1] = len(text)
    return ends


def _is_end(text: str, start: int, stop: int, end: int) -> bool:
    mark, following = text[start], text[end : end + 1]
    if mark in "。\uff0e\uff61।؟۔":
        return True
    wide = following >= "\u2e80"
    if mark == "…" or mark == "." and stop - start > 1:
        # An ellipsis ends a sentence unless the sentence visibly goes on.
        rest = text[end:].lstrip()
        return following == "" or following.isspace() and not rest[:1].islower()
    if following and not following.isspace() and not wide and following not in "“「『\"'(\uff08—-":
        return end > stop and not following.isalnum() and following not in ",.;:、"
    if mark != ".":
        return not (following.isspace() and text[end:].lstrip()[:1].islower())
    if stop < end:
        return not text[end:].lstrip()[:1].islower()
    if following.isspace() and "\n" not in text[end : end + 2] and _ABBREVIATION.search(text[max(0, start - 12) : start]):
        return False
    return not text[end:].lstrip()[:1].islower()


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


__all__ = ["OPENERS", "quotation_spans", "sentence_ends"]
