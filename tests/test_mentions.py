"""The forms by which a text calls the people it names."""

from __future__ import annotations

from rag.attribution.grammars import RUNES
from rag.attribution.mentions import Mention, Mentions
from rag.names.people import Person


def test_people_are_mentioned_in_full_and_by_the_part_that_is_theirs_alone() -> None:
    text = "Mara Lind met Karl von Rask. Lind left von Rask, but not Karla."
    mentions = Mentions.of([Person("Mara Lind"), Person("Karl von Rask")], text, "en")
    assert [(text[start:end], name) for start, end, name in mentions.within(text)] == [
        ("Mara Lind", "Mara Lind"),
        ("Karl von Rask", "Karl von Rask"),
        ("Lind", "Mara Lind"),
        ("von Rask", "Karl von Rask"),
    ]
    assert mentions.first(text, 5) == Mention(5, 9, "Mara Lind")
    assert mentions.first(text, 0, 4) == Mention(0, 4, "Mara Lind")
    assert mentions.first("Nobody here") is None
    head, tail = RUNES
    assert mentions.in_runes(f"So Lind left{tail}") == f"So {head}{tail * 3} left "


def test_the_last_part_of_a_name_with_dots_where_only_one_name_ends_so() -> None:
    name, other = "\u5f17\u96f7\u00b7\u5b89\u5fb7\u68ee", "\u54c8\u5c14\u00b7\u5b89\u5fb7\u68ee"
    assert Mentions.of([Person(name)], name, "zh").forms == {name: name, "\u5b89\u5fb7\u68ee": name}
    assert Mentions.of([Person(name)], name + "\u3002" + other, "zh").forms == {name: name}


def test_of_nobody_there_are_no_mentions() -> None:
    mentions = Mentions.of([], "", "en")
    assert (list(mentions.within("Mara Lind")), mentions.in_runes("Mara")) == ([], "Mara")
