"""Sentence boundaries and quotation spans."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from texts import dirty_texts

from rag.text.sentences import quotation_spans, sentence_ends, sentence_spans, trimmed


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
        "The shop shut at 5 p.m. ¦Everybody went home.",
        "We open at 9 a.m. Monday to Friday. ¦At 6 p.m. Okafor locks up, by 7 p.m. GMT at the latest.",
        "Prices will rise... and rise again. ¦It was late. . . and dark. ¦They stopped. ... ¦Then it rained.",
        "It weighs 4 kg (8.8 lb.) Dry, less. ¦He scored twice (see p. 4. Fine work) that day.",
        "It grew.[1] ¦It shrank.[2][3] ¦It stayed. [citation needed]\n¦Next.",
        "Let x + y = c. ¦Decide which. ¦Marked (cf. Lind) it is.",
    ],
    "romance": [
        "Vive en EE. UU. desde 1990. ¦D. Tomás murió en el s. XVI a. C. según el Sr. Ruiz. ¦Mide aprox. 30 m. ¦El fin.",
        "Véase la pág. 12, p. ej. aquí, y la fig. 3. ¦La casa costó 5 euros, etc. ¦Luego cayó.",
        "M. Petit et Mme Roy partirent vers 50 av. J.-C. à pied. ¦Il a env. 30 ans.",
        "Il sig. Verdi e il dott. Neri vennero, v. pag. 12, cap. IV. ¦Poi andarono.",
        "O Sr. Lima mora na av. Norte desde o séc. XIX. ¦Depois saiu.",
    ],
    "arabic": [
        "قال د. سامي إن أ. ليلى هنا. ¦هل ذهبت؟ ¦نعم؛ ذهبت۔ ¦انتهى.",
        "عاش في سنة 300 ق.م. في الشمال. ¦وصل في 1999 م. ¦ثم رحل.",
    ],
    "indic": ["यह पहला है। ¦यह दूसरा है॥ ¦डॉ. वर्मा आए।"],
    "other stops": ["ይህ አንድ ነው። ¦ሁለት፧ ¦አዎ።", "នេះមួយ។ ¦នេះពីរ៕", "ပထမ၊ တစ်။ ¦ဒုတိယ။"],
    "turkish": ["Doç. Dr. Kaya ve II. Murat 3. Dünya Kupasına geldi. ¦Toplam 12 kişi öldü. ¦Sonra bitti (bkz. Sayfa 3)."],
    "dutch and polish": [
        "Dhr. Jansen kocht bijv. Appels, enz. ¦Daarna ging hij.",
        "To tzw. Nowy Rynek, nr 5, ok. 20 osób. ¦Potem wyszli.",
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
        "Es war der 3. Mai, im 16. und 17. Jahrhundert v. Chr. ¦Danach zahlte Dr. Otto ca. 20 Mio. Taler bzw. Gulden. ¦Ja.",
    ],
    "russian": [
        "В 2020 г. он уехал. ¦Потом вернулся.",
        "Это стоит 5 млн. рублей. ¦Дорого!",
        "В г. Тверь, т. е. на Волге, жил А. Б. Орлов и др. ¦Потом и он уехал, см. рис. 3 на стр. 4.",
        "«Кто там?» — спросил сторож. ¦«Я».",
    ],
    "mixed": ["AI大模型。¦OpenAI发布了Sora。¦It is good. ¦好。", "用了yahoo!¦搜索。", "标题\uff1f¦“引用。”¦——作者"],
}


@pytest.mark.parametrize("text", [text for texts in CASES.values() for text in texts])
def test_cuts(text: str) -> None:
    assert sentences(text.replace("¦", "")) == [part.strip() for part in text.split("¦")]


def test_thai_sentences_end_at_blanks_between_clauses() -> None:
    clauses = ["เมื่อวานนี้ฝนตกหนักมากจนน้ำท่วมถนนหน้าบ้าน", "เด็กเด็กจึงไม่ได้ไปโรงเรียนและอยู่เล่นกันในบ้าน"]
    assert sentences(" ".join(clauses * 2)) == clauses * 2
    # No blank around digits, Latin words, brackets, \u0e46 and abbreviations ends one, nor one beside a name.
    joined = [
        "ดร. มานะ เกิดเมื่อ พ.ศ. 2500 ที่ จ. ตาก และหนัก 4 กก. เท่านั้นเองในวันแรกที่เกิดมา",
        "เขาใช้เครื่อง Nova ทุกวันเพื่อเขียนจดหมายถึงเพื่อนของเขา (ซึ่งอยู่ไกลมากจากที่นี่ แต่ก็ยังคิดถึงกันเสมอ)",
        "เมื่อวานนี้ฝนตกหนักมากจนน้ำท่วมถนนหน้าบ้านของ มานะ ใจดี และเพื่อนบ้านอีกหลายคนที่อยู่ใกล้กัน",
    ]
    for text in joined:
        assert sentences(text) == [text]


def test_lao_sentences_end_at_blanks_too() -> None:
    clauses = ["ນີ້ແມ່ນປະໂຫຍກທີຫນຶ່ງທີ່ຂຽນໃນມື້ນີ້ຢູ່ເຮືອນ", "ແລະນີ້ແມ່ນປະໂຫຍກທີສອງທີ່ຍາວພໍສົມຄວນສໍາລັບການທົດລອງ"]
    assert sentences(" ".join(clauses)) == clauses


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


def test_sentences_of_a_range_without_the_white_space_around_them() -> None:
    text = "Not this. One came.  Two left. Nor"
    assert [text[start:end] for start, end in sentence_spans(text, 9, 30)] == ["One came.", "Two left."]
    assert list(sentence_spans(text, 9, 10)) == []
    assert trimmed(" a b ", 0, 5) == (1, 4)
    start, end = trimmed("   ", 0, 3)
    assert start > end
