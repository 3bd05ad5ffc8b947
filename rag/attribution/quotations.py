"""The quotations of a paragraph: where they stand, which of them are said, and the paragraph without their words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.attribution.speech import Cue
from rag.text.sentences import quotation_spans, sentence_spans

BLOT = "\u25a1"
"""What stands for each character within quotation marks in a masked paragraph."""
_SHORTEST_QUOTE = 10
_REOPENS = ('"', "\u201c", "\u300c")
_INSIDE = re.compile(r"[,。!?;:.…]")
_WORKS_EN = (
    r"(?:book|novel|novella|essay|treatise|hymn|song|ballad|poem|poetry|play|opera|symphony|film|movie|album|single|painting|sculpture|paper|pamphlet|tract|thesis|"
    r"dissertation|memoir|autobiography|biography|catechism|sermon|chapter|title|titled|entitled)s?"
)
# The quotation marks behind are those of a title.
_TITLED_EN = re.compile(rf"(?:\b{_WORKS_EN}|['’]s(?:\s[A-Z][\w'’-]*){{1,6}},)\s\Z")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a text: its range, and the ranges of its quotations, marks included, in order.

    `masked` is the paragraph with everything within quotation marks and title marks blotted out, each character by one.
    """

    text: str
    start: int
    end: int
    quotes: tuple[tuple[int, int], ...]
    masked: str

    @classmethod
    def of(cls, text: str, start: int, end: int, after: int | None = None) -> Paragraph:
        """The paragraph that is a range of the text; `after` is where the next one begins, if furniture stands between."""
        quotes = tuple(_quotations(text, start, end, end if after is None else after))
        return cls(text, start, end, quotes, _masked(text, start, end, quotes))


def is_said(paragraph: Paragraph, quote: tuple[int, int], cues: Sequence[Cue], language: str) -> bool:
    """Whether a quotation of the paragraph is something said, rather than a term in quotation marks."""
    text, start, end = paragraph.text, paragraph.start, paragraph.end
    first, last = quote
    if language == "en" and _TITLED_EN.search(text, max(start, first - 40), first):
        return False
    inner = text[first + 1 : last - 1]
    if len(inner) >= _SHORTEST_QUOTE * (1 if language == "zh" else 3) or inner and inner[-1] in "。!?.":
        return True
    before = text[max(start, first - 1) : first]
    if language == "en" and text[last : last + 2] == ", " and any(c.start == last + 2 for c in cues):
        return True
    introduced = any(0 <= first - cue.end <= 3 for cue in cues)
    return bool(_INSIDE.search(inner)) or (before in (":", ",") and introduced) or (first <= start and last >= end - 1)


def with_ends(paragraph: Paragraph) -> str:
    """The paragraph as masked, with the last character of each quotation as it is."""
    line = list(paragraph.masked)
    for found in re.finditer(rf"{BLOT}(?=[\"”])", paragraph.masked):
        line[found.start()] = paragraph.text[paragraph.start + found.start()]
    return "".join(line)


def _quotations(text: str, start: int, end: int, after: int) -> list[tuple[int, int]]:
    """The quotations of a paragraph; where scraping lost an opening mark, from the start of the sentence."""
    spans = [(start + a, start + b) for a, b in quotation_spans(text[start:end])]
    if (opened := _left_open(text, start, end, spans[-1][1] if spans else start, after)) is not None:
        spans.append((opened, end + 1))
    lone = [m.start() + start for m in re.finditer("[\u201d\u300d]", text[start:end])]
    covered = [a for a, _ in spans]
    lone = [p for p in lone if not (i := bisect_right(covered, p)) or p >= spans[i - 1][1]]
    sentences = list(sentence_spans(text, start, end)) if lone else []
    for place in lone:
        first = next((a for a, b in sentences if a < place < b), place)
        first = max([first, *(b for _, b in spans if b <= place)])
        if place - first > _SHORTEST_QUOTE:
            spans.append((first - 1, place + 1))
    return sorted(spans)


def _left_open(text: str, start: int, end: int, closed: int, after: int) -> int | None:
    """Where a quotation opens that the paragraph does not close, since the next one opens with the same mark."""
    following = text[after : after + 40].lstrip()[:1]
    if following not in _REOPENS:
        return None
    opened = text.find(following, closed, end)
    return opened if 0 <= opened < end - _SHORTEST_QUOTE else None


def _masked(text: str, start: int, end: int, quotes: Iterable[tuple[int, int]]) -> str:
    """The paragraph with everything within quotation marks and title marks blotted out."""
    line = list(text[start:end])
    for a, b in quotes:
        line[a - start + 1 : b - start - 1] = BLOT * (b - a - 2)
    masked = "".join(line)
    return re.sub(r"《([^《》\n]{1,80})》", lambda found: "《" + BLOT * len(found[1]) + "》", masked)


__all__ = ["BLOT", "Paragraph", "is_said", "with_ends"]
