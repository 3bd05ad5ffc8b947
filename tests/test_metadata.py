"""Publisher, author, date and address, as articles state them."""

from __future__ import annotations

import pytest

from rag.metadata import find_author, find_date, find_publisher, find_url


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-03-22 16:26", "2024-03-22"),
        ("2024年3月2日", "2024-03-02"),
        ("2024/3/2", "2024-03-02"),
        ("2024.12.31", "2024-12-31"),
        ("May 3, 2024", "2024-05-03"),
        ("MAY 3, 2024", "2024-05-03"),
        ("Sept. 3rd 2024", "2024-09-03"),
        ("3 May 2024", "2024-05-03"),
        ("3rd of May 2024", "2024-05-03"),
        ("APP2024-03-22", "2024-03-22"),
        ("2024-02-30", None),
        ("2024-02-30, that is 2024-03-01", "2024-03-01"),
        ("version 12024-01-01", None),
        ("May 2024", None),
        ("Foo 3, 2024", None),
        ("", None),
    ],
)
def test_date(text: str, date: str | None) -> None:
    assert find_date(text) == date


@pytest.mark.parametrize(
    ("line", "publisher", "author"),
    [
        ("By the editors | 10 May 2023 | Outlet Weekly", "Outlet Weekly", "the editors"),
        ("Published 12 March 2022 in Rack Weekly", "Rack Weekly", None),
        ("Published on 3rd of May 2024 by The Harbour Post", "The Harbour Post", None),
        ("Originally published in The Harbour Post on MAY 3, 2024", "The Harbour Post", None),
        ("Originally published at https://example.org/chips", None, None),
        ("Posted by Mara Lind on May 3, 2024", None, "Mara Lind"),
        ("By Mara Lind for the Harbour Post", None, "Mara Lind"),
        ("By Jan van der Berg and Ana de la Cruz", None, "Jan van der Berg and Ana de la Cruz"),
        ("Source: Harbour Post, 2024-01-02", "Harbour Post", None),
        ("Harbour Post, May 3, 2024", "Harbour Post", None),
        ("Updated: May 3, 2024 | Harbour Post", "Harbour Post", None),
        ("March 4, 2024 · 5 min read", None, None),
        ("Friday, 3 May 2024, 10:00 am GMT", None, None),
        ("2024-05-03 09:12:44", None, None),
        ("2024-05-03 09:12:44 港口日报", "港口日报", None),
        ("港口日报 2024年5月3日 阅读 1024", "港口日报", None),
        ("21财经 2024-01-02", "21财经", None),
        ("来源\uff1a港口日报 作者\uff1a林小舟", "港口日报", "林小舟"),
        ("本文来自微信公众号\uff1a港口\uff08ID\uff1aabc\uff09\uff0c作者\uff1a林小舟\uff0c题图来自\uff1a无", "港口", "林小舟"),
        ("文 | 林小舟 编辑 | 王五", None, "林小舟"),
        ("2024年4月8日 記者:田村ゆい", None, "田村ゆい"),
        ("出典:港新聞", "港新聞", None),
    ],
)
def test_byline(line: str, publisher: str | None, author: str | None) -> None:
    from rag.folding import narrow

    line = narrow(line)
    assert (find_publisher([line], ""), find_author([line])) == (publisher, author)


@pytest.mark.parametrize(
    ("body", "publisher"),
    [
        ("这是《港口观察》策划的系列文章第一篇。他告诉《别家》\uff0c不行。", "港口观察"),
        ("This is part of the Harbour Post's series on chips.", "Harbour Post"),
        ("下面是港口日报与韦乐的对话。", "港口日报"),
        ("他告诉港口日报\uff0c不行。她告诉码头周刊\uff0c可以。他又告诉码头周刊\uff0c算了。", "码头周刊"),
        ("他告诉记者\uff0c不行。", None),
        ("他告诉港口日报\uff0c不行。她告诉码头周刊\uff0c可以。", None),
        ("有几家码头跟港口网表示不行。", "港口网"),
        ("他的一个手下告诉特罗尔\uff0c不行。后来又有人告诉特罗尔\uff0c可以。", None),
        ("经验告诉韦乐\uff0c不行。他接受《港口观察》采访时也这样说。", None),
        ("这是《山中记》的开头\uff0c人人会背。", None),
        ("three buyers told the press. Weller told Harbour Post that it was fine.", None),
        ("Weller told the Harbour Post that it was fine. He told the Harbour Post that it was not.", "Harbour Post"),
        ("Several buyers told the Harbour Post that it was fine.", "Harbour Post"),
        ("Weller told Mara Lind that it was fine. She told Mara Lind so too.", None),
        ("The play was part of Harbour House's series in the spring.", None),
        ("没有人说话。", None),
    ],
)
def test_publisher_from_the_text(body: str, publisher: str | None) -> None:
    from rag.folding import narrow

    assert find_publisher([], narrow(body)) == publisher


def test_url() -> None:
    assert find_url(["网址: 题目 http://example.org/a?b=1。", "https://other.example"]) == "http://example.org/a?b=1"
    assert find_url(["no address"]) is None
