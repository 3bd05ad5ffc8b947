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
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rag.encoding.encoders import Encoder
from rag.indexing.index import Index
from rag.indexing.speakers import people_in, sentences_by, spoken
from rag.retrieval.bridges import Concept, Glossary, concepts, read, shipped_glossary
from rag.retrieval.candidates import MANY, among_best, candidates_within, list_near, ranked_high
from rag.retrieval.compared import Compared, Floats, Numbers
from rag.retrieval.coverage import Coverage
from rag.retrieval.statements import as_statement
from rag.text.claims import asks_number, claim_of
from rag.text.folding import fold, simplify
from rag.text.terms import terms
from rag.text.words import stopwords_of

if TYPE_CHECKING:
    from rag.retrieval.candidates import Listed

_SURE, _NAME_WORDS = 0.9, 4  # how likely a variant names who is asked for; the most words of a name
_KANA = re.compile("[\u3041-\u30ff]")
_POSSESSIVE = re.compile("['\u2019]s?$")


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
    """What every leg says of the candidate passages, before weighting; whether a number is asked for, and who says something.

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
    asks_who_says: bool = False

    @property
    def importance(self) -> tuple[float, ...]:
        """The concepts' shares of the question."""
        total = sum(self.telling)
        return tuple(value / total for value in self.telling)

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
    people = people_in(index, fold(question))
    asked = read(question, index.lexicon, index.lexical, glossary or shipped_glossary(), people)
    vectors = encoder.encode_queries([*asked.unknown, *compared_by(question)])  # in one pass over the encoder's weights
    query = mean(vectors[len(asked.unknown) :])
    query = query if claim else as_statement(query, encoder.model)
    listed = list_near(index, query) if within is None and best is not None and len(index.passages) > MANY else None
    words = concepts(asked, vectors[: len(asked.unknown)], index.lexicon, index.lexical)
    spelled = dict.fromkeys(terms(question))
    stop = stopwords_of(spelled)
    exact = [Concept(term, {term: 1.0}, "exact") for term in spelled if term not in stop]
    coverage = Coverage(index.lexical, {"terms": exact, "bridges": words})
    named = {} if claim else _named(index, question, words)
    found, held = _candidates(index, query, coverage, named, within, best, listed)
    said = _said(index, named, found)
    scores = {"passage": found.cosines, "sentence": found.best, **held}
    unknown = index.lexical.unknown_idf()
    telling = tuple(c.weight * idf / unknown for c, idf in zip(words, coverage.idfs["bridges"], strict=True))
    shares = np.array(telling, np.float32) / max(sum(telling), 1e-9)
    credit = np.sum([shares[i] * mask for i, mask in said.items()], axis=0, dtype=np.float32)
    scores["speaker"] = np.maximum.reduceat(np.broadcast_to(credit, len(found.own)), found.starts)
    asks_who = claim is not None
    return Legs(tuple(words), telling, found.numbers, scores, found.own, found.starts, asks_number(question), said, asks_who)


def compared_by(question: str) -> tuple[str, ...]:
    """The texts by the mean of whose vectors a question is compared: the claim of one who says something, else itself.

    What is in Traditional characters is also compared in Simplified ones, in which most of what encoders have read is written.
    """
    text = claim_of(question) or question
    simplified = text if _KANA.search(text) else simplify(text)
    return (text,) if simplified == text else (text, simplified)


def mean(vectors: Floats) -> Floats:
    """float32 (dimension,): the mean of unit rows, again of unit length; of one row itself."""
    total = vectors.sum(axis=0)
    return vectors[0] if len(vectors) == 1 else np.asarray(total / np.linalg.norm(total), np.float32)


def _candidates(
    index: Index,
    query: Floats,
    words: Coverage,
    named: Mapping[int, Sequence[int]],
    within: Numbers | None,
    best: tuple[int, Weights] | None,
    listed: Listed | None,
) -> tuple[Compared, dict[str, Floats]]:
    """The candidates, compared, and what the lexical legs say of them."""
    if within is not None:
        numbers = candidates_within(index, query, words, within)
    elif best is None or listed is None:
        numbers = ranked_high(index, query, words)
    else:
        found, held = among_best(index, query, listed, words, best[0], best[1].to_json())
        said = sentences_by(index, [group for groups in named.values() for group in groups]) if named else ()
        if not len(said):
            return found, held
        numbers = np.union1d(found.numbers, candidates_within(index, query, words, np.asarray(said)))
    return Compared.of(index, query, numbers, index.dense.cosines(query, numbers), within), words.of(numbers)


def _said(index: Index, named: Mapping[int, Sequence[int]], among: Compared) -> dict[int, npt.NDArray[np.bool_]]:
    """By the number of each concept that names speakers, which sentences of the passages any of them says."""
    articles = np.repeat(index.passages.rows["article"][among.numbers], among.counts)
    found: dict[int, npt.NDArray[np.bool_]] = {}
    for i, groups in named.items():
        mask = spoken(index, groups, articles, among.sentences)
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


__all__ = ["Legs", "Weights", "compared_by", "mean", "score_legs"]
