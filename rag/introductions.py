"""An introduction: a place where a text names somebody in a way that tells it is a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Introduction:
    """One match of a rule: the ranges in the text of the name, of another form of it and of a role; empty ranges where there is none."""

    name: tuple[int, int]
    other: tuple[int, int] = (0, 0)
    role: tuple[int, int] = (0, 0)


__all__ = ["Introduction"]
