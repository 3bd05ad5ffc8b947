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
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import numpy.typing as npt

from rag.blobs import Strings, write_array
from rag.encoders import Encoder
from rag.errors import InputError
from rag.folding import fold
from rag.fusion import ranking
from rag.lexical import LexicalIndex
from rag.numbers import numbers
from rag.store import read_array
from rag.terms import stem
from rag.words import content_words, phrases, stopwords

if TYPE_CHECKING:
    from rag.dictionary import Translations

FILES = (
    "counted",
    "counts",
    "words",
    "word_vectors",
    "word_hubs",
    "word_least",
    "keys",
    "key_ends",
    "key_words",
    "key_weights",
    "syllables",
    "syllable_characters",
)
_NEIGHBOURS = 10
Floats = npt.NDArray[np.float32]
_HUB_DISCOUNT = 0.5
_SAME = 0.9999  # a cosine from which on two words count as one
_FEW_WORDS = 4_000  # whose hubs are found afresh each time
_NEAREST = 4
_LEAST_COSINE = 0.5
_NEAR_BEST = 0.85
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


class Lexicon:
    """The corpus's words, their vectors and their entries in the dictionary, as flat arrays."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]], strings: Mapping[str, Strings]) -> None:
        self._arrays, self._strings = dict(arrays), dict(strings)
        self.words = strings["words"]
        self._vectors: npt.NDArray[np.float32] | None = None  # of the words, once a question needs them
        self._characters: dict[str, str] = {}

    @classmethod
    def build(
        cls,
        counts: Mapping[str, int],
        characters: Set[str],
        encoder: Encoder,
        previous: Lexicon | None = None,
        limit: int = 50_000,
    ) -> Lexicon:
        """The lexicon of a corpus, given how often each content word stands in it and its Han characters, folded.

        Of more than `limit` words the commonest are kept. What the `previous` lexicon of the same encoder has is not made
        again.
        """
        counted = sorted(counts, key=str.encode)
        often = np.array([counts[word] for word in counted], np.int32)
        commonest = np.sort(np.argsort(-often, kind="stable")[:limit])  # of equal ones the first
        words = [counted[i] for i in commonest.tolist()]
        before = _numbers(words, previous)
        vectors = _encode(words, encoder, previous, before)
        hubs, least = _hubs(words, vectors, previous, before)
        translations = _translations(words)
        syllables = _readings(characters, previous)
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "counts": often,
            "word_vectors": vectors,
            "word_hubs": hubs,
            "word_least": least,
            "key_ends": translations.ends,
            "key_words": translations.words,
            "key_weights": translations.weights.astype(np.float16),
        }
        strings = {
            "counted": Strings.of(counted),
            "words": Strings.of(words),
            "keys": Strings.of(translations.keys),
            "syllables": Strings.of(syllables),
            "syllable_characters": Strings.of(syllables.values()),
        }
        return cls(arrays, strings)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read, memory-mapped, what `save` wrote."""
        strings = {name: Strings.load(folder / name) for name in ("counted", "words", "keys", "syllables", "syllable_characters")}
        arrays = {name: read_array(folder / f"{name}.npy") for name in FILES if name not in strings}
        return cls(arrays, strings)

    def save(self, folder: Path) -> None:
        """Write the lexicon's files; the same lexicon gives the same bytes."""
        for name, strings in self._strings.items():
            strings.save(folder / name)
        for name, array in self._arrays.items():
            write_array(folder / f"{name}.npy", array)

    def counts(self) -> dict[str, int]:
        """How often each content word stands in the passages."""
        return dict(zip(self._strings["counted"], np.asarray(self._arrays["counts"]).tolist(), strict=True))

    def translations(self, key: str) -> dict[str, float]:
        """The corpus words that the dictionary gives for a folded word or phrase, weighted 0 to 1."""
        i = self._strings["keys"].find(key)
        if i is None:
            return {}
        ends = self._arrays["key_ends"]
        start, end = int(ends[i - 1]) if i else 0, int(ends[i])
        words, weights = self._arrays["key_words"][start:end], self._arrays["key_weights"][start:end]
        return {self.words[int(w)]: float(p) for w, p in zip(words, weights, strict=True)}

    def nearest(self, vectors: npt.NDArray[np.float32]) -> list[dict[str, float]]:
        """For each row, a unit vector, the corpus words nearest to it with their cosines, nearest first."""
        if not len(self.words) or not len(vectors):
            return [{} for _ in vectors]
        if self._vectors is None:
            self._vectors = np.asarray(self._arrays["word_vectors"], np.float32)
        cosines = vectors @ self._vectors.T
        corrected = cosines - _HUB_DISCOUNT * np.asarray(self._arrays["word_hubs"], np.float32)
        found = []
        for row, scores in zip(cosines, corrected, strict=True):
            order = ranking(scores, _NEAREST)
            least = max(_LEAST_COSINE, _NEAR_BEST * float(row[order[0]]))
            found.append({self.words[int(i)]: float(row[i]) for i in order if row[i] >= least})
        return found

    def characters(self, syllable: str) -> str:
        """The characters of the corpus that can be read as that toneless pinyin syllable."""
        if not self._characters:
            self._characters = dict(zip(self._strings["syllables"], self._strings["syllable_characters"], strict=True))
        return self._characters.get(syllable, "")


