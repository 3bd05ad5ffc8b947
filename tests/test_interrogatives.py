"""Words of asking."""

from __future__ import annotations

import pytest

from rag.text.interrogatives import ASKING, BARE, is_foreign


@pytest.mark.parametrize(
    ("line", "foreign"),
    [
        ("\u00bfCu\u00e1ndo muri\u00f3?", True), ("Wann starb er?", True), ("Und er?", True), ("O\u00f9 vivait-il?", True), ("warum", True),
        ("\u041a\u043e\u0433\u0434\u0430 \u043e\u043d \u0443\u043c\u0435\u0440?", True), ("\u3044\u3064\u6b7b\u3093\u3060?", True), ("Wann starb er eigentlich wirklich?", False), ("Wo ist Berlin?", False),
        ("when did he?", False), ("why?", False), ("who else?", False), ("\u4e3a\u4ec0\u4e48?", False), ("Beyonc\u00e9?", False), ("", False), ("training run cost", False),
    ],
)  # fmt: skip
def test_short_questions_in_other_languages_are_known(line: str, foreign: bool) -> None:
    assert is_foreign(line) is foreign


@pytest.mark.parametrize(
    ("question", "bare", "asking"),
    [("why so", True, True), ("for example", True, False), ("\u4e3a\u4ec0\u4e48\u5462", True, True), ("why tin", False, True), ("tin", False, False)],
)  # fmt: skip
def test_a_question_that_is_nothing_but_a_word_of_asking(question: str, bare: bool, asking: bool) -> None:
    assert (BARE.fullmatch(question) is not None, ASKING.search(question) is not None) == (bare, asking)
