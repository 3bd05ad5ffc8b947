"""A dialogue: the question before, and a question that may refer to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.answers import Answer
from rag.conversation.speaker_names import speaker_called, speakers_in
from rag.conversation.views import views_asked
from rag.indexing.index import Index
from rag.text.claims import asserts, claim_of, kind_of
from rag.text.folding import fold, has_han
from rag.text.interrogatives import BARE
from rag.types import Speaker

_LEAD = re.compile(
    r"(?:(?:and|but|so|or|then|also|now|well|ok|okay)\b[, ]*)+|(?:\u90a3\u4e48?(?![\u4e9b\u4e2a\u91cc\u65f6\u5e74\u79cd\u6837\u4f4d\u5bb6\u6b21\u5929\u8fb9])|\u800c\u4e14?|\u4f46\u662f?|\u53ef\u662f?|\u8fd8\u6709|\u81f3\u4e8e|\u6240\u4ee5|\u7136\u540e)[, ]*"
)
_ENDS = "?\uff1f "
_JOINED = re.compile(rf"(?:[?,] (?:{BARE.pattern}))+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """A follow-up question as it is asked: its words, and the one speaker whose words it is asked of (None: all are asked).

    `note` says why a question that refers to something is asked as it stands nevertheless; empty where it was understood.
    `base` is the question that a fragment was joined with, since the next fragment is joined with that one; None for others.
    `about` is whom a pronoun was read as: the next one is the same, whoever else is named.
    """

    question: str
    speaker: Speaker | None = None
    note: str = ""
    base: str | None = None
    about: Speaker | str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """The question before, as it was asked: its answer, the speaker whose words it was asked of, its `Understood.base` and `about`.

    `earlier` is the one before it, where its own pronoun was not understood and nobody is named in it.
    """

    answer: Answer
    speaker: str | None = None
    base: str | None = None
    about: Speaker | str | None = None
    earlier: Before | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question without its question mark, as typed, and what it may refer to.

    `speaker` is whoever's words all questions are asked of, `asks` whether there was a question mark. `text` is the question
    without "and", "so" and the like in front, and `led` whether there was such a word; `bare` the question where it is nothing
    but a word of asking. `asked` is the question before, without "why?" and the like that were joined to it, and `claim` what
    that one has somebody say. `names` are the speakers whom the text names, with the ranges of the names.
    """

    index: Index
    before: Before | None
    speaker: str | None
    asks: bool
    typed: str
    text: str
    led: bool
    bare: str | None
    asked: str
    claim: str | None
    names: Sequence[tuple[int, int, Speaker]]

    @classmethod
    def read(cls, index: Index, typed: str, before: Before | None, speaker: str | None, *, asks: bool) -> FollowUp:
        """A question in half-width characters, read."""
        asked = _JOINED.sub("", (before.base or before.answer.question).rstrip(_ENDS)) if before else ""
        lead = _LEAD.match(fold(typed))
        led = lead is not None and lead.end() < len(typed)
        text = typed[lead.end() :] if lead and led else typed
        bare = next((part for part in (typed, text) if BARE.fullmatch(fold(part))), None)
        claim = claim_of(asked) if asserts(asked) else None
        return cls(index, before, speaker, asks, typed, text, led, bare, asked, claim, speakers_in(index, text))

    @property
    def folded(self) -> str:
        """The text folded."""
        return fold(self.text)

    @property
    def named(self) -> list[Speaker]:
        """The speakers whom the question itself names."""
        return [speaker for _, _, speaker in self.names]

    def doubted(self, why: str) -> Understood:
        """The question as it was typed, and why nothing else is asked."""
        return Understood(f"{self.typed}?", None, f"{why}; asked as it stands.", self.asked or None)

    def asked_of(self, speaker: Speaker, question: str) -> Understood | None:
        """A question asked of a speaker's words; None where the speaker is not found by name."""
        known = speaker_called(self.index, speaker.name)
        return Understood(question, known) if known else None

    def asked_views(self, marked: str, speaker: Speaker) -> Understood | None:
        """A question for what the marked speaker says, asked of that speaker's words; None for another question."""
        question = views_asked(marked, speaker, self.again if self.before else None)
        return self.asked_of(speaker, question) if question else None

    def again(self, reason: str | None) -> str:
        """The question before, or what it has somebody say, with another word of asking: "why" (or no word)."""
        asked, claim = self.asked, self.claim
        if claim is not None:
            return f"{reason}{'' if has_han(claim) else ' '}{claim}?" if reason else f"{claim}?"
        if not reason or kind_of(asked) == "why" or asked.endswith(reason):
            return f"{asked}?"
        return f"{asked}{',' if has_han(reason) else '?'} {reason}?"


__all__ = ["Before", "FollowUp", "Understood"]
