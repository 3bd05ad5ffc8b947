"""Raised figures in HTML, which without their markup would read as part of the word or number before them."""

from __future__ import annotations

import re

_SUP = r"<sup\b[^<>]{0,300}>\s{0,3}"
# The number of a note behind a word or a mark. Behind a short word it may be the power of a unit, as in "km2".
NOTE = re.compile(
    rf"(?:(?<=[a-z]{{4}})|(?<=[.,;)\u2019\u201d\u3002\uff0c\u300d\"]))(?:{_SUP})(?P<number>\d{{1,3}})\s{{0,3}}</sup>",
    re.IGNORECASE,
)
POWER = re.compile(rf"(?<=\d)(?:{_SUP})(?P<power>[-\u2212]?\d{{1,3}})\s{{0,3}}</sup>", re.IGNORECASE)

__all__ = ["NOTE", "POWER"]
