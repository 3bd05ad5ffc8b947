"""Elements of a web page that are no part of its article."""

from __future__ import annotations

import pytest
from test_markup import roles
from texts import QUAYS

OFFER = "Save up to 40% on conservatories this week only, while stocks last and with free fitting."


@pytest.mark.parametrize(
    ("held", "role"),
    [
        (f'<div class="ad">ADVERTISEMENT<p>{OFFER}</p></div>', "boilerplate"),
        (f'<section aria-label="Advertisement"><p>{OFFER}</p></section>', "boilerplate"),
        (f"<div id=promoBox><div><p>{OFFER}</p></div></div>", "boilerplate"),
        (f'<div class="Recirculation"><ul><li>{OFFER}</li></ul></div>', "boilerplate"),
        (f'<div role="complementary"><p>{OFFER}</p></div>', "boilerplate"),
        (f'<p class="sponsored">{OFFER}</p>', "boilerplate"),
        (f'<div class="has-ads"><p>{OFFER}</p></div>', "body"),
        (f'<div class="adept leads"><p>{OFFER}</p></div>', "body"),
        (f'<div class="ad"><p>{OFFER}</p>', "body"),  # never closed
    ],
)
def test_what_advertisements_hold(held: str, role: str) -> None:
    found = roles(f"<html><body><article><h1>Quays</h1>{QUAYS * 2}{held}{QUAYS * 2}</article></body></html>", "html")
    assert (role, OFFER) in found
    assert [r for r, text in found if text.startswith("The harbour board")] == ["body"] * 4


def test_what_holds_the_article_is_no_advertisement() -> None:
    for holder in ('<div class="ad-page">', '<div class="promo">'):
        found = roles(f"<html><body>{holder}<h1>Quays</h1>{QUAYS * 4}</div></body></html>", "html")
        assert [role for role, _ in found] == ["title", "body", "body", "body", "body"]
