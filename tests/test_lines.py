"""Lines of a text as ranges of it."""

from __future__ import annotations

from rag.text.lines import lines_of


def test_lines_are_ranges_of_the_text() -> None:
    text = " a \n\n\u3000b c\n"
    assert [(line.start, line.end, line.text) for line in lines_of(text)] == [(1, 2, "a"), (6, 9, "b c")]
