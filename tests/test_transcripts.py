"""What programs write around what people said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cleaning import check_maps

from rag.articles.corpus import Found, Source, clean_source, load
from rag.articles.transcripts import find_turns
from rag.attribution.attributing import attribute
from rag.text.cleaning import clean
from rag.types import Article


def article(tmp_path: Path, text: str, name: str = "a.txt") -> Article:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return load(Found(path, Source(str(tmp_path), "folder"), path.stem))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("[00:05] ANN: Hi?\n[00:12] BO LIND: Ho.\n[00:33] ANN: So?\n", "ANN: Hi?\nBO LIND: Ho.\nANN: So?\n"),
        ("00:00:05 ANN: Hi?\n00:00:12.250 BO: Ho.\n00:00:33 ANN: So?\n", "ANN: Hi?\nBO: Ho.\nANN: So?\n"),
        ("Ann Lind   0:04\nHi?\n\nBo   0:11\nHo.\n\nAnn Lind   0:25\nSo?", "Ann Lind: Hi?\n\nBo: Ho.\n\nAnn Lind: So?"),
        ("00:00:03 \u8bf4\u8bdd\u4eba1\n\u55ef\n00:00:09 \u8bf4\u8bdd\u4eba2\n\u597d\n00:00:11 \u8bf4\u8bdd\u4eba1\n\u884c", "\u8bf4\u8bdd\u4eba1\uff1a\u55ef\n\u8bf4\u8bdd\u4eba2\uff1a\u597d\n\u8bf4\u8bdd\u4eba1\uff1a\u884c"),
        ("\u738b\u4e94 2024/3/1 9:02\n\u770b\u4e0b\n\u674e\u56db 2024/3/1 9:05\n\u6536\u5230\n\u738b\u4e94 2024/3/1 9:06\n\u597d", "\u738b\u4e94\uff1a\u770b\u4e0b\n\u674e\u56db\uff1a\u6536\u5230\n\u738b\u4e94\uff1a\u597d"),
        ("> Can we open it?\n>> No.\nSo be it.", "Can we open it?\nNo.\nSo be it."),
        ("9:30 Opening\n10:15 Coffee\n11:00 Panel\n", "9:30 Opening\n10:15 Coffee\n11:00 Panel\n"),  # a programme says when
        ("Opening 9:30\nHall A\nCoffee 10:15\nHall B\nPanel 11:00\nHall A", "Opening 9:30\nHall A\nCoffee 10:15\nHall B\nPanel 11:00\nHall A"),
        ("a > b\n> one line", "a > b\n> one line"),
    ],
)  # fmt: skip
def test_frames_go_and_what_was_said_stays(raw: str, shown: str) -> None:
    cleaned = clean_source(raw, "text")
    check_maps(raw, cleaned)
    assert cleaned.text == shown


def test_who_speaks_in_a_transcript_and_when_a_chat_was(tmp_path: Path) -> None:
    said = "[00:00:05] INTERVIEWER: How did the kiln business start?\n\n[00:00:12] RUNA BRANDT: By accident, with forty tonnes of clay in the yard.\n\n"
    said += "[00:00:33] INTERVIEWER: And you fired it yourself?\n\n[00:00:37] RUNA BRANDT: Nobody else would have done it for us in those days.\n"
    found = article(tmp_path, f"Interview with Runa Brandt\nRecorded by: J. Petrov\nTranscribed by: J. Petrov\n\n{said}")
    assert (found.metadata.title, found.metadata.author) == ("Interview with Runa Brandt", None)
    cleaned = clean_source(found.raw, "text")
    assert {u.speaker for u in attribute(found, cleaned).utterances} == {"RUNA BRANDT", "the interviewer"}
    chat = article(
        tmp_path,
        "\u738b\u5c0f\u68e0 2024/3/1 9:02\n\u770b\u4e0b\u62a5\u4ef7\n\u674e\u7267\u91ce 2024/3/1 9:05\n\u6536\u5230\n\u738b\u5c0f\u68e0 2024/3/1 9:06\n\u592a\u9ad8\u4e86",
        "b.txt",
    )
    assert (chat.metadata.title, chat.metadata.publisher, chat.metadata.date) == (None, None, "2024-03-01")


@pytest.mark.parametrize(
    ("raw", "facts"),
    [
        ("From: Quay Letters <hi@quay.example>\nTo: you\nSubject: Salt, ice\nDate: Fri, 17 Nov 2023 07:00:12 +0000\nList-Unsubscribe: <https://q.example/u>\n\nSalt sold for 48 pounds a tonne in 2020 and sells for 95 now.\n",
         ("Salt, ice", "Quay Letters", None, "2023-11-17", None)),
        ("From: Mara Lind\nSent: Tuesday, March 5, 2024 9:14 AM\nTo: Jo Weller\nSubject: RE: Gates\n\nJo,\n\nThe gates will be six weeks late, because the foundry lost a mould.\n",
         ("RE: Gates", None, "Mara Lind", "2024-03-05", None)),
        ("Title: Reading notes: The Grid\nAuthor: Mara Lind\nDate: 5 June 2022\nSource: https://b.example/g\nNotebook: Books\n\nLind argues that frequency is a price.\n",
         ("Reading notes: The Grid", None, "Mara Lind", "2022-06-05", "https://b.example/g")),
        ("Source:: Quay Post\nAuthor:: Mara Lind\nPublished:: 2021-05-04\n\nKelp grows half a metre a day, she says.\n", (None, "Quay Post", "Mara Lind", "2021-05-04", None)),
        ("ANN: So the boiler first?\nBO: I can begin.\nANN: And what does it cost?\nBO: Sixty thousand.\n", (None, None, None, None, None)),
    ],
)  # fmt: skip
def test_labelled_heads(tmp_path: Path, raw: str, facts: tuple[str | None, ...]) -> None:
    found = article(tmp_path, raw).metadata
    assert (found.title, found.publisher, found.author, found.date, found.url) == facts


@given(st.lists(st.sampled_from(["Ann 10:02", "00:00:01 a", "[0:01] b: c", "> x", ">", "Bo 2024/3/1 9:02", "", "\u738b\u4e94 9:02", "word", "Title: a", "Date: 2024-01-02"]), max_size=20).map("\n".join))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_maps_are_exact(raw: str) -> None:
    check_maps(raw, clean(raw, find_turns(raw)[0]))
