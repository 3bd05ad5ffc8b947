"""The lexicon of a corpus that changed is that of the corpus as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.encoding.encoders import Model, Vectors
from rag.indexing import lexicon
from rag.indexing.dictionary import Translations
from rag.indexing.lexicon import Lexicon


class Spread:
    """Vectors that depend on the text alone: around forty centres."""

    model = Model("spread", 16, "0")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        centres = np.random.default_rng(0).normal(size=(40, 16))
        seeds = [int.from_bytes(text.encode(), "little") % 2**32 for text in texts]
        rows = np.array([centres[seed % 40] + np.random.default_rng(seed).normal(size=16) for seed in seeds])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    encode_queries = encode_passages


@pytest.mark.parametrize("step", [1, 2])
def test_words_that_come_and_go(step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_FEW_WORDS", 100)
    monkeypatch.setattr(lexicon, "_translations", lambda words: Translations.none())
    monkeypatch.setattr(lexicon, "_step", lambda count: step)
    before = {f"word{i}": 1 + i % 3 for i in range(1_500)}
    now = {word: n for word, n in before.items() if word not in ("word3", "word77")} | {"brand": 2, "new": 1, "words": 9}
    old = Lexicon.build(before, {"\u6d77", "\u6e2f"}, Spread())
    Lexicon.build(now, {"\u6d77"}, Spread(), old).save(tmp_path)
    updated, fresh = Lexicon.load(tmp_path), Lexicon.build(now, {"\u6d77"}, Spread())
    assert updated.counts() == fresh.counts() == now
    assert list(updated.words) == list(fresh.words)
    for name in ("word_vectors", "word_hubs", "word_least", "counts"):
        np.testing.assert_allclose(updated._arrays[name], fresh._arrays[name], atol=1e-6)
    assert updated.characters("hai") == "\u6d77"
    assert updated.characters("gang") == ""


def test_of_many_words_the_nearest_are_nearly_always_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_translations", lambda words: Translations.none())
    counts = {f"word{i}": 1 for i in range(5_000)}
    asked = Spread().encode_queries([f"asked{i}" for i in range(200)])
    many = Lexicon.build(counts, set(), Spread())
    assert many._arrays["word_axes"].shape == (16, 16)
    monkeypatch.setattr(lexicon, "_COMPONENTS", 8)
    few = Lexicon.build(counts, set(), Spread())
    assert few._arrays["word_axes"].shape == (8, 16)
    updated = Lexicon.build(counts | {"new": 1}, set(), Spread(), few)
    assert np.array_equal(updated._arrays["word_axes"], few._arrays["word_axes"])
    made = np.asarray(updated._arrays["word_vectors"], np.float32) @ few._arrays["word_axes"].T
    np.testing.assert_allclose(updated._arrays["word_components"], made, atol=2e-3)
    monkeypatch.setattr(lexicon, "_FEW_WORDS", 10_000)
    exact = Lexicon.build(counts, set(), Spread())
    assert exact._arrays["word_axes"].shape == (0, 16)
    assert [list(found) for found in many.nearest(asked)] == [list(found) for found in exact.nearest(asked)]
    same = [list(one) == list(other) for one, other in zip(few.nearest(asked), exact.nearest(asked), strict=True)]
    assert sum(same) >= 190


def test_of_very_many_words_four_bits_a_component_tell_which_are_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "_translations", lambda words: Translations.none())
    counts = {f"word{i}": 1 for i in range(5_000)}
    asked = Spread().encode_queries([f"asked{i}" for i in range(200)])
    by_components = Lexicon.build(counts, set(), Spread()).nearest(asked)
    monkeypatch.setattr(lexicon, "_MANY_WORDS", 1_000)
    by_four_bits = Lexicon.build(counts, set(), Spread()).nearest(asked)
    same = [
        one == other for one, other in zip(by_four_bits, by_components, strict=True)
    ]  # words and cosines, these of whole vectors
    assert sum(same) >= 195
