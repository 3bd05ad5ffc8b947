"""Paragraphs that were wrapped by hand are one line again."""

from __future__ import annotations

from test_blocks import described

from rag.articles.unwrapping import hard_wraps

WRAPPED = """THE SLOW SERVER

By Alba Moreno
Published 12 March 2022 in Rack Weekly

It is easy to forget how slow a server was in those days, when every
request waited for a disk to spin and every disk waited for somebody to
replace it. We kept a list of the failures on the wall, and the list was
longer than the wall.

Dr. Okafor, who ran the room, used to say that a machine is only as good
as the person who hears it complain. She heard everything, even at
3 a.m. on a Sunday.

- two spare fans, and a roll of the tape that nobody else could ever find
- one long screwdriver

When she left, nobody wrote on the wall any more, and the failures went
on just the same.
"""


def test_hard_wrapped_text_is_joined() -> None:
    found, metadata = described(WRAPPED)
    assert [len(text.split()) for text in found["body"]] == [49, 33, 16, 4, 18]
    assert all("\n" not in text for text in found["body"])
    assert "every request waited" in found["body"][0]
    assert (metadata.title, metadata.author) == ("THE SLOW SERVER", "Alba Moreno")
    assert (metadata.publisher, metadata.date) == ("Rack Weekly", "2022-03-12")


def test_wrapped_chinese_is_joined_without_blanks() -> None:
    line = "小团队今年开始购买二手的加速卡\uff0c因为新卡要等一年才有货\uff0c几位买家都这样对我们说\uff0c没有例外也没有怨言"
    raw = "\n".join([line] * 5) + "。\n"
    found, _ = described(raw)
    assert found["body"] == [line * 5 + "。"]


def test_rows_of_a_table_are_not_wrapped_lines() -> None:
    rows = [f"Quay number {i} | dredged in the year 19{i}4 by the port | four metres deep" for i in range(1, 7)]
    assert hard_wraps("\n".join(rows)) == []


def test_headings_do_not_hide_that_a_text_is_wrapped() -> None:
    lines = ["Firing clay needs a great deal of heat, and most", "of it leaves by the chimney, as all of us know."]
    text = "\n\n".join("\n".join([f"{i} Methods", *lines]) for i in range(1, 6))
    assert [text[i - 4 : i + 3] for i in hard_wraps(text)] == ["most\nof"] * 5
