"""Quotations in single marks are told from apostrophes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.single_quotes import single_quotations

HAN = "\u4ed6\u8bf4\u2018\u7801\u5934\u4e0d\u5356\u2019\u7684\u65f6\u5019"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("she said 'we will not sell' today", ["'we will not sell'"]),
        ("she said \u2018we will not sell\u2019 today", ["\u2018we will not sell\u2019"]),
        ("\u2018We will not sell,\u2019 she said, \u2018not now.\u2019", ["\u2018We will not sell,\u2019", "\u2018not now.\u2019"]),
        ("'We will not sell,' she said, 'not now.'", ["'We will not sell,'", "'not now.'"]),
        ("don't and won\u2019t, O'Brien and the town's", []),
        ("the boys' boats and the boys\u2019 nets", []),
        ("in the '90s and the \u201990s and the \u201890s it was rock 'n' roll", []),
        ("'tis late, get 'em in", []),
        ("'We don't sell the '90s boats,' he said", ["'We don't sell the '90s boats,'"]),
        ("\u2018We don\u2019t sell the boys\u2019 boats\u2019 he said", ["\u2018We don\u2019t sell the boys\u2019 boats\u2019"]),
        ("'no boats' and the boys' nets", ["'no boats'"]),
        ("'big tech' and 'small labs'", ["'big tech'", "'small labs'"]),
        ("('we will not sell')", ["'we will not sell'"]),
        ("*'we will not sell'*", ["'we will not sell'"]),
        ("'never closed, and the end", []),
        ("never opened' and the end", []),
        ("5' 6' and '", []),
        ("''", []),
        (HAN, ["\u2018\u7801\u5934\u4e0d\u5356\u2019"]),
        (HAN.replace("\u2018", "'").replace("\u2019", "'"), ["'\u7801\u5934\u4e0d\u5356'"]),
        ("\u4ed6\u8bf4\u2018\u7801\u5934\u2019\u548c\u2018\u6e2f\u53e3\u2019", ["\u2018\u7801\u5934\u2019", "\u2018\u6e2f\u53e3\u2019"]),
    ],
)  # fmt: skip
def test_quotations_and_apostrophes(text: str, found: list[str]) -> None:
    assert [text[slice(*span)] for span in single_quotations(text, 0, len(text))] == found


@given(st.text("'\u2018\u2019 as9\u679c.\n", max_size=60))
def test_ranges_are_in_order_and_in_marks(text: str) -> None:
    place = 0
    for start, end in single_quotations(text, 0, len(text)):
        assert place <= start < end - 1
        assert text[start] + text[end - 1] in ("''", "\u2018\u2019")
        place = end


def test_hostile_marks_take_no_long_time() -> None:
    started = time.perf_counter()
    for unit in ("'", "' ", " '", "'a ", "'s s' a", "\u2018 '", "\u2018a", "\u2019 ", "s' a", "('a' \u2018b\u2019"):
        list(single_quotations(unit * 40_000, 0, len(unit) * 40_000))
    assert time.perf_counter() - started < 5
