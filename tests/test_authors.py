"""Who wrote a web page, as its head declares it."""

from __future__ import annotations

import json
import time

import pytest

from rag.articles.markup import read_html

LIN, WANG = "\u6797\u5c0f\u96e8", "\u738b\u5927\u5c71"
PAPER = "\u6e2f\u53e3\u65e5\u62a5"
TEXT = (
    "\u6e2f\u53e3\u59d4\u5458\u4f1a\u661f\u671f\u4e00\u5f00\u4f1a\uff0c\u8ba8\u8bba\u5317\u7801\u5934\u7684\u4fee\u7f2e\uff0c\u9884\u8ba1\u8981\u4e09\u4e2a\u6708\u624d\u80fd\u5b8c\u5de5\u3002"
    * 3
)


def author(head: str) -> str | None:
    page = f"<html><head><meta charset='utf-8'><title>t</title>{head}</head><body><article><h1>Quay</h1><p>{TEXT}</p></article></body></html>"
    return read_html(page)[1].author


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (f'<meta name="author" content="{LIN}">', LIN),
        (f"<META CONTENT='{LIN}' NAME='Author'>", LIN),
        (f'<meta property="article:author" content="{LIN}">', LIN),
        (f'<meta property="og:article:author" content="{LIN}">', LIN),
        (f'<meta name="dc.creator" content="{LIN}">', LIN),
        (f'<meta name="citation_author" content="{LIN}"><meta name="citation_author" content="{WANG}">', f"{LIN}; {WANG}"),
        (f'<meta name="author" content="{LIN}\u3001{WANG}">', f"{LIN}; {WANG}"),
        (f'<meta name="author" content="{LIN}\uff0c{WANG}">', f"{LIN}; {WANG}"),
        (f'<meta name="author" content="\u672c\u62a5\u8bb0\u8005 {LIN}">', LIN),
        (f'<meta name="author" content="\u4f5c\u8005\uff1a{LIN}">', LIN),
        (f'<meta name="author" content="\u6587\uff0f{LIN}">', LIN),
        ('<meta name="author" content="By Mara Lind and Jo de Weller">', "Mara Lind; Jo de Weller"),
        ('<meta name="citation_author" content="Lind, Mara">', "Lind, Mara"),
        ('<meta name="author" content="Mara Lind, Jo Weller">', "Mara Lind; Jo Weller"),
        ('<meta name="author" content="\u5c71\u7530\u592a\u90ce">', "\u5c71\u7530\u592a\u90ce"),
        (linked({"@type": "NewsArticle", "author": [{"@type": "Person", "name": LIN}, {"name": WANG}]}), f"{LIN}; {WANG}"),
        (linked({"@type": ["BlogPosting"], "author": LIN}), LIN),
        (linked({"@graph": [{"@type": "Person", "@id": "#1", "name": LIN}, {"@type": "Article", "author": {"@id": "#1"}}]}), LIN),
        (linked({"@type": "WebPage", "mainEntity": {"@type": "Article", "author": {"givenName": "Mara", "familyName": "Lind"}}}), "Mara Lind"),
        (linked({"@type": "Article", "author": LIN}) + f'<meta name="author" content="{WANG}">', LIN),
        (f'<script type="application/ld+json">{{"author":</script><meta name="author" content="{LIN}">', LIN),
        (f'<meta property="article:author" content="https://example.org/lin"><meta name="author" content="{LIN}">', LIN),
        # no authors
        ('<meta name="author" content="admin">', None),
        ('<meta name="author" content="mlind">', None),
        ('<meta name="author" content="@mlind">', None),
        ('<meta name="author" content="m.lind@example.org">', None),
        ('<meta name="author" content="\u5c0f\u7f16">', None),
        ('<meta name="author" content="">', None),
        (f'<meta name="author" content="{PAPER}"><meta property="og:site_name" content="{PAPER}">', None),
        (linked({"@type": "Article", "author": {"@type": "Organization", "name": PAPER}}), None),
        (linked({"@type": "Product", "author": LIN}), None),
        (linked({"@type": "Article", "comment": {"author": LIN}}), None),
    ],
)  # fmt: skip
def test_declared_authors(head: str, found: str | None) -> None:
    assert author(head) == found


def test_hostile_heads_take_no_long_time() -> None:
    started = time.perf_counter()
    deep = "[" * 50_000
    for head in (
        f'<meta name="author" content="{"a and " * 20_000}">',
        f'<meta name="author" content="{"by " * 20_000}">',
        '<meta name="author" content="Mara Lind">' * 3_000,
        f'<script type="application/ld+json">{deep}</script>',
        linked({"@type": "Article", "author": [{"name": f"A {n}"} for n in range(5_000)]}),
    ):
        author(head)
    assert time.perf_counter() - started < 10


def test_the_site_s_own_name_is_no_author() -> None:
    from lxml.html import fromstring

    from rag.articles.authors import declared_authors, declared_publisher

    page = fromstring(
        '<html><head><title>Quays_Port Desk_Port</title><meta property="article:author" content="Port Desk"></head>'
        '<body><p class="info"><span class="ent-source">Source: Bay Courier</span></p></body></html>'
    )
    assert (declared_authors(page), declared_publisher(page)) == (None, "Bay Courier")
