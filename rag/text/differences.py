"""What became of a text: edits by words, or by characters in Chinese, and the place in the new text that answers to one in the old."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal
from unicodedata import combining

from rag.text.folding import fold

Kind = Literal["equal", "delete", "insert"]
Span = tuple[int, int, int, int]  # a range of the old text, then the range of the new text that took its place

_LONGEST_WORD = 60  # what runs on for longer, such as a key in hexadecimal, is compared by characters
# Characters of scripts that put no blanks between words: Thai to Burmese, Khmer, kana, Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]"
)
_UNSPACED_RANGES = _UNSPACED.pattern[1:-1]
_WORD_OR_CHARACTER = re.compile(
    rf"[^\W_{_UNSPACED_RANGES}][^\W_{_UNSPACED_RANGES}\u0300-\u036f]*(?:['\u2019](?=[^\W\d_{_UNSPACED_RANGES}])[^\W_{_UNSPACED_RANGES}\u0300-\u036f]*"
    rf"|(?<=\d)[.,](?=\d)[^\W_{_UNSPACED_RANGES}\u0300-\u036f]*)*|[{_UNSPACED_RANGES}]"
)
_LINKS = re.compile(r"[^\S\n]*\n?[^\S\n]*[-\u2010\u2011/*_]*[^\S\n]*\n?[^\S\n]*")  # between words of one clause
_COMPARED = 6  # words of a quote by which its end is told
_REACH = 160  # characters of the source on either side of it
_ISLAND = 3  # an unchanged run shorter than this between two edits is read as part of the edit


def differences(old: str, new: str) -> list[tuple[Kind, str]]:
    """The edits that make `new` of `old`, in order: ("equal" | "delete" | "insert", text), no text empty.

    The equal and deleted texts together are `old`, the equal and inserted ones `new`. They are fewest edits by characters
    (Levenshtein), but that a word is edited whole where the script puts blanks between words, and that unchanged runs of one
    or two characters between two edits on a line count as edited.
    """
    found: list[tuple[Kind, str]] = []
    place = 0
    for start, end, first, last in _joined(by_words(_changed(old, new), old, new), old):
        pieces: tuple[tuple[Kind, str], ...] = (
            ("equal", old[place:start]),
            ("delete", old[start:end]),
            ("insert", new[first:last]),
        )
        found += [piece for piece in pieces if piece[1]]
        place = end
    return found + ([("equal", old[place:])] if old[place:] else [])


def counterpart(old: str, new: str, start: int, end: int) -> tuple[int, int]:
    """The range of `new` that stands where [start, end) stood in `old`; empty where that was deleted."""
    shift = 0
    first, last = None, None
    for begin, stop, to, until in _changed(old, new):
        if first is None and start < stop:
            first = to if start >= begin else start + shift
        if last is None and end <= stop:
            last = until if end > begin else end + shift
        shift = until - stop
    first = start + shift if first is None else first
    last = end + shift if last is None else last
    return first, max(first, last)


def by_words(spans: Sequence[Span], old: str, new: str) -> list[Span]:
    """The spans that differ, in order, each grown to the ends of the words that it cuts in either text; those that meet, or
    between which there are only blanks, are one.

    Both ranges of a span grow by the same letters, so that what lies between the spans still has the same letters in both.
    Words of scripts without blanks between them stay cut.
    """
    grown: list[Span] = []
    for span in [*_slid(spans, old, new), (len(old), len(old), len(new), len(new))]:
        start, end, first, last = span
        before, stop, to, until = grown.pop() if grown else (0, 0, 0, 0)
        on = max(_letters(old[stop : min(_word_end(old, stop), start)]), _letters(new[until : min(_word_end(new, until), first)]))
        back = max(
            _letters(old[max(_word_start(old, start), stop) : start]), _letters(new[max(_word_start(new, first), until) : first])
        )
        if on + back > min(_letters(old[stop:start]), _letters(new[until:first])):  # one word
            grown.append((before, end, to, last))
            continue
        stop, until, start, first = _on(old, stop, on), _on(new, until, on), _back(old, start, back), _back(new, first, back)
        if (stop > before or until > to) and end + last > start + first and not (old[stop:start] + new[until:first]).strip(" \t"):
            grown.append((before, end, to, last))
        else:
            grown += [(before, stop, to, until), (start, end, first, last)]
    return [span for span in grown if span[0] < span[1] or span[2] < span[3]]


def words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text, in order; in scripts that put no blanks between them, the characters."""
    return _WORD_OR_CHARACTER.finditer(text)


