"""What each leg says of the passages that may answer a question, each leg on one scale.

The legs are the cosine of question and passage, and of question and the passage's best sentence; the question's own terms in
the passage, and its words bridged across languages; and whether a speaker whom the question names says it. The lexical legs
are divided by what a passage that held every word of the question would get, so that a leg that cannot read the question has
little to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

from rag.bridges import Concept, Glossary, concepts, read, shipped_glossary
from rag.claims import asks_number, claim_of
from rag.coverage import Coverage
from rag.dense import DenseIndex
from rag.encoders import Encoder
from rag.errors import InputError
from rag.folding import fold
from rag.fusion import ranking
from rag.index import Index
from rag.quantised import QuantisedIndex
from rag.speakers import spoken
from rag.statements import as_statement
from rag.terms import terms
from rag.words import stopwords_of

CANDIDATES = 1_000
_MANY, _OF_MANY = 10_000, 400  # passages from which on so many candidates of a leg will do
_SLACK = 0.1  # by how much a shortlist's misses may be better than what it ranks last
_AT_ONCE = 8_192  # vectors compared at once when only some articles count
_OUTSIDE = -9.0  # the cosine of a sentence that must not be quoted
_SURE, _NAME_WORDS = 0.9, 4  # how likely a variant names who is asked for; the most words of a name
_POSSESSIVE = re.compile("['\u2019]s?$")
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
class Legs:
    """What every leg says of the candidate passages, before weighting, and whether a number is asked for.

    `telling` is each concept's weight times idf, a concept of no passage having 1; `numbers` are the candidates, ascending;
    `scores` has a float32 array of their length a leg; `cosines` are those of the question and all their sentences, candidate
    i's from `starts[i]` on. `said` tells, by the number of a concept that names a speaker, which of these sentences that
    speaker says.
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


def score_legs(
    index: Index,
    encoder: Encoder,
    question: str,
    glossary: Glossary | None = None,
    within: Numbers | None = None,
    best: tuple[int, Weights] | None = None,
) -> Legs:
    """Every leg's scores for the passages that may answer the question; with `within`, only by the sentences of those numbers.

    A question who said something is compared by what was said. With `best`, how many and by which weights, passages of a
    large index that cannot be among so many best ones are left out. Raises InputError when `within` is empty.
    """
    claim = claim_of(question)
    asked = read(question, index.lexicon, index.lexical, glossary or shipped_glossary())
    vectors = encoder.encode_queries([*asked.unknown, claim or question])  # in one pass over the encoder's weights
    query = vectors[-1] if claim else as_statement(vectors[-1], encoder.model)
    words = concepts(asked, vectors[:-1], index.lexicon, index.lexical)
    spelled = dict.fromkeys(terms(question))
    own = [Concept(term, {term: 1.0}, "exact") for term in spelled if term not in stopwords_of(spelled)]
    lexical = {
        "terms": Coverage(index.lexical, own),
        "bridges": Coverage(index.lexical, words),
    }
    named = {} if claim else _named(index, question, words)
    numbers, held = _chosen(index, query, lexical, within, None if named else best)
    sentences, starts = _sentences_of(index, numbers)
    cosines = _sentence_cosines(index, query, sentences, within)
    said = _said(index, named, numbers, sentences)
    scores = {
        "passage": index.dense.cosines(query, numbers),
        "sentence": np.maximum.reduceat(cosines, starts),
        **held,
    }
    unknown = index.lexical.unknown_idf()
    telling = tuple(c.weight * idf / unknown for c, idf in zip(words, lexical["bridges"].idfs, strict=True))
    shares = np.array(telling, np.float32) / max(sum(telling), 1e-9)
    credit = np.sum([shares[i] * mask for i, mask in said.items()], axis=0, dtype=np.float32)
    scores["speaker"] = np.maximum.reduceat(np.broadcast_to(credit, len(cosines)), starts)
    return Legs(tuple(words), telling, numbers, scores, cosines, starts, asks_number(question), said)


