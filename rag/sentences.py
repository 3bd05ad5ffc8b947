"""Sentence boundaries and quotation spans in readable text of any script."""

from __future__ import annotations

import re

OPENERS = {"“": "”", "「": "」", "『": "』", "«": "»", "„": "“"}
_CLOSERS = "”’」』»\"')]】》\uff09\uff3d"
# A Latin full stop after these does not end a sentence: never, before a digit only, unless a new sentence plainly begins.
_TITLES = (
    "mr|mrs|ms|dr|prof|st|vs|eds?|gen|gov|sen|rep|hon|capt|e\\.g|i\\.e|cf|bzw|z\\. ?b|d\\. ?h|mme|mlle|тыс|млн|млрд|им|т\\. ?е|см"
)
_NUMBERED = "nos?|fig|vol|pp?|ch|sec|art|approx|est|ca|nr|bd|núm|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_SHORT = (
    "jr|sr|al|inc|ltd|llc|co|corp|dept|etc|u\\.s|u\\.k|u\\.n|e\\.u|a\\.m|p\\.m|ph\\.d|usw|av|env|sra|dra|руб|гг?|т\\. ?д|т\\. ?п|др"
    "|(?-i:(?<![^\\W\\d_])[A-ZÀ-ÞА-Я])"
)
_ABBREVIATION = re.compile(
    rf"\b(?:{_TITLES})$|(?P<numbered>\b(?:{_NUMBERED})$)|(?P<short>\b(?:{_SHORT})$)|(?P<ordinal>(?<![\d.,])\d{{1,2}}$)",
    re.IGNORECASE,
)
# Words that begin a sentence far more often than they follow an abbreviation or an initial.
_STARTER = re.compile(
    r"(?:He|She|It|They|We|You|This|That|These|Those|The|An|His|Her|Its|Their|Our|My|But|And|So|Then|There|When|While|If|In|On|At|As|For|"
    r"However|What|Who|How|Why|Not|No|Yes|After|Before|Since|Er|Sie|Es|Wir|Das|Und|Aber|Он|Она|Оно|Они|Мы|Это|Но)\b"
)
# What makes a number before a full stop an ordinal: the start of a line (a list), a German article or preposition before it.
_ORDINAL = re.compile(
    r"(?:^|\n)[ \t]{0,8}\d{1,2}$|(?<!\bi )\b(?:am|im|vom|zum|zur|beim|ab|bis|seit|der|die|das|dem|den|des|ein|einen?|eine[mrs])\s\d{1,2}$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[。\uff0e\uff61।؟۔]+|[!?\uff01\uff1f‼⁇⁈⁉…]+|\.{1,6}|\n+")
_BLANKS = re.compile(r"\s+")
# After a closing quotation mark: the sentence that holds the quotation goes on.
_CONTINUES = re.compile(r"[,;:、\uff0c\uff1b\uff1a]|(?<=[」』])(?:と|って|という|など|の|が|は|を|に)")


def sentence_ends(text: str) -> list[int]:
    """The positions right after each sentence of the text, ascending; the last is len(text) unless the text is blank.

    Closing quotation marks and brackets belong to the sentence they close; white space to the sentence before it. A line
    break always ends a sentence.
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
            if not _is_end(text, match.start(), match.end(), end):
                continue
        last = _skip_blanks(text, end)
        ends.append(last)
    if last < len(text):
        ends.append(len(text))
    return ends


def _closes_low(text: str, position: int) -> bool:
    """Whether the “ there closes a German „ rather than opens a quotation."""
    start = max(0, position - 1000)
    return text.rfind("„", start, position) > text.rfind("“", start, position)


def _skip_blanks(text: str, position: int) -> int:
    match = _BLANKS.match(text, position)
    return match.end() if match else position


def _is_end(text: str, start: int, stop: int, end: int) -> bool:
    mark, following = text[start], text[end : end + 1]
    after = _skip_blanks(text, end)
    goes_on = text[after : after + 1].islower()
    if mark in "。\uff0e\uff61।؟۔":
        return stop == end or not _CONTINUES.match(text, end)
    if mark == "…" or mark == "." and stop - start > 1:
        # An ellipsis ends a sentence unless the sentence visibly goes on.
        return following == "" or following.isspace() and not goes_on
    if stop < end and _CONTINUES.match(text, end):
        return False
    if following and not following.isspace() and following < "\u2e80" and following not in "“「『\"'(\uff08—-":
        return end > stop and not following.isalnum() and following not in ",.;:、"
    if (
        mark == "."
        and stop == end
        and following.isspace()
        and "\n" not in text[end : end + 2]
        and _abbreviates(text, start, after)
    ):
        return False
    return not goes_on


def _abbreviates(text: str, stop: int, after: int) -> bool:
    """Whether the full stop at `stop` belongs to an abbreviation, initial or ordinal rather than end a sentence."""
    before = text[max(0, stop - 12) : stop]
    if before[-1:].isalpha() and not before[-2:-1].isalnum() and text[after + 1 : after + 2] == ".":
        return True  # "z. B.", "J. K."
    match = _ABBREVIATION.search(before)
    if not match:
        return False
    if match["numbered"]:
        return text[after : after + 1].isdigit()
    if match["short"]:
        return not _STARTER.match(text, after)
    return not match["ordinal"] or bool(_ORDINAL.search(before))


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
