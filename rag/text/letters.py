"""The letters of a text: what stays of it when script, width, case, punctuation and spacing are folded away.

Two texts that say the same word for word have the same letters however they are wrapped, quoted or punctuated. Every letter
knows the range of the source that it comes from, so that what is found among letters can be shown in the source's own
characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.text.folding import fold

if TYPE_CHECKING:
    from rag.text.cleaning import CleanText

Codes = npt.NDArray[np.uint32]
"""Code points, one a letter."""

RUN = np.dtype([("at", "<i4"), ("start", "<i4"), ("end", "<i4")])
"""Letters from number `at` on to the next run's, and the source range they come from."""

_KEPT = "%\u2030"  # they change a number
_POINT, _DIGIT = 1, 2
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_READING = rf"([\u3400-\u9fff])([a-zêü]{{0,3}}[{_TONES}][a-zêü]{{0,3}})(?![a-zêü{_TONES}])"


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters as uint32 code points (n,), and RUN rows that map them to their source, ascending.

    A run with as many letters as source characters maps them one for one; every letter of any other run comes from its
    whole range (a character reference, or one character that folds to several).
    """

    codes: Codes
    runs: npt.NDArray[np.void]

    def __len__(self) -> int:
        return len(self.codes)

    def __str__(self) -> str:
        return text_of(self.codes)

    def source_range(self, start: int, end: int) -> tuple[int, int]:
        """The source range that the letters [start, end) come from. Raises ValueError for an empty or outer range."""
        if not 0 <= start < end <= len(self.codes):
            raise ValueError(f"range {start}-{end} does not fit {len(self.codes)} letters")
        return self._origin(start)[0], self._origin(end - 1)[1]

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """The letters that come from anywhere within the source range [start, end); empty where none does."""
        return self._position(start), max(self._position(start), self._position(end))

    def _origin(self, letter: int) -> tuple[int, int]:
        i = int(np.searchsorted(self.runs["at"], letter, side="right")) - 1
        at, start, end = (int(x) for x in self.runs[i])
        after = int(self.runs["at"][i + 1]) if i + 1 < len(self.runs) else len(self.codes)
        return (start + letter - at, start + letter - at + 1) if end - start == after - at else (start, end)

    def _position(self, source: int) -> int:
        """The first letter that ends behind a source position."""
        i = int(np.searchsorted(self.runs["end"], source, side="right"))
        if i == len(self.runs):
            return len(self.codes)
        at, start, end = (int(x) for x in self.runs[i])
        after = int(self.runs["at"][i + 1]) if i + 1 < len(self.runs) else len(self.codes)
        return at + max(0, source - start) if end - start == after - at else at


def letters(text: str) -> Letters:
    """The letters of a plain text, cleaned first: leftover pinyin, markup and invisible characters are no letters."""
    from rag.text.cleaning import clean  # here, because questions need letters of no text

    return letters_of(clean(text))


def letters_of(cleaned: CleanText) -> Letters:
    """The letters of a readable text, mapped to the raw text that it came from.

    Letters, digits, combining marks, percent signs and the point between two digits are kept; each is folded. A toned reading
    behind its own character is left out even where its brackets are gone.
    """
    text = cleaned.text
    if not text:
        return Letters(np.zeros(0, np.uint32), np.zeros(0, RUN))
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    unique, kinds = np.unique(codes, return_inverse=True)
    folded = [_fold(chr(code)) for code in unique.tolist()]
    ends = np.arange(1, len(codes) + 1)
    pieces = _join_marks(text, ends, unique)
    flags = np.array([_flag(chr(code)) for code in unique.tolist()], np.int8)[kinds]
    points = np.flatnonzero((flags[1:-1] == _POINT) & (flags[:-2] == _DIGIT) & (flags[2:] == _DIGIT)) + 1
    pieces |= dict.fromkeys(points.tolist(), ".")
    kinds = kinds.copy()
    numbers = {piece: len(folded) + i for i, piece in enumerate(dict.fromkeys(pieces.values()))}
    for place, piece in pieces.items():
        kinds[place] = numbers[piece]
    table = [*folded, *numbers]
    lengths = np.array([len(piece) for piece in table], np.int64)
    counts = lengths[kinds]
    places = np.repeat(np.arange(len(codes)), counts)
    flat = np.frombuffer("".join(table).encode("utf-32-le", "surrogatepass"), np.uint32)
    within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    found = flat[(np.cumsum(lengths) - lengths)[kinds[places]] + within] if len(places) else np.zeros(0, np.uint32)
    kept = _without_readings(found)
    found, places = found[kept], places[kept]
    return Letters(found, _runs(_sources(cleaned, places)[0], _sources(cleaned, ends[places] - 1)[1]))


def text_of(codes: Codes) -> str:
    """Letters as a string."""
    return np.ascontiguousarray(codes, np.dtype("<u4")).tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=100_000)
def _fold(piece: str) -> str:
    """The letters that one character, with the marks that belong to it, folds to."""
    return "".join(
        c for c in fold(piece) if c.isalnum() or c in _KEPT or unicodedata.category(c) in ("Mn", "Mc") and not _selects(c)
    )


def _selects(character: str) -> bool:
    """Whether it chooses a glyph and says nothing itself."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef" or character == "\u034f"


