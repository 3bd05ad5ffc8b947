"""Interviews: whose turn it is, and where turns end."""

from __future__ import annotations

import pytest
from news import attributed, said

from rag.types import Form, Speaker


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


@pytest.mark.parametrize("last", ["Odell", "ODELL"])
def test_labels_with_the_last_name_first(last: str) -> None:
    text = f"Hearing on the quays\n\n{last}, Ramona: When?\n\nvan Dale, Jonas P.: In May.\n\n{last}, Ramona: Sure?\n\nvan Dale, Jonas P.: Quite.\n"
    found = attributed(text, "en")
    assert said(text, "en") == [
        ("Ramona Odell", "When?"),
        ("Jonas P. van Dale", "In May."),
        ("Ramona Odell", "Sure?"),
        ("Jonas P. van Dale", "Quite."),
    ]
    assert {speaker.kind for speaker in found.speakers} == {"person"}


def test_a_label_with_the_last_name_first_is_who_the_text_names() -> None:
    text = "Four questions\n\nRamona Odell, who runs the quays, is back.\n\nCourier: When?\n\nOdell, Ramona: In May.\n\nCourier: Sure?\n\nOdell: Quite.\n"
    assert [who for who, _ in said(text, "en")] == ["the interviewer", "Ramona Odell", "the interviewer", "Ramona Odell"]


def test_a_place_and_a_day_before_a_colon_are_nobody() -> None:
    text = "Trips\n\nHarwick, Monday: Rain all day.\n\nFerris, March: Sun all day.\n\nHarwick, Monday: Rain again.\n\nFerris, March: Sun again.\n"
    assert said(text, "en") == []


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
