"""Check a document's quotes and citations against the articles: a draft, or what a language model wrote.

Every quotation and every citation in it gets a finding; none is dropped. A quotation is checked letter for letter at the
place that its citation names, and looked for in all articles where it is not there or has no citation.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from rag.citation.ascribing import ascribed, ascriptions, is_other, named_alone
from rag.citation.citations import EFFORT, Opened, Status, effort_for, find_article, open_citation
from rag.citation.drafts import SIDE_BY_SIDE, Draft, Mention, Quotation
from rag.citation.locating import MAX_CHARACTERS, Place, locate
from rag.errors import InputError
from rag.indexing.index import Index
from rag.indexing.speakers import group_of, utterance_at
from rag.text.folding import has_han
from rag.text.letters import Letters, letters
from rag.text.polarity import denies
from rag.text.sentences import sentence_ends
from rag.types import Citation, Speaker, digest

MAX_CITED = 20_000_000  # characters that a document's citations cover together
_MUCH = 300  # characters that an ellipsis leaves out and is said to
_LONG = 2_000  # and up to which they are read
_OUTER = " \t\n.,;:!?\"'\u2018\u2019\u201c\u201d\u201e\xab\xbb\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f"
_DIGITS = 8  # of its digest that a citation gets


class Verdict(StrEnum):
    """What became of a quotation (the first six) or of a citation (the others)."""

    VERBATIM = "verbatim"
    ELSEWHERE = "elsewhere"
    ALTERED = "altered"
    ABSENT = "absent"
    SHORT = "short"
    MISATTRIBUTED = "misattributed"
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
    the quotation, or its longest part, stands exactly or nearly. `note` says in words what is wrong, or what an ellipsis leaves
    out that may matter. `speaker` is who says the words in the source, where the index knows and it is one.
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
    speaker: Speaker | None = None

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
            "speaker": {"name": self.speaker.name, "role": self.speaker.role} if self.speaker else None,
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
    mark, else to the one before it. Where the document names a speaker beside a quotation, that must be who says it in the articles. An ellipsis or bracketed remark in a quotation stands for anything: the parts must come
    in order. Script, width, case, punctuation and spacing do not count. Raises InputError where there are more than
    MAX_FINDINGS quotations and citations, or the citations cover more than MAX_CITED characters.
    """
    draft = Draft(index, document)
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
    return Verification(tuple(sorted(_with_names(index, document, findings), key=lambda f: (f.start, f.end))))


