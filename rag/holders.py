"""Who says so: the people who hold what a question claims, each with what they said and where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from rag.claims import asks, claim_of
from rag.index import Entry, Index
from rag.polarity import denies
from rag.retrieval import Hit, Ranking
from rag.speakers import profiles, utterance_at
from rag.types import Citation, Passage, Sentence, Speaker, digest

DEPTH = 30
"""How many passages are searched for what people say."""
# How far below the best match, and below the best passage, another speaker's may lie. Chosen on the development questions.
_SLACK = 0.75
_MOST, _HOLDERS = 3, 5
_AGREES = 0.3
# In the words that name the speaker, these say that he speaks against what was said before.
_AGAINST = re.compile(
    "\u53cd\u800c|\u5374|\u53cd\u9a73|\u53cd\u99c1|\u4e0d\u540c\u610f|\u4e0d\u8ba4\u540c|\u4e0d\u8a8d\u540c|\u4e0d\u8d5e\u540c|\u4e0d\u8d0a\u540c|\u53cd\u5bf9|\u53cd\u5c0d|\u5219\u76f8\u53cd|\u4e0d\u4ee5\u4e3a\u7136|"
    r"\bdisagree|\breject|\bdismiss|\bcounter|\bretort|\breplied|\bobject|on the other (?:side|hand)|by contrast|\bhowever\b",
    re.IGNORECASE,
)


_CLAUSE_END = re.compile("[,:;.!?\u3002\uff0c\uff1a\uff1b\u201c\u300c\n]")


class Stance(StrEnum):
    """How what somebody says stands to the claim.

    Unclear: the claim denies something and no matching sentence does. Contrasts: where the article names the speaker it says
    that he speaks against something.
    """

    SAYS = "says"
    UNCLEAR = "unclear"
    CONTRASTS = "contrasts"


_ORDER = tuple(Stance)


@dataclass(frozen=True, slots=True)
class Quote:
    """Something a holder says: the sentence, its citation and how well it matches the claim."""

    entry: Entry
    sentence: Sentence
    citation: Citation
    score: float

    def to_json(self) -> dict[str, Any]:
        """The object that stands in `quotes` of a speaker."""
        return {
            "citation": str(self.citation),
            "digest": self.citation.digest,
            "article": self.entry.id,
            "start": self.sentence.start,
            "end": self.sentence.end,
            "text": self.sentence.text,
        }


@dataclass(frozen=True, slots=True)
class Holder:
    """A speaker and one to three sentences that match the claim best, best first."""

    speaker: Speaker
    stance: Stance
    quotes: tuple[Quote, ...]

    def to_json(self) -> dict[str, Any]:
        """The object that stands in `speakers` of an answer."""
        return {
            **speaker_json(self.speaker),
            "stance": str(self.stance),
            "citations": [str(quote.citation) for quote in self.quotes],
            "quotes": [quote.to_json() for quote in self.quotes],
        }


def speaker_json(speaker: Speaker) -> dict[str, Any]:
    """All that is known of a speaker as a JSON object."""
    return {**asdict(speaker), "aliases": list(speaker.aliases)}


def holders(index: Index, ranking: Ranking) -> tuple[Holder, ...]:
    """The speakers who say what the question claims, those with a name first, best match first; then those who do not
    clearly say so, and those whom the articles set against it.
    """
    owners = {n: p.speaker for p in profiles(index) for n in p.utterances}
    denied = denies(claim_of(ranking.question) or ranking.question)
    said: dict[Speaker, list[tuple[Quote, bool]]] = defaultdict(list)
    for hit in _all(ranking.hits):
        entry = index.article_of(hit.number)
        for sentence, score in zip(hit.passage.sentences, hit.sentences, strict=True):
            if asks(sentence.text):
                continue
            score += _AGREES * (denies(sentence.text) is denied)
            number = utterance_at(index, entry, sentence.start, sentence.end)
            if number is not None:
                quote = _quote(index, entry, sentence, score)
                said[owners[number]].append((quote, _against(index, entry, number)))
    if not said:
        return ()
    # A source without a name, often the article's summary of them all, does not outbid those who are named.
    named = [quotes for speaker, quotes in said.items() if speaker.kind != "source"]
    best = max(quote.score for quotes in named or said.values() for quote, _ in quotes)
    found = []
    for speaker, quotes in said.items():
        close = sorted((q for q in quotes if q[0].score >= best - _SLACK), key=lambda q: (-q[0].score, str(q[0].citation)))
        if close:
            agrees = not denied or any(denies(q.sentence.text) for q, _ in close[:_MOST])
            stance = (
                Stance.CONTRASTS if any(against for _, against in close[:_MOST]) else Stance.SAYS if agrees else Stance.UNCLEAR
            )
            found.append(Holder(speaker, stance, tuple(q for q, _ in close[:_MOST])))
    found.sort(key=lambda h: (_ORDER.index(h.stance), h.speaker.kind == "source", -h.quotes[0].score, h.speaker.name))
    return tuple(h for stance in _ORDER for h in [h for h in found if h.stance is stance][:_HOLDERS])


def mentioned(index: Index, passages: Sequence[Passage], said: Sequence[Holder]) -> tuple[Speaker, ...]:
    """The people whom the passages name, in order of first mention, other than those who say something of it there."""
    text = "\n".join(passage.text for passage in passages)
    known = {holder.speaker for holder in said}
    places: dict[Speaker, int] = {}
    for profile in profiles(index):
        speaker = profile.speaker
        found = [place for form in (speaker.name, *speaker.aliases) if (place := text.find(form)) >= 0]
        if found and speaker not in known and speaker.kind == "person":
            places[speaker] = min(found)
    return tuple(sorted(places, key=lambda speaker: (places[speaker], speaker.name)))


def _all(hits: tuple[Hit, ...]) -> list[Hit]:
    return [one for hit in hits for one in (hit, *hit.also)]


def _quote(index: Index, entry: Entry, sentence: Sentence, score: float) -> Quote:
    raw = index.raw(entry)[sentence.start : sentence.end]
    return Quote(entry, sentence, Citation(entry.id, sentence.start, sentence.end, digest(raw)), score)


def _against(index: Index, entry: Entry, number: int) -> bool:
    """Whether the article says, where it names the speaker, that he speaks against something."""
    row = index.utterances.rows[number]
    start, end = int(row["cue_start"]), int(row["cue_end"])
    raw = index.raw(entry)
    clause = _CLAUSE_END.search(raw, end, end + 40)
    return bool(_AGAINST.search(raw, start, clause.start() if clause else end))


__all__ = ["DEPTH", "Holder", "Quote", "Stance", "holders", "mentioned", "speaker_json"]
