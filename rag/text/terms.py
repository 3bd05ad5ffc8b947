"""Terms for lexical search: what of a text must match.

Texts without spaces between words (Chinese, Japanese, Thai, …) give character bigrams, and single characters where they
stand alone; others give words. Everything is folded first, so that Traditional finds Simplified and width and case do
not matter. Numbers are terms as they are written, without grouping, and by value (`rag.text.numbers`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rag.text.folding import fold
from rag.text.numbers import numbers

_UNSPACED = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af\u0e01-\u0e4e\u0e81-\u0ecd"
    "\u1000-\u103f\u1780-\u17d3\uac00-\ud7a3"
)
# Marks that stand on letters or between them, which `\w` does not count: accents, Hebrew and Arabic points, vowels of India.
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983"
    "\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b4d\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3c-\u0c4d\u0c81-\u0c83\u0cbc-\u0ccd"
    "\u0d00-\u0d03\u0d3b-\u0d4d\u0d81-\u0d83\u0dca-\u0ddf"
)
LETTER = rf"(?:[^\W\d_{_UNSPACED}]|[{_MARKS}])"
"""Matches a letter, or a mark on one, of a script that puts blanks between words."""
_DIGIT = frozenset("0123456789\u5341\u767e\u5343")
_TOKEN = re.compile(
    rf"(?P<unspaced>[{_UNSPACED}\u3005\u3006]+)"
    r"|(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)"
    rf"|(?P<word>{LETTER}++(?:['\u2019&-]?(?:{LETTER}|\d)++)*+)",
)


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeats included."""
    return list(_remembered(text)) if len(text) <= _SHORT else _terms(text)


def _terms(text: str) -> list[str]:
    found: list[str] = []
    folded = fold(text)
    for match in _TOKEN.finditer(folded):
        token = match[0]
        if match.lastgroup == "unspaced":
            found += [token] if len(token) == 1 else [token[i : i + 2] for i in range(len(token) - 1)]
        elif match.lastgroup == "number":
            found.append(token.replace(",", ""))
        else:
            found += _words(token)
    if any(character in _DIGIT for character in folded):
        written = set(found)
        found += [value for value in numbers(folded) if value not in written]
    return found


def _words(token: str) -> list[str]:
    whole = token.replace("'", "")
    parts = [stem(part) for part in re.split(r"['-]", token) if len(part) > 1] if "-" in token else []
    return [stem(whole), *parts] if whole else parts


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A folded word without the ending that says how it is used, so that "dies" finds "died": one in letters without accents by the
    Snowball stemmer for English (Porter, 2001), whatever the language, for questions and articles are treated alike; of
    another only an -s is removed.
    """
    return str(_stemmer().stemWord(word)) if word.isascii() and len(word) > 2 else singular(word)


@lru_cache(maxsize=65_536)
def singular(word: str) -> str:
    """English plural and possessive endings removed (the S-stemmer of Harman, 1991); other words as they are."""
    if len(word) > 4 and word.endswith("ies") and word[-4] not in "ea":
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english", 0)  # without a cache of its own


_SHORT = 1_000  # characters; the terms of shorter texts are remembered, since the same few passages are read often
_remembered = lru_cache(maxsize=2_048)(_terms)

__all__ = ["LETTER", "singular", "stem", "terms"]
