"""Web pages: what is markup, in offsets of the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cleaning import check_maps
from texts import dirty_texts

from rag.articles.corpus import read, readable
from rag.articles.markup import read_html
from rag.articles.metadata import find_publisher
from rag.text.folding import narrow
from rag.types import Role

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Small labs rethink chips | The Harbour Post</title>
<meta property="og:site_name" content="The Harbour Post"><meta name="author" content="Mara Lind">
<meta property="article:published_time" content="2024-05-03T10:00:00Z"><script>if (a < b) { document.write("<p>no</p>"); }</script></head>
<body><header><h1>The Harbour Post</h1></header><nav><ul><li><a href="/">Home</a></li><li><a href="/tech">Technology</a></li></ul></nav>
<main><article><h1>Small labs rethink chips</h1><p class="byline">By Mara Lind, 3 May 2024</p>
<p>Small laboratories have begun to buy <b>used</b> accelerators, since new ones
   are sold out for a year, several buyers said this week.</p>
<h2>A market of leftovers</h2>
<p>“We pay a third of the price &amp; wait two days,” said Jonas Weller, who runs a lab of nine people in a former bakery near the docks.</p>
<p>Not everyone agrees. Larger firms warn that old boards fail early, and that repairs eat up what was saved in the first place.</p></article>
<aside><h3>Related articles</h3><ul><li><a href="/x">Ten chips to watch</a></li><li><a href="/y">Why fans fail</a></li></ul></aside>
<section class="comments"><h3>Comments (2)</h3><p>Great piece, thanks!</p><p>I disagree with all of it.</p></section></main>
<footer><p>Copyright 2024 The Harbour Post. All rights reserved.</p></footer></body></html>
"""


def roles(raw: str, form: str) -> list[tuple[str, str]]:
    cleaned, _, blocks = read(raw, form)
    return [(block.role.value, readable(cleaned, block)) for block in blocks]


def test_a_news_page() -> None:
    found = roles(PAGE, "html")
    kept = [(role, text[:30]) for role, text in found if role != "boilerplate"]
    assert kept == [
        ("title", "Small labs rethink chips"),
        ("byline", "By Mara Lind, 3 May 2024"),
        ("body", "Small laboratories have begun "),
        ("heading", "A market of leftovers"),
        ("body", "“We pay a third of the price &"),
        ("body", "Not everyone agrees. Larger fi"),
    ]
    assert {text for role, text in found if role == "boilerplate"} >= {
        "Home",
        "Technology",
        "Ten chips to watch",
        "Great piece, thanks!",
    }
    assert "no" not in {text for _, text in found}  # what a script writes is no text


def test_metadata_of_a_news_page() -> None:
    _, metadata, _ = read_html(PAGE)
    assert (metadata.title, metadata.publisher) == ("Small labs rethink chips", "The Harbour Post")
    assert (metadata.author, metadata.date) == ("Mara Lind", "2024-05-03")


def test_html_offsets_point_into_the_source() -> None:
    cleaned, _, blocks = read_html(PAGE)
    check_maps(PAGE, cleaned)
    body = next(block for block in blocks if block.role is Role.BODY)
    assert PAGE[body.start : body.end].startswith("Small laboratories have begun to buy <b>used</b> acc")
    assert "buy used accelerators, since new ones are sold out" in readable(cleaned, body)
    quote = next(block for block in blocks if readable(cleaned, block).startswith("“We"))
    assert "price &amp; wait" in PAGE[quote.start : quote.end]
    assert "price & wait" in readable(cleaned, quote)


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        ("<p>a<p>b", ["a", "b"]),
        ("a<br>b<br/>c", ["a", "b", "c"]),
        ("<p>a <!-- <p>x</p> -->b</p>", ["a b"]),
        ("<p>a <!-- never closed", ["a <!-- never closed"]),
        ("<P CLASS='x>y'>a</P><Script>x<y</SCRIPT ><p>b</p>", ["a", "b"]),
        ("<p title=don't>a</p><p title=\"it's > this\">b</p>", ["a", "b"]),
        ("<p>1 < 2 and 3 > 2</p>", ["1 < 2 and 3 > 2"]),
        ("<style>p{}</style><textarea>t</textarea><p>a&nbsp;b &lt;i&gt; &#x4e2d;</p>", ["a b <i> 中"]),
        ("<head><title>t</title><body><p>a", ["a"]),
        ("<div><nav>menu</div><p>a</p>", ["menu", "a"]),
        ("<pre>a\n  b</pre>", ["a", "b"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a | b"]),
        ("<table><tr><td>a<p>b</td><td>c</td></tr></table>", ["a", "b", "c"]),  # lays out a page
        ("<table><tr>\n<th>a</th>\n<td></td><td>b c</td></tr><tr><td>d<tr><td>e<td>f</table>", ["a | b c", "d", "e | f"]),
        ("<h2>a</h1><p>b", ["a", "b"]),
        ("<h2>a<span class='mw-editsection'>[<a>edit</a>]</span></h2>b", ["a", "b"]),
        ('a<sup class="reference"><a href="#1">[1]</a></sup> b<sup><a href="#n2">2</a></sup>.', ["a b."]),
        ('a<a class="footnote-anchor" href="#f">3</a> 10<sup>6</sup> m<sup><b>2</b></sup>', ["a 10^6 m2"]),
        ("ships<sup>1</sup>, 5 km<sup>2</sup> in all.<sup>12</sup>", ["ships, 5 km2 in all."]),
        ("plain", ["plain"]),
    ],
)
def test_html_reading(raw: str, lines: list[str]) -> None:
    cleaned, _, _ = read_html(raw)
    check_maps(raw, cleaned)
    assert [line.strip() for line in cleaned.text.splitlines() if line.strip()] == lines


