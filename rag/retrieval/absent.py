"""Names in a question that no article has, so that an answer about somebody else is not taken for one about them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.indexing.lexical import LexicalIndex
from rag.retrieval.bridges import Concept
from rag.text.cues import ASKED_ZH
from rag.text.dates import CALENDAR_EN
from rag.text.folding import fold, has_han
from rag.text.terms import terms
from rag.text.words import stopwords

_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]['\u2019\w.-]*")
_POSSESSIVE = re.compile("['\u2019]s?$")
_NEAR, _NEAR_HAN = 0.3, 0.5  # how likely a word near in meaning has to be to stand for a whole name; for a Han name
_ASKED_OF = re.compile("[:\uff1a]|\u5bf9|\u5c0d")  # what stands before a Han name that does not begin the question
_ASKED_WHO = re.compile(
    rf"(?:\u8c01|\u54ea\u4f4d|\u54ea\u4e9b\u4eba|\u4ec0\u4e48\u4eba)(?:{ASKED_ZH})$"
)  # before what somebody is asked to have said
# Words of German, which writes all its nouns with capitals.
_GERMAN = frozenset("der das und wer wie ist nicht für von warum welche welcher welches wieso ein eine den dem auf im zu".split())


def absent_names(question: str, words: Sequence[Concept], lexical: LexicalIndex) -> list[str]:
    """The names in the question that stand in no article, in any form that a bridge gives, in order.

    A name is what is written with capitals, but for the first word and German, or a Han family name with one or two more
    characters where a Chinese question begins or turns to somebody, or what somebody is asked to have said begins. An article may have it in another spelling.
    """
    return [*_capitalised(question, words, lexical), *_chinese(question, words)]


def _stands(concept: Concept, near: float) -> bool:
    """Whether a concept is in the articles: by itself, by glossary, name or dictionary, or by a word that is so near."""
    return bool(concept.variants) and (concept.via != "embedding" or max(concept.variants.values()) >= near)


def _capitalised(question: str, words: Sequence[Concept], lexical: LexicalIndex) -> list[str]:
    there = [concept for concept in words if _stands(concept, _NEAR)]
    whole = {fold(c.source) for c in there}
    parts = {fold(part) for c in there if c.via != "embedding" for part in re.split(r"[\s-]", c.source)}
    spelled = list(_WORD.finditer(question))
    if _GERMAN & {match[0].lower() for match in spelled}:
        return []
    found: list[list[str]] = [[]]
    for number, match in enumerate(spelled):
        word = _POSSESSIVE.sub("", match[0].rstrip(".-"))
        inner = number > 0 or has_han(question) or sum(map(str.isupper, word)) > 1
        if inner and len(word) > 1 and word[0].isupper() and fold(word) not in stopwords() | CALENDAR_EN:
            found[-1].append(word)
        elif found[-1]:
            found.append([])
    names = [" ".join(name) for name in found if name]
    return [n for n in names if fold(n) not in whole and not any(_is_held(part, parts, lexical) for part in n.split())]


def _is_held(word: str, parts: set[str], lexical: LexicalIndex) -> bool:
    return any(part in parts or lexical.holds(part) for part in (fold(word), *terms(word)))


def _chinese(question: str, words: Sequence[Concept]) -> list[str]:
    folded = fold(question)
    found = []
    unknown = [c.source for c in words if 2 <= len(c.source) <= 3 and all(map(has_han, c.source)) and not _stands(c, _NEAR_HAN)]
    if unknown:
        from rag.names.surnames import has_family_name  # here, since few questions hold such a name
    for name in unknown:
        if has_family_name(name):
            before = folded[: max(0, folded.find(name))].strip()
            turned_to = not before or not has_han(question.replace(name, "")) or _ASKED_OF.fullmatch(before[-1])
            if turned_to or _ASKED_WHO.search(before) and _is_person(name):
                found.append(name)
    return found


def _is_person(name: str) -> bool:
    """Whether the segmenter's dictionary has the characters for a name: a claim begins with a noun as often."""
    import rjieba

    return all(tag.startswith("nr") for _, tag in rjieba.tag(name))


__all__ = ["absent_names"]
