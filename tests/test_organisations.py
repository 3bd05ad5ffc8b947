"""Which words are the name of an organisation."""

from __future__ import annotations

import pytest

from rag.names.organisations import is_proper_name, organisation_of


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("\u5317\u5cad\u94f6\u884c", "\u5317\u5cad\u94f6\u884c"),
        ("\u5317\u5dba\u9280\u884c", "\u5317\u5dba\u9280\u884c"),
        ("\u6570\u636e", None),
        ("\u4ed6\u4eec\u516c\u53f8", None),
        ("\u6625\u5929", None),
        ("the Bank of Elmwood", "Bank of Elmwood"),
        ("Nobody", None),
    ],
)
def test_names_of_organisations(words: str, name: str | None) -> None:
    assert organisation_of(words) == name


def test_any_form_will_do_where_the_words_around_say_so() -> None:
    assert organisation_of("\u6625\u5929", any_form=True) == "\u6625\u5929"
    assert organisation_of("\u6625\u7684\u8138", any_form=True) is None


def test_proper_names_of_the_dictionary() -> None:
    assert (is_proper_name("\u4e0a\u6d77"), is_proper_name("\u6625\u5929"), is_proper_name("\u4e0a\u6d77", ("nrt",))) == (
        True,
        False,
        False,
    )
