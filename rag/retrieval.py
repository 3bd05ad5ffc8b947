"""Find the passages that answer a question.

Legs, each on one scale, are weighted and added (CombSUM): cosine of question and passage, of question and the passage's
best sentence; the question's own terms in the passage, and its words
bridged across languages. The lexical legs are divided by what a passage that held every word of the question would get,
so that a leg that cannot read the question has little to say. The best passages are then read, and the sentence that
would be quoted counts once more, by meaning and words together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
import numpy.typing as npt

from rag.bridges import Concept, Glossary, concepts, shipped_glossary
from rag.claims import asks, asks_number, claim_of, kind_of
from rag.coverage import Coverage
from rag.dense import DenseIndex
from rag.encoders import Encoder
from rag.errors import InputError
from rag.folding import fold
from rag.fusion import fuse, ranking
from rag.index import Index
from rag.numbers import numbers as numbers_in
from rag.quantised import QuantisedIndex
from rag.speakers import spoken
from rag.statements import as_statement
from rag.terms import terms
from rag.types import Passage
from rag.words import stopwords

MAX_QUESTION = 2_000
CANDIDATES = 1_000
_MANY = 10_000  # passages from which on a fifth of the candidates will do
_JUDGED = 3  # hits by which it is judged whether a word is lacking
_READ = 30  # the fewest passages whose sentences are read for the best one
_AT_ONCE = 8_192  # vectors compared at once when only some articles count
_OUTSIDE = -9.0  # the cosine of a sentence that must not be quoted
_ASKING, _NUMBERED = 0.15, 0.15  # in units of cosine
_SURE, _NAME_WORDS = 0.9, 4  # how likely a variant names who is asked for; the most words of a name
_POSSESSIVE = re.compile("['\u2019]s?$")
_TELLING, _REPEATED = 8, 0.8  # the fewest terms of a sentence that can be a repetition, and the share that must recur
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each leg counts. Chosen on the development questions by `eval/tune.py`."""

    passage: float = 0.7
    sentence: float = 1.0
    terms: float = 1.5
    bridges: float = 2.0
    speaker: float = 2.0
    quote: float = 1.0

    def to_json(self) -> dict[str, float]:
        """The weights by leg."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `best` is the number, within the passage, of the sentence that answers best; `shares` is what each leg gave to the
    score, and their sum is the score; `sentences` is the score that the hit would have with each sentence as its quote; `matched` is the corpus words found in the passage, by the question word they
    stand for; `also` are worse hits that repeat its words, as when two articles carry one quotation.
    """

    number: int
    passage: Passage
    score: float
    best: int
    shares: Mapping[str, float]
    matched: Mapping[str, tuple[str, ...]]
    sentences: tuple[float, ...]
    also: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits, best first, and the evidence by which to judge whether they answer the question at all.

    `evidence`, each 0 to 1: the highest cosine of the question with any sentence; the highest share, by idf and bridged, of its
    words that any passage holds; how telling the most telling word is, by idf, that even the best of the first three hits
    lacks, 1 being a word that no passage has.
    """

    question: str
    kind: str
    hits: tuple[Hit, ...]
    concepts: tuple[Concept, ...] = ()
    evidence: tuple[float, float, float] = (0.0, 0.0, 0.0)


def check_question(question: str) -> str:
    """The question without outer white space. Raises InputError when it is empty or too long."""
    text = " ".join(question.split())
    if not text:
        raise InputError('the question is empty; ask something, as in: rag ask "who thinks startups can\'t beat big tech?"')
    if len(text) > MAX_QUESTION:
        raise InputError(f"the question has {len(text):,} characters; the most is {MAX_QUESTION:,}: ask something shorter.")
    return text


@dataclass(frozen=True, slots=True)
class Legs:
    """What every leg says of the candidate passages, before weighting, and whether a number is asked for.

    `telling` is each concept's weight times idf, a concept of no passage having 1; `numbers` are the candidates, ascending; `scores` has a float32 array of their length a leg; `cosines` are those of
    the question and all their sentences, candidate i's from `starts[i]` on. `said` tells, by the number of a concept that names a
    speaker, which of these sentences that speaker says.
    """

    concepts: tuple[Concept, ...]
    telling: tuple[float, ...]
    numbers: Numbers
    scores: Mapping[str, Floats]
    cosines: Floats
    starts: Numbers
    asks_number: bool = False
    said: Mapping[int, npt.NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def importance(self) -> tuple[float, ...]:
        """The concepts' shares of the question."""
        return tuple(value / sum(self.telling) for value in self.telling)

    def of(self, i: int, sentences: int) -> slice:
        """Where candidate i's sentences, so many of them, stand in `cosines`."""
        return slice(int(self.starts[i]), int(self.starts[i]) + sentences)


