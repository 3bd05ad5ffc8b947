"""Follow-up questions: what they ask after the one before, and what is left as it stands."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.answers import Answer, answer
from rag.articles.corpus import sources_of
from rag.conversation.dialogue import Before
from rag.conversation.following import remember, understand
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index

CHENG, ZHU, FU = "\u7a0b\u6d69", "\u6731\u5578\u864e", "\u5085\u76db"
HOW_DATA = "\u600e\u4e48\u770b\u6570\u636e?"
SAID_BY_CHENG = "what does Cheng Hao say about data?"
CLAIM = "who thinks startups can't beat big tech?"
CLAIM_ZH = "\u8c01\u8ba4\u4e3a\u521b\u4e1a\u516c\u53f8\u6253\u4e0d\u8d62\u5927\u5382?"
COST = "what does a training run cost?"


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Index:
    return Index(sample_index)


def before(question: str, speaker: str | None = None) -> Before:
    return Before(Answer(question, "fact", False, 0.0, ()), speaker)


def understood(index: Index, first: Before | None, question: str, speaker: str | None = None) -> tuple[str, str | None] | None:
    found = understand(index, question, first, speaker)
    return (found.question, found.speaker.name if found.speaker else None) if found else None


@pytest.mark.parametrize(
    ("first", "speaker", "question", "found"),
    [
        # a pronoun is the speaker before
        (SAID_BY_CHENG, None, "and what does he think about chips?", ("what about chips?", CHENG)),
        (SAID_BY_CHENG, None, "what else does he say?", ("what else does Cheng Hao say?", CHENG)),
        (SAID_BY_CHENG, None, "why does he think startups can't win?", ("why startups can't win?", CHENG)),
        (SAID_BY_CHENG, None, "does he believe that startups can win?", ("startups can win?", CHENG)),
        (SAID_BY_CHENG, None, "What's his view on open source?", ("what about open source?", CHENG)),
        (SAID_BY_CHENG, None, "which fund does he lead?", ("which fund does Cheng Hao lead?", None)),
        (SAID_BY_CHENG, None, "what is his fund called?", ("what is Cheng Hao's fund called?", None)),
        (SAID_BY_CHENG, None, "who disagrees with him?", ("who disagrees with Cheng Hao?", None)),
        ("what about data?", CHENG, "what does he say about chips?", ("what about chips?", CHENG)),
        (SAID_BY_CHENG, None, "\u4ed6\u600e\u4e48\u770b\u82af\u7247\uff1f", ("\u600e\u4e48\u770b\u82af\u7247?", CHENG)),
        (SAID_BY_CHENG, None, "\u4ed6\u5c0d\u82af\u7247\u600e\u9ebc\u770b\uff1f", ("\u600e\u4e48\u770b\u82af\u7247?", CHENG)),
        (SAID_BY_CHENG, None, "\u90a3\u4ed6\u5bf9\u82af\u7247\u6709\u4ec0\u4e48\u770b\u6cd5", ("\u600e\u4e48\u770b\u82af\u7247?", CHENG)),
        (SAID_BY_CHENG, None, "\u4ed6\u4e3a\u4ec0\u4e48\u8ba4\u4e3a\u521b\u4e1a\u516c\u53f8\u4f1a\u8f93", ("\u4e3a\u4ec0\u4e48\u521b\u4e1a\u516c\u53f8\u4f1a\u8f93?", CHENG)),
        (SAID_BY_CHENG, None, "\u4ed6\u7684\u516c\u53f8\u53eb\u4ec0\u4e48", ("\u7a0b\u6d69\u7684\u516c\u53f8\u53eb\u4ec0\u4e48?", None)),
        # a verb that is more than thinking or saying stays
        (SAID_BY_CHENG, None, "\u4ed6\u4e3a\u4ec0\u4e48\u770b\u597d\u6df1\u5733?", ("\u4e3a\u4ec0\u4e48\u770b\u597d\u6df1\u5733?", CHENG)),
        (SAID_BY_CHENG, None, "\u4e3a\u4ec0\u4e48\u4ed6\u4e0d\u770b\u597d\u6df1\u5733?", ("\u4e3a\u4ec0\u4e48\u4e0d\u770b\u597d\u6df1\u5733?", CHENG)),
        (SAID_BY_CHENG, None, "\u4ed6\u652f\u6301\u5f00\u6e90\u5417", ("\u652f\u6301\u5f00\u6e90?", CHENG)),
        (SAID_BY_CHENG, None, "\u4ed6\u8bf4\u8fc7\u6df1\u5733\u5417", ("\u6df1\u5733?", CHENG)),
        (SAID_BY_CHENG, None, "\u4ed6\u770b\u597d\u4ec0\u4e48?", ("\u7a0b\u6d69\u770b\u597d\u4ec0\u4e48?", CHENG)),
        (SAID_BY_CHENG, None, "why does he support open source?", ("why support open source?", CHENG)),
        (SAID_BY_CHENG, None, "does he doubt that prices fall?", ("doubt that prices fall?", CHENG)),
        (SAID_BY_CHENG, None, "what does he like about Shenzhen?", ("what does Cheng Hao like about Shenzhen?", CHENG)),
        (SAID_BY_CHENG, None, "does he agree that prices fall?", ("prices fall?", CHENG)),
        # another speaker
        (SAID_BY_CHENG, None, "and Zhu Xiaohu?", ("what about data?", ZHU)),
        (SAID_BY_CHENG, None, "what about Xiaohu Zhu?", ("what about data?", ZHU)),
        (SAID_BY_CHENG, None, "and what does Zhu Xiaohu think?", ("what about data?", ZHU)),
        (SAID_BY_CHENG, None, "\u90a3\u5085\u76db\u5462\uff1f", ("what about data?", FU)),
        (SAID_BY_CHENG, None, "\u5085\u76db\u600e\u4e48\u770b?", ("what about data?", FU)),
        (HOW_DATA, CHENG, "\u90a3\u6731\u562f\u864e\u5462?", (HOW_DATA, ZHU)),
        (CLAIM, None, "and Zhu Xiaohu?", ("startups can't beat big tech?", ZHU)),
        (CLAIM_ZH, None, "\u5085\u76db\u5462?", ("\u521b\u4e1a\u516c\u53f8\u6253\u4e0d\u8d62\u5927\u5382?", FU)),
        ("which fund does Cheng Hao lead?", None, "and Zhu Xiaohu?", ("which fund does Zhu Xiaohu lead?", None)),
        # why
        (CLAIM, None, "why?", ("why startups can't beat big tech?", None)),
        (CLAIM_ZH, None, "\u4e3a\u4ec0\u4e48\uff1f", ("\u4e3a\u4ec0\u4e48\u521b\u4e1a\u516c\u53f8\u6253\u4e0d\u8d62\u5927\u5382?", None)),
        (COST, None, "why so?", (COST + " why so?", None)),
        (COST + " why so?", None, "since when?", (COST + " since when?", None)),
        (HOW_DATA, CHENG, "why does he think so?", (HOW_DATA + " why?", CHENG)),
        (HOW_DATA, CHENG, "\u4ed6\u4e3a\u4ec0\u4e48\u8fd9\u4e48\u8ba4\u4e3a?", ("\u600e\u4e48\u770b\u6570\u636e, \u4e3a\u4ec0\u4e48?", CHENG)),
        (CLAIM, None, "who else?", (CLAIM, None)),
        (CLAIM_ZH, None, "\u8fd8\u6709\u8c01\uff1f", (CLAIM_ZH, None)),
        (HOW_DATA, CHENG, "does he agree with that?", (HOW_DATA, CHENG)),
        ("who disagrees with Cheng Hao?", None, "why?", ("who disagrees with Cheng Hao? why?", None)),
        ("how does Cheng Hao see data?", None, "and Zhu Xiaohu?", ("what about data?", ZHU)),
        # fragments
        (COST, None, "and in China?", ("what does a training run cost in China?", None)),
        ("what is the price of chips?", None, "and data?", ("what is the price of data?", None)),
        (SAID_BY_CHENG, None, "and chips?", ("what does Cheng Hao say about chips?", None)),
        ("what does Cheng Hao say?", None, "what about chips?", ("what about chips?", CHENG)),
        ("what about data?", CHENG, "and chips?", ("what about chips?", CHENG)),
        (HOW_DATA, CHENG, "\u90a3\u82af\u7247\u5462?", ("\u600e\u4e48\u770b\u82af\u7247?", CHENG)),
        ("\u8c01\u5728\u6295\u8d44\u5927\u6a21\u578b?", None, "\u90a3\u5728\u7f8e\u56fd\u5462?", ("\u5728\u7f8e\u56fd\u8c01\u5728\u6295\u8d44\u5927\u6a21\u578b?", None)),
        # whole questions
        (SAID_BY_CHENG, None, "what does a training run cost?", None),
        (SAID_BY_CHENG, None, "which founder says he gave up?", None),
        (SAID_BY_CHENG, None, "who thinks he is wrong?", None),
        (SAID_BY_CHENG, None, "what did Fu Sheng say of his robots?", None),
        (SAID_BY_CHENG, None, "when did Napoleon lose his hat?", None),
        (SAID_BY_CHENG, None, "do startups lose their edge?", None),
        (SAID_BY_CHENG, None, "and who invests in chips?", None),
        (SAID_BY_CHENG, None, "in which year did prices fall?", None),
        (SAID_BY_CHENG, None, "\u5176\u4ed6\u516c\u53f8\u600e\u4e48\u770b?", None),
        (SAID_BY_CHENG, None, "\u8c01\u8bf4\u4ed6\u9519\u4e86?", None),
        (SAID_BY_CHENG, None, "startup chances", None),
        (SAID_BY_CHENG, None, "Fu Sheng", None),
    ],
)  # fmt: skip
def test_what_a_question_asks(
    index: Index, first: str, speaker: str | None, question: str, found: tuple[str, str | None] | None
) -> None:
    assert understood(index, before(first, speaker), question) == found


@pytest.mark.parametrize(
    "question", ["why?", "and in China?", "and Zhu Xiaohu?", "what about data?", "\u90a3\u5085\u76db\u5462?"]
)
def test_without_a_question_before_nothing_is_followed(index: Index, question: str) -> None:
    assert understood(index, None, question) is None


def test_the_speaker_that_all_questions_are_asked_of_comes_first(index: Index) -> None:
    assert understood(index, None, "what does he say about data?", FU) == ("what about data?", FU)
    assert understood(index, before(SAID_BY_CHENG), "what does he say about chips?", FU) == ("what about chips?", FU)


def test_a_pronoun_is_the_one_speaker_of_the_answer(index: Index, encoder: Encoder) -> None:
    found = answer(index, encoder, "what does one training run cost?", 1)
    assert found.answered
    alone = understand(index, "why does he say so?", Before(found))
    assert alone
    assert alone.speaker is None  # nobody is quoted there
    assert alone.note == "\u201che\u201d is not clear from the question before; asked as it stands. Write the name."
    who = answer(index, encoder, "who disagrees with Zhu Xiaohu?", 5)
    assert who.answered
    either = understand(index, "why does he think so?", Before(who))  # not Zhu Xiaohu
    assert either
    assert (either.speaker, either.note) == (None, alone.note)
    about = understand(index, "what does he say about data?", before("who is Zhu Xiaohu?"))
    assert about
    assert about.speaker
    assert about.speaker.name == ZHU
    several = understand(index, "what does he say about data?", Before(answer(index, encoder, CLAIM, 5)))
    assert several
    assert several.note.startswith("\u201che\u201d may be any of \u7a0b\u6d69 Cheng Hao, ")
    assert several.question == "what does he say about data?"


BOARD = """The dam above the town

