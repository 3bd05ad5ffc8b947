"""Compose an answer from what was retrieved, and decide whether there is one."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.answering.holders import DEPTH, Holder, Stance, holders, mentioned
from rag.encoding.encoders import EMBEDDED, Encoder
from rag.indexing.index import Entry, Index
from rag.indexing.speakers import speaker_at
from rag.retrieval.bridges import open_glossary
from rag.retrieval.compared import Numbers
from rag.retrieval.reranking import RERANKED, Reranker, rerank
from rag.retrieval.search import Evidence, Hit, Ranking, search
from rag.text.claims import asserts, claim_of
from rag.text.scripts import foreign_to_use
from rag.types import Citation, Sentence, Speaker, digest

# Logistic regression of "the articles answer it" on a ranking's evidence, fitted by eval/tune.py on the development
# questions, short ones too, and on the first half of XQuAD-R, with and without the paragraph that answers.
_INTERCEPT, _EVIDENCE = -7.55, (17.72, 8.14, -2.24, -2.3, 1.09, 2.45, -8.92)
# The highest, in steps of 0.05, at which no more than 2% are refused of the answerable development questions, nor of the short ones.
THRESHOLD = 0.25
_CLEARLY = 0.7  # confidence from which on an answer needs no warning
_SURELY = 0.1  # confidence below which it is said flatly that there is no answer
_LISTED = 3  # copies of an article that are cited beside it


@dataclass(frozen=True, slots=True)
class Cited:
    """A hit with its article, its citation and its best sentence; `also` are passages that repeat it, citations and all.

    `copies` counts the other articles whose files are the same as this one's; the first few of them stand in `also`.
    """

    rank: int
    hit: Hit
    entry: Entry
    citation: Citation
    quote: Sentence
    speaker: Speaker | None = None
    also: tuple[Cited, ...] = ()
    copies: int = 0

    def to_json(self, *, explain: bool = False) -> dict[str, Any]:
        """The object that stands in `passages` of an answer; with `explain`, what each leg gave as well."""
        passage, metadata = self.hit.passage, self.entry.metadata
        fields: dict[str, Any] = {
            "rank": self.rank,
            "score": round(self.hit.score, 4),
            "citation": str(self.citation),
            "digest": self.citation.digest,
            "article": self.entry.id,
            "title": metadata.title,
            "publisher": metadata.publisher,
            "date": metadata.date,
            "start": passage.start,
            "end": passage.end,
            "text": passage.text,
            "quote": {"start": self.quote.start, "end": self.quote.end, "text": self.quote.text},
            "speaker": {"name": self.speaker.name, "role": self.speaker.role} if self.speaker else None,
        }
        if self.also:
            names = ("citation", "digest", "article", "title", "publisher", "date", "start", "end", "text", "quote")
            fields["also"] = [{name: value for name, value in cited.to_json().items() if name in names} for cited in self.also]
        if self.copies:
            fields["copies"] = self.copies
        if explain:
            fields["explain"] = {
                "legs": {name: round(share, 4) for name, share in self.hit.shares.items()},
                "matched": {source: list(found) for source, found in self.hit.matched.items()},
            }
        return fields


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question: passages best first, and whether they answer it (`answered`).

    `confidence` is the estimated probability, 0 to 1, that the articles answer the question. To a question who says
    something, `speakers` are those who do, best match first, and `mentioned` others whom the passages name.
    """

    question: str
    kind: str
    answered: bool
    confidence: float
    passages: tuple[Cited, ...]
    speakers: tuple[Holder, ...] = ()
    mentioned: tuple[Speaker, ...] = ()
    warnings: tuple[str, ...] = ()

    def refusal(self) -> str | None:
        """What to say of a question that the articles do not answer, without a full stop; None where they do."""
        if self.answered:
            return None
        return "These articles do not say" if self.confidence < _SURELY else "These articles probably do not say"

    def standing(self) -> str | None:
        """How sure the answer is, in words; None where there is none."""
        if not self.answered:
            return None
        return f"Confidence {min(self.confidence, 0.99):.2f}" + (
            "" if self.confidence >= _CLEARLY else ": see whether the passages answer it."
        )

    def to_json(
        self, index: Index, *, id: str | int | None = None, took_ms: float = 0.0, explain: bool = False
    ) -> dict[str, Any]:
        """The object that `rag ask --json` prints: `speakers` are those who say so, `others` those of another stance."""
        others = [holder.to_json() for holder in self.speakers if holder.stance is not Stance.SAYS]
        return {
            "id": id,
            "question": self.question,
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "kind": self.kind,
            "passages": [cited.to_json(explain=explain) for cited in self.passages],
            "speakers": [holder.to_json() for holder in self.speakers if holder.stance is Stance.SAYS],
            **({"others": others} if others else {}),
            **({"mentioned": [speaker.name for speaker in self.mentioned]} if self.mentioned else {}),
            **({"warnings": list(self.warnings)} if self.warnings else {}),
            "index": {"articles": len(index.entries), "passages": len(index.passages), "model": index.model.name},
            "took_ms": round(took_ms, 2),
        }


