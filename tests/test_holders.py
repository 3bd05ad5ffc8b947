"""Who holds what a question claims."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import FLAGSHIP, Outcome

from rag.answering.holders import DEPTH, holders
from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.retrieval.search import search

Cli = Callable[..., Outcome]

WHEEL = """The wheel

Mara Quill, a farmer at Low Moor, said the water wheel would outlive the electric motor. The valley has eleven mills.

Jonas Weller, chief engineer at Elm Power, rejected the idea that the water wheel would outlive the electric motor.

The mill belongs to Hanna Brock, who also keeps bees.
"""


@pytest.fixture
def wheel(tmp_path: Path, encoder: Encoder) -> Path:
    (tmp_path / "wheel.txt").write_text(WHEEL, "utf-8")
    build(tmp_path / "index", sources_of([tmp_path / "wheel.txt"]), encoder)
    return tmp_path / "index"


def test_holders_come_with_role_stance_and_quotes(wheel: Path, cli: Cli) -> None:
    record = cli("ask", "who says the water wheel will outlive the electric motor?", "--index", wheel, "--json").record
    assert record["kind"] == "who"
    quill = record["speakers"][0]
    assert (quill["name"], quill["role"], quill["stance"]) == ("Mara Quill", "farmer at Low Moor", "says")
    (quote,) = quill["quotes"]
    assert quote["text"] == WHEEL[quote["start"] : quote["end"]]
    assert quote["text"].strip() == "Mara Quill, a farmer at Low Moor, said the water wheel would outlive the electric motor."
    assert [quote["citation"]] == quill["citations"]
    assert cli("cite", f"{quote['citation']}@{quote['digest']}", "--index", wheel).code == 0


def test_who_rejects_the_claim_is_set_apart(tmp_path: Path, encoder: Encoder, cli: Cli) -> None:
    text = "\n\n".join(paragraph for paragraph in WHEEL.split("\n\n") if "Quill" not in paragraph)
    (tmp_path / "wheel.txt").write_text(text, "utf-8")
    build(tmp_path / "index", sources_of([tmp_path / "wheel.txt"]), encoder)
    question = "who says the water wheel will outlive the electric motor?"
    record = cli("ask", question, "--index", tmp_path / "index", "--json").record
    assert record["speakers"] == []
    (weller,) = record["others"]
    assert (weller["name"], weller["role"], weller["stance"]) == ("Jonas Weller", "chief engineer at Elm Power", "contrasts")


def test_who_is_only_mentioned_holds_nothing(wheel: Path, cli: Cli) -> None:
    record = cli("ask", "who says the water wheel will outlive the electric motor?", "--index", wheel, "--json").record
    assert "Hanna Brock" not in {speaker["name"] for speaker in record["speakers"]}


@pytest.mark.parametrize("question", [FLAGSHIP, "谁认为创业公司打不赢大厂\uff1f"])
def test_the_flagship_question_names_people_in_the_sample(sample_index: Path, cli: Cli, question: str) -> None:
    record = cli("ask", question, "--index", sample_index, "--json").record
    says = {speaker["name"] for speaker in record["speakers"] if speaker["stance"] == "says"}
    assert {"王淮", "程浩", "朱啸虎"} <= says


def test_words_in_quotation_marks_are_held_by_those_who_say_them(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "kilns.txt").write_text(
        'Rosa Lindt, who runs the kilns, said the old bricks were better. "We fire them twice," Lindt said.\n\n'
        'Karl Brandt, a mason, said that bricks fired twice crack in winter. "We fire nobody," Brandt said.\n\n'
        'Somebody had written "burn them all" on the wall.\n'
    )
    build(tmp_path / "index", sources_of([tmp_path / "kilns.txt"]), encoder)
    index = Index(tmp_path / "index")
    asked = {words: search(index, encoder, f'Who said "{words}"?', DEPTH) for words in ("we fire them twice", "burn them all")}
    held = {words: [holder.speaker.name for holder in holders(index, ranking)] for words, ranking in asked.items()}
    assert held == {"we fire them twice": ["Rosa Lindt"], "burn them all": []}
