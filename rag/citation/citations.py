"""Citations: parse them, open them, and say whether they still hold.

A citation is a range of a source file, not of an index: it outlives chunk sizes, models and rebuilds. It is read again
from the file each time, and compared with the digest it came with or with the text kept when the article was indexed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from rag.articles.corpus import FORMATS, Source, belongs, decode, read, read_bytes
from rag.errors import ArticleError, InputError
from rag.indexing.index import Entry, Index
from rag.indexing.speakers import speaker_at
from rag.indexing.superseded import dropped_entry, older_texts
from rag.text.cleaning import CleanText
from rag.text.differences import counterpart, differences
from rag.types import Block, Citation, Speaker, digest

_FORM = re.compile(r"(?P<article>.+)#(?P<start>\d{1,9})-(?P<end>\d{1,9})(?:@(?P<digest>[0-9a-f]{6,64}))?", re.DOTALL)

EFFORT = 50_000_000  # characters hashed at most to find a text known only by its digest
_LEAST = 100  # characters that the shortest text counts for


class Status(StrEnum):
    """Whether a cited place still says what it said."""

    VERIFIED = "verified"
    MOVED = "moved"
    CHANGED = "changed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Opened:
    """A citation looked up in its source file.

    `raw` is the cited text and `text` its readable form: as the file has it when verified or moved, else as the index
    remembers it, be it from an older version of the article. `now` is the place in the file as it is today (None when the text is no longer there). `before` and
    `after` are readable context of that place. `line` is the line of the file, from 1, on which the cited text begins, or
    stood (None when the file is missing). When changed, `stands` is the raw text that took its place (empty where nothing
    did) and `replaced` where that is; `was_known` is False where no text of the citation's digest was found anywhere, so
    that what the text was is not known. `dropped` is True where the index has the article no more.
    """

    citation: Citation
    status: Status
    entry: Entry
    raw: str
    text: str
    now: Citation | None
    before: str
    after: str
    line: int | None = None
    speaker: Speaker | None = None
    stands: str | None = None
    replaced: Citation | None = None
    was_known: bool = True
    dropped: bool = False

    @property
    def checked(self) -> str:
        """What the file was compared with: the citation's "digest", else the text in the "index"."""
        return "digest" if self.citation.digest else "index"

    @property
    def diff(self) -> list[tuple[str, str]] | None:
        """When changed: edits from what the text was to what stands there now, as of `differences`; None where not known."""
        if self.stands is None or not self.was_known:
            return None
        return [*differences(self.raw, self.stands)]

    def to_json(self) -> dict[str, Any]:
        """The object that `rag cite --json` prints."""
        metadata = self.entry.metadata
        place = self.now or self.citation
        return {
            "citation": str(self.citation),
            "status": str(self.status),
            "checked": self.checked,
            "now": str(self.now) if self.now else None,
            "digest": place.digest,
            "article": self.entry.id,
            "title": metadata.title,
            "publisher": metadata.publisher,
            "author": metadata.author,
            "date": metadata.date,
            "url": metadata.url,
            "path": self.entry.path,
            "start": place.start,
            "end": place.end,
            "line": self.line,
            "text": self.text,
            "raw": self.raw,
            "before": self.before,
            "after": self.after,
            "speaker": {"name": self.speaker.name, "role": self.speaker.role} if self.speaker else None,
            "replaced": self._replaced(),
            "diff": None if self.diff is None else [{"op": op, "text": text} for op, text in self.diff],
        }

    def _replaced(self) -> dict[str, Any] | None:
        if self.stands is None:
            return None
        place = self.replaced
        return {"citation": str(place) if place else None, "digest": place.digest if place else None, "raw": self.stands}