def answer(
    index: Index,
    encoder: Encoder,
    question: str,
    k: int = 10,
    *,
    within: Numbers | None = None,
    reranker: Reranker | None = None,
) -> Answer:
    """Ask an index a question: the k best passages, whether they answer it, and any warning.

    With `within`, only the sentences of those numbers are asked. A `reranker` orders the best passages anew; whether they
    answer is judged as without it. Terms in a file glossary.txt of the index folder count beside the shipped ones. It is
    warned of languages that the encoder does not know, of names that no article has, and of cited files that are not as they
    were indexed. Raises InputError for an empty or overlong question.
    """
    depth = max(k, DEPTH if claim_of(question) else k, RERANKED if reranker else k)
    ranking = search(index, encoder, question, depth, glossary=open_glossary(index.folder), within=within)
    found = compose(index, rerank(ranking, reranker) if reranker else ranking, k)
    foreign = foreign_to_use(question) if encoder.model.name == EMBEDDED else None
    warnings = [f"{EMBEDDED} does not know {foreign}; what it finds may be chance."] if foreign else []
    if ranking.absent:
        warnings.append(f"no article has {' or '.join(ranking.absent)} as it is written here; the passages may be about others.")
    changed = [entry.id for entry in dict.fromkeys(cited.entry for cited in found.passages) if _has_changed(entry)]
    if changed:
        warnings.append(f"not as it was indexed: {', '.join(changed)}; 'rag index' brings the index up to date.")
    return replace(found, warnings=tuple(warnings))


def _has_changed(entry: Entry) -> bool:
    """Whether an article's file is gone or no longer has the bytes that were indexed."""
    path = Path(entry.path)
    try:
        if not path.is_file():
            return True
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != entry.sha256
    except OSError:
        return True


def features(evidence: Evidence) -> tuple[float, ...]:
    """What the confidence is a logistic function of: the evidence, and how near the best sentence is where the words are the same."""
    return *evidence, evidence[0] * evidence[5]


def confidence(ranking: Ranking) -> float:
    """The estimated probability, 0 to 1, that the articles answer the question."""
    z = _INTERCEPT + sum(weight * value for weight, value in zip(_EVIDENCE, features(ranking.evidence), strict=True))
    return 1 / (1 + math.exp(-z))


def _asks(ranking: Ranking) -> bool:
    """Whether there is anything in the question that an article could be about: not in "2 + 2", nor in stop words."""
    return any(len(concept.source) > 2 or not concept.source.isdigit() for concept in ranking.concepts)


def compose(index: Index, ranking: Ranking, k: int | None = None) -> Answer:
    """The answer that a ranking gives, with its first k passages; None: with all."""
    level = confidence(ranking) if ranking.hits and _asks(ranking) else 0.0
    cited = tuple(_cite(index, rank, hit) for rank, hit in enumerate(ranking.hits[:k], 1))
    answered = level >= THRESHOLD
    speakers = holders(index, ranking) if answered and asserts(ranking.question) else ()
    others = mentioned(index, [one.hit.passage for one in cited], speakers) if speakers else ()
    return Answer(ranking.question, ranking.kind, answered, level, cited, speakers, others)


def _cite(index: Index, rank: int, hit: Hit) -> Cited:
    entry = index.article_of(hit.number)
    passage = hit.passage
    raw = index.raw(entry)[passage.start : passage.end]
    citation = Citation(entry.id, passage.start, passage.end, digest(raw))
    quote = passage.sentences[hit.best]
    cited = Cited(rank, hit, entry, citation, quote, speaker_at(index, entry, quote.start, quote.end))
    copies = index.copies_of(entry)
    same = [replace(cited, entry=copy, citation=replace(citation, article=copy.id)) for copy in copies[:_LISTED]]
    return replace(cited, also=(*same, *(_cite(index, rank, other) for other in hit.also)), copies=len(copies))


__all__ = ["THRESHOLD", "Answer", "Cited", "answer", "compose", "confidence", "features"]
