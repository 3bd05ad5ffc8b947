"""Honorifics: the words that stand beside names and are no part of them, and which of "he" and "she" they make of somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.folding import has_han

MEN_EN = ("Mr", "Sir", "Lord", "Father")
WOMEN_EN = ("Mrs", "Ms", "Miss", "Madam", "Dame", "Lady", "Baroness")
_ABBREVIATED = ("Dr", "Drs", "Prof", "Sen", "Rep", "Gov", "Capt", "Col", "Gen", "Sgt", "Rev")
_OFFICES = (
    "Professor Judge Justice Senator Governor Mayor Captain Colonel General Inspector Chancellor Minister President Bishop Coach"
).split()
HONORIFIC_WORDS_EN = (*MEN_EN, *WOMEN_EN, *_ABBREVIATED, *_OFFICES)
HONORIFICS_EN = rf"(?:{'|'.join(HONORIFIC_WORDS_EN)})\.?"
"""What stands before a name and is not part of it, as a pattern that captures nothing."""
STOPPED_EN = ("Mr", "Mrs", "Ms", *_ABBREVIATED, "St")
"""What stands before a name or in it, with a full stop that ends no sentence."""
_SIR, _LADY = "|".join(MEN_EN), "|".join(WOMEN_EN)
HONOUR = re.compile(rf"(?:(?P<he>{_SIR})|(?P<she>{_LADY})|{'|'.join((*_ABBREVIATED, *_OFFICES))})\b\.?$")
"""A word that is an honorific; the group "he" or "she" is the one that matched, neither for one of both."""
_SIR_ZH, _LADY_ZH = "\u5148\u751f", "\u5973\u58eb|\u5c0f\u59d0|\u592a\u592a"
HONORIFICS_ZH = f"{_SIR_ZH}|{_LADY_ZH}|\u535a\u58eb|\u6559\u6388|\u8001\u5e08"
"""What stands behind a Chinese name, in Simplified characters, as alternatives."""


def honoured(text: str, forms: Sequence[str]) -> set[str]:
    """Which of "he" and "she" the honorifics make of somebody called so: "Ms Lind" of Marta Lind."""
    found = set()
    for form in forms:
        if has_han(form):
            found |= {"he"} if re.search(f"{re.escape(form)}(?:{_SIR_ZH})", text) else set()
            found |= {"she"} if re.search(f"{re.escape(form)}(?:{_LADY_ZH})", text) else set()
            continue
        last = re.escape(form.split()[-1])
        for match in re.finditer(rf"\b(?:(?P<he>{_SIR})|(?:{_LADY}))\b\.? (?P<first>(?:[A-Z][\w.'-]* ){{0,2}}){last}\b", text):
            if not match["first"] or match["first"].split()[0] == form.split()[0]:
                found.add("he" if match["he"] else "she")
    return found


__all__ = [
    "HONORIFICS_EN",
    "HONORIFICS_ZH",
    "HONORIFIC_WORDS_EN",
    "HONOUR",
    "MEN_EN",
    "STOPPED_EN",
    "WOMEN_EN",
    "honoured",
]
