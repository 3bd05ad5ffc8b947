"""He or she, in an English text."""

from __future__ import annotations

import pytest

from rag.names.genders import genders


@pytest.mark.parametrize(
    ("text", "name", "gender"),
    [
        ("Mr Rask left.", "Kim Rask", "m"),
        ("Dame Kim Rask left.", "Kim Rask", "f"),
        ("Her daughter, Kim, left.", "Kim Rask", "f"),
        ("Father Kim Rask left.", "Kim Rask", "m"),
        ("Madam Rask left.", "Kim Rask", "f"),
        ("His cousin Kim Rask left.", "Kim Rask", None),
        ("His nephew Kim Rask left.", "Kim Rask", "m"),
        ("Sir Mary Rask left.", "Mary Rask", "m"),
        ("Mary Rask left.", "Mary Rask", "f"),
        ("Kim Rask left.", "Kim Rask", None),
    ],
)
def test_by_honorific_kin_and_first_name(text: str, name: str, gender: str | None) -> None:
    first, last = name.split()
    assert genders(text, {name: name, first: name, last: name}).get(name) == gender
