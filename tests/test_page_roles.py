"""Roles of a web page's blocks, where extraction is right and where it is not."""

from __future__ import annotations

from test_markup import roles
from texts import QUAYS

from rag.articles.corpus import read, readable

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


def test_a_quotation_that_only_blocks_of_quotations_have_stays() -> None:
    quoted = "<blockquote><p>\u201cGrass is not romance, it is friction.\u201d</p></blockquote>"
    found = roles(f"<html><body><article><h1>Quays</h1>{QUAYS * 2}{quoted}{QUAYS * 2}{quoted}</article></body></html>", "html")
    assert [role for role, text in found if text.startswith("\u201cGrass")] == ["body", "body"]


def test_captions_are_text_where_there_is_no_other() -> None:
    page = '<html><body><div class="caption"><p>The barge lay at the north quay all winter.</p></div><p>Ok</p></body></html>'
    assert ("body", "The barge lay at the north quay all winter.") in roles(page, "html")
