"""He or she, by honorifics."""

from __future__ import annotations

import pytest

from rag.names.honorifics import HONOUR, honoured


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("Ms Lind stayed.", "Marta Lind", {"she"}),
        ("Mr Karl Lind and Lady Lind left.", "Marta Lind", {"she"}),
        ("Mr Lind left, then Mrs Lind.", "Marta Lind", {"he", "she"}),
        ("Lind left Mr Holm.", "Marta Lind", set()),
        ("\u8521\u5c11\u5a49\u5973\u58eb\u8bf4", "\u8521\u5c11\u5a49", {"she"}),
        ("\u5510\u5f71\u5148\u751f", "\u5510\u5f71", {"he"}),
    ],
)
def test_who_is_he_and_who_is_she(text: str, form: str, found: set[str]) -> None:
    assert honoured(text, (form,)) == found


def test_honorifics_are_known_with_and_without_a_full_stop() -> None:
    assert [bool(HONOUR.match(word)) for word in ("Mr", "Mrs.", "Lady", "Mrkva", "Marta")] == [True, True, True, False, False]


def test_an_office_makes_neither() -> None:
    assert [match.lastgroup for word in ("Sir", "Madam", "Dr.", "Judge") if (match := HONOUR.match(word))] == [
        "he",
        "she",
        None,
        None,
    ]
