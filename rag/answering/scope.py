"""What a question is put to: articles of some ids, articles of some time, the words of one speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from rag.citation.citations import find_article
from rag.errors import InputError
from rag.indexing.index import Index
from rag.indexing.speakers import find_profile, sentences_of

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scope:
    """A choice of articles: any of `articles` (ids or unique beginnings of ids; none: all), dated from `since` to `until`,
    and in them of what `speaker` says.

    The dates are ISO 8601, as precise as one likes, both inclusive: until 2024 takes in all of 2024. Where an article's own date
    is less precise, it counts when it may lie inside.
    """

    articles: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    speaker: str | None = None

    def __bool__(self) -> bool:
        return self != EVERYTHING

    def __str__(self) -> str:
        """The choice in words; "all articles" where there is none."""
        said = [", ".join(self.articles)] if self.articles else []
        said += [f"since {self.since}"] if self.since else []
        said += [f"until {self.until}"] if self.until else []
        said += [f"said by {self.speaker}"] if self.speaker else []
        return ", ".join(said) or "all articles"


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a scope takes in: the numbers of the articles and of their sentences, ascending, and how many articles it leaves
    out for want of a date.
    """

    articles: tuple[int, ...]
    sentences: npt.NDArray[np.int64]
    undated: int


def choose(index: Index, scope: Scope) -> Chosen:
    """What a scope takes in.

    Raises InputError for an unknown or ambiguous article or speaker, a date of another form, and when nothing is left.
    """
    since, until = (check_date(given) if given is not None else None for given in (scope.since, scope.until))
    if since and until and not _reaches(until, since):
        raise InputError(f"since {since} until {until} leaves no day; give the earlier date to since.")
    named = {find_article(index, name).id for name in scope.articles}
    numbers = [number for number, entry in enumerate(index.entries) if not named or entry.id in named]
    undated = 0
    if since or until:
        dated = [(number, day) for number in numbers if (day := index.entries[number].metadata.date)]
        undated = len(numbers) - len(dated)
        left = [n for n, day in dated if (not since or _reaches(day, since)) and (not until or _reaches(until, day))]
        if not left:
            raise InputError(
                f"no article is left: {len(numbers)} asked, {len(dated)} with a date, none {replace(scope, articles=())}."
            )
        numbers = left
    if scope.speaker is None:
        return Chosen(tuple(numbers), _sentences(index, [(index.entries[n].passages) for n in numbers]), undated)
    profile = find_profile(index, scope.speaker)
    wanted = set(numbers)
    spoken = [u for u in profile.utterances if int(index.utterances.rows[u]["article"]) in wanted]
    sentences = sorted({sentence for u in spoken for sentence in sentences_of(index, u)})
    if not sentences:
        raise InputError(
            f"{profile.speaker.name} is not quoted in the articles asked; leave out --article, --since and --until, or the speaker."
        )
    return Chosen(
        tuple(sorted({int(index.utterances.rows[u]["article"]) for u in spoken})), np.array(sentences, np.int64), undated
    )


def _sentences(index: Index, ranges: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """The sentences of some ranges of passages."""
    rows = index.passages.rows
    found = [np.zeros(0, np.int64)]
    for first, last in ranges:
        if first < last:
            end = int(rows[last - 1]["sentence"]) + int(rows[last - 1]["sentences"])
            found.append(np.arange(int(rows[first]["sentence"]), end, dtype=np.int64))
    return np.concatenate(found)


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
