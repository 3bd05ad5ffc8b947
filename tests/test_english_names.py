"""Who is named in English, and with what role."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.names.english_names as english_names
from rag.names.english_names import is_namesake
from rag.names.people import Person, find_people


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "“Fine,” said Jane Doe, chief economist at the Bank of Elmwood.",
            Person("Jane Doe", roles=("chief economist at the Bank of Elmwood",)),
        ),
        ("“Fine,” said manager Luca Ferretti.", Person("Luca Ferretti", roles=("manager",))),
        ("Their lawyer, Dennis McDonald, called it a day.", Person("Dennis McDonald", roles=("lawyer",))),
        ("“No,” said Mara Quill, a farmer at Low Moor.", Person("Mara Quill", roles=("farmer at Low Moor",))),
        ("Mara Quill, a retired teacher who keeps bees, said no.", Person("Mara Quill", roles=("retired teacher",))),
        ("Librarian Joan Whitaker said the roof leaked.", Person("Joan Whitaker")),
        ("Former Prime Minister Joan Whitaker said no.", Person("Joan Whitaker")),
        ("Glazier Clara Pinto said no. There is one glazier in town.", Person("Clara Pinto")),
        ("Rose Mary Quill said no. The rose is red.", Person("Rose Mary Quill")),
        (
            "Peter Hollis, who has lived opposite for thirty-one years and walks his dog there, says he does not want lights.",
            Person("Peter Hollis"),
        ),
        ("Dr. Anne-Marie Dubois said no.", Person("Anne-Marie Dubois")),
        ("“No,” said Sir Geoffrey O'Hale.", Person("Geoffrey O'Hale")),
        ("J. K. Whitfield said no.", Person("J. K. Whitfield")),
        ("Goals from Kelechi Brandt. “Honestly,” said Brandt, 22.", Person("Kelechi Brandt")),
        ("Jan-Willem de Boer said no. “Never,” said De Boer.", Person("Jan-Willem de Boer")),
        # family names that end as abstract nouns do
        ("“No,” said Ida Clement, a welder.", Person("Ida Clement", roles=("welder",))),
        ("Kai Garrity said no. “Never,” Garrity said.", Person("Kai Garrity")),
        ("“No,” said Kai Garrity. Ms Garrity left.", Person("Kai Garrity")),
        ("Grace Garrity said no.", Person("Grace Garrity")),
        # firms of people who are named
        ("Analyst Ramona Odell at Pell Brothers said no.", Person("Ramona Odell")),
        ("Ramona Odell from Pell Brothers said no.", Person("Ramona Odell")),
        ("Pell Brothers' Ramona Odell said no.", Person("Ramona Odell")),
        ("The analyst at Pell Brothers, Ramona Odell, said no.", Person("Ramona Odell", roles=("analyst at Pell Brothers",))),
        (
            "“No,” said the head of research at Pell Brothers, Ramona Odell.",
            Person("Ramona Odell", roles=("head of research at Pell Brothers",)),
        ),
        ("Luo Jingyi (罗静怡) of North Ridge said no.", Person("Luo Jingyi", ("罗静怡",), ("North Ridge",))),
    ],
)
def test_english_names_and_roles(text: str, person: Person) -> None:
    assert find_people(text, text, "en") == [person]


@pytest.mark.parametrize(
    ("name", "other", "part", "expected"),
    [
        ("Karl von Rask", "Karl Peter Holm", "Karl", True),
        ("Mara Lind", "Jonas Lind", "Lind", True),
        ("Mara Lind", "Mara Ellen Lind", "Lind", False),
        ("Mara Lind", "M. Lind", "Lind", False),
        ("Mara Lind", "Jonas Weller", "Lind", False),
        ("Mara", "Mara Lind", "Mara", True),
    ],
)
def test_namesakes(name: str, other: str, part: str, expected: bool) -> None:
    assert is_namesake(name, other, part) is expected


@pytest.mark.parametrize(
    "text",
    [
        "The Harwick Administration said no. The Administration said so twice.",
        "Public Security said no, and security said so twice.",
        "Home Improvement said no.",
        "Analysts at Pell Brothers said no. Pell Brothers said no.",
    ],
)
def test_bodies_are_nobody(text: str) -> None:
    assert find_people(text, text, "en") == []


def _is_occupation_by_search(text: str, start: int, word: str, end: int) -> bool:
    """The definition, which reads the whole text for each word."""
    left = text[start:end].count(" ")
    if left and english_names._OCCUPATION.fullmatch(word.lower()):
        return True
    if left < 2 or word in english_names._FIRST_NAMES or not re.fullmatch(r"[A-Z][a-z]{3,20}", word):
        return False
    if text[:start].rstrip(" \"'\u201c\u2018")[-1:] not in ("", "\n", ".", "!", "?", ":", ";", "\u201d", '"'):
        return False
    return re.search(rf"\b(?:an?|the|local|former|retired|one|every|most|many)\s{word.lower()}s?\b", text) is not None


_PIECES = ["Glazier", "Clara", "Pinto", "Rose", "Farmer", "glazier", "glaziers", "the", "a", "local", "said", "glazier's", "Glazierx", "glazierx", ".", "?", "\u201c", "\u201d", '"', "'", "\n", "\u2018", ",", "d"]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(["", " ", " ", "\n"])), max_size=14))
def test_an_occupation_is_told_as_its_definition_has_it(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    for found in re.finditer(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*", text):
        start, end = found.span()
        word = found[0].partition(" ")[0]
        assert english_names._is_occupation(text, start, word, end) == _is_occupation_by_search(text, start, word, end)


def test_a_run_of_capitals_takes_time_in_proportion_to_its_length() -> None:
    def seconds(length: int) -> float:
        text = "".join(f"Glazier Clara Pinto{i % 7}. " for i in range(length))
        started = time.process_time()
        find_people(text, text, "en")
        return time.process_time() - started

    seconds(100)
    assert seconds(4_000) < 8 * max(min(seconds(1_000) for _ in range(2)), 0.01)
