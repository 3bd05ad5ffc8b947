"""Reported speech: what the sentences of a paragraph report outside of quotations, and of whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rag.attribution.mentions import Mentions
from rag.attribution.quotations import Paragraph
from rag.attribution.speech import Cue, Said, Voice
from rag.names.transliteration import find_transliterated
from rag.text.sentences import sentence_spans, trimmed
from rag.types import Form

_STARTS_ANEW = re.compile(
    r"^(?:但是?在|而在|与此同时|值得|不过|然而|实际上|事实上|显然|如何|以.{2,12}为例|如今|目前|接下来|总体|这[家也都就恰意]|也许|该公司)"
)
_DATA = re.compile(r"数据显示|公开(?:数据|资料|信息)")
_REPORTS = re.compile(
    r"(?:and\s|but\s)?\b(?:that|whether|how|why|because|if|adding|saying|warning|arguing|insisting|noting|claiming|suggesting|predicting|explaining)\b"
)
_BARE_LEAD = re.compile(
    r"\s*(?:(?:on|in|at|to|last|yesterday|today|earlier)\b[^,.;:]{0,40}\s)?that\s*|\s(?:him|her|it|them|this|that)\s(?:\w+\s){0,2}as\s*"
)


def reported(paragraph: Paragraph, cues: Sequence[Cue], said: Sequence[Said], mentions: Mentions) -> list[Said]:
    """What the sentences say outside of the quotations that are said, in order."""
    text = paragraph.text
    quoted = [(s.start - 1, s.end + 1) for s in said]
    found: list[Said] = []
    speaker: Voice | None = None
    for first, last in sentence_spans(text, paragraph.start, paragraph.end):
        own = [c for c in cues if first <= c.start < last]
        pieces = _outside(first, last, quoted)
        within = [s for s in said if first <= s.start < last]
        if own:
            for a, b in (part for piece in pieces for part in _divided(text, *piece, own)):
                here = [c for c in own if a <= c.start < b]
                ruling = here[0] if here else next((c for c in reversed(own) if c.end <= a), None)
                # "So-and-so told the Courier" behind a quotation is no utterance of its own.
                if ruling is None or ruling.kind == "mouth" or len(_bare(text[max(a, ruling.end) : b])) < 4:
                    continue
                if mentions.language == "en" and within and _is_tag(text, a, b, ruling, within):
                    continue
                form = Form.BACK_REFERENCE if ruling.kind == "pronoun" else Form.REPORTED
                found.append(Said(a, b, ruling.who, form, ruling.voice.cue, ruling.kind))
            speaker = None if within else own[-1].voice
        elif speaker and not within and pieces and mentions.language == "zh" and not _starts_anew(text, first, last, mentions):
            for a, b in pieces:
                if len(_bare(text[a:b])) >= 4:
                    found.append(Said(a, b, speaker.who, Form.BACK_REFERENCE, speaker.cue, "said on"))
        else:
            speaker = None
    return found


def _is_tag(text: str, start: int, end: int, cue: Cue, quoted: Sequence[Said]) -> bool:
    """Whether a piece of an English sentence with quotations only says who says them."""
    words = text[max(start, cue.end) : end]
    if _BARE_LEAD.fullmatch(words):
        return True
    if any(s.end <= start for s in quoted):
        return not _REPORTS.search(words) if cue.start >= start else not _REPORTS.match(words.lstrip(' ,"”'))
    return words.rstrip()[-1:] in ",:" and not _REPORTS.search(words) and any(s.start - end <= 2 for s in quoted)


def _divided(text: str, start: int, end: int, cues: Sequence[Cue]) -> Iterator[tuple[int, int]]:
    """The range, cut before each clause in which another speaker takes over."""
    here = [c for c in cues if start <= c.start < end]
    for one, other in pairwise(here):
        if one.who != other.who:
            clause = max(text.rfind(mark, one.end, other.start) for mark in ",;:。")
            cut = clause + 1 if clause >= 0 else other.start
            yield trimmed(text, start, cut)
            start = cut
    yield trimmed(text, start, end)


def _starts_anew(text: str, start: int, end: int, mentions: Mentions) -> bool:
    """Whether a Chinese sentence begins a thought of the author's."""
    sentence = text[start:end]
    return bool(
        _STARTS_ANEW.match(sentence)
        or _DATA.search(sentence)
        or mentions.first(sentence)
        or find_transliterated(text, start, end)
    )


def _outside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a range outside of the spans, which are in order."""
    parts = []
    for a, b in spans:
        if b <= start or a >= end:
            continue
        if start < a:
            parts.append((start, a))
        start = max(start, b)
    if start < end:
        parts.append((start, end))
    return parts


def _bare(text: str) -> str:
    """The letters of a text, titles of papers and books left out."""
    return re.sub(r"《[^《》]*》|\W", "", text)


__all__ = ["reported"]
