"""What a web page shows as its title: the headline, and the site."""

from __future__ import annotations

import pytest
from texts import QUAYS

from rag.articles.corpus import read, readable
from rag.articles.markup import read_html
from rag.types import Role


@pytest.mark.parametrize(
    ("title", "body", "found"),
    [
        ("Quays - Port Book", "<h2>Keyboard shortcuts</h2><h1>Port Book</h1><h1>Quays</h1>", ("Quays", "Port Book")),
        ("Quays - Port Book", "<h1>Port Book</h1><h2>Quays</h2>", ("Quays", "Port Book")),
        ("Print: Quays to be dredged", "<h1>Quays to be dredged</h1>", ("Quays to be dredged", None)),
        ("Quays_Finance_Bay Net", "<h1>Quays</h1>", ("Quays", "Bay Net")),
        ("Cost-benefit of quays", "<h1>Cost</h1>", ("Cost", None)),
    ],
)
def test_headline_and_site_by_the_page_s_title(title: str, body: str, found: tuple[str, str | None]) -> None:
    page = f"<html><head><title>{title}</title></head><body>{body}<article>{QUAYS * 3}</article></body></html>"
    cleaned, metadata, blocks = read_html(page)
    headline = next(readable(cleaned, block) for block in blocks if block.role is Role.TITLE)
    assert (headline, metadata.publisher) == found


def test_a_headline_that_is_no_heading() -> None:
    page = "<html><head><title>\u8001\u76d0\u4e95-\u4e61\u571f\u7f51</title></head><body><center><b>\u8001\u76d0\u4e95</b></center><div>\u81ea\u8d21\u7684\u8001\u76d0\u4e95\u6253\u5230\u4e00\u5343\u4e00\u7c73\uff0c\u7528\u4e86\u5341\u4e09\u5e74\u3002<br><br>\u4e95\u53e3\u7684\u7af9\u7ef3\u6bcf\u4e09\u4e2a\u6708\u6362\u4e00\u6b21\uff0c\u5b88\u4e95\u4eba\u8bf4\u7ef3\u5b50\u54cd\u4e86\u5c31\u662f\u8981\u65ad\u3002</div></body></html>"
    cleaned, metadata, blocks = read(page, "html")
    assert [(block.role.value, readable(cleaned, block)[:5]) for block in blocks] == [
        ("title", "\u8001\u76d0\u4e95"),
        ("body", "\u81ea\u8d21\u7684\u8001\u76d0"),
        ("body", "\u4e95\u53e3\u7684\u7af9\u7ef3"),
    ]
    assert metadata.publisher == "\u4e61\u571f\u7f51"
