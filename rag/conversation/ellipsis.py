"""Ellipsis: questions that leave out what the question before has, all but a name, a topic or a word of asking."""

from __future__ import annotations

import re

from rag.conversation.anaphora import PRONOUN
from rag.conversation.dialogue import FollowUp, Understood
from rag.conversation.proper_names import proper_names
from rag.conversation.speaker_names import speaker_called, speakers_in
from rag.conversation.views import NAME_ONLY, WHO, asks_views, topic_of, view_on
from rag.text.folding import fold, has_han, narrow
from rag.text.interrogatives import ASKING, AUX, MOST_HAN
from rag.types import Speaker

_WHO_ELSE = re.compile("who else|says who|who says|\u8fd8\u6709\u8c01|\u8c01\u8bf4")
_PLACE = re.compile(
    r"(?:in|for|at|on|with|from|among|during|since|before|after|by|under|outside|within|without|until) |(?:\u5728|\u5bf9|\u4ece|\u5230)"
)
_MOST_WORDS, _MOST_TOPIC = 6, 5
_SUBJECT = re.compile(rf"\b(?:{AUX})$")


def read_name(follow: FollowUp) -> Understood | None:
    """ "And Zhu Xiaohu?": the question before, asked of another speaker."""
    if follow.before is None or len(follow.names) != 1:
        return None
    ((start, end, speaker),) = follow.names
    match = NAME_ONLY.fullmatch(follow.folded[:start] + WHO + follow.folded[end:])
    if not match or not (
        follow.led or match["about"] or match["too"] or match["that"] or match["zh"] or follow.asks and not match["asks"]
    ):
        return None
    asked = follow.asked
    said = _of_one(follow, speaker)
    if said:
        return said
    before = [(first, last) for first, last, _ in speakers_in(follow.index, asked)]
    if not before:
        before = [(first, last) for first, last in proper_names(asked) if _SUBJECT.search(fold(asked[:first].rstrip()))]
    if len(before) == 1:  # "which fund does Li lead?"
        ((first, last),) = before
        return Understood(f"{asked[:first]}{follow.text[start:end]}{asked[last:]}?")
    return follow.asked_of(speaker, f"{follow.claim or asked}?")


def _of_one(follow: FollowUp, speaker: Speaker) -> Understood | None:
    """A question before that is for what one speaker says, as a question to another."""
    asked = follow.asked
    folded = fold(narrow(asked))
    places = [(start, end) for start, end, _ in speakers_in(follow.index, asked)] or [m.span() for m in PRONOUN.finditer(folded)]
    if len(places) != 1 or len(folded) != len(asked):
        return None
    start, end = places[0]
    return follow.asked_views(asked[:start] + WHO + asked[end:], speaker)


def read_fragment(follow: FollowUp) -> Understood | None:
    """ "Why?", "and in China?", "what about data?": joined with the question before."""
    before, asked = follow.before, follow.asked
    if before is None or follow.names:
        return None
    speaker = speaker_called(follow.index, before.speaker)
    if follow.bare:
        same = follow.claim is not None and _WHO_ELSE.match(fold(follow.bare))
        return Understood(f"{asked}?" if same else follow.again(follow.bare), speaker, base=asked, about=before.about)
    rest = _noun(follow)
    if rest is None:
        return None
    folded = fold(narrow(asked))
    unclear = not speaker and (PRONOUN.search(folded) or len(folded) != len(asked))
    if not unclear and _PLACE.match(fold(rest)):
        return Understood(f"{rest}{asked}?" if has_han(rest) else f"{asked} {rest}?", speaker, base=asked, about=before.about)
    return (None if unclear else _replaced(follow, rest, speaker)) or follow.doubted(
        f"\u201c{rest}\u201d has no certain place in the question before"
    )


def _replaced(follow: FollowUp, rest: str, speaker: Speaker | None) -> Understood | None:
    """The question before with a name in the place of the only name there, or a topic in the place of the topic."""
    asked = follow.asked
    folded = fold(narrow(asked))
    spoken = speakers_in(follow.index, asked)
    names = [(start, end) for start, end, _ in spoken] + [
        (start, end) for start, end in proper_names(asked) if not any(start < last and first < end for first, last, _ in spoken)
    ]
    is_name = proper_names(rest, first=True) == [(0, len(rest))]
    marked = folded[: spoken[0][0]] + WHO + folded[spoken[0][1] :] if len(spoken) == 1 else ""
    says = asks_views(marked)
    if is_name and len(names) == 1 and not says:
        ((start, end),) = names
        return Understood(f"{asked[:start]}{rest}{asked[end:]}?", speaker)
    topic = topic_of(asked)
    if topic and not (is_name and names):
        start, end = topic
        about = has_han(asked) or re.search(r"\b(?:about|regarding|concerning) $", folded[:start])
        if about or not is_name and not any(start < last for _, last in names) and len(asked[start:end].split()) <= _MOST_TOPIC:
            return Understood(f"{asked[:start]}{rest}{asked[end:]}?", speaker)
    if says and not is_name:
        return follow.asked_of(spoken[0][2], f"{view_on(rest)}?")
    return None


def _noun(follow: FollowUp) -> str | None:
    """What a fragment names: X of "what about X", "and X", "in X", X\u5462; None where the question is a whole one."""
    match = re.fullmatch("(.+)\u5462|(?:what|how) about (.+)", follow.folded)
    if match:
        rest = follow.text[slice(*match.span(match.lastindex or 0))]
    elif follow.led or follow.asks and not has_han(follow.typed) and _PLACE.match(follow.folded):
        rest = follow.text
    else:
        return None
    if len(rest.split()) > _MOST_WORDS or sum(map(has_han, rest)) > MOST_HAN:
        return None
    return rest if rest and not ASKING.search(fold(rest)) else None


__all__ = ["read_fragment", "read_name"]
