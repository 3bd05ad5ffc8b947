"""The two encoders, for real: the embedded one, and sentence-transformers on a tiny model made here."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Outcome, files_of

from rag.encoding.encoders import EMBEDDED, Encoder, Model, SentenceTransformerEncoder, UseEncoder, open_encoder
from rag.errors import IndexMismatch, InputError
from rag.indexing.index import Index

HAS_MODELS = importlib.util.find_spec("sentence_transformers") is not None
models = [
    pytest.mark.models,
    pytest.mark.skipif(not HAS_MODELS, reason="sentence-transformers is not installed: pip install 'rag[models]'"),
]

TEXTS = [
    "The harbour stays open.",
    "\u679c\u56ed\u91cc\u7684\u673a\u5668\u4eba",
    "",
    "a",
    "herring " * 300,
    "\U0001f34e \udcff \x00",
]


@pytest.fixture(scope="module")
def embedded() -> Encoder:
    return open_encoder()


def test_the_embedded_encoder_is_the_default(embedded: Encoder) -> None:
    assert isinstance(embedded, UseEncoder)
    model = embedded.model
    assert (model.name, model.dimension, model.query_prompt, model.passage_prompt) == (EMBEDDED, 512, "", "")
    assert len(model.fingerprint) == 16
    assert open_encoder(EMBEDDED, device="cpu").model == model


def test_rows_are_unit_vectors_in_order(embedded: Encoder) -> None:
    for encode in (embedded.encode_passages, embedded.encode_queries):
        vectors = encode(TEXTS)
        assert (vectors.shape, vectors.dtype) == ((len(TEXTS), 512), np.float32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(encode(TEXTS[::-1]), vectors[::-1], atol=1e-6)
        assert encode([]).shape == (0, 512)


def test_a_text_has_one_vector_whatever_comes_with_it(embedded: Encoder) -> None:
    together = embedded.encode_passages(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert (embedded.encode_passages([text])[0] == vector).all()


def test_meaning_crosses_languages(embedded: Encoder) -> None:
    question = embedded.encode_queries(["Which robot picks apples?"])[0]
    near, far = embedded.encode_passages(
        [
            "\u679c\u56ed\u7528\u673a\u5668\u4eba\u6458\u82f9\u679c\u3002",
            "\u949f\u697c\u6bcf\u5929\u65e9\u4e0a\u516b\u70b9\u6572\u949f\u3002",
        ]
    )
    assert float(question @ near) > float(question @ far) + 0.2


@pytest.mark.parametrize("options", [{"query_prompt": "q: "}, {"passage_prompt": "p: "}, {"device": "cuda"}])
def test_the_embedded_encoder_takes_no_options(options: dict[str, str]) -> None:
    with pytest.raises(InputError, match=rf"{EMBEDDED} takes no prompts and runs on the CPU; name .* with --model"):
        open_encoder(EMBEDDED, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (Model("b", 4, "x"), r"made with model a, not b; ask with --model a, or rebuild with 'rag index --rebuild --model b'\."),
        (Model("a", 8, "y"), r"another state of model a \(dimension 4, now 8\); rebuild with 'rag index --rebuild --model a'\."),
        (Model("a", 4, "y"), r"another state of model a \(fingerprint 'x', now 'y'\); rebuild"),
        (Model("a", 4, "x", "q: "), r"another state of model a \(query prompt '', now 'q: '\); rebuild"),
        (Model("a", 4, "x", "", "p: "), r"another state of model a \(passage prompt '', now 'p: '\); rebuild"),
    ],
)
def test_another_model_is_refused_with_what_to_do(other: Model, message: str) -> None:
    Model("a", 4, "x").require(Model("a", 4, "x"))
    with pytest.raises(IndexMismatch, match=message):
        Model("a", 4, "x").require(other)


def test_without_sentence_transformers_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)  # as Python marks a module that is not there
    with pytest.raises(
        InputError, match=r"model x/y: models other than use-multilingual-v3 need .*pip install sentence-transformers"
    ):
        open_encoder("x/y")


# --- sentence-transformers -------------------------------------------------------------------------------------------


def make_model(folder: Path, seed: int = 0, pooling: str = "mean", prompts: dict[str, str] | None = None) -> Path:
    """Save a tiny random BERT over single characters as a sentence-transformers model."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel, BertTokenizer

    try:
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    except ImportError:  # before 6.0
        from sentence_transformers.models import Pooling, Transformer

    folder.mkdir(parents=True)
    characters = [chr(c) for c in range(33, 127)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *(f"##{c}" for c in characters)]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer", "model_max_length": 64}))
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizer.from_pretrained(folder).save_pretrained(folder)
    saved = folder / "saved"
    modules = [Transformer(str(folder), max_seq_length=64), Pooling(16, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(saved))
    return saved


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not HAS_MODELS:
        pytest.skip("sentence-transformers is not installed")
    return make_model(tmp_path_factory.mktemp("models") / "tiny")


class TestSentenceTransformers:
    pytestmark = models

    def test_vectors_are_those_of_the_library(self, tiny: Path) -> None:
        from sentence_transformers import SentenceTransformer

        encoder = open_encoder(str(tiny))
        assert isinstance(encoder, SentenceTransformerEncoder)
        texts = ["the harbour stays open", "a", "x" * 500]
        vectors = encoder.encode_passages(texts)
        assert (vectors.shape, vectors.dtype) == ((3, 16), np.float32)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        plain = np.asarray(SentenceTransformer(str(tiny), device="cpu").encode(texts))
        expected = plain / np.linalg.norm(plain, axis=1, keepdims=True)
        np.testing.assert_allclose(vectors, expected, atol=1e-5)
        assert encoder.encode_passages([]).shape == (0, 16)

    def test_prompts_are_put_before_the_texts(self, tiny: Path) -> None:
        bare = open_encoder(str(tiny))
        marked = open_encoder(str(tiny), query_prompt="question: ", passage_prompt="text: ")
        assert (marked.model.query_prompt, marked.model.passage_prompt) == ("question: ", "text: ")
        np.testing.assert_allclose(marked.encode_queries(["who?"]), bare.encode_passages(["question: who?"]), atol=1e-6)
        np.testing.assert_allclose(marked.encode_passages(["who?"]), bare.encode_queries(["text: who?"]), atol=1e-6)
        assert not np.allclose(marked.encode_queries(["who?"]), bare.encode_queries(["who?"]), atol=1e-3)

    @pytest.mark.parametrize("name", ["passage", "document"])
    def test_a_models_own_prompts_count_unless_others_are_given(self, tmp_path: Path, name: str) -> None:
        own = make_model(tmp_path / "own", prompts={"query": "q> ", name: "p> "})
        model = open_encoder(str(own)).model
        assert (model.query_prompt, model.passage_prompt) == ("q> ", "p> ")
        model = open_encoder(str(own), query_prompt="", passage_prompt="other ").model
        assert (model.query_prompt, model.passage_prompt) == ("", "other ")

    def test_the_prompt_is_put_once_even_where_the_model_has_a_default(self, tmp_path: Path) -> None:
        own = make_model(tmp_path / "own", prompts={"query": "q> ", "document": ""})
        bare = make_model(tmp_path / "bare")
        np.testing.assert_allclose(
            open_encoder(str(own)).encode_queries(["who?"]), open_encoder(str(bare)).encode_queries(["q> who?"]), atol=1e-6
        )

    def test_batch_size_changes_no_vector(self, tiny: Path) -> None:
        texts = [f"text number {i} " * (i % 7 + 1) for i in range(20)]
        one, many = (open_encoder(str(tiny), batch_size=size).encode_passages(texts) for size in (1, 64))
        np.testing.assert_allclose(one, many, atol=1e-5)

    def test_the_fingerprint_is_of_the_model_not_of_its_place(self, tiny: Path, tmp_path: Path) -> None:
        prints = {
            "same": open_encoder(str(make_model(tmp_path / "same"))).model.fingerprint,
            "weights": open_encoder(str(make_model(tmp_path / "weights", seed=1))).model.fingerprint,
            "pooling": open_encoder(str(make_model(tmp_path / "pooling", pooling="cls"))).model.fingerprint,
        }
        assert open_encoder(str(tiny)).model.fingerprint == prints["same"]
        assert len(set(prints.values())) == 3

    def test_a_model_that_is_not_there(self, tmp_path: Path) -> None:
        for name in (tmp_path / "nowhere", tmp_path):
            with pytest.raises(InputError, match=r"^model .*: cannot be loaded \(.*\); give a model folder"):
                open_encoder(str(name))

    def test_an_index_keeps_its_model(self, tiny: Path, articles: Path, tmp_path: Path, cli: Callable[..., Outcome]) -> None:
        index = tmp_path / "index"
        done = cli(
            "index",
            articles,
            "--index",
            index,
            "--model",
            tiny,
            "--query-prompt",
            "q: ",
            "--passage-prompt",
            "",
            "--batch-size",
            "4",
        )
        assert done.code == 0, done.err
        model = Index(index).model
        assert (model.name, model.dimension, model.query_prompt, model.passage_prompt) == (str(tiny), 16, "q: ", "")
        before = files_of(index)
        assert cli("index", "--index", index).code == 0  # the model and its prompts are remembered
        assert files_of(index) == before
        asked = cli("ask", "when does the harbour close?", "--index", index, "--json")
        assert asked.record["index"]["model"] == str(tiny), asked.err
        assert {p["article"] for p in asked.record["passages"]} <= {"clock", "harbour", "orchard"}
        (articles / "clock.txt").unlink()
        assert cli("index", "--index", index).code == 0
        assert [e.id for e in Index(index).entries] == ["harbour", "orchard"]

    def test_an_index_without_prompts_stays_so_for_a_model_that_has_some(
        self, articles: Path, tmp_path: Path, cli: Callable[..., Outcome]
    ) -> None:
        own = make_model(tmp_path / "own", prompts={"query": "q> ", "document": "p> "})
        index = tmp_path / "index"
        assert cli("index", articles, "--index", index, "--model", own, "--query-prompt", "", "--passage-prompt", "").code == 0
        asked = cli("ask", "when does the harbour close?", "--index", index, "--json")
        assert asked.code in (0, 1), asked.err
        assert cli("index", "--index", index).code == 0

    def test_another_model_is_refused(self, tiny: Path, articles: Path, tmp_path: Path, cli: Callable[..., Outcome]) -> None:
        index, own = tmp_path / "index", make_model(tmp_path / "own")
        assert cli("index", articles, "--index", index, "--model", own).code == 0
        before = files_of(index)
        for args in (("ask", "why?", "--model", EMBEDDED), ("index", "--model", EMBEDDED), ("index", articles, "--model", tiny)):
            done = cli(*args, "--index", index)
            assert (done.code, done.out) == (2, "")
            assert f"the index was made with model {own}, not {args[-1]}; ask with --model {own}, or rebuild with" in done.err
        retrain(own)
        done = cli("ask", "why?", "--index", index)
        assert (done.code, done.out) == (2, "")
        assert f"made with another state of model {own} (fingerprint" in done.err
        assert f"'rag index --rebuild --model {own}'" in done.err
        assert files_of(index) == before
        assert cli("index", "--rebuild", "--model", own, "--index", index).code == 0  # the way out works, and knows the articles
        assert cli("ask", "why?", "--index", index).code in (0, 1)


def retrain(saved: Path) -> None:
    """Change one number of a saved model's weights."""
    from safetensors.torch import load_file, save_file

    path = next(saved.glob("*.safetensors"))
    weights: dict[str, Any] = load_file(path)
    weights["encoder.layer.0.output.dense.bias"][3] += 1
    save_file(weights, path, metadata={"format": "pt"})
