"""The retrieval benchmarks index texts as they say they do: each one passage of one article, or cut as articles are."""

from pathlib import Path

import pytest

from rag.encoding.encoders import Encoder

ROOT = Path(__file__).resolve().parents[1]
# What articles have above and below, and a text of a benchmark has not.
TEXTS = {
    "first": "Ferry pier to close\nBy Ada Holm, 3 May 2021\n\nThe old pier closes in winter. Boats will leave from the mole.",
    "second": "The mole was built in 1903.\n\nRead more",
}


@pytest.mark.parametrize(("size", "passages"), [(None, 2), (60, 4)])
def test_texts_become_passages_whole(encoder: Encoder, monkeypatch: pytest.MonkeyPatch, size: int | None, passages: int) -> None:
    monkeypatch.syspath_prepend(ROOT / "eval" / "bench")
    import harness

    asked = [harness.Asked("q", "When was the mole built?", "en", "second", 22, 26)]
    with harness.indexed(TEXTS, encoder, size) as index:
        assert len(index.passages) == passages
        run = harness.measure("mole", index, TEXTS, asked, encoder, {"rag": harness.weights_of([])})
    assert [scored.rank for scored in run.scored["rag"]] == [1]