Source: Ledger of the Range
Date: 2024-03-02

The town wants a second dam, and its water board is divided. "It will hold for a hundred years," said Ellen Pritchard, who leads \
the board. Ms Pritchard set a contingency aside for the mercury in the old mine.

Robert Kessler, an engineer, disagreed. "The contingency is far too small," Kessler said. Ellen Pritchard resigned in May.
"""
TESLA = """A life of sparks

Nikola Tesla was born in Smiljan. Tesla lived in hotels in New York and died there in January 1943. He lit lamps from a distance.

Thomas Edison lived in West Orange and founded a laboratory. Denver heard them both.
"""
ZHANG = """\u5730\u52a8\u4eea\u7684\u7531\u6765

\u5f20\u8861\u4f4f\u5728\u6d1b\u9633\u3002\u5f20\u8861\u5728\u4e00\u4e09\u4e5d\u5e74\u53bb\u4e16\u3002
"""
ELLEN, KESSLER = "Ellen Pritchard", "Robert Kessler"
LIVED = "where did Tesla live?"


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Index:
    """An index of two people who are quoted, and of three who are only told of."""
    folder = tmp_path_factory.mktemp("lives")
    for name, text in (("board", BOARD), ("tesla", TESLA), ("zhang", ZHANG)):
        (folder / f"{name}.txt").write_text(text, "utf-8")
    build(folder / "index", sources_of([folder]), encoder)
    return Index(folder / "index")


def typed(why: str) -> str:
    return f"{why}; asked as it stands."


@pytest.mark.parametrize(
    ("first", "question", "found"),
    [
        # a pronoun is the one name in the question before that the articles have
        (LIVED, "when did he die?", "when did Tesla die?"),
        (LIVED, "how large were his hotels?", "how large were Tesla's hotels?"),
        (LIVED, "who paid for his hotels?", None),
        (LIVED, "who knew him?", "who knew Tesla?"),
        (LIVED, "and his hotels?", "what about Tesla's hotels?"),
        (LIVED, "\u4ed6\u4ec0\u4e48\u65f6\u5019\u53bb\u4e16\u7684?", "Tesla\u4ec0\u4e48\u65f6\u5019\u53bb\u4e16\u7684?"),
        ("Tesla\u4ec0\u4e48\u65f6\u5019\u53bb\u4e16\u7684?", "\u4ed6\u7684\u516c\u53f8\u53eb\u4ec0\u4e48?", "Tesla\u7684\u516c\u53f8\u53eb\u4ec0\u4e48?"),
        ("\u5f20\u8861\u4f4f\u5728\u54ea\u91cc?", "\u4ed6\u4ec0\u4e48\u65f6\u5019\u53bb\u4e16?", "\u5f20\u8861\u4ec0\u4e48\u65f6\u5019\u53bb\u4e16?"),
        ("who was Nikola Tesla?", "when did he die?", "when did Nikola Tesla die?"),
        ("when did Tesla live in Denver?", "when did he die?", "when did Tesla die?"),
        # and what is none, or is not there, is not
        ("where is the Denver?", "when did he die?", "\u201che\u201d is not clear from the question before; asked as it stands. Write the name."),
        ("where did Lady Gaga live?", "when did she die?", "\u201cshe\u201d is not clear from the question before; asked as it stands. Write the name."),
        ("who lit lamps for Tesla?", "when did he die?", "\u201che\u201d is not clear from the question before; asked as it stands. Write the name."),
        ("when did Tesla meet Edison?", "when did he die?", "\u201che\u201d may be any of Tesla, Edison; asked as it stands. Write the name."),
        # he or she
        ("what does Ellen Pritchard say?", "who contradicts her?", "who contradicts Ellen Pritchard?"),
        ("what does Ellen Pritchard say?", "who contradicts him?", "\u201chim\u201d does not fit Ellen Pritchard (\u201cshe\u201d); asked as it stands. Write the name."),
        ("did Kessler meet Ellen Pritchard?", "when did he resign?", "when did Robert Kessler resign?"),
        ("did Kessler meet Ellen Pritchard?", "when did she resign?", "\u201cshe\u201d may be any of Robert Kessler, Ellen Pritchard; asked as it stands. Write the name."),
        ("what does Mr Kessler say?", "when did she resign?", "\u201cshe\u201d does not fit Robert Kessler (\u201che\u201d); asked as it stands. Write the name."),
        ("where did Mrs Tesla live?", "when did he die?", "\u201che\u201d does not fit Mrs Tesla (\u201cshe\u201d); asked as it stands. Write the name."),
        ("where did Mrs Tesla live?", "when did she die?", "when did Mrs Tesla die?"),
        # a name takes the place of the only name, a topic that of the topic
        (LIVED, "what about Edison?", "where did Edison live?"),
        (LIVED, "and Lady Gaga?", "where did Lady Gaga live?"),
        (LIVED, "and Ellen Pritchard?", "where did Ellen Pritchard live?"),
        ("\u5f20\u8861\u4f4f\u5728\u54ea\u91cc?", "\u90a3\u7279\u65af\u62c9\u5462?", "\u7279\u65af\u62c9\u4f4f\u5728\u54ea\u91cc?"),
        ("why did Ellen Pritchard resign?", "what about Solheim?", "why did Solheim resign?"),
        ("why did Ellen Pritchard resign?", "and Kessler?", "why did Kessler resign?"),
        # and nothing is put behind a question
        ("and what did he do for Denver?", "what about Lady Gaga?", typed("\u201cLady Gaga\u201d has no certain place in the question before")),
        ("what did Tesla do for Denver?", "what about Lady Gaga?", typed("\u201cLady Gaga\u201d has no certain place in the question before")),
        ("who contradicts Ellen Pritchard?", "the mercury?", None),
        ("who contradicts Ellen Pritchard?", "what about the mercury?", typed("\u201cthe mercury\u201d has no certain place in the question before")),
        (COST, "and inference?", typed("\u201cinference\u201d has no certain place in the question before")),
        ("what does Ellen Pritchard say?", "does she agree with Kessler?", "does Ellen Pritchard agree with Kessler?"),
        ("what does Ellen Pritchard say?", "does she mention tin?", "does Ellen Pritchard mention tin?"),
    ],
)  # fmt: skip
def test_people_who_are_only_told_of(lives: Index, first: str, question: str, found: str | None) -> None:
    read = understand(lives, question, before(first))
    assert (read and (read.note or read.question)) == found


def follow(index: Index, *questions: str, speaker: str | None = None) -> list[str | None]:
    """How each question was understood after the ones before, or why not; `speaker` holds from the second on."""
    last, read = None, list[str | None]()
    for number, question in enumerate(questions):
        found = understand(index, question, last, speaker if number else None)
        read.append(found and (found.note or found.question))
        asked = question if found is None or found.note else found.question
        whose = found.speaker.name if found and found.speaker else None
        last = remember(index, Answer(asked, "fact", False, 0.0, ()), whose, found, last)
    return read


def test_a_name_carries_on_from_question_to_question(lives: Index) -> None:
    assert follow(
        lives, LIVED, "when did he die?", "why?", "what did he do for Denver?", "and where was he born?", "what about Edison?"
    ) == [None, "when did Tesla die?", "when did Tesla die? why?", "what did Tesla do for Denver?", "where was Tesla born?", "where was Edison born?"]  # fmt: skip


def test_a_question_that_was_not_understood_hides_nothing(lives: Index) -> None:
    wrong = "\u201chim\u201d does not fit Ellen Pritchard (\u201cshe\u201d); asked as it stands. Write the name."
    tin = typed("\u201ctin\u201d has no certain place in the question before")
    assert follow(
        lives,
        "what does Ellen Pritchard say?",
        "who contradicts him?",
        "who contradicts her?",
        "and tin?",
        "when did she resign?",
    ) == [None, wrong, "who contradicts Ellen Pritchard?", tin, "when did Ellen Pritchard resign?"]
    assert follow(lives, COST, "and in China?", "and in Japan?") == [
        None,
        "what does a training run cost in China?",
        "what does a training run cost in Japan?",
    ]


def test_no_speaker_is_added_to_the_one_of_all_questions(lives: Index) -> None:
    held = typed("All questions are asked of what Robert Kessler says (/speaker)")
    first = "what does Ellen Pritchard say?"
    for question in ("what about the contingency?", "why?", "and Ellen Pritchard?"):
        assert follow(lives, first, question, speaker=KESSLER) == [None, held], question
    assert follow(lives, first, "what does he say about tin?", speaker=KESSLER) == [None, "what about tin?"]
    assert follow(lives, first, "and Kessler?", speaker=KESSLER) == [None, "what does Robert Kessler say?"]


TEXTS = st.lists(
    st.sampled_from(["he", "what", "does", "say", "about", "it", "why", "and", "in", "Zhu Xiaohu", CHENG, "\u4ed6", "\u600e\u4e48\u770b", "\u5462", "\u90a3", "?", " ", "\uff1f", "\x00", "\ufb01", "data"]),
    max_size=8,
).map(" ".join)  # fmt: skip


@given(TEXTS, TEXTS, st.sampled_from([None, CHENG]))
@settings(max_examples=100, deadline=None)
def test_any_question_is_understood_or_left(sample_index: Path, first: str, question: str, speaker: str | None) -> None:
    found = understand(_opened(sample_index), question, before(first, speaker))
    assert found is None or found.question.strip()
    assert found is None or "\x00" not in found.question or "\x00" in first


_OPENED: dict[Path, Index] = {}


def _opened(folder: Path) -> Index:
    return _OPENED.setdefault(folder, Index(folder))


def test_hostile_questions_take_no_long_time(index: Index) -> None:
    started = time.perf_counter()
    for unit in (
        "why? ",
        "and ",
        "he say ",
        "\u4ed6\u600e\u4e48\u770b",
        "about ",
        "\u5bf9",
        "in ",
        "what does he ",
        "? why",
        "Zhu Xiaohu ",
    ):
        text = unit * (2_000 // len(unit))
        understand(index, text, before(text, CHENG))
        understand(index, "why?", before(text))
        understand(index, text, None)
    assert time.perf_counter() - started < 5
