"""Questions for the views of one speaker."""

from __future__ import annotations

import pytest

from rag.conversation.views import asks_views, topic_of, view_on, views_asked, with_name
from rag.types import Speaker

LI = Speaker("\u674e\u6d9b", romanised="Li Tao")


@pytest.mark.parametrize(
    ("marked", "asked"),
    [
        ("what does \x00 say about tin", "what about tin?"),
        ("why does \x00 think that tin is rare", "why tin is rare?"),
        ("does \x00 support tin", "does Li Tao support tin?"),
        ("why does \x00 support tin", "why support tin?"),
        ("what is \x00's view", "what is Li Tao's view?"),
        ("why does \x00 think so", "before: why?"),
        ("does \x00 mention tin", "does Li Tao mention tin?"),
        ("\x00\u600e\u4e48\u770b\u9521", "\u600e\u4e48\u770b\u9521?"),
        ("where does \x00 live", None),
        ("which mine did \x00 say was empty", "which mine did Li Tao say was empty?"),
        ("which town was \x00 born in", None),
        ("which of \x00's claims do they support", "which of Li Tao's claims do they support?"),
    ],
)
def test_what_is_asked_of_a_speakers_words(marked: str, asked: str | None) -> None:
    assert views_asked(marked, LI, lambda reason: f"before: {reason}?") == asked


def test_without_a_question_before_the_name_is_asked_for() -> None:
    assert views_asked("why does \x00 think so", LI, None) == "why does Li Tao think so?"


def test_names_are_written_in_the_script_of_the_question() -> None:
    assert with_name("where is \x00", LI) == "where is Li Tao"
    assert with_name("\x00\u5728\u54ea\u91cc", LI) == "\u674e\u6d9b\u5728\u54ea\u91cc"
    assert with_name("where is \x00", "Marta Lind") == "where is Marta Lind"
    assert (view_on("tin"), view_on("\u9521")) == ("what about tin", "\u600e\u4e48\u770b\u9521")


def test_what_a_question_is_about() -> None:
    question = "what does Li say about tin"
    assert topic_of(question) == (23, 26)
    assert topic_of("who is Li") is None
    assert [asks_views(marked) for marked in ("what does \x00 say", "where does \x00 live")] == [True, False]
