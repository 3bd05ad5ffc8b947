"""Reverse lookup: where in the articles a quote stands, though it be re-wrapped, in the other script, or a little wrong.

A quote and the articles are compared letter by letter (`rag.text.letters`, `rag.citation.matching`); what matches is shown in the
source's own characters, begun and ended where words are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from rag.articles.corpus import clean_source
from rag.citation.matching import TOLERANCE, Span, find, is_whole
from rag.errors import InputError
from rag.indexing.index import Entry, Index
from rag.indexing.speakers import speaker_at
from rag.indexing.suffixes import Numbers
from rag.text import differences
from rag.text.cleaning import CleanText, Edit, clean
from rag.text.folding import fold, has_han, narrow
from rag.text.letters import Codes, Letters, letters, letters_of, text_of
from rag.types import Citation, Speaker, digest

MAX_CHARACTERS = 200_000
_SAME = 3  # letters at an end of a near place that show it to be the quote's own
_END = 400  # characters of a quote by which its first and last words are told
_RUNS, _STARTS = 2_000, 16  # words of a quote at which a run is tried, and places of each
_COMPARED = 5_000_000  # letters compared to find a quote's longest run


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of a quote beside what the source has in its place; `equal` when their letters are the same."""

    quote: str
    source: str
    equal: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: its citation with digest, and the source's own characters.

    `raw` is the cited text, `text` its readable form, `before` and `after` readable context. `similarity` is 1 minus the edit
    distance in letters over the length of the longer text: 1.0 for the same letters. `changes` cover the quote in order.
    """

    citation: Citation
    entry: Entry
    similarity: float
    raw: str
    text: str
    before: str
    after: str
    changes: tuple[Change, ...]
    speaker: Speaker | None = None

    @property
    def exact(self) -> bool:
        """Whether the source has the quote letter for letter."""
        return self.similarity == 1.0

    def to_json(self) -> dict[str, Any]:
        """The object that `rag locate --json` prints."""
        metadata = self.entry.metadata
        return {
            "citation": str(self.citation),
            "digest": self.citation.digest,
            "article": self.entry.id,
            "title": metadata.title,
            "publisher": metadata.publisher,
            "date": metadata.date,
            "start": self.citation.start,
            "end": self.citation.end,
            "similarity": round(self.similarity, 4),
            "speaker": {"name": self.speaker.name, "role": self.speaker.role} if self.speaker else None,
            "text": self.text,
            "raw": self.raw,
            "before": self.before,
            "after": self.after,
            "changes": [{"quote": c.quote, "source": c.source} for c in self.changes if not c.equal],
        }


def locate(index: Index, text: str, limit: int = 10, context: int = 80) -> list[Place]:
    """The places where the articles have the text, best first, `limit` at most; none where they have it nowhere.

    Exact places come first, in order of article id and start; then near ones by falling similarity. Case, script, width,
    punctuation and spacing do not count. A near place begins and ends where words do, or between Chinese characters, as far as
    its similarity stays at 1 - TOLERANCE or more, which it always is. A place takes in the source's marks on either side only where
    the quote has them. Short texts are found exactly or not at all, and within words of other scripts than Chinese only where
    they stand nowhere as whole words. Raises InputError for a text without
    letters or digits and for one of more than MAX_CHARACTERS.
    """
    text = _whole_readings(text)
    quote = check_quote(text)
    spans = find(index.suffixes, quote.codes, limit)
    if not (spans and spans[0].distance == 0) and (readings := _readings(text)):
        loose = letters_of(clean(text, readings))
        found = find(index.suffixes, loose.codes, limit) if len(loose) else []
        if found and (not spans or found[0].distance < spans[0].distance):
            quote, spans = loose, found
    exact = [span for span in spans if not span.distance]
    return [
        place_of(index, text, quote, span, context) for span in exact + _by_words(index, text, quote, spans[len(exact) :], exact)
    ]


def _readings(text: str) -> list[Edit]:
    """Toned readings in brackets behind any Chinese character, which may be a wrong one."""
    found = _BRACKETED.finditer(narrow(text))
    return [Edit(match.start(), match.end(), "") for match in found if not match[0].isascii()]


_BRACKETED = re.compile(r"(?<=[\u3400-\u9fff])\([a-zA-Z\u00c0-\u01dc\u1e3f]{1,7}\)")
_CUT_OPEN = re.compile(r"\(?[^\W\d_]{1,6}\)")
_CUT_SHUT = re.compile(r"(?<=[\u3400-\u9fff])\([^\W\d_]{0,6}\Z")


def _whole_readings(text: str) -> str:
    """The text without a piece of a leftover reading at either end, as in `uàng)新 … 發(f`."""
    narrowed = narrow(text)
    head = _CUT_OPEN.match(narrowed)
    tail = _CUT_SHUT.search(narrowed, max(0, len(text) - 8))
    cut = head is not None and (head[0] in ("n)", "ng)", "g)") or not head[0].isascii()) and not has_han(head[0])
    return text[head.end() if head and cut else 0 : tail.start() if tail and not has_han(tail[0]) else len(text)] or text


def check_quote(text: str) -> Letters:
    """The letters of a quote. Raises InputError where it has none, or more characters than can be looked for."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the text has {len(text):,} characters, more than the {MAX_CHARACTERS:,} that can be located at once; split it."
        )
    quote = letters(text)
    if not len(quote):
        raise InputError("no text to locate: there is no letter or digit in it; give a sentence or a few words of it.")
    return quote


