"""Bridges from the words of a question to the words of the articles, across languages and scripts, without a translator.

Each content word of a question becomes a concept: the corpus words that may stand for it, weighted 0 to 1. They come from

- the word itself, where the corpus has it;
- the glossary: groups of terms that mean the same;
- names: Latin syllables read as pinyin, in either order, matched with the readings of the corpus's characters;
- a dictionary: CC-CEDICT, in both directions, restricted to the corpus's words when the index is built;
- the encoder: the corpus words nearest to the question word in its own space, with hubs discounted (CSLS: Conneau et
  al., 2018, "Word Translation Without Parallel Data"). It needs no resource and works in any language the encoder knows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from rag.errors import InputError
from rag.indexing.lexical import LexicalIndex
from rag.indexing.lexicon import Floats, Lexicon
from rag.text.folding import fold
from rag.text.numbers import numbers
from rag.text.terms import singular
from rag.text.words import content_words, known_words, lone_pairs, phrases, stopwords

_EMBEDDED, _TRANSLATED, _GLOSSED, _PHRASE = 0.8, 0.8, 0.9, 0.5


@dataclass(frozen=True, slots=True)
class Concept:
    """A word or phrase of the question and the words of the corpus that may stand for it.

    `via` names the bridge that gave the most likely variant: exact, glossary, name, dictionary or embedding; it is "none",
    and there are no variants, where nothing in the corpus does. `weight` is how much the concept counts beside others.
    """

    source: str
    variants: Mapping[str, float]
    via: str
    weight: float = 1.0

    def best(self) -> str | None:
        """The likeliest variant; of equal ones the first in order of code points."""
        return min(self.variants, key=lambda v: (-self.variants[v], v)) if self.variants else None


# --- names -----------------------------------------------------------------------------------------------------------


def names(question: str, lexicon: Lexicon, lexical: LexicalIndex) -> dict[str, dict[str, float]]:
    """Chinese names in the corpus that Latin words of the question spell in pinyin, by those words as written.

    Surname first or last. A span of words counts when each is capitalised or none is a stop word, and one word alone only
    when it is capitalised and has two syllables or more; a longer span takes the place of the shorter ones within it.
    """
    tokens = [re.sub("['’]s?$", "", token) for token in re.findall(r"[A-Za-z][A-Za-z'’-]*", question)]
    found: dict[str, dict[str, float]] = {}
    taken: set[int] = set()
    for length in (3, 2, 1):
        for i in range(len(tokens) - length + 1):
            span = tokens[i : i + length]
            if taken & set(range(i, i + length)) or not _may_be_name(span):
                continue
            spelled = [re.sub(r"['’-]", "", token).lower() for token in span]
            chains = {c for order in {tuple(spelled), tuple(reversed(spelled))} for c in _chains(order, lexicon, lexical)}
            if chains:
                found[" ".join(span)] = dict.fromkeys(sorted(chains), 1.0)
                taken |= set(range(i, i + length))
    return found


def _may_be_name(span: Sequence[str]) -> bool:
    capital = all(token[0].isupper() for token in span)
    if len(span) == 1:
        return capital and len(span[0]) > 3 and span[0].lower() not in stopwords()
    return capital or not any(token.lower() in stopwords() for token in span)


def _chains(tokens: Sequence[str], lexicon: Lexicon, lexical: LexicalIndex) -> set[str]:
    """Character strings of the corpus that read as the tokens' syllables, two to four in all."""
    found: set[str] = set()
    for parts in product(*(_syllables(token, lexicon) for token in tokens)):
        syllables = [syllable for part in parts for syllable in part]
        if not 2 <= len(syllables) <= 4:
            continue
        strings = list(lexicon.characters(syllables[0]))
        for syllable in syllables[1:]:
            nexts = set(lexicon.characters(syllable))
            strings = [s + t[1] for s in strings for t in lexical.starting_with(s[-1]) if len(t) == 2 and t[1] in nexts]
        found.update(s for s in strings if lexical.holds(s))
    return found


def _syllables(token: str, lexicon: Lexicon) -> list[list[str]]:
    """The ways to read a token as one to three pinyin syllables that characters of the corpus have."""
    ways: list[list[str]] = []
    stack: list[tuple[int, list[str]]] = [(0, [])]
    while stack:
        start, way = stack.pop()
        if start == len(token):
            ways.append(way)
        elif len(way) < 3:
            ends = range(start + 1, min(start + 6, len(token)) + 1)
            stack += [(end, [*way, token[start:end]]) for end in ends if lexicon.characters(token[start:end])]
    return sorted(ways)


# --- glossary --------------------------------------------------------------------------------------------------------


