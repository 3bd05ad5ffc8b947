"""The words of a third person, as texts and questions have them; patterns that capture nothing, for folded text."""

from __future__ import annotations

HE_EN = "he|him|his"
SHE_EN = "she|hers?"
THEY_EN = "they|them|their"
# Not in "other", "guitar", "vitamin", "Malta", "altruism", nor where another word begins: "other people", "that day".
_BEFORE_ZH, _BEHIND_ZH = r"(?<![其吉利维排耳])", r"(?![人国乡日山]|方(?!便|才)|处(?!理|于|在)|律(?!师)|妈的)"
HE_ZH = rf"{_BEFORE_ZH}他(?!们){_BEHIND_ZH}"
SHE_ZH = "她(?!们)"
THEY_ZH = "[他她]们"
HE_OR_SHE = rf"{HE_ZH}|{SHE_ZH}|\b[Hh]e\b|\b[Ss]he\b"
"""Somebody as the subject of a sentence, in Chinese or English that keeps its capitals."""

__all__ = ["HE_EN", "HE_OR_SHE", "HE_ZH", "SHE_EN", "SHE_ZH", "THEY_EN", "THEY_ZH"]
