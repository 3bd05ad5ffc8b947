"""The suffix array against what str.find says."""

from __future__ import annotations

import re
from pathlib import Path
from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.indexing import suffixes
from rag.indexing.suffixes import DEPTH, FILES, SuffixArray, SuffixWriter
from rag.text.letters import letters

TEXTS = st.lists(st.text("ab c\u4e2d", max_size=60), max_size=5)


def built(texts: list[str]) -> tuple[SuffixArray, str]:
    array = SuffixArray.build([letters(text) for text in texts])
    return array, "".join(map(chr, array.codes.tolist()))


@given(TEXTS)
def test_suffixes_are_in_order(texts: list[str]) -> None:
    array, joined = built(texts)
    wanted = sorted(range(len(joined)), key=lambda i: (joined[i : i + DEPTH], i))
    assert array.places(0, len(array)).tolist() == wanted


@given(st.lists(st.tuples(st.text("ab c", max_size=60), st.sampled_from(["old", "new", "gone"])), max_size=12))
def test_an_updated_array_is_a_fresh_one(changes: list[tuple[str, str]]) -> None:
    before = [letters(text) for text, state in changes if state != "new"]
    now = [letters(text) for text, state in changes if state != "gone"]
    old = iter(i for i, state in enumerate(state for _, state in changes if state != "new") if state == "old")
    numbers = [next(old) if state == "old" else None for _, state in changes if state != "gone"]
    with mock.patch.object(suffixes, "_MOST_NEW", 1.0):
        updated = SuffixArray.build(now, SuffixArray.build(before), numbers)
    fresh = SuffixArray.build(now)
    for name in FILES:
        assert updated._arrays[name].dtype == fresh._arrays[name].dtype
        assert updated._arrays[name].tolist() == fresh._arrays[name].tolist()


def test_articles_that_change_places() -> None:
    one, other = letters("abab" * 9), letters("baba" * 9)
    updated = SuffixArray.build([one, other], SuffixArray.build([other, one]), [1, 0])
    assert updated._arrays["letter_order"].tolist() == SuffixArray.build([one, other])._arrays["letter_order"].tolist()


@given(TEXTS, st.text("abc\u4e2d", min_size=1, max_size=DEPTH))
def test_find_finds_every_place(texts: list[str], wanted: str) -> None:
    array, joined = built(texts)
    places = array.places(*array.find(letters(wanted).codes))
    assert sorted(places.tolist()) == [m.start() for m in re.finditer(f"(?={wanted})", joined)]


@given(TEXTS, st.text("ab", min_size=1, max_size=30), st.integers(0, 4))
def test_seeds_are_as_short_as_they_can_be(texts: list[str], quote: str, enough: int) -> None:
    array, joined = built(texts)
    low, high, length = array.ranges(letters(quote).codes, np.arange(len(quote)), enough)
    for offset in range(len(quote)):
        size = int(length[offset])
        count = len(re.findall(f"(?={quote[offset : offset + size]})", joined)) if size else len(joined)
        assert count == high[offset] - low[offset]
        assert count <= enough or size == min(DEPTH, len(quote) - offset)
        if size > 1:
            assert len(re.findall(f"(?={quote[offset : offset + size - 1]})", joined)) > enough


def test_articles_come_back(tmp_path: Path) -> None:
    texts = ["A first, one.", "\u5275(chu\u00e0ng)\u65b0\u3002", "", "Last"]
    array, joined = built(texts)
    array.save(tmp_path)
    before = {name: (tmp_path / f"{name}.npy").read_bytes() for name in FILES}
    read = SuffixArray.load(tmp_path)
    assert joined == "afirstone\0\u521b\u65b0\0\0last\0"
    for number, text in enumerate(texts):
        article = read.article(number)
        assert str(article) == str(letters(text))
        assert article.runs.tolist() == letters(text).runs.tolist()
    assert [read.article_at(place) for place in (0, 8, 10, 11, 14, 17)] == [0, 0, 1, 1, 3, 3]
    assert read.after_gap(np.array([0, 1, 2, 6, 8, 9, 10, 14, 15, 18])).tolist() == [
        True,
        True,
        False,
        True,
        False,
        True,
        True,
        True,
        False,
        True,
    ]
    SuffixArray.build([read.article(i) for i in range(4)]).save(tmp_path)
    assert before == {name: (tmp_path / f"{name}.npy").read_bytes() for name in FILES}


@given(TEXTS, st.lists(st.tuples(st.text("ab", max_size=40), st.sampled_from(["old", "new", "gone"])), max_size=8))
def test_what_does_not_fit_in_memory_is_put_in_order_through_files(texts: list[str], changes: list[tuple[str, str]]) -> None:
    with mock.patch.multiple(suffixes, _AT_ONCE=16, _SAMPLED=4):
        test_suffixes_are_in_order.hypothesis.inner_test(texts)  # type: ignore[attr-defined]
        test_an_updated_array_is_a_fresh_one.hypothesis.inner_test(changes)  # type: ignore[attr-defined]


def test_nothing_is_left_of_the_files(tmp_path: Path) -> None:
    with mock.patch.object(suffixes, "_AT_ONCE", 64):
        writer = SuffixWriter(tmp_path)
        for _ in range(9):
            writer.add(letters("a banana and an ananas " * 9))
        writer.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}.npy" for name in FILES)
