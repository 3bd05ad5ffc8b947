"""Signatures and answered mail in plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_blocks import described

from rag.articles.mail import find_mail_frames

HEAD = "From: Mara Lind <mara@harbour.example>\nTo: Board\nDate: Tue, 4 Mar 2025 09:12:00 +0100\nSubject: Re: Ferry timetable\n\n"
WORDS = "The ferry company has agreed to run the late boat on Fridays until October."
SIGNED = "Best regards,\nMara Lind\nHarbour Board of Arvell\n+46 8 555 0123\n"
CHAIN = "> Has anybody heard from the company?\n> I was told that the boat would be dropped.\n"


def hidden(raw: str) -> list[str]:
    return [raw[start:end] for start, end in find_mail_frames(raw)]


@pytest.mark.parametrize(
    "wrote",
    [
        "On Mon, 3 Mar 2025 at 17:05, Per Dahl <per@osterby.example> wrote:", "On Mon, Mar 3, 2025, Per Dahl wrote:", "Am 03.03.2025 um 17:05 schrieb Per Dahl:",
        "Le lun. 3 mars 2025 \u00e0 17:05, Per Dahl <per@osterby.example> a \u00e9crit :", "El lun, 3 mar 2025 a las 17:05, Per Dahl escribi\u00f3:",
        "On Sun, 2 Mar 2025 at 18:40, Per Dahl\n<per@osterby.example> wrote:", "\u57282025\u5e743\u67083\u65e5 17:05\uff0c\u738b\u4e94\u5199\u9053\uff1a",
    ],
)  # fmt: skip
def test_answered_mail_answers_nothing(wrote: str) -> None:
    assert hidden(f"{WORDS}\n\n{wrote}\n{CHAIN}") == [*wrote.split("\n"), *CHAIN.split("\n")[:2]]


def test_a_mail() -> None:
    found, metadata = described(f"{HEAD}Hi all,\n\n{WORDS}\n\n{SIGNED}\n{CHAIN}")
    assert found["body"] == [WORDS]
    assert [*SIGNED.splitlines(), *CHAIN.replace("> ", "").splitlines()] == found["boilerplate"][-6:]
    assert (metadata.title, metadata.author) == ("Re: Ferry timetable", "Mara Lind")


def test_answers_between_quoted_lines_stay() -> None:
    found, _ = described(
        f"{HEAD}> Will the boat be dropped?\nNo, it runs on Fridays until October, they say.\n> And who pays for it?\nWe do, at least until the end of the year.\n"
    )
    assert found["body"] == ["No, it runs on Fridays until October, they say.", "We do, at least until the end of the year."]  # fmt: skip


def test_original_messages_and_forwarded_ones() -> None:
    old = (
        "-----Original Message-----\nFrom: Per Dahl\nSubject: Timetable\n\nWill the late boat be dropped, as they say in town?\n"
    )
    assert hidden(f"{HEAD}{WORDS}\n\n{SIGNED}\n{old}")[-1] == "Will the late boat be dropped, as they say in town?"
    assert hidden(f"{HEAD.replace('Re:', 'Fwd:')}{WORDS}\n\n{old}") == []


@pytest.mark.parametrize(
    ("closing", "is_one"),
    [
        ("-- \nMara Lind\nHarbour Board", True), ("Mit freundlichen Gr\u00fc\u00dfen\nMara Lind", True), ("Cordialement,\nMara Lind", True),
        ("\u6b64\u81f4\n\u656c\u793c\n\u738b\u4e94", True), ("Kind regards,\nMara Lind\n\nThis e-mail and any attachments are confidential and intended solely for the addressee.", True),
        ("Thanks,\nMara", False), ("Best regards are what she sent.\nMara Lind", False), (f"Best regards,\nMara Lind\n\n{WORDS}", False),
        (f"{SIGNED}\nSir, the quay is cold.\n\n{SIGNED}", False), ("---\nNotes", False),
    ],
)  # fmt: skip
def test_signatures(closing: str, is_one: bool) -> None:
    raw = f"{WORDS}\n\n{closing}\n"
    assert hidden(raw) == ([line.strip("\n") for line in closing.split("\n") if line] if is_one else [])


def test_light_words_close_what_begins_with_a_salutation() -> None:
    assert hidden(f"Hi all,\n\n{WORDS}\n\nThanks,\nMara\n") == ["Thanks,", "Mara"]


def test_what_is_all_there_is_stays() -> None:
    assert hidden(f"{HEAD}Agreed!\n\n{CHAIN}") == []
    assert hidden(f"The mayor wrote:\n{CHAIN}\n{WORDS}") == []  # no mail: somebody is quoted


@given(
    st.lists(st.sampled_from([*HEAD.split("\n"), WORDS, *SIGNED.split("\n"), *CHAIN.split("\n"), "--"]), max_size=20).map(
        "\n".join
    )
)
def test_ranges_are_lines_in_order(raw: str) -> None:
    found = find_mail_frames(raw)
    assert found == sorted(set(found))
    assert all("\n" not in raw[start:end] and raw[start:end].strip() for start, end in found)
