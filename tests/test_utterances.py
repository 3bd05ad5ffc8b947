"""Utterances in the files of an index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import files_of
from hypothesis import given
from hypothesis import strategies as st
from news import attributed

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.indexing.utterances import UTTERANCE, Utterances, save_utterances
from rag.types import Attribution, Form, Speaker, Utterance

TEXT = "Rain at last\n\n“We waited ninety days,” said Mara Quill, a farmer at Low Moor. She added that seed was dear.\n"


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    written = [attributed(TEXT, "en"), Attribution((), ()), attributed("雨\n\n厂长罗静怡表示\uff0c明年不扩产。\n", "zh")]
    save_utterances(tmp_path, written)
    read = Utterances(tmp_path)
    assert [read.of_article(i) for i in range(3)] == written
    assert (len(read), read.rows.dtype) == (sum(len(a.utterances) for a in written), UTTERANCE)
    assert read.speakers["article"].tolist() == [0, 2]
    assert read.speakers["group"].tolist() == [0, 1]


def test_nothing_said_is_saved_as_nothing(tmp_path: Path) -> None:
    save_utterances(tmp_path, [Attribution((), ())])
    read = Utterances(tmp_path)
    assert (len(read), len(read.speakers), read.within(0, 0, 100)) == (0, 0, range(0))


speakers = st.builds(Speaker, st.text(min_size=1, max_size=5), st.none() | st.text(max_size=5), st.tuples(st.text(max_size=3)))


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from(list(Form))), max_size=6),
    speakers,
    st.integers(0, 70),
    st.integers(0, 70),
)
def test_utterances_within_a_range(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[tuple[int, int, Form]], speaker: Speaker, start: int, end: int
) -> None:
    utterances, position = [], 0
    for gap, length, form in gaps:
        utterances.append(Utterance(position + gap, position + gap + length, speaker.name, form, (position, position + 1), 0.9))
        position += gap + length
    folder = tmp_path_factory.mktemp("u")
    said = Attribution(tuple(utterances), (speaker,))
    save_utterances(folder, [said, said])
    read = Utterances(folder)
    assert read.of_article(1) == said
    shared = [len(utterances) + i for i, u in enumerate(utterances) if u.start < end and start < u.end]
    if start < end:
        assert list(read.within(1, start, end)) == shared


def test_an_updated_index_has_the_utterances_of_a_rebuilt_one(articles: Path, tmp_path: Path, encoder: Encoder) -> None:
    grown, rebuilt = tmp_path / "grown", tmp_path / "rebuilt"
    build(grown, sources_of([articles]), encoder)
    (articles / "farm.txt").write_text(TEXT, "utf-8")
    (articles / "clock.txt").unlink()
    build(grown, sources_of([articles]), encoder)
    build(rebuilt, sources_of([articles]), encoder)
    one, other = Index(grown), Index(rebuilt)
    assert np.array_equal(one.utterances.rows, other.utterances.rows)
    assert [one.utterances.speaker(i).name for i in range(3)] == ["Mara Quill", "Marta Lind", "何远"]
    names = ("utterances.npy", "speakers.npy", "speakers.jsonl", "callings.utf8", "callings.npy", "called.npy")
    kept = [{k: v for k, v in files_of(i.place).items() if k.endswith(names)} for i in (one, other)]
    assert kept[0] == kept[1]
    assert len(kept[0]) == len(names)
