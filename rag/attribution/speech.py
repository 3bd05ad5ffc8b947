"""What is said in a text, and the cue that tells who says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from rag.types import Form

NOBODY = ""
"""Who speaks where somebody does whom no rule knows: what that one says is no one else's."""


class Voice(NamedTuple):
    """Who speaks, and the range of the cue that tells it."""

    who: str
    cue: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cue:
    """Somebody says something: the range of subject and verb in the text, who, and by what kind of words."""

    start: int
    end: int
    who: str
    kind: str

    @property
    def voice(self) -> Voice:
        """Who speaks by this cue."""
        return Voice(self.who, (self.start, self.end))


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance: its range, who says it, the range of the cue and the kind of cue that decided."""

    start: int
    end: int
    who: str
    form: Form
    cue: tuple[int, int]
    kind: str

    @property
    def voice(self) -> Voice:
        """Who says it, and the range of the cue."""
        return Voice(self.who, self.cue)


__all__ = ["NOBODY", "Cue", "Said", "Voice"]
