"""Content words of a question or a text: what bridges between languages are built on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rag.text.folding import fold
from rag.text.segmenter import cut
from rag.text.terms import LETTER, stem

if TYPE_CHECKING:
    from budoux import Parser

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af\u3005]+")
_KANA = re.compile(r"[\u30a0-\u30ff]{2,}")
_THAI = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e]+")
_LETTERS = re.compile(rf"(?:{LETTER}|[\uac00-\ud7a3])++(?:['&-](?:{LETTER}|[\uac00-\ud7a3])++)*+")
# English possessives; the elided articles, pronouns and prepositions of French and Italian.
_AFFIX = re.compile(r"'s?$|^(?:[cdjlmnst]|qu|jusqu|lorsqu|dell|nell|all|sull|dall)'(?=.)")
_PIECE = 1_000  # characters of Thai without a blank that are cut into words at once
_LATIN = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr")


@lru_cache(maxsize=1)
def _by_language() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By language, its stop words, folded, and those of them that are words of English, or names, as well."""
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parents[1] / "data" / "stopwords.txt").read_text("utf-8").splitlines():
        if re.fullmatch("# [a-z]{2}", line):
            words = found.setdefault(line[2:], [])
        elif not line.startswith("#"):
            words += fold(line).split()
    return {
        language: (frozenset(word.rstrip("?") for word in words), frozenset(word[:-1] for word in words if word[-1] == "?"))
        for language, words in found.items()
    }


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Folded function words, question words and verbs of saying in all languages of data/stopwords.txt."""
    return frozenset().union(*(words for words, _ in _by_language().values()))


@lru_cache(maxsize=1)
def _always() -> frozenset[str]:
    """The stop words of languages that are told by their script."""
    return frozenset().union(*(words for language, (words, _) in _by_language().items() if language not in _LATIN))


def stopwords_of(words: Iterable[str]) -> frozenset[str]:
    """The stop words of the language of a text, given as its folded words; of several where they cannot be told apart.

    A language in Latin script is told by how many of its stop words stand there; of those that are English words as well
    ("die", "war") it takes others to bear witness.
    """
    held = set(words)
    counts = {}
    for language in _LATIN:
        own, shared = _by_language()[language]
        counts[language] = len(held & own) - len(held & shared)
    most = max(counts.values())
    return _stopwords_in(*((language, count > counts["en"]) for language, count in counts.items() if count == most))


@lru_cache(maxsize=256)
def _stopwords_in(*languages: tuple[str, bool]) -> frozenset[str]:
    """The stop words, and their stems, of these languages, with those that English shares or not, and of other scripts."""
    words = set(_always())
    for language, all_ in languages:
        own, shared = _by_language()[language]
        words |= own if all_ or language == "en" else own - shared
    return frozenset(words | set(map(stem, words)))


def content_words(text: str) -> list[str]:
    """The distinct content words of a text, folded, in order of first appearance.

    Han text is segmented by jieba's dictionary (rjieba) and gives words of two characters or more, Thai by BudouX; Katakana
    runs are words; other scripts give their letter runs, English plurals with them. Stop words and single letters are left out.
    """
    folded = fold(text)
    found: list[tuple[int, str]] = []
    for pattern, segment in ((_HAN, _segment), (_THAI, _thai)):
        for match in pattern.finditer(folded):
            position = match.start()
            for word in segment(match[0]):
                found.append((position, word))
                position += len(word)
    found += [(m.start(), m[0]) for m in _KANA.finditer(folded)]
    found += [(m.start(), _AFFIX.sub("", m[0])) for m in _LETTERS.finditer(folded)]
    stop = stopwords_of(word for _, word in found)
    words = (word for _, word in sorted(found) if len(word) > 1)
    return list(dict.fromkeys(word for word in words if word not in stop))


def lone_pairs(text: str) -> list[str]:
    """Pairs of neighbouring Han characters that are each a word of its own, folded, in order; stop words at the ends of such a run
    are left out.

    They are all there is to look for in a text whose words have one character each, and which `content_words` finds empty.
    """
    found = []
    for run in _HAN.findall(fold(text)):
        for lone, words in groupby(_segment(run), lambda word: len(word) == 1):
            kept = "".join(words) if lone else ""
            stop = stopwords()
            while kept and kept[0] in stop:
                kept = kept[1:]
            while kept and kept[-1] in stop:
                kept = kept[:-1]
            found += [a + b for a, b in pairwise(kept)]
    return list(dict.fromkeys(found))


def known_words(folded: str) -> Iterator[tuple[int, int]]:
    """Where the words of two Han characters or more that the segmenter's dictionary has stand in a folded text."""
    for match in _HAN.finditer(folded):
        start = match.start()
        for word in cut(match[0], guess=False):
            if len(word) > 1:
                yield start, start + len(word)
            start += len(word)


def phrases(text: str) -> list[str]:
    """Pairs of content words in letters that stand next to each other, joined by a blank, in order."""
    folded = fold(text)
    runs = [(m.start(), m.end(), _AFFIX.sub("", m[0])) for m in _LETTERS.finditer(folded)]
    stop = stopwords_of(word for _, _, word in runs)
    pairs = []
    for (_, end, first), (start, _, second) in pairwise(runs):
        plain = not (stop & {first, second}) and min(len(first), len(second)) > 1
        if plain and folded[end:start].strip(" -") == "":
            pairs.append(f"{first} {second}")
    return list(dict.fromkeys(pairs))


def _segment(han: str) -> list[str]:
    return [han] if len(han) <= 2 else cut(han)


def _thai(run: str) -> list[str]:
    # In pieces, because BudouX takes quadratic time where it finds no words.
    return [word for start in range(0, len(run), _PIECE) for word in _thai_parser().parse(run[start : start + _PIECE])]


@lru_cache(maxsize=1)
def _thai_parser() -> Parser:
    from budoux import load_default_thai_parser

    return load_default_thai_parser()


__all__ = ["content_words", "known_words", "lone_pairs", "phrases", "stopwords", "stopwords_of"]
