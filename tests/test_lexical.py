"""BM25 against arithmetic written out, and against plain Python."""

from __future__ import annotations

import math
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from rag.errors import IndexCorrupt
from rag.indexing.lexical import FILES, LexicalIndex, LexicalWriter

K1, B = 1.2, 0.4


def reference(documents: list[list[str]], query: dict[str, float]) -> list[float]:
    """BM25 as Robertson & Zaragoza print it, with Lucene's idf, one document after the other."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term, weight in query.items():
            holding = sum(term in other for other in documents)
            count = Counter(document)[term]
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            score += weight * idf * count * (K1 + 1) / (count + K1 * (1 - B + B * len(document) / mean)) if count else 0.0
        scores.append(score)
    return scores


def test_the_arithmetic_written_out() -> None:
    # Three documents of 3, 2 and 1 terms, 2 on average. "a" stands twice in the first, once in the second.
    index = LexicalIndex.from_terms([["a", "a", "b"], ["a", "c"], ["d"]])
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))  # ln 1.6 = 0.4700
    first = idf * 2 * 2.2 / (2 + 1.2 * (0.6 + 0.4 * 3 / 2))  # 0.4700 * 4.4 / 3.44 = 0.6012
    second = idf * 1 * 2.2 / (1 + 1.2 * (0.6 + 0.4 * 2 / 2))  # 0.4700 * 2.2 / 2.2 = 0.4700
    assert index.scores({"a": 1.0}).tolist() == pytest.approx([first, second, 0.0], rel=1e-6)
    assert index.scores({"a": 1.0}).tolist() == pytest.approx([0.601167, 0.470004, 0.0], abs=1e-6)
    assert index.idf("a") == pytest.approx(0.470004, abs=1e-6)
    assert index.scores({"a": 0.5, "d": 2.0}).tolist() == pytest.approx(
        [first / 2, second / 2, 2 * math.log(1 + 2.5 / 1.5) * 2.2 / (1 + 1.2 * (0.6 + 0.4 / 2))], rel=1e-6
    )


@pytest.mark.parametrize("seed", range(5))
def test_random_documents_score_as_in_plain_python(seed: int) -> None:
    rng = random.Random(seed)
    words = [
        "the",
        "a",
        "big",
        "b",
        "\u5927\u6a21",
        "\u6a21\u578b",
        "\u5382",
        "2,000",
        "na\u00efve",
        "\U0001f600",
        *(f"w{i}" for i in range(30)),
    ]
    documents = [rng.choices(words, weights=range(len(words), 0, -1), k=rng.randint(0, 40)) for _ in range(60)]
    index = LexicalIndex.from_terms(documents)
    for _ in range(10):
        query = {word: rng.choice([0.25, 1.0, 3.0]) for word in rng.sample([*words, "unknown"], 4)}
        np.testing.assert_allclose(index.scores(query), reference(documents, query), rtol=1e-4, atol=1e-6)


def test_term_scores_are_the_part_of_one_term() -> None:
    documents = [["x", "y"], ["y"], ["x", "x", "z"]]
    index = LexicalIndex.from_terms(documents)
    numbers, scores = index.term_scores("x")
    assert numbers.tolist() == [0, 2]
    np.testing.assert_allclose(scores, [reference(documents, {"x": 1.0})[i] for i in (0, 2)], rtol=1e-5)
    numbers, scores = index.term_scores("nowhere")
    assert (numbers.tolist(), scores.tolist()) == ([], [])


def test_unknown_terms_and_an_empty_query_score_nothing() -> None:
    index = LexicalIndex.from_terms([["a"], ["b"]])
    assert index.scores({}).tolist() == [0.0, 0.0]
    assert index.scores({"c": 1.0, "": 1.0, "\udcff": 1.0}).tolist() == [0.0, 0.0]
    assert index.idf("c") == 0.0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_documents_without_terms(documents: list[list[str]], tmp_path: Path) -> None:
    LexicalIndex.from_terms(documents).save(tmp_path)
    index = LexicalIndex.load(tmp_path)
    assert len(index) == len(documents)
    assert index.scores({"a": 1.0}).tolist() == [0.0] * len(documents)
    assert index.vocabulary() == []


def test_the_vocabulary_comes_sorted_by_bytes() -> None:
    documents = [["b", "\u00e9", "a"], ["\U00020000", "\uff21", "a"], ["ab"]]
    assert LexicalIndex.from_terms(documents).vocabulary() == ["a", "ab", "b", "\u00e9", "\uff21", "\U00020000"]


def test_saved_and_loaded_it_is_the_same_and_its_bytes_too(tmp_path: Path) -> None:
    documents = [["\u6a21\u578b", "ai"], ["ai", "ai", "b"], []]
    index = LexicalIndex.from_terms(documents)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        LexicalIndex.from_terms(iter(documents)).save(tmp_path / name)
    loaded = LexicalIndex.load(tmp_path / "one")
    query = {"ai": 1.0, "\u6a21\u578b": 2.0}
    assert loaded.scores(query).tolist() == index.scores(query).tolist()
    assert loaded.vocabulary() == index.vocabulary()
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(FILES)
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in FILES)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".npy")])
def test_a_damaged_array_is_named(tmp_path: Path, name: str) -> None:
    LexicalIndex.from_terms([["a", "b"], ["b"]]).save(tmp_path)
    data = (tmp_path / name).read_bytes()
    for damaged in (b"", data[:40], b"X" + data[1:], data[:-1]):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(IndexCorrupt, match=name):
            LexicalIndex.load(tmp_path)


def test_gaps_of_any_width_come_back(tmp_path: Path) -> None:
    holding = {
        "near": [0, 1, 2, 70_000],
        "far": [65_534, 131_069, 200_000],
        "rim": [65_535],
        "step": [65_536],
        "last": [199_999],
    }
    documents: list[list[str]] = [[] for _ in range(200_001)]
    for term, numbers in holding.items():
        for number in numbers:
            documents[number].append(term)
    index = LexicalIndex.from_terms(documents)
    for term, numbers in holding.items():
        assert index.term_scores(term)[0].tolist() == numbers
        assert index.phrase(term)[0].tolist() == numbers


@pytest.mark.parametrize("seed", range(4))
def test_documents_taken_over_give_the_bytes_that_they_gave_when_added(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    old = [rng.choices(["a", "b", "ab", "c", "\u6a21", *(f"w{i}" for i in range(50))], k=rng.randint(0, 30)) for _ in range(90)]
    new = [["new", "a"], [], ["b", "b"]]
    for name in ("old", "fresh", "taken"):
        (tmp_path / name).mkdir()
    LexicalIndex.from_terms(old).save(tmp_path / "old")
    known = LexicalIndex.load(tmp_path / "old")
    monkeypatch.setattr("rag.indexing.lexical._RUN", 100)  # so that there are many runs
    fresh, taken = LexicalWriter(tmp_path / "fresh"), LexicalWriter(tmp_path / "taken")
    for first, last, added in [(40, 60, new[:1]), (0, 10, new[1:]), (70, 70, []), (61, 90, new)]:
        taken.keep(known, first, last)
        for document in (*old[first:last], *added):
            fresh.add(document)
        for document in added:
            taken.add(document)
    fresh.close()
    taken.close()
    assert sorted(path.name for path in (tmp_path / "fresh").iterdir()) == sorted(FILES)
    assert all((tmp_path / "fresh" / name).read_bytes() == (tmp_path / "taken" / name).read_bytes() for name in FILES)
