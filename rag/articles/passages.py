"""Cut an article into passages and sentences.

langchain-text-splitters decides what is packed together; offsets are our own. The splitter gets the readable text with
noncharacters marking where it may cut, best places first, and hands back pieces that joined again are exactly that text:
so positions follow from lengths, and no search can go wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from unicodedata import category

from rag.text.claims import asks
from rag.text.cleaning import CleanText
from rag.text.sentences import quotation_spans, sentence_ends, trimmed
from rag.types import Article, Block, Passage, Role, Sentence

# Where a passage may be cut, best first: between paragraphs, between sentences, between sentences of one quotation,
# between clauses. Noncharacters never occur in valid text; should they, they count as text.
_PARAGRAPH, _SENTENCE, _INNER, _CLAUSE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_CUTS = re.compile("[\ufdd0-\ufdd3]")
_CLAUSE_END = re.compile(r"[,;:،؛](?=\s|[\u2e80-\uffff])|[、\uff0c\uff1b\uff1a\u104a\u1363-\u1366\u0f0d]|\s[–—-]\s")
_WORD = re.compile(r"(?<!\.)\s+(?=([^\W\dA-Z_]{1,4}\b)?\S)")
_STRONG = ";:؛\uff1b\uff1a\u1364\u1365\u1366"
_BRACKETS = re.compile(r"\([^()\n]*\)|\[[^\[\]\n]*\]|\uff08[^\uff08\uff09\n]*\uff09")


def split(article: Article, cleaned: CleanText, size: int = 300) -> list[Passage]:
    """The passages of an article in order of the text, each at most `size` readable characters long.

    Passages begin and end at sentence ends, never share text, and hold body and headings only: no title, byline or page
    furniture. A heading, or a paragraph that ends in a question mark or colon, goes with what follows it. A sentence
    longer than `size` is cut at clauses, and there each piece counts as a sentence. Quotations stay whole where they fit.
    Raises ValueError for a size under 20.
    """
    if size < 20:
        raise ValueError(f"passages of {size} characters are too short; the least is 20")
    passages = []
    for run in _runs(article.blocks):
        start, _ = cleaned.clean_range(run[0].start, run[0].end)
        _, end = cleaned.clean_range(run[-1].start, run[-1].end)
        text = cleaned.text[start:end]
        breaks = _breaks(text, start, cleaned, run)
        ends = sorted(start + e for e in breaks)
        for a, b in _pack(text, breaks, size):
            passages.append(_passage(article, cleaned, start + a, start + b, ends))
    return passages


def _runs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Neighbouring blocks that may share a passage."""
    run: list[Block] = []
    for block in blocks:
        if block.role in (Role.BODY, Role.HEADING):
            run.append(block)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _breaks(text: str, offset: int, cleaned: CleanText, run: Sequence[Block]) -> dict[int, str]:
    """Where the text may be cut, and how good a place each is."""
    breaks = dict.fromkeys(sentence_ends(text), _SENTENCE)
    paragraphs: list[int] = []
    for before, block in pairwise(run):
        position = cleaned.clean_range(block.start, block.end)[0] - offset
        lead = text[max(0, position - 40) : position]
        leads_on = before.role is Role.HEADING or asks(lead) or lead.rstrip().endswith((":", "\uff1a"))
        breaks[position] = _INNER if leads_on else _PARAGRAPH
        paragraphs.append(position)
    ordered = sorted(breaks)
    for start, end in quotation_spans(text):
        for position in ordered[bisect_right(ordered, start) : bisect_left(ordered, end)]:
            breaks[position] = _INNER
    return breaks


