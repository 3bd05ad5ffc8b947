"""Page furniture between the paragraphs of an article, and sentences that only begin like it."""

from __future__ import annotations

import pytest
from test_blocks import described
from texts import PROSE

from rag.articles.blocks import divide
from rag.text.cleaning import clean


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
        "Unsubscribe | Update your preferences", "You received this email because you signed up at quay.example.", "This issue is brought to you by Kettle & Co.",
        "This interview has been edited for length and clarity.", "Our Standards: The Thomson Reuters Trust Principles.", "42 points", "Tempo di lettura: 2 minuti",
        "Temps de lecture : 2 min", "Article r\u00e9serv\u00e9 aux abonn\u00e9s", "Compartilhe", "\u9605\u8bfb 1.2\u4e07 \u8d5e 88 \u5728\u770b 36",
        "\uff08\u672c\u6587\u4ec5\u4ee3\u8868\u53d7\u8bbf\u8005\u89c2\u70b9\uff09", "\u559c\u6b22\u5c31\u70b9\u4e2a\u201c\u5728\u770b\u201d\u5427",
        "\u672c\u7db2\u7ad9\u4e4b\u6587\u5b57\uff0c\u975e\u7d93\u6388\u6b0a\uff0c\u4e0d\u5f97\u8f49\u8f09\u3002", "\u24d2 \ud56d\uad6c\uc77c\ubcf4, \ubb34\ub2e8 \uc804\uc7ac \uae08\uc9c0",
        "\u041f\u043e\u0434\u043f\u0438\u0441\u044b\u0432\u0430\u0439\u0442\u0435\u0441\u044c \u043d\u0430 \u043d\u0430\u0448 \u043a\u0430\u043d\u0430\u043b", "\u0627\u0642\u0631\u0623 \u0623\u064a\u0636\u0627: \u0627\u0644\u0645\u064a\u0646\u0627\u0621",
        "The turbine at its berth in the north quay on Monday. Photo: Lea Kohn", "Media caption: Watch the ferries leave",
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
        "You received this house from your father.", "This issue is brought up again and again.", "42 points were all they had.", "She hung the photo: it was of the quay.",
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


def test_works_below_references_are_furniture() -> None:
    body = "Small labs have begun to buy used accelerators, because new ones are sold out until next year, buyers told the Harbour Post."
    works = "References\n[1] Lind, M., Boards, 2011.\nWeller, J. (2019). A market of leftovers. Kiel: Stone Press.\n\u53c2\u8003\u8d44\u6599\uff1a\n[2]\u300a\u5e74\u62a5\u300b"
    cleaned = clean(f"Why small labs buy old chips\n\n{body}\n\n{works}\n\n{body}\n")
    assert [block.role.value for block in divide(cleaned)] == ["title", "body", *["boilerplate"] * 5, "body"]


def test_captions_and_contacts_with_labels() -> None:
    prose = "The boards that these labs buy have been in use for years, and still they do what they were bought for, said one of the buyers."
    contact = ["Media Contact:", "Lars Holm", "+46 8 555 0100", "press@north.example"]
    found, _ = described("\n".join(["A headline", prose, "Image caption,", "A board in May", prose, *contact]) + "\n")
    assert found["body"] == [prose, prose]
    assert found["boilerplate"] == ["Image caption,", "A board in May", *contact]