def parse(text: str) -> Citation:
    """The citation written `ARTICLE#START-END`, with `@DIGEST` (at least 6 hexadecimal digits) behind it or not.

    Raises InputError for another form or an empty range.
    """
    match = _FORM.fullmatch(text) or _FORM.fullmatch(text.strip())  # a name may begin with a blank
    if not match:
        raise InputError(
            f"{_short(text)}: not a citation; one looks like ARTICLE#START-END, for example 004_0db8b712dc55d072#1576-1842."
        )
    start, end = int(match["start"]), int(match["end"])
    if start >= end:
        raise InputError(f"{_short(text)}: the range {start}-{end} is empty; its start must be below its end.")
    return Citation(match["article"], start, end, match["digest"])


def find_article(index: Index, name: str) -> Entry:
    """The article of that id, or of the one id that starts with it. Raises InputError when none or several do."""
    if name in index.by_id:
        return index.by_id[name]
    ids = list(index.by_id)
    close = (
        [i for i in ids if i.strip() == name.strip()]
        or [i for i in ids if i.startswith(name)]
        or [i for i in ids if Path(i).name == name]
    )
    if len(close) == 1:
        return index.by_id[close[0]]
    if close:
        listed = ", ".join(sorted(close)[:5])
        raise InputError(f"{_short(name)}: several articles go by that: {listed}; write the id in full.")
    raise InputError(f"{_short(name)}: no such article in the index; 'rag articles' lists them.")


def open_citation(
    index: Index, citation: Citation, context: int = 120, *, paragraphs: bool = False, effort: int = EFFORT
) -> Opened:
    """Look a citation up in its file.

    Verified: the file has the cited text at that range. Moved: it has it elsewhere, once or more; the nearest place counts.
    Changed: the file no longer has it. Missing: the file is gone or cannot be read. The cited text is the one the digest
    names, where the citation carries one, else the one that was indexed. `context` counts readable characters on either
    side, or with `paragraphs` the blocks before and after those that the range is in, which are then given whole. A text
    that only its digest tells is looked for until `effort` characters, at most EFFORT, were hashed. An article that the index
    has dropped since is missing, and a citation with a digest opens what was kept of it. Raises InputError for another
    unknown article and, where there is no digest to go by, for a range outside of the article as indexed.
    """
    if citation.article not in index.by_id and (dropped := _open_dropped(index, citation, context, paragraphs)) is not None:
        return dropped
    entry = find_article(index, citation.article)
    kept = index.raw(entry)
    try:
        # A link may have been put where the file was.
        held = belongs(Path(entry.path), Source(entry.source, entry.kind))
        current: str | None = decode(read_bytes(Path(entry.path)), entry.path)[0] if held else None
    except (ArticleError, ValueError):
        current = None
    start, end = citation.start, citation.end
    cited, version = _cited_text(citation, kept, current, older_texts(index.folder, entry.id), min(effort, EFFORT))
    if cited is None and (end > max(len(kept), len(current or "")) or citation.digest is None):
        raise InputError(f"{citation}: the range lies outside of the article, which has {len(kept)} characters.")
    citation = Citation(entry.id, start, end, citation.digest)
    raw = kept[start:end] if cited is None else cited
    remembered = _nearest(kept, raw, start)
    speaker = None if remembered is None else speaker_at(index, entry, remembered, remembered + len(raw))
    place = None if current is None or cited is None else _nearest(current, raw, start)
    if current is not None and place is not None:
        source, status = current, Status.VERIFIED if place == start else Status.MOVED
        now = Citation(entry.id, place, place + len(raw), digest(raw))
        line, stands, replaced = _line(current, place), None, None
    else:
        source, status, now = version, Status.MISSING if current is None else Status.CHANGED, None
        place = _nearest(source, raw, start)
        place = start if place is None else place
        line, stands, replaced = None, None, None
        if current is not None:
            first, last = counterpart(source, current, min(place, len(source)), min(place + len(raw), len(source)))
            line, stands = _line(current, first), current[first:last]
            replaced = Citation(entry.id, first, last, digest(stands)) if stands else None
    text, before, after = _in_context(source, entry.format, place, place + len(raw), context, paragraphs)
    return Opened(
        citation, status, entry, raw, text, now, before, after, line, speaker, stands, replaced, was_known=cited is not None
    )


