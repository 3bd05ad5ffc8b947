"""The elements of a web page: the tree of them, and the runs of visible text in it, in offsets of the source.

Advertisements, offers and lists of other articles are told by what the attributes of their elements call them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

# Elements that frame the article, and its headings.
FRAME = frozenset("nav footer aside button menu amp-sidebar".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BREAKS = frozenset(
    "address article aside blockquote body br center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "head header hr html legend li main nav ol option p pre section summary table tbody td tfoot th thead title tr ul".split()
)
_SILENT = frozenset("script style noscript template svg math iframe object select textarea title head".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_RAW_TEXT = frozenset("script style textarea title xmp iframe".split())
_MARKED = _SILENT | FRAME | HEADINGS | frozenset("article blockquote figcaption form label pre".split())
# Comments, tags and declarations. No pattern looks past the next "<", so that broken markup costs no more than whole.
_TOKEN = re.compile(
    r"<!--|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/<>]*+)(?:[^<>=]|=\s*+(?:\"[^\"]*\"|'[^']*')?)*+>|<[!?/][^<>]*+>",
)
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
_PICTURED = frozenset("img image images pic picture photo figure".split())
_ROW = 400  # characters that a row of a table may have to be read as one line


@dataclass(frozen=True, slots=True)
class Run:
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
class Page:
    """The runs of a page in order; of each element the number of the one around it, which is lower; those beside the article, and
    those that are captions."""

    runs: list[Run]
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
        if tag in HEADINGS and not self.inside[tag]:  # any heading's end ends the one that is open
            tag = next((heading for heading in sorted(HEADINGS) if self.inside[heading]), tag)
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


def read_page(source: str) -> Page:
    """The runs of visible text of a page and the tree of its elements, of which number 0 is the page."""
    runs: list[Run] = []
    tree = _Tree()
    position = block = row = cell = 0

    def add(end: int) -> None:
        around = tree.around()
        if end > position and not around & _SILENT and not tree.hidden:
            celled = cell if tree.inside["td"] or tree.inside["th"] else 0
            runs.append(Run(position, end, around, block, tree.element, row, celled))

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
    return Page(_aside(_in_rows(runs, source), tree.adverts), tree.parents, frozenset(tree.beside), frozenset(tree.captions))


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


def _in_rows(runs: list[Run], source: str) -> list[Run]:
    """The runs, those of a table's row as one block where no cell has more than one: a row of such is a line of text.

    Where a cell has paragraphs the table only lays out the page.
    """
    found: list[Run] = []
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


def _aside(runs: list[Run], adverts: list[tuple[int, int]]) -> list[Run]:
    """The runs, those of advertisements marked as an aside.

    What has the page's headline in it, or half of its text outside menus and the like, is no advertisement, whatever it is
    called.
    """
    if not adverts:
        return runs
    starts = [run.start for run in runs]
    sums = list(accumulate((0 if run.tags & FRAME else run.end - run.start for run in runs), initial=0))
    titles = list(accumulate(("h1" in run.tags for run in runs), initial=0))
    marked = [0] * (len(runs) + 1)
    for start, end in adverts:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if titles[first] == titles[last] and 2 * (sums[last] - sums[first]) < sums[-1]:
            marked[first] += 1
            marked[last] -= 1
    depths = accumulate(marked)
    return [replace(run, tags=run.tags | {"aside"}) if depth else run for run, depth in zip(runs, depths, strict=False)]


__all__ = ["FRAME", "HEADINGS", "Page", "Run", "read_page"]
