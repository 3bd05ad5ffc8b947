"""Edits make the new text of the old, and a place is found again where its surroundings went."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import HANS, hostile

from rag.text.differences import counterpart, differences

TEXTS = st.text("ab\n\u679c ", max_size=40)


@given(TEXTS, TEXTS)
def test_the_edits_are_both_texts(old: str, new: str) -> None:
    found = differences(old, new)
    assert "".join(text for op, text in found if op != "insert") == old
    assert "".join(text for op, text in found if op != "delete") == new
    assert all(text for _, text in found)
    assert (old == new) == all(op == "equal" for op, _ in found)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("", "", []),
        ("a", "a", [("equal", "a")]),
        ("", "a", [("insert", "a")]),
        ("a", "", [("delete", "a")]),
        ("nine boats", "seven boats", [("delete", "nine"), ("insert", "seven"), ("equal", " boats")]),
        ("one two three", "one three", [("equal", "one "), ("delete", "two "), ("equal", "three")]),
        ("one three", "one two three", [("equal", "one "), ("insert", "two "), ("equal", "three")]),
        ("the north pier", "the south pier", [("equal", "the "), ("delete", "north"), ("insert", "south"), ("equal", " pier")]),
        ("boats sailed, nets dried", "boat sails, nets dried", [("delete", "boats sailed"), ("insert", "boat sails"), ("equal", ", nets dried")]),
        ("we can't go", "we cannot go", [("equal", "we "), ("delete", "can't"), ("insert", "cannot"), ("equal", " go")]),
        ("3.5 boats", "3.6 boats", [("delete", "3.5"), ("insert", "3.6"), ("equal", " boats")]),
        ("a carpet", "a car pet", [("equal", "a "), ("delete", "carpet"), ("insert", "car pet")]),
        ("\u043d\u043e\u0432\u044b\u0439 \u043f\u043e\u0440\u0442", "\u043d\u043e\u0432\u0430\u044f \u043f\u043e\u0440\u0442", [("delete", "\u043d\u043e\u0432\u044b\u0439"), ("insert", "\u043d\u043e\u0432\u0430\u044f"), ("equal", " \u043f\u043e\u0440\u0442")]),
        ("\u679c\u56edfarm\u5f88\u5927", "\u679c\u56edfarms\u4e0d\u5927", [("equal", "\u679c\u56ed"), ("delete", "farm\u5f88"), ("insert", "farms\u4e0d"), ("equal", "\u5927")]),
        ("0" * 80 + "1", "0" * 80 + "2", [("equal", "0" * 80), ("delete", "1"), ("insert", "2")]),
        ("\u679c\u56ed\u5f88\u5927", "\u679c\u56ed\u4e0d\u5927", [("equal", "\u679c\u56ed"), ("delete", "\u5f88"), ("insert", "\u4e0d"), ("equal", "\u5927")]),
    ],
)  # fmt: skip
def test_edits(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert differences(old, new) == found


WORDS = st.lists(
    st.sampled_from(["boat", "boats", "nets", "can't", "cannot", "3.5", "3.6", "\u679c\u56ed", "\u679c"]), max_size=8
).map(" ".join)


@given(WORDS, WORDS)
def test_no_word_is_cut(old: str, new: str) -> None:
    found = differences(old, new)
    assert "".join(text for op, text in found if op != "insert") == old
    assert "".join(text for op, text in found if op != "delete") == new
    for side in ("insert", "delete"):
        place = 0
        text = new if side == "insert" else old
        for op, piece in found:
            place += len(piece) * (op in ("equal", side))
            assert not re.search(r"[a-z0-9]['.]?$", text[:place]) or not re.match(r"['.]?[a-z0-9]", text[place:])


@given(TEXTS, TEXTS.filter(bool), TEXTS)
def test_a_place_moves_with_what_stands_before_it(before: str, text: str, after: str) -> None:
    old = before + text + after
    start, end = len(before), len(before) + len(text)
    assert counterpart(old, "x" + old, start, end) == (start + 1, end + 1)
    assert counterpart(old, old + "x", start, end) == (start, end)
    assert counterpart(old, before + text + "xy" + after, start, end)[0] == start


@given(TEXTS, TEXTS, st.data())
def test_a_counterpart_is_a_range_of_the_new_text(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    first, last = counterpart(old, new, start, end)
    assert 0 <= first <= last <= len(new)
    assert counterpart(old, old, start, end) == (start, end)


def test_counterparts() -> None:
    old = "One quay.\nTwo boats sail.\nNine nets.\n"
    for new, wanted in (
        (old.replace("boats sail", "ships sink"), "Two ships sink."),
        ("Zero.\n" + old.replace("quay", "pier").replace("Two", "Seven"), "Seven boats sail."),
        (old.replace("Two boats sail.\n", ""), ""),
    ):
        first, last = counterpart(old, new, 10, 25)
        assert new[first:last] == wanted


def test_long_texts_are_compared_by_lines_first() -> None:
    lines = [f"Line {i}: {HANS}\n" for i in range(300)]
    old = "".join(lines)
    new = "".join([*lines[:20], "A new line.\n", *lines[20:150], *lines[151:250]]).replace("Line 200", "Row 200") + "End.\n"
    started = time.perf_counter()
    start = old.index("Line 200")
    first, last = counterpart(old, new, start, start + len(lines[200]))
    assert new[first:last] == lines[200].replace("Line", "Row")
    assert time.perf_counter() - started < 2


def test_hostile_texts_take_no_long_time() -> None:
    started = time.perf_counter()
    for unit, text in hostile(6_000).items():
        old, new = "x" + text + "y", "z" + text[7:] + unit + "w"
        assert "".join(piece for op, piece in differences(old, new) if op != "delete") == new
    assert time.perf_counter() - started < 10