_HTML = st.lists(st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<nav>", "</nav>", "<h1>", "</h1>", "<div class='ad'>", "<p class=promo>", "<script>", "</script>", "<!--", "-->", "<pre>",
                                  "<a href='", "\">", "<br>", "&amp;", "&#x4e2d;", "&", "<", ">", "text ", "汉字。", "\n", " ", "\r\n", "\u200b", "\x00"]),
                 max_size=25).map("".join)  # fmt: skip


@given(_HTML | dirty_texts())
@settings(max_examples=100, deadline=None)
def test_html_maps_are_exact(raw: str) -> None:
    cleaned, _, blocks = read_html(raw)
    check_maps(raw, cleaned)
    assert all(a.end <= b.start for a, b in pairwise(blocks))


def test_a_page_whose_byline_names_its_source() -> None:
    story = "<p>\u97f6\u5173\u7684\u534a\u4ea9\u4e66\u5e97\u4eca\u5e74\u7b2c\u5341\u4e00\u5e74\uff0c\u8001\u677f\u8bf4\uff0c\u5979\u642c\u8fc7\u56db\u6b21\u5bb6\uff0c\u6bcf\u6b21\u90fd\u5f80\u697c\u4e0a\u642c\u3002</p>"
    page = f"""<html><head><title>\u4e66\u5e97\u7684\u7b2c\u5341\u4e00\u5e74_\u7f51\u6613\u8ba2\u9605</title><meta property="article:author" content="\u7f51\u6613"></head><body>
<h1>\u4e66\u5e97\u7684\u7b2c\u5341\u4e00\u5e74</h1><div>2023-04-23 10:02:11\u3000\u6765\u6e90: <a>\u7eb8\u4e0a\u98ce\u666f</a> \u5e7f\u4e1c <a>\u4e3e\u62a5</a></div><div>{story * 4}<h2>2023\u5e744\u670823\u65e5\u4ee5\u540e</h2>{story}
<p>\u7279\u522b\u58f0\u660e\uff1a\u4ee5\u4e0a\u5185\u5bb9\u4e3a\u7528\u6237\u4e0a\u4f20\u5e76\u53d1\u5e03\uff0c\u672c\u5e73\u53f0\u4ec5\u63d0\u4f9b\u4fe1\u606f\u5b58\u50a8\u670d\u52a1\u3002</p></div></body></html>"""
    cleaned, metadata, blocks = read(page, "html")
    bylines = [readable(cleaned, block) for block in blocks if block.role is Role.BYLINE]
    assert (metadata.publisher, metadata.author) == (None, None)  # neither the site nor its name is the source
    assert [find_publisher([narrow(line)], "") for line in bylines] == ["\u7eb8\u4e0a\u98ce\u666f"]
    assert [role for role in (block.role.value for block in blocks) if role != "boilerplate"] == [
        "title",
        "byline",
        *["body"] * 4,
        "heading",
        "body",
    ]
