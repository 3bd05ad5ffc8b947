"""Direct speech: who says the quotations of a paragraph, by the cues around them or by who spoke before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.attribution.mentions import Mention, Mentions
from rag.attribution.quotations import BLOT, Paragraph, with_ends
from rag.attribution.speech import Cue, Said, Voice
from rag.names.honorifics import STOPPED_EN
from rag.text.cues import SAYS_EN
from rag.text.sentences import trimmed
from rag.types import Form

_LED_UP_TO = re.compile(r"(?:[,:]|[一二三四]是)$")
_TERM = re.compile(f"[\u201c\u300c]{BLOT}{{1,8}}[\u201d\u300d]")  # a term in quotation marks, blotted out
_SAID_BY_ANOTHER = re.compile(rf"[a-z],? (?:had |has )?(?:{SAYS_EN})(?: that|:|,)? $")
# A sentence ends; what may stand between two clauses of one sentence, each with a subject of its own; the end of a clause
# that is nothing but who says something; words that lead to what is reported.
_NO_STOP = "".join(rf"(?<!\b{word})" for word in STOPPED_EN)
_STOP = re.compile(rf"(?<!\b[A-Z]){_NO_STOP}[.!?\u2026][\"”]?\s+(?=[\"“A-Z])|\n")
_ENDS_TAG = re.compile(r"[.,]|\s(?:in|at|on|to|after|before|as|with|last|yesterday|later|outside|during)\b[^:\"“]{0,80}\.")


def quoted(
    paragraph: Paragraph,
    quotes: Sequence[tuple[int, int]],
    cues: Sequence[Cue],
    mentions: Mentions,
    topics: Sequence[tuple[int, str]],
    spoke: Voice | None,
    near: Voice | None,
) -> list[Said]:
    """Those of the quotations of which it can be told who says them, in order.

    `topics` are whom the sentences are about, as `Antecedents.topics` has them; `spoke` is who spoke in the paragraph before,
    `near` whom that one named or quoted last.
    """
    text, masked, start, end = paragraph.text, paragraph.masked, paragraph.start, paragraph.end
    english = mentions.language == "en"
    said: list[Said] = []
    for a, b in quotes:
        before = next((c for c in reversed(cues) if c.end <= a + 1), None)
        after = next((c for c in cues if b <= c.start), None)
        between = masked[before.end - start : a - start] if before else ""
        led = _TERM.sub("", masked[b - start : after.start - start]) if after else ""
        form = Form.DIRECT
        beside = True
        if english:
            before, after, beside = _beside(paragraph, (a, b), before, after)
            if not beside and said and _turns_to_another(said[-1], topics, start, a):
                continue
        if before and len(between) <= 14 and not re.search(r"[。!?\n”」]", between):
            voice, kind = before.voice, before.kind
        elif after and not re.search(r"[。!?\n“「]", led.strip()[1:] if led[:1] in "。!?," else led) and len(led) <= 40:
            voice, kind = after.voice, after.kind
        elif english and not (beside and before) and _is_led_on(text, b, end):
            continue  # somebody whom no rule knows says it
        elif before and "。" not in between and "\n" not in between:
            voice, kind = before.voice, "quoted on"
        elif said:
            voice, kind = said[-1].voice, "quoted on"
        elif before:
            voice, kind = before.voice, "quoted on"
        elif masked[a - start - 1 : a - start] in (",", ":") and (named := _named_before(masked, a - start, mentions)):
            voice, kind = Voice(named.name, (start + named.start, start + named.end)), "named beside"
        elif spoke and not masked[: a - start].strip():
            voice, kind, form = spoke, "carried over", Form.BACK_REFERENCE
        elif _LED_UP_TO.search(masked, 0, a - start) and near:
            voice, kind, form = near, "carried over", Form.BACK_REFERENCE
        else:
            continue
        if kind == "pronoun":
            form = Form.BACK_REFERENCE
        first, last = trimmed(text, a + 1, b - 1)
        if first < last:
            said.append(Said(first, last, voice.who, form, voice.cue, kind))
    return said


def _beside(
    paragraph: Paragraph, quote: tuple[int, int], before: Cue | None, after: Cue | None
) -> tuple[Cue | None, Cue | None, bool]:
    """Of the cues before and after an English quotation, those that may give its speaker, and whether one is of its sentence.

    A cue of the same sentence goes before one of another; what follows in the next sentence counts only where that is
    nothing but the cue ("Why?" Rao asked.).
    """
    text, masked, start = paragraph.text, paragraph.masked, paragraph.start
    a, b = quote
    since = before is not None and not _STOP.search(with_ends(paragraph), before.end - start, a - start + 1)
    if after is not None:
        between = text[b - 2] + masked[b - start - 1 : after.start - start + 1]
        lone = text[b - 2] in ",?!\u2026" and _ENDS_TAG.match(masked, after.end - start)
        if _STOP.search(between) and not (lone and not _STOP.search(between[1:])):
            after = None
    if after is not None and not since:
        before = None
        if _SAID_BY_ANOTHER.search(masked, 0, a - start):
            after = None
    return before, after, since or after is not None


def _is_led_on(text: str, b: int, end: int) -> bool:
    """Whether the sentence goes on behind an English quotation, as with a speaker whom no rule knows."""
    rest = text[b:end]
    if text[b - 2] == ",":
        return bool(rest.strip())
    return bool(re.match(r",?\s[a-z]|,?\s(?:[A-Z][\w'’-]+\s){1,3}[a-z]+(?:ed|s|t|w|d)[.,]", rest))


def _turns_to_another(last: Said, topics: Sequence[tuple[int, str]], start: int, position: int) -> bool:
    """Whether a sentence between the utterance before and the position is about somebody else."""
    return any(name != last.who for place, name in topics if last.end <= start + place < position)


def _named_before(masked: str, end: int, mentions: Mentions) -> Mention | None:
    """The first person named in the sentence that leads up to a position."""
    start = max(masked.rfind(mark, 0, end) for mark in "。!?\n") + 1
    return mentions.first(masked, start, end)


def titled(paragraph: Paragraph, mentions: Mentions) -> Iterator[Said]:
    """What somebody says in the title of a text that is quoted: a name, a colon, and the words."""
    start = paragraph.start
    for found in re.finditer(
        rf"《(?P<who>{mentions.alternatives}):(?P<said>[^《》\n]{{4,80}})》", paragraph.text[start : paragraph.end]
    ):
        cue = (start + found.start("who"), start + found.end("who"))
        said = start + found.start("said"), start + found.end("said")
        yield Said(*said, mentions.forms[found["who"]], Form.DIRECT, cue, "named")


__all__ = ["quoted", "titled"]
