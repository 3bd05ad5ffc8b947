"""To whom a draft ascribes its quotations, and whether that is who says them in the articles."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.articles.corpus import read
from rag.attribution.attributing import attribute
from rag.indexing.index import Index
from rag.indexing.utterances import callings, plain_name
from rag.names.surnames import romanised
from rag.text.folding import fold, has_han
from rag.types import Article, Form, Metadata, Speaker

_NEAR = 8  # ascriptions that are looked at: those of one language do not overlap
_SURE = 0.9  # confidence from which on a draft's own words tell who speaks
_BESIDE = 80  # characters before and behind a quotation in which a name stands alone

_NAME = r"[*_]*(?P<name>[^\W\d_]+(?:[ .'\u2019\u00b7\u30fb-]{1,2}[^\W\d_]+){0,4})[*_]*"
_CITED = r"(?:[\s>*_]|\[[^\[\]\n]{,60}\])*"
_BEHIND_DASH = re.compile(
    rf"{_CITED}[-\u2013\u2014\u2015\u2500]{{1,3}}[ ]*{_NAME}(?:[.\u3002]?[ ]*(?=\n|$)|[ ]*[,\uff0c(\uff08\[](?P<rest>[^\n]*))"
)
_IN_BRACKETS = re.compile(rf"{_CITED}[(\uff08]{_NAME}(?:[,\uff0c] ?\d[^()\uff08\uff09\n]{{,20}})?[)\uff09]")
_LABEL = re.compile(rf"(?:^|\n)[\s>*_\u2022-]*{_NAME}[*_]* ?[:\uff1a][\s*_]*$")
_ENDED = tuple(".!?\u3002\uff01\uff1f")


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


def named_alone(index: Index, document: str, start: int, end: int) -> str | None:
    """The person whose name stands alone beside the quotation at [start, end): behind a dash, in brackets, or before a colon.

    What stands in brackets is as often a place or a paper, so there only speakers of the articles count.
    """
    before, behind = document[max(0, start - _BESIDE) : start], document[end : end + _BESIDE]
    _, _, last = document[start:end].rstrip().rpartition("\n")  # of a block quote it may be the line that says whose it is
    label, brackets = _LABEL.search(before), _IN_BRACKETS.match(behind)
    dash = _BEHIND_DASH.match(last) or _BEHIND_DASH.match(behind)
    if dash and (dash["rest"] or "").rstrip().endswith(_ENDED):
        dash = None  # a sentence goes on behind the dash
    for found in (dash, label):
        if found and (name := _person(found["name"])):
            return name
    return brackets["name"] if brackets and index.utterances.called(brackets["name"]) else None


@lru_cache(maxsize=1_024)
def _person(name: str) -> str | None:
    """The name as it is read where it says something; None where that is no person."""
    said = (
        f"\u201c我们看过很多次了。\u201d{name}说。" if has_han(name) else f"\u201cWe have seen it many times,\u201d said {name}."
    )
    return next((one.name for one in ascriptions(said) if one.name in name), None)


def is_other(index: Index, name: str, speaker: Speaker) -> bool:
    """Whether a name in a draft is that of somebody else than the speaker of the articles.

    Short forms, the other order and pinyin are the same name; of a name in the other script it is known only where the articles
    have somebody of that name.
    """
    utterances = index.utterances
    spelled = romanised(fold(name)) or ""
    named, own = {*utterances.called(name), *utterances.called(spelled)}, set(utterances.called(speaker.name))
    if named & own:
        return False
    written = [form for form in (plain_name(name), plain_name(spelled)) if form]
    if any(form in calling or calling in form for form in written for calling in callings(speaker) if calling):
        return False
    return bool(named) or has_han(name) == has_han(speaker.name)


__all__ = ["Ascription", "ascribed", "ascriptions", "is_other", "named_alone"]
