"""Markdown and HTML: what is markup, in offsets of the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cleaning import check_maps
from texts import dirty_texts

from rag.corpus import read, readable
from rag.folding import narrow
from rag.markup import read_html
from rag.metadata import find_publisher
from rag.notes import read_markdown
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


QUAYS = (
    "<p>The harbour board met on Monday and decided that the two northern quays will be dredged next spring, the chair said.</p>"
)
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


_HTML = st.lists(st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<nav>", "</nav>", "<h1>", "</h1>", "<div class='ad'>", "<p class=promo>", "<script>", "</script>", "<!--", "-->", "<pre>",
                                  "<a href='", "\">", "<br>", "&amp;", "&#x4e2d;", "&", "<", ">", "text ", "汉字。", "\n", " ", "\r\n", "\u200b", "\x00"]),
                 max_size=25).map("".join)  # fmt: skip


@given(_HTML | dirty_texts())
@settings(max_examples=100, deadline=None)
def test_html_maps_are_exact(raw: str) -> None:
    cleaned, _, blocks = read_html(raw)
    check_maps(raw, cleaned)
    assert all(a.end <= b.start for a, b in pairwise(blocks))


NOTES = """---
title: "Notes on a quiet rack"
author: Ines Oduya
date: 2023-11-02T09:00:00Z
site: Bench Notes
url: https://example.org/quiet
---

# Notes on a quiet rack

