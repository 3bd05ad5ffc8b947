"""All that one speaker says, in order, each with its citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.articles.corpus import read
from rag.indexing.index import Entry, Index
from rag.indexing.speakers import Profile
from rag.text.cleaning import CleanText
from rag.types import Citation, Form, digest

_VERBATIM = (Form.INTERVIEW, Form.TALK)
_OPENING, _CLOSING = tuple('\u201c\u300c\u300e\u00ab\u201e"'), tuple('\u201d\u300d\u300f\u00bb\u201c"')


@dataclass(frozen=True, slots=True)
class Saying:
    """An utterance: its article, its readable text, its citation, its form, and the citation of the cue that names the speaker.

    `quoted` tells words between quotation marks, or of an interview or talk, from the article's account of what was said.
    """

    entry: Entry
    text: str
    citation: Citation
    form: str
    quoted: bool
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
            "quoted": self.quoted,
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
        quoted = utterance.form in _VERBATIM or _marked(raw, utterance.start, utterance.end)
        text = clean.text[start:end]
        found.append(Saying(entry, text, citation, str(utterance.form), quoted, cue, utterance.confidence))
    return found


def _marked(raw: str, start: int, end: int) -> bool:
    """Whether quotation marks stand around a range, straight ones an odd number of which stands before it in its line."""
    before = raw[raw.rfind("\n", 0, start) + 1 : start]
    if before.rstrip()[-1:] == '"' and before.count('"') % 2 == 0:
        return False
    return raw[max(0, start - 3) : start].rstrip()[-1:] in _OPENING and raw[end : end + 3].lstrip()[:1] in _CLOSING


__all__ = ["Saying", "sayings"]
