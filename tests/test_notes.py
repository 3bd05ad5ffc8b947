"""Markdown as note-taking programs and Pandoc write it: words stay, marks go, offsets hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cleaning import check_maps
from test_markup import roles
from texts import dirty_texts

from rag.articles.corpus import read, readable
from rag.articles.notes import read_markdown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("See [[Quay rules|the rules]] and [[Dredging]].", "See the rules and Dredging."),
        ("![[plan.png|400]]Plan", "Plan"),
        ("> [!warning]- Caveat\n> Few hives.", "Caveat\nFew hives."),
        ("It rose.[^1] Then fell.\n\n[^1]: In May.", "It rose. Then fell.\n\n[1] In May."),
        ("The loop^[It is short.] works.", "The loop (It is short.) works."),
        ("It is ==far== ~~too~~ ^^cheap^^.", "It is far too cheap."),
        ("Open %%not for print%% text ^ref-1", "Open text"),
        ("#energy #housing/old\nText with #one tag", "\nText with #one tag"),
        ("- [x] done\n- [ ] open", "- done\n- open"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a | b\n\n1 | 2"),
        ("It fell [@lind2020, p. 4; see @weller].", "It fell."),
        ("# Costs {#sec:costs .wide}", "Costs"),
        ("H~2~O, 10^3^ and m^2^", "H2O, 10^3 and m2"),
        ("5\\.2 \\* 3", "5.2 * 3"),
        ("::: {.note}\nText\n:::", "\nText\n"),
        ("Read [the list][l] at <https://a.example/b>.\n\n[l]: https://a.example 'L'", "Read the list at https://a.example/b.\n\n"),
        ("![a chart][c]{.lead}text {: .x}", "text"),
        ("**\u6e29\u5ea6**\u662f\u7b2c\u4e00\u6b65\uff0c\u90a3\u662f**\u201c\u7ebf\u201d**\u3002", "\u6e29\u5ea6\u662f\u7b2c\u4e00\u6b65\uff0c\u90a3\u662f\u201c\u7ebf\u201d\u3002"),
        ("a * b ** c_d_e", "a * b ** c_d_e"),
        ("```python\nx = [[1]]  # **a**\n```\nb", "\nx = [[1]] # **a**\n\nb"),
        ("<details><summary>Old</summary>\nText <kbd>Ctrl</kbd>\n</details>", "\nOld\n\nText Ctrl\n"),
        ("a <!-- b\n\n---\nc --> d <!-- e", "a d <!-- e"),
        ("ships<sup>1</sup> of 10<sup>6</sup>", "ships of 10^6"),
    ],
)  # fmt: skip
def test_marks_go_and_words_stay(raw: str, shown: str) -> None:
    cleaned, _, start = read_markdown(raw)
    check_maps(raw, cleaned)
    assert ([line.strip() for line in cleaned.text.split("\n") if line.strip()], start) == (
        [line.strip() for line in shown.split("\n") if line.strip()],
        0,
    )


@pytest.mark.parametrize(
    ("front", "title", "publisher", "author", "date", "url"),
    [
        ('title: "Quays: a note"\nsource: https://a.example/q\nauthors:\n  - "[[Mara Lind]]"\n  - Jo Weller\ncreated: 2024-01-15T21:14\n',
         "Quays: a note", None, "Mara Lind; Jo Weller", "2024-01-15", "https://a.example/q"),
        ("title: |\n  Quays and\n  cranes\nauthor:\n- name: Mara Lind\n  affiliation: Port\n- name: Jo Weller\ndate: 2021-09-30\n",
         "Quays and cranes", None, "Mara Lind; Jo Weller", "2021-09-30", None),
        ("Title: Quays\nsource: Harbour Post\nauthor: {name: Mara Lind, email: m@a.example}\ntags: [a, b]\n", "Quays", "Harbour Post", "Mara Lind", None, None),
        ("author: [Mara Lind, 'Jo Weller']\npublished: 3 May 2020\ndate:\nurl: https://a.example\n", None, None, "Mara Lind; Jo Weller", "2020-05-03", "https://a.example"),
    ],
)  # fmt: skip
def test_front_matter(
    front: str, title: str | None, publisher: str | None, author: str, date: str | None, url: str | None
) -> None:
    raw = f"---\n{front}---\nText."
    cleaned, found, start = read_markdown(raw)
    assert cleaned.text == "Text." and raw[start:] == "Text."
    assert (found.title, found.publisher, found.author, found.date, found.url) == (title, publisher, author, date, url)


def test_a_menu_before_the_first_heading_is_furniture() -> None:
    raw = "[Skip](#m)\n\n* [News](/n)\n* [Sport](/s)\n\n# Ice roads close\n\nBy Tuva Hald\n\nPublished March 9, 2024 | 4:12 p.m.\n\nThe last of the four ice roads closed on Friday, three weeks early."
    cleaned, _, blocks = read(raw, "markdown")
    assert [(b.role.value, readable(cleaned, b)[:20]) for b in blocks] == [
        ("boilerplate", "Skip"),
        ("boilerplate", "* News"),
        ("boilerplate", "* Sport"),
        ("title", "Ice roads close"),
        ("byline", "By Tuva Hald"),
        ("byline", "Published March 9, 2"),
        ("body", "The last of the four"),
    ]


_PIECES = st.lists(st.sampled_from(["[[", "]]", "|", "[^", "]", ":", "**", "==", "~", "^", "%%", "```\n", "> ", "[!a]", "{#", "}", "| a |\n", "|-|\n", "- [ ] ", "#a", "\\*", "<sup>1</sup>", "(", ")", "[", "!", "@", "\n", " ", "word", "\u4e2d\u6587\u3002", "---\n", "title: a\n", "- b\n"]), max_size=30).map("".join)  # fmt: skip


@given(_PIECES)
@settings(max_examples=150, deadline=None)
def test_maps_are_exact(raw: str) -> None:
    cleaned, _, start = read_markdown(raw)
    check_maps(raw, cleaned)
    assert 0 <= start <= len(raw)
    read(raw, "markdown")


NOTES = """---
title: "Notes on a quiet rack"
author: Ines Oduya
date: 2023-11-02T09:00:00Z
site: Bench Notes
url: https://example.org/quiet
---