def word_end(quote: str, source: str, near: int) -> int:
    """Where a quote ends in a source that has it with changes, given about where: behind a word, or a character in Chinese.

    Of the ends of words around the place it is the one at which the quote's last words take the fewest edits, where one word
    for another costs less than one left out; words behind the place count up to the next mark. The place itself where it cuts
    no word and the quote's last word ends there too.
    """
    low, high = max(0, near - _REACH), near + _REACH
    words = [(m.start() + low, m.end() + low) for m in _WORD_OR_CHARACTER.finditer(source[low:high])]
    wanted = [m[0] for m in _WORD_OR_CHARACTER.finditer(quote[-_REACH:])][-_COMPARED:]
    return _edge(wanted, source, words, near, 1)


def word_start(quote: str, source: str, near: int) -> int:
    """Where a quote begins in a source that has it with changes, given about where; see `word_end`."""
    low, high = max(0, near - _REACH), near + _REACH
    words = [(m.end() + low, m.start() + low) for m in _WORD_OR_CHARACTER.finditer(source[low:high])][::-1]
    wanted = [m[0] for m in islice(_WORD_OR_CHARACTER.finditer(quote[:_REACH]), _COMPARED)][::-1]
    return _edge(wanted, source, words, near, -1)


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The range grown to the ends of the words that it cuts."""
    return _word_start(text, start), _word_end(text, end)


def _edge(wanted: Sequence[str], source: str, words: Sequence[tuple[int, int]], near: int, way: int) -> int:
    """The far edge of the word, of those in the order of reading (1) or backwards (-1), with which the wanted words end."""
    kept: list[tuple[int, int]] = []
    apart: list[float] = []  # what it costs besides to put a word where a mark stands before it
    for word in words:
        mark = bool(kept) and not _LINKS.fullmatch(source, *sorted((kept[-1][1], word[0])))
        if mark and (word[0] - near) * way >= 0:
            break
        kept.append(word)
        apart.append(0.3 if mark else 0.0)
    if (
        not wanted
        or not kept
        or any(abs(end - begin) > _LONGEST_WORD for begin, end in kept if (begin - near) * (end - near) < 0)
    ):
        return near
    texts = fold("\n".join(source[min(word) : max(word)] for word in kept)).split("\n")
    folded = fold("\n".join(wanted)).split("\n")
    if len(texts) != len(kept):
        return near
    if any(end == near and text == folded[-1] for (_, end), text in zip(kept, texts, strict=True)):
        return near
    costs = [0.0] * (len(kept) + 1)  # the quote's words begin anywhere
    for sought in folded:
        row = [costs[0] + 1]
        for i, text in enumerate(texts):
            row.append(
                min(costs[i] + (_unlike(sought, text) + apart[i] if sought != text else 0.0), costs[i + 1] + 1, row[i] + 1)
            )
        costs = row
    least = min(range(len(kept)), key=lambda i: (round(costs[i + 1], 6), abs(kept[i][1] - near)))
    return kept[least][1] if abs(kept[least][1] - near) <= _REACH // 2 else near


def _unlike(word: str, other: str) -> float:
    """What it costs to put one word for another, always less than to leave one out."""
    from rapidfuzz.distance import Levenshtein

    return 0.95 * Levenshtein.normalized_distance(word, other)


def _slid(spans: Sequence[Span], old: str, new: str) -> Iterator[Span]:
    """The spans, where words were only taken out or put in moved back to where these begin: "two " and not "wo t"."""
    stop = until = 0
    for start, end, first, last in spans:
        span = start, end, first, last
        if start == end:
            first, last, start = _whole(new, first, last, old, start, (until, stop))
            span = start, start, first, last
        elif first == last:
            start, end, first = _whole(old, start, end, new, first, (stop, until))
            span = start, end, first, first
        yield span
        _, stop, _, until = span


def _whole(text: str, start: int, end: int, other: str, place: int, least: tuple[int, int]) -> tuple[int, int, int]:
    """A range of the text that the other lacks at the place, or an equal one shortly before it that cuts no word."""
    low, high, at = start, end, place
    for _ in range(_LONGEST_WORD):
        if not (_runs_on(text, low) or _runs_on(text, high) or _runs_on(other, at)):
            return low, high, at
        before, behind, beside = _back(text, low, 1), _back(text, high, 1), _back(other, at, 1)
        moved = text[before:low]
        if before < least[0] or beside < least[1] or behind < low or not moved == text[behind:high] == other[beside:at]:
            break
        low, high, at = before, behind, beside
    return start, end, place


def _word_start(text: str, place: int) -> int:
    """Where the word begins that the place lies inside; the place itself where it lies in none."""
    start = place
    while start and place - start <= _LONGEST_WORD and _runs_on(text, start):
        start -= 1
    return start if place - start <= _LONGEST_WORD else place


def _word_end(text: str, place: int) -> int:
    end = place
    while end - place <= _LONGEST_WORD and _runs_on(text, end):
        end += 1
    return end if end - place <= _LONGEST_WORD else place


def _runs_on(text: str, place: int) -> bool:
    """Whether a word runs over the place: two letters or digits meet there, or an apostrophe or decimal point that joins two."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if _spaced(before) and _spaced(after):
        return True
    mark = place - 1 if before in _JOINERS else place if after in _JOINERS else None
    if mark is None or not 0 < mark < len(text) - 1:
        return False
    sides = text[mark - 1], text[mark + 1]
    return all(side.isdecimal() if text[mark] in ".," else _spaced(side) for side in sides)


