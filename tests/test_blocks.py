"""Roles of the blocks of a page, as a reader would give them."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from texts import dirty_texts

from rag.blocks import divide, hard_wraps, is_byline, is_title, lines_of, unwrap
from rag.cleaning import clean
from rag.corpus import load, read, readable, scan, sources_of
from rag.dates import has_date
from rag.folding import narrow
from rag.metadata import find_author, find_publisher
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
WRAPPED = """THE SLOW SERVER

By Alba Moreno
Published 12 March 2022 in Rack Weekly

It is easy to forget how slow a server was in those days, when every
request waited for a disk to spin and every disk waited for somebody to
replace it. We kept a list of the failures on the wall, and the list was
longer than the wall.

Dr. Okafor, who ran the room, used to say that a machine is only as good
as the person who hears it complain. She heard everything, even at
3 a.m. on a Sunday.

- two spare fans, and a roll of the tape that nobody else could ever find
- one long screwdriver

When she left, nobody wrote on the wall any more, and the failures went
on just the same.
"""
SIGNED = """Old chips, new labs

Mara Lind, Harbour Post
May 3, 2024

Small labs have begun to buy used accelerators, since new ones are sold out for a year.

Follow us on Twitter
Click here to subscribe
Originally published at https://example.org/chips
Disclaimer: this is not investment advice.
"""


def described(raw: str, form: str = "text") -> tuple[dict[str, list[str]], Metadata]:
    from rag.corpus import _describe

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


def test_hard_wrapped_text_is_joined() -> None:
    found, metadata = described(WRAPPED)
    assert [len(text.split()) for text in found["body"]] == [49, 33, 16, 4, 18]
    assert all("\n" not in text for text in found["body"])
    assert "every request waited" in found["body"][0]
    assert (metadata.title, metadata.author) == ("THE SLOW SERVER", "Alba Moreno")
    assert (metadata.publisher, metadata.date) == ("Rack Weekly", "2022-03-12")


def test_wrapped_chinese_is_joined_without_blanks() -> None:
    line = "小团队今年开始购买二手的加速卡\uff0c因为新卡要等一年才有货\uff0c几位买家都这样对我们说\uff0c没有例外也没有怨言"
    raw = "\n".join([line] * 5) + "。\n"
    found, _ = described(raw)
    assert found["body"] == [line * 5 + "。"]


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


def test_a_list_and_a_single_line() -> None:
    found, metadata = described("Things to pack\n- two spare fans\n- a roll of tape\n- labels\n")
    assert (found["title"], len(found["body"]), metadata.author) == (["Things to pack"], 3, None)
    found, metadata = described("One line is all there is in this file, and it says that the fan is broken.")
    assert (found["title"], len(found["body"])) == ([], 1)
    assert metadata == Metadata(language="en", script="Latn")


PROSE = """The harbour board met on Monday and decided that the two northern quays will be dredged next spring, the chair said.
Residents of the old town had asked for a delay, because the work will be heard at night for several weeks in a row.
"""
PROSE_DE = """Der Hafenausschuss hat am Montag beschlossen, die beiden Becken im Norden auszubaggern, sagte die Vorsitzende am Abend.
Die Anwohner der Altstadt hatten um Aufschub gebeten, weil die Arbeiten wochenlang nachts zu h\u00f6ren sein werden.
"""
PROSE_FR = """La commission du port a d\u00e9cid\u00e9 lundi de draguer les deux bassins du nord au printemps, a d\u00e9clar\u00e9 la pr\u00e9sidente.
Les habitants de la vieille ville avaient demand\u00e9 un d\u00e9lai, parce que les travaux s'entendront la nuit.
"""


@pytest.mark.parametrize(
    ("head", "prose", "publisher", "title", "author", "date"),
    [
        ("Quays to be dredged\nGareth Lindqvist\nWed 20 Nov 2024 19.03 GMT", PROSE, None, "Quays to be dredged", "Gareth Lindqvist", "2024-11-20"),
        ("ARVELL BOROUGH COUNCIL\nMinutes of the board\nThursday 18 January 2024, 18:30, Guildhall", PROSE, "ARVELL BOROUGH COUNCIL", "Minutes of the board", None, "2024-01-18"),
        ("THE NORTHERN LEDGER\nBusiness > Ports\nQuays to be dredged\nBy Mara Lind\n2 December 2024", PROSE, "THE NORTHERN LEDGER", "Quays to be dredged", "Mara Lind", "2024-12-02"),
        ("The Northern Ledger\nOpinion\nWhat the quays need\nSimon Achebe\nPublished 1 December 2024", PROSE, "The Northern Ledger", "What the quays need", "Simon Achebe", "2024-12-01"),
        ("The Northern Ledger - Monday 2 December 2024\nQuays to be dredged\nBy Mara Lind", PROSE, "The Northern Ledger", "Quays to be dredged", "Mara Lind", "2024-12-02"),
        ("2 December 2024\nQuays to be dredged\nBy Mara Lind", PROSE, None, "Quays to be dredged", "Mara Lind", "2024-12-02"),
        ("Elbblatt\nHafen wird ausgebaggert\nVon Katrin M\u00f6ller\nStand: 02.11.2024", PROSE_DE, "Elbblatt", "Hafen wird ausgebaggert", "Katrin M\u00f6ller", "2024-11-02"),
        ("Le Phare du Nord\nLe port drague deux bassins\nPar H\u00e9l\u00e8ne Castaing\nPubli\u00e9 le 25 novembre 2024 \u00e0 08h15", PROSE_FR, "Le Phare du Nord", "Le port drague deux bassins", "H\u00e9l\u00e8ne Castaing", "2024-11-25"),
        ("Quays to be dredged\nLONDON, Feb 9 2024 (Meridian Wire) - The board met on Monday, and it will meet again in June.", PROSE, "Meridian Wire", "Quays to be dredged", None, "2024-02-09"),
        ("LONDON, Feb 9, 2024 (AP) \u2014 The board met on Monday, and it will meet again in June.", PROSE, "AP", None, None, "2024-02-09"),
        ("PRESS RELEASE \u2013 FOR IMMEDIATE RELEASE\nQuays to be dredged\nArvell, 11 July 2023 \u2013 The board met on Monday, and it will meet in June.", PROSE, None, "Quays to be dredged", None, "2023-07-11"),
        ("EDITOR NOTE: A name was corrected on Tuesday.\nQuays to be dredged\nBy Mara Lind\n3 May 2024", PROSE, None, "Quays to be dredged", "Mara Lind", "2024-05-03"),
        ("Quays to be dredged\nBy staff reporters\n3 May 2024", PROSE, None, "Quays to be dredged", None, "2024-05-03"),
        ("Correction: A name was wrong.\nIt has been put right.\nQuays to be dredged\nBy Mara Lind", PROSE, None, "Quays to be dredged", "Mara Lind", None),
        ("\u6e2f\u53e3\u65e5\u62a5\n\u5317\u7801\u5934\u5c06\u4fee\u4e09\u4e2a\u6708\n\u8bb0\u8005\uff1a\u6797\u5c0f\u821f\n2024\u5e745\u67083\u65e5", PROSE, "\u6e2f\u53e3\u65e5\u62a5", "\u5317\u7801\u5934\u5c06\u4fee\u4e09\u4e2a\u6708", "\u6797\u5c0f\u821f", "2024-05-03"),
        ("EXCLUSIVE\nQuays to be dredged\nBy Mara Lind", PROSE, None, "Quays to be dredged", "Mara Lind", None),
        # Titles stay titles.
        ("The Slow Server\nHow one room kept on running\nBy Alba Moreno", PROSE, None, "The Slow Server", "Alba Moreno", None),
        ("The Last Post\nBy Mara Lind", PROSE, None, "The Last Post", "Mara Lind", None),
        ("Police Chief Resigns\nSecond departure in a year\nBy Mara Lind", PROSE, None, "Police Chief Resigns", "Mara Lind", None),
        ("Harbour Post\nQuays to be dredged", PROSE, None, "Harbour Post", None, None),
        ("Opinion", PROSE, None, "Opinion", None, None),
        ("Exclusive", "The board met.", None, "Exclusive", None, None),
    ],
)  # fmt: skip
def test_heads_of_articles(
    head: str, prose: str, publisher: str | None, title: str | None, author: str | None, date: str | None
) -> None:
    found, metadata = described(f"{head}\n{prose}")
    assert (metadata.publisher, metadata.title, metadata.author, metadata.date) == (publisher, title, author, date)
    assert "\n".join(found["body"]).endswith(prose.rstrip())
    assert not any(line.startswith(("Von ", "Par ", "Stand", "Publi\u00e9")) for line in found["body"] + found["heading"])


def test_an_editors_note_stays_text() -> None:
    found, _ = described("EDITOR NOTE: A name was corrected on Tuesday.\nQuays to be dredged\nBy Mara Lind\n" + PROSE)
    assert found["body"][0] == "EDITOR NOTE: A name was corrected on Tuesday."


def test_links_to_other_articles_between_paragraphs() -> None:
    links = "READ MORE\n- Ten quays to see\n- Why boats sink\n"
    found, _ = described("Quays to be dredged\n" + PROSE + links + PROSE + "- a list item that is text\n" + PROSE)
    assert found["boilerplate"] == links.splitlines()
    assert "- a list item that is text" in found["body"] + found["heading"]


@pytest.mark.parametrize(
    "line",
    [
        "Share", "Facebook Twitter LinkedIn", "Home > Tech > Chips", "12 comments", "5 min read", "Advertisement", "Sign up for our newsletter",
        "Subscribe to our newsletter.", "We use cookies to make this site better.", "Photo: Lena Voss", "(Photo by Lena Voss)", "Image credit: Lena Voss",
        "You may also like", "More from this author", "Read also: Why fans fail", "Copyright 2024 Harbour Post", "Accept all cookies", "Filed under: chips",
        "The views expressed here do not necessarily reflect those of this site.", "分享到\uff1a", "扫码关注公众号", "相关推荐", "加载更多", "阅读 1.2万",
        "\uff08资料图\uff09", "图源\uff1a网络", "上一篇\uff1a风扇", "标签\uff1a芯片", "版权声明\uff1a本文版权归作者所有\uff0c转载请联系。", "もっと見る", "관련 기사",
        "S'abonner \u2013 Newsletter \u2013 Mentions l\u00e9gales", "Lesen Sie auch: Warum die Becken verschlanden", "Mehr zum Thema", "Lea tambi\u00e9n", "Leggi anche",
        "Lire aussi : Le port en chiffres", "Advertisement - article continues below", "Do you have a story? Email desk@example.org or call us.", "Anzeige: Jetzt neu",
        "Leia tamb\u00e9m: O porto em n\u00fameros", "Czytaj te\u017c", "Impressum | Datenschutz | Kontakt",
    ],
)  # fmt: skip
def test_furniture_between_paragraphs(line: str) -> None:
    prose = (
        "The boards that these labs buy have been in use for years, and still they do what they were bought for, said one of the buyers. "
        * 2
    )
    found, _ = described("\n".join(["A headline", prose, prose, prose, prose, line, prose]) + "\n")
    assert found["boilerplate"] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Sharing is what these labs do best.", "Recommended doses vary between the labs.", "Trending upward, the price rose again last week.",
        "Home prices fell.", "Comments were closed by noon.", "Read more books, she said.", "Subscribe is what the button said.", "Cookies were served at noon.",
        "By the end of the year they will be gone.", "Published reports differ.", "Source code is free.", "广告收入下降了两成。", "评论家不这么看。", "点赞的人不多。",
        "分享到的经验并不多。", "推荐内容的算法变了。", "关注我们身边的人。", "来源不明的板卡很多。", "作者并不同意。", "More from habit than need, they buy.",
        "Do you have a story that nobody believes? So does he.", "Anzeigen kosten Geld.", "Werbung hilft wenig.", "See also what it costs.", "Von Hamburg nach Kiel sind es zwei Stunden.",
    ],
)  # fmt: skip
def test_sentences_that_begin_like_furniture_are_text(line: str) -> None:
    prose = (
        "The boards that these labs buy have been in use for years, and still they do what they were bought for, said one of the buyers. "
        * 2
    )
    found, _ = described("\n".join(["A headline", prose, line, prose]) + "\n")
    assert line in found["body"] + found["heading"]


@pytest.mark.parametrize(
    ("first", "is_"),
    [
        ("Small labs rethink chips", True),
        ("韦乐\uff1a东西总会坏。", True),
        ("Who wins?", True),
        ("Made in the U.S.A.", True),
        ("This is a sentence, and it ends.", False),
        ("“A quotation first”", False),
        ("By Mara Lind", False),
        ("Advertisement", False),
        ("长" * 90, False),
    ],
)
def test_is_title(first: str, is_: bool) -> None:
    assert is_title(lines_of(f"{first}\nThen the text begins here.")) is is_


def test_lines_are_ranges_of_the_text() -> None:
    text = " a \n\n\u3000b c\n"
    assert [(line.start, line.end, line.text) for line in lines_of(text)] == [(1, 2, "a"), (6, 9, "b c")]


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


@pytest.mark.parametrize(
    "line",
    [
        "\u70b9\u51fb\u4e0a\u65b9\u84dd\u5b57\u5173\u6ce8\u6211\u4eec",
        "\u2014 END \u2014",
        "\u5f80\u671f\u63a8\u8350",
        "\u6821\u5bf9\uff1a\u5c0f\u9e7f",
        "\u70b9\u4e2a\u201c\u5728\u770b\u201d\uff0c\u8ba9\u66f4\u591a\u4eba\u770b\u5230",
        "2,871 \u4eba\u8d5e\u540c\u4e86\u8be5\u56de\u7b54",
        "\u67e5\u770b\u5269\u4e0b100\u6761\u8bc4\u8bba",
        "\u8be5\u6587\u89c2\u70b9\u4ec5\u4ee3\u8868\u4f5c\u8005\u672c\u4eba\u3002",
        "\u5168\u65873100\u5b57\uff0c\u9605\u8bfb\u7ea6\u97008\u5206\u949f\u3002",
        "\u25b2\u7801\u5934\u7684\u62d6\u8f66\u3002\uff08\u56fe/\u8bb0\u8005\u53f6\u5b50\u6052\u6444\uff09",
        "The Harbour newsletter tracks the metals you need. Sign up here.",
        "You are receiving this email because you opted in at our website.",
        "Page 3 of 12",
        "after newsletter promotion",
        "--------------------",
        "Mara Lind is a reporter covering ports and rail.",
    ],
)
def test_lines_that_pages_and_letters_add(line: str) -> None:
    body = "Small labs have begun to buy used accelerators, because new ones are sold out until next year, buyers told the Harbour Post. "
    text = f"Why small labs buy old chips\n\n{body}\n\n{line}\n\n{body}\n"
    cleaned = clean(text)
    assert [block.role.value for block in divide(cleaned)] == ["title", "body", "boilerplate", "body"]


@pytest.mark.parametrize(
    "line",
    [
        "\u6821\u5bf9\u5de5\u4f5c\u82b1\u4e86\u4e09\u5929\uff0c\u4e00\u5171\u627e\u51fa\u56db\u5341\u5904\u9519\u3002",
        "\u70b9\u51fb\u7387\u4e0b\u964d\u4e86\u4e00\u6210\uff0c\u7f16\u8f91\u90e8\u8ba4\u4e3a\u4e0e\u6807\u9898\u6709\u5173\u3002",
        "Reporting from the front was forbidden, so they drew maps instead.",
        "Page after page of the log says the same.",
        "Mara Lind is a welder and signs up here whoever asks.",
        "2019 | 80% | 20%",
    ],
)
def test_lines_that_only_begin_like_such(line: str) -> None:
    body = "Small labs have begun to buy used accelerators, because new ones are sold out until next year, buyers told the Harbour Post. "
    cleaned = clean(f"Why small labs buy old chips\n\n{body}\n\n{line}\n\n{body}\n")
    assert [block.role.value for block in divide(cleaned)] == ["title", "body", "body", "body"]


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


def test_works_below_references_are_furniture() -> None:
    body = "Small labs have begun to buy used accelerators, because new ones are sold out until next year, buyers told the Harbour Post."
    works = "References\n[1] Lind, M., Boards, 2011.\nWeller, J. (2019). A market of leftovers. Kiel: Stone Press.\n\u53c2\u8003\u8d44\u6599\uff1a\n[2]\u300a\u5e74\u62a5\u300b"
    cleaned = clean(f"Why small labs buy old chips\n\n{body}\n\n{works}\n\n{body}\n")
    assert [block.role.value for block in divide(cleaned)] == ["title", "body", *["boilerplate"] * 5, "body"]


def test_rows_of_a_table_are_not_wrapped_lines() -> None:
    rows = [f"Quay number {i} | dredged in the year 19{i}4 by the port | four metres deep" for i in range(1, 7)]
    assert hard_wraps("\n".join(rows)) == []