def _pack(text: str, breaks: dict[int, str], size: int) -> list[tuple[int, int]]:
    """Ranges of the text that hold at most `size` characters each and together all of it, outer white space aside."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    places = dict.fromkeys(_clause_cuts(text, sorted(breaks), size), _CLAUSE) | breaks
    places.pop(len(text), None)
    cuts = [0, *sorted(places), len(text)]
    safe = _CUTS.sub("\ufffd", text)
    marked = "".join(places.get(a, "") + safe[a:b] for a, b in pairwise(cuts))
    splitter = RecursiveCharacterTextSplitter(
        separators=[_PARAGRAPH, _SENTENCE, _INNER, _CLAUSE],
        keep_separator="start",
        strip_whitespace=False,
        chunk_size=size,
        chunk_overlap=0,
        length_function=_length,
    )
    lengths = [_length(piece) for piece in splitter.split_text(marked)]
    ends = list(accumulate(lengths))
    assert (ends[-1] if ends else 0) == len(text), "the splitter lost text"
    merged = _merge([(e - n, e) for n, e in zip(lengths, ends, strict=True) if n], size, breaks)
    ranges = (trimmed(text, start, end) for start, end in _even(merged, size, breaks))
    return [(start, end) for start, end in ranges if start < end]


def _clause_cuts(text: str, ends: Sequence[int], size: int) -> list[int]:
    """Where to cut the sentences that are longer than `size`: into pieces of about one length, at clauses where there are any."""
    sentences = [(a, a + len(text[a:b].rstrip())) for a, b in pairwise([0, *ends])]
    long = [(a, b) for a, b in sentences if b - a > size]
    if not long:
        return []
    closed = sorted([*quotation_spans(text), *(match.span() for match in _BRACKETS.finditer(text))])
    clauses = [(m.end(), size // 10 * (m[0] not in _STRONG)) for m in _CLAUSE_END.finditer(text)]
    for start, end in closed:
        inner = range(bisect_right(clauses, (start, size)), bisect_left(clauses, (end, 0)))
        if end - start <= size:
            for i in inner:
                clauses[i] = (clauses[i][0], size)
    return [cut for a, b in long for cut in _even_cuts(text, a, b, size, clauses)]


def _even_cuts(text: str, start: int, end: int, size: int, clauses: Sequence[tuple[int, int]]) -> Iterator[int]:
    """The cuts of one sentence; `clauses` are the ends of clauses and how much nearer to the best place another may be."""
    for count in range(max(2, -(-10 * (end - start) // (9 * size))), 1, -1):
        share = (end - start) / count
        best = start + round(share)
        first = max(start + 1, end - (count - 1) * size)
        last = min(start + size, end - 1)
        window = max(first, start + round(0.4 * share)), min(last, start + round(1.6 * share))
        near = [
            *clauses[bisect_left(clauses, (window[0], 0)) : bisect_right(clauses, (window[1], size))],
            *_words(text, *window, size),
        ]
        near = near or [(_between_characters(text, first, best), 0)]
        start = min(near, key=lambda place: abs(place[0] - best) + place[1])[0]
        yield start


def _words(text: str, first: int, last: int, size: int) -> list[tuple[int, int]]:
    """The places behind blanks in [first, last] and how far they stand back, best before a short word: it begins a phrase."""
    closed = [match.span() for match in _BRACKETS.finditer(text, first, last)]
    found = [(match.end(), match[1] is None) for match in _WORD.finditer(text, first, last)]
    return [(p, size * 2 // 3 + size // 10 * plain + size * any(a < p < b for a, b in closed)) for p, plain in found]


def _between_characters(text: str, first: int, place: int) -> int:
    """The last place up to `place` that parts no character from its marks, nor a Thai or Lao vowel from its consonant."""
    while place > first and (category(text[place]).startswith("M") or text[place - 1] in "\u0e40\u0e41\u0e42\u0e43\u0e44"):
        place -= 1
    return place


def _even(ranges: list[tuple[int, int]], size: int, breaks: dict[int, str]) -> list[tuple[int, int]]:
    """Move sentences to a piece that is a fragment from a neighbour with which it does not fit."""
    ends = sorted(position for position, kind in breaks.items() if kind != _INNER)
    tiny = size // 8
    evened = list(ranges)
    for i, right in enumerate(ranges[1:]):
        start, end = evened[i][0], right[1]
        if min(evened[i][1] - start, right[1] - right[0]) >= tiny:
            continue
        near = ends[bisect_left(ends, max(start + tiny, end - size)) : bisect_right(ends, min(start + size, end - tiny))]
        if near:
            middle = min(near, key=lambda position: abs(position - (start + end) / 2))
            evened[i], evened[i + 1] = (start, middle), (middle, end)
    return evened


def _length(marked: str) -> int:
    return len(marked) - len(_CUTS.findall(marked))


def _merge(ranges: list[tuple[int, int]], size: int, breaks: dict[int, str]) -> list[tuple[int, int]]:
    """Join a short piece to its neighbour where both fit, and pieces that were cut inside a sentence but fit whole."""
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged:
            before, middle = merged[-1]
            short = min(middle - before, end - start) < size // 3
            if end - before <= size and (short or middle not in breaks):
                merged[-1] = (before, end)
                continue
        merged.append((start, end))
    return merged


def _passage(article: Article, cleaned: CleanText, start: int, end: int, ends: Sequence[int]) -> Passage:
    """The passage of a readable range; `ends` are the ends of the sentences around, ascending."""
    inner = ends[bisect_right(ends, start) : bisect_left(ends, end)]
    sentences = []
    for a, b in pairwise([start, *inner, end]):
        first, last = trimmed(cleaned.text, a, b)
        if first < last:
            sentences.append(Sentence(*cleaned.raw_range(first, last), cleaned.text[first:last]))
    raw_start, raw_end = cleaned.raw_range(start, end)
    return Passage(article.id, raw_start, raw_end, cleaned.text[start:end], tuple(sentences))


__all__ = ["split"]
