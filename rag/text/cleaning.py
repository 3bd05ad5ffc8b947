"""Readable text derived from raw text, with an exact map between the two.

A cleaning is a list of edits of the raw text; the readable text is the raw text with the edits carried out. Every
readable character therefore comes from a known range of the raw text, and nothing is ever changed in place.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from rag.text.folding import FULL_WIDTH, narrow


class Edit(NamedTuple):
    """Raw text [start, end) reads as `text`; an empty text deletes it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """Readable text and its map to the raw text it came from.

    Characters outside the edits stand for themselves, one for one; each character of an edit's text stands for the
    whole raw range of that edit.
    """

    text: str
    raw_length: int
    edits: tuple[Edit, ...]
    clean_starts: tuple[int, ...]

    @classmethod
    def build(cls, raw: str, edits: Iterable[Edit]) -> CleanText:
        """Carry out the edits.

        Overlapping edits: the one that starts first wins, at the same start the longest; the others are dropped.
        Raises ValueError for an edit outside the text or of no raw characters.
        """
        kept: list[Edit] = []
        for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
            if not 0 <= edit.start < edit.end <= len(raw):
                raise ValueError(f"edit {edit.start}-{edit.end} does not fit a text of {len(raw)} characters")
            if not kept or edit.start >= kept[-1].end:
                kept.append(edit)
        pieces: list[str] = []
        starts: list[int] = []
        position = length = 0
        for edit in kept:
            pieces.append(raw[position : edit.start])
            length += edit.start - position
            starts.append(length)
            pieces.append(edit.text)
            length += len(edit.text)
            position = edit.end
        pieces.append(raw[position:])
        return cls("".join(pieces), len(raw), tuple(kept), tuple(starts))

    def raw_range(self, start: int, end: int) -> tuple[int, int]:
        """The raw range that the readable characters [start, end) come from.

        Deleted raw text is included where it lies between two of the characters, never at either end. Raises
        ValueError for an empty range or one outside the readable text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"range {start}-{end} does not fit a readable text of {len(self.text)} characters")
        return self._origin(start)[0], self._origin(end - 1)[1]

    def clean_range(self, start: int, end: int) -> tuple[int, int]:
        """The readable range of all characters that come from any part of the raw range [start, end).

        Empty (start == end) when all of it was deleted. Raises ValueError for a range outside the raw text.
        """
        if not 0 <= start <= end <= self.raw_length:
            raise ValueError(f"range {start}-{end} does not fit a raw text of {self.raw_length} characters")
        first = self._position(start, after=False)
        return first, max(first, self._position(end, after=True))

    def _origin(self, position: int) -> tuple[int, int]:
        i = bisect_right(self.clean_starts, position) - 1
        if i < 0:
            return position, position + 1
        edit, clean_end = self.edits[i], self.clean_starts[i] + len(self.edits[i].text)
        if position < clean_end:
            return edit.start, edit.end
        raw = edit.end + position - clean_end
        return raw, raw + 1

    def _position(self, raw: int, *, after: bool) -> int:
        """Readable position of a raw boundary; a boundary within an edit goes to that edit's start, or `after` it."""
        i = bisect_left(self.edits, raw, key=lambda e: e.start) - 1
        if i < 0:
            return raw
        edit, start = self.edits[i], self.clean_starts[i]
        if raw >= edit.end:
            return start + len(edit.text) + raw - edit.end
        return start + len(edit.text) if after and raw > edit.start else start


# --- finders: each looks at the raw text and returns edits -----------------------------------------------------------