class _Together:
    """An encoder that encodes the question with the first texts it is asked for: one pass over its weights, not two."""

    def __init__(self, encoder: Encoder, question: str) -> None:
        self._encoder, self._question = encoder, question
        self._query: Floats | None = None
        self.model = encoder.model
        self.encode_passages = encoder.encode_passages

    @property
    def query(self) -> Floats:
        """The question's vector, float32 (dimension,)."""
        if self._query is None:
            self._query = self._encoder.encode_queries([self._question])[0]
        return self._query

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The texts' vectors, as the encoder gives them."""
        vectors = self._encoder.encode_queries([*texts, self._question])
        self._query = vectors[-1]
        return vectors[:-1]


def score_legs(
    index: Index, encoder: Encoder, question: str, glossary: Glossary | None = None, within: Numbers | None = None
) -> Legs:
    """Every leg's scores for the passages that may answer the question; with `within`, only by the sentences of those numbers.

    A question who said something is compared by what was said. Raises InputError when `within` is empty.
    """
    claim = claim_of(question)
    together = _Together(encoder, claim or question)
    words = concepts(question, index.lexicon, index.lexical, together, glossary or shipped_glossary())
    query = together.query if claim else as_statement(together.query, encoder.model)
    own = [Concept(t, {t: 1.0}, "exact") for t in dict.fromkeys(terms(question)) if t not in stopwords()]
    lexical = {
        "terms": Coverage(index.lexical, own),
        "bridges": Coverage(index.lexical, words),
    }
    numbers = _candidates(index, query, lexical) if within is None else _candidates_of(index, query, lexical, within)
    sentences, starts = _sentences_of(index, numbers)
    cosines = _sentence_cosines(index, query, sentences, within)
    said = {} if claim else _said(index, question, words, numbers, sentences)
    scores = {
        "passage": index.dense.cosines(query, numbers),
        "sentence": np.maximum.reduceat(cosines, starts),
        **{name: held.of(numbers) for name, held in lexical.items()},
    }
    unknown = index.lexical.unknown_idf()
    telling = tuple(c.weight * idf / unknown for c, idf in zip(words, lexical["bridges"].idfs, strict=True))
    shares = np.array(telling, np.float32) / max(sum(telling), 1e-9)
    credit = np.sum([shares[i] * mask for i, mask in said.items()], axis=0, dtype=np.float32)
    scores["speaker"] = np.maximum.reduceat(np.broadcast_to(credit, len(cosines)), starts)
    return Legs(tuple(words), telling, numbers, scores, cosines, starts, asks_number(question), said)


def search(
    index: Index,
    encoder: Encoder,
    question: str,
    k: int = 10,
    weights: Weights | None = None,
    glossary: Glossary | None = None,
    within: Numbers | None = None,
) -> Ranking:
    """The k best passages for a question, best first; equal scores in the order of the index.

    Passages that repeat what a better one says stand under it. With `within`, only the sentences of those
    numbers, ascending, are compared and quoted. Raises InputError for an empty or overlong question, and when `within` is empty.
    """
    question = check_question(question)
    return rank(index, question, score_legs(index, encoder, question, glossary, within), k, weights)


