"""Find the passages that answer a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rag.encoders import Encoder
from rag.errors import InputError
from rag.fusion import fuse, ranking, scale_to_best
from rag.index import Index
from rag.terms import terms
from rag.types import Passage

MAX_QUESTION = 2_000
CANDIDATES = 1_000


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each leg counts. Found on the development questions by `eval/tune.py`."""

    passage: float = 0.7
    sentence: float = 1.0
    lexical: float = 0.3

    def to_json(self) -> dict[str, float]:
        """The weights by leg."""
        return {"passage": self.passage, "sentence": self.sentence, "lexical": self.lexical}


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `best` is the number, within the passage, of the sentence nearest to the question; `shares` is what each leg gave to
    the score, and their sum is the score.
    """

    number: int
    passage: Passage
    score: float
    best: int
    shares: Mapping[str, float]
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits, best first, and the evidence by which to judge whether they answer the question at all."""

    question: str
    hits: tuple[Hit, ...]
    similarity: float = 0.0
    coverage: float = 0.0
    warnings: tuple[str, ...] = field(default=())


def check_question(question: str) -> str:
    """The question without outer white space. Raises InputError when it is empty or too long."""
    text = " ".join(question.split())
    if not text:
        raise InputError("the question is empty; ask something, as in: rag ask \"who thinks startups can't beat big tech?\"")
    if len(text) > MAX_QUESTION:
        raise InputError(f"the question has {len(text):,} characters, more than {MAX_QUESTION:,}; to find a long quotation use 'rag locate'.")
    return text


def search(index: Index, encoder: Encoder, question: str, k: int = 10, weights: Weights | None = None) -> Ranking:
    """The k best passages for a question, best first; equal scores in the order of the index.

    Legs: cosine of question and passage, cosine of question and the passage's best sentence, BM25 of the question's terms
    divided by the best passage's. Raises InputError for an empty or overlong question.
    """
    question = check_question(question)
    weights = weights or Weights()
    query = encoder.encode_queries([question])[0]
    wanted = terms(question)
    lexical = index.lexical.scores({term: float(wanted.count(term)) for term in set(wanted)})

    found, _ = index.dense.search(query, CANDIDATES)
    sentences, _ = index.dense_sentences.search(query, CANDIDATES)
    numbers = np.unique(np.concatenate([found, index.passages.of_sentence[sentences], ranking(lexical, CANDIDATES)]))

    rows = index.passages.rows[numbers]
    counts = rows["sentences"].astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    flat = np.arange(int(counts.sum())) + np.repeat(rows["sentence"] - starts, counts)
    cosines = index.dense_sentences.vectors(flat) @ query
    nearest = np.maximum.reduceat(cosines, starts)

    legs = {
        "passage": index.dense.vectors(numbers) @ query,
        "sentence": nearest,
        "lexical": scale_to_best(lexical)[numbers],
    }
    total, shares = fuse(legs, weights.to_json())
    hits = []
    for i in ranking(total, k):
        number = int(numbers[i])
        passage = index.passages[number]
        held = set(terms(passage.text))
        hits.append(
            Hit(
                number=number,
                passage=passage,
                score=float(total[i]),
                best=int(cosines[starts[i] : starts[i] + counts[i]].argmax()),
                shares={name: float(share[i]) for name, share in shares.items()},
                matched=tuple(dict.fromkeys(term for term in wanted if term in held)),
            )
        )
    return Ranking(question, tuple(hits), similarity=float(nearest.max()), coverage=_coverage(index, wanted, hits))


def _coverage(index: Index, wanted: list[str], hits: list[Hit]) -> float:
    """The share of the question's terms, by idf, that the best hit holds; 0 without terms."""
    unknown = float(np.log1p(2 * len(index.passages) + 1))
    weight = {term: index.lexical.idf(term) or unknown for term in set(wanted)}
    held = sum(weight[term] for term in hits[0].matched) if hits else 0.0
    return held / sum(weight.values()) if weight else 0.0


__all__ = ["Hit", "Ranking", "Weights", "check_question", "search"]
