"""Sentence boundaries and quotation spans."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from texts import dirty_texts

from rag.sentences import quotation_spans, sentence_ends


def sentences(text: str) -> list[str]:
    return [text[a:b].strip() for a, b in pairwise([0, *sentence_ends(text)])]


# One sentence a cell; "¦" marks where the text must be cut, and nowhere else.
CASES = {
    "chinese": [
        "今天很好。¦明天呢\uff1f¦不知道\uff01",
        "真的吗\uff1f\uff01¦不会吧……算了。",
        "他说\uff1a“走吧\uff01¦我不去。”¦然后走了。",
        "他说“好。”\uff0c然后走了。",
        "价格是3.14元。¦版本是GPT-4.5。",
        "第一行\n¦第二行",
        "(他走了。)¦她没走。",
    ],
    "english": [
        "Dr. Okafor left. ¦She was tired.",
        "Prof. Smith said no. ¦He left.",
        "It cost 3.5 million. ¦Then it fell to 2.",
        "He works at Acme Inc. and likes it. ¦She doesn't.",
        "He works at Acme Inc. ¦She does not.",
        "J. K. Rowling wrote it. ¦I read it.",
        "U.S. officials agreed. ¦It passed in the U.S. ¦It is law.",
        "Come at 5 p.m. on Sunday. ¦Bring tape.",
        "I was 12. ¦She was 13. ¦We ran in 1999. ¦Then we stopped.",
        "See Fig. 3 and p. 4 there. ¦It is no. 5. ¦He said no. ¦I left.",
        "On Jan. 5 it fell. ¦It fell in Jan. ¦Then it rose.",
        "So did I. ¦He left. ¦Plan B. ¦The team went.",
        "“Go away.” ¦He left.",
        '"Go away!" she said. ¦Then she left.',
        "Wait... what? ¦OK... ¦Then he left.",
        "Yahoo! is a company. ¦Google.com is big.",
        "(He left.) ¦She stayed.",
        "1. First item\n¦2. Second item\n¦10. Third item",
        "Is it 5? ¦Yes.",
    ],
    "japanese": [
        "今日は晴れです。¦明日は雨でしょう。",
        "「本当\uff1f」と彼は言った。¦そして帰った。",
        "「そうです。¦違います。」と言った。",
    ],
    "german": [
        "Am 3. Oktober kam er. ¦Dann ging er.",
        "Im 19. Jahrhundert war es so. ¦Es kostet z. B. 5 Euro. ¦Ja.",
        "Das ist z.B. gut, d.h. billig. ¦„Gut.“ ¦Ende.",
    ],
    "russian": ["В 2020 г. он уехал. ¦Потом вернулся.", "Это стоит 5 млн. рублей. ¦Дорого!"],
    "mixed": ["AI大模型。¦OpenAI发布了Sora。¦It is good. ¦好。", "用了yahoo!¦搜索。", "标题\uff1f¦“引用。”¦——作者"],
}


@pytest.mark.parametrize("text", [text for texts in CASES.values() for text in texts])
def test_cuts(text: str) -> None:
    assert sentences(text.replace("¦", "")) == [part.strip() for part in text.split("¦")]


@pytest.mark.parametrize("blank", ["", " ", "\n", "\r\n\r\n", "\u3000\n"])
def test_blank_text_has_no_sentence(blank: str) -> None:
    assert sentence_ends(blank) == []


@given(dirty_texts())
@settings(max_examples=200, deadline=None)
def test_sentences_cover_the_text(text: str) -> None:
    ends = sentence_ends(text)
    assert ends == sorted(set(ends))
    assert all(sentences(text))
    assert (ends[-1] == len(text)) if text.strip() else ends == []


def spans(text: str) -> list[str]:
    return [text[a:b] for a, b in quotation_spans(text)]


def test_quotations_are_outermost() -> None:
    assert spans("他说\uff1a“她说『走』。”「好」。") == ["“她说『走』。”", "「好」"]
    assert spans('He said "no" and "yes", „gut“ too.') == ['"no"', '"yes"', "„gut“"]


def test_marks_that_do_not_pair_span_nothing() -> None:
    assert spans("“never closed") == []
    assert spans("never opened”") == []
    assert spans('a 5" screen\nand a 7" one') == []
    assert spans("“" * 50 + "”" * 3) == spans("“" * 50 + "”" * 3)


@given(dirty_texts())
@settings(max_examples=100, deadline=None)
def test_quotations_do_not_overlap(text: str) -> None:
    found = quotation_spans(text)
    assert all(0 <= a < b <= len(text) for a, b in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