# --- near places by words --------------------------------------------------------------------------------------------


def _by_words(index: Index, text: str, quote: Letters, spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """The near spans, best first, each begun and ended where words of the source do."""
    if not spans:
        return []
    readable = clean(text[:_END]).text, clean(text[-_END:]).text
    found = [grown for span in spans if (grown := _whole_words(index, readable, quote, span))]
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (-s.similarity(len(quote)), s.start)):
        if all(span.end <= other.start or span.start >= other.end for other in (*taken, *kept)):
            kept.append(span)
    return kept


def _whole_words(index: Index, readable: tuple[str, str], quote: Letters, span: Span) -> Span | None:
    """The span with whole words at either end, those in the place of the quote's own, given its first and last characters.

    An end stays where it is if with the whole word fewer letters than TOLERANCE asks for would be the quote's: of two such
    ends the one that costs less grows. None where that is so of the span as it is, with the whole characters that it cuts.
    """
    suffixes = index.suffixes
    number = suffixes.article_at(span.start)
    entry = index.entries[number]
    cleaned, source, base = _cleaned(index.raw(entry), entry.format), suffixes.article(number), suffixes.span(number)[0]
    first, last = cleaned.clean_range(*source.source_range(span.start - base, span.end - base))
    cut = differences.whole_words(cleaned.text, first, last)
    # An end that is the quote's own, letter for letter, is where the quote was cut, in a word or not.
    wanted, there = str(quote), text_of(suffixes.codes[span.start : span.end])
    begun, ended = wanted[:_SAME] == there[:_SAME], wanted[-_SAME:] == there[-_SAME:]
    starts = (first,) * 2 if begun else (differences.word_start(readable[0], cleaned.text, first), cut[0])
    ends = (last,) * 2 if ended else (differences.word_end(readable[1], cleaned.text, last), cut[1])

    def measured(start: int, end: int) -> Span | None:
        if start >= end:
            return None
        low, high = (base + letter for letter in source.range_of(*cleaned.raw_range(start, end)))
        if low >= high:
            return None
        if (low, high) == span[:2]:
            return span
        most = int(TOLERANCE * max(len(quote), high - low))
        distance = _distance(quote, suffixes.codes[low:high], most)
        return Span(low, high, distance) if distance <= most else None

    for ranges in (
        [(starts[0], ends[0])],
        product(starts, ends),
        [(starts[0], last), (first, ends[0])],
        [(starts[1], last), (first, ends[1])],
        [(first, last)],
    ):
        grown = [found for start, end in ranges if (found := measured(start, end))]
        if grown:
            return max(grown, key=lambda s: (s[:2] != span[:2], s.similarity(len(quote))))
    return None


def _distance(quote: Letters, source: Codes, most: int) -> int:
    """The edit distance; more than `most` where it is more."""
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(str(quote), text_of(source), score_cutoff=most))


# --- runs ------------------------------------------------------------------------------------------------------------


