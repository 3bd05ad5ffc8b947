"""Where a document quotes and cites: its quotations, its citations, and which belong together.

Quotations stand in quotation marks or Markdown block quotes; citations are recognised by their form, whatever stands around
them, footnotes included.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import NamedTuple

from rag.errors import InputError
from rag.indexing.index import Index
from rag.text.single_quotes import single_quotations
from rag.types import Citation

MAX_FINDINGS = 10_000
SIDE_BY_SIDE = 20  # citations that a quotation may belong to
_REACH = 300  # characters between a quotation and the citation that it must stand at


class Mention(NamedTuple):
    """A citation in the document: its range there, its parts, and the range of the brackets it stands in."""

    start: int
    end: int
    citation: Citation
    outer: tuple[int, int]


class _Anchor(NamedTuple):
    """A spot that cites: a group of citations side by side, or a footnote mark that leads to them."""

    start: int
    end: int
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation: its range in the document, its text, and the citations it belongs to.

    `direct` when nothing but them comes next: only then must it stand at one of them. `close` when no word comes between.
    """

    start: int
    end: int
    text: str
    mentions: tuple[Mention, ...] = ()
    direct: bool = False
    close: bool = False


_CITED = re.compile(r"[#\uff03](?P<start>\d{1,20})[-\u2010-\u2015](?P<end>\d{1,20})(?:@(?P<digest>[0-9a-fA-F]{6,64}))?")
_STOPS = frozenset(
    " \t\r\n\x0b\x0c\u3000\xa0[](){}<>\"'“”„«»‹›「」『』‘’‚,;:!?|`*。、\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09【】《》…"
)
_PARAGRAPHS = re.compile(r"\n[ \t\r]*(?=\n)")
_BLOCK_LINE = re.compile(r"[ ]{0,3}>[ ]?")
_ATTRIBUTION = re.compile(r"\s*(?:[-\u2013\u2014\u2015\u2500]{1,3}\s|[\u2014\u2015\u2500]|[(\[\uff08])")
_FOOTNOTE = re.compile(r"^[ ]{0,3}\[\^?([^\[\]\s^]{1,40})\]:?[ \t]", re.MULTILINE)
_MARK = re.compile(r"\[\^?([^\[\]\s^]{1,40})\]")
_PAIRS = {"“": "”", "「": "」", "『": "』", "«": "»", "‹": "›"}
_OPENERS = {close: open for open, close in _PAIRS.items()}
_LOW = "„"  # German, closed by the mark that opens an English quotation; Polish by the one that closes it
# What a mark that closes may close: guillemets are printed inside out (»…«, German) or both the same way (»…», ”…”, Swedish).
_CLOSED = {"”": "“”„", "“": "„", "»": "«»", "«": "»", "›": "‹›", "‹": "›", "」": "「", "』": "『"}
_QUOTE_MARKS = re.compile(f'["{_LOW}{"".join([*_PAIRS, *_OPENERS])}]')
_SKIPPED = "\"'“”„«»‹›‘’‚*_"  # marks on one another and Markdown's emphasis
_BEFORE_OPENING = frozenset("([{<\uff08【-\u2010\u2011\u2012\u2013\u2014\u2015/:=")
_AFTER_CLOSING = frozenset(")]}>\uff09】-\u2010\u2011\u2012\u2013\u2014\u2015/,;:.!?、。\uff0c\uff1b\uff1a\uff01\uff1f")
_BRACKETS = {"(": ")", "[": "]", "\uff08": "\uff09", "【": "】"}


