"""Names in questions that no article has."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Outcome

from rag.answering.answers import answer
from rag.encoding.encoders import Encoder
from rag.indexing.index import Index
from rag.retrieval.absent import absent_names
from rag.retrieval.legs import score_legs

Cli = Callable[..., Outcome]


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("What did Elon Musk say about large models?", ["Elon Musk"]),
        ("What does Zhang Yiming's firm think of startups, and what Fu Sheng?", ["Zhang Yiming"]),
        ("DeepSeek \u7684\u8bad\u7ec3\u6210\u672c\u662f\u591a\u5c11\uff1f", ["DeepSeek"]),
        ("\u4efb\u6b63\u975e\u600e\u4e48\u770b\u5927\u6a21\u578b\uff1f", ["\u4efb\u6b63\u975e"]),
        ("\u8c01\u8bf4\u4efb\u6b63\u975e\u662f\u5bf9\u7684\uff1f", ["\u4efb\u6b63\u975e"]),
        ("\u8c01\u8ba4\u4e3a\u9ec4\u6cb9\u597d\u5403\uff1f", []),  # a family name, but a noun: butter
        ("what does \u4efb\u6b63\u975e think of large models?", ["\u4efb\u6b63\u975e"]),
        ("What does Zhu Xiaohu say about ChatGPT in November?", []),
        ("\u5085\u76db\u600e\u4e48\u770b\u521b\u4e1a\u516c\u53f8\uff1f", []),
        ("Wer glaubt, dass Startups gegen die Konzerne verlieren?", []),
        ("who thinks startups can't beat big tech?", []),
        ("", []),
    ],
)
def test_names_that_stand_in_no_article(question: str, absent: list[str], sample_index: Path, encoder: Encoder) -> None:
    index = Index(sample_index)
    words = score_legs(index, encoder, question).concepts if question else ()
    assert absent_names(question, words, index.lexical) == absent


def test_a_name_that_only_its_reading_finds_is_there(tmp_path: Path, cli: Cli, encoder: Encoder) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.txt").write_text("\u6731\u5578\u864e\u8ba4\u4e3a\uff0c\u62a4\u57ce\u6cb3\u592a\u4f4e\u3002", "utf-8")
    assert cli("index", str(tmp_path / "a"), "--index", str(tmp_path / "i")).code == 0
    found = answer(Index(tmp_path / "i"), encoder, "What moat does Zhu Xiaohu see?")
    assert not found.warnings


def test_a_name_that_no_article_has_lowers_the_confidence(sample_index: Path, encoder: Encoder) -> None:
    known, unknown = (
        answer(Index(sample_index), encoder, f"What did {name} say about large models?") for name in ("Fu Sheng", "Elon Musk")
    )
    assert unknown.confidence < known.confidence - 0.3


@pytest.mark.parametrize("question", ["what is 2 + 2?", "10"])
def test_figures_alone_ask_nothing(question: str, sample_index: Path, encoder: Encoder) -> None:
    assert answer(Index(sample_index), encoder, question).confidence == 0.0


def test_an_answer_warns_of_them(sample_index: Path, encoder: Encoder) -> None:
    found = answer(Index(sample_index), encoder, "What did Elon Musk say about large models?")
    assert found.warnings == ("no article has Elon Musk as it is written here; the passages may be about others.",)
    assert not answer(Index(sample_index), encoder, "What did Fu Sheng say about large models?").warnings
