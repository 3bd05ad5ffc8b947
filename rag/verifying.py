"""Check a document's quotes and citations against the articles: a draft, or what a language model wrote.

Every quotation and every citation in it gets a finding; none is dropped. A quotation is checked letter for letter at the
place that its citation names, and looked for in all articles where it is not there or has no citation.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice, pairwise
from typing import Any, NamedTuple

from rag.citations import EFFORT, Opened, Status, effort_for, find_article, open_citation
from rag.errors import InputError
from rag.folding import has_han
from rag.index import Index
from rag.letters import letters
from rag.locating import MAX_CHARACTERS, Place, locate
from rag.single_quotes import single_quotations
from rag.types import Citation, digest

MAX_FINDINGS = 10_000
MAX_CITED = 20_000_000  # characters that a document's citations cover together
_REACH = 300  # characters between a quotation and the citation that it must stand at
_DIGITS = 8  # of its digest that a citation gets
_SIDE_BY_SIDE = 20  # citations that a quotation may belong to


class Verdict(StrEnum):
    """What became of a quotation (the first five) or of a citation (the others)."""

    VERBATIM = "verbatim"
    ELSEWHERE = "elsewhere"
    ALTERED = "altered"
    ABSENT = "absent"
    SHORT = "short"
    VERIFIED = "verified"
    MOVED = "moved"
    CHANGED = "changed"
    MISSING = "missing"
    UNKNOWN = "unknown"
    INVALID = "invalid"


GOOD = frozenset({Verdict.VERBATIM, Verdict.SHORT, Verdict.VERIFIED})


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about a quotation or a citation that stands at [start, end) of the document, on a line from 1.

    `quote` is the quotation (None for a citation on its own) and `cited` the citation as written (None where a quotation has
    none), which stands at `cited_at`. `correct` is the citation that holds instead, or where there was none; `place` is where
    the quotation, or its longest part, stands exactly or nearly. `note` says in words what is wrong.
    """

    line: int
    start: int
    end: int
    verdict: Verdict
    quote: str | None = None
    cited: str | None = None
    cited_at: tuple[int, int] | None = None
    correct: Citation | None = None
    place: Place | None = None
    note: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.verdict in GOOD

    def to_json(self) -> dict[str, Any]:
        """The object that `rag verify --json` prints."""
        place = self.place
        return {
            "line": self.line,
            "start": self.start,
            "end": self.end,
            "verdict": str(self.verdict),
            "ok": self.ok,
            "quote": self.quote,
            "cited": self.cited,
            "correct": str(self.correct) if self.correct else None,
            "digest": self.correct.digest if self.correct else None,
            "place": str(place.citation) if place else None,
            "similarity": round(place.similarity, 4) if place else None,
            "source": place.text if place else None,
            "speaker": {"name": place.speaker.name, "role": place.speaker.role} if place and place.speaker else None,
            "changes": [{"quote": c.quote, "source": c.source} for c in place.changes if not c.equal] if place else [],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """All findings about a document, in its order."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every quotation is verbatim at its place and every citation holds."""
        return all(finding.ok for finding in self.findings)


def verify(index: Index, document: str) -> Verification:
    """Check every quotation and citation of a plain or Markdown text.

    Quotations stand in quotation marks, double or single, or in Markdown block quotes; citations are `ARTICLE#START-END`, with `@DIGEST` or not,
    anywhere. A quotation belongs to the citation within it, else to the next one of its paragraph, also by way of a footnote
    mark, else to the one before it. An ellipsis or bracketed remark in a quotation stands for anything: the parts must come
    in order. Script, width, case, punctuation and spacing do not count. Raises InputError where there are more than
    MAX_FINDINGS quotations and citations, or the citations cover more than MAX_CITED characters.
    """
    draft = _Draft(index, document)
    checker = _Checker(index)
    findings: list[Finding] = []
    confirmed: set[int] = set()
    for quotation in draft.quotations:
        finding = checker.quotation(draft, quotation)
        findings.append(finding)
        confirmed |= {mention.start for mention in quotation.mentions if finding.verdict is not Verdict.SHORT}
    for mention in draft.mentions:
        finding = checker.mention(draft, mention)
        if not (finding.ok and mention.start in confirmed):
            findings.append(finding)
    return Verification(tuple(sorted(findings, key=lambda f: (f.start, f.end))))


def fixed(document: str, verification: Verification) -> str:
    """The document with every citation that does not hold replaced by the one that does; words are never changed.

    A citation that serves several quotations becomes as many as they need; one that no quotation corrects is corrected for
    itself. A corrected citation has as many digits of its digest as the one before, or eight where that had none.
    """
    cited = [(finding.cited_at, finding) for finding in verification.findings if finding.cited_at is not None]
    alone = {at: _rewritten(finding) for at, finding in cited if finding.quote is None}
    wanted: dict[tuple[int, int], list[str]] = {}
    for at, finding in cited:
        if finding.quote is not None:
            text = _rewritten(finding) if finding.correct else alone.get(at, finding.cited or "")
            kept = wanted.setdefault(at, [])
            if text not in kept:
                kept.append(text)
    for at, text in alone.items():
        wanted.setdefault(at, [text])
    pieces: list[str] = []
    position = 0
    for (start, end), texts in sorted(wanted.items()):
        pieces += [document[position:start], "; ".join(texts)]
        position = end
    return "".join([*pieces, document[position:]])


def _rewritten(finding: Finding) -> str:
    """The citation that a finding's becomes: the correct one with its digest, or as it was written."""
    written, correct = finding.cited or "", finding.correct
    if correct is None:
        return written
    digits = len(written.rpartition("@")[2]) if "@" in written[written.rfind("#") :] else _DIGITS
    return f"{correct}@{(correct.digest or '')[:digits]}".rstrip("@")


# --- reading the document --------------------------------------------------------------------------------------------


class _Mention(NamedTuple):
    """A citation in the document: its range there, its parts, and the range of the brackets it stands in."""

    start: int
    end: int
    citation: Citation
    outer: tuple[int, int]


class _Part(NamedTuple):
    """What stands between the omissions of a quotation, and its letters."""

    text: str
    letters: str


class _Anchor(NamedTuple):
    """A spot that cites: a group of citations side by side, or a footnote mark that leads to them."""

    start: int
    end: int
    mentions: tuple[_Mention, ...]


@dataclass(frozen=True, slots=True)
class _Quotation:
    """A quotation: its range in the document, its text, and the citations it belongs to.

    `direct` when nothing but them comes next: only then must it stand at one of them. `close` when no word comes between.
    """

    start: int
    end: int
    text: str
    mentions: tuple[_Mention, ...] = ()
    direct: bool = False
    close: bool = False


_CITED = re.compile(r"[#\uff03](?P<start>\d{1,20})[-\u2010-\u2015](?P<end>\d{1,20})(?:@(?P<digest>[0-9a-fA-F]{6,64}))?")
_STOPS = frozenset(
    " \t\r\n\x0b\x0c\u3000\xa0[](){}<>\"'“”「」『』‘’,;:!?|`*。、\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09【】《》…"
)
_PARAGRAPHS = re.compile(r"\n[ \t\r]*(?=\n)")
_BLOCK_LINE = re.compile(r"[ ]{0,3}>[ ]?")
_ATTRIBUTION = re.compile(r"\s*(?:[-\u2013\u2014\u2015\u2500]{1,3}\s|[\u2014\u2015\u2500]|[(\[\uff08])")
_FOOTNOTE = re.compile(r"^[ ]{0,3}\[\^?([^\[\]\s^]{1,40})\]:?[ \t]", re.MULTILINE)
_MARK = re.compile(r"\[\^?([^\[\]\s^]{1,40})\]")
_PAIRS = {"“": "”", "「": "」", "『": "』", "«": "»"}
_CLOSING = {close: open for open, close in _PAIRS.items()}
_LOW = "„"  # German: closed by the mark that opens an English quotation
_QUOTE_MARKS = re.compile(f'["{_LOW}{"".join([*_PAIRS, *_CLOSING])}]')
_OMISSION = re.compile(r"\[[^\[\]\n]{0,40}\]|[…\u22ef]{1,10}|\.{3,10}|(?:\. ){2,5}\.")
_BRACKETS = {"(": ")", "[": "]", "\uff08": "\uff09", "【": "】"}


class _Draft:
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
    def quotations(self) -> list[_Quotation]:
        """All quotations, in order, each with its citations."""
        blocks = list(_blocks(self.text))
        found = [
            (quotation, block[-1][1])
            for block in blocks
            for i, (start, end) in enumerate(block)
            if (quotation := self._block(start, end, first=i == 0))
        ]
        inline = [_Quotation(a, b, text) for a, b, text in self._inline(blocks)]
        _limit(len(self.mentions) + len(found) + len(inline))
        starts = sorted(q.start for q in inline)
        return sorted(
            [self._pair(q, starts) for q in inline] + [self._pair(q, starts, block_end) for q, block_end in found],
            key=lambda q: q.start,
        )

    def _block(self, start: int, end: int, *, first: bool) -> _Quotation | None:
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
        return _Quotation(start, end, text) if any(c.isalnum() for c in text) else None

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
        open_: list[tuple[str, int]] = []
        counts = dict.fromkeys([*_PAIRS, _LOW, '"'], 0)
        found: list[tuple[int, int]] = []
        paragraph = -1
        for match in _QUOTE_MARKS.finditer(self.text):
            place, mark = match.start(), match[0]
            i = bisect_right(inside, place) - 1
            if i >= 0 and place < taken[i][1]:
                continue
            if (now := bisect_right(breaks, place)) != paragraph:
                paragraph = now
                open_.clear()
                counts = dict.fromkeys(counts, 0)
            low = mark == "“" and bool(counts[_LOW])
            opener = _LOW if low else mark if mark in _PAIRS or mark == _LOW else _CLOSING.get(mark, '"')
            closes = low or mark in _CLOSING or mark == '"' and bool(counts['"']) and not self.text[place - 1].isspace()
            if not closes:
                if mark != '"' or not self.text[place + 1 : place + 2].isspace():
                    open_.append((opener, place))
                    counts[opener] += 1
                continue
            if not counts[opener]:
                continue
            while True:
                kind, start = open_.pop()
                counts[kind] -= 1
                if kind == opener:
                    break
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
                if all(b <= end for _, b in inside) and (not inside or self.text[start] == "\u2018"):
                    within.update(inside)
                    single.append((start, end))
        return sorted(single + [span for span in found if span not in within])

    def _pair(self, quotation: _Quotation, starts: Sequence[int], block_end: int | None = None) -> _Quotation:
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
            alone = len(between) > 12 or "\n\n" in between or any(c.isalnum() or c in '“「『"' for c in between)
            if not alone and len(anchors[-1].mentions) < _SIDE_BY_SIDE:
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

    def _footnotes(self) -> dict[str, tuple[int, tuple[_Mention, ...]]]:
        """By label, where a footnote stands and the citations in it."""
        heads = list(_FOOTNOTE.finditer(self.text))
        notes: dict[str, tuple[int, tuple[_Mention, ...]]] = {}
        for i, head in enumerate(heads):
            end = min(
                heads[i + 1].start() if i + 1 < len(heads) else len(self.text), self._paragraph(head.start(), head.end())[1]
            )
            first = bisect_left(self.mentions, head.end(), key=lambda m: m.start)
            last = bisect_left(self.mentions, end, key=lambda m: m.start)
            if last > first:
                start = head.start() + head[0].index("[")
                notes.setdefault(head[1], (start, tuple(self.mentions[first : min(last, first + _SIDE_BY_SIDE)])))
        return notes


def _limit(count: int) -> None:
    if count > MAX_FINDINGS:
        raise InputError(f"the document has more than {MAX_FINDINGS:,} quotations and citations; split it.")


def _with(quotation: _Quotation, anchor: _Anchor, *, direct: bool, close: bool) -> _Quotation:
    return _Quotation(quotation.start, quotation.end, quotation.text, anchor.mentions, direct, close)


def _mentions(text: str, index: Index) -> Iterator[_Mention]:
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
        yield _Mention(start, match.end(), citation, _outer(text, start, match.end()))
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


# --- checking --------------------------------------------------------------------------------------------------------


class _Checker:
    """Looks quotations and citations up, each once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._opened: dict[Citation, Opened | str] = {}
        self._cited: dict[Citation, str] = {}  # the letters of their texts
        self._located: dict[str, list[Place]] = {}
        self._covered = 0
        self._effort = _SIDE_BY_SIDE * EFFORT

    def open(self, citation: Citation) -> Opened | str:
        """The citation's text, or why there is none."""
        if citation not in self._opened:
            try:
                if citation.start >= citation.end:
                    raise InputError(f"the range {citation.start}-{citation.end} is empty.")
                opened = open_citation(self._index, citation, 0, effort=self._effort)
            except InputError as error:
                self._opened[citation] = str(error)
            else:
                if citation.digest and opened.status is not Status.VERIFIED and opened.entry.id in self._index.by_id:
                    self._effort = max(0, self._effort - effort_for(self._index.raw(opened.entry), citation))
                self._covered += len(opened.raw)
                if self._covered > MAX_CITED:
                    raise InputError(f"the citations of the document cover more than {MAX_CITED:,} characters; split it.")
                self._opened[citation] = opened
        return self._opened[citation]

    def mention(self, draft: _Draft, mention: _Mention) -> Finding:
        """What became of a citation."""
        start, end, citation, _ = mention
        written = draft.text[start:end]
        opened = self.open(citation)
        correct = None
        if isinstance(opened, str):
            verdict, note = (Verdict.INVALID if self._has(citation) else Verdict.UNKNOWN), opened
        else:
            verdict, note = Verdict(str(opened.status)), ""
            if opened.status is Status.MOVED:
                correct = opened.now
            elif not (opened.was_known or self._effort):
                note = "too many such citations to look for where they stand now"
        return Finding(draft.line(start), start, end, verdict, None, written, (start, end), correct, None, note)

    def _has(self, citation: Citation) -> bool:
        try:
            find_article(self._index, citation.article)
        except InputError:
            return False
        return True

    def quotation(self, draft: _Draft, quotation: _Quotation) -> Finding:
        """What became of a quotation."""
        parts = _parts(quotation.text)
        mentions = quotation.mentions
        at = mentions[0] if mentions else None
        verdict, correct, place, note = Verdict.VERBATIM, None, None, ""
        standing = next((mention for mention in mentions if self._stands(parts, mention.citation)), None)
        if standing:
            at = standing
            opened = self.open(at.citation)
            correct = opened.now if isinstance(opened, Opened) and opened.status is Status.MOVED else None
        else:
            if not quotation.direct:
                at = None
            if not parts or is_short(quotation.text) and not quotation.close:
                verdict, at, note = Verdict.SHORT, None, "too short to check"
            else:
                verdict, correct, place, note = self._search(parts, at.citation if at else None)
        return Finding(
            draft.line(quotation.start),
            quotation.start,
            quotation.end,
            verdict,
            quotation.text.strip(),
            draft.text[at.start : at.end] if at else None,
            (at.start, at.end) if at else None,
            correct,
            place,
            note,
        )

    def _stands(self, parts: Sequence[_Part], citation: Citation) -> bool:
        """Whether the parts stand in the cited text, in order."""
        opened = self.open(citation)
        if isinstance(opened, str) or not parts:
            return False
        if citation not in self._cited:
            self._cited[citation] = str(letters(opened.text))
        return _in_order(parts, self._cited[citation]) is not None

    def _search(self, parts: Sequence[_Part], cited: Citation | None) -> tuple[Verdict, Citation | None, Place | None, str]:
        """Where else the parts stand: verdict, citation, place and note."""
        longest = max((part.text for part in parts), key=len)
        if len(longest) > MAX_CHARACTERS:
            raise InputError(f"a quotation has more than {MAX_CHARACTERS:,} characters; split it.")
        opened = self.open(cited) if cited else None
        home = opened.entry.id if isinstance(opened, Opened) else None
        # Where the cited text stands today: the places found are those of today.
        today = (opened.now or opened.replaced or cited) if isinstance(opened, Opened) else cited
        start = today.start if today else 0
        places = sorted(
            self.locate(longest),
            key=lambda p: (not p.exact, p.citation.article != home, abs(p.citation.start - start) if home else 0),
        )
        exact = [place for place in places if place.exact]
        for place in exact:
            if (found := self._whole(parts, place)) is not None:
                return (Verdict.ELSEWHERE if cited else Verdict.VERBATIM), found, place, "stands elsewhere" if cited else ""
        for part, _ in parts if len(parts) > 1 else ():
            found_part = self.locate(part)
            if not found_part:
                return Verdict.ABSENT, None, None, "a part of it is not in these articles"
            if part is not longest and not found_part[0].exact:
                return Verdict.ALTERED, None, found_part[0], f"a part of it is {found_part[0].similarity:.0%} as in the source"
        if exact:
            return Verdict.ALTERED, None, exact[0], "its parts do not stand together in this order"
        if not places:
            return Verdict.ABSENT, None, None, "not in these articles"
        near = [
            p
            for p in places
            if home and p.citation.article == home and today and p.citation.start < today.end and p.citation.end > today.start
        ]
        place = near[0] if near else max(places, key=lambda p: p.similarity)
        moved = opened.now if isinstance(opened, Opened) and opened.status is Status.MOVED else None
        return Verdict.ALTERED, moved if near else place.citation, place, f"{place.similarity:.0%} as in the source"

    def locate(self, text: str) -> list[Place]:
        """The places of a text, looked up once."""
        if text not in self._located:
            self._located[text] = locate(self._index, text)
        return self._located[text]

    def _whole(self, parts: Sequence[_Part], place: Place) -> Citation | None:
        """The citation of all parts in order, of which the longest stands at a place; None where the others are not near."""
        if len(parts) == 1:
            return place.citation
        entry = place.entry
        number = bisect_left(self._index.entries, entry.id, key=lambda e: e.id)
        source = self._index.suffixes.article(number)
        text = str(source)
        anchor = source.range_of(place.citation.start, place.citation.end)[0]
        longest = max(range(len(parts)), key=lambda i: len(parts[i].text))
        wide = 20_000  # letters within which the parts of one quotation stand
        base = max(0, anchor - wide)
        found = _in_order(parts[:longest], text[base:anchor], backwards=True) if longest else (anchor - base, 0)
        size = len(parts[longest].letters)
        rest = parts[longest + 1 :]
        after = _in_order(rest, text[anchor + size : anchor + size + wide]) if rest else (0, 0)
        if found is None or after is None:
            return None
        start, end = source.source_range(base + found[0], anchor + size + after[1])
        raw = self._index.raw(entry)
        return Citation(entry.id, start, end, digest(raw[start:end]))


def _parts(text: str) -> list[_Part]:
    """The parts of a quotation that have letters."""
    split = _OMISSION.split(text)
    known = {part: _Part(part, str(letters(part))) for part in set(split)}
    return [known[part] for part in split if known[part].letters]


def _in_order(parts: Sequence[_Part], text: str, *, backwards: bool = False) -> tuple[int, int] | None:
    """The range of letters, first or (backwards) last, in which the parts stand one after another; None where they do not."""
    wanted = [part.letters for part in parts]
    if backwards:
        found = _in_order_of([part[::-1] for part in reversed(wanted)], text[::-1])
        return None if found is None else (len(text) - found[1], len(text) - found[0])
    return _in_order_of(wanted, text)


def _in_order_of(wanted: Sequence[str], text: str) -> tuple[int, int] | None:
    start: int | None = None
    position = 0
    for part in wanted:
        place = text.find(part, position)
        while place >= 0 and (_splits(text, place) or _splits(text, place + len(part))):
            place = text.find(part, place + 1)
        if place < 0:
            return None
        start = place if start is None else start
        position = place + len(part)
    return start or 0, position


def _splits(text: str, place: int) -> bool:
    """Whether a number runs over the place."""
    return 0 < place < len(text) and text[place - 1] in _NUMERIC and text[place] in _NUMERIC


_NUMERIC = frozenset("0123456789.%")


def is_short(text: str) -> bool:
    """Whether a text is too short to be told from a term: fewer than four Chinese characters, or three words."""
    wide = sum(map(has_han, text)) if len(text) < 200 else 200
    words = len(re.findall(r"[^\W\d_\u2e80-\U0003ffff][\w'’-]*|\d[\d.,%]*", text[:200]))
    return wide / 4 + words / 3 < 0.99


__all__ = ["GOOD", "MAX_FINDINGS", "Finding", "Verdict", "Verification", "fixed", "is_short", "verify"]