def longest_run(index: Index, text: str, context: int = 80) -> Place | None:
    """Where the longest run of a quote's words stands letter for letter, the first of equal ones; the run is the place's `text`.

    None where no run has six words, or ten characters of scripts without blanks (or the like share of both). Of a quote of
    more than 2,000 words some places alone are tried. Raises InputError as `locate` does.
    """
    quote = check_quote(text)
    at = _numbers(quote, np.array([m.span() for m in differences.words(text)], np.int64).reshape(-1, 2))
    at = at[at[:, 0] < at[:, 1]]
    if not len(at):
        return None
    suffixes = index.suffixes
    begins, ends = at[:, 0], at[:, 1]
    weights = np.concatenate([[0.0], np.cumsum(np.where(quote.codes[begins] >= 0xE00, 1 / 10, 1 / 6))])
    first = np.arange(0, len(at), 1 + (len(at) - 1) // _RUNS)
    offsets = begins[first]
    low, high, _ = suffixes.ranges(quote.codes, offsets, _STARTS)
    best, found, letters_left = 0.99, None, _COMPARED
    reached: dict[int, int] = {}  # by diagonal (place minus offset), the letter of the quote up to which the two agree
    for i, offset, start, stop in zip(first.tolist(), offsets.tolist(), low.tolist(), high.tolist(), strict=True):
        for place in suffixes.places(start, min(stop, start + _STARTS)).tolist():
            if reached.get(place - offset, 0) > offset or letters_left <= 0:
                continue
            end = offset + _agreeing(quote.codes[offset:], suffixes.codes[place:])
            letters_left -= end - offset
            reached[place - offset] = end
            last = int(np.searchsorted(ends, end, side="right"))
            while last > i and weights[last] - weights[i] > best and letters_left > 0:
                letters_left -= 100
                if is_whole(suffixes, np.array([place], np.int64), int(ends[last - 1]) - offset)[0]:
                    best = float(weights[last] - weights[i])
                    found = Span(place, place + int(ends[last - 1]) - offset, 0), (offset, int(ends[last - 1]))
                    break
                last -= 1
    if found is None:
        return None
    span, (start, end) = found
    run = text[slice(*quote.source_range(start, end))]
    return place_of(index, run, letters(run), span, context)


def _numbers(quote: Letters, places: Numbers) -> Numbers:
    """For places of the quote's text, the numbers of the first letters that end behind them; see `Letters.range_of`."""
    starts, stops, at = (np.ascontiguousarray(quote.runs[name], np.int64) for name in ("start", "end", "at"))
    run = np.searchsorted(stops, places, side="right")
    after = np.append(at[1:], len(quote))
    known = np.minimum(run, len(at) - 1)
    one_for_one = (stops - starts == after - at)[known]
    return np.where(run == len(at), len(quote), at[known] + np.where(one_for_one, np.maximum(0, places - starts[known]), 0))


def _agreeing(quote: Codes, source: Codes) -> int:
    """How many letters two texts begin with alike."""
    size, step = 0, 256
    most = min(len(quote), len(source))
    while size < most:
        end = min(size + step, most)
        same = quote[size:end] == source[size:end]
        if not same.all():
            return size + int(np.argmin(same))
        size += len(same)
    return size


# --- places ----------------------------------------------------------------------------------------------------------


def place_of(index: Index, text: str, quote: Letters, span: Span, context: int = 80) -> Place:
    """The place of a quote (its text and its letters) that stands at a span."""
    suffixes = index.suffixes
    number = suffixes.article_at(span.start)
    entry = index.entries[number]
    raw = index.raw(entry)
    cleaned = _cleaned(raw, entry.format)
    source = suffixes.article(number)
    base = suffixes.span(number)[0]
    first, last = cleaned.clean_range(*source.source_range(span.start - base, span.end - base))
    aligned = _aligned(quote, suffixes.codes[span.start : span.end], span.distance)
    opening, closing = _edges(text, quote)
    first -= _marks(cleaned.text[max(0, first - 20) : first][::-1], opening)
    last += _marks(cleaned.text[last : last + 20], closing)
    start, end = cleaned.raw_range(first, last)
    return Place(
        citation=Citation(entry.id, start, end, digest(raw[start:end])),
        entry=entry,
        similarity=span.similarity(len(quote)),
        raw=raw[start:end],
        text=cleaned.text[first:last],
        before=cleaned.text[max(0, first - context) : first],
        after=cleaned.text[last : last + context],
        changes=_changes(aligned, text, quote, cleaned, source, span.start - base, first, last),
        speaker=speaker_at(index, entry, start, end),
    )


@lru_cache(maxsize=4)
def _cleaned(raw: str, format: str) -> CleanText:
    return clean_source(raw, format)


def _edges(text: str, quote: Letters) -> tuple[str, str]:
    """The folded marks before the quote's first letter, backwards, and those behind its last."""
    before, after = text[: quote.source_range(0, 1)[0]], text[quote.source_range(len(quote) - 1, len(quote))[1] :]
    return _folded_marks(before[-20:])[::-1], _folded_marks(after[:20])


def _folded_marks(text: str) -> str:
    return "".join("'" if c == '"' else " " if c.isspace() else c for c in fold(text) if not c.isalnum())


def _marks(text: str, wanted: str) -> int:
    """How many characters at the start of the text are marks that the quote has as well, or blanks before such ones."""
    left = Counter(wanted)
    count = 0
    for i, character in enumerate(text):
        marks = " " if character.isspace() else _folded_marks(character)
        if not marks or any(left[mark] <= 0 for mark in marks):
            break
        if marks != " ":
            left.subtract(marks)
            count = i + 1
    return count


class _Stretch(NamedTuple):
    """Letters of the quote and of the source that stand for one another."""

    start: int
    end: int
    source_start: int
    source_end: int
    equal: bool


def _aligned(quote: Letters, source: Codes, distance: int) -> list[_Stretch]:
    if not distance:
        return [_Stretch(0, len(quote), 0, len(source), True)]
    from rapidfuzz.distance import Levenshtein

    operations = Levenshtein.opcodes(str(quote), text_of(source))
    return [_Stretch(o.src_start, o.src_end, o.dest_start, o.dest_end, o.tag == "equal") for o in operations]


def _changes(
    aligned: Sequence[_Stretch],
    text: str,
    quote: Letters,
    cleaned: CleanText,
    source: Letters,
    base: int,
    first: int,
    last: int,
) -> tuple[Change, ...]:
    """The stretches in readable text, which they cover from first to last, words whole; marks go to the equal stretch beside them."""
    differing: list[differences.Span] = []
    quote_at, source_at = 0, first
    for stretch in aligned:
        quote_range = quote.source_range(stretch.start, stretch.end) if stretch.end > stretch.start else (quote_at, quote_at)
        if stretch.source_end > stretch.source_start:
            range_ = source.source_range(base + stretch.source_start, base + stretch.source_end)
            source_range = cleaned.clean_range(*range_)
        else:
            source_range = source_at, source_at
        if not stretch.equal:
            differing.append((*quote_range, source_range[0] - first, max(source_at, source_range[1]) - first))
        quote_at, source_at = quote_range[1], max(source_at, source_range[1])
    shown = cleaned.text[first:last]
    changes: list[Change] = []
    quote_at = source_at = 0
    for start, end, source_start, source_end in differences.by_words(differing, _own_letters(text, quote), shown):
        changes.append(Change(text[quote_at:start], shown[source_at:source_start], True))
        changes.append(Change(text[start:end], shown[source_start:source_end], False))
        quote_at, source_at = end, source_end
    changes.append(Change(text[quote_at:], shown[source_at:], True))
    return tuple(change for change in changes if change.quote or change.source)


def _own_letters(text: str, quote: Letters) -> str:
    """The quote's text with marks for what looks like letters and is none of it, as in a leftover reading; as long as before."""
    steps = np.zeros(len(text) + 1, np.int64)
    np.add.at(steps, quote.runs["start"], 1)
    np.add.at(steps, quote.runs["end"], -1)
    own = (np.cumsum(steps)[:-1] > 0).tolist()
    return "".join(c if kept or not c.isalnum() else "|" for c, kept in zip(text, own, strict=True))


__all__ = [
    "MAX_CHARACTERS",
    "Change",
    "Place",
    "check_quote",
    "locate",
    "longest_run",
    "place_of",
]
