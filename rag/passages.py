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

from rag.claims import asks
from rag.cleaning import CleanText
from rag.sentences import quotation_spans, sentence_ends
from rag.types import Article, Block, Passage, Role, Sentence

# Where a passage may be cut, best first: between paragraphs, between sentences, between sentences of one quotation,
# between clauses. Noncharacters never occur in valid text; should they, they count as text.
_PARAGRAPH, _SENTENCE, _INNER, _CLAUSE = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_CUTS = re.compile("[\ufdd0-\ufdd3]")
_CLAUSE_END = re.compile(r"[,;:](?=\s|[\u2e80-\uffff])|[、\uff0c\uff1b\uff1a]|\s[–—-]\s")


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

    places = dict(breaks)
    for match in _CLAUSE_END.finditer(text):
        places.setdefault(match.end(), _CLAUSE)
    places.pop(len(text), None)
    cuts = [0, *sorted(places), len(text)]
    safe = _CUTS.sub("\ufffd", text)
    marked = "".join(places.get(a, "") + safe[a:b] for a, b in pairwise(cuts))
    splitter = RecursiveCharacterTextSplitter(
        separators=[_PARAGRAPH, _SENTENCE, _INNER, _CLAUSE, " ", ""],
        keep_separator="start",
        strip_whitespace=False,
        chunk_size=size,
        chunk_overlap=0,
        length_function=_length,
    )
    lengths = [_length(piece) for piece in splitter.split_text(marked)]
    ends = list(accumulate(lengths))
    assert (ends[-1] if ends else 0) == len(text), "the splitter lost text"
    return _trim(text, _merge([(e - n, e) for n, e in zip(lengths, ends, strict=True) if n], size, breaks))


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


def _trim(text: str, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    trimmed = []
    for start, end in ranges:
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        if start < end:
            trimmed.append((start, end))
    return trimmed


def _passage(article: Article, cleaned: CleanText, start: int, end: int, ends: Sequence[int]) -> Passage:
    """The passage of a readable range; `ends` are the ends of the sentences around, ascending."""
    inner = ends[bisect_right(ends, start) : bisect_left(ends, end)]
    sentences = []
    for a, b in pairwise([start, *inner, end]):
        for c, d in _trim(cleaned.text[a:b], [(0, b - a)]):
            sentences.append(Sentence(*cleaned.raw_range(a + c, a + d), cleaned.text[a + c : a + d]))
    raw_start, raw_end = cleaned.raw_range(start, end)
    return Passage(article.id, raw_start, raw_end, cleaned.text[start:end], tuple(sentences))


__all__ = ["split"]
