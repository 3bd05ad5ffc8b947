"""Coreference: whom the pronouns of a text stand for, and whom its sentences are about."""

from __future__ import annotations

import re

from rag.attribution.grammars import BODY_EN
from rag.attribution.mentions import Mentions
from rag.attribution.speech import NOBODY
from rag.attribution.strangers import find_strangers
from rag.names.genders import genders
from rag.names.pronouns import HE_OR_SHE
from rag.text.sentences import sentence_ends

PRONOUN = re.compile(HE_OR_SHE)
"""A pronoun of one person, in folded Chinese or English."""
_GENDER = {"he": "m", "his": "m", "\u4ed6": "m", "she": "f", "her": "f", "\u5979": "f"}


class Antecedents:
    """Whom a pronoun may mean, at the place up to which a text was read.

    `last` is the person who spoke or was named last (NOBODY: somebody whom no rule knows), `source` the last source without a
    name, `lately` those whom the paragraph names so far.
    """

    def __init__(self, text: str, mentions: Mentions) -> None:
        english = mentions.language == "en"
        self.last: str | None = None
        self.source: str | None = None
        self.lately: set[str] = set()
        # What the text says to be a body or a ship is no he or she, whatever the name looks like.
        self.bodies = (
            {mentions.forms[m[1]] for m in re.finditer(rf"{BODY_EN},?\s({mentions.alternatives})\b", text)} if english else set()
        )
        self._mentions = mentions
        self._genders = genders(text, mentions.forms) if english else {}
        self._capitals = set(re.findall(r"[a-z,] ([A-Z][a-z]+)\b", text)) if english else set()  # within sentences

    def meant_by(self, pronoun: str) -> str | None:
        """The person who spoke or was named last, unless the text calls that one by the pronoun of the other gender."""
        gender = _GENDER.get(pronoun.lower())
        if self.last is None or gender is None:
            return self.last
        if self.last in self.bodies:
            return None
        if not self.last or self._genders.setdefault(self.last, gender) == gender:
            return self.last
        others = {name for name in self.lately if self._genders.get(name) == gender}
        return others.pop() if len(others) == 1 else None

    def topics(self, masked: str) -> list[tuple[int, str]]:
        """The first person that each sentence names, where no pronoun stands before: whom a later "he" means."""
        topics = []
        position = 0
        for stop in sentence_ends(masked):
            first = self._mentions.first(masked, position, stop)
            pronoun = PRONOUN.search(masked, position, stop)
            for place in find_strangers(masked, position, first.start if first else stop, self._mentions, self._capitals):
                if self._mentions.language == "en" or not (pronoun and pronoun.start() < place):
                    topics.append((place, NOBODY))
            if first and not (pronoun and pronoun.start() < first.start):
                topics.append((first.start, first.name))
            position = stop
        return topics


__all__ = ["PRONOUN", "Antecedents"]