Our rack was **loud**, so we moved it. The [new room](https://example.org/room_(big)) has _two_ doors and no window at all.

## What changed

- Noise fell by half.
- snake_case_names and 2 * 3 * 4 stay.

> “I can hear myself think,” said Pavel.

[![fan](fan.png)](https://example.org/fan) ![fan](fan.png)

***

We would do it `again`, even though the move took a whole weekend and cost us one broken switch.
"""


def test_a_markdown_file() -> None:
    found = roles(NOTES, "markdown")
    assert found == [
        ("boilerplate", ""),
        ("title", "Notes on a quiet rack"),
        ("body", "Our rack was loud, so we moved it. The new room has two doors and no window at all."),
        ("heading", "What changed"),
        ("body", "- Noise fell by half."),
        ("body", "- snake_case_names and 2 * 3 * 4 stay."),
        ("body", "“I can hear myself think,” said Pavel."),
        ("body", "We would do it again, even though the move took a whole weekend and cost us one broken switch."),
    ]
    cleaned, metadata, start = read_markdown(NOTES)
    check_maps(NOTES, cleaned)
    assert NOTES[start:].lstrip().startswith("# Notes")
    assert (metadata.title, metadata.author, metadata.date) == ("Notes on a quiet rack", "Ines Oduya", "2023-11-02")
    assert (metadata.publisher, metadata.url) == ("Bench Notes", "https://example.org/quiet")


def test_a_rule_at_the_head_of_a_file_is_no_front_matter() -> None:
    raw = "---\nJust a line of text, and one more of it.\n---\nThe end comes here.\n"
    cleaned, metadata, start = read_markdown(raw)
    assert (start, metadata.title) == (0, None)
    assert "Just a line of text" in cleaned.text


@given(dirty_texts())
@settings(max_examples=100, deadline=None)
def test_markdown_maps_are_exact(raw: str) -> None:
    cleaned, _, start = read_markdown(raw)
    check_maps(raw, cleaned)
    assert 0 <= start <= len(raw)


ACCOUNT = """<html><head><title></title><meta property="og:title" content="\u51b7\u6c34\u9c7c\u4e3a\u4ec0\u4e48\u517b\u5230\u4e86\u6208\u58c1"><meta property="og:site_name" content="\u5fae\u4fe1\u516c\u4f17\u5e73\u53f0"></head>
<body><h1 id="activity-name">\u51b7\u6c34\u9c7c\u4e3a\u4ec0\u4e48\u517b\u5230\u4e86\u6208\u58c1</h1><div><a id="js_name">\u51b7\u6c34\u5fd7</a><em>2023-07-09</em></div>
<div id="js_content"><section><p><span>\u70b9\u51fb\u4e0a\u65b9\u84dd\u5b57\u5173\u6ce8\u6211\u4eec</span></p></section><section><span>\u4f5c\u8005\u4e28\u7530\u5317</span></section>
<section><span>\u5728\u8fd9\u4e2a\u53bf\uff0c\u6c34\u6e29\u5e38\u5e74\u53ea\u6709\u5341\u4e8c\u5ea6\uff0c</span><span>\u9c7c\u957f\u5f97\u6162\uff0c\u6b7b\u5f97\u5c11\u3002</span></section>
<section><p>01</p><p>\u8fd0\u8d39</p></section><section><p>\u4e13\u5bb6\u8ba4\u4e3a\uff0c\u8fd0\u8d39\u4f1a\u5403\u6389\u4e00\u5207\u4f18\u52bf\uff1a\u51b7\u94fe\u6bcf\u516c\u65a4\u8981\u4e5d\u5757\u94b1\uff0c\u6bd4\u6d77\u8fd0\u8d35\u4e09\u500d\u3002\u4ed6\u4e0d\u77e5\u9053\u8c01\u6765\u4ed8\u8fd9\u7b14\u94b1\u3002</p></section>
<section><p>\u2014 END \u2014</p></section><p>\u6821\u5bf9\uff1a\u5c0f\u9e7f</p><p>\u5f80\u671f\u63a8\u8350</p></div><a>\u9605\u8bfb\u539f\u6587</a></body></html>"""


def test_an_account_s_page_keeps_paragraphs_that_are_no_p() -> None:
    cleaned, metadata, blocks = read(ACCOUNT, "html")
    found = [(block.role.value, readable(cleaned, block)) for block in blocks]
    assert (metadata.title, metadata.publisher) == (
        "\u51b7\u6c34\u9c7c\u4e3a\u4ec0\u4e48\u517b\u5230\u4e86\u6208\u58c1",
        "\u51b7\u6c34\u5fd7",
    )
    assert [text for role, text in found if role == "body"] == [
        "\u5728\u8fd9\u4e2a\u53bf\uff0c\u6c34\u6e29\u5e38\u5e74\u53ea\u6709\u5341\u4e8c\u5ea6\uff0c\u9c7c\u957f\u5f97\u6162\uff0c\u6b7b\u5f97\u5c11\u3002",
        "\u8fd0\u8d39",
        "\u4e13\u5bb6\u8ba4\u4e3a\uff0c\u8fd0\u8d39\u4f1a\u5403\u6389\u4e00\u5207\u4f18\u52bf\uff1a\u51b7\u94fe\u6bcf\u516c\u65a4\u8981\u4e5d\u5757\u94b1\uff0c\u6bd4\u6d77\u8fd0\u8d35\u4e09\u500d\u3002\u4ed6\u4e0d\u77e5\u9053\u8c01\u6765\u4ed8\u8fd9\u7b14\u94b1\u3002",
    ]
    assert ("byline", "\u4f5c\u8005\u4e28\u7530\u5317") in found


LETTER = f"""<html><head><title>Quays to be dredged - The Nordlight Times</title></head><body>
<amp-sidebar><ul><li>News</li></ul></amp-sidebar><p>Share this post</p><p>Quays to be dredged</p><article><h1>Quays to be dredged</h1><div>By Mara Lind</div>
<div class="body"><div>{QUAYS}<div class="pull"><blockquote><p>\u201cNobody put the barge in the plan.\u201d</p><cite>Jo Weller</cite></blockquote></div></div>
<p>\u201cA bearing is cheap,\u201d said Jo Weller. \u201cNobody put the barge in the plan.\u201d That was the third meeting of the board this year.</p>
<h2>The price</h2><table><tr><th>Quay</th><th>Cost</th></tr><tr><td><p>North</p></td><td><p>\u00a34m</p></td></tr></table>
<div class="img_wrapper"><img><span class="img_descr">The north quay in May. It was built in 1931.</span></div>{QUAYS}<p>1,204</p></div></article>
<div><h3>Related news</h3><ul><li>Ports in the north</li><li>Ports in the south</li></ul></div>
<div class="comments"><p>What a fine piece of writing this is, thank you for it.</p></div></body></html>"""


def test_what_stands_around_the_article() -> None:
    cleaned, metadata, blocks = read(LETTER, "html")
    found = [(block.role.value, readable(cleaned, block)[:40]) for block in blocks]
    assert (metadata.title, metadata.publisher) == ("Quays to be dredged", "The Nordlight Times")
    assert [(role, text) for role, text in found if role != "boilerplate"] == [
        ("title", "Quays to be dredged"),
        ("byline", "By Mara Lind"),
        ("body", "The harbour board met on Monday and deci"),
        ("body", "\u201cA bearing is cheap,\u201d said Jo Weller. \u201cN"),
        ("heading", "The price"),
        ("body", "Quay | Cost"),
        ("body", "North | \u00a34m"),
        ("body", "The harbour board met on Monday and deci"),
    ]


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


def test_a_quotation_that_only_blocks_of_quotations_have_stays() -> None:
    quoted = "<blockquote><p>\u201cGrass is not romance, it is friction.\u201d</p></blockquote>"
    found = roles(f"<html><body><article><h1>Quays</h1>{QUAYS * 2}{quoted}{QUAYS * 2}{quoted}</article></body></html>", "html")
    assert [role for role, text in found if text.startswith("\u201cGrass")] == ["body", "body"]


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


def test_a_headline_that_is_no_heading() -> None:
    page = "<html><head><title>\u8001\u76d0\u4e95-\u4e61\u571f\u7f51</title></head><body><center><b>\u8001\u76d0\u4e95</b></center><div>\u81ea\u8d21\u7684\u8001\u76d0\u4e95\u6253\u5230\u4e00\u5343\u4e00\u7c73\uff0c\u7528\u4e86\u5341\u4e09\u5e74\u3002<br><br>\u4e95\u53e3\u7684\u7af9\u7ef3\u6bcf\u4e09\u4e2a\u6708\u6362\u4e00\u6b21\uff0c\u5b88\u4e95\u4eba\u8bf4\u7ef3\u5b50\u54cd\u4e86\u5c31\u662f\u8981\u65ad\u3002</div></body></html>"
    cleaned, metadata, blocks = read(page, "html")
    assert [(block.role.value, readable(cleaned, block)[:5]) for block in blocks] == [
        ("title", "\u8001\u76d0\u4e95"),
        ("body", "\u81ea\u8d21\u7684\u8001\u76d0"),
        ("body", "\u4e95\u53e3\u7684\u7af9\u7ef3"),
    ]
    assert metadata.publisher == "\u4e61\u571f\u7f51"
