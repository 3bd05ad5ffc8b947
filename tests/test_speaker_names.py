"""The speakers whom a question names."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.articles.corpus import sources_of
from rag.conversation.speaker_names import speaker_called, speakers_in
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index

CHENG, ZHU = "\u7a0b\u6d69", "\u6731\u5578\u864e"


@pytest.fixture(scope="module")
def index(sample_index: Path) -> Index:
    return Index(sample_index)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("what does Cheng Hao say to Xiaohu Zhu?", [("Cheng Hao", CHENG), ("Xiaohu Zhu", ZHU)]),
        ("\u6731\u562f\u864e\u600e\u4e48\u770b?", [("\u6731\u562f\u864e", ZHU)]),
        ("what is Cheng Haotian's view?", []),
        ("who pays?", []),
    ],
)
def test_names_in_any_form(index: Index, question: str, named: list[tuple[str, str]]) -> None:
    assert [(question[start:end], speaker.name) for start, end, speaker in speakers_in(index, question)] == named


def test_a_last_name_behind_any_honorific(tmp_path: Path, encoder: Encoder) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "quays.txt").write_text("The quays\n\n“They are safe,” said Marta Lind, a mason.\n", "utf-8")
    build(tmp_path / "index", sources_of([folder]), encoder)
    index = Index(tmp_path / "index")
    for question in ("what does Lind say?", "what does Ms Lind say?", "what does Dr. Lind say?", "what does Judge Lind say?"):
        assert [speaker.name for _, _, speaker in speakers_in(index, question)] == ["Marta Lind"]
    assert speakers_in(index, "what does Karl Lind say?") == []


def test_a_speaker_by_name(index: Index) -> None:
    found = speaker_called(index, "Zhu Xiaohu")
    assert found
    assert found.name == ZHU
    assert [speaker_called(index, name) for name in ("Nobody At All", "", None)] == [None, None, None]
