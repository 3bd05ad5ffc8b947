"""An introduction: a place where a text names somebody in a way that tells it is a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Introduction:
    """One match of a rule: the ranges in the text of the name, of another form of it and of a role; empty ranges where there is none."""

    name: tuple[int, int]
    other: tuple[int, int] = (0, 0)
    role: tuple[int, int] = (0, 0)


def found_in_lines(text: str, rule: re.Pattern[str], telling: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The matches of a slow rule in those lines of a text, in order, in which a quick pattern matches too."""
    for line in _LINE.finditer(text):
        if telling.search(text, *line.span()):
            yield from rule.finditer(text, *line.span())


_LINE = re.compile(".+")


__all__ = ["Introduction", "found_in_lines"]
