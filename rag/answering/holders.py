"""Who says so: the people who hold what a question claims, each with what they said and where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from rag.indexing.index import Entry, Index
from rag.indexing.speakers import group_of, groups_in, profile_of, utterance_at
from rag.retrieval.search import Hit, Ranking
from rag.text.claims import asks, claim_of, doubts, quoted_claim
from rag.text.folding import fold, squeeze
from rag.text.polarity import denies
from rag.types import Citation, Passage, Sentence, Speaker, digest

DEPTH = 30
"""How many passages are searched for what people say."""
# How far below the best match, and the second best passage, what a speaker says may lie, to be shown and to count as saying so, and how
# high it must be at all. Chosen on the development questions.
_SLACK, _CLEARLY, _LEAST = 0.75, 0.45, 1.0
_MOST, _HOLDERS = 3, 5
_AGREES = 0.3
# In the words that name the speaker, these say that he speaks against what was said before.
_AGAINST = re.compile(
    "\u53cd\u800c|\u5374|\u53cd\u9a73|\u53cd\u99c1|\u4e0d\u540c\u610f|\u4e0d\u8ba4\u540c|\u4e0d\u8a8d\u540c|\u4e0d\u8d5e\u540c|\u4e0d\u8d0a\u540c|\u53cd\u5bf9|\u53cd\u5c0d|\u5219\u76f8\u53cd|\u4e0d\u4ee5\u4e3a\u7136|"
    r"\bdisagree|\breject|\bdismiss|\bcounter|\bretort|\breplied|\bobject|on the other (?:side|hand)|by contrast|\bhowever\b",
    re.IGNORECASE,
)


_CLAUSE_END = re.compile("[,:;.!?\u3002\uff0c\uff1a\uff1b\u201c\u300c\n]")


@dataclass(frozen=True, slots=True)
class _Match:
    """A sentence that somebody says: how well it matches, and the number of the utterance."""

    score: float
    entry: Entry
    sentence: Sentence
    utterance: int


class Stance(StrEnum):
    """How what somebody says stands to the claim.

    Unclear: it is not as near to the claim as the best passage is, or the claim denies something and it does not. Contrasts: where the article names the speaker it says
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

    A claim in quotation marks that stands somewhere word for word is held by those who say these words, and nobody else.
    """
    quoted = quoted_claim(ranking.question)
    at_hand = [(hit, _quoting(hit, quoted)) for hit in _all(ranking.hits)]
    if not any(numbers for _, numbers in at_hand):
        at_hand = [(hit, list(range(len(hit.sentences)))) for hit, _ in at_hand]
    denied = denies(claim_of(ranking.question) or ranking.question) is not doubts(ranking.question)
    matches: dict[int, list[_Match]] = defaultdict(list)
    for hit, numbers in at_hand:
        entry = index.article_of(hit.number)
        for sentence, score in ((hit.passage.sentences[i], hit.sentences[i]) for i in numbers):
            if asks(sentence.text):
                continue
            score += _AGREES * (denies(sentence.text) is denied)
            number = utterance_at(index, entry, sentence.start, sentence.end)
            if number is not None:
                matches[group_of(index, number)].append(_Match(score, entry, sentence, number))
    if not matches:
        return ()
    said = {profile_of(index, group).speaker: found for group, found in matches.items()}
    # A source without a name, often the article's summary of them all, does not outbid those who are named.
    named = [quotes for speaker, quotes in said.items() if speaker.kind != "source"]
    # The best passage may say it in the question's very words: others are not measured by that one.
    top = sorted(hit.score for hit in ranking.hits)[-2:][0]
    best = max(top, *(match.score for found in named or said.values() for match in found))
    found = []
    for speaker, all in said.items():
        close = sorted(
            (m for m in all if m.score >= max(best - _SLACK, _LEAST)), key=lambda m: (-m.score, m.entry.id, m.sentence.start)
        )[:_MOST]
        if close:
            agrees = close[0].score >= top - _CLEARLY and (not denied or any(denies(match.sentence.text) for match in close))
            against = any(_against(index, match.entry, match.utterance) for match in close)
            stance = Stance.CONTRASTS if against else Stance.SAYS if agrees else Stance.UNCLEAR
            found.append(Holder(speaker, stance, tuple(_quote(index, match) for match in close)))
    found.sort(key=lambda h: (_ORDER.index(h.stance), h.speaker.kind == "source", -h.quotes[0].score, h.speaker.name))
    return tuple(h for stance in _ORDER for h in [h for h in found if h.stance is stance][:_HOLDERS])


def _quoting(hit: Hit, words: str) -> list[int]:
    """The numbers of the sentences that have the words, which may be none."""
    return [i for i, sentence in enumerate(hit.passage.sentences) if words and words in squeeze(fold(sentence.text))]


def mentioned(index: Index, passages: Sequence[Passage], said: Sequence[Holder]) -> tuple[Speaker, ...]:
    """The people whom the passages name, in order of first mention, other than those who say something of it there."""
    text = "\n".join(passage.text for passage in passages)
    known = {holder.speaker for holder in said}
    places: dict[Speaker, int] = {}
    for group in groups_in(index, {index.numbers[passage.article] for passage in passages}):
        speaker = profile_of(index, group).speaker
        found = [place for form in (speaker.name, *speaker.aliases) if (place := text.find(form)) >= 0]
        if found and speaker not in known and speaker.kind == "person":
            places[speaker] = min(found)
    return tuple(sorted(places, key=lambda speaker: (places[speaker], speaker.name)))


def _all(hits: tuple[Hit, ...]) -> list[Hit]:
    return [one for hit in hits for one in (hit, *hit.also)]


def _quote(index: Index, match: _Match) -> Quote:
    sentence = match.sentence
    raw = index.raw(match.entry)[sentence.start : sentence.end]
    return Quote(match.entry, sentence, Citation(match.entry.id, sentence.start, sentence.end, digest(raw)), match.score)


def _against(index: Index, entry: Entry, number: int) -> bool:
    """Whether the article says, where it names the speaker, that he speaks against something."""
    row = index.utterances.rows[number]
    start, end = int(row["cue_start"]), int(row["cue_end"])
    raw = index.raw(entry)
    clause = _CLAUSE_END.search(raw, end, end + 40)
    return bool(_AGAINST.search(raw, start, clause.start() if clause else end))


__all__ = ["DEPTH", "Holder", "Quote", "Stance", "holders", "mentioned", "speaker_json"]
