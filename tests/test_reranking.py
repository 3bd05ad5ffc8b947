"""Reranking: what it does to a ranking, and a real cross-encoder, tiny and made here."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from conftest import Outcome

from rag.encoding.encoders import open_encoder
from rag.errors import InputError
from rag.indexing.index import open_index
from rag.retrieval.reranking import RERANKED, CrossEncoderReranker, rerank
from rag.retrieval.search import Ranking, search

HAS_MODELS = importlib.util.find_spec("sentence_transformers") is not None
models = [
    pytest.mark.models,
    pytest.mark.skipif(not HAS_MODELS, reason="sentence-transformers is not installed: pip install 'rag[models]'"),
]
QUESTION = "what does a training run cost?"


class Shortest:
    """Likes short passages; all of the same length alike."""

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array([-len(text) for text in texts], np.float32)


@pytest.fixture
def ranking(sample_index: Path) -> Ranking:
    return search(open_index(sample_index), open_encoder(), QUESTION, 12)


def test_the_reranker_decides_the_order_and_is_the_only_share(ranking: Ranking) -> None:
    found = rerank(ranking, Shortest())
    assert sorted(hit.number for hit in found.hits) == sorted(hit.number for hit in ranking.hits)
    lengths = [len(hit.passage.text) for hit in found.hits]
    assert lengths == sorted(lengths)
    for hit in found.hits:
        assert hit.score == -len(hit.passage.text) == hit.shares["rerank"]
        assert list(hit.shares) == ["rerank"]
        assert max(hit.sentences) == pytest.approx(hit.score, abs=1e-6)  # the best sentence stays the best
    assert (found.evidence, found.question) == (ranking.evidence, ranking.question)


def test_equal_scores_keep_the_order(ranking: Ranking) -> None:
    class Indifferent:
        def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            return np.zeros(len(texts), np.float32)

    assert [h.number for h in rerank(ranking, Indifferent()).hits] == [h.number for h in ranking.hits]


def test_only_the_first_are_read(sample_index: Path) -> None:
    ranking = search(open_index(sample_index), open_encoder(), QUESTION, RERANKED + 5)
    assert len(ranking.hits) > RERANKED
    found = rerank(ranking, Shortest())
    assert [h.number for h in found.hits[RERANKED:]] == [h.number for h in ranking.hits[RERANKED:]]


def test_a_score_that_is_no_number_is_refused(ranking: Ranking) -> None:
    class Broken:
        def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            return np.full(len(texts), np.nan, np.float32)

    with pytest.raises(InputError, match="a score that is not a number"):
        rerank(ranking, Broken())


def test_without_sentence_transformers_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(InputError, match=r"reranker x/y: cross-encoders need .*pip install sentence-transformers"):
        CrossEncoderReranker("x/y")


def make_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """Save a tiny random BERT over single characters that scores pairs."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir(parents=True)
    characters = [chr(c) for c in range(33, 127)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *(f"##{c}" for c in characters)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", "model_max_length": 256}))
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=256,
        num_labels=labels,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer.from_pretrained(folder).save_pretrained(folder)
    return folder


class TestCrossEncoder:
    pytestmark = models

    def test_scores_are_those_of_the_library(self, tmp_path: Path) -> None:
        from sentence_transformers import CrossEncoder

        folder = make_cross_encoder(tmp_path / "tiny")
        texts = ["The harbour stays open.", "herring", "a robot picks apples"]
        scores = CrossEncoderReranker(str(folder)).scores(QUESTION, texts)
        assert (scores.shape, scores.dtype) == ((3,), np.float32)
        wanted = CrossEncoder(str(folder)).predict([(QUESTION, text) for text in texts])
        np.testing.assert_allclose(scores, wanted, atol=1e-6)
        assert len(set(scores.tolist())) == 3
        assert CrossEncoderReranker(str(folder)).scores(QUESTION, []).shape == (0,)

    def test_rag_ask_reranks(self, tmp_path: Path, sample_index: Path, cli: Callable[..., Outcome]) -> None:
        folder = make_cross_encoder(tmp_path / "tiny")
        asked = ("ask", QUESTION, "--index", sample_index, "--json", "--explain", "-k", "8")
        plain, reranked = cli(*asked).records[0], cli(*asked, "--rerank", folder).records[0]
        scores = [p["score"] for p in reranked["passages"]]
        assert scores == sorted(scores, reverse=True)
        assert all(list(p["explain"]["legs"]) == ["rerank"] for p in reranked["passages"])
        assert [p["citation"] for p in reranked["passages"]] != [p["citation"] for p in plain["passages"]]
        assert (reranked["answered"], reranked["confidence"]) == (plain["answered"], plain["confidence"])

    @pytest.mark.parametrize(
        ("what", "message"), [("empty", "cannot be loaded"), ("two", "it has 2 outputs; a reranker has one")]
    )
    def test_what_is_no_reranker(
        self, tmp_path: Path, sample_index: Path, cli: Callable[..., Outcome], what: str, message: str
    ) -> None:
        folder = make_cross_encoder(tmp_path / "two", labels=2) if what == "two" else tmp_path
        done = cli("ask", QUESTION, "--index", sample_index, "--rerank", folder)
        assert (done.code, done.out) == (2, "")
        assert f"reranker {folder}: " in done.err and message in done.err
        assert "Traceback" not in done.err
