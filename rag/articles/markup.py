"""Web pages: what is markup, as edits and blocks in offsets of the source.

Citations into an HTML file point into the file as it is, tags and all; readers see the text.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from rag.articles.elements import Page, Run, read_page
from rag.articles.extraction import extract
from rag.articles.page_roles import page_blocks
from rag.articles.page_titles import begins_with, shown_title, site_name
from rag.articles.raised import NOTE, POWER
from rag.text.cleaning import CleanText, Edit, clean
from rag.types import Block, Metadata, Role

# A mark that leads to a note, in an element that is called so or in a raised link. Who quotes the sentence leaves it out.
_NOTE_MARK = re.compile(
    r"<(?:sup|a)\b(?=[^<>]{0,300}(?:footnote|noteref|endnote|reference|fnref))[^<>]{0,300}>(?:<a\b[^<>]{0,300}>)?\s{0,3}(\[?\d{1,3}\]?)\s{0,3}</"
    r"|<sup\b[^<>]{0,300}>\s{0,3}<a\b[^<>]{0,300}>\s{0,3}(\[?\d{1,3}\]?)\s{0,3}</a>",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"(?:\u6765\u6e90|\u4f86\u6e90|\u51fa\u5904|\u51fa\u8655)\s?[:\uff1a]\s?\S")  # a byline names the publisher


def read_html(raw: str) -> tuple[CleanText, Metadata, tuple[Block, ...]]:
    """Readable text, metadata and blocks of an HTML page, all in offsets of its source.

    What is the article and what is the page around it is trafilatura's judgement (Barbaresi, 2021), block by block; where
    it finds no article, everything outside navigation, asides, forms and footers is.
    """
    cleaned, page = _clean_page(raw)
    metadata, main = extract(raw)
    shown = shown_title(raw)
    blocks = page_blocks(cleaned, page, main, (metadata.title or "", shown))
    title = next((cleaned.text[slice(*cleaned.clean_range(b.start, b.end))] for b in blocks if b.role is Role.TITLE), "")
    headline = " ".join(title.split())
    if headline and metadata.publisher is None and not _SOURCE.search(cleaned.text):
        metadata = replace(metadata, publisher=site_name(shown, headline))
    if headline and metadata.title and not begins_with(shown, metadata.title) and begins_with(shown, headline):
        metadata = replace(metadata, title=headline)  # a heading of the page's frame was taken for it
    return cleaned, metadata, blocks


def clean_html(raw: str) -> CleanText:
    """Readable text of an HTML page."""
    return _clean_page(raw)[0]


def _clean_page(raw: str) -> tuple[CleanText, Page]:
    page = read_page(raw)
    powers = {match.span("power") for match in POWER.finditer(raw)}
    notes = {match.span("number") for match in NOTE.finditer(raw)}
    notes |= {match.span(i) for match in _NOTE_MARK.finditer(raw) for i in (1, 2) if match[i]}
    edits: list[Edit] = []
    position = 0
    block, cell = -1, 0
    for run in page.runs:
        if _stripped(raw, run) in notes:
            continue
        if run.start > position:
            between = "\n" if run.block != block else " | " if run.cell != cell else ""
            raised = "^" if run.block == block and _stripped(raw, run) in powers else ""
            edits.append(Edit(position, run.start, between + raised))
        edits += _references(raw, run)
        position, block, cell = run.end, run.block, run.cell
    if position < len(raw):
        edits.append(Edit(position, len(raw), ""))
    return clean(raw, edits), page


def _stripped(raw: str, run: Run) -> tuple[int, int]:
    """The range of a run without white space around it."""
    text = raw[run.start : run.end]
    return run.start + len(text) - len(text.lstrip()), run.end - len(text) + len(text.rstrip())


def _references(raw: str, run: Run) -> list[Edit]:
    """Character references as their characters, and line breaks of the source as blanks (unless in `pre`)."""
    edits = []
    for match in re.finditer(r"&[#\w]{1,32};?|\s+", raw[run.start : run.end]):
        if match[0][0] == "&":
            text = html.unescape(match[0]).replace("\xa0", " ")
        elif "pre" in run.tags or not ("\n" in match[0] or "\r" in match[0]):
            continue
        else:
            text = " "
        if text != match[0]:
            edits.append(Edit(run.start + match.start(), run.start + match.end(), text))
    return edits


__all__ = ["clean_html", "read_html"]
