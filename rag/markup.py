"""Markdown and HTML sources: what is markup, as edits and blocks in offsets of the source.

Citations into an HTML or Markdown file point into the file as it is, tags and all; readers see the text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate

from rag.authors import declared_authors
from rag.cleaning import CleanText, Edit, clean
from rag.dates import find_date
from rag.types import Block, Metadata, Role

# --- Markdown --------------------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n((?:(?:\w[\w-]*[ \t]*:|[ \t#-])[^\n]*\n|\r?\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_FIELD = re.compile(r"^(title|author|date|publisher|source|site|url|link)[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_TARGET = r"\((?:[^()\n]|\([^()\n]{0,300}\)){0,1000}\)"
_IMAGE = rf"!\[[^\[\]\n]{{0,300}}\]{_TARGET}"
_MARKDOWN = (
    re.compile(r"^[ \t]{0,3}(?P<cut>#{1,6}[ \t]+)", re.MULTILINE),
    re.compile(r"^[ \t]{0,3}(?P<cut>(?:>[ \t]?)+)", re.MULTILINE),
    re.compile(r"^(?P<cut>[ \t]{0,3}(?:(?:-[ \t]?){3,}|(?:\*[ \t]?){3,}|(?:_[ \t]?){3,}|={3,}[ \t]*)\r?)$", re.MULTILINE),
    re.compile(rf"(?P<cut>{_IMAGE})"),
    re.compile(
        r"(?P<cut>(?<![\w*])\*{1,3}(?=[^\s*])|(?<=[^\s*])\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=[^\s_])|(?<=[^\s_])_{1,3}(?!\w)|`{1,3})"
    ),
)
_LINK = re.compile(rf"(?<!!)\[(?P<text>(?:{_IMAGE}|[^\[\]\n]){{1,300}}+)\]{_TARGET}")
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
            fields.setdefault(key, value.strip().strip("\"'"))
    for pattern in _MARKDOWN:
        edits += [Edit(m.start("cut"), m.end("cut"), "") for m in pattern.finditer(raw, start) if m["cut"]]
    for match in _LINK.finditer(raw, start):
        edits.append(Edit(match.start(), match.start("text"), ""))
        edits.append(Edit(match.end("text"), match.end(), ""))
    if "date" in fields:
        fields["date"] = find_date(fields["date"]) or ""
    metadata = Metadata(**{k: v for k, v in fields.items() if v})
    return clean(raw, edits), metadata, start


# --- HTML ------------------------------------------------------------------------------------------------------------

_BREAKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "head header hr html legend li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul".split()
)
_SILENT = frozenset("script style noscript template svg math iframe object select textarea title head".split())
_FRAME = frozenset("nav footer aside button menu".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


# Comments, tags and declarations. No pattern looks past the next "<", so that broken markup costs no more than whole.
_TOKEN = re.compile(
    r"<!--|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/<>]*+)(?:[^<>=]|=\s*+(?:\"[^\"]*\"|'[^']*')?)*+>|<[!?/][^<>]*+>",
)
_RAW_TEXT = frozenset("script style textarea title xmp iframe".split())
_MARKED = _SILENT | _FRAME | frozenset("article h1 h2 h3 h4 h5 h6 pre".split())


# Elements that hold an advertisement, an offer or a list of other articles say so in a word of these attributes.
_ATTRIBUTE = re.compile(r"""\b(class|id|role|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ADVERTS = frozenset(
    "ad ads advert adverts advertisement advertisements advertising advertorial adsbygoogle adslot adunit adbox adcontainer adwrapper sponsored promo promos "
    "promoted promotion promotions newsletter newsletters related recirc recirculation outbrain taboola complementary "
    "werbung anzeige publicité publicidad publicidade pubblicità advertentie reklama реклама 广告 廣告 広告".split()
)
_NEGATED = frozenset("has with no non not without hide hides free supports block".split())
_HOLDERS = frozenset("aside div figure footer form header li ol p section table ul".split())


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    tags: frozenset[str]
    block: int


def _runs_of(source: str) -> list[_Run]:
    """The runs of visible text: their offsets, the telling elements around them and their block number."""
    runs: list[_Run] = []
    stack: list[str] = []
    adverts: list[tuple[int, int]] = []
    opened: list[tuple[int, int]] = []  # depth of the stack and offset where an advertisement begins
    inside: Counter[str] = Counter()
    position = block = 0
    comments = True
    for match in _TOKEN.finditer(source):
        if match.start() < position:
            continue
        if match[0] == "<!--":
            end = source.find("-->", match.start() + 2) if comments else -1
            comments = end >= 0
            if not comments:
                continue  # never closed: text
            end += 3
        else:
            end = match.end()
        around = frozenset(tag for tag, count in inside.items() if count and tag in _MARKED)
        if match.start() > position and not around & _SILENT:
            runs.append(_Run(position, match.start(), around, block))
        position = end
        tag = (match["tag"] or "").lower()
        if tag in _BREAKS:
            block += 1
        if match["end"]:
            while inside[tag]:
                closed = stack.pop()
                inside[closed] -= 1
                if closed == tag:
                    break
            while opened and len(stack) < opened[-1][0]:
                depth, start = opened.pop()
                if len(stack) == depth - 1:  # closed by its own tag, not by that of an element around it
                    adverts.append((start, position))
        elif tag and tag not in _VOID and not (match[0].endswith("/>") and tag in ("svg", "math")):
            if tag == "body" and inside["head"]:
                stack.clear()
                inside.clear()
                opened.clear()
            stack.append(tag)
            inside[tag] += 1
            if tag in _HOLDERS and _is_advert(match[0]) and not (tag in ("p", "li") and _is_left_open(tag, source, position)):
                opened.append((len(stack), position))
            if tag in _RAW_TEXT:
                closing = re.compile(rf"</{tag}(?![^\s/>])", re.IGNORECASE).search(source, position)
                position = closing.start() if closing else len(source)
    around = frozenset(tag for tag, count in inside.items() if count and tag in _MARKED)
    if position < len(source) and not around & _SILENT:
        runs.append(_Run(position, len(source), around, block))
    return _aside(runs, adverts)


def _is_advert(tag: str) -> bool:
    """Whether the attributes of a tag call its element an advertisement or the like."""
    for match in _ATTRIBUTE.finditer(tag):
        words = re.findall(r"[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|[A-Z][^\W\d_A-Z]*", match[2] or match[3] or match[4] or "")
        for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
            if word.lower() in _ADVERTS and before.lower() not in _NEGATED and after.lower() not in _NEGATED:
                return True
    return False


def _is_left_open(tag: str, source: str, position: int) -> bool:
    """Whether another element of the kind begins, or none ends, before this one is closed; page authors may leave that out."""
    following = re.compile(rf"<(/?){tag}(?![\w-])", re.IGNORECASE).search(source, position)
    return following is None or not following[1]


def _aside(runs: list[_Run], adverts: list[tuple[int, int]]) -> list[_Run]:
    """The runs, those of advertisements marked as an aside.

    What has the page's headline in it, or half of its text outside menus and the like, is no advertisement, whatever it is
    called.
    """
    if not adverts:
        return runs
    starts = [run.start for run in runs]
    sums = list(accumulate((0 if run.tags & _FRAME else run.end - run.start for run in runs), initial=0))
    titles = list(accumulate(("h1" in run.tags for run in runs), initial=0))
    marked = [0] * (len(runs) + 1)
    for start, end in adverts:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if titles[first] == titles[last] and 2 * (sums[last] - sums[first]) < sums[-1]:
            marked[first] += 1
            marked[last] -= 1
    depths = accumulate(marked)
    return [replace(run, tags=run.tags | {"aside"}) if depth else run for run, depth in zip(runs, depths, strict=False)]


def read_html(raw: str) -> tuple[CleanText, Metadata, tuple[Block, ...]]:
    """Readable text, metadata and blocks of an HTML page, all in offsets of its source.

    What is the article and what is the page around it is trafilatura's judgement (Barbaresi, 2021), block by block; where
    it finds no article, everything outside navigation, asides, forms and footers is.
    """
    cleaned, runs = _clean_runs(raw)
    metadata, main = _extract(raw)
    return cleaned, metadata, _html_blocks(cleaned, runs, main, metadata.title)


def clean_html(raw: str) -> CleanText:
    """Readable text of an HTML page."""
    return _clean_runs(raw)[0]


def _clean_runs(raw: str) -> tuple[CleanText, list[_Run]]:
    runs = _runs_of(raw)
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
    return clean(raw, edits), runs


def _references(raw: str, run: _Run) -> list[Edit]:
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


def _extract(raw: str) -> tuple[Metadata, str]:
    import logging

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    from trafilatura import bare_extraction, load_html

    page = load_html(raw)
    document = bare_extraction(raw, include_comments=False, include_tables=True, with_metadata=True, favor_recall=True)
    if document is None:
        return Metadata(), ""
    found = document if isinstance(document, dict) else document.as_dict()
    fields = {"title": "title", "publisher": "sitename", "author": "author", "date": "date", "url": "url"}
    metadata = Metadata(**{name: str(found[key]) for name, key in fields.items() if found.get(key)})
    if page is not None and (authors := declared_authors(page, metadata.publisher)):
        metadata = replace(metadata, author=authors)  # trafilatura keeps only names with a blank in them
    return metadata, str(found.get("text") or "")


def _html_blocks(cleaned: CleanText, runs: list[_Run], main: str, title: str | None) -> tuple[Block, ...]:
    groups: dict[int, list[_Run]] = {}
    for run in runs:
        groups.setdefault(run.block, []).append(run)
    found: list[tuple[int, int, frozenset[str], str]] = []
    for group in groups.values():
        start, end = cleaned.clean_range(group[0].start, group[-1].end)
        text = cleaned.text[start:end]
        stripped = text.strip()
        if stripped:
            start += text.index(stripped[0])
            tags = frozenset[str]().union(*(run.tags for run in group))
            found.append((start, start + len(stripped), tags, _squeeze(stripped)))
    named = [text for _, _, tags, text in found if "h1" in tags and not tags & _FRAME]
    headline = next((text for text in named if text == _squeeze(title or "")), named[0] if named else None)
    wanted = _Wanted(main)
    blocks = []
    for start, end, tags, text in found:
        role = _html_role(tags, text, wanted)
        if headline is not None and text == headline and "h1" in tags and not tags & _FRAME:
            role, headline = Role.TITLE, None
        blocks.append(Block(*cleaned.raw_range(start, end), role))
    return tuple(blocks)


class _Wanted:
    """Whether a block's text is part of the article: one of its paragraphs or table cells, or a long stretch of it."""

    def __init__(self, main: str) -> None:
        self._pieces = {_squeeze(piece) for line in main.splitlines() for piece in (line, *line.split("|"))}
        self._whole = _squeeze(main)
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


def _html_role(tags: frozenset[str], text: str, wanted: _Wanted) -> Role:
    if tags & _FRAME or text not in wanted:
        return Role.BOILERPLATE
    return Role.HEADING if tags & {"h1", "h2", "h3", "h4", "h5", "h6"} else Role.BODY


def _squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text)


__all__ = ["clean_html", "read_html", "read_markdown"]
