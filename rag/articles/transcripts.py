"""Transcripts, chats and mail in plain text: the frame that a program set around what people said, as edits.

A turn that is headed by a line of its own, such as "Mara Lind 10:02", reads as one that begins "Mara Lind:".
"""

from __future__ import annotations

import re
from collections import Counter

from rag.text.cleaning import Edit
from rag.text.dates import find_date

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,3})?)?"
_CODE = re.compile(
    rf"^[ \t]*(?:[\[(\uff08\u3010]{_CLOCK}[\])\uff09\u3011]|\d{{1,2}}:\d{{2}}:\d{{2}}(?:[.,]\d{{1,3}})?)[ \t]+(?=\S)",
    re.MULTILINE,
)
_DAY = r"(?:(?:19|20)\d{2}[-/.\u5e74]\d{1,2}[-/.\u6708]\d{1,2}\u65e5?|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2})"
_WHEN = rf"[\[(\uff08]?(?:{_DAY},?[ \t]+)?{_CLOCK}(?:[ \t]?[ap]\.?m\.?)?[\])\uff09]?"
_WHO = r"(?P<who>[^\W\d][^\n:\uff1a\uff0c\u3002.!?;()\[\]|\t]{0,23}?)"
_HEAD = re.compile(
    rf"^[ \t]*(?:{_WHEN}[ \t]+{_WHO}|{_WHO.replace('who', 'whose')}[ \t]+{_WHEN})[ \t]*\r?\n(?=[ \t]*\S)",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+(?=\S)", re.MULTILINE)


def find_turns(raw: str) -> tuple[list[Edit], str | None]:
    """Time codes before what is said, where three lines have some; and lines of who speaks and when, where there are three or
    more of them and somebody speaks twice, as a label of what follows. The marks of quoted
    lines, where there are two. With the first day that lines of who speaks name."""
    edits = [Edit(*match.span(), "") for match in _QUOTED.finditer(raw)]
    edits = edits if len(edits) > 1 else []
    heads = [(match, "who" if match["who"] else "whose") for match in _HEAD.finditer(raw)]
    heads = [(match, group) for match, group in heads if not re.search(r"\d{3}|,$", match[group])]
    speakers = Counter(match[group] for match, group in heads)
    if len(heads) < 3 or 2 * len(speakers) > len(heads) + 1:
        codes = list(_CODE.finditer(raw))
        return [*edits, *(Edit(*code.span(), "") for code in codes if len(codes) >= 3)], None
    for match, group in heads:
        if match.start() < match.start(group):
            edits.append(Edit(match.start(), match.start(group), ""))
        edits.append(Edit(match.end(group), match.end(), "\uff1a" if max(match[group]) > "\u2e80" else ": "))
    return edits, next((day for match, _ in heads if (day := find_date(match[0]))), None)


__all__ = ["find_turns"]
