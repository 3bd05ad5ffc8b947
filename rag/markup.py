"""Markdown and HTML sources: what is markup, as edits and blocks in offsets of the source.

Citations into an HTML or Markdown file point into the file as it is, tags and all; readers see the text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from rag.cleaning import CleanText, Edit, clean
from rag.types import Block, Metadata, Role

# --- Markdown --------------------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date|publisher|source|site|url|link)[ \t]*:[ \t]*(.+?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_MARKDOWN = (
    re.compile(r"^[ \t]{0,3}(?P<cut>#{1,6}[ \t]+)", re.MULTILINE),
    re.compile(r"^[ \t]{0,3}(?P<cut>(?:>[ \t]?)+)", re.MULTILINE),
    re.compile(r"^(?P<cut>[ \t]{0,3}(?:[-*_][ \t]?){3,}\r?)$", re.MULTILINE),
    re.compile(r"(?P<cut>!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\))"),
    re.compile(r"(?P<cut>(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`{1,3})"),
)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]{1,300})\]\([^)\n]{0,1000}\)")
_FIELDS = {"source": "publisher", "site": "publisher", "link": "url"}


def read_markdown(raw: str) -> tuple[CleanText, Metadata, int]:
    """Readable text of a Markdown file, what its front matter says, and where the front matter ends.

    Headings, quotes, emphasis, links and pictures lose their marks; words stay. Front matter is cut from the readable
    text.
    """
    edits: list[Edit] = []
    fields: dict[str, str] = {}
    front = _FRONT_MATTER.match(raw)
    start = front.end() if front else 0
    if front:
        edits.append(Edit(0, start, ""))
        for name, value in _FIELD.findall(front[1]):
            key = _FIELDS.get(name.lower(), name.lower())
            fields.setdefault(key, value.strip("\"'"))
    for pattern in _MARKDOWN:
        edits += [Edit(m.start("cut"), m.end("cut"), "") for m in pattern.finditer(raw, start) if m["cut"]]
    for match in _LINK.finditer(raw, start):
        edits.append(Edit(match.start(), match.start("text"), ""))
        edits.append(Edit(match.end("text"), match.end(), ""))
    metadata = Metadata(**{k: v for k, v in fields.items() if v})
    return clean(raw, edits), metadata, start


# --- HTML ------------------------------------------------------------------------------------------------------------

_BREAKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "head header hr html legend li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul".split()
)
_SILENT = frozenset("script style noscript template svg math iframe object select textarea title head".split())
_FRAME = frozenset("nav footer aside form button menu".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    tags: frozenset[str]
    block: int


class _Reader(HTMLParser):
    """Collects the runs of visible text with their offsets, enclosing elements and block number."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0]
        for match in re.finditer("\n", source):
            self._lines.append(match.end())
        self._open: list[str] = []
        self._block = 0
        self.runs: list[_Run] = []
        self.feed(source)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _add(self, length: int) -> None:
        start = self._here()
        if not _SILENT.intersection(self._open):
            self.runs.append(_Run(start, start + length, frozenset(self._open), self._block))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self._block += 1
        if tag == "body" and "head" in self._open:
            self._open.clear()
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag in _BREAKS:
            self._block += 1

    def handle_data(self, data: str) -> None:
        self._add(len(data))

    def handle_entityref(self, name: str) -> None:
        self._add(len(name) + 1)

    def handle_charref(self, name: str) -> None:
        self._add(len(name) + 2)


def read_html(raw: str) -> tuple[CleanText, Metadata, tuple[Block, ...]]:
    """Readable text, metadata and blocks of an HTML page, all in offsets of its source.

    What is the article and what is the page around it is trafilatura's judgement (Barbaresi, 2021), block by block; where
    it finds no article, everything outside navigation, asides, forms and footers is.
    """
    runs = _Reader(raw).runs
    edits: list[Edit] = []
    position = 0
    block = -1
    for run in runs:
        if run.start > position:
            edits.append(Edit(position, run.start, "\n" if run.block != block else ""))
        edits += _references(raw, run)
        position, block = run.end, run.block
    if position < len(raw):
        edits.append(Edit(position, len(raw), ""))
    cleaned = clean(raw, edits)
    metadata, main = _extract(raw)
    return cleaned, metadata, _html_blocks(cleaned, runs, main)


def _references(raw: str, run: _Run) -> list[Edit]:
    """Character references as their characters, and line breaks of the source as blanks (unless in `pre`)."""
    edits = []
    for match in re.finditer(r"&[#\w]{1,32};?|\s*[\n\r]\s*", raw[run.start : run.end]):
        text = html.unescape(match[0]).replace("\xa0", " ") if match[0][0] == "&" else " "
        if text != match[0] and not ("pre" in run.tags and text == " "):
            edits.append(Edit(run.start + match.start(), run.start + match.end(), text))
    return edits


def _extract(raw: str) -> tuple[Metadata, str]:
    import logging

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    from trafilatura import bare_extraction

    document = bare_extraction(raw, include_comments=False, include_tables=True, with_metadata=True, favor_recall=True)
    if document is None:
        return Metadata(), ""
    found = document if isinstance(document, dict) else document.as_dict()
    fields = {"title": "title", "publisher": "sitename", "author": "author", "date": "date", "url": "url"}
    return Metadata(**{name: str(found[key]) for name, key in fields.items() if found.get(key)}), str(found.get("text") or "")


def _html_blocks(cleaned: CleanText, runs: list[_Run], main: str) -> tuple[Block, ...]:
    wanted = _squeeze(main)
    groups: dict[int, list[_Run]] = {}
    for run in runs:
        groups.setdefault(run.block, []).append(run)
    blocks = []
    titled = False
    for group in groups.values():
        start, end = cleaned.clean_range(group[0].start, group[-1].end)
        text = cleaned.text[start:end]
        stripped = text.strip()
        if not stripped:
            continue
        start += text.index(stripped[0])
        tags = frozenset().union(*(run.tags for run in group))
        role = _html_role(tags, _squeeze(stripped), wanted, titled)
        titled = titled or role is Role.TITLE
        blocks.append(Block(*cleaned.raw_range(start, start + len(stripped)), role))
    return tuple(blocks)


def _html_role(tags: frozenset[str], text: str, wanted: str, titled: bool) -> Role:
    if "h1" in tags and not titled:
        return Role.TITLE
    if wanted and text not in wanted or tags & _FRAME:
        return Role.BOILERPLATE
    return Role.HEADING if tags & {"h1", "h2", "h3", "h4", "h5", "h6"} else Role.BODY


def _squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text)


__all__ = ["read_html", "read_markdown"]