class Glossary:
    """Groups of terms that mean the same."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._groups = [tuple(dict.fromkeys(group)) for group in groups if len(group) > 1]
        self._of: dict[str, list[int]] = defaultdict(list)
        for number, group in enumerate(self._groups):
            for term in group:
                self._of[term].append(number)

    @classmethod
    def parse(cls, text: str) -> Glossary:
        """The glossary written in a text: a group a line, its terms parted by " = "; lines that start with # are comments."""
        lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
        return cls([[term for part in line.split(" = ") if (term := fold(part.strip()))] for line in lines])

    def __add__(self, other: Glossary) -> Glossary:
        return Glossary([*self._groups, *other._groups])

    def matches(self, question: str) -> dict[str, list[str]]:
        """The terms that the question holds, longest first where they overlap, each with the other terms of its groups."""
        folded = fold(question)
        found: dict[str, list[str]] = {}
        covered = [False] * len(folded)
        for term in sorted((t for t in self._of if t in folded), key=lambda t: (-len(t), t)):
            # Latin terms match whole words; terms of unspaced scripts match anywhere.
            pattern = rf"(?<![^\W_]){re.escape(term)}(?![^\W_])" if term.isascii() else re.escape(term)
            for match in re.finditer(pattern, folded):
                if not any(covered[match.start() : match.end()]):
                    covered[match.start() : match.end()] = [True] * len(term)
                    others = [other for number in self._of[term] for other in self._groups[number] if other != term]
                    found[term] = list(dict.fromkeys(others))
        return found


def open_glossary(folder: Path) -> Glossary:
    """The shipped glossary and, where the folder has a file glossary.txt, its groups as well."""
    own = folder / "glossary.txt"
    if not own.is_file():
        return shipped_glossary()
    try:
        return shipped_glossary() + Glossary.parse(own.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{own}: cannot be read as a UTF-8 glossary ({error}).") from error


@lru_cache(maxsize=1)
def shipped_glossary() -> Glossary:
    """The glossary that comes with the package: technology and venture capital."""
    return Glossary.parse((Path(__file__).parents[1] / "data" / "glossary.txt").read_text("utf-8"))


# --- all together ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks about, read but for the words that only the encoder can lead to the corpus.

    `found` are names, glossary terms and numbers; `words` the other content words and phrases, in order; `unknown` those of
    them whose vectors are wanted.
    """

    found: tuple[Concept, ...]
    words: tuple[str, ...]
    unknown: tuple[str, ...]


def read(
    question: str, lexicon: Lexicon, lexical: LexicalIndex, glossary: Glossary, people: Mapping[str, Sequence[str]] | None = None
) -> Asked:
    """What the question asks about, as far as it can be told without the encoder.

    `people` are Han names of the articles' speakers that the folded question holds, which no dictionary of words has, and the forms
    in which the articles have them.
    """
    found: list[Concept] = []
    covered: set[str] = set()
    rest = question
    for name, forms in (people or {}).items():
        held = {form: 1.0 for form in forms if lexical.holds(form)}
        if held and _stands_alone(name, fold(rest)):
            found.append(Concept(name, held, "exact" if name in held else "name"))
            rest = fold(rest).replace(name, " ")
    for source, variants in names(question, lexicon, lexical).items():
        found.append(Concept(source, variants, "name"))
        covered |= {fold(token) for token in source.split()}
    for term, others in glossary.matches(question).items():
        own = {term: 1.0} if lexical.holds(term) else {}
        held = {other: _GLOSSED for other in others if lexical.holds(other)}
        if own or held:
            found.append(Concept(term, {**held, **own}, "exact" if own else "glossary"))
            covered |= {term, *re.split(r"[\s-]", term)}
    for value in dict.fromkeys(numbers(fold(question))):
        found.append(Concept(value, {value: 1.0} if lexical.holds(value) else {}, "exact" if lexical.holds(value) else "none"))
    words = [word for word in content_words(rest) if word not in covered]
    if not words and not found:
        words = lone_pairs(question)
    pairs = [pair for pair in phrases(question) if not covered & set(pair.split())]
    unknown = [word for word in words if not lexical.holds(word)] + pairs
    return Asked(tuple(found), (*words, *pairs), tuple(unknown))


def _stands_alone(name: str, folded: str) -> bool:
    """Whether a name does not begin within a known word, nor end within one of more than two characters.

    Two characters, the last of a name and a particle or verb behind it, are too often a word by chance.
    """
    start = folded.find(name)
    end = start + len(name)
    return start >= 0 and not any(
        first < start < last or (first < end < last and last - first > 2) for first, last in known_words(folded)
    )


def concepts(asked: Asked, vectors: Floats, lexicon: Lexicon, lexical: LexicalIndex) -> list[Concept]:
    """What is asked about as words of the corpus: named and glossary concepts first, then word by word.

    `vectors` are those of the unknown words, unit rows of float32 (n, dimension).
    """
    near = dict(zip(asked.unknown, lexicon.nearest(vectors), strict=True))
    every = (_concept(word, lexicon, lexical, near.get(word, {})) for word in asked.words)
    return [*asked.found, *(concept for concept in every if concept.variants or " " not in concept.source)]


def _concept(word: str, lexicon: Lexicon, lexical: LexicalIndex, near: Mapping[str, float]) -> Concept:
    weight = _PHRASE if " " in word else 1.0
    variants = {other: _EMBEDDED * cosine**2 for other, cosine in near.items()}
    via = "embedding" if variants else "none"
    for other, likely in lexicon.translations(" ".join(map(singular, word.split()))).items():
        variants[other] = max(variants.get(other, 0.0), _TRANSLATED * likely)
        via = "dictionary"
    if " " not in word and lexical.holds(word):
        variants[word] = 1.0
        via = "exact"
    return Concept(word, variants, via, weight)


__all__ = ["Asked", "Concept", "Glossary", "concepts", "names", "open_glossary", "read", "shipped_glossary"]