def rank(index: Index, question: str, legs: Legs, k: int = 10, weights: Weights | None = None) -> Ranking:
    """The k best of the legs' candidates, as `search` gives them."""
    weights = weights or Weights()
    total, shares = fuse(legs.scores, weights.to_json())
    found = [
        _hit(index, legs, i, {n: float(share[i]) for n, share in shares.items()}, weights.quote)
        for i in ranking(total, max(2 * k, _READ))
    ]
    hits = _grouped(sorted(found, key=lambda hit: (-hit.score, hit.number)), k)
    hits = tuple(replace(hit, matched=_matched(hit.passage.text, legs.concepts)) for hit in hits)
    held = np.maximum(legs.scores["bridges"], legs.scores["terms"])
    lacking = min(_lacking(hit, legs) for hit in hits[:_JUDGED])
    evidence = float(legs.scores["sentence"].max()), float(held.max()), lacking
    return Ranking(question, kind_of(question), hits, legs.concepts, evidence)


def _lacking(hit: Hit, legs: Legs) -> float:
    """How telling the most telling concept is that a hit lacks, or holds by an unlikely variant alone."""
    text, of = fold(hit.passage.text), legs.of(int(np.searchsorted(legs.numbers, hit.number)), len(hit.passage.sentences))
    held = [max((likely for v, likely in concept.variants.items() if v in text), default=0.0) for concept in legs.concepts]
    lacks = [0.0 if i in legs.said and legs.said[i][of].any() else 1 - likely for i, likely in enumerate(held)]
    return max((telling * lack for telling, lack in zip(legs.telling, lacks, strict=True)), default=0.0)


def _hit(index: Index, legs: Legs, i: np.int64, shares: dict[str, float], weight: float) -> Hit:
    number = int(legs.numbers[i])
    passage = index.passages[number]
    quotes = _sentence_scores(passage, legs.of(int(i), len(passage.sentences)), legs)
    best = int(quotes.argmax())
    found = sum(shares.values())
    shares = {**shares, "quote": weight * float(quotes[best])}
    sentences = tuple((found + weight * quotes).tolist())
    return Hit(number, passage, sum(shares.values()), best, shares, {}, sentences)


