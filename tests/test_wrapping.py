"""Line breaks by width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.presentation.wrapping import cells, lines

COMMA, STOP, OPEN, CLOSE = "\uff0c", "\u3002", "\u300c", "\u300d"
MIXED = st.text(st.sampled_from("ab  \n\u679c\u56ed" + COMMA + STOP + OPEN + CLOSE + "(),.\u0301\U0001f34e"), max_size=60)


def wrapped(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in lines(text, width)]


def test_words_are_kept_whole_and_blanks_at_the_ends_dropped() -> None:
    assert wrapped("the old harbour stays open", 11) == ["the old", "harbour", "stays open"]


def test_han_text_fills_its_lines_and_latin_words_in_it_stay_whole() -> None:
    assert wrapped("果园里的 robot 摘苹果", 12) == ["果园里的", "robot 摘苹果"]
    assert wrapped("果园里的robot摘苹果", 10) == ["果园里的", "robot摘苹", "果"]


def test_closing_punctuation_begins_no_line_and_opening_punctuation_ends_none() -> None:
    assert wrapped("果园摘果" + STOP + "下雪", 8) == ["果园摘", "果" + STOP + "下雪"]
    assert wrapped("果园摘" + OPEN + "果" + CLOSE, 8) == ["果园摘", OPEN + "果" + CLOSE]
    assert wrapped("(果园)摘", 4) == ["(果", "园)", "摘"]


def test_a_word_wider_than_a_line_is_cut() -> None:
    assert wrapped("harbours", 3) == ["har", "bou", "rs"]
    assert wrapped("\u679c" * 3, 1) == ["\u679c"] * 3


def test_line_breaks_of_the_text_stay() -> None:
    assert wrapped("a\n\nb\n", 10) == ["a", "", "b", ""]
    assert wrapped("", 10) == [""]


def test_cells_are_east_asian_widths() -> None:
    assert [cells(text) for text in ("abc", "果园", COMMA, "e\u0301", "\U0001f34e")] == [3, 4, 2, 1, 2]


@given(MIXED, st.integers(2, 20))
def test_nothing_is_lost_but_white_space_and_no_line_is_too_wide(text: str, width: int) -> None:
    ranges = lines(text, width)
    edges = [0, *(edge for found in ranges for edge in found), len(text)]
    assert edges == sorted(edges)
    assert not "".join(text[end:start] for end, start in zip(edges[::2], edges[1::2], strict=True)).strip()
    assert all(cells(text[start:end]) <= width for start, end in ranges)
    assert "\n" not in "".join(text[start:end] for start, end in ranges)
