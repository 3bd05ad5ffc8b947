"""What a page sets into the middle of an article in plain text: advertisements and captions inside a sentence, pull quotes.

A sentence that such lines cut in two reads on behind them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from rag.articles.furniture import is_furniture
from rag.text.folding import squeeze
from rag.text.lines import CLOSERS, Line, ends_sentence, is_list_item, is_wide, lines_of

_HEAD = 12  # letters by which a repeated line is looked for
_SIGNED = re.compile(r"[\u2013\u2014~-]{1,2}\s?\S.{1,60}")
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]{4,200}[)\]]")
# Words that end no sentence, whatever follows.
_LEADING = frozenset(
    "a an the of in on at to for from with by and or that as der die das den dem des ein eine von mit f\u00fcr und zu im le la les du de et un une en dans pour el los las y con por il lo gli di che e per o os do da dos das em um uma het van een".split()
)
_OPENERS = '\u201c\u2018\u300c\u300e"\u00ab\u201e'
_MOST = 3  # lines within a sentence


def find_interruptions(text: str) -> list[tuple[int, int, str]]:
    """The ranges of a text between the two halves of a sentence that furniture stands in, line ends included, and what they
    read as.

    Up to three lines of furniture, remarks in brackets or pull quotes part a line of forty letters (twenty in scripts of wide
    characters, twelve before a comma) that ends inside a sentence from one that goes on with a small letter; wide characters have no small letters, and
    there the line must end with a comma or hold an end mark. Behind a word such as "of" a capital goes on as well.
    """
    lines = lines_of(text)
    told = repeated(lines)
    found = []
    start = 0
    while start < len(lines) - 2:
        end = start + 1
        while end < len(lines) - 1 and end - start <= _MOST and _is_set_in(lines[end], end in told):
            end += 1
        if end > start + 1 and _is_cut(lines[start].text, lines[end].text):
            found.append((lines[start].end, lines[end].start, "" if is_wide(lines[end].text) else " "))
        start = end
    return found


def _is_set_in(line: Line, told: bool) -> bool:
    if line.text[0].islower():
        return False
    return told or is_furniture(line.text) or _IN_BRACKETS.fullmatch(line.text) is not None


def _is_cut(before: str, following: str) -> bool:
    """Whether two lines are the halves of one sentence."""
    if is_list_item(following) or is_furniture(before) or is_furniture(following):
        return False
    last = before[-1]
    if is_wide(before) and is_wide(following):
        within = last in (",", "\u3001") or last.isalnum() and re.search(r"[\u3002!?]", before) is not None
        return (
            len(before) >= (12 if last in (",", "\u3001") else 20)
            and within
            and following[0] > "\u3040"
            and (ends_sentence(following) or len(following) >= 20)
        )
    on = following[0].islower() or following[0].isalnum() and before.rsplit(maxsplit=1)[-1] in _LEADING
    return len(before) >= 40 and (last.islower() or last == ",") and on and len(following.split()) >= 3


def repeated(lines: Sequence[Line]) -> set[int]:
    """The numbers of the lines that are pull quotes: whole sentences or quotations that a longer line has word for word, and the
    lines below them that say whose they are."""
    heads: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, letters in _candidates(lines):
        if len(heads[letters[:_HEAD]]) < 8:
            heads[letters[:_HEAD]].append((number, letters))
    if not heads:
        return set()
    found: set[int] = set()
    for line in lines:
        whole = squeeze(line.text)
        if len(whole) < 40:
            continue
        for place in range(len(whole) - _HEAD + 1):
            for number, letters in heads.get(whole[place : place + _HEAD], ()):
                if len(whole) >= len(letters) + 20 and whole.startswith(letters, place):
                    found.add(number)
    return found | {i + 1 for i in found if i + 1 < len(lines) and _SIGNED.fullmatch(lines[i + 1].text)}


def _candidates(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        text = line.text
        if len(text) <= 300 and (ends_sentence(text) or text[0] in _OPENERS and text[-1] in CLOSERS):
            letters = squeeze(text)
            if len(letters) >= (_HEAD if is_wide(text) else 20):
                yield number, letters


__all__ = ["find_interruptions", "repeated"]
