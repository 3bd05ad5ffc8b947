"""Whom pronouns stand for."""

from __future__ import annotations

from news import attributed, said

from rag.types import Form


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


def test_she_is_the_one_the_sentence_before_began_with() -> None:
    text = "茶园\n\n园长陈国华说\uff0c今年雨水多。\n\n苏敏是植物学家。“大家要珍惜\uff0c别踩苗。”她说。"
    assert said(text, "zh") == [("陈国华", "园长陈国华说\uff0c今年雨水多。")]


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