def _chosen(
    index: Index, query: Floats, lexical: Mapping[str, Coverage], within: Numbers | None, best: tuple[int, Weights] | None
) -> tuple[Numbers, dict[str, Floats]]:
    """The candidates, ascending, and what the lexical legs say of them; of a large index only those that can be among the best."""
    if within is not None:
        numbers = _candidates_of(index, query, lexical, within)
        return numbers, {name: coverage.of(numbers) for name, coverage in lexical.items()}
    numbers, most = _candidates(index, query, lexical)
    held = {name: coverage.of(numbers) for name, coverage in lexical.items()}
    if best is None or len(index.passages) <= _MANY:
        return numbers, held
    reaching = _reaching(index, query, numbers, held, most, best)
    return numbers[reaching], {name: scores[reaching] for name, scores in held.items()}


def _candidates(index: Index, query: Floats, lexical: Mapping[str, Coverage]) -> tuple[Numbers, dict[str, Floats]]:
    """The passages that any leg ranks high, ascending, and the most that the dense legs can say of each.

    That is a leg's score where it ranks the passage high, else the lowest score that it ranks high.
    """
    count = CANDIDATES if len(index.passages) <= _MANY else _OF_MANY
    found, cosines = index.dense.search(query, count)
    sentences, own = index.dense_sentences.search(query, count)
    holding = index.passages.of_sentence[sentences].astype(np.int64)
    numbers = np.unique(np.concatenate([found, holding, *(held.best(count) for held in lexical.values())]))
    most = {}
    for name, ranked, scores in (("passage", found, cosines), ("sentence", holding, own)):
        most[name] = np.full(len(numbers), scores.min(initial=1.0), np.float32)
        np.maximum.at(most[name], np.searchsorted(numbers, ranked), scores)
    return numbers, most


def _reaching(
    index: Index,
    query: Floats,
    numbers: Numbers,
    held: Mapping[str, Floats],
    most: Mapping[str, Floats],
    best: tuple[int, Weights],
) -> npt.NDArray[np.bool_]:
    """Which candidates can be among the best, given the `most` that the dense legs can say of each.

    Those that can be best are scored first; who cannot reach the last of the best among them is out (the threshold algorithm:
    Fagin, Lotem & Naor, 2003). Those that hold the most of the question's words stay, because the confidence asks for them.
    """
    count, weight = best[0], best[1].to_json()
    lexical = np.sum([weight[name] * scores for name, scores in held.items()], axis=0)
    highest = lexical + sum(weight[name] * scores for name, scores in most.items())
    reaching = np.ones(len(numbers), np.bool_)
    if len(numbers) > 2 * count:
        some = np.sort(ranking(highest, 2 * count))
        sentences, starts = _sentences_of(index, numbers[some])
        own = np.maximum.reduceat(_sentence_cosines(index, query, sentences, None), starts)
        sure = lexical[some] + weight["passage"] * index.dense.cosines(query, numbers[some]) + weight["sentence"] * own
        least = np.partition(sure, len(sure) - count)[len(sure) - count]
        reaching = highest + _SLACK >= least
        reaching[some] = sure >= least
        reaching[[int(scores.argmax()) for scores in held.values()]] = True
    return np.asarray(reaching)


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
    index: Index, named: Mapping[int, Sequence[int]], numbers: Numbers, sentences: Numbers
) -> dict[int, npt.NDArray[np.bool_]]:
    """By the number of each concept that names speakers, which sentences of the passages any of them says."""
    rows = index.passages.rows[numbers]
    articles = np.repeat(rows["article"], rows["sentences"])
    found: dict[int, npt.NDArray[np.bool_]] = {}
    for i, groups in named.items():
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
            name = _POSSESSIVE.sub("", " ".join(spelled[start : start + length]))
            groups = index.utterances.called(name)
            found.update((i, groups) for i, word in enumerate(words) if groups and set(word.source.split()) <= set(name.split()))
    return found


__all__ = ["CANDIDATES", "Floats", "Legs", "Numbers", "Weights", "score_legs"]