class Draft:
    """A document and where its citations and quotations stand."""

    def __init__(self, index: Index, text: str) -> None:
        self.text = text
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]
        self.mentions = list(islice(_mentions(text, index), MAX_FINDINGS + 1))
        _limit(len(self.mentions))

    def line(self, place: int) -> int:
        """The number, from 1, of the line that a place is on."""
        return bisect_right(self._starts, place)

    @cached_property
    def quotations(self) -> list[Quotation]:
        """All quotations, in order, each with its citations."""
        blocks = list(_blocks(self.text))
        found = [
            (quotation, block[-1][1])
            for block in blocks
            for i, (start, end) in enumerate(block)
            if (quotation := self._block(start, end, first=i == 0))
        ]
        inline = [Quotation(a, b, text) for a, b, text in self._inline(blocks)]
        _limit(len(self.mentions) + len(found) + len(inline))
        starts = sorted(q.start for q in inline)
        return sorted(
            [self._pair(q, starts) for q in inline] + [self._pair(q, starts, block_end) for q, block_end in found],
            key=lambda q: q.start,
        )

    def _block(self, start: int, end: int, *, first: bool) -> Quotation | None:
        """The quotation in a paragraph of a block quote, without marks, citations and a line that only says whose it is."""
        lines: list[str] = []
        position = start
        for line in self.text[start:end].splitlines(keepends=True):
            after = position + len(line)
            while mark := _BLOCK_LINE.match(self.text, position, after):
                position = mark.end()
            if not ((lines or not first) and _ATTRIBUTION.match(self.text, position, after)):
                lines.append(self._without_mentions(position, after))
            position = after
        text = "".join(lines).strip()
        return Quotation(start, end, text) if any(c.isalnum() for c in text) else None

    def _without_mentions(self, start: int, end: int) -> str:
        pieces = []
        first = bisect_left(self.mentions, start, key=lambda m: m.start)
        for mention in self.mentions[first : bisect_left(self.mentions, end, key=lambda m: m.start)]:
            pieces.append(self.text[start : max(start, mention.outer[0])])
            start = max(start, mention.outer[1])
        return "".join([*pieces, self.text[start : max(start, end)]])

    def _inline(self, blocks: Sequence[Sequence[tuple[int, int]]]) -> Iterator[tuple[int, int, str]]:
        """Ranges and texts of what stands in quotation marks outside block quotes; of nested ones the outermost."""
        taken = [(block[0][0], block[-1][1]) for block in blocks if block]
        breaks = sorted([m.end() for m in _PARAGRAPHS.finditer(self.text)] + [edge for span in taken for edge in span])
        inside = [start for start, _ in taken]
        found: list[tuple[int, int]] = []
        open_ = _Open()
        paragraph = -1
        for match in _QUOTE_MARKS.finditer(self.text):
            place, mark = match.start(), match[0]
            i = bisect_right(inside, place) - 1
            if i >= 0 and place < taken[i][1]:
                continue
            if (now := bisect_right(breaks, place)) != paragraph:
                paragraph = now
                open_ = _Open()
            if _opens(self.text, place, open_):
                if mark != '"' or not self.text[place + 1 : place + 2].isspace():
                    open_.push(mark, place)
                continue
            start = open_.close(_CLOSED.get(mark, mark))
            if start is None:
                continue
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, place + 1))
        for start, end in self._with_single(found, taken, breaks):
            text = self._without_mentions(start + 1, end - 1)
            if text.strip():
                yield start, end, text

    def _with_single(
        self, found: Sequence[tuple[int, int]], taken: Sequence[tuple[int, int]], breaks: Sequence[int]
    ) -> list[tuple[int, int]]:
        """The ranges, in order, with those in single marks that stand in none of them nor in a block quote.

        Where single marks hold double ones, curly ones are the quotation; straight ones may be apostrophes after all.
        """
        single: list[tuple[int, int]] = []
        within: set[tuple[int, int]] = set()
        fixed_ = sorted([*found, *taken])
        starts = [start for start, _ in fixed_]
        for first, last in pairwise(sorted({0, *breaks, len(self.text)})):
            for start, end in single_quotations(self.text, first, last):
                at = bisect_right(starts, start) - 1
                inside = fixed_[bisect_left(starts, start) : bisect_left(starts, end)]
                if at >= 0 and fixed_[at][1] > start:
                    continue
                if all(b <= end for _, b in inside) and (not inside or self.text[start] in "\u2018\u201a"):
                    within.update(inside)
                    single.append((start, end))
        return sorted(single + [span for span in found if span not in within])

    def _pair(self, quotation: Quotation, starts: Sequence[int], block_end: int | None = None) -> Quotation:
        """The quotation with the citations that it belongs to."""
        start, end = quotation.start, quotation.end
        first, last = self._paragraph(start, end)
        inner = self._first(start, end)
        if inner:
            return _with(quotation, inner, direct=True, close=True)
        after = self._first(end, last if block_end is None else min(len(self.text), block_end + 100))
        other = bisect_left(starts, end)
        if after:
            between = self.text[end : after.mentions[0].outer[0] if after.start == after.mentions[0].start else after.start]
            alone = len(between) <= _REACH and (other == len(starts) or starts[other] >= after.start)
            close = len(between) < 100 and not any(c.isalnum() for c in between)
            return _with(quotation, after, direct=alone, close=close and alone)
        before = self._last(first if block_end is None else max(0, first - 300), start)
        return _with(quotation, before, direct=False, close=False) if before else quotation

    @cached_property
    def _breaks(self) -> list[int]:
        return [0, *(m.end() for m in _PARAGRAPHS.finditer(self.text)), len(self.text)]

    def _paragraph(self, start: int, end: int) -> tuple[int, int]:
        return (
            self._breaks[max(0, bisect_right(self._breaks, start) - 1)],
            self._breaks[min(len(self._breaks) - 1, bisect_left(self._breaks, end))],
        )

    def _first(self, start: int, end: int) -> _Anchor | None:
        i = bisect_left(self._anchors, start, key=lambda a: a.start)
        return self._anchors[i] if i < len(self._anchors) and self._anchors[i].start < end else None

    def _last(self, start: int, end: int) -> _Anchor | None:
        i = bisect_left(self._anchors, end, key=lambda a: a.start) - 1
        return self._anchors[i] if i >= 0 and self._anchors[i].start >= start else None

    @cached_property
    def _anchors(self) -> list[_Anchor]:
        anchors: list[_Anchor] = []
        for mention in self.mentions:
            between = self.text[anchors[-1].end : mention.start] if anchors else "x"
            alone = len(between) > 12 or "\n\n" in between or any(c.isalnum() or c in '“„«「『"' for c in between)
            if not alone and len(anchors[-1].mentions) < SIDE_BY_SIDE:
                anchors[-1] = _Anchor(anchors[-1].start, mention.end, (*anchors[-1].mentions, mention))
            else:
                anchors.append(_Anchor(mention.start, mention.end, (mention,)))
        notes = self._footnotes()
        marks = [
            _Anchor(m.start(), m.end(), notes[m[1]][1])
            for m in (_MARK.finditer(self.text) if notes else ())
            if m[1] in notes and m.start() != notes[m[1]][0]
        ]
        return sorted(anchors + marks, key=lambda a: a.start)

    def _footnotes(self) -> dict[str, tuple[int, tuple[Mention, ...]]]:
        """By label, where a footnote stands and the citations in it."""
        heads = list(_FOOTNOTE.finditer(self.text))
        notes: dict[str, tuple[int, tuple[Mention, ...]]] = {}
        for i, head in enumerate(heads):
            end = min(
                heads[i + 1].start() if i + 1 < len(heads) else len(self.text), self._paragraph(head.start(), head.end())[1]
            )
            first = bisect_left(self.mentions, head.end(), key=lambda m: m.start)
            last = bisect_left(self.mentions, end, key=lambda m: m.start)
            if last > first:
                start = head.start() + head[0].index("[")
                notes.setdefault(head[1], (start, tuple(self.mentions[first : min(last, first + SIDE_BY_SIDE)])))
        return notes


