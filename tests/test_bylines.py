"""Bylines, labelled and signed."""

from __future__ import annotations

import pytest
from test_blocks import described

from rag.articles.bylines import is_byline
from rag.articles.metadata import find_author, find_publisher
from rag.text.dates import has_date
from rag.text.folding import narrow

SIGNED = """Old chips, new labs

Mara Lind, Harbour Post
May 3, 2024

Small labs have begun to buy used accelerators, since new ones are sold out for a year.

Follow us on Twitter
Click here to subscribe
Originally published at https://example.org/chips
Disclaimer: this is not investment advice.
"""


def test_signature_and_closing_lines() -> None:
    found, metadata = described(SIGNED)
    assert found["byline"] == ["Mara Lind, Harbour Post", "May 3, 2024", "Originally published at https://example.org/chips"]
    assert found["boilerplate"] == [
        "Follow us on Twitter",
        "Click here to subscribe",
        "Disclaimer: this is not investment advice.",
    ]
    assert len(found["body"]) == 1
    assert (metadata.date, metadata.url) == ("2024-05-03", "https://example.org/chips")


@pytest.mark.parametrize(
    ("line", "publisher", "author"),
    [
        ("\u6d77\u6e7e\u5546\u62a5\u8bb0\u8005 \u9646\u607a \u901a\u8baf\u5458 \u82cf\u5c0f\u6ee1", None, "\u9646\u607a"),
        ("2022-06-18 10:30 \u6e2f\u90fd\u65b0\u805e \u8a18\u8005 \u8449\u5b50\u6046/\u9ad8\u96c4\u5831\u5c0e", "\u6e2f\u90fd\u65b0\u805e", "\u8449\u5b50\u6046"),
        ("\u7f16\u8f91\u4e8e 2024-01-19 22:14 \u30fbIP \u5c5e\u5730\u6d59\u6c5f", None, None),
        ("\u521b\u5efa\u65f6\u95f4: 2024\u5e743\u670812\u65e5 14:05", None, None),
    ],
)  # fmt: skip
def test_bylines_of_reporters(line: str, publisher: str | None, author: str | None) -> None:
    assert is_byline(narrow(line)) or has_date(line)
    assert (find_publisher([narrow(line)], ""), find_author([narrow(line)])) == (publisher, author)
