"""Text that was taken out of pages."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from test_cleaning import check_maps

from rag.articles.corpus import clean_source
from rag.articles.pagination import find_folios, hyphenated
from rag.text.cleaning import clean

HEAD = "Institute of Quays        Paper 14"
PAGES = (
    f"{HEAD}\n\nThe north quay was first dredged in 1989. In thirty years its bed has risen by two\nmetres, and the dif-\nference is now paid by some four thousand house-\n\n   1\n",
    f"{HEAD}\n\nholds along the river, who were never asked whether they wanted a deeper harbour, and\n\n   2\n",
    f"{HEAD}\n\nwho pay all the same.\n\nThe well-known leak in the canal goes on.\n\n   3\n",
)
TEXT = "The north quay was first dredged in 1989. In thirty years its bed has risen by two metres, and the difference is now paid by some four thousand households along the river, who were never asked whether they wanted a deeper harbour, and who pay all the same."


def test_sentences_read_on_over_pages() -> None:
    for raw in ("".join(PAGES), "\f".join(PAGES), "\f".join(PAGES).replace("   1\n", "")):
        cleaned = clean_source(raw, "text")
        check_maps(raw, cleaned)
        assert [line for line in cleaned.text.split("\n") if line] == [TEXT, "The well-known leak in the canal goes on."]


def test_numbers_that_are_no_pages_stay() -> None:
    for raw in (
        "a\n1\nb\n2\nc\n",
        "4\nseven\n9\neight\n2\nnine\n1\n",
        "Refrain\n\nOne.\n\nRefrain\n\nTwo.\n\nRefrain\n\nThree.\n",
    ):
        assert find_folios(raw) == []


def test_a_hyphen_that_belongs_to_the_word_stays() -> None:
    text = "a water-\nsaving plan, the water-saving plan, a dif-\nference, long-\nterm, the long one, his term, re-\nopen"
    places = [i for i, character in enumerate(text) if character == "\n"]
    assert [hyphenated(text, places)[place] for place in places] == [True, False, True, False]
    assert hyphenated("A-\nB c\nd", [2, 6]) == {}


@given(
    st.lists(
        st.sampled_from(["1", "2", "3", "4", "Head", "page 2", "a-", "b c.", "\u4e2d\u6587", "", "\f", " x"]), max_size=40
    ).map("\n".join)
)
@settings(max_examples=150, deadline=None)
def test_maps_are_exact(raw: str) -> None:
    check_maps(raw, clean(raw, find_folios(raw)))
