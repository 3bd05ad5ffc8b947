"""The quotations of a paragraph, and which of them are said."""

from __future__ import annotations

import pytest

from rag.attribution.quotations import BLOT, Paragraph, is_said, with_ends
from rag.attribution.speech import Cue


def paragraph(line: str, before: str = "", after: str = "") -> Paragraph:
    return Paragraph.of(before + line + after, len(before), len(before) + len(line))


def test_the_words_of_quotations_and_titles_are_blotted_out() -> None:
    found = paragraph("\u201cYes,\u201d he wrote in \u300aTin\u300b.", "Head\n")
    assert found.quotes == ((5, 11),)
    assert found.masked == f"\u201c{BLOT * 4}\u201d he wrote in \u300a{BLOT * 3}\u300b."
    assert with_ends(found) == f"\u201c{BLOT * 3},\u201d he wrote in \u300a{BLOT * 3}\u300b."


def test_a_quotation_that_the_next_paragraph_goes_on_with() -> None:
    line = 'She wrote: "It is a long story.'
    assert paragraph(line, after='\n\n"It is.').quotes == ((11, len(line) + 1),)
    assert paragraph(line, after="\n\nIt is.").quotes == ()


def test_a_lost_opening_mark_is_taken_to_stand_at_the_start_of_the_sentence() -> None:
    assert paragraph("Rain fell. It fell all day,\u201d she said.").quotes == ((10, 28),)


@pytest.mark.parametrize(
    ("line", "language", "said"),
    [
        ("He wrote \u201cit is far too long to be a term, I think\u201d.", "en", True),
        ("He called it \u201cthe kettle\u201d.", "en", False),
        ("\u201cWhy?\u201d he asked.", "en", True),
        ("Her novel \u201cA Word for Every Day of the Long Winter\u201d sold.", "en", False),
        ("\u6240\u8c13\u201c\u6162\u8ba1\u5212\u201d", "zh", False),
        ("\u4ed6\u8bf4:\u201c\u8def\u5df2\u7ecf\u5c01\u4e86\u6574\u6574\u4e00\u4e2a\u51ac\u5929\u201d", "zh", True),
    ],
)
def test_what_is_said_and_what_is_a_term(line: str, language: str, said: bool) -> None:
    found = paragraph(line)
    assert [is_said(found, quote, (), language) for quote in found.quotes] == [said]


def test_a_term_behind_a_cue_is_said() -> None:
    found = paragraph("She says:\u201cnever\u201d")
    assert is_said(found, found.quotes[0], [Cue(0, 8, "Mara", "pronoun")], "en")
    assert not is_said(paragraph("It is:\u201cnever\u201d"), (6, 13), (), "en")
