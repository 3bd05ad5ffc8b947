"""Mentions: the forms by which a text calls the people it names, and where they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.attribution.grammars import NO_RUNES, RUNES
from rag.names.english_names import is_namesake, names_within_sentences
from rag.names.people import Person
from rag.names.transliteration import DOT, DOTTED_NAME
from rag.text.folding import narrow, simplify


class Mention(NamedTuple):
    """A place where a text mentions somebody: the range, and the person's name."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """How a text calls the people whom it names: their forms, folded, each with the person's name.

    `pattern` matches any form, the longest first, in English whole words alone; `alternatives` are the forms as a pattern
    without groups, to be put into others. Places are found in the text or in another of the same folding.
    """

    people: Sequence[Person]
    language: str
    forms: Mapping[str, str]
    alternatives: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, people: Sequence[Person], text: str, language: str) -> Mentions:
        """How a folded text calls the people, in Chinese ("zh") or English ("en")."""
        forms = _name_forms(people, text, language)
        names = "|".join(re.escape(form) for form in sorted(forms, key=lambda f: (-len(f), f))) or r"(?!)"
        return cls(people, language, forms, names, re.compile(rf"(?:{names})" if language == "zh" else rf"\b(?:{names})\b"))

    def within(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Mention]:
        """The mentions in a range of a text, in order."""
        for found in self.pattern.finditer(text, start, len(text) if end is None else end):
            yield Mention(*found.span(), self.forms[found[0]])

    def first(self, text: str, start: int = 0, end: int | None = None) -> Mention | None:
        """The first mention in a range of a text."""
        return next(self.within(text, start, end), None)

    def in_runes(self, text: str) -> str:
        """The text with every name in runes, as grammars have names."""
        runeless = text.translate(NO_RUNES) if any(rune in text for rune in RUNES) else text
        return self.pattern.sub(lambda found: RUNES[0] + RUNES[1] * (len(found[0]) - 1), runeless)


def _name_forms(people: Sequence[Person], text: str, language: str) -> dict[str, str]:
    """The folded forms by which people are called, and their names."""
    forms: dict[str, str] = {}
    for person in people:
        for form in (person.name, *person.aliases):
            forms[simplify(narrow(form))] = person.name
    if language == "zh":
        # The last part of a name with dots is a form of its own where only one name of the text ends so.
        dotted = {found[0] for found in DOTTED_NAME.finditer(text)}
        for person in people:
            *leading, ending = DOT.split(simplify(narrow(person.name)))
            if leading and not any(_is_dotted_namesake(leading[-1], ending, *DOT.split(other)[-2:]) for other in dotted):
                forms.setdefault(ending, person.name)
    if language == "en":
        parts = Counter(part for person in people for part in set(person.name.split()))
        others = names_within_sentences(text)
        for person in people:
            first, *middle, last = person.name.split() if " " in person.name else (person.name, person.name)
            for part in (first, last):
                if parts[part] == 1 and len(part) > 1 and not any(is_namesake(person.name, other, part) for other in others):
                    forms.setdefault(part, person.name)
            if middle and middle[-1].islower():
                for particle in (middle[-1], middle[-1].capitalize()):
                    forms.setdefault(f"{particle} {last}", person.name)
    return forms


def _is_dotted_namesake(first: str, last: str, other_first: str, other_last: str) -> bool:
    """Whether another name with dots ends as one does, in a text without spaces, but is somebody else's."""
    return other_last.startswith(last) and not other_first.endswith(first)


__all__ = ["Mention", "Mentions"]
