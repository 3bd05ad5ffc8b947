"""Honorifics: which of "he" and "she" they make of the person whose name they stand beside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.folding import has_han

_SIR, _LADY = r"Mr|Sir|Lord|Father", r"Ms|Mrs|Miss|Madam|Dame|Lady|Baroness"
HONOUR = re.compile(rf"(?:(?P<he>{_SIR})|(?P<she>{_LADY}))\b\.?$")
"""A word that is an honorific; the group "he" or "she" is the one that matched."""
_SIR_ZH, _LADY_ZH = "\u5148\u751f", "\u5973\u58eb|\u5c0f\u59d0|\u592a\u592a"


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


__all__ = ["HONOUR", "honoured"]
