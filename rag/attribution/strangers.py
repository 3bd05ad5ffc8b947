"""Strangers: people whom no rule knows by name, so that what they say is not given to those who are known."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from rag.attribution.mentions import Mentions
from rag.names.titles import COMPANIONS_EN, KIN_EN, OF_WHOM_ZH, PEOPLE_ZH
from rag.names.transliteration import find_transliterated

# Somebody whom no rule knows, as the subject of a sentence: a later "he" may mean him.
_STRANGER = re.compile(
    r"(?:(?<=[.!?] )|(?<=[.!?]\n)|^)(?:[A-Z]?[a-z]+ ){0,3}(?!The |A |An )[A-Z][a-z]+ [A-Z][a-z]+(?= (?:has|had|is|was|does|did|who|never|also|lives|runs|owns)\b)",
    re.MULTILINE,
)
_ACTS = re.compile(
    r"(?P<name>(?!The |It |He |She |They |We |You |This |That |There |Nobody |Nothing |Everyone |Everybody |Someone |Somebody |Neither |Both |All )[A-Z][a-z]+(?<!s)(?: [A-Z][a-z]+)?) "
    r"(?:[a-z]{2,14}ed|laughs?|smiles?|shrugs?|nods?|sighs?|shook|was|is|has|had|says?|said|did)\b"
)
_OF_WHOM = re.compile(rf"{OF_WHOM_ZH}|['’]s (?:{KIN_EN}|{COMPANIONS_EN})\b")
_SENTENCE_MARK = re.compile("[。.!?\n”」]")


def find_strangers(masked: str, start: int, end: int, mentions: Mentions, capitals: Set[str]) -> Iterator[int]:
    """Where a range that begins a sentence and mentions nobody speaks of somebody all the same.

    `capitals` are words that have a capital within the sentences of an English text.
    """
    if mentions.language == "en":
        if stranger := _STRANGER.search(masked, start, end):
            yield stranger.start()
        elif (unknown := _ACTS.match(masked, start)) and _is_unknown(unknown["name"], mentions, capitals):
            yield unknown.start()
        return
    if (place := _begins_with_name(masked, start)) is not None and place < end:
        yield place
    foreigner = find_transliterated(masked, start, end)
    if foreigner and not mentions.first(masked, *foreigner):
        yield foreigner[0]


def is_stranger(match: re.Match[str], masked: str, known: Sequence[int], reached: int, mentions: Mentions) -> bool:
    """Whether the subject of a cue is somebody whom no rule knows, and the sentence has no other cue so far."""
    start, end = match.start("who"), match.start("verb")
    here = bisect_left(known, start)
    if here < len(known) and known[here] < end or reached and not _SENTENCE_MARK.search(masked, reached, start):
        return False
    words = masked[start:end]
    named = mentions.first(words)
    if named:
        return bool(_OF_WHOM.match(words, named.end))
    if end < start and mentions.first(masked, start, match.end("who")):
        return False
    return mentions.language == "en" or _is_somebody(words)


def _is_unknown(words: str, mentions: Mentions, capitals: Set[str]) -> bool:
    """Whether capitalised words are a name within sentences too, and nobody's that is known."""
    return words.split(maxsplit=1)[0] in capitals and not mentions.first(words)


def _begins_with_name(text: str, position: int) -> int | None:
    """Where a Chinese sentence begins with a name that the dictionary does not have, if it does."""
    import rjieba

    while text[position : position + 1].isspace():
        position += 1
    tagged = rjieba.tag(text[position : position + 8])
    if len(tagged) < 2 or not tagged[0][1].startswith("nr") or not tagged[1][1].startswith(("v", "d", "ul", "ug", "uz")):
        return None
    name = tagged[0][0]
    return position if 2 <= len(name) <= 3 and len(rjieba.cut(name, hmm=False)) == len(name) else None


@lru_cache(maxsize=4096)
def _is_somebody(words: str) -> bool:
    """Whether the subject of a Chinese verb of saying is a person: a name, or a noun for what people are, that is nobody's object."""
    import rjieba

    before, position = "", 0
    for word, tag in rjieba.tag(words):
        position += len(word)
        person = tag.startswith("nr") and len(word) > 1 or _PERSON_ENDS.search(words, 0, position)
        if person and words[position : position + 1] != "的" and before not in _BEFORE_OBJECTS:
            return True
        before = word
    return False


_PERSON_ENDS = re.compile(rf"{PEOPLE_ZH}们?\Z")
_BEFORE_OBJECTS = frozenset(
    "对 对于 向 给 跟 让 使 令 叫 把 被 关于 据 根据 按 按照 为 由 与 和 同 替 无 没有 每 因为 如果".split()
)


__all__ = ["find_strangers", "is_stranger"]
