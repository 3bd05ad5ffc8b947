"""What somebody says whom no rule knows is not given to those who are known."""

from __future__ import annotations

import pytest
from news import said, told


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


def test_somebody_with_an_occupation_is_a_speaker_whatever_the_name() -> None:
    text = "茶园\n\n园长陈国华说\uff0c今年雨水多。\n\n茶农玉香认为\uff0c茶价涨得太快。“周末根本进不去。”她说。"
    assert said(text, "zh")[1:] == [("玉香", "茶农玉香认为\uff0c茶价涨得太快。"), ("玉香", "周末根本进不去。")]


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
