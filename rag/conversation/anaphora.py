"""Anaphora: whom a pronoun in a question stands for, after the question before."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answering.holders import Stance
from rag.conversation.agreement import kind_of_pronoun, pronoun_of
from rag.conversation.dialogue import FollowUp, Understood
from rag.conversation.proper_names import persons_held
from rag.conversation.speaker_names import speaker_called, speakers_in
from rag.conversation.views import WHO, with_name
from rag.indexing.index import Index
from rag.indexing.speakers import called
from rag.names.pronouns import HE_EN, HE_ZH, SHE_EN, SHE_ZH, THEY_EN, THEY_ZH
from rag.names.titles import TITLES_EN, TITLES_ZH
from rag.text.claims import claim_of
from rag.text.folding import fold, has_han
from rag.text.interrogatives import ASKING
from rag.types import Speaker

PRONOUN = re.compile(rf"\b(?:{HE_EN}|{SHE_EN}|{THEY_EN})\b(?!')|{HE_ZH}|{SHE_ZH}|{THEY_ZH}")
"""A pronoun of a person or of several, in a folded question."""
_PLURAL = frozenset(THEY_EN.split("|"))
_FUNCTION = frozenset(
    "what how why when where who which since much many long do does did has have had would might will could can should is are was were about of on to for with by in at from "
    "and but so or then also else exactly really actually if than a the not".split()
)
_OTHER_WHO = re.compile(
    rf"\b(?:who|whom|whose|somebody|someone|anybody|anyone|people|person|man|woman|guy|{TITLES_EN})\b|\u8c01|\u6709\u4eba|\u54ea\u4e9b?(?:\u4eba|\u4f4d|\u4e2a)|{TITLES_ZH}",
    re.IGNORECASE,
)


def read_pronoun(follow: FollowUp) -> Understood | None:
    """ "What does he say about data?": asked of the one speaker whom the question or answer before was about."""
    text, folded = follow.text, follow.folded
    match = PRONOUN.search(folded)
    if match is None or any(start < match.start() for start, _, _ in follow.names) or not _refers_back(text, match):
        return None
    plural = match[0] in _PLURAL or match[0].endswith("\u4eec")
    word = f"\u201c{text[match.start() : match.end()]}\u201d"
    every = [one for one in _antecedents(follow, plural) if one not in follow.named]
    asked = follow.before.answer if follow.before else None
    kind = kind_of_pronoun(match[0])
    known = [one for one in every if plural or pronoun_of(follow.index, one, asked) in ("", kind)]
    about = (follow.before.earlier or follow.before).about if follow.before else None
    if about in known:
        known = [about]
    if len(known) != 1:
        listed = ", ".join(map(_known_as, (known or every)[:4])) + (" \u2026" if len(known or every) > 4 else "")
        if known:
            why = f"{word} may be any of {listed}"
        elif every:
            other = "she" if kind == "he" else "he"
            why = f"{word} does not fit {listed} (\u201c{other}\u201d)"
        else:
            why = f"{word} is not clear from the question before"
        return Understood(f"{text}?", None, f"{why}; asked as it stands. Write the name.")
    end, one = match.end(), known[0]
    owns = match[0] in ("his", "their") or match[0] == "her" and re.match(r" \w", folded[end:]) is not None
    marked = text[: match.start()] + WHO + ("'s" if owns else "") + text[end:]
    said = None if isinstance(one, str) else follow.asked_views(marked, one)
    if said:
        return replace(said, about=one)
    lead = "" if has_han(follow.typed) or ASKING.search(folded) or folded.startswith(("what", "how")) else "what about "
    return Understood(f"{lead}{with_name(marked, one)}?", about=one)


def _refers_back(text: str, match: re.Match[str]) -> bool:
    """Whether nothing before the pronoun in its own question can be what it stands for."""
    head = text[: match.start()]
    if match.end() == len(text) and (match[0] in ("him", "her", "them") or has_han(match[0])):
        return True  # "who disagrees with him?"
    if match[0] in _PLURAL:
        return set(re.findall(r"[a-z']+", head.lower())) <= _FUNCTION
    if _OTHER_WHO.search(fold(head)):
        return False
    return not re.search(r"(?<!^)\b[A-Z][a-z]", head)


def _antecedents(follow: FollowUp, plural: bool) -> list[Speaker | str]:
    """Those whom a pronoun may mean, nearest first: speakers, else names in the question before that the articles have."""
    index = follow.index
    if follow.speaker or follow.before is None:
        return [*_called(index, follow.speaker)]
    before = follow.before.earlier or follow.before
    answer = before.answer
    named = [speaker for _, _, speaker in speakers_in(index, answer.question)]
    if not named:
        named = _called(index, before.speaker)
    others = persons_held(index, answer.question) if not named and not plural else []
    if others:
        return [*others]
    asked_who = before.speaker is None and claim_of(answer.question) is not None
    if answer.answered and (asked_who or not named):
        # Whoever is named in "who disagrees with Li?" is not the one who is asked for.
        holders = [holder.speaker for holder in answer.speakers if holder.stance is Stance.SAYS]
        first = answer.passages[0].speaker if answer.passages and not asked_who else None
        named = [*holders, *named] if holders else _called(index, first.name if first else None)
    return [speaker for speaker in dict.fromkeys(named) if plural or speaker.kind == "person"]


def _called(index: Index, name: str | None) -> list[Speaker]:
    """The speaker called so, if there is one."""
    speaker = speaker_called(index, name)
    return [speaker] if speaker else []


def _known_as(one: Speaker | str) -> str:
    return one if isinstance(one, str) else " ".join(called(one))


__all__ = ["PRONOUN", "read_pronoun"]