class _Open:
    """The quotation marks of a paragraph that are open."""

    def __init__(self) -> None:
        self._places: list[tuple[str, int]] = []
        self._of: dict[str, list[int]] = {}  # by mark, where those stand

    def push(self, mark: str, place: int) -> None:
        self._places.append((mark, place))
        self._of.setdefault(mark, []).append(place)

    def innermost(self, marks: str) -> int | None:
        """Where the last one of these marks that is open stands."""
        last = None
        for mark in marks:
            places = self._of.get(mark)
            if places and (last is None or places[-1] > last):
                last = places[-1]
        return last

    def close(self, marks: str) -> int | None:
        """Close the last one of these marks, and what was opened within; where it stands, None where none is open."""
        found = self.innermost(marks)
        place = None
        while found is not None and place != found:
            mark, place = self._places.pop()
            self._of[mark].pop()
        return found


def _opens(text: str, place: int, open_: _Open) -> bool:
    """Whether a quotation mark opens a quotation, by what stands on either side of it and what is open."""
    mark = text[place]
    if mark == '"':
        return open_.innermost(mark) is None or text[place - 1].isspace()
    if mark == _LOW or mark in "「『":
        return True
    if mark in "」』":
        return False
    if mark in _PAIRS:  # “ « ‹
        if open_.innermost(_CLOSED[mark]) is None:
            return True
        side = _side(text, place)
        return side == "opens" or mark != "“" and side == "either" and text[place - 1].isspace()
    usual = open_.innermost(_OPENERS[mark])  # ” » ›
    # French sets blanks within its marks: one that began with a blank ends behind one.
    if usual is not None and (mark == "”" or text[usual + 1 : usual + 2].isspace()):
        return False
    side = _side(text, place)
    return side == "opens" or side == "either" and usual is None and text[place - 1] == _OPENERS[mark]  # »…«»…«


