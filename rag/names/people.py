"""The people whom a Chinese or English article names, with the roles it gives them.

Rules, not a tagger: an article introduces those it quotes, by a title before the name or after it, by the firm they belong
to, by another spelling in brackets, by what they say, or by a turn of an interview. Each rule looks for one such
introduction; every later mention of a name found so counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from rag.names.chinese_names import chinese_introductions
from rag.names.english_names import english_introductions
from rag.names.introductions import Introduction
from rag.names.titles import TITLES_EN, TITLES_ZH


@dataclass(frozen=True, slots=True)
class Person:
    """Someone an article names: the fullest form of the name, its other forms, and roles as printed, the most telling first.

    `pseudonym` is set where the article says that the name is not the real one.
    """

    name: str
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    pseudonym: bool = False


def find_people(text: str, shown: str, language: str | None) -> list[Person]:
    """The people a text names, in order of their first introduction.

    `text` is the readable text folded character by character, `shown` the same text as it is printed; names and roles are
    given as printed. Languages other than Chinese (zh) and English (en) give nobody.
    """
    if language == "zh":
        return _people(chinese_introductions(text), text, shown, _PSEUDONYM_ZH)
    if language == "en":
        return _people(english_introductions(text), text, shown, _PSEUDONYM_EN)
    return []


_PSEUDONYM_ZH = r"{name}(?:[^,。;!?\n]{{0,4}})(?:为|系|是|均为|皆为)化名|化名[为是]?{name}"
_PSEUDONYM_EN = (
    r"\b(?:alias|pseudonym)\s(?:of\s)?{name}\b|{name}\s(?:is|was)\sa\s(?:pseudonym|alias)|not\s(?:his|her|their)\sreal\sname"
)


def _people(found: Iterable[Introduction], text: str, shown: str, pseudonym: str) -> list[Person]:
    names: dict[str, str] = {}
    others: dict[str, list[str]] = defaultdict(list)
    roles: dict[str, list[str]] = defaultdict(list)
    for introduction in sorted(found, key=lambda i: i.name):
        start, end = introduction.name
        key = text[start:end]
        if key not in names and len(names) >= _MOST_PEOPLE:
            continue
        names.setdefault(key, shown[start:end])
        for (first, last), kept in ((introduction.other, others[key]), (introduction.role, roles[key])):
            if first < last and (printed := " ".join(shown[first:last].split())) not in kept:
                kept.append(printed)
    # A short form that only ever stands within a longer name is no one of its own, nor is the end of one longer name.
    often = {key: text.count(key) for key in names}
    parts = {k for k in names for other in names if k != other and k in other and often[k] == often[other]}
    ends: dict[str, list[str]] = defaultdict(list)
    for key in names:
        words = key.lower().split(" ")
        for i in range(1, len(words)):
            ends[" ".join(words[i:])].append(key)
    parts |= {key for key in names if len(ends.get(key.lower(), ())) == 1}
    places = [m.span() for m in islice(_PSEUDONYM.finditer(text), 100)]
    near = "\n".join(text[max(0, a - 60) : b + 60] for a, b in places)
    return [
        Person(name, tuple(others[key]), tuple(sorted(roles[key], key=_telling)), _is_pseudonym(key, near, pseudonym))
        for key, name in names.items()
        if key not in parts
    ]


def _is_pseudonym(name: str, near: str, pattern: str) -> bool:
    return bool(near and re.search(pattern.format(name=re.escape(name)), near))


_MOST_PEOPLE = 300
_PSEUDONYM = re.compile(r"化名|\b(?:alias|pseudonym|real name)\b")


def _telling(role: str) -> tuple[bool, int]:
    """Sorts roles: those with a title first, longer ones before shorter."""
    titled = re.search(rf"(?:{TITLES_ZH})$|\b(?:{TITLES_EN})\b", role)
    return (titled is None, -len(role))


__all__ = ["Person", "find_people"]
