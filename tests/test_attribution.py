"""Who says what."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news import attributed, said
from texts import dirty_texts

from rag.attribution import CONFIDENCE
from rag.types import Form, Speaker


def test_a_direct_quotation_and_its_words_around() -> None:
    text = "Rain at last\n\n“We waited ninety days,” said Mara Quill, a farmer at Low Moor. “Now it will not stop.”\n"
    assert said(text, "en") == [
        ("Mara Quill", "We waited ninety days,"),
        ("Mara Quill", "Now it will not stop."),
    ]
    first, last = attributed(text, "en").utterances
    assert (first.form, first.confidence, text[slice(*first.cue)]) == (Form.DIRECT, CONFIDENCE["named"], "said Mara Quill")
    text = "Rain at last\n\n“We waited,” said Mara Quill, adding that the reservoir had been dry since May.\n"
    assert said(text, "en")[1:] == [("Mara Quill", "said Mara Quill, adding that the reservoir had been dry since May.")]
    assert (last.form, last.confidence) == (Form.DIRECT, CONFIDENCE["quoted on"])


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


def test_references_back() -> None:
    text = "Snow\n\nMr Ewan Grant said the pass was shut. He added that ploughs were on their way. “Give us an hour,” he said.\n"
    utterances = attributed(text, "en").utterances
    assert [(u.speaker, u.form) for u in utterances] == [
        ("Ewan Grant", Form.REPORTED),
        ("Ewan Grant", Form.BACK_REFERENCE),
        ("Ewan Grant", Form.BACK_REFERENCE),
    ]


def test_a_pronoun_of_the_other_gender_is_nobody_rather_than_him() -> None:
    text = "Snow\n\nMr Ewan Grant said the pass was shut. The hut was full of walkers. “Give us an hour,” she said.\n"
    assert said(text, "en") == [("Ewan Grant", "Mr Ewan Grant said the pass was shut.")]
    text = "大雪\n\n站长罗静怡表示\uff0c路已经封了。她说\uff0c车在路上。\n\n他说\uff0c再等一小时。\n"
    assert [speaker for speaker, _ in said(text, "zh")] == ["罗静怡", "罗静怡"]


@pytest.mark.parametrize(
    ("subject", "pronoun"),
    [
        ("卖茶的阿婆认为", "她"),
        ("扎西认为", "他"),
        ("住在附近的玉罕也说", "她"),
        ("云南勐川的茶农说", "他"),
        ("陈国华的妻子认为", "她"),
        ("常来的学生们都觉得", "他"),
    ],
)
def test_what_a_stranger_says_is_not_the_persons_named_before(subject: str, pronoun: str) -> None:
    text = f"茶园\n\n园长陈国华说\uff0c今年雨水多。\n\n{subject}\uff0c停车位太少。“周末根本进不去。”{pronoun}说。"
    assert [one for one in said(text, "zh") if one[0] == "陈国华"] == [("陈国华", "园长陈国华说\uff0c今年雨水多。")]
    text = f"茶园\n\n园长陈国华说\uff0c今年雨水多。\n\n“周末根本进不去\uff0c路也不好走。”{subject}。"
    assert [one for one in said(text, "zh") if one[0] == "陈国华"] == [("陈国华", "园长陈国华说\uff0c今年雨水多。")]


@pytest.mark.parametrize(
    "strange",
    [
        "The gardener thinks otherwise. “It blocks my light,” she says.",
        "“It blocks my light all day,” said the gardener. “It does.”",
        "The old woman at the gate says no. “Never again, I say,” she said.",
        "Tom Reed's wife said no. “Never again, I say,” she said.",
    ],
)
def test_what_an_unnamed_woman_says_is_not_the_mayors(strange: str) -> None:
    text = f"A tower\n\nMayor Tom Reed said the plan was good.\n\n{strange}\n"
    assert said(text, "en") == [("Tom Reed", "Mayor Tom Reed said the plan was good.")]


def test_she_is_the_one_the_sentence_before_began_with() -> None:
    text = "茶园\n\n园长陈国华说\uff0c今年雨水多。\n\n苏敏是植物学家。“大家要珍惜\uff0c别踩苗。”她说。"
    assert said(text, "zh") == [("陈国华", "园长陈国华说\uff0c今年雨水多。")]


def test_somebody_with_an_occupation_is_a_speaker_whatever_the_name() -> None:
    text = "茶园\n\n园长陈国华说\uff0c今年雨水多。\n\n茶农玉香认为\uff0c茶价涨得太快。“周末根本进不去。”她说。"
    assert said(text, "zh")[1:] == [("玉香", "茶农玉香认为\uff0c茶价涨得太快。"), ("玉香", "周末根本进不去。")]


def test_a_quotation_over_several_paragraphs() -> None:
    text = 'Windows\n\n"They rattle," said J. K. Whitfield. "I wrote to the mayor eleven times.\n\n"I wrote to the governor.\n\n"Nobody answers."\n\nThe mayor is away.\n'
    assert [words for speaker, words in said(text, "en") if speaker == "J. K. Whitfield"] == [
        "They rattle,",
        "I wrote to the mayor eleven times.",
        "I wrote to the governor.",
        "Nobody answers.",
    ]
    assert len(said(text, "en")) == 4


def test_an_interview() -> None:
    text = "对话导演罗文清\n\n记者\uff1a为什么是冬天\uff1f\n\n罗文清\uff1a海是灰的。\n\n没有人说它好看。\n\n记者\uff1a还有呢\uff1f\n\n罗文清\uff1a没有了。\n"
    found = attributed(text, "zh")
    assert said(text, "zh") == [
        ("记者", "为什么是冬天\uff1f"),
        ("罗文清", "海是灰的。"),
        ("罗文清", "没有人说它好看。"),
        ("记者", "还有呢\uff1f"),
        ("罗文清", "没有了。"),
    ]
    assert {u.form for u in found.utterances} == {Form.INTERVIEW}
    assert found.speakers == (
        Speaker("记者", kind="source"),
        Speaker("罗文清", "导演", romanised="Luo Wenqing"),
    )


def test_an_interview_by_question_and_answer() -> None:
    text = "Ten minutes with Olga Petrenko\n\nOlga Petrenko runs a museum.\n\nQ: Why?\n\nA: For the spoons.\n\nQ: Only?\n\nA: Only.\n"
    assert said(text, "en") == [
        ("the interviewer", "Why?"),
        ("Olga Petrenko", "For the spoons."),
        ("the interviewer", "Only?"),
        ("Olga Petrenko", "Only."),
    ]


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


def test_pronouns_go_on_over_a_paragraph_only_where_it_speaks_of_somebody() -> None:
    first = "厂长罗静怡表示\uff0c明年不再扩产。\n\n"
    between = "这座城市有三条地铁线\uff0c每天运送八十万名乘客\uff0c从北到南要走一个小时\uff0c人人都说方便。\n\n"
    later = "她还认为\uff0c价格会继续下降。\n"
    assert [who for who, _ in said(first + later, "zh")] == ["罗静怡", "罗静怡"]
    assert [who for who, _ in said(first + between + later, "zh")] == ["罗静怡"]
    stranger = "一八九零年\uff0c伊尔·卡兹巴勒回到港口。她不支持扩建\uff0c认为太贵。\n"
    assert [who for who, _ in said(first + stranger, "zh")] == ["罗静怡"]
    others = "其他学生嘲笑他们\uff0c说他们太慢。\n"
    assert [who for who, _ in said(first + others, "zh")] == ["罗静怡"]


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


READY = '"We are ready," said Nora Field, the harbour master.\n\n'


def told(text: str) -> list[tuple[str, str]]:
    """Who says what behind a paragraph in which Nora Field speaks."""
    return [one for one in said(f"Harbour news today\n\n{READY}{text}\n", "en") if one[1] != "We are ready,"]


@pytest.mark.parametrize(
    "verb",
    "commented warned noted joked insisted insists recalled wrote explained argued replied asked claimed admitted announced declared observed remarked quipped "
    "predicted concluded fumed reckons said says added thundered snapped laughed".split(),
)
def test_any_verb_of_saying_stands_before_its_speaker_behind_a_quotation(verb: str) -> None:
    assert told(f'"It floats like a cork," {verb} Tom Reed.') == [("Tom Reed", "It floats like a cork,")]
    assert told(f'"It floats like a cork", {verb} pilot Tom Reed on Monday.') == [("Tom Reed", "It floats like a cork")]


@pytest.mark.parametrize(
    "text",
    [
        '"It floats," smirked Zed.',
        '"It floats," Zed smirked.',
        '"It floats," blinked Bluewater Sports in a statement.',
        '"It floats," blinked Zed.\n\n"It does," he said.',
        '"Does it float?" Zed Marlow blinked.',
        '"It floats," wrote the Gazette in its leader.',
        'The hut was built for Nora Field. "It leaks," he said.',
        'The charity Save Our Pier said nothing. Then rain fell. "It is wet," he said.',
    ],
)
def test_what_somebody_unknown_says_is_not_the_speakers_before(text: str) -> None:
    assert [one for one in told(text) if one[0] == "Nora Field"] == []


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
        # by office
        (
            'Tom Reed, the mayor, left.\n\n"There is work to do," the new mayor said.',
            [("Tom Reed", "There is work to do,")],
        ),
    ],
)
def test_whose_words_they_are_in_news(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


ASKED = "Ten minutes at the pier\n\nWe spoke to Nora Field, the harbour master.\n\nQ: When?\n\nA: In May. We are ready.\n\nQ: And the cost?\n\nA: It is paid.\n\n"


@pytest.mark.parametrize(
    "after",
    [
        "Asked afterwards whether the bank had agreed, Tom Reed shrugged.",
        "Clarification, 3 May: an earlier version gave the wrong date.",
        "- The vote is in June.",
        "The committee adjourned at 20:05.",
        "This transcript was generated automatically and may contain errors.",
        "Field has run the harbour since 2015.",
        "(She laughs.)",
        "Opening hours: nine to five.",
    ],
)
def test_an_interview_ends_where_the_article_goes_on(after: str) -> None:
    answers = [("Nora Field", words) for words in ("In May.", "We are ready.", "It is paid.")]
    assert [one for one in said(ASKED + after + "\n", "en") if one[0] == "Nora Field"] == answers
    going_on = said(ASKED + "I should say that we borrowed it.\n\n" + after + "\n", "en")
    assert [one for one in going_on if one[0] == "Nora Field"] == [
        *answers,
        ("Nora Field", "I should say that we borrowed it."),
    ]


def test_labels_in_full_once_and_short_afterwards() -> None:
    text = "The wreck\n\nThe Courier: What is it?\n\nMaya Lind: A ship.\n\nThomas Reed: One page, and a drawing.\n\nThe Courier: When?\n\nLind: In May.\n\nReed: Or June.\n"
    assert said(text, "en") == [
        ("the interviewer", "What is it?"),
        ("Maya Lind", "A ship."),
        ("Thomas Reed", "One page, and a drawing."),
        ("the interviewer", "When?"),
        ("Maya Lind", "In May."),
        ("Thomas Reed", "Or June."),
    ]
    kinds = {speaker.name: speaker.kind for speaker in attributed(text, "en").speakers}
    assert kinds == {"the interviewer": "source", "Maya Lind": "person", "Thomas Reed": "person"}


def test_questions_and_answers_of_nobody_named() -> None:
    text = "About the pier\n\nQ: When will it open?\n\nA: In May.\n\nQ: And the cost?\n\nA: Under control.\n"
    assert {(s.name, s.kind) for s in attributed(text, "en").speakers} == {
        ("the interviewer", "source"),
        ("the interviewee", "source"),
    }
