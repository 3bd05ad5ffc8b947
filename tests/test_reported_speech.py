"""What is reported outside of quotations."""

from __future__ import annotations

import pytest
from news import said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # another speaker takes over within the sentence
        (
            "Tom Reed, a pilot, said it would sail, but Ann Moss, a captain, said the wind was wrong.",
            [
                ("Tom Reed", "Tom Reed, a pilot, said it would sail,"),
                ("Ann Moss", "but Ann Moss, a captain, said the wind was wrong."),
            ],
        ),
        # who says a quotation is no utterance of its own; what is said beside it is
        ("\u201cWe sail,\u201d said pilot Tom Reed on Monday.", [("Tom Reed", "We sail,")]),
        (
            "\u201cWe sail,\u201d said pilot Tom Reed, adding that it would be late.",
            [("Tom Reed", "We sail,"), ("Tom Reed", "said pilot Tom Reed, adding that it would be late.")],
        ),
    ],
)
def test_reported_speech_in_english(text: str, expected: list[tuple[str, str]]) -> None:
    assert said("The harbour\n\n" + text + "\n", "en") == expected


def test_a_chinese_speaker_speaks_on_until_a_thought_of_the_authors() -> None:
    first, on, anew = (
        "\u5382\u957f\u7f57\u9759\u6021\u8868\u793a\uff0c\u660e\u5e74\u4e0d\u518d\u6269\u4ea7\u3002",
        "\u8bbe\u5907\u592a\u8d35\u4e86\u3002",
        "\u76ee\u524d\u5382\u91cc\u6709\u4e00\u767e\u4eba\u3002",
    )
    name = "\u7f57\u9759\u6021"
    assert said(f"\u5de5\u5382\n\n{first}{on}{anew}{on}\n", "zh") == [(name, first), (name, on)]
