"""Divide an article into blocks and say what each is: title, byline, heading, body or page furniture.

Works on readable text line by line. The rules look at form (length, end marks, place in the file) and at the fixed
phrases with which web pages frame an article in Chinese, English and Japanese; none knows any particular site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.articles.bylines import is_byline, is_date_line, is_signature
from rag.articles.furniture import begins_tail, framed, is_furniture, leads_elsewhere, mail_headers, works_cited
from rag.articles.headlines import above_headline, below_headline, is_title
from rag.articles.interruptions import repeated
from rag.articles.unwrapping import unwrap
from rag.text.cleaning import CleanText
from rag.text.lines import CLOSERS, Line, ends_sentence, is_list_item, is_wide, lines_of
from rag.types import Block, Role

_COUNT = re.compile(r"\d{1,7}(?:[.,]\d)?[kKwW\u4e07\u842c]?")
_FIGURES = re.compile(r"[\d\W_]+")


def _is_heading(line: Line, following: Line | None) -> bool:
    text = line.text
    if following is None or len(following.text) < 2 * len(text) and len(following.text) < 40:
        return False
    limit = 40 if is_wide(text) else 90
    if " | " in text or _FIGURES.fullmatch(text):  # a row of a table
        return False
    return len(text) <= limit and text.rstrip(CLOSERS)[-1:] not in tuple("。.;:,、…") and not is_list_item(text)


def assign_roles(lines: Sequence[Line], above: Sequence[Role] = (), *, title: bool = True) -> list[Role]:
    """The role of each line.

    The title is the first line that is no page furniture, if it reads as one. A byline stands in the first six lines from
    there or in the last twelve: a labelled line, or near the top a short one with a date and no full stop, or a line of
    names before such a one. From a heading such as "Related articles" on, everything is boilerplate unless a full paragraph
    (80 characters, 120 of a Latin text, with an end mark) comes later; so is everything from a line such as "Read more" on
    where no sentence comes later, and elsewhere the list items below it, and a heading such as "References" with the works
    below it. `title=False` looks for no title; `above` are the roles of the first lines, where they are known, and the title
    comes after these.
    """
    roles: list[Role] = []
    named = Role.TITLE in above
    above = [*above, *(above_headline(lines[len(above) :]) if title and not named else ())]
    head = len(above)
    titled = title and not named and is_title(lines[head:])
    filed = below_headline(lines, head) if titled else range(0)
    last_prose = max((i for i, line in enumerate(lines) if len(line.text) >= (80 if is_wide(line.text) else 120)
                      and ends_sentence(line.text) and not is_furniture(line.text)), default=-1)  # fmt: skip
    last_sentence = max((i for i, line in enumerate(lines) if len(line.text) >= 25 and ends_sentence(line.text)
                         and not is_furniture(line.text)), default=-1)  # fmt: skip
    last_byline = head - 1
    in_tail = linked = False
    skipped = 0
    listed = mail_headers(lines) | works_cited(lines) | framed(lines, last_prose) | (repeated(lines) if title else set())
    for i, line in enumerate(lines):
        text = line.text
        in_tail = in_tail or i > max(last_prose, head) and begins_tail(text)
        in_tail = in_tail or i > max(last_sentence, head) and leads_elsewhere(text)
        item = is_list_item(text) and text[-1] not in ".。;"
        linked = item and i > 0 and (linked or leads_elsewhere(lines[i - 1].text))
        place = i - skipped  # furniture between headline and byline does not count
        near_edge = place < head + 6 or i >= len(lines) - 12 or i > last_prose
        dated = place < head + 4 and is_date_line(text)
        if i == head and titled:
            roles.append(Role.TITLE)
        elif i < head:
            roles.append(above[i])
        elif in_tail or linked or i in listed or i in filed or is_furniture(text) and not dated:
            roles.append(Role.BOILERPLATE)
            skipped += 1
        elif near_edge and len(text) <= 120 and (is_byline(text) or dated):
            roles.append(Role.BYLINE)
            last_byline = i if place < head + 6 else last_byline
        elif i > 0 and _is_heading(line, lines[i + 1] if i + 1 < len(lines) else None):
            roles.append(Role.HEADING)
        else:
            roles.append(Role.BODY)
    for i in range(head + 1, last_byline):
        if titled and is_signature(lines[i].text) and roles[i] is not Role.BOILERPLATE:
            roles[i] = Role.BYLINE
    return _drop_orphans(lines, _drop_counts(lines, roles))


def _drop_counts(lines: Sequence[Line], roles: list[Role]) -> list[Role]:
    """Numbers alone beside furniture or a byline are counts of likes and the like."""
    tidied = list(roles)
    numbers = range(1, len(lines) - 1)
    for order in (numbers, reversed(numbers)):
        for i in order:
            beside = {tidied[i - 1], tidied[i + 1]} & {Role.BOILERPLATE, Role.BYLINE}
            if beside and tidied[i] in (Role.BODY, Role.HEADING) and _COUNT.fullmatch(lines[i].text):
                tidied[i] = Role.BOILERPLATE
    return tidied


def _drop_orphans(lines: Sequence[Line], roles: list[Role]) -> list[Role]:
    """Headings with no body after them are furniture, what is left of the lists at the end of a page."""
    tidied = list(roles)
    for i in range(len(lines) - 1, -1, -1):
        if tidied[i] is Role.BODY:
            break
        if tidied[i] is Role.HEADING:
            tidied[i] = Role.BOILERPLATE
    return tidied


def divide(cleaned: CleanText, above: Sequence[Role] = ()) -> tuple[Block, ...]:
    """The blocks of an article in raw offsets, in order; blank lines belong to none. `above` are the roles of the first of them."""
    lines = unwrap(cleaned.text, lines_of(cleaned.text))
    roles = assign_roles(lines, above)
    return tuple(Block(*cleaned.raw_range(line.start, line.end), role) for line, role in zip(lines, roles, strict=True))


__all__ = ["assign_roles", "divide"]
