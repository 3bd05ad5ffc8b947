"""Markdown notes: what is markup, as edits in offsets of the source, and what the front matter says.

Besides CommonMark this knows what note-taking programs and Pandoc add: links between notes, embeds, callouts, footnotes,
highlights, comments, tags, attributes and tables. Citations into a Markdown file point into the file as it is; readers see the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.articles.raised import NOTE, POWER
from rag.text.cleaning import CleanText, Edit, clean
from rag.text.dates import find_date
from rag.types import Metadata

_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\r?\n((?:(?:\w[\w -]{0,60}[ \t]*:|[ \t#-])[^\n]*\n|\r?\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)"
)
_KEY = re.compile(r"(\w[\w -]{0,60}?)[ \t]*:(?:[ \t]+(.*))?$")
_FIELDS = {
    "title": ("title",),
    "publisher": ("publisher", "site", "site_name", "sitename", "publication", "website", "source"),
    "author": ("author", "authors", "creator", "by", "byline"),
    "date": ("date", "published", "publish_date", "pubdate", "date_published", "created", "date created", "date_created", "updated", "modified"),
    "url": ("url", "link", "source_url", "canonical_url", "permalink", "source"),
}  # fmt: skip
_TARGET = r"\((?:[^()\n]|\([^()\n]{0,300}\)){0,1000}\)"
_IMAGE = rf"!\[[^\[\]\n]{{0,300}}\]{_TARGET}"
_HAN = r"\u2e80-\uffef"
_FENCE = re.compile(r"^[ \t]{0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^\n`]*)$", re.MULTILINE)
_ROW = re.compile(r"^[ \t]*\|(?P<cells>[^\n]*)$", re.MULTILINE)
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
_CUT = (
    re.compile(r"^[ \t]{0,3}(?P<cut>#{1,6}[ \t]+)", re.MULTILINE),
    re.compile(r"^[ \t]{0,3}(?P<cut>(?:>[ \t]?)+(?:\[![\w-]{1,30}\][+-]?[ \t]*)?)", re.MULTILINE),
    re.compile(r"^(?P<cut>[ \t]{0,3}(?:(?:-[ \t]?){3,}|(?:\*[ \t]?){3,}|(?:_[ \t]?){3,}|={3,}[ \t]*)\r?)$", re.MULTILINE),
    re.compile(r"^[ \t]{0,8}(?:[-*+]|\d{1,9}[.)])[ \t]+(?P<cut>\[[ xX/>-]\][ \t]+)", re.MULTILINE),
    re.compile(r"^(?P<cut>:{3,}[^\n]{0,200})$", re.MULTILINE),
    re.compile(r"^(?P<cut>(?:[ \t]{0,3}(?<![\w#])#[\w/-]{1,60}(?=\s))+[ \t]*)$", re.MULTILINE),
    re.compile(rf"(?P<cut>{_IMAGE}(?:\{{[^{{}}\n]{{0,200}}\}})?|!\[\[[^\[\]\n]{{0,300}}\]\])"),
    re.compile(r"^(?P<cut>[ \t]{0,3}\[[^\[\]^\n][^\[\]\n]{0,100}\]:[ \t]+\S+[^\n]{0,300})$", re.MULTILINE),  # where a link leads
    re.compile(r"(?P<cut>!\[[^\[\]\n]{0,300}\]\[[^\[\]\n]{0,100}\](?:\{[^{}\n]{0,200}\})?)"),
    re.compile(r"(?P<cut>\{%[^{}%\n]{0,300}%\}|\{\{[^{}\n]{0,300}\}\}|\{:[^{}\n]{0,200}\}|\(\([\w-]{6,40}\)\))"),
    re.compile(r"(?P<cut><)(?=https?://[^\s<>]{1,1000}>)"),
    re.compile(r"<https?://[^\s<>]{1,1000}(?P<cut>>)"),
    re.compile(r"(?P<cut>[ \t]?%%[^%]{0,2000}%%)"),
    re.compile(r"(?P<cut>[ \t]\^[\w-]{1,40})[ \t]*$", re.MULTILINE),
    re.compile(r"(?P<cut>[ \t]?\{(?:[#.][\w:.-]{1,80}|[\w-]{1,40}=[^{}\s]{1,80})(?:[ \t]+[^{}\n]{0,150})?\})(?=\s|$)"),
    re.compile(r"^(?P<cut>(?:Table)?:[ \t]+)(?=\S)", re.MULTILINE),
    re.compile(r"(?P<cut>\\)[!-/:-@\[-`{-~]"),
    re.compile(
        r"(?P<cut>(?<![\w*\\])\*{1,3}(?=[^\s*])|(?<=[^\s*\\])\*{1,3}(?![\w*])|(?<![\w\\])_{1,3}(?=[^\s_])|(?<=[^\s_\\])_{1,3}(?!\w)|`{1,3})"
    ),
    # Around and beside wide characters, which have no blanks between words, only pairs are marks.
    re.compile(rf"(?P<cut>\*\*)(?=[^\s*][^*\n]{{0,300}}\*\*[{_HAN}])"),
    re.compile(rf"(?<=[^\s*])(?P<cut>\*\*)(?=[{_HAN}])"),
    re.compile(rf"(?<=[{_HAN}])(?P<cut>\*\*)(?=[^\s*][^*\n]{{0,300}}\*\*)"),
)  # fmt: skip
_PAIRED = re.compile(r"(?P<open>==|~~|\^\^)(?=[^\s=~^])(?P<text>[^=~^\n]{1,1000})(?P<close>(?P=open))")
_RAISED = re.compile(r"(?<=[^\s^])(?P<open>\^(?!(?<=\d\^)\d)|~)(?P<text>\w{1,12})(?P<close>(?P=open))")
_POWER = re.compile(r"(?<=\d)\^(?P<power>-?\d{1,3})\^")
_LINK = re.compile(rf"(?<!!)\[(?P<text>(?:{_IMAGE}|[^\[\]\n]){{1,300}}+)\](?:{_TARGET}|\[[^\[\]\n]{{0,100}}\])")
_NOTE_LINK = re.compile(r"(?<!!)\[\[(?:[^\[\]|\n]{1,300}\|)?(?P<text>[^\[\]|\n]{1,300})\]\]")
_FOOTNOTE = re.compile(r"\[\^(?P<label>[^\[\]\s]{1,40})\](?P<colon>:[ \t]*)?")
_INLINE_NOTE = re.compile(r"\^\[(?P<text>[^\[\]\n]{1,1000})\]")
_REFERENCE = re.compile(r"\s?\[(?:[^\[\]\n@]{0,60}-?@[\w:.#$%&+?<>~/-]{1,80}[^\[\]\n;@]{0,60};?){1,9}\]")
_HTML = re.compile(r"</?(?P<tag>details|summary|aside|kbd|mark|center|div|p|abbr|cite|q|s|del|ins|dl|dt|dd|picture|video|source|article|header|footer|main|nav)(?:\s[^<>\n]{0,300})?/?>", re.IGNORECASE)  # fmt: skip
_INLINE = frozenset("kbd mark abbr cite q s del ins".split())
_ROW_END = re.compile(r"</t[dh]>\s*<t[dh](?:\s[^<>\n]{0,300})?>", re.IGNORECASE)


def read_markdown(raw: str) -> tuple[CleanText, Metadata, int]:
    """Readable text of a Markdown file, what its front matter says, and where the front matter ends.

    Headings, quotes, emphasis, links, pictures and what programs add for themselves lose their marks; words stay. Front
    matter, comments and tags that stand alone are cut from the readable text. What code fences hold is left as it is.
    """
    front = _FRONT_MATTER.match(raw)
    start = front.end() if front else 0
    edits = [Edit(0, start, "")] if front else []
    fenced = list(_fences(raw, start))
    edits += [Edit(a, b, "") for fence in fenced for a, b in (fence[:2], fence[2:]) if a < b]
    edits += [edit for a, b in _between(raw, start, fenced) for edit in _marks(raw, a, b)]
    return clean(raw, edits), _metadata(front[1]) if front else Metadata(), start


def _fences(raw: str, start: int) -> Iterator[tuple[int, int, int, int]]:
    """Of each code fence the ranges of its first and its last line."""
    opening: re.Match[str] | None = None
    for match in _FENCE.finditer(raw, start):
        if opening is None:
            opening = match
        elif match["mark"].startswith(opening["mark"]) and not match["info"].strip():
            yield *opening.span(), *match.span()
            opening = None


def _between(raw: str, start: int, fenced: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, int]]:
    for first, _, _, last in fenced:
        yield start, first
        start = last
    yield start, len(raw)


def _marks(raw: str, start: int, end: int) -> Iterator[Edit]:
    """The edits of a stretch without code fences."""
    for pattern in _CUT:
        yield from (Edit(m.start("cut"), m.end("cut"), "") for m in pattern.finditer(raw, start, end) if m["cut"])
    yield from (Edit(a, b, "") for a, b in _comments(raw, start, end))
    for pattern in (_PAIRED, _RAISED):
        for match in pattern.finditer(raw, start, end):
            yield Edit(*match.span("open"), "")
            yield Edit(*match.span("close"), "")
    for match in _POWER.finditer(raw, start, end):
        yield Edit(match.end("power"), match.end(), "")
    for match in NOTE.finditer(raw, start, end):
        yield Edit(*match.span(), "")
    for match in POWER.finditer(raw, start, end):
        yield Edit(match.start(), match.start("power"), "^")
        yield Edit(match.end("power"), match.end(), "")
    for pattern in (_LINK, _NOTE_LINK):
        for match in pattern.finditer(raw, start, end):
            yield Edit(match.start(), match.start("text"), "")
            yield Edit(match.end("text"), match.end(), "")
    for match in _INLINE_NOTE.finditer(raw, start, end):
        yield Edit(match.start(), match.start("text"), " (")
        yield Edit(match.end("text"), match.end(), ")")
    yield from (Edit(*match.span(), "") for match in _REFERENCE.finditer(raw, start, end))
    for match in _FOOTNOTE.finditer(raw, start, end):
        at_line = match["colon"] is not None and raw[match.start() - 1 : match.start()] in ("", "\n")
        yield Edit(*match.span(), f"[{match['label']}] ") if at_line else Edit(match.start(), match.end("label") + 1, "")
    for match in _HTML.finditer(raw, start, end):
        yield Edit(*match.span(), "" if match["tag"].lower() in _INLINE else "\n")
    yield from (Edit(*match.span(), " | ") for match in _ROW_END.finditer(raw, start, end))
    for match in _ROW.finditer(raw, start, end):
        yield from _row(raw, *match.span("cells"))


def _comments(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while (start := raw.find("<!--", start, end)) >= 0 and (close := raw.find("-->", start, end)) >= 0:
        yield start - (raw[max(0, start - 1) : start] == " "), close + 3
        start = close + 3


def _row(raw: str, start: int, end: int) -> Iterator[Edit]:
    """A row of a table without its outer bars; of the row of rules nothing."""
    cells = raw[start:end]
    if _RULE.fullmatch(cells):
        yield Edit(start - 1, end, "")
        return
    yield Edit(start - 1, start, "")
    inner = cells.rstrip()
    if inner.endswith("|"):
        yield Edit(start + len(inner) - 1, end, "")


def _metadata(front: str) -> Metadata:
    values = dict(_values(front))
    found: dict[str, str] = {}
    for field, keys in _FIELDS.items():
        for key in keys:
            for value in values.get(key, []) if field != "title" else values.get(key, [])[:1]:
                address = re.match(r"https?://|www\.", value) is not None
                if field in found and field != "author" or address != (field == "url") and field in ("url", "publisher"):
                    continue
                shown = (find_date(value) or "") if field == "date" else value
                found[field] = "; ".join(filter(None, (found.get(field), shown)))
            if found.get(field):
                break
    return Metadata(**{name: value for name, value in found.items() if value})


def _values(front: str) -> Iterator[tuple[str, list[str]]]:
    """The keys of a front matter in small letters and their values: one, those of a list, or the names of a list of mappings.

    A reading of the YAML that people write there: scalars, quoted or folded, and lists in brackets or of lines.
    """
    key, values, block = "", list[str](), False
    for line in front.splitlines():
        field = _KEY.match(line)
        if field and not line[0].isspace():
            if key:
                yield key, values
            value = (field[2] or "").strip()
            block = re.fullmatch(r"[|>][+-]?\d?", value) is not None
            key, values = field[1].strip().lower(), [] if block else _listed(value)
        elif key and block:
            values = [" ".join([*values, line.strip()]).strip()]
        elif key and line.strip():
            item = line.strip().removeprefix("-").strip()
            named = _KEY.match(item)
            if line.strip().startswith("-") or named and named[1] == "name":
                values += (
                    _listed((named[2] or "") if named and named[1] == "name" else item) if not named or named[1] == "name" else []
                )
            elif not named:
                values = [" ".join([*values, item])]
    if key:
        yield key, values


def _listed(value: str) -> list[str]:
    mapped = re.match(r"\{[^{}]*?\bname:\s*([^,{}]+)", value)
    if mapped:
        value = mapped[1]
    if value.startswith("[") and value.endswith("]") and not value.startswith("[["):
        parts = re.findall(r"\s*(\"[^\"]*\"|'[^']*'|[^,]+)", value[1:-1])
    else:
        parts = [value]
    plain = (_NOTE_LINK.sub(lambda link: link["text"], part.strip().strip("\"'")).strip() for part in parts)
    return [part for part in plain if part and part not in ("null", "~")]


__all__ = ["read_markdown"]
