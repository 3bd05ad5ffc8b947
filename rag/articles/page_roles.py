"""The roles of a web page's blocks: what extraction kept, what it got wrong, the headline and pull quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.articles.elements import FRAME, HEADINGS, Page, Run
from rag.articles.page_titles import begins_with, title_parts
from rag.text.cleaning import CleanText
from rag.text.dates import has_date
from rag.text.folding import squeeze
from rag.text.lines import is_wide
from rag.types import Block, Role

_COUNT = re.compile(r"\d{0,7}[kKwWmM\u4e07\u842c]?")  # of likes and the like, or a number above a heading


@dataclass(frozen=True, slots=True)
class _Part:
    """A block of a page: its readable range, the telling elements around it, its letters and digits, its innermost element."""

    start: int
    end: int
    tags: frozenset[str]
    text: str
    shown: str
    element: int


def page_blocks(cleaned: CleanText, page: Page, main: str, titles: tuple[str, str]) -> tuple[Block, ...]:
    """The blocks of a page in offsets of its source, in order, but for bylines: these are body.

    `main` is the text of the article as extracted (empty: everything outside the page's frame is of it) and `titles` are the
    title found with it and the one that the page shows.
    """
    parts = _parts(cleaned, page)
    wanted = _Wanted(main)
    roles = [_role(part.tags, part.text, wanted) for part in parts]
    headline = _headline(parts, *titles)
    if main:
        _amend(parts, roles, page, headline)
    for i, part in enumerate(parts):
        if i == headline:
            roles[i] = Role.TITLE
        elif headline is not None and part.text == parts[headline].text:
            roles[i] = Role.BOILERPLATE
    return tuple(Block(*cleaned.raw_range(part.start, part.end), role) for part, role in zip(parts, roles, strict=True))


def _parts(cleaned: CleanText, page: Page) -> list[_Part]:
    groups: dict[int, list[Run]] = {}
    for run in page.runs:
        groups.setdefault(run.block, []).append(run)
    found = []
    for group in groups.values():
        start, end = cleaned.clean_range(group[0].start, group[-1].end)
        text = cleaned.text[start:end]
        stripped = text.strip()
        if stripped:
            start += text.index(stripped[0])
            tags = frozenset[str]().union(*(run.tags for run in group))
            found.append(_Part(start, start + len(stripped), tags, squeeze(stripped), stripped, group[0].element))
    return found


def _role(tags: frozenset[str], text: str, wanted: _Wanted) -> Role:
    if tags & FRAME or text not in wanted or _COUNT.fullmatch(text):
        return Role.BOILERPLATE
    return Role.HEADING if tags & HEADINGS else Role.BODY


class _Wanted:
    """Whether a block's text is part of the article: one of its paragraphs or table cells, or a long stretch of it."""

    def __init__(self, main: str) -> None:
        self._pieces = {squeeze(piece) for line in main.splitlines() for piece in (line, *line.split("|"))}
        self._whole = squeeze(main)
        self._position = 0

    def __contains__(self, text: str) -> bool:
        if not self._whole or text in self._pieces:
            return True
        if len(text) < 12:
            return False
        place = self._whole.find(text, self._position)
        if place < 0:
            return text in self._whole
        self._position = place
        return True


def _headline(parts: Sequence[_Part], title: str, shown: str) -> int | None:
    """Which part is the headline: of the headings of the first rank the one that the page's shown title begins with, that is its
    title, or the first; where there is none, a lower heading or a line that is the title.

    What the shown title ends with is the site's name.
    """
    front, *behind = title_parts(shown)
    tails = {squeeze(tail) for tail in behind}
    title = squeeze(title)
    outer = [i for i, part in enumerate(parts) if not part.tags & FRAME and part.text and part.text not in tails]
    first = [i for i in outer if "h1" in parts[i].tags]
    lower = [i for i in outer if parts[i].tags & HEADINGS]
    exact = [i for i in first or lower or outer if parts[i].text == title]
    begun = [i for i in first or lower if begins_with(shown, parts[i].text)]
    lines = [i for i in outer if parts[i].text in (title, squeeze(front))]
    return next(iter(begun or exact or first or lines), None)


def _amend(parts: Sequence[_Part], roles: list[Role], page: Page, headline: int | None) -> None:
    """Right what extraction got wrong, by where the article stands in the tree of the page.

    Sentences that were dropped are of the article in the innermost element that holds more than half of what was kept, and
    headings before any such text, unless an element inside that one says that they are a comment, a caption or the like.
    Outside the innermost element that holds four fifths of it, lines that are no sentence are of the page before the
    headline, after the last sentence that was kept and, if they are short, before that element.
    """
    weights = [0] * len(page.parents)
    for part, role in zip(parts, roles, strict=True):
        weights[part.element] += len(part.text) if role is Role.BODY else 0
    for number in range(len(weights) - 1, 0, -1):
        weights[page.parents[number]] += weights[number]
    if not weights[0]:
        return
    core = max(i for i, weight in enumerate(weights) if 2 * weight > weights[0])
    holder = max(i for i, weight in enumerate(weights) if 5 * weight >= 4 * weights[0])
    inside, near = [False] * len(weights), [False] * len(weights)
    for number, parent in enumerate(page.parents):
        inside[number] = number == holder or number > 0 and inside[parent]
        near[number] = number == core or number > 0 and near[parent] and number not in page.beside
    sentence = [len(part.text) >= (15 if is_wide(part.shown) else 40) and _ends(part.shown) for part in parts]
    within = [inside[part.element] for part in parts]
    captions = {i for i, part in enumerate(parts) if part.element in page.captions and len(part.shown) <= 300}
    described = sum(len(parts[i].text) for i in captions if roles[i] is Role.BODY)
    if 2 * described < weights[0]:  # else they are what the page is about
        for i in captions:
            roles[i] = Role.BOILERPLATE
    leads = False
    for i in range(len(parts) - 1, -1, -1):
        part, heading = parts[i], bool(parts[i].tags & HEADINGS)
        if roles[i] is Role.BOILERPLATE and near[part.element] and not part.tags & (FRAME | {"figcaption", "form", "label"}):
            if heading and leads:
                roles[i] = Role.HEADING
            elif sentence[i] and not heading:
                roles[i] = Role.BODY
        leads = roles[i] is Role.BODY or heading and leads
    kept = [i for i, role in enumerate(roles) if role is Role.BODY and (sentence[i] or within[i])]
    last = max(kept, default=len(parts))
    opening = next((i for i, inner in enumerate(within) if inner), 0)
    for i, part in enumerate(parts):
        if not within[i] and roles[i] in (Role.BODY, Role.HEADING) and not sentence[i]:
            early = headline is not None and i < headline
            label = i < opening and roles[i] is Role.BODY and len(part.shown) < 12 and not has_date(part.shown)
            if early or label or i > last:
                roles[i] = Role.BOILERPLATE
    _drop_pull_quotes(parts, roles)


def _drop_pull_quotes(parts: Sequence[_Part], roles: list[Role]) -> None:
    """A set-off quotation that stands in the article's own text as well is there for the eye, and so is the name below it."""
    set_off = [i for i, part in enumerate(parts) if "blockquote" in part.tags and roles[i] is Role.BODY]
    whole = "\n".join(p.text for p, role in zip(parts, roles, strict=True) if role is Role.BODY and "blockquote" not in p.tags)
    repeated = False
    for i in set_off[:50]:
        text = parts[i].text
        name = repeated and i > 0 and roles[i - 1] is Role.BOILERPLATE and len(text) <= 40 and not _ends(parts[i].shown)
        repeated = 8 <= len(text) <= 300 and text in whole
        if repeated or name:
            roles[i] = Role.BOILERPLATE


def _ends(text: str) -> bool:
    """Whether a text ends with the mark of a sentence, whatever closes behind it."""
    return text.rstrip("\u201d\u2019\u300d\u300f\"')]\uff09\u3011 ")[-1:] in tuple("\u3002.!?\uff01\uff1f\u2026")


__all__ = ["page_blocks"]