def _with_names(index: Index, document: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those misattributed whose words are right and which the document ascribes to somebody else than the source."""
    right = [f.verdict is Verdict.VERBATIM and f.speaker is not None and f.speaker.kind != "source" for f in findings]
    named = ascriptions(document) if any(right) else []
    found = []
    for finding, is_right in zip(findings, right, strict=True):
        at = finding.start, finding.end
        name = (ascribed(named, *at) or named_alone(index, document, *at)) if is_right else None
        if name and finding.speaker and is_other(index, name, finding.speaker):
            note = f"said by {finding.speaker.name}, not by {name}"
            finding = replace(finding, verdict=Verdict.MISATTRIBUTED, note="; ".join(filter(None, (note, finding.note))))
        found.append(finding)
    return found


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


class _Part(NamedTuple):
    """What stands between the omissions of a quotation, and its letters."""

    text: str
    letters: str


_OMISSION = re.compile(r"\[[^\[\]\n]{0,40}\]|[…\u22ef]{1,10}|\.{3,10}|(?:\. ){2,5}\.")


class _Checker:
    """Looks quotations and citations up, each once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._opened: dict[Citation, Opened | str] = {}
        self._cited: dict[Citation, tuple[str, Letters, str]] = {}  # their texts, and the letters of these
        self._bases: dict[Citation, int | None] = {}
        self._located: dict[str, list[Place]] = {}
        self._covered = 0
        self._effort = SIDE_BY_SIDE * EFFORT

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

    def mention(self, draft: Draft, mention: Mention) -> Finding:
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

    def quotation(self, draft: Draft, quotation: Quotation) -> Finding:
        """What became of a quotation."""
        parts = _parts(quotation.text)
        mentions = quotation.mentions
        at = mentions[0] if mentions else None
        verdict, correct, place, note = Verdict.VERBATIM, None, None, ""
        speaker = None
        standing = next((mention for mention in mentions if self._stands(parts, mention.citation)), None)
        if standing:
            at = standing
            speaker, note = self._said(parts, standing.citation)
            opened = self.open(at.citation)
            correct = opened.now if isinstance(opened, Opened) and opened.status is Status.MOVED else None
        else:
            if not quotation.direct:
                at = None
            if not parts or is_short(quotation.text) and not quotation.close:
                verdict, at, note = Verdict.SHORT, None, "too short to check"
            else:
                verdict, correct, place, note = self._search(parts, at.citation if at else None)
                speaker = place.speaker if place else None
                if correct and len(parts) > 1 and verdict in (Verdict.VERBATIM, Verdict.ELSEWHERE):
                    speaker, omitted = self._said(parts, correct)
                    note = "; ".join(filter(None, (note, omitted)))
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
            speaker,
        )

    def _stands(self, parts: Sequence[_Part], citation: Citation) -> bool:
        """Whether the parts stand in the cited text, in order."""
        opened = self.open(citation)
        if isinstance(opened, str) or not parts:
            return False
        return _in_order(parts, self._letters(citation)[2]) is not None

    def _letters(self, citation: Citation) -> tuple[str, Letters, str]:
        """The readable text of a citation that can be opened, and its letters."""
        if citation not in self._cited:
            opened = self.open(citation)
            text = "" if isinstance(opened, str) else opened.text
            found = letters(text)
            self._cited[citation] = text, found, str(found)
        return self._cited[citation]

    def _said(self, parts: Sequence[_Part], citation: Citation) -> tuple[Speaker | None, str]:
        """Who says the parts in a cited text that has them, where it is one, and what is to be said of what they leave out."""
        text, found, codes = self._letters(citation)
        ranges = _closest(parts, codes)
        opened = self.open(citation)
        if ranges is None or isinstance(opened, str):
            return None, ""
        notes = [_omitted([found.source_range(*range_) for range_ in ranges], text)] if len(parts) > 1 else []
        voices = self._voices(ranges, opened, found)
        names = {voice: speaker.name for voice, speaker in voices if voice is not None and speaker}
        if len(names) > 1:
            notes.append(f"its parts are said by different people: {', '.join(names.values())}")
        same = len({voice for voice, _ in voices}) == 1
        return (voices[0][1] if same else None), "; ".join(filter(None, notes))

    def _voices(
        self, ranges: Sequence[tuple[int, int]], opened: Opened, found: Letters
    ) -> list[tuple[int | None, Speaker | None]]:
        """For ranges of the letters of a citation's text, who says each: a number of the same one, and the speaker."""
        entry = opened.entry
        base = self._base(opened, found)
        if base is None:
            return [(None, None)] * len(ranges)
        source = self._index.suffixes.article(self._index.numbers[entry.id])
        voices: list[tuple[int | None, Speaker | None]] = []
        for start, end in dict.fromkeys(ranges):
            number = utterance_at(self._index, entry, *source.source_range(base + start, base + end))
            if number is None:
                voices.append((None, None))
            else:
                speaker = int(self._index.utterances.rows[number]["speaker"])
                voices.append((group_of(self._index, number), self._index.utterances.speaker(speaker)))
        return voices

    def _base(self, opened: Opened, found: Letters) -> int | None:
        """The number, in its indexed article, of the first letter of a citation's text; None where the index has another text."""
        if opened.citation not in self._bases:
            today, entry = opened.now or opened.citation, opened.entry
            base = None
            if self._index.by_id.get(entry.id) == entry:
                source = self._index.suffixes.article(self._index.numbers[entry.id])
                base = source.range_of(today.start, today.end)[0]
                if not np.array_equal(source.codes[base : base + len(found)], found.codes):
                    base = None
            self._bases[opened.citation] = base
        return self._bases[opened.citation]

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


def _closest(parts: Sequence[_Part], text: str) -> list[tuple[int, int]] | None:
    """The ranges of letters in which the parts stand, each as late as the next one lets it; None where they do not stand there."""
    found = _in_order(parts, text)
    if found is None:
        return None
    ranges: list[tuple[int, int]] = []
    position = found[1]
    for part in reversed(parts):
        place = text.rfind(part.letters, 0, position)
        while place >= 0 and (_splits(text, place) or _splits(text, place + len(part.letters))):
            place = text.rfind(part.letters, 0, place + len(part.letters) - 1)
        if place < 0:
            return None
        ranges.append((place, place + len(part.letters)))
        position = place
    return ranges[::-1]


def _omitted(ranges: Sequence[tuple[int, int]], text: str) -> str:
    """What is to be said of what stands between ranges of a readable text: that it is much, or that it denies."""
    sentences = characters = 0
    denial = ""
    for (_, start), (end, _) in pairwise(ranges):
        characters += max(0, end - start)
        near = text[start : min(end, start + _LONG)]
        # What comes next tells whether a stop ends a sentence.
        ends = [at for place in sentence_ends(text[start : start + len(near) + 20]) if (at := start + place) <= start + len(near)]
        if end - start <= _LONG:
            sentences += max(0, len(ends) - 1)
        if not denial:
            # of the sentences that the parts stand in
            sides = (text[start : ends[0]], text[ends[-1] : end]) if ends else (near,)
            denial = next((side for side in sides if denies(side)), "")
    notes = []
    if characters > _MUCH:
        notes.append(f"the ellipsis leaves out {characters:,} characters")
    elif sentences:
        notes.append(f"the ellipsis leaves out {sentences} {'sentence' if sentences == 1 else 'sentences'}")
    if denial:
        words = " ".join(denial.split()).strip(_OUTER)
        notes.append(f"it leaves out a word of denial: \u201c{words if len(words) <= 60 else words[:59] + chr(0x2026)}\u201d")
    return "; ".join(notes)


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


__all__ = ["GOOD", "Finding", "Verdict", "Verification", "fixed", "is_short", "verify"]
