"""Names in a question."""

from __future__ import annotations

import pytest

from rag.conversation.proper_names import proper_names


@pytest.mark.parametrize(
    ("question", "first", "found"),
    [
        ("where did Leonardo da Vinci live?", False, ["Leonardo da Vinci"]),
        ("Where did Marta's boat sink in May?", False, ["Marta"]),
        ("Marta Lind", False, []),
        ("Marta Lind", True, ["Marta Lind"]),
        ("The Harbour and What Marta said", True, ["Harbour", "Marta"]),
        ("\u8c01\u8ba4\u8bc6\u5f20\u8861?", False, ["\u5f20\u8861"]),
        ("方立德怎么看?", False, ["方立德"]),
        ("郭涛和立德说了什么?", False, ["郭涛", "立德"]),
        ("what does it cost?", False, []),
    ],
)
def test_names_in_a_question(question: str, first: bool, found: list[str]) -> None:
    assert [question[start:end] for start, end in proper_names(question, first=first)] == found
