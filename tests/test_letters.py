"""The letters of a text: what counts as the same, and where each letter comes from."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import HANS, HANT, dirty_texts, hostile

from rag.text.letters import letters


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        ("\u2026!? \u3002", ""),
        ("A b\nC", "abc"),
        ("\uff21\uff22\uff11", "ab1"),
        ("\u201c\u597d\u3002\u201d", "\u597d"),
        ("3.5 and 35", "3.5and35"),
        ("3\uff0e5", "3.5"),
        ("v. 5", "v5"),
        ("1,000", "1000"),
        ("5%\uff0c5\uff05", "5%5%"),
        ("\u5275(chu\u00e0ng)\u65b0", "\u521b\u65b0"),
        ("\u5275chu\u00e0ng\u65b0", "\u521b\u65b0"),
        ("\u5275\uff08\uff23\uff28\uff35\u00c0\uff2e\uff27\uff09\u65b0", "\u521b\u65b0"),
        ("\u6a39(computation)", "\u6811computation"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
        ("gro\u00df", "gross"),
        ("a\u200bb\ufe0f", "ab"),
        ("x &amp; y &#20013;", "xy\u4e2d"),
    ],
)
def test_what_counts(text: str, wanted: str) -> None:
    assert str(letters(text)) == wanted


def test_scripts_have_the_same_letters() -> None:
    assert str(letters(HANS)) == str(letters(HANT))


def test_letters_point_to_their_source() -> None:
    text = "\u5275(chu\u00e0ng)\u65b0 \ufb01x e\u0301 &#20013;\u3002"
    found = letters(text)
    origins = [text[slice(*found.source_range(i, i + 1))] for i in range(len(found))]
    assert list(zip(str(found), origins, strict=True)) == [
        ("\u521b", "\u5275"), ("\u65b0", "\u65b0"), ("f", "\ufb01"), ("i", "\ufb01"), ("x", "x"), ("\u00e9", "e\u0301"), ("\u4e2d", "&#20013;"),
    ]  # fmt: skip
    assert text[slice(*found.source_range(0, 2))] == "\u5275(chu\u00e0ng)\u65b0"
    for start, end in ((0, 0), (3, 2), (0, 8), (-1, 1)):
        with pytest.raises(ValueError, match="does not fit 7 letters"):
            found.source_range(start, end)


@given(dirty_texts())
def test_every_letter_has_a_source_and_every_source_its_letters(text: str) -> None:
    found = letters(text)
    assert len(str(found)) == len(found)
    last = 0
    for i in range(len(found)):
        start, end = found.source_range(i, i + 1)
        assert last <= start < end <= len(text)
        low, high = found.range_of(start, end)
        assert low <= i < high
        last = start


@given(dirty_texts(), st.integers(0, 60), st.integers(0, 60))
def test_ranges_of_the_source_hold_the_letters_that_come_from_them(text: str, a: int, b: int) -> None:
    found = letters(text)
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    low, high = found.range_of(start, end)
    inside = [i for i in range(len(found)) if start <= found.source_range(i, i + 1)[0] and found.source_range(i, i + 1)[1] <= end]
    assert all(low <= i < high for i in inside)


def test_no_text_takes_long() -> None:
    for unit, text in hostile(10_000).items():
        began = time.perf_counter()
        letters(text)
        assert time.perf_counter() - began < 2, unit
