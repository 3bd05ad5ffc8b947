"""Publisher, author, date and address, as articles state them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_blocks import described
from texts import dirty_texts

from rag.articles.metadata import find_author, find_publisher, find_url
from rag.articles.outlets import Dateline, dateline, han_dateline, names_outlet
from rag.text.dates import find_date, find_published


@pytest.mark.parametrize(
    ("text", "day"),
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
        ("Wed 20 Nov 2024 19.03 GMT", "2024-11-20"),
        ("Stand: 21.11.2024, 14:35 Uhr", "2024-11-21"),
        ("21. Nov. 2024", "2024-11-21"),
        ("3. M\u00e4rz 2024", "2024-03-03"),
        ("1er d\u00e9cembre 2024", "2024-12-01"),
        ("25 de noviembre de 2024", "2024-11-25"),
        ("1\u00ba de dezembro de 2024", "2024-12-01"),
        ("25 listopada 2024 r.", "2024-11-25"),
        ("25 \u043d\u043e\u044f\u0431\u0440\u044f 2024 \u0433\u043e\u0434\u0430", "2024-11-25"),
        ("2024\ub144 3\uc6d4 5\uc77c", "2024-03-05"),
        ("11/21/2024", "2024-11-21"),
        ("3.3.2024", "2024-03-03"),
        ("02/03/2024", None),
        ("02.03.2024", None),
        ("31.02.2024", None),
        ("99/99/2024", None),
        ("", None),
    ],
)
def test_date(text: str, day: str | None) -> None:
    assert find_date(text) == day


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("02.03.2024", "de", "2024-03-02"),
        ("02/03/2024", "fr", "2024-03-02"),
        ("02/03/2024", "en", None),
        ("2024-03-02", "de", "2024-03-02"),
    ],
)
def test_numeric_dates_by_language(text: str, language: str, day: str | None) -> None:
    assert find_date(text, language) == day


@pytest.mark.parametrize("language", "en de fr es it pt nl pl ru tr sv da".split())
def test_months_are_those_of_the_unicode_locales(language: str) -> None:
    dates = pytest.importorskip("babel.dates")
    for number, name in dates.get_month_names("wide", "format", language).items():
        assert find_date(f"7 {name} 2023") == f"2023-{number:02}-07"
        assert find_date(f"7. {name.upper()} 2023") == f"2023-{number:02}-07"


def test_the_day_of_publication_goes_before_that_of_a_change() -> None:
    assert find_published(["Updated 3 May 2024", "Published 1 May 2024"]) == "2024-05-01"
    assert find_published(["Aktualisiert: 02.12.2024 | Ver\u00f6ffentlicht am 01.12.2024"], "de") == "2024-12-01"
    assert find_published(["Mis \u00e0 jour le 3 mai 2024"]) == "2024-05-03"
    assert find_published(["no day at all"]) is None


@given(st.text(alphabet="0123456789./- :|,()\u2013\u2014ABCdefMayStand\n", max_size=60) | dirty_texts())
@settings(max_examples=200, deadline=None)
def test_dates_and_datelines_of_any_text(text: str) -> None:
    for language in (None, "de"):
        found = find_date(text, language)
        assert found is None or date.fromisoformat(found).year >= 1900
    opening = dateline(text)
    assert opening is None or text.startswith(opening.text)
    assert find_author([text]) != ""


@pytest.mark.parametrize(
    ("text", "opening", "agency"),
    [
        ("LONDON, Feb 9 2024 (Meridian Wire) - Boards fell.", "LONDON, Feb 9 2024 (Meridian Wire) -", "Meridian Wire"),
        ("LONDON, Feb 9, 2024 (AP) \u2014 Boards fell.", "LONDON, Feb 9, 2024 (AP) \u2014", "AP"),
        ("Arvell, 11 July 2023 \u2013 The board met.", "Arvell, 11 July 2023 \u2013", None),
        ("Paris, le 25 novembre 2024 \u2013 Le port.", "Paris, le 25 novembre 2024 \u2013", None),
        ("Kiel (dpa) - Der Hafen.", "Kiel (dpa) -", "dpa"),
    ],
)
def test_dateline(text: str, opening: str, agency: str | None) -> None:
    assert dateline(text) == Dateline(opening, agency)


@pytest.mark.parametrize(
    "text",
    [
        "On 3 May 2024 the board met in the hall - it was late.",
        "In June 2024 \u2013 as agreed \u2013 the board met.",
        "The chair (who was there) - as always - said no.",
        "LONDON, Feb 9 - Boards fell.",
        "Rents rose - and fell.",
    ],
)
def test_prose_has_no_dateline(text: str) -> None:
    assert dateline(text) is None


@pytest.mark.parametrize(
    ("name", "is_"),
    [
        ("The Northern Ledger", True),
        ("THE NORTHERN LEDGER", True),
        ("Elbblatt", True),
        ("Arvell Borough Council", True),
        ("Ministry of Transport", True),
        ("\u041f\u043e\u0440\u0442\u043e\u0432\u044b\u0439 \u0432\u0435\u0441\u0442\u043d\u0438\u043a", True),
        ("Guildhall", False),
        ("19.03 GMT", False),
        ("New York", False),
        ("Police Chief Resigns", False),
        ("Council cuts jobs", False),
        ("", False),
    ],
)
def test_names_of_outlets(name: str, is_: bool) -> None:
    assert names_outlet(name) is is_


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
        ("By staff reporters", None, None),
        ("By Our Staff | 3 May 2024", None, None),
        ("By Mara Lind, Ports editor | 3 May 2024", None, "Mara Lind"),
        ("Mara Lind | 3 May 2024", None, "Mara Lind"),
        ("Wed 20 Nov 2024 19.03 GMT", None, None),
        ("Thursday 18 January 2024, 18:30, Guildhall", None, None),
        ("London, 3 May 2024", None, None),
        ("Von Katrin M\u00f6ller und Jan Petersen, Kiel", None, "Katrin M\u00f6ller und Jan Petersen"),
        ("Von unserer Redaktion", None, None),
        ("Par H\u00e9l\u00e8ne Castaing \u2013 Publi\u00e9 le 25 novembre 2024 \u00e0 08h15", None, "H\u00e9l\u00e8ne Castaing"),
        ("Por Luc\u00eda Ferrer | Publicado el 25 de noviembre de 2024", None, "Luc\u00eda Ferrer"),
        ("Door Jan van der Berg", None, "Jan van der Berg"),
        (
            "\u0410\u0432\u0442\u043e\u0440: \u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432",
            None,
            "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432",
        ),
        ("Quelle: Hafenkurier, 21.11.2024", "Hafenkurier", None),
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
    from rag.text.folding import narrow

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
    from rag.text.folding import narrow

    assert find_publisher([], narrow(body)) == publisher


def test_url() -> None:
    assert find_url(["网址: 题目 http://example.org/a?b=1。", "https://other.example"]) == "http://example.org/a?b=1"
    assert find_url(["no address"]) is None


@pytest.mark.parametrize(
    ("opening", "agency", "writer"),
    [
        ("\uff08\u4e2d\u592e\u793e\u8a18\u8005\u6797\u6021\u541b\u53f0\u53173\u65e5\u96fb\uff09\u96e2\u5cb8\u98a8\u96fb\u5ef6\u5f8c\u3002", "\u4e2d\u592e\u793e", "\u6797\u6021\u541b"),
        ("\uff08\u4e2d\u592e\u793e\u8a18\u8005\u738b\u4e94\u53f0\u53173\u65e5\u96fb\uff09\u96e2\u5cb8\u98a8\u96fb\u5ef6\u5f8c\u3002", "\u4e2d\u592e\u793e", "\u738b\u4e94"),
        ("\uff08\u4e2d\u592e\u793e\u8a18\u8005\u6797\u6021\u541b\u67cf\u67973\u65e5\u96fb\uff09\u96e2\u5cb8\u98a8\u96fb\u5ef6\u5f8c\u3002", "\u4e2d\u592e\u793e", None),  # a place that is not known
        ("\u65b0\u534e\u793e\u5965\u65af\u7279\u6bd41\u67088\u65e5\u7535\uff08\u8bb0\u8005\u674e\u660e \u738b\u5c0f\u96e8\uff09\u6e21\u8f6e\u5c06\u6295\u5165\u4f7f\u7528\u3002", "\u65b0\u534e\u793e", "\u674e\u660e \u738b\u5c0f\u96e8"),
        ("\u3014\u8a18\u8005\u9673\u5927\u6587\uff0f\u9ad8\u96c4\u5831\u5c0e\u3015\u6e21\u8f2a\u516c\u53f8\u660e\u5929\u6062\u5fa9\u591c\u73ed\u3002", None, "\u9673\u5927\u6587"),
        ("\u8a18\u8005\u660e\u5929\u6703\u518d\u554f\u4e00\u6b21\u3002", None, None),
    ],
)  # fmt: skip
def test_openings_of_chinese_reports(opening: str, agency: str | None, writer: str | None) -> None:
    found = han_dateline(opening)
    assert (found and found.agency, found and found.writer) == (agency, writer)


def test_issues_and_papers_are_no_outlets() -> None:
    assert find_publisher(["Issue 48 \u00b7 14 January 2025"], "") is None
    assert not names_outlet("MINUTES OF THE HARBOUR COMMITTEE")
    assert find_author(["MINUTES OF THE HARBOUR COMMITTEE", "Held on 3 May 2024"]) is None


def test_dates_with_arabic_months_and_dates_that_were_guessed() -> None:
    assert (
        find_published(["\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f - 8 \u064a\u0646\u0627\u064a\u0631 2025"])
        == "2025-01-08"
    )
    page = "<html><head><title>Ferry</title></head><body><article><h1>The ferry</h1>{}<p>{}</p><p>{}</p></article><footer>2025</footer></body></html>"
    prose = (
        "The ferry between the two towns will run again in spring, its owners said, and nobody in town was much surprised by it."
    )
    for line, day in (
        ("<div>Luc\u00eda Ferrer | Arvell | 8 ene 2025 - 10:30 CET</div>", "2025-01-08"),
        ("<div>1 January 2025</div>", "2025-01-01"),
        ("", None),
    ):
        assert described(page.format(line, prose, prose[:60] + " in May, as they had said before."), "html")[1].date == day  # fmt: skip