def _flag(character: str) -> int:
    narrow = unicodedata.normalize("NFKC", character)
    return _POINT if narrow == "." else _DIGIT if narrow.isdecimal() else 0


def _join_marks(text: str, ends: npt.NDArray[np.int64], unique: Codes) -> dict[int, str]:
    """By place, what a character folds to with the combining marks behind it; the marks themselves to nothing.

    Sets the ends of such characters behind their marks.
    """
    marks = {chr(code) for code in unique.tolist() if unicodedata.combining(chr(code))}
    pieces: dict[int, str] = {}
    if not marks:
        return pieces
    place = 0
    while place < len(text):
        end = place + 1
        while end < len(text) and text[end] in marks:
            end += 1
        if end > place + 1:
            pieces[place] = _fold(text[place : min(end, place + 30)])
            pieces |= dict.fromkeys(range(place + 1, end), "")
            ends[place] = end
        place = end
    return pieces


def _without_readings(codes: Codes) -> npt.NDArray[np.bool_]:
    """Which of the letters are not a toned reading of the Han letter before them."""
    kept = np.ones(len(codes), np.bool_)
    text = text_of(codes)
    if set(_TONES).isdisjoint(text):
        return kept
    from pypinyin import Style, pinyin

    for match in re.finditer(_READING, text):
        if match[2] in pinyin(match[1], style=Style.TONE, heteronym=True)[0]:
            kept[match.start(2) : match.end(2)] = False
    return kept


def _sources(cleaned: CleanText, places: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Start and end of the raw range behind each readable place."""
    if not cleaned.edits:
        return places, places + 1
    edits = np.array([(e.start, e.end, at, at + len(e.text)) for e, at in zip(cleaned.edits, cleaned.clean_starts, strict=True)])
    i = np.searchsorted(edits[:, 2], places, side="right") - 1
    start, end, _, clean_end = edits[np.maximum(i, 0)].T
    inside = (i >= 0) & (places < clean_end)
    moved = np.where(i >= 0, end + places - clean_end, places)
    return np.where(inside, start, moved), np.where(inside, end, moved + 1)


def _runs(starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.void]:
    if not len(starts):
        return np.zeros(0, RUN)
    single = ends - starts == 1
    same = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1])
    next_to = (starts[1:] == ends[:-1]) & single[1:] & single[:-1]
    next_to[1:] &= ~same[:-1]
    next_to[:-1] &= ~same[1:]
    first = np.flatnonzero(np.concatenate([[True], ~(same | next_to)]))
    last = np.append(first[1:], len(starts)) - 1
    runs = np.zeros(len(first), RUN)
    runs["at"], runs["start"], runs["end"] = first, starts[first], ends[last]
    return runs


__all__ = ["RUN", "Codes", "Letters", "letters", "letters_of", "text_of"]
