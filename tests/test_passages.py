"""Passages and sentences: ranges, sizes, what is in them and what is not."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import ENGLISH, HANS, HANT, JAPANESE, dirty_texts, hostile

from rag.articles.blocks import assign_roles, divide
from rag.articles.corpus import load, read, readable, scan, sources_of
from rag.articles.markup import read_html
from rag.articles.metadata import find_author, find_publisher, find_url
from rag.articles.notes import read_markdown
from rag.articles.passages import split
from rag.text.cleaning import CleanText, clean
from rag.text.dates import find_date
from rag.text.folding import fold
from rag.text.lines import lines_of
from rag.text.scripts import language_of, script_of
from rag.text.sentences import quotation_spans, sentence_ends
from rag.types import Article, Block, Metadata, Passage, Role

SHARED = Path(__file__).parents[2] / "shared" / "articles"
KEPT = (Role.HEADING, Role.BODY)


def article_of(raw: str, form: str = "text") -> tuple[Article, CleanText]:
    cleaned, metadata, blocks = read(raw, form)
    return Article("a", "a", raw, "", "utf-8", form, metadata, blocks), cleaned


def passages_of(raw: str, size: int = 300, form: str = "text") -> list[Passage]:
    return split(*article_of(raw, form), size)


def squeeze(text: str) -> str:
    return "".join(text.split())


def check_passages(article: Article, cleaned: CleanText, size: int) -> list[Passage]:
    """What holds for the passages of any article."""
    passages = split(article, cleaned, size)
    for passage in passages:
        assert passage.article == article.id
        assert 0 <= passage.start < passage.end <= len(article.raw)
        assert 0 < len(passage.text) <= size
        assert passage.text == passage.text.strip()
        assert passage.sentences
        for part in (passage, *passage.sentences):
            start, end = cleaned.clean_range(part.start, part.end)
            whole = cleaned.text[start:end]
            # An edit of several characters (a reference to two) may be cut in the middle; all else is exact.
            assert part.text == whole or part.text in whole and cleaned.raw_range(start, end) == (part.start, part.end)
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert all(a.end <= b.start for a, b in pairwise(passage.sentences))
        assert squeeze("".join(s.text for s in passage.sentences)) == squeeze(passage.text)
    assert all(a.end <= b.start for a, b in pairwise(passages))
    for block in article.blocks:
        if block.role not in KEPT:
            assert not any(p.start < block.end and block.start < p.end for p in passages)
    wanted = "".join(readable(cleaned, block) for block in article.blocks if block.role in KEPT)
    assert squeeze("".join(p.text for p in passages)) == squeeze(wanted)
    return passages


@given(dirty_texts(60), st.integers(20, 500), st.sampled_from(["text", "markdown", "html"]))
@settings(max_examples=200, deadline=None)
def test_passages_of_dirty_text(raw: str, size: int, form: str) -> None:
    check_passages(*article_of(raw, form), size)


@given(st.lists(st.tuples(dirty_texts(12), st.sampled_from(list(Role))), min_size=1, max_size=12), st.integers(20, 120))
@settings(max_examples=120, deadline=None)
def test_passages_of_any_blocks(parts: list[tuple[str, Role]], size: int) -> None:
    raw, ranges = "", []
    for text, role in parts:
        ranges.append((len(raw), len(raw) + len(text), role))
        raw += text + "\n\n"
    cleaned = clean(raw)
    blocks, reached = [], 0
    for start, end, role in ranges:
        a, b = cleaned.clean_range(start, end)
        text = cleaned.text[a:b]
        a, b = a + len(text) - len(text.lstrip()), b - len(text) + len(text.rstrip())
        if a < b and cleaned.raw_range(a, b)[0] >= reached:
            blocks.append(Block(*cleaned.raw_range(a, b), role))
            reached = blocks[-1].end
    check_passages(Article("a", "a", raw, "", "utf-8", "text", Metadata(), tuple(blocks)), cleaned, size)


@pytest.mark.parametrize("size", [20, 21, 40, 100, 300, 500])
@pytest.mark.parametrize("text", [HANS, HANT, JAPANESE, ENGLISH, HANS + "\n\n" + ENGLISH + "\n" + JAPANESE])
def test_passages_of_good_text(text: str, size: int) -> None:
    article, cleaned = article_of(text * 4)
    passages = check_passages(article, cleaned, size)
    if size >= 300:  # every sentence fits
        ends = {end for a, b in pairwise([0, *sentence_ends(cleaned.text)]) for end in (a + len(cleaned.text[a:b].rstrip()),)}
        assert {cleaned.clean_range(p.end - 1, p.end)[1] for p in passages} <= ends


def test_the_shape_of_passages() -> None:
    raw = "标题在这里\n来源\uff1a港口日报\n第一段。它有两句。\n第二段。\n小标题\n第三段在小标题之后\uff0c而且相当长\uff0c长到不能和前面放在一起了。\n相关阅读\n别的文章\n"
    found = [(p.text, [s.text for s in p.sentences]) for p in passages_of(raw, 40)]
    assert found == [
        ("第一段。它有两句。\n第二段。", ["第一段。", "它有两句。", "第二段。"]),
        (
            "小标题\n第三段在小标题之后\uff0c而且相当长\uff0c长到不能和前面放在一起了。",
            ["小标题", "第三段在小标题之后\uff0c而且相当长\uff0c长到不能和前面放在一起了。"],
        ),
    ]
    first = passages_of(raw, 40)[0]
    assert (first.start, first.end) == (14, 28)
    assert [(s.start, s.end) for s in first.sentences] == [(14, 18), (18, 23), (24, 28)]


def test_a_question_goes_with_its_answer() -> None:
    filler = "这一段只是用来占地方的\uff0c没有别的意思。" * 3
    raw = f"{filler}\n记者\uff1a您怎么看\uff1f\n韦乐\uff1a我觉得便宜就好。\n{filler}\n"
    assert any("您怎么看\uff1f\n韦乐" in p.text for p in passages_of(raw, 80))


@pytest.mark.parametrize("size", [60, 100, 300])
def test_quotations_stay_whole_where_they_fit(size: int) -> None:
    quotes = ["“" + "我们不急着买。东西总会坏。坏了再说\uff01" * n + "”" for n in (1, 2, 1, 2, 1)]
    raw = "".join(f"韦乐这样说了一句不长的话。{quote}他又补充道。" for quote in quotes) + "\n"
    article, cleaned = article_of("“开头。”\n" + raw)
    passages = check_passages(article, cleaned, size)
    for start, end in quotation_spans(cleaned.text):
        if end - start <= size:
            assert any(cleaned.text[start:end] in p.text for p in passages)


def test_gloss_and_tags_lie_inside_ranges() -> None:
    raw = "華創(chuàng)資本。<b>投了</b>三家&amp;兩家。\n"
    (passage,) = passages_of(raw)
    assert passage.text == "華創資本。投了三家&兩家。"
    assert raw[passage.start : passage.end] == raw.strip()
    assert [raw[s.start : s.end] for s in passage.sentences] == ["華創(chuàng)資本。", "投了</b>三家&amp;兩家。"]


def test_a_sentence_longer_than_the_size_is_cut_at_clauses() -> None:
    raw = "这是一个很长的句子\uff0c" * 12 + "完了。\n"
    passages = passages_of(raw, 50)
    assert all(p.text.endswith("\uff0c") for p in passages[:-1])
    assert all(len(p.sentences) == 1 for p in passages)
    word = "x" * 130
    assert [p.text for p in passages_of(word, 50)] == [word[:43], word[43:87], word[87:]]


def test_a_long_sentence_is_cut_near_its_middle() -> None:
    left, right = (
        "The committee, which met in the old harbour office,",
        "wanted a longer pier (of oak, stone and steel) for ships.",
    )
    assert [p.text for p in passages_of(f"{left} {right}", 100)] == [left, right]
    # No comma but those in the bracket: before a short word, not in the bracket.
    left, right = (
        "The committee that met there last autumn wanted a longer pier",
        "for ships (of oak, stone and steel, with lamps at either end).",
    )
    assert [p.text for p in passages_of(f"{left} {right}", 110)] == [left, right]
    # Neither an orphan at the end nor a vowel parted from its consonant.
    assert [len(p.text) for p in passages_of("x" * 101 + ".", 100)] == [51, 51]
    assert all(p.text[0] not in "\u0e31\u0e34" and p.text[-1] != "\u0e41" for p in passages_of("กินแก" * 50, 60))


def test_a_fragment_takes_sentences_from_its_neighbour() -> None:
    lines = [
        "Rain fell on the harbour all night. " * 5 + "Nobody slept.",
        "Lind",
        "Sun shone on the harbour all the next day. " * 4,
    ]
    found = [p.text for p in passages_of("\n\n".join(lines), 200)]
    assert min(map(len, found)) >= 25


def test_a_line_break_inside_a_sentence_does_not_end_it() -> None:
    raw = "The divers breathed a mixture of helium and compressed O\n2 while they\nworked. Later they slept.\n"
    filler = "Nobody at the harbour had ever seen that before, and few believed it. "
    (passage,) = passages_of(filler + raw)
    assert [s.text for s in passage.sentences][1:] == [
        "The divers breathed a mixture of helium and compressed O 2 while they worked.",
        "Later they slept.",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        "fog on the quay\nno ship in sight\nno bell\nonly rope and salt\n",
        "You need for the journey across the bay and back again in one day:\na coat of good wool\n2 loaves\na lamp\n",
        "A long heading without any mark at its end that goes on and on and on\niPhone sales fell.\n",
        "Everything that was found on the quay that morning was listed by her:\na) the rope that nobody had missed for many years until then\nb) a bell\n",
    ],
)
def test_lines_of_lists_and_verse_stay(raw: str) -> None:
    sentences = [s.text for p in passages_of("Opening words.\nMore words follow here.\n" + raw) for s in p.sentences]
    assert not any("\n" in s for s in sentences)
    assert sentences[-raw.count("\n") :] == raw.splitlines()


def test_noncharacters_of_the_source_survive() -> None:
    (passage,) = passages_of("甲\ufdd0乙。丙\ufdd3丁。")
    assert passage.text == "甲\ufdd0乙。丙\ufdd3丁。"


def test_too_small_a_size() -> None:
    with pytest.raises(ValueError, match="passages of 19 characters are too short; the least is 20"):
        passages_of("a", 19)


def test_nothing_to_cut() -> None:
    assert passages_of("") == [] == passages_of("\n \n")


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared articles are not on this machine")
@pytest.mark.parametrize("size", [20, 120, 300, 500])
def test_the_five_articles(size: int) -> None:
    for found in scan(sources_of([SHARED])):
        article = load(found)
        cleaned, _, _ = read(article.raw, article.format)
        passages = check_passages(article, cleaned, size)
        if size == 300:
            ends = tuple("。\uff01\uff1f!?”…」\uff1a:\uff09)")
            blocks = {block.end for block in article.blocks}
            assert all(p.text.endswith(ends) or p.end in blocks for p in passages)


# --- time ----------------------------------------------------------------------------------------------------------


def _split(text: str) -> object:
    cleaned = clean(text)
    stripped = cleaned.text.strip()
    if not stripped:
        return None
    start = cleaned.text.index(stripped[0])
    block = Block(*cleaned.raw_range(start, start + len(stripped)), Role.BODY)
    return split(Article("a", "a", text, "", "utf-8", "text", Metadata(), (block,)), cleaned)


FUNCTIONS = {
    "clean": clean,
    "fold": fold,
    "language_of": lambda text: language_of(text, script_of(text)),
    "sentence_ends": sentence_ends,
    "quotation_spans": quotation_spans,
    "assign_roles": lambda text: assign_roles(lines_of(text)),
    "divide": lambda text: divide(clean(text)),
    "find_*": lambda text: (find_date(text), find_publisher([text], text), find_author([text]), find_url([text])),
    "read_markdown": read_markdown,
    "read_html": read_html,
    "split": _split,
}
SIZE = int(os.environ.get("RAG_HOSTILE_SIZE", "6000"))  # 200000 to see how it grows
HOSTILE = hostile(SIZE)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hostile_text_takes_bounded_time(name: str) -> None:
    """Quadratic patterns take many seconds on these; the limit is far above what linear ones take on a busy machine."""
    slow = {}
    FUNCTIONS[name]("创(chuàng) <p>a word</p> of some length")  # imports do not count
    for unit, text in HOSTILE.items():
        began = time.process_time()
        FUNCTIONS[name](text)
        if (took := time.process_time() - began) > max(1.0, SIZE / 40_000):
            slow[unit] = took
    assert slow == {}
