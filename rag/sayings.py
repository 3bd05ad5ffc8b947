"""All that one speaker says, in order, each with its citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.cleaning import CleanText
from rag.corpus import read
from rag.index import Entry, Index
from rag.speakers import Profile
from rag.types import Citation, digest


@dataclass(frozen=True, slots=True)
class Saying:
    """An utterance: its article, its readable text, its citation, its form, and the citation of the cue that names the speaker."""

    entry: Entry
    text: str
    citation: Citation
    form: str
    cue: Citation
    confidence: float

    def to_json(self) -> dict[str, Any]:
        """The object that stands in `utterances` of a speaker."""
        return {
            "citation": str(self.citation),
            "digest": self.citation.digest,
            "article": self.entry.id,
            "start": self.citation.start,
            "end": self.citation.end,
            "text": self.text,
            "form": self.form,
            "cue": str(self.cue),
            "confidence": self.confidence,
        }


def sayings(index: Index, profile: Profile) -> list[Saying]:
    """What a speaker says, in order of the articles and their text."""
    found = []
    cleaned: tuple[int, str, CleanText] | None = None
    for number in profile.utterances:
        utterance = index.utterances[number]
        article = int(index.utterances.rows[number]["article"])
        entry = index.entries[article]
        if cleaned is None or cleaned[0] != article:
            raw = index.raw(entry)
            cleaned = (article, raw, read(raw, entry.format)[0])
        _, raw, clean = cleaned
        start, end = clean.clean_range(utterance.start, utterance.end)
        citation = Citation(entry.id, utterance.start, utterance.end, digest(raw[utterance.start : utterance.end]))
        cue = Citation(entry.id, *utterance.cue)
        found.append(Saying(entry, clean.text[start:end], citation, str(utterance.form), cue, utterance.confidence))
    return found


__all__ = ["Saying", "sayings"]
