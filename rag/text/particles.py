"""The small words within people's names, "Jan van der Meer", in the languages of Europe and in Arabic."""

from __future__ import annotations

PARTICLES = frozenset("de da do dos das di del della der den des du la le el van von zu zum zur ten ter af av al bin ibn".split())
PARTICLE = "|".join(sorted(PARTICLES))
"""One of them, as alternatives of a pattern."""

__all__ = ["PARTICLE", "PARTICLES"]