# Notes on a quiet rack

Our rack was **loud**, so we moved it. The [new room](https://example.org/room_(big)) has _two_ doors and no window at all.

## What changed

- Noise fell by half.
- snake_case_names and 2 * 3 * 4 stay.

> “I can hear myself think,” said Pavel.

[![fan](fan.png)](https://example.org/fan) ![fan](fan.png)

***

We would do it `again`, even though the move took a whole weekend and cost us one broken switch.
"""


def test_a_markdown_file() -> None:
    found = roles(NOTES, "markdown")
    assert found == [
        ("boilerplate", ""),
        ("title", "Notes on a quiet rack"),
        ("body", "Our rack was loud, so we moved it. The new room has two doors and no window at all."),
        ("heading", "What changed"),
        ("body", "- Noise fell by half."),
        ("body", "- snake_case_names and 2 * 3 * 4 stay."),
        ("body", "“I can hear myself think,” said Pavel."),
        ("body", "We would do it again, even though the move took a whole weekend and cost us one broken switch."),
    ]
    cleaned, metadata, start = read_markdown(NOTES)
    check_maps(NOTES, cleaned)
    assert NOTES[start:].lstrip().startswith("# Notes")
    assert (metadata.title, metadata.author, metadata.date) == ("Notes on a quiet rack", "Ines Oduya", "2023-11-02")
    assert (metadata.publisher, metadata.url) == ("Bench Notes", "https://example.org/quiet")


def test_a_rule_at_the_head_of_a_file_is_no_front_matter() -> None:
    raw = "---\nJust a line of text, and one more of it.\n---\nThe end comes here.\n"
    cleaned, metadata, start = read_markdown(raw)
    assert (start, metadata.title) == (0, None)
    assert "Just a line of text" in cleaned.text


@given(dirty_texts())
@settings(max_examples=100, deadline=None)
def test_markdown_maps_are_exact(raw: str) -> None:
    cleaned, _, start = read_markdown(raw)
    check_maps(raw, cleaned)
    assert 0 <= start <= len(raw)