def _side(text: str, place: int) -> str:
    """Which side of a quotation a mark stands on by its neighbours: "opens", "closes", or "either"."""
    before = text[max(0, place - 4) : place].rstrip(_SKIPPED)[-1:] or (" " if place < 4 else text[place - 1])
    behind = text[place + 1 : place + 8].lstrip(_SKIPPED)[:3]
    outer = before.isspace() or before in _BEFORE_OPENING
    ellipsis = behind[:1] in ("…", "\u22ef") or behind == "..."  # a quotation begins with one as it may end with one
    after = not behind or behind[0].isspace() or behind[0] in _AFTER_CLOSING and not ellipsis
    if outer:
        return "either" if after else "opens"
    return "closes" if after or ellipsis or behind[0] in "([\uff08" else "either"


def _limit(count: int) -> None:
    if count > MAX_FINDINGS:
        raise InputError(f"the document has more than {MAX_FINDINGS:,} quotations and citations; split it.")


def _with(quotation: Quotation, anchor: _Anchor, *, direct: bool, close: bool) -> Quotation:
    return Quotation(quotation.start, quotation.end, quotation.text, anchor.mentions, direct, close)


def _mentions(text: str, index: Index) -> Iterator[Mention]:
    """The citations in a text: before the number sign stands an indexed article's id, else whatever is no stop."""
    ids = index.by_id
    sizes = sorted({len(i) for i in ids}, reverse=True)
    before = 0
    for match in _CITED.finditer(text):
        hash_ = match.start()
        name = next(
            (text[hash_ - n : hash_] for n in sizes if before <= hash_ - n and _names(text, hash_ - n, hash_, index)), None
        )
        start = hash_ - len(name) if name else _run_start(text, max(before, hash_ - 200), hash_)
        line_start = hash_ == 0 or text[hash_ - 1] == "\n"
        if start == hash_ and line_start:
            continue  # a Markdown heading
        known = match["digest"].lower() if match["digest"] else None
        citation = Citation(text[start:hash_], int(match["start"]), int(match["end"]), known)
        yield Mention(start, match.end(), citation, _outer(text, start, match.end()))
        before = match.end()


def _names(text: str, start: int, end: int, index: Index) -> bool:
    """Whether the range is an article's id, and not the end of a longer word."""
    if text[start:end] not in index.by_id:
        return False
    return start == 0 or not (text[start].isascii() and text[start].isalnum() and text[start - 1].isascii() and (text[start - 1].isalnum() or text[start - 1] in "-_"))  # fmt: skip


def _run_start(text: str, least: int, end: int) -> int:
    """Where the name of an article that is not indexed, or is shortened, starts: behind Chinese words if it is in Latin."""
    start = end
    while (
        start > least
        and text[start - 1] not in _STOPS
        and not (text[start - 1] > "\u2e80" and start < end and text[start] <= "\u2e80")
    ):
        start -= 1
    return start


def _outer(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the short bracket that a citation stands in, brackets included; else its own."""
    for place in range(start - 1, max(-1, start - 80), -1):
        if text[place] in "\n)]\uff09】":
            break
        if text[place] in _BRACKETS:
            shut = text.find(_BRACKETS[text[place]], end, end + 120)
            if shut < 0 or "\n" in text[end:shut]:
                break
            return place, shut + 1
    return start, end


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """The block quotes of a Markdown text, each as the ranges of its paragraphs."""
    block: list[tuple[int, int]] = []
    start: int | None = None
    position = 0
    for line in [*text.split("\n"), ""]:
        end = min(len(text), position + len(line) + 1)
        quoted = bool(_BLOCK_LINE.match(line))
        if quoted and line.strip(" >\t\r"):
            start = position if start is None else start
        elif start is not None:
            block.append((start, position))
            start = None
        if not quoted and block:
            yield block
            block = []
        position = end


__all__ = ["MAX_FINDINGS", "SIDE_BY_SIDE", "Draft", "Mention", "Quotation"]
