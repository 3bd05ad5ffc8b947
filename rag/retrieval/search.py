"""Find the passages that answer a question.

What the legs say is weighted and added (CombSUM). The best passages are then read, and the sentence that would be quoted counts
once more, by meaning and words together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.index import Index
from rag.indexing.ranking import ranking
from rag.retrieval.absent import absent_names
from rag.retrieval.bridges import Concept, Glossary
from rag.retrieval.compared import Numbers
from rag.retrieval.fusion import fuse
from rag.retrieval.legs import Legs, Weights, score_legs
from rag.retrieval.quotes import Scores, quote_scores
from rag.text.claims import kind_of
from rag.text.folding import fold
from rag.text.terms import terms
from rag.types import Passage

MAX_QUESTION = 2_000
_JUDGED = 3  # hits by which it is judged whether a word is lacking
_READ = 20  # the fewest passages whose sentences are read for the best one
Evidence = tuple[float, float, float, float, float, float]
_TELLING, _REPEATED = 7, 2 / 3  # the fewest pairs of neighbouring terms of a repetition, and the share that must recur


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `best` is the number, within the passage, of the sentence that answers best; `shares` is what each leg gave to the
    score, and their sum is the score; `sentences` is the score that the hit would have with each sentence as its quote;
    `matched` is the corpus words found in the passage, by the question word they stand for; `also` are worse hits that repeat
    its words, as when two articles carry one quotation.
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

    `evidence`: the highest cosine of the question with any sentence; the highest share, by idf and bridged, of its words that
    any passage holds; how telling the most telling word is, by idf, that even the best of the first three hits lacks, 1 being
    a word that no passage has; 1 if no article has a name in the question, else 0; the logarithm of one and how much is asked, all
    words together: a large share of little is soon had by chance; and the share of it, 0 to 1, that the articles have in the
    question's own words: in one language everything lies closer. `absent` are the names that no article has.
    """

    question: str
    kind: str
    hits: tuple[Hit, ...]
    concepts: tuple[Concept, ...] = ()
    evidence: Evidence = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    absent: tuple[str, ...] = ()


def check_question(question: str) -> str:
    """The question without outer white space. Raises InputError when it is empty or too long."""
    text = " ".join(question.split())
    if not text:
        raise InputError('the question is empty; ask something, as in: rag ask "who thinks startups can\'t beat big tech?"')
    if len(text) > MAX_QUESTION:
        raise InputError(f"the question has {len(text):,} characters; the most is {MAX_QUESTION:,}: ask something shorter.")
    return text


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
    weights = weights or Weights()
    legs = score_legs(index, encoder, question, glossary, within, best=(_depth(k), weights))
    return rank(index, question, legs, k, weights)


def rank(index: Index, question: str, legs: Legs, k: int = 10, weights: Weights | None = None) -> Ranking:
    """The k best of the legs' candidates, as `search` gives them."""
    weights = weights or Weights()
    total, shares = fuse(legs.scores, weights.to_json())
    chosen = ranking(total, _depth(k))
    passages = [index.passages[number] for number in legs.numbers[chosen].tolist()]
    quotes = quote_scores(passages, chosen, legs)
    found = [
        _hit(int(legs.numbers[i]), passage, {name: float(share[i]) for name, share in shares.items()}, scores, weights.quote)
        for i, passage, scores in zip(chosen, passages, quotes, strict=True)
    ]
    grouped = _grouped(sorted(found, key=lambda hit: (-hit.score, hit.number)), max(k, _JUDGED))
    hits = tuple(replace(hit, matched=_matched(hit.passage.text, legs.concepts)) for hit in grouped[:k])
    held = np.maximum(legs.scores["bridges"], legs.scores["terms"])
    lacking = min(_lacking(hit, legs) for hit in grouped[:_JUDGED])
    absent = tuple(absent_names(question, legs.concepts, index.lexical))
    asked = sum(legs.telling)
    own = sum(telling for concept, telling in zip(legs.concepts, legs.telling, strict=True) if concept.via == "exact")
    evidence = (
        float(legs.scores["sentence"].max()), float(held.max()), lacking, float(bool(absent)), math.log1p(asked), own / max(asked, 1e-9),
    )  # fmt: skip
    return Ranking(question, kind_of(question), hits, legs.concepts, evidence, absent)


def _depth(k: int) -> int:
    """How many passages are read so that k can be printed."""
    return max(2 * k, _READ)


def _lacking(hit: Hit, legs: Legs) -> float:
    """How telling the most telling concept is that a hit lacks, or holds by an unlikely variant alone."""
    text, of = fold(hit.passage.text), legs.of(int(np.searchsorted(legs.numbers, hit.number)), len(hit.passage.sentences))
    held = [max((likely for v, likely in concept.variants.items() if v in text), default=0.0) for concept in legs.concepts]
    lacks = [0.0 if i in legs.said and legs.said[i][of].any() else 1 - likely for i, likely in enumerate(held)]
    return max((telling * lack for telling, lack in zip(legs.telling, lacks, strict=True)), default=0.0)


def _hit(number: int, passage: Passage, shares: dict[str, float], quotes: Scores, weight: float) -> Hit:
    best = int(quotes.argmax())
    found = sum(shares.values())
    shares = {**shares, "quote": weight * float(quotes[best])}
    sentences = tuple((found + weight * quotes).tolist())
    return Hit(number, passage, sum(shares.values()), best, shares, {}, sentences)


def _grouped(found: Sequence[Hit], k: int) -> tuple[Hit, ...]:
    """The first k hits, each with those of `found` whose best sentence stands, nearly word for word, in its passage.

    Words in another order do not count: a long passage has most of the words of many a sentence.
    """
    kept: list[tuple[set[tuple[str, str]], list[Hit]]] = []
    for hit in found:
        said = _pairs(hit.passage.sentences[hit.best].text)
        telling = len(said) >= _TELLING
        group = next((group for held, group in kept if telling and len(said & held) >= _REPEATED * len(said)), None)
        if group is not None:
            group.append(hit)
        elif len(kept) < k:
            kept.append((_pairs(hit.passage.text), [hit]))
    return tuple(replace(group[0], also=tuple(group[1:])) for _, group in kept)


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(terms(text)))


def _matched(text: str, words: Sequence[Concept]) -> dict[str, tuple[str, ...]]:
    folded = fold(text)
    found = {concept.source: tuple(v for v in concept.variants if v in folded) for concept in words}
    return {source: variants for source, variants in found.items() if variants}


__all__ = ["Hit", "Ranking", "check_question", "rank", "search"]
