from __future__ import annotations

import re

from rag.cleaning import CleanText, Edit, clean
from rag.dates import find_date
from rag.types import Metadata

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