def _encode(
    words: Sequence[str], encoder: Encoder, previous: Lexicon | None, before: npt.NDArray[np.int64]
) -> npt.NDArray[np.float16]:
    """float16 (len(words), dimension): the words' vectors, those of known words taken over."""
    vectors = np.zeros((len(words), encoder.model.dimension), np.float16)
    if previous is not None:
        held = np.flatnonzero(before >= 0)
        vectors[held] = previous._arrays["word_vectors"][before[held]]
    new = np.flatnonzero(before < 0).tolist()
    if new:
        vectors[new] = encoder.encode_queries([words[i] for i in new])
    return vectors


def _numbers(words: Sequence[str], previous: Lexicon | None) -> npt.NDArray[np.int64]:
    """int64 (len(words),): the words' numbers in the previous lexicon, -1 for those that it does not have."""
    known = {word: i for i, word in enumerate(previous.words)} if previous else {}
    return np.array([known.get(word, -1) for word in words], np.int64)


def _hubs(
    words: Sequence[str], vectors: npt.NDArray[np.float16], previous: Lexicon | None, before: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """For each word its mean cosine to its nearest other words, how much of a hub it is, and the least of these cosines.

    Both float32 (n,). Of many words the nearest are looked for among some thousands, chosen by their checksums. Words that
    the previous lexicon has are looked at again only where a word that came or went is near enough to count.
    """
    hubs, least = np.zeros(len(words), np.float32), np.zeros(len(words), np.float32)
    if len(words) < 2:
        return hubs, least
    step = _step(len(words))
    chosen = _sampled(words, step)
    todo = np.arange(len(words))
    if previous is not None and len(words) > _FEW_WORDS and _step(len(previous.words)) == step:
        todo = _disturbed(vectors, chosen, previous, before, step, hubs, least)
    reference = vectors[chosen if len(todo) else chosen[:0]].astype(np.float32)
    k = min(_NEIGHBOURS, len(reference), len(words) - 1)
    for start in range(0, len(todo), 1_024):
        rows = todo[start : start + 1_024]
        cosines = vectors[rows].astype(np.float32) @ reference.T
        cosines[cosines > _SAME] = -1.0
        nearest = np.partition(cosines, -k, axis=1)[:, -k:]
        hubs[rows], least[rows] = nearest.mean(axis=1), nearest[:, 0]
    return hubs, least


def _step(count: int) -> int:
    """One of how many words others are compared with."""
    return 1 << max(0, (count // 8_000).bit_length() - 1)


def _sampled(words: Sequence[str], step: int) -> npt.NDArray[np.int64]:
    return np.array([i for i, word in enumerate(words) if not crc32(word.encode("utf-8", "replace")) % step], np.int64)


def _disturbed(
    vectors: npt.NDArray[np.float16],
    chosen: npt.NDArray[np.int64],
    previous: Lexicon,
    before: npt.NDArray[np.int64],
    step: int,
    hubs: Floats,
    least: Floats,
) -> npt.NDArray[np.int64]:
    """The words whose hubs have to be found again; those of the others are taken over into `hubs` and `least`."""
    old = previous._arrays
    kept = np.flatnonzero(before >= 0)
    hubs[kept], least[kept] = old["word_hubs"][before[kept]], old["word_least"][before[kept]]
    came = vectors[chosen[before[chosen] < 0]].astype(np.float32)
    left = np.setdiff1d(np.arange(len(previous.words)), before)
    gone = left[_sampled([previous.words[i] for i in left.tolist()], step)]
    went = np.asarray(old["word_vectors"][gone], np.float32)
    changed = np.concatenate([came, went])
    if len(changed) > len(chosen) // 4:
        return np.arange(len(before))
    again = before < 0
    for start in range(0, len(kept) if len(changed) else 0, 4_096):
        rows = kept[start : start + 4_096]
        cosines = vectors[rows].astype(np.float32) @ changed.T
        cosines[cosines > _SAME] = -1.0
        again[rows] = cosines.max(axis=1, initial=-1.0) >= least[rows] - 1e-5
    return np.flatnonzero(again)


def _translations(words: Sequence[str]) -> Translations:
    """What CC-CEDICT says of the words; nothing where it is absent."""
    from rag.dictionary import Translations, open_dictionary  # here, because questions read what the index has of it

    dictionary = open_dictionary(words)
    return dictionary.translations(words) if dictionary else Translations.none()


# --- names -----------------------------------------------------------------------------------------------------------


def _readings(characters: Set[str], previous: Lexicon | None) -> dict[str, str]:
    """By toneless syllable, sorted, the characters that can be read so, sorted. Those of known characters are taken over."""
    found: dict[str, set[str]] = defaultdict(set)
    if previous is not None:
        for syllable, readable in zip(*(previous._strings[n] for n in ("syllables", "syllable_characters")), strict=True):
            if held := characters & set(readable):
                found[syllable] |= held
    new = characters - set().union(*found.values())
    if new:
        from pypinyin import Style, pinyin
    for character in new:
        for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
            if reading.isascii() and reading.isalpha():
                found[reading].add(character)
    return {syllable: "".join(sorted(found[syllable])) for syllable in sorted(found)}


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
    return Glossary.parse((Path(__file__).parent / "data" / "glossary.txt").read_text("utf-8"))


# --- all together ----------------------------------------------------------------------------------------------------


def concepts(question: str, lexicon: Lexicon, lexical: LexicalIndex, encoder: Encoder, glossary: Glossary) -> list[Concept]:
    """What the question asks about, as words of the corpus: named and glossary concepts first, then word by word."""
    found: list[Concept] = []
    covered: set[str] = set()
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
    words = [word for word in content_words(question) if word not in covered]
    pairs = [pair for pair in phrases(question) if not covered & set(pair.split())]
    unknown = [word for word in words if not lexical.holds(word)] + pairs
    near = dict(zip(unknown, lexicon.nearest(encoder.encode_queries(unknown)), strict=True)) if unknown else {}
    for word in words + pairs:
        concept = _concept(word, lexicon, lexical, near.get(word, {}))
        if concept.variants or " " not in word:
            found.append(concept)
    return found


def _concept(word: str, lexicon: Lexicon, lexical: LexicalIndex, near: Mapping[str, float]) -> Concept:
    weight = _PHRASE if " " in word else 1.0
    variants = {other: _EMBEDDED * cosine**2 for other, cosine in near.items()}
    via = "embedding" if variants else "none"
    for other, likely in lexicon.translations(" ".join(map(stem, word.split()))).items():
        variants[other] = max(variants.get(other, 0.0), _TRANSLATED * likely)
        via = "dictionary"
    if " " not in word and lexical.holds(word):
        variants[word] = 1.0
        via = "exact"
    return Concept(word, variants, via, weight)


__all__ = ["Concept", "Glossary", "Lexicon", "concepts", "names", "open_glossary", "shipped_glossary"]
