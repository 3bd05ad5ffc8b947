"""Proper names in a question: words with capitals, Han names as the tagger knows them, and which of them the articles have."""

from __future__ import annotations

import re

from rag.indexing.index import Index
from rag.names.honorifics import HONOUR
from rag.names.surnames import surnames
from rag.retrieval.bridges import names
from rag.text.claims import kind_of
from rag.text.dates import CALENDAR_EN
from rag.text.folding import fold, has_han
from rag.text.particles import PARTICLE
from rag.text.terms import terms
from rag.text.words import stopwords

# Words with capitals, "Leonardo da Vinci".
_CAPITAL = r"[A-Z\u00c0-\u00de](?:(?:[^\W\u3040-\u9fff]|['\u2019.-])*[^\W\u3040-\u9fff]|\.)"
_CAPITALS = re.compile(rf"(?<![A-Za-z\u00c0-\u024f.]){_CAPITAL}(?: (?:(?:{PARTICLE}|of) ){{0,2}}{_CAPITAL})*")
_LINKS = frozenset("和与與跟于於对對向由从從都那")  # family names, too, but more often what stands before a name
_OWNS = re.compile("['\u2019]s?$")
_NO_PERSON = re.compile(r"\b(?:in|at|near|into|across|inside|throughout|the)$")
_WHO_IS = re.compile(r"(?:who|\u8c01)\b ?(?:'s|is|was|are|were|\u662f)|.*\u662f\u8c01")


def proper_names(text: str, *, first: bool = False) -> list[tuple[int, int]]:
    """The ranges of a question's names, in order: words with capitals but for the first (unless `first`), Han names as the
    tagger knows them.
    """
    found = []
    for match in _CAPITALS.finditer(text):
        start, end = match.span()
        end -= len(owns[0]) if (owns := _OWNS.search(text[start:end])) else 0
        words = text[start:end].split()
        while words and words[0].rstrip(".").lower() in stopwords() | CALENDAR_EN and len(words) > 1:
            start += len(words.pop(0)) + 1
        if words and words[0].lower() not in stopwords() | CALENDAR_EN and (first or start > 0 or has_han(text)):
            found.append((start, end))
    if has_han(text):
        import rjieba

        place, before = 0, ""
        for word, tag in rjieba.tag(text):
            if tag.startswith("nr") and len(word) > 1 and has_han(word):
                # The tagger leaves rarer family names apart from the given name.
                apart = len(word) == 2 and fold(before) in surnames() and before not in _LINKS
                found.append((place - apart, place + len(word)))
            place += len(word)
            before = word
    return sorted(found)


def persons_held(index: Index, question: str) -> list[str]:
    """The names in a question, as they are written, that the articles have and that may be persons'; none where a person is asked for."""
    if kind_of(question) == "who" and not _WHO_IS.match(fold(question)):
        return []
    ranges = [(start, end) for start, end in proper_names(question) if not _NO_PERSON.search(fold(question[:start].rstrip()))]
    written = dict.fromkeys(question[start:end] for start, end in ranges)
    return [
        name
        for name in written
        if not name.isupper() and _is_held(index, name) or has_han(name) and index.lexical.holds(fold(name))
    ]


def _is_held(index: Index, name: str) -> bool:
    """Whether the articles have every word of a name, honorifics aside, or a Han name that it spells."""
    if name in names(name, index.lexicon, index.lexical):
        return True
    words = [word for word in name.split() if not HONOUR.match(word)]
    return bool(words) and all(any(map(index.lexical.holds, (fold(word), *terms(word)))) for word in words)


__all__ = ["persons_held", "proper_names"]
