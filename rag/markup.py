"""Web pages: what is markup, as edits and blocks in offsets of the source.

Citations into an HTML file point into the file as it is, tags and all; readers see the text.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from rag.authors import declared_authors, declared_publisher
from rag.cleaning import CleanText, Edit, clean
from rag.dates import has_date
from rag.raised import NOTE, POWER
from rag.types import Block, Metadata, Role

_BREAKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "head header hr html legend li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul".split()
)
_SILENT = frozenset("script style noscript template svg math iframe object select textarea title head".split())
_FRAME = frozenset("nav footer aside button menu amp-sidebar".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


# Comments, tags and declarations. No pattern looks past the next "<", so that broken markup costs no more than whole.
_TOKEN = re.compile(
    r"<!--|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/<>]*+)(?:[^<>=]|=\s*+(?:\"[^\"]*\"|'[^']*')?)*+>|<[!?/][^<>]*+>",
)
_RAW_TEXT = frozenset("script style textarea title xmp iframe".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_MARKED = _SILENT | _FRAME | _HEADINGS | frozenset("article blockquote figcaption form label pre".split())


# Elements that hold an advertisement, an offer or a list of other articles say so in a word of these attributes.
_ATTRIBUTE = re.compile(r"""\b(class|id|role|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ADVERTS = frozenset(
    "ad ads advert adverts advertisement advertisements advertising advertorial adsbygoogle adslot adunit adbox adcontainer adwrapper sponsored promo promos "
    "promoted promotion promotions newsletter newsletters related recirc recirculation outbrain taboola complementary "
    "toc werbung anzeige publicité publicidad publicidade pubblicità advertentie reklama реклама 广告 廣告 広告".split()
)
_NEGATED = frozenset("has with no non not without hide hides free supports block".split())
_HOLDERS = frozenset("aside div figure footer form header li ol p section table ul".split())
# Elements beside the article, or around a part of it that is no text of its own, say so as well; a sentence in them is no loss.
_BESIDE = frozenset(
    "comment comments commentlist respond reply replies caption credit share sharing social login signin signup modal popup dialog breadcrumb breadcrumbs "
    "sidebar footer nav menu meta author bio tags copyright disclaimer subscribe subscription cookie cookies consent banner toolbar recommend recommended "
    "recommendation recommendations rank hot sponsor signup paywall profile".split()
)
# A mark that leads to a note, in an element that is called so or in a raised link. Who quotes the sentence leaves it out.
_NOTE_MARK = re.compile(
    r"<(?:sup|a)\b(?=[^<>]{0,300}(?:footnote|noteref|endnote|reference|fnref))[^<>]{0,300}>(?:<a\b[^<>]{0,300}>)?\s{0,3}(\[?\d{1,3}\]?)\s{0,3}</"
    r"|<sup\b[^<>]{0,300}>\s{0,3}<a\b[^<>]{0,300}>\s{0,3}(\[?\d{1,3}\]?)\s{0,3}</a>",
    re.IGNORECASE,
)
_PICTURED = frozenset("img image images pic picture photo figure".split())
_TITLE = re.compile(r"<title\b[^<>]*>([^<]{1,500})</title", re.IGNORECASE)
_JOINTS = re.compile(r"\s[-\u2013\u2014]\s|[|_]|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])")
_SOURCE = re.compile(r"(?:\u6765\u6e90|\u4f86\u6e90|\u51fa\u5904|\u51fa\u8655)\s?[:\uff1a]\s?\S")  # a byline names the publisher
_COUNT = re.compile(r"\d{0,7}[kKwWmM\u4e07\u842c]?")  # of likes and the like, or a number above a heading
_ROW = 400  # characters that a row of a table may have to be read as one line


@dataclass(frozen=True, slots=True)
class _Run:
    """Visible text: its offsets, the telling elements around it, its block, the innermost element, and its row and cell of a
    table, 0 outside cells."""

    start: int
    end: int
    tags: frozenset[str]
    block: int
    element: int
    row: int
    cell: int


@dataclass(frozen=True, slots=True)
class _Page:
    """The runs of a page in order; of each element the number of the one around it, which is lower; those beside the article, and
    those that are captions."""

    runs: list[_Run]
    parents: list[int]
    beside: frozenset[int]
    captions: frozenset[int]


class _Tree:
    """The elements that are open while a page is read, and all so far: of each the one around it, and those beside the article."""

    def __init__(self) -> None:
        self.parents = [0]
        self.beside: set[int] = set()
        self.captions: set[int] = set()
        self.inside: Counter[str] = Counter()
        self._tags: list[str] = []
        self._numbers = [0]
        self._opened: list[tuple[int, int]] = []  # depth and offset where an advertisement begins
        self.adverts: list[tuple[int, int]] = []
        self.hidden = 0  # depth of an editor's tool

    @property
    def element(self) -> int:
        """The number of the innermost open element."""
        return self._numbers[-1]

    def around(self) -> frozenset[str]:
        """The telling elements that are open."""
        return frozenset(tag for tag, count in self.inside.items() if count and tag in _MARKED)

    def close(self, tag: str, end: int) -> None:
        """Close an element and those open in it, and the advertisements that end there; `end` is where its end tag ends."""
        if tag in _HEADINGS and not self.inside[tag]:  # any heading's end ends the one that is open
            tag = next((heading for heading in sorted(_HEADINGS) if self.inside[heading]), tag)
        while self.inside[tag]:
            closed = self._tags.pop()
            self._numbers.pop()
            self.inside[closed] -= 1
            if closed == tag:
                break
        depth = len(self._tags)
        self.hidden = self.hidden if depth >= self.hidden else 0
        while self._opened and depth < self._opened[-1][0]:
            level, begin = self._opened.pop()
            if depth == level - 1:  # closed by its own tag, not by that of an element around it
                self.adverts.append((begin, end))

    def open(self, tag: str, attributes: str, source: str, position: int) -> None:
        """Open an element whose text begins at a position of the source."""
        if tag == "body" and self.inside["head"]:
            self._tags.clear()
            self.inside.clear()
            self._opened.clear()
            del self._numbers[1:]
        self._tags.append(tag)
        self.inside[tag] += 1
        self.parents.append(self.element)
        self._numbers.append(len(self.parents) - 1)
        words = _called(attributes)
        if words & _BESIDE:
            self.beside.add(self.element)
        if (
            self.parents[-1] in self.captions
            or "caption" in words
            or words & _PICTURED
            and words & {"desc", "descr", "description"}
        ):
            self.captions.add(self.element)
        if tag == "span" and "editsection" in words:
            self.hidden = len(self._tags)
        if tag in _HOLDERS and words & _ADVERTS and not (tag in ("p", "li") and _is_left_open(tag, source, position)):
            self._opened.append((len(self._tags), position))


def _read(source: str) -> _Page:
    """The runs of visible text of a page and the tree of its elements, of which number 0 is the page."""
    runs: list[_Run] = []
    tree = _Tree()
    position = block = row = cell = 0

    def add(end: int) -> None:
        around = tree.around()
        if end > position and not around & _SILENT and not tree.hidden:
            celled = cell if tree.inside["td"] or tree.inside["th"] else 0
            runs.append(_Run(position, end, around, block, tree.element, row, celled))

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
        add(match.start())
        position = end
        tag = (match["tag"] or "").lower()
        if tag in _BREAKS:
            block += 1
            tree.hidden = 0
        row += tag in ("tr", "table")
        cell += tag in ("td", "th")
        if match["end"]:
            tree.close(tag, position)
        elif tag and tag not in _VOID and not (match[0].endswith("/>") and tag in ("svg", "math")):
            tree.open(tag, match[0], source, position)
            if tag in _RAW_TEXT:
                closing = re.compile(rf"</{tag}(?![^\s/>])", re.IGNORECASE).search(source, position)
                position = closing.start() if closing else len(source)
    add(len(source))
    return _Page(_aside(_in_rows(runs, source), tree.adverts), tree.parents, frozenset(tree.beside), frozenset(tree.captions))


def _called(tag: str) -> set[str]:
    """The words by which the attributes of a tag call its element something, those that they deny aside."""
    called: set[str] = set()
    if "=" not in tag:
        return called
    for match in _ATTRIBUTE.finditer(tag):
        words = re.findall(r"[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|[A-Z][^\W\d_A-Z]*", match[2] or match[3] or match[4] or "")
        for before, word, after in zip(["", *words], words, [*words[1:], ""], strict=False):
            if before.lower() not in _NEGATED and after.lower() not in _NEGATED:
                called.add(word.lower())
    return called


def _in_rows(runs: list[_Run], source: str) -> list[_Run]:
    """The runs, those of a table's row as one block where no cell has more than one: a row of such is a line of text.

    Where a cell has paragraphs the table only lays out the page.
    """
    found: list[_Run] = []
    for row, group in groupby(runs, key=lambda run: run.row):
        members = list(group)
        told = [run for run in members if not source[run.start : run.end].isspace()]
        cells = [run for run in told if run.cell]
        blocks = {run.block for run in cells}
        numbers = {run.cell for run in cells}
        if row and 1 < len(numbers) == len(blocks) and len(cells) == len(told) and sum(r.end - r.start for r in cells) <= _ROW:
            members = [replace(run, block=cells[0].block) for run in cells]
        found += members
    return found


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
    cleaned, page = _clean_page(raw)
    metadata, main = _extract(raw)
    declared = _TITLE.search(raw)
    shown = " ".join(html.unescape(declared[1]).split()) if declared else ""
    blocks = _html_blocks(cleaned, page, main, (metadata.title or "", shown))
    if metadata.publisher is None and not _SOURCE.search(cleaned.text):
        metadata = replace(metadata, publisher=_site(shown, cleaned, blocks))
    if metadata.title and not _squeeze(shown).casefold().startswith(_squeeze(metadata.title).casefold()):
        named = next((cleaned.text[slice(*cleaned.clean_range(b.start, b.end))] for b in blocks if b.role is Role.TITLE), "")
        if named and _squeeze(shown).casefold().startswith(_squeeze(named).casefold()):
            metadata = replace(metadata, title=" ".join(named.split()))  # a heading of the page's frame was taken for it
    return cleaned, metadata, blocks


def _site(title: str, cleaned: CleanText, blocks: Sequence[Block]) -> str | None:
    """The name that the page's title has behind the headline and a mark."""
    headline = next((cleaned.clean_range(b.start, b.end) for b in blocks if b.role is Role.TITLE), None)
    if headline is None:
        return None
    front = " ".join(cleaned.text[slice(*headline)].split())
    parts = _JOINTS.split(title)
    return parts[-1].strip() if len(parts) > 1 and title.startswith(front) and 2 <= len(parts[-1].strip()) <= 40 else None


def clean_html(raw: str) -> CleanText:
    """Readable text of an HTML page."""
    return _clean_page(raw)[0]


def _clean_page(raw: str) -> tuple[CleanText, _Page]:
    page = _read(raw)
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


def _stripped(raw: str, run: _Run) -> tuple[int, int]:
    """The range of a run without white space around it."""
    text = raw[run.start : run.end]
    return run.start + len(text) - len(text.lstrip()), run.end - len(text) + len(text.rstrip())


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
    if page is not None:
        if (
            metadata.publisher or "\u5fae\u4fe1\u516c\u4f17\u5e73\u53f0"
        ) == "\u5fae\u4fe1\u516c\u4f17\u5e73\u53f0":  # where the accounts publish
            metadata = replace(metadata, publisher=declared_publisher(page) or metadata.publisher)
        # Trafilatura keeps only names with a blank in them, and of Chinese ones everything around.
        guess = None if any(c > "\u2e80" for c in metadata.author or "") else metadata.author
        metadata = replace(metadata, author=declared_authors(page, metadata.publisher) or guess)
    return metadata, str(found.get("text") or "")


@dataclass(frozen=True, slots=True)
class _Part:
    """A block of a page: its readable range, the telling elements around it, its letters and digits, its innermost element."""

    start: int
    end: int
    tags: frozenset[str]
    text: str
    shown: str
    element: int


def _html_blocks(cleaned: CleanText, page: _Page, main: str, titles: tuple[str, str]) -> tuple[Block, ...]:
    parts = _parts(cleaned, page)
    wanted = _Wanted(main)
    roles = [_html_role(part.tags, part.text, wanted) for part in parts]
    headline = _headline(parts, *titles)
    if main:
        _amend(parts, roles, page, headline)
    for i, part in enumerate(parts):
        if i == headline:
            roles[i] = Role.TITLE
        elif headline is not None and part.text == parts[headline].text:
            roles[i] = Role.BOILERPLATE
    return tuple(Block(*cleaned.raw_range(part.start, part.end), role) for part, role in zip(parts, roles, strict=True))


def _parts(cleaned: CleanText, page: _Page) -> list[_Part]:
    groups: dict[int, list[_Run]] = {}
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
            found.append(_Part(start, start + len(stripped), tags, _squeeze(stripped), stripped, group[0].element))
    return found


def _headline(parts: Sequence[_Part], title: str, shown: str) -> int | None:
    """Which part is the headline: of the headings of the first rank the one that the page's shown title begins with, that is its
    title, or the first; where there is none, a lower heading or a line that is the title. What the shown title ends with is the site's name."""
    front, *behind = _JOINTS.split(shown)
    tails = {_squeeze(tail) for tail in behind}
    title, shown = _squeeze(title), _squeeze(shown)
    outer = [i for i, part in enumerate(parts) if not part.tags & _FRAME and part.text and part.text not in tails]
    first = [i for i in outer if "h1" in parts[i].tags]
    lower = [i for i in outer if parts[i].tags & _HEADINGS]
    exact = [i for i in first or lower or outer if parts[i].text == title]
    begun = [i for i in first or lower if shown.casefold().startswith(parts[i].text.casefold())]
    lines = [i for i in outer if parts[i].text in (title, _squeeze(front))]
    return next(iter(begun or exact or first or lines), None)


def _amend(parts: Sequence[_Part], roles: list[Role], page: _Page, headline: int | None) -> None:
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
    sentence = [len(part.text) >= (15 if _is_wide(part.shown) else 40) and _ends(part.shown) for part in parts]
    within = [inside[part.element] for part in parts]
    for i, part in enumerate(parts):
        if part.element in page.captions and len(part.shown) <= 300:
            roles[i] = Role.BOILERPLATE
    leads = False
    for i in range(len(parts) - 1, -1, -1):
        part, heading = parts[i], bool(parts[i].tags & _HEADINGS)
        if roles[i] is Role.BOILERPLATE and near[part.element] and not part.tags & (_FRAME | {"figcaption", "form", "label"}):
            if heading and leads:
                roles[i] = Role.HEADING
            elif sentence[i] and not heading:
                roles[i] = Role.BODY
        leads = roles[i] is Role.BODY or heading and leads
    kept = [i for i, role in enumerate(roles) if role is Role.BODY and (sentence[i] or within[i])]
    opening = next((i for i, inner in enumerate(within) if inner), 0)
    for i, part in enumerate(parts):
        if not within[i] and roles[i] in (Role.BODY, Role.HEADING) and not sentence[i]:
            early = headline is not None and i < headline
            label = i < opening and roles[i] is Role.BODY and len(part.shown) < 12 and not has_date(part.shown)
            if early or label or i > kept[-1]:
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


def _is_wide(text: str) -> bool:
    return sum(c > "\u2e80" for c in text) > len(text) / 4


def _ends(text: str) -> bool:
    """Whether a text ends with the mark of a sentence, whatever closes behind it."""
    return text.rstrip("\u201d\u2019\u300d\u300f\"')]\uff09\u3011 ")[-1:] in tuple("\u3002.!?\uff01\uff1f\u2026")


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
    if tags & _FRAME or text not in wanted or _COUNT.fullmatch(text):
        return Role.BOILERPLATE
    return Role.HEADING if tags & _HEADINGS else Role.BODY


def _squeeze(text: str) -> str:
    return re.sub(r"\W+", "", text)


__all__ = ["clean_html", "read_html"]
