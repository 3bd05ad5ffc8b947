"""Cleaning: what is removed, and the map between raw and readable text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import dirty_texts

from rag.text.cleaning import CleanText, Edit, clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("華創(chuàng)資本", "華創資本"),
        ("銀行(háng)不行(xíng)", "銀行不行"),  # every true reading of the character
        ("算力(computation)很貴", "算力(computation)很貴"),
        ("創(chuang)新", "創(chuang)新"),  # no tone mark: not what the scraper left
        ("好(ma)", "好(ma)"),  # not a reading of the character
        ("\u884c\uff08x\u00edng\uff09", "\u884c"),  # full-width brackets
        ("<p>一</p><p>二</p>", "\n一\n\n二\n"),
        ('a <b class="x">bold</b> word', "a bold word"),
        ("if a <b and c> d", "if a <b and c> d"),  # no attribute: not a tag
        ("x < y > z", "x < y > z"),
        ("fish &amp; chips &#8212; &copy; &unknown;", "fish & chips — © &unknown;"),
        ("a&nbsp;b&#8203;c", "a bc"),
        ("one<!-- two -->three", "onethree"),
        ("zero\u200bwidth\ufeff\u00ad", "zerowidth"),
        ("  a \t\u3000 b  \n\n  c  ", "a b\n\nc"),
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\ne"),
        ("\u5b83\uff01\uff1f\u201c", "\u5b83\uff01\uff1f\u201c"),  # full-width forms stay as they are
        ("", ""),
    ],
)
def test_readable_text(raw: str, text: str) -> None:
    assert clean(raw).text == text


def test_shifted_gbk_is_repaired_only_with_proof() -> None:
    assert clean("很好?!?/p>").text == "很好。”"
    assert clean("很好?\uff0cF(xi\u00e0n)在").text == "很好。現在"
    assert clean("很好?!真的").text == "很好?!真的"


def test_edits_first_start_wins_then_longest() -> None:
    cleaned = CleanText.build("abcdef", [Edit(2, 4, "X"), Edit(1, 3, "Y"), Edit(1, 2, "Z"), Edit(4, 5, "")])
    assert cleaned.text == "aYdf"
    assert cleaned.edits == (Edit(1, 3, "Y"), Edit(4, 5, ""))


def test_ranges_by_hand() -> None:
    cleaned = CleanText.build("ab<br>cd&amp;e", [Edit(2, 6, "\n"), Edit(8, 13, "&")])
    assert cleaned.text == "ab\ncd&e"
    assert cleaned.raw_range(0, 7) == (0, 14)
    assert cleaned.raw_range(2, 3) == (2, 6)
    assert cleaned.raw_range(3, 6) == (6, 13)
    assert cleaned.clean_range(3, 5) == (2, 3)  # a part of the tag reads as the whole line break
    assert cleaned.clean_range(6, 8) == (3, 5)
    assert cleaned.clean_range(9, 14) == (5, 7)


def test_a_deleted_range_is_empty_and_lies_at_its_place() -> None:
    cleaned = clean("前\u200b\u200b后")
    assert cleaned.clean_range(1, 3) == (1, 1)
    assert cleaned.raw_range(0, 2) == (0, 4)
    assert cleaned.raw_range(0, 1) == (0, 1)


@pytest.mark.parametrize("bad", [(0, 0), (1, 1), (-1, 1), (0, 4), (2, 1)])
def test_raw_range_refuses(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not fit a readable text of 3 characters"):
        clean("abc").raw_range(*bad)


@pytest.mark.parametrize("bad", [(-1, 1), (0, 4), (2, 1)])
def test_clean_range_refuses(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="does not fit a raw text of 3 characters"):
        clean("abc").clean_range(*bad)


@pytest.mark.parametrize("bad", [Edit(1, 1, "x"), Edit(-1, 1, ""), Edit(2, 4, "")])
def test_build_refuses_edits_that_do_not_fit(bad: Edit) -> None:
    with pytest.raises(ValueError, match="does not fit a text of 3 characters"):
        CleanText.build("abc", [bad])


def check_maps(raw: str, cleaned: CleanText) -> None:
    """Every character of the readable text is accounted for, both ways."""
    rebuilt, position = [], 0
    for edit, start in zip(cleaned.edits, cleaned.clean_starts, strict=True):
        assert edit.start >= position
        rebuilt.append(raw[position : edit.start])
        assert sum(map(len, rebuilt)) == start
        rebuilt.append(edit.text)
        position = edit.end
    rebuilt.append(raw[position:])
    assert "".join(rebuilt) == cleaned.text
    edited = {i for edit in cleaned.edits for i in range(edit.start, edit.end)}
    reached = []
    for i in range(len(cleaned.text)):
        start, end = cleaned.raw_range(i, i + 1)
        first, last = cleaned.clean_range(start, end)
        assert first <= i < last
        if start not in edited:
            assert (end - start, first, last, raw[start]) == (1, i, i + 1, cleaned.text[i])
        reached += [i for i in range(start, end) if i not in edited]
    assert reached == [i for i in range(len(raw)) if i not in edited]


@given(dirty_texts())
@settings(max_examples=150, deadline=None)
def test_maps_are_exact_on_dirty_text(raw: str) -> None:
    check_maps(raw, clean(raw))


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 29), st.integers(1, 6), st.text(max_size=3)), max_size=8))
@settings(max_examples=150, deadline=None)
def test_maps_are_exact_for_any_edits(raw: str, planned: list[tuple[int, int, str]]) -> None:
    edits = [Edit(start, start + n, text) for start, n, text in planned if start + n <= len(raw)]
    check_maps(raw, CleanText.build(raw, edits))


@given(dirty_texts(), st.data())
@settings(max_examples=150, deadline=None)
def test_ranges_go_round(raw: str, data: st.DataObject) -> None:
    cleaned = clean(raw)
    if cleaned.text:
        start = data.draw(st.integers(0, len(cleaned.text) - 1))
        end = data.draw(st.integers(start + 1, len(cleaned.text)))
        a, b = cleaned.raw_range(start, end)
        first, last = cleaned.clean_range(a, b)
        assert first <= start < end <= last
        assert cleaned.raw_range(first, last) == (a, b)  # wider only by what shares an edit
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    first, last = cleaned.clean_range(start, end)
    assert 0 <= first <= last <= len(cleaned.text)
    kept = [edit for edit in cleaned.edits if edit.start < end and edit.end > start]
    untouched = [raw[i] for i in range(start, end) if not any(e.start <= i < e.end for e in kept)]
    assert len(cleaned.text[first:last]) == len(untouched) + sum(len(edit.text) for edit in kept)