def _open_dropped(index: Index, citation: Citation, context: int, paragraphs: bool) -> Opened | None:
    """A citation with a digest of an article that the index has no more, as it was kept; None where nothing of it was."""
    known = dropped_entry(index.folder, citation.article) if citation.digest else None
    if known is None or citation.digest is None:
        return None
    try:
        entry = Entry.from_json(json.loads(known))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    start, end = citation.start, citation.end
    texts = older_texts(index.folder, citation.article)
    source = next((text for text in texts if _stands(text, start, end, citation.digest)), None)
    if source is None or entry.id != citation.article or entry.format not in FORMATS.values():
        return None
    text, before, after = _in_context(source, entry.format, start, end, context, paragraphs)
    return Opened(citation, Status.MISSING, entry, source[start:end], text, None, before, after, dropped=True)


def effort_for(text: str, citation: Citation) -> int:
    """The `effort` of looking for a citation's text everywhere in that of its article."""
    length = citation.end - citation.start
    return min(EFFORT, max(0, len(text) - length + 1) * max(length, _LEAST))


def _cited_text(citation: Citation, kept: str, current: str | None, older: Iterable[str], effort: int) -> tuple[str | None, str]:
    """The text that the citation means, and the version of the article that has it: the indexed one before the others.

    None, and the indexed version, when its digest fits neither a version at that range nor any place in the indexed text or
    the file.
    """
    start, end, wanted = citation.start, citation.end, citation.digest
    if wanted is None:
        return (kept[start:end] if end <= len(kept) else None), kept
    for text in chain((kept, current or ""), older):
        if _stands(text, start, end, wanted):
            return text[start:end], text
    length = end - start
    for text in dict.fromkeys((kept, current or "")):
        for place in range(min(len(text) - length + 1, effort // max(length, _LEAST))):
            if digest(text[place : place + length]).startswith(wanted):
                return text[place : place + length], text
    return None, kept


def _stands(text: str, start: int, end: int, wanted: str) -> bool:
    """Whether the text has a range of that digest."""
    return end <= len(text) and digest(text[start:end]).startswith(wanted)


def _nearest(text: str, wanted: str, start: int) -> int | None:
    """The place of `wanted` in the text that is nearest to `start`; of two as near the first."""
    before = text.rfind(wanted, 0, start + len(wanted))
    after = text.find(wanted, start)
    places = [place for place in (before, after) if place >= 0]
    return min(places, key=lambda place: (abs(place - start), place)) if places else None


def _in_context(source: str, format: str, start: int, end: int, size: int, paragraphs: bool) -> tuple[str, str, str]:
    """The readable text of a raw range of the source, and its context before and after."""
    cleaned, blocks = _read(source, format)
    end = min(end, len(source))
    first, last = cleaned.clean_range(min(start, end), end)
    low, high = first - size, last + size
    if paragraphs and blocks:
        inside = [i for i, block in enumerate(blocks) if block.start < end and block.end > start]
        # Between blocks there is only white space and markup: such a range counts as part of the block behind it.
        inside = inside or [next((i for i, block in enumerate(blocks) if block.start >= start), len(blocks) - 1)]
        around = blocks[max(0, inside[0] - size)], blocks[min(len(blocks) - 1, inside[-1] + size)]
        low, high = cleaned.clean_range(around[0].start, around[1].end)
    return cleaned.text[first:last], cleaned.text[max(0, min(low, first)) : first], cleaned.text[last : max(high, last)]


def _line(text: str, place: int) -> int:
    """The line, from 1, that a place of the text is on; lines end with a line feed, a carriage return, or both."""
    before = text[:place]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


@lru_cache(maxsize=4)
def _read(source: str, format: str) -> tuple[CleanText, tuple[Block, ...]]:
    cleaned, _, blocks = read(source, format)
    return cleaned, blocks


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"


__all__ = ["EFFORT", "Opened", "Status", "effort_for", "find_article", "open_citation", "parse"]
