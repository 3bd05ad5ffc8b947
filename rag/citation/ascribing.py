"""To whom a draft ascribes its quotations, and whether that is who says them in the articles."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles.corpus import read
from rag.attribution.attributing import attribute
from rag.indexing.index import Index
from rag.indexing.utterances import callings, plain_name
from rag.names.surnames import romanised
from rag.text.folding import fold, has_han
from rag.types import Article, Form, Metadata, Speaker

_NEAR = 8  # ascriptions that are looked at: those of one language do not overlap
_SURE = 0.9  # confidence from which on a draft's own words tell who speaks


@dataclass(frozen=True, slots=True)
class Ascription:
    """What stands at [start, end) of a draft is said there by somebody of that name."""

    start: int
    end: int
    name: str


def ascriptions(document: str) -> list[Ascription]:
    """The quotations whose speaker the draft names beside them, read as an English text and as a Chinese one."""
    cleaned, _, blocks = read(document, "text")
    found = []
    for language in ("en", "zh"):
        article = Article("draft", "draft.txt", document, "", "utf-8", "text", Metadata(language=language), blocks)
        attribution = attribute(article, cleaned)
        persons = {s.name for s in attribution.speakers if s.kind == "person" and not s.pseudonym}
        for said in attribution.utterances:
            cue = document[slice(*said.cue)]
            beside = any(part in cue for part in (said.speaker, *said.speaker.split()))
            if said.form is Form.DIRECT and said.speaker in persons and beside and said.confidence >= _SURE:
                found.append(Ascription(said.start, said.end, said.speaker))
    return sorted(found, key=lambda one: one.start)


def ascribed(found: Sequence[Ascription], start: int, end: int) -> str | None:
    """The name of who says the range of the draft, where one of the ascriptions, in order of where they start, has half of it;
    None where there is none.
    """
    before = bisect_right(found, (start + end) // 2, key=lambda one: one.start)  # what has half of it has its middle
    near = found[max(0, before - _NEAR) : before]
    return next((one.name for one in near if 2 * (min(end, one.end) - max(start, one.start)) >= end - start), None)


def is_other(index: Index, name: str, speaker: Speaker) -> bool:
    """Whether a name in a draft is that of somebody else than the speaker of the articles.

    Short forms, the other order and pinyin are the same name; of a name in the other script it is known only where the articles
    have somebody of that name.
    """
    utterances = index.utterances
    named, own = set(utterances.called(name)), set(utterances.called(speaker.name))
    if named & own:
        return False
    written = [form for form in (plain_name(name), plain_name(romanised(fold(name)) or "")) if form]
    if any(form in calling or calling in form for form in written for calling in callings(speaker) if calling):
        return False
    return bool(named) or has_han(name) == has_han(speaker.name)


__all__ = ["Ascription", "ascribed", "ascriptions", "is_other"]