_JOINERS = frozenset("'\u2019.,")


def _spaced(character: str) -> bool:
    """Whether it is a letter or digit of a script that puts blanks between words; combining marks count."""
    return (character.isalnum() or bool(combining(character))) and not _UNSPACED.match(character)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _back(text: str, place: int, letters: int) -> int:
    """So many letters before the place."""
    while letters and place:
        place -= 1
        letters -= text[place].isalnum()
    return place


def _on(text: str, place: int, letters: int) -> int:
    while letters and place < len(text):
        letters -= text[place].isalnum()
        place += 1
    return place


def _joined(spans: list[Span], old: str) -> Iterator[Span]:
    """The spans, those that only an island of unchanged text lies between made one."""
    for i, (start, end, first, last) in enumerate(spans):
        if i + 1 < len(spans) and spans[i + 1][0] - end < _ISLAND and "\n" not in old[end : spans[i + 1][0]]:
            spans[i + 1] = (start, spans[i + 1][1], first, spans[i + 1][3])
        else:
            yield start, end, first, last


@lru_cache(maxsize=2)  # many citations of one article, and each one's own text
def _changed(old: str, new: str) -> tuple[Span, ...]:
    """The ranges that differ, in order of the text; edits that touch are one."""
    from rapidfuzz.distance import Levenshtein

    spans: list[Span] = []
    for op in Levenshtein.opcodes(old, new):
        if op.tag == "equal":
            continue
        span = op.src_start, op.src_end, op.dest_start, op.dest_end
        if spans and spans[-1][1] == span[0] and spans[-1][3] == span[2]:
            span = spans[-1][0], span[1], spans[-1][2], span[3]
            spans.pop()
        spans.append(span)
    return tuple(spans)


__all__ = ["Span", "by_words", "counterpart", "differences", "whole_words", "word_end", "word_start", "words"]
