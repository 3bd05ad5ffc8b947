"""Who says what."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news import attributed, said, told
from texts import dirty_texts

from rag.types import Form


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        # split, and the name behind
        (
            "“If you pay,” Samir Patel told reporters, “they will come.”",
            "en",
            [("Samir Patel", "If you pay,"), ("Samir Patel", "they will come.")],
        ),
        ("「機器會老\uff0c光不會老\uff0c」放映師傅林添財笑著說。", "zh", [("林添財", "機器會老\uff0c光不會老\uff0c")]),
        ("記者會上\uff0c立委葉佩君受訪時說\uff0c「這是替少數人開門。」", "zh", [("葉佩君", "這是替少數人開門。")]),
        # reported
        ("厂长罗静怡表示\uff0c明年不再扩产。", "zh", [("罗静怡", "厂长罗静怡表示\uff0c明年不再扩产。")]),
        (
            "According to Prof. Anne-Marie Dubois, storage is cheap.",
            "en",
            [("Anne-Marie Dubois", "According to Prof. Anne-Marie Dubois, storage is cheap.")],
        ),
        (
            "Peter Hollis, who lives nearby, says he does not want a tower.",
            "en",
            [("Peter Hollis", "Peter Hollis, who lives nearby, says he does not want a tower.")],
        ),
        ("“We put out buckets,” said librarian Joan Whitaker.", "en", [("Joan Whitaker", "We put out buckets,")]),
        # organisations and bodies
        ("北岭银行预计\uff0c利率会下降。", "zh", [("北岭银行", "北岭银行预计\uff0c利率会下降。")]),
        ("经过调查\uff0c警方表示没有证据。", "zh", [("警方", "经过调查\uff0c警方表示没有证据。")]),
        ("The ministry said it would wait.", "en", [("The ministry", "The ministry said it would wait.")]),
        # sources without a name
        (
            "One landlord, who owns eleven flats, said he was selling up.",
            "en",
            [("One landlord", "One landlord, who owns eleven flats, said he was selling up.")],
        ),
        ("一名排队的读者说\uff0c他等了两个钟头。", "zh", [("一名排队的读者", "一名排队的读者说\uff0c他等了两个钟头。")]),
        ("部分议员支持拆除旧桥。", "zh", [("部分议员", "部分议员支持拆除旧桥。")]),
        ("电影大多以演员独白介绍海港\uff0c很受欢迎。", "zh", []),
        ("他没有听从韦乐的意见\uff0c走了。厂长韦乐走了。", "zh", []),
        # terms in quotation marks are not said
        ("所谓“慢计划”\uff0c将在每周三举行。", "zh", []),
        ("The ship, nicknamed “the kettle”, is to be scrapped.", "en", []),
        ("The mill opened in 1901. It has eighty looms and a chimney.", "en", []),
        # negation stays with its speaker
        ("厂长罗静怡不认为价格会涨。", "zh", [("罗静怡", "厂长罗静怡不认为价格会涨。")]),
    ],
)
def test_forms_of_saying(text: str, language: str, expected: list[tuple[str, str]]) -> None:
    found = said("标题一行\n\n" + text if language == "zh" else "One headline\n\n" + text, language)
    assert [one for one in found if one in expected] == expected
    assert {speaker for speaker, _ in found} == {speaker for speaker, _ in expected}


def test_a_talk_announced_as_one_persons() -> None:
    text = "山里的电站\n\n以下内容根据总工程师罗静怡在年会上的演讲整理\uff1a\n\n水比煤便宜。但是水不听话。\n\n我们修了三年。\n"
    found = attributed(text, "zh").utterances
    assert [(u.speaker, u.form, text[u.start : u.end]) for u in found] == [
        ("罗静怡", Form.TALK, "水比煤便宜。"),
        ("罗静怡", Form.TALK, "但是水不听话。"),
        ("罗静怡", Form.TALK, "我们修了三年。"),
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("„Wir warten“, sagte Anna Schmidt, Chefin der Werft.", "de"),
        ("« Nous attendons », a déclaré Anne Dupont.", "fr"),
        ("—Esperamos —dijo Ana Pérez, directora.", "es"),
        ("«Мы ждём», — сказала Анна Иванова.", "ru"),
        ("「待っています」と田中氏は述べた。", "ja"),
        ("“기다립니다”라고 김 대표가 말했다.", "ko"),
        ("“We wait,” said Jane Doe.", None),
    ],
)
def test_other_languages_are_left_unattributed(text: str, language: str) -> None:
    found = attributed(text, language)
    assert (found.utterances, found.speakers) == ((), ())


PIECES = (
    "罗静怡", "董事罗静怡", "Jane Doe", "said", " said ", "说", "表示\uff0c", "他", "她说\uff0c", "he said ", "“", "”", "「", "」", '"', "\n\n", "\n", "。", ". ", "\uff0c", ", ",
    "\uff1a", ": ", "Q: ", "A: ", "记者\uff1a", "《", "》", "(", ")", "以下内容根据罗静怡演讲整理\n", "据罗静怡介绍", "The ministry said", "一位投资人说", "Dr ", " of ", "化名",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | dirty_texts(3), max_size=40).map("".join), st.sampled_from(["zh", "en"]))
def test_any_text_gives_ranges_in_order_within_the_article(text: str, language: str) -> None:
    found = attributed(text, language)
    reached = 0
    for utterance in found.utterances:
        assert reached <= utterance.start < utterance.end <= len(text)
        assert 0 <= utterance.cue[0] < utterance.cue[1] <= len(text)
        assert 0 < utterance.confidence <= 1
        reached = utterance.end
    assert {u.speaker for u in found.utterances} == {speaker.name for speaker in found.speakers}
    assert len({speaker.name for speaker in found.speakers}) == len(found.speakers)


@pytest.mark.parametrize(
    ("piece", "language"),
    [("“", "zh"), ("”", "zh"), ("“”", "zh"), ("说", "zh"), ("他", "zh"), ("(", "zh"), ("《", "zh"), ('张三说,“好。”', "zh"), ('"', "en"), ("a", "en"), ("Jane ", "en"), ('"yes," said Jane Doe. ', "en"), ("the ", "en")],
)  # fmt: skip
def test_time_grows_with_the_length_of_hostile_text_and_no_faster(piece: str, language: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.perf_counter()
        attributed(text, language)
        return time.perf_counter() - started

    seconds(1_000)
    assert seconds(16_000) < 4 * seconds(8_000) + 0.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a body is named whole, and the end of its name is nobody
        (
            "The Bureau of Harbour Records says it keeps nothing older. A clerk of the Bureau of Harbour Records says so too.",
            ["The Bureau of Harbour Records"],
        ),
        ("During the Silver Ages the reeds gave it the name. The Silver Ages gave the town its tower.", []),
        ("In 1700, boats landed where the Welsh Crown had promised them land.", []),
        ("On Harbours, Whether a Town has the Right to Close It rejected all tolls.", []),
        # what is done with no words is not said
        ("Keeper Jonas Weller added 6 lamps. A goal by striker Piet Olsen gave the club a new hope.", []),
        ("Keeper Jonas Weller added that the lamps were old.", ["Jonas Weller"]),
        ("Keeper Jonas Weller gave three reasons for it.", ["Jonas Weller"]),
        ("Today the Harbour Pilots Church states that tolls are wrong.", ["Harbour Pilots Church"]),
        ("It was planned by J. A. Holm in 1901. Weller argued against it. Holm argued that tides do all the work.", ["Weller", "J. A. Holm"]),
        # works and what somebody has made
        ("Poet Mara Rask said she was tired. In May, Rask wrote The Long Pier at Sea.", ["Mara Rask"]),
        ("Poet Mara Rask said she was tired. A shelf by Rask, and a lamp in her house, were sold.", ["Mara Rask"]),
        ("Poet Mara Rask said she was tired. Rask's Small Primer, \u201cA Word for Every Day of the Long Winter\u201d, sold well.", ["Mara Rask"]),
        (
            "Poet Mara Rask said she was tired. Rask wrote the hymn \u201cA Word for Every Day of the Long Winter\u201d in May.",
            ["Mara Rask"],
        ),
        # a name that two people share is neither's
        (
            "Gas was found by Karl Peter Holm, in Vardal. Engineer Karl von Rask said it was air. In Karl's view it was heavy.",
            ["Karl von Rask"],
        ),
        (
            "Mayor Mara Lind said the pier was safe. It had been built by Jonas Lind in May. Lind said it would last.",
            ["Mara Lind"],
        ),
        ("Mayor Mara Lind said the pier was safe. It had been built by Jonas Weller in May. Lind said it would last.", ["Mara Lind"] * 2),
    ],
)  # fmt: skip
def test_no_words_are_given_to_things_works_and_namesakes(text: str, expected: list[str]) -> None:
    assert [who for who, _ in said("Harbour notes\n\n" + text + "\n", "en")] == expected


@pytest.mark.parametrize(
    ("text", "name", "pinyin"),
    [
        ("厂长程浩表示\uff0c明年不再扩产。", "程浩", "Cheng Hao"),
        ("厂长程浩表示\uff0c明年不再扩产。他认识约翰·皮尔逊。", "程浩", "Cheng Hao"),
        ("厂长程浩(Howard Cheng)表示\uff0c明年不再扩产。", "程浩", "Cheng Hao"),
        ("教授霍尔曼认为\uff0c明年不再扩产。", "霍尔曼", None),
        ("历史学家弗雷•安德森认为\uff0c港口太小。", "弗雷•安德森", None),
        ("英国 的哈尔·麦金德认为\uff0c港口太小。", "哈尔·麦金德", None),
        ("教授安德森认为\uff0c港口太小。弗雷·安德森住在港口。", "安德森", None),
    ],
)
def test_western_names_have_no_pinyin(text: str, name: str, pinyin: str | None) -> None:
    speakers = attributed(text + "\n", "zh").speakers
    assert [(one.name, one.romanised) for one in speakers] == [(name, pinyin)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Tom Reed, chair of the board, said Field had been right but that "one pier is not a whole harbour".',
            [
                ("Tom Reed", "Tom Reed, chair of the board, said Field had been right but that"),
                ("Tom Reed", "one pier is not a whole harbour"),
            ],
        ),
        (
            'Nora Field described him on Monday as "the best of all the old captains". Tom Reed, the pilot, said: "He smelt the wind."',
            [("Nora Field", "the best of all the old captains"), ("Tom Reed", "He smelt the wind.")],
        ),
        (
            'Tom Reed, 58, said the search would be led by Paul Marsh, a former judge at Low Moor, and end in May. It would be "a long and costly one", he said.',
            [
                (
                    "Tom Reed",
                    "Tom Reed, 58, said the search would be led by Paul Marsh, a former judge at Low Moor, and end in May.",
                ),
                ("Tom Reed", "a long and costly one"),
            ],
        ),
        (
            'Ann Moss of the campaign group Save Our Pier said it was sold. "He sold it," she said.',
            [
                ("Ann Moss", "Ann Moss of the campaign group Save Our Pier said it was sold."),
                ("Ann Moss", "He sold it,"),
            ],
        ),
        (
            'Tom Reed, a pilot, disagreed with his daughter Ann. "You cannot sell it," he said. "He is wrong," she said.',
            [
                ("Tom Reed", "Tom Reed, a pilot, disagreed with his daughter Ann."),
                ("Tom Reed", "You cannot sell it,"),
                ("Ann", "He is wrong,"),
            ],
        ),
        (
            'The mayor, Tom Reed, praised Marsh. "He did his sums," Reed said. Marsh smiled. "I had help," he said. Paul Marsh, 30, said no more.',
            [
                ("Tom Reed", "The mayor, Tom Reed, praised Marsh."),
                ("Tom Reed", "He did his sums,"),
                ("Paul Marsh", "I had help,"),
                ("Paul Marsh", "Paul Marsh, 30, said no more."),
            ],
        ),
        (
            'Tom Reed, a pilot, believes Field thinks too little of boats. "They rot," he said.',
            [("Tom Reed", "Tom Reed, a pilot, believes Field thinks too little of boats."), ("Tom Reed", "They rot,")],
        ),
        ("The dredger Giant Elbe is expected in May. Giant Elbe is thought to leak.", []),
        ("Nora Field was praised and told to go.", []),
        # the clause of attribution
        ('"We sail," Tom Reed, a pilot, told a meeting at the Guildhall.', [("Tom Reed", "We sail,")]),
        (
            'Tom Reed, a pilot, wrote on Monday that "the plan is dead and gone, finished" and had since deleted it.',
            [("Tom Reed", "the plan is dead and gone, finished")],
        ),
        # by the firm
        (
            "Analyst Ramona Odell at Pell Brothers said the mills would close. Pell Brothers said it would wait.",
            [
                ("Ramona Odell", "Analyst Ramona Odell at Pell Brothers said the mills would close."),
                ("Pell Brothers", "Pell Brothers said it would wait."),
            ],
        ),
        (
            "The analyst at Pell Brothers, Ramona Odell, said the mills would close.",
            [("Ramona Odell", "The analyst at Pell Brothers, Ramona Odell, said the mills would close.")],
        ),
        ('"They will close," said the analyst at Pell Brothers, Ramona Odell.', [("Ramona Odell", "They will close,")]),
        ('"They will close," said the analyst who trained Ramona Odell.', []),
        (
            "Analysts at Pell Brothers said the mills would close.",
            [("Analysts at Pell Brothers", "Analysts at Pell Brothers said the mills would close.")],
        ),
        # by office
        (
            'Tom Reed, the mayor, left.\n\n"There is work to do," the new mayor said.',
            [("Tom Reed", "There is work to do,")],
        ),
    ],
)
def test_whose_words_they_are_in_news(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected
