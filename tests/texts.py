"""Texts of our own for the tests of the text side."""

from __future__ import annotations

from hypothesis import strategies as st

HANS = (
    "今年以来\uff0c不少小团队开始购买二手加速卡。新卡要等一年\uff0c几位买家都这样说。负责人韦乐认为\uff0c东西总会坏\uff0c坏的时候便宜就好。"
    "大公司的看法不同\uff0c他们提醒旧板卡容易坏\uff0c修理费会把省下的钱全部吃掉。"
)
HANT = (
    "今年以來\uff0c不少小團隊開始購買二手加速卡。新卡要等一年\uff0c幾位買家都這樣說。負責人韋樂認為\uff0c東西總會壞\uff0c壞的時候便宜就好。"
    "大公司的看法不同\uff0c他們提醒舊板卡容易壞\uff0c修理費會把省下的錢全部吃掉。"
)
JAPANESE = "今年に入り、小さな研究室が中古の加速装置を買い始めている。新品は一年待ちだと、複数の担当者が語った。壊れやすいという警告もある。"
KOREAN = "올해 들어 작은 연구실들이 중고 가속기를 사기 시작했다. 새 제품은 일 년을 기다려야 한다고 여러 구매자가 말했다."
RUSSIAN = (
    "В этом году небольшие лаборатории начали покупать подержанные ускорители. Новые придётся ждать год, говорят покупатели."
)
GERMAN = (
    "Kleine Labore kaufen gebrauchte Beschleuniger, größere Häuser zögern noch. Für „neue“ Geräte müssen sie ein Jahr warten."
)
ENGLISH = (
    "Small labs have begun to buy used accelerators, since new ones are sold out for a year. “We pay a third,” said Jonas Weller. "
    "Larger firms warn that old boards fail early."
)

PROSE = """The harbour board met on Monday and decided that the two northern quays will be dredged next spring, the chair said.
Residents of the old town had asked for a delay, because the work will be heard at night for several weeks in a row.
"""

QUAYS = (
    "<p>The harbour board met on Monday and decided that the two northern quays will be dredged next spring, the chair said.</p>"
)

_PIECES = (
    "模型", "投資", "投资人", "創(chuàng)", "行(xíng)", "行(hang)", "说\uff1a", "“好。”", "“不行\uff01", "”", "「はい。」", "word", "Dr. ", "3.5", "U.S. ", "a.", ". ",
    "。", "\uff01\uff1f", "……", "...", "\uff0c", ", ", "; ", " ", "  ", "\t", "\u3000", "\xa0", "\n", "\n\n", "\r\n", "\r", "\u200b", "\ufeff", "\u2028",
    "\uff21\uff22", "\uff11", "<p>", "</p>", "<br/>", '<a href="x">', "</a>", "<!-- x -->", "<", ">", "&amp;", "&#20013;", "&nbsp;", "&#x200b;", "&", "\U00020000",
    "\U0001f600", "é", "e\u0301", "(", ")", "[", "](x)", "*", "#", "?!?/p>", "\ufdd0", "\ufdd3", "\ufffd", "\x00", "\x1f",
)  # fmt: skip


def dirty_texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Scraped text: Han and Latin, glosses, tags, references, zero-width and full-width characters, all line ends."""
    noise = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
    return st.lists(st.sampled_from(_PIECES) | noise, max_size=max_size).map("".join)


def hostile(size: int = 200_000) -> dict[str, str]:
    """Long texts of one repeated unit, such as make careless patterns take quadratic time."""
    units = (
        "(", ")", "<", "<a ", "<p", '<a x="', "<a b='", "<!--", "<b>x", "</div>", "<div>", "<p>x</p>", "<script>", "&", "&a", "&#", "[", "![", "[a](", "[![a](b)",
        "“", "「", "\"", "'", "a.", ". ", "a. ", "...", "?", "。", "…", "1. ", "Dr. ", "*", "**a", "_a", "_", "`", "#", "> ", "--- ", "-", "---\n", "\n", "\r", "\r\n", " \n",
        " ", "\t", "\u3000", "\u200b", "\uff0c", "a, ", " – ", "汉", "汉(", "行(xíng)", "?,F(xiàn)", "?!?/p>", "文/", "作者:", "来源:", "by ", "By Abc ", "source: ",
        "published in ", "12 ", "May ", "2024-", "20", "2024-01-01 ", "告诉", "接受", "下面是", "told Abc ", "http://", "by x\n", "Related articles\n", "Home | ",
        "Home\n", "赞", "版权", "图源", "😀", "e\u0301", "a line of some length that a hand has wrapped at a column\n",
    )  # fmt: skip
    texts = {unit: (unit * (size // len(unit) + 1))[:size] for unit in units}
    return texts | {"front matter": "---\n" + "-a: b\n" * (size // 6), "field": "---\ntitle: x" + " " * size + "y\n---\n"}