_PINYIN_MARKS = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê"
_GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])\(([a-z{_PINYIN_MARKS}]{{1,7}})\)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]+")
_LINE_BREAK = re.compile("\r(?!\n)|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"(?:[ \t\xa0\u2000-\u200a\u202f\u205f\u3000]|\r(?=\n))+")
_TAG = re.compile(
    r"</?(?:p|br|div|span|strong|em|b|i|u|a|img|font|section|figure|figcaption|h[1-6]|ul|ol|li|table|tr|td|th|tbody|"
    r"thead|blockquote|center|hr|sup|sub|small|iframe|script|style)(?:\s[^<>=\n]{0,60}=[^<>\n]{0,1000}|\s*)/?>",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--[^\n]{0,500}?-->")
_EDITING = re.compile(
    r"(?<=\S)[ \t]?\[(?:edit(?: source)?|citation needed|clarification needed|when\?|who\?|bearbeiten(?: \| quelltext bearbeiten)?|modifier(?: (?:\||-) modifier le code)?|editar(?: datos)?|\u7f16\u8f91|\u7de8\u8f2f|\u7de8\u96c6)\](?!\()",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


def find_pinyin_glosses(raw: str) -> list[Edit]:
    """Bracketed readings left behind their own character, as in 創(chuàng).

    Only a true reading of the character before the bracket is removed (all readings pypinyin knows count, tone marks
    included), so that a bracketed Latin word stays.
    """
    matches = list(_GLOSS.finditer(narrow(raw)))
    if not matches:
        return []
    from pypinyin import Style, pinyin

    readings: dict[str, frozenset[str]] = {}
    edits = []
    for match in matches:
        character = raw[match.start() - 1]
        if character not in readings:
            found = pinyin(character, style=Style.TONE, heteronym=True)[0]
            readings[character] = frozenset(found)
        if match[1] in readings[character]:
            edits.append(Edit(match.start(), match.end(), ""))
    return edits


def find_markup(raw: str) -> list[Edit]:
    """HTML tags, comments and character references left in plain text. Tags that break lines read as a line break."""
    edits = [
        Edit(m.start(), m.end(), "\n" if re.match(r"</?(?:p|br|div|li|h\d|tr|hr)\b", m[0], re.IGNORECASE) else "")
        for m in _TAG.finditer(raw)
    ]
    edits += [Edit(m.start(), m.end(), "") for m in _COMMENT.finditer(raw)]
    for match in _ENTITY.finditer(raw):
        text = html.unescape(match[0])
        if text != match[0]:
            edits.append(Edit(match.start(), match.end(), _INVISIBLE.sub("", text.replace("\xa0", " "))))
    return edits


def find_invisible(raw: str) -> list[Edit]:
    """Zero-width, direction-control and other control characters (not tab and what breaks a line)."""
    return [Edit(m.start(), m.end(), "") for m in _INVISIBLE.finditer(raw)]


def find_line_breaks(raw: str) -> list[Edit]:
    """Line breaks other than a line feed: a carriage return on its own, form feed, U+2028 and their like."""
    return [Edit(m.start(), m.end(), "\n") for m in _LINE_BREAK.finditer(raw)]


def find_spacing(raw: str) -> list[Edit]:
    """Runs of blanks within a line read as one blank; none is left at either end of a line."""
    edits = []
    for match in _BLANKS.finditer(raw):
        at_edge = match.start() == 0 or match.end() == len(raw) or raw[match.start() - 1] == "\n" or raw[match.end()] == "\n"
        text = "" if at_edge else " "
        if match[0] != text:
            edits.append(Edit(match.start(), match.end(), text))
    return edits


def find_shifted_gbk(raw: str) -> list[Edit]:
    """Full stops and closing quotes lost to GBK text that was read one byte late, where what follows proves it.

    In GBK `。”` is A1A3 A1B1 and `。` is A1A3. Read from the second byte on, the lone A1 becomes `?` and A3A1 becomes
    `!`; B1 swallows the next byte. Two cases leave proof and are repaired: `?!?/p>` (the `<` of an end tag swallowed)
    is `。”` and the tag, and `?,F(xiàn)` (46, the second byte of 現 = AC46, survives as the letter F, and the reading
    names the character) is `。現`.
    """
    edits = []
    narrowed = narrow(raw)
    for match in re.finditer(r"\?!\?/p>", narrowed):
        edits.append(Edit(match.start(), match.start() + 1, "。"))
        edits.append(Edit(match.start() + 1, match.end(), "”"))
    for match in re.finditer(rf"\?([,;!])([A-Za-z])\(([a-z{_PINYIN_MARKS}]{{1,7}})\)", narrowed):
        character = _shifted_character(match[1], match[2], match[3])
        if character:
            edits.append(Edit(match.start(), match.start(2), "。"))
            edits.append(Edit(match.start(2), match.end(), character))
    return edits


def _shifted_character(second: str, letter: str, reading: str) -> str | None:
    """The character after `。` when its GBK lead byte was read into `second` and its trail byte is `letter`."""
    from pypinyin import Style, pinyin

    lead = chr(ord(second) + FULL_WIDTH).encode("gbk")[1]
    try:
        character = bytes([lead, ord(letter)]).decode("gbk")
    except UnicodeDecodeError:
        return None
    return character if reading in pinyin(character, style=Style.TONE, heteronym=True)[0] else None


def find_editing(raw: str) -> list[Edit]:
    """What a wiki sets behind headings and claims for those who edit it, as in "History[edit]"."""
    return [Edit(m.start(), m.end(), "") for m in _EDITING.finditer(raw)]


_FINDERS = (find_editing, find_shifted_gbk, find_pinyin_glosses, find_markup, find_invisible, find_line_breaks, find_spacing)


def clean(raw: str, extra: Iterable[Edit] = ()) -> CleanText:
    """Readable text of plain text: glosses, markup, invisible characters and spare blanks removed.

    `extra` edits (from a Markdown or HTML reader) are carried out as well and win where they start first.
    """
    edits = list(extra)
    for finder in _FINDERS:
        edits += finder(raw)
    return CleanText.build(raw, edits)


__all__ = [
    "CleanText",
    "Edit",
    "clean",
    "find_invisible",
    "find_line_breaks",
    "find_markup",
    "find_pinyin_glosses",
    "find_shifted_gbk",
    "find_spacing",
]