def _grouped(found: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The first k hits, each with those of `found` whose best sentence stands, nearly word for word, in its passage."""
    kept: list[tuple[set[str], list[Hit]]] = []
    for hit in found:
        said = set(terms(hit.passage.sentences[hit.best].text))
        telling = len(said) >= _TELLING
        group = next((group for held, group in kept if telling and len(said & held) >= _REPEATED * len(said)), None)
        if group is not None:
            group.append(hit)
        elif len(kept) < k:
            kept.append((set(terms(hit.passage.text)), [hit]))
    return tuple(replace(group[0], also=tuple(group[1:])) for _, group in kept)


def _candidates(index: Index, query: Floats, lexical: Mapping[str, Coverage]) -> Numbers:
    """The passages that any leg ranks high, ascending."""
    most = CANDIDATES if len(index.passages) <= _MANY else CANDIDATES // 5
    found, _ = index.dense.search(query, most)
    sentences, _ = index.dense_sentences.search(query, most)
    named = (held.best(most) for held in lexical.values())
    return np.unique(np.concatenate([found, index.passages.of_sentence[sentences].astype(np.int64), *named]))


def _candidates_of(index: Index, query: Floats, lexical: Mapping[str, Coverage], within: Numbers) -> Numbers:
    """The passages of some sentences, ascending; of very many those that any leg ranks high."""
    if not len(within):
        raise InputError("nothing is left to ask: no sentence is both in those articles and by that speaker.")
    numbers = np.unique(index.passages.of_sentence[within].astype(np.int64))
    if len(numbers) <= CANDIDATES:
        return numbers
    best = index.passages.of_sentence[_nearest(index.dense_sentences, query, within)].astype(np.int64)
    named = [
        numbers[best[scores[best] > 0]]
        for held in lexical.values()
        for scores in [held.of(numbers)]
        for best in [ranking(scores, CANDIDATES)]
    ]
    return np.unique(np.concatenate([_nearest(index.dense, query, numbers), best, *named]))


def _nearest(dense: DenseIndex | QuantisedIndex, query: Floats, ids: Numbers) -> Numbers:
    """Those CANDIDATES of some vectors that are nearest to the query."""
    scores = np.concatenate([dense.cosines(query, ids[i : i + _AT_ONCE]) for i in range(0, len(ids), _AT_ONCE)])
    return ids[ranking(scores, CANDIDATES)]


def _sentences_of(index: Index, numbers: Numbers) -> tuple[Numbers, Numbers]:
    """The sentences of the passages, one passage after the other, and where each passage's begin among them."""
    rows = index.passages.rows[numbers]
    counts = rows["sentences"].astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return np.arange(int(counts.sum())) + np.repeat(rows["sentence"] - starts, counts), starts


def _sentence_cosines(index: Index, query: Floats, sentences: Numbers, within: Numbers | None) -> Floats:
    """The cosine of the query and each sentence; those not `within` get _OUTSIDE."""
    cosines = index.dense_sentences.cosines(query, sentences)
    if within is not None:
        cosines[~np.isin(sentences, within)] = _OUTSIDE
    return cosines


def _said(
    index: Index, question: str, words: Sequence[Concept], numbers: Numbers, sentences: Numbers
) -> dict[int, npt.NDArray[np.bool_]]:
    """By the number of each concept that names a speaker, or is part of a name, which sentences of the passages that one says."""
    rows = index.passages.rows[numbers]
    articles = np.repeat(rows["article"], rows["sentences"])
    found: dict[int, npt.NDArray[np.bool_]] = {}
    for i, groups in _named(index, question, words).items():
        mask = spoken(index, groups, articles, sentences)
        if mask.any():
            found[i] = mask
    return found


def _named(index: Index, question: str, words: Sequence[Concept]) -> dict[int, list[int]]:
    """By the number of each concept that names speakers, or is part of what names them in the question, the speakers' groups."""
    found: dict[int, list[int]] = {}
    for i, concept in enumerate(words):
        sure = [variant for variant, likely in concept.variants.items() if likely >= _SURE]
        groups = sorted({group for variant in sure for group in index.utterances.called(variant)})
        if groups:
            found[i] = groups
    spelled = fold(question).split()
    for length in range(2, _NAME_WORDS + 1):
        for start in range(len(spelled) - length + 1):
            name = " ".join(spelled[start : start + length])
            groups = index.utterances.called(_POSSESSIVE.sub("", name))
            found.update((i, groups) for i, word in enumerate(words) if groups and word.source in name)
    return found


def _sentence_scores(passage: Passage, of: slice, legs: Legs) -> npt.NDArray[np.float64]:
    """How well each sentence answers: its cosine plus the share, by importance, of the question's words that it holds.

    The name of a speaker counts as held by what that speaker says. A sentence that is itself a question loses, and one with a number gains where a number is asked for.
    """
    scores = legs.cosines[of].astype(np.float64)
    folded = [fold(sentence.text) for sentence in passage.sentences]
    together = "\n".join(folded)
    for i, (concept, importance) in enumerate(zip(legs.concepts, legs.importance, strict=True)):
        found = [(v, p) for v, p in concept.variants.items() if v in together]
        if found or i in legs.said:
            held = np.array([max((p for v, p in found if v in text), default=0.0) for text in folded])
            scores += importance * (np.maximum(held, legs.said[i][of]) if i in legs.said else held)
    scores -= _ASKING * np.array([asks(text) for text in folded])
    if legs.asks_number:
        scores += _NUMBERED * np.array([bool(numbers_in(text)) for text in folded])
    return scores


def _matched(text: str, words: Sequence[Concept]) -> dict[str, tuple[str, ...]]:
    folded = fold(text)
    found = {concept.source: tuple(v for v in concept.variants if v in folded) for concept in words}
    return {source: variants for source, variants in found.items() if variants}


__all__ = ["Hit", "Legs", "Ranking", "Weights", "check_question", "rank", "score_legs", "search"]
