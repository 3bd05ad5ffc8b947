"""Which articles a question is put to: those of some ids, those of some time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rag.citations import find_article
from rag.errors import InputError
from rag.index import Index

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """A choice of articles: any of `articles` (ids or unique beginnings of ids; none: all), dated from `since` to `until`.

    The dates are ISO 8601, as precise as one likes, both inclusive: until 2024 takes in all of 2024. Where an article's own date
    is less precise, it counts when it may lie inside.
    """

    articles: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def __bool__(self) -> bool:
        return bool(self.articles) or self.since is not None or self.until is not None

    def __str__(self) -> str:
        """The choice in words; "all articles" where there is none."""
        said = [", ".join(self.articles)] if self.articles else []
        said += [f"since {self.since}"] if self.since else []
        said += [f"until {self.until}"] if self.until else []
        return ", ".join(said) or "all articles"


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The numbers of the articles that a scope takes in, ascending, and how many it leaves out for want of a date."""

    numbers: tuple[int, ...]
    undated: int


def choose(index: Index, scope: Scope) -> Chosen:
    """The articles that a scope takes in.

    Raises InputError for an unknown or ambiguous article, a date of another form, and when no article is left.
    """
    since, until = (check_date(given) if given is not None else None for given in (scope.since, scope.until))
    if since and until and not _reaches(until, since):
        raise InputError(f"since {since} until {until} leaves no day; give the earlier date to since.")
    named = {find_article(index, name).id for name in scope.articles}
    asked = [(number, entry) for number, entry in enumerate(index.entries) if not named or entry.id in named]
    if not (since or until):
        return Chosen(tuple(number for number, _ in asked), 0)
    dated = [(number, entry.metadata.date) for number, entry in asked if entry.metadata.date]
    numbers = tuple(
        number for number, day in dated if (not since or _reaches(day, since)) and (not until or _reaches(until, day))
    )
    if not numbers:
        raise InputError(f"no article is left: {len(asked)} asked, {len(dated)} with a date, none {Scope((), since, until)}.")
    return Chosen(numbers, len(asked) - len(dated))


def check_date(given: str) -> str:
    """The date without white space around it. Raises InputError for another form than 2024, 2024-03 or 2024-03-22."""
    text = given.strip()
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        raise InputError(f"{text[:40]}: not a date; write 2024, 2024-03 or 2024-03-22.") from None
    return text


def _reaches(later: str, earlier: str) -> bool:
    """Whether a date may be as late as another, as precisely as both are known."""
    known = min(len(later), len(earlier))
    return later[:known] >= earlier[:known]


__all__ = ["EVERYTHING", "Chosen", "Scope", "check_date", "choose"]
