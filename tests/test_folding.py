"""Folding: one form for what differs only in script, width, case or marks."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import HANS, HANT, dirty_texts

from rag.text.folding import fold, has_han, narrow, simplify


@pytest.mark.parametrize(
    ("one", "other", "folded"),
    [
        ("熊偉銘", "熊伟铭", "熊伟铭"),
        ("鍾偉成", "钟伟成", "钟伟成"),
        ("著名", "着名", "着名"),
        ("乾淨", "干净", "干净"),
        ("裏面", "裡面", "里面"),
        ("\uff21\uff29\uff12\u3000\uff01", "AI2 !", "ai2 !"),
        ("\uff27\uff30\uff34\uff0d\uff14", "gpt-4", "gpt-4"),
        ("“好”", "「好」", '"好"'),
        ("‘a’", "'A'", "'a'"),
        ("a—b", "a–b", "a-b"),
        ("Straße", "STRASSE", "strasse"),
        ("ﬁne", "FINE", "fine"),
        ("ｶﾞ", "ガ", "ガ"),
        ("e\u0301", "É", "é"),
    ],
)
def test_equal_forms(one: str, other: str, folded: str) -> None:
    assert fold(one) == fold(other) == folded


def test_whole_texts_in_both_scripts() -> None:
    assert fold(HANT) == fold(HANS)


@pytest.mark.parametrize("variant", ["s2t", "s2tw", "s2hk"])
def test_common_characters_fold_alike_in_every_standard(variant: str) -> None:
    from opencc import OpenCC

    common = [bytes([a, b]).decode("gb2312") for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF)]
    convert = OpenCC(variant).convert
    assert [(c, convert(c)) for c in common if fold(convert(c)) != fold(c)] == []


@given(dirty_texts() | st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_alike_in_parts() -> None:
    every = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert [c for c in every if fold(unicodedata.normalize("NFD", c)) != fold(c)] == []


def test_every_character_folds_once() -> None:
    text = [chr(c) for c in [*range(0x20, 0xD800), *range(0xE000, 0x11000), *range(0x1D400, 0x20000), *range(0x2F800, 0x2FA20)]]
    assert [c for c in text if fold(f := fold(c)) != f] == []


def test_width_does_not_matter() -> None:
    ascii_text = "".join(map(chr, range(0x21, 0x7F)))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in ascii_text)
    assert narrow(wide) == ascii_text
    assert fold(wide) == fold(ascii_text) == ascii_text.lower()
    assert narrow("a\u3000b\uff0cc。") == "a b,c。"
    assert len(narrow(wide + "汉é")) == len(wide) + 2


def test_has_han() -> None:
    assert has_han("a汉b") and has_han("\U00020000") and has_han("㐀")
    assert not has_han("カナ and Latin, 한글, é") and not has_han("")


def test_characters_are_simplified_one_by_one() -> None:
    assert simplify("\u7f85\u6587\u6e05, Luo \uff21") == "\u7f57\u6587\u6e05, Luo \uff21"
