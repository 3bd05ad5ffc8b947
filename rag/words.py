"""Content words of a question or a text: what bridges between languages are built on."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from rag.folding import fold
from rag.segmenter import cut
from rag.terms import stem

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af々]+")
_KANA = re.compile(r"[\u30a0-\u30ff]{2,}")
_LETTERS = re.compile(
    r"[^\W\d_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+(?:['-][^\W\d_\u3040-\u30ff\u3400-\u9fff]+)*"
)


# English possessives; the elided articles, pronouns and prepositions of French and Italian.
_AFFIX = re.compile(r"'s?$|^(?:[cdjlmnst]|qu|jusqu|lorsqu|dell|nell|all|sull|dall)'(?=.)")


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Folded function words, question words and verbs of saying in the languages of data/stopwords.txt."""
    text = (Path(__file__).parent / "data" / "stopwords.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def content_words(text: str) -> list[str]:
    """The distinct content words of a text, folded, in order of first appearance.

    Han text is segmented by jieba's dictionary (rjieba) and gives words of two characters or more; Katakana runs are
    words; other scripts give their letter runs, English plurals with them. Stop words and single letters are left out.
    """
    folded = fold(text)
    found: list[tuple[int, str]] = []
    for match in _HAN.finditer(folded):
        position = match.start()
        for word in _segment(match[0]):
            found.append((position, word))
            position += len(word)
    found += [(m.start(), m[0]) for m in _KANA.finditer(folded)]
    found += [(m.start(), _AFFIX.sub("", m[0])) for m in _LETTERS.finditer(folded)]
    words = (word for _, word in sorted(found) if len(word) > 1)
    return list(dict.fromkeys(word for word in words if word not in stopwords() and stem(word) not in stopwords()))


def phrases(text: str) -> list[str]:
    """Pairs of content words in letters that stand next to each other, joined by a blank, in order."""
    folded = fold(text)
    runs = [(m.start(), m.end(), _AFFIX.sub("", m[0])) for m in _LETTERS.finditer(folded)]
    pairs = []
    for (_, end, first), (start, _, second) in pairwise(runs):
        plain = not (stopwords() & {first, second}) and min(len(first), len(second)) > 1
        if plain and folded[end:start].strip(" -") == "":
            pairs.append(f"{first} {second}")
    return list(dict.fromkeys(pairs))


def _segment(han: str) -> list[str]:
    return [han] if len(han) <= 2 else cut(han)


__all__ = ["content_words", "phrases", "stopwords"]
