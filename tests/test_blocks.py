"""Roles of the blocks of a page, as a reader would give them."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from texts import dirty_texts

from rag.articles.blocks import divide
from rag.articles.corpus import load, read, readable, scan, sources_of
from rag.articles.unwrapping import hard_wraps, unwrap
from rag.text.cleaning import clean
from rag.text.lines import lines_of
from rag.types import Article, Metadata, Role

SHARED = Path(__file__).parents[2] / "shared" / "articles"

SCRAPED = """Home
News
Technology
Skip to content
We use cookies to improve your experience on our site. By continuing you agree to our cookie policy.
Accept cookies
Why small labs buy old chips
By Tomas Reyes
March 4, 2024 · 5 min read
Share
Facebook | Twitter
Copy link
Small labs have begun to buy used accelerators, because new ones are sold out until next year, three buyers told the Harbour Post.
"We pay a third of the price," said Jonas Weller, who runs a lab of nine people near the docks. "The rest goes into salaries."
Advertisement
Photo: Lena Voss / Harbour Post
A market of leftovers
Large firms see it differently. They warn that old boards fail early, and that repairs eat up whatever was saved.
Read more: Ten chips to watch this year
Sign up for our newsletter.
Get the best of our technology stories in your inbox every morning.
Enter your email address
Advertisement is not what keeps these firms awake.
By 2030 half of all boards will be old, and nobody will mind.
Weller shrugs. "Everything fails," he said. "Ours was cheap when it did."
Tags: chips, labs, hardware
About the author
Tomas Reyes covers hardware for the Harbour Post.
Related articles
Ten chips to watch this year
Why fans fail
Most read
The last bakery by the docks
3 Comments
I disagree with all of it
Leave a comment
Terms of Service
© 2024 Harbour Post. All rights reserved.
"""
CHINESE = """首页 > 科技 > 正文
小团队为什么买旧芯片
2024-05-03 09:12:44
来源: 港口日报
作者: 林小舟
字号\uff1a大 中 小
今年以来\uff0c不少小团队开始购买二手加速卡。“价格只有三分之一\uff0c两天就能到货。”九人实验室的负责人韦乐说。
大公司的看法不同。他们提醒\uff0c旧板卡容易坏\uff0c修理费会把省下的钱全部吃掉。
图\uff1a港口边的实验室 摄影/林小舟
广告业务并不赚钱。
韦乐并不在意。他说\uff0c东西总会坏\uff0c坏的时候便宜就好。
\uff08责任编辑\uff1a王五\uff09
分享到\uff1a
微信 微博 QQ空间
阅读 1024
赞 12
相关阅读
十款值得关注的芯片
风扇为什么会坏
下载港口日报APP\uff0c随时随地看新闻\uff0c把握每一次机会。
关于我们 | 联系我们 | 隐私政策
京ICP备00000000号-1
"""
JAPANESE = """小さな研究室と古いGPU
2024年4月8日 記者\uff1a田村ゆい
小さな研究室が中古のGPUを買い始めている。新品は一年待ちだと、複数の担当者が語った。
「値段は三分の一で、二日で届きます」と、港の近くで九人の研究室を営む西川さんは言う。
写真\uff1a港の研究室
一方で、大手企業は古い基板は壊れやすいと警告している。修理の費用がかさむからだ。
シェア
関連記事
注目の半導体十選
ファンはなぜ壊れるのか
"""


def described(raw: str, form: str = "text") -> tuple[dict[str, list[str]], Metadata]:
    from rag.articles.corpus import _describe

    cleaned, declared, blocks = read(raw, form)
    found: dict[str, list[str]] = {role.value: [] for role in Role}
    for block in blocks:
        found[block.role.value].append(readable(cleaned, block))
    return found, _describe(cleaned, declared, blocks)


def test_a_scraped_english_page() -> None:
    found, metadata = described(SCRAPED)
    assert found["title"] == ["Why small labs buy old chips"]
    assert found["byline"] == ["By Tomas Reyes", "March 4, 2024 · 5 min read"]
    assert found["heading"] == ["A market of leftovers"]
    assert [text[:20] for text in found["body"]] == [
        "Small labs have begu",
        '"We pay a third of t',
        "Large firms see it d",
        "Advertisement is not",
        "By 2030 half of all ",
        'Weller shrugs. "Ever',
    ]
    assert (metadata.title, metadata.author, metadata.date) == ("Why small labs buy old chips", "Tomas Reyes", "2024-03-04")
    assert (metadata.publisher, metadata.language, metadata.script) == ("Harbour Post", "en", "Latn")


def test_a_scraped_chinese_page() -> None:
    found, metadata = described(CHINESE)
    assert found["title"] == ["小团队为什么买旧芯片"]
    assert found["byline"] == ["2024-05-03 09:12:44", "来源: 港口日报", "作者: 林小舟", "\uff08责任编辑\uff1a王五\uff09"]
    assert [text[:6] for text in found["body"]] == ["今年以来\uff0c不", "大公司的看法", "广告业务并不", "韦乐并不在意"]
    assert found["heading"] == []
    assert (metadata.publisher, metadata.author, metadata.date) == ("港口日报", "林小舟", "2024-05-03")
    assert (metadata.language, metadata.script) == ("zh", "Hans")


def test_a_japanese_article() -> None:
    found, metadata = described(JAPANESE)
    assert found["title"] == ["小さな研究室と古いGPU"]
    assert found["boilerplate"] == ["写真\uff1a港の研究室", "シェア", "関連記事", "注目の半導体十選", "ファンはなぜ壊れるのか"]
    assert len(found["body"]) == 3
    assert (metadata.author, metadata.date, metadata.language) == ("田村ゆい", "2024-04-08", "ja")


def test_a_list_and_a_single_line() -> None:
    found, metadata = described("Things to pack\n- two spare fans\n- a roll of tape\n- labels\n")
    assert (found["title"], len(found["body"]), metadata.author) == (["Things to pack"], 3, None)
    found, metadata = described("One line is all there is in this file, and it says that the fan is broken.")
    assert (found["title"], len(found["body"])) == ([], 1)
    assert metadata == Metadata(language="en", script="Latn")


@given(dirty_texts())
@settings(max_examples=100, deadline=None)
def test_blocks_hold_all_text_in_order(raw: str) -> None:
    cleaned = clean(raw)
    blocks = divide(cleaned)
    assert all(a.end <= b.start for a, b in pairwise(blocks))
    joined = "".join(readable(cleaned, block) for block in blocks)
    assert "".join(joined.split()) == "".join(cleaned.text.split())
    assert len(unwrap(cleaned.text, lines_of(cleaned.text))) <= len(lines_of(cleaned.text))
    assert all(cleaned.text[i] == "\n" for i in hard_wraps(cleaned.text))


# --- the five articles ---------------------------------------------------------------------------------------------

needs_articles = pytest.mark.skipif(not SHARED.is_dir(), reason="shared articles are not on this machine")
# The start of the id, and what the article says of itself (the title by length and digest).
EXPECTED = {
    "000": ("21世紀經濟報道21財經APP", None, "2024-03-22", "Hant", (33, "7a95497ca7c16229"), 2494),
    "001": ("澎湃科技", None, None, "Hant", (30, "48c72021ab7f1572"), 6860),
    "002": ("AI光年", None, None, "Hans", None, 8220),
    "003": ("猎云网", None, None, "Hans", None, 4748),
    "004": ("字母榜", "赵晋杰", None, "Hans", (20, "28447ba8012ffbd8"), 4532),
}
# Every line of page furniture, as ranges of the raw text.
FURNITURE = {
    "000": [(2299, 2346), (2347, 2397), (2398, 2402), (2403, 2410), (2411, 2413), (2414, 2438), (2439, 2443), (2444, 2448), (2449, 2453),
            (2454, 2457), (2462, 2466), (2471, 2474), (2479, 2494)],
    "001": [(6631, 6711), (6712, 6860)],
    "002": [(8181, 8187), (8188, 8207), (8208, 8212), (8213, 8220)],
    "003": [(28, 33), (4744, 4748)],
    "004": [(1285, 1305), (3994, 3998), (3999, 4019), (4020, 4040), (4041, 4055), (4056, 4072), (4073, 4102), (4103, 4145), (4146, 4169),
            (4170, 4178), (4179, 4195), (4196, 4222), (4223, 4289), (4290, 4296), (4297, 4320), (4321, 4344), (4345, 4368), (4369, 4392),
            (4393, 4416), (4417, 4439), (4440, 4462), (4463, 4485), (4486, 4508), (4509, 4532)],
}  # fmt: skip
BYLINES = {"000": [(34, 68), (2289, 2298)], "001": [], "002": [], "003": [], "004": [(21, 67), (3957, 3993)]}


def article(start: str) -> Article:
    return next(load(found) for found in scan(sources_of([SHARED])) if found.id.startswith(start))


def short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@needs_articles
@pytest.mark.parametrize("start", EXPECTED)
def test_what_the_five_articles_say_of_themselves(start: str) -> None:
    publisher, author, date, script, title, length = EXPECTED[start]
    found = article(start)
    metadata = found.metadata
    assert (metadata.publisher, metadata.author, metadata.date) == (publisher, author, date)
    assert (metadata.language, metadata.script, found.encoding, len(found.raw)) == ("zh", script, "utf-8", length)
    assert (metadata.title and (len(metadata.title), short(metadata.title))) == title
    assert metadata.url == ("http://www.xishuta.com/newsview80527.html" if start == "004" else None)


@needs_articles
@pytest.mark.parametrize("start", EXPECTED)
def test_roles_in_the_five_articles(start: str) -> None:
    blocks = article(start).blocks
    ranges = {role: [(b.start, b.end) for b in blocks if b.role is role] for role in Role}
    assert ranges[Role.BOILERPLATE] == FURNITURE[start]
    assert ranges[Role.BYLINE] == BYLINES[start]
    assert len(ranges[Role.TITLE]) == (EXPECTED[start][4] is not None)
    assert (
        sum(end - start for start, end in ranges[Role.BODY])
        == {"000": 2089, "001": 6334, "002": 8027, "003": 4586, "004": 3818}[start]
    )


def test_counts_and_bylines_among_furniture() -> None:
    prose = (
        "Each turbine in the harbour of Arvell costs as much as forty roofs of panels, and the board knows it very well by now."
    )
    head = "Why the tide will not save us\n\n{}\n\n\u00b7\n\nFollow\n\n6 min read\n\n\u00b7\n\nMar 3, 2025\n\n42\n\n7\n\nListen\n\nShare\n\n{}\n\n1871\n\n{}\n"
    found, metadata = described(head.format("Tomas Vele", prose, prose))
    assert (metadata.title, metadata.author, metadata.date) == ("Why the tide will not save us", "Tomas Vele", "2025-03-03")
    assert found["byline"] == ["Tomas Vele", "Mar 3, 2025"]
    assert found["body"] == [prose, "1871", prose]


def test_the_account_of_a_copied_page() -> None:
    lines = "\u50a8\u80fd\u6d17\u724c\n\n\u539f\u521b \u6797\u5c0f\u821f \u6e2f\u6e7e\u89c2\u5bdf\n2025\u5e7401\u670809\u65e5 08:00 \u4e0a\u6d77\n\n\u7535\u82af\u964d\u4ef7\u4e4b\u540e\uff0c\u96c6\u6210\u5546\u7684\u5229\u6da6\u6ca1\u6709\u591a\u51fa\u6765\u3002\n"
    for text in (lines, lines.replace("\n2025", " 2025")):
        metadata = described(text)[1]
        assert (metadata.publisher, metadata.date) == ("\u6e2f\u6e7e\u89c2\u5bdf", "2025-01-09")
    text = lines.replace("\u539f\u521b \u6797\u5c0f\u821f \u6e2f\u6e7e\u89c2\u5bdf\n", "")
    assert described(text)[1].publisher is None  # a place is no outlet


def test_what_wikis_set_for_those_who_edit() -> None:
    raw = "Lamps\n\nHistory[edit]\n\nThey were lit in 1871.[citation needed] Most still are.\n\nReferences[edit]\n^ Brand (2019). Lamps.\n"
    found, _ = described(raw)
    assert (found["heading"], found["body"]) == (["History"], ["They were lit in 1871. Most still are."])
    assert clean("see [edit](here) and [edited]").text == "see [edit](here) and [edited]"
