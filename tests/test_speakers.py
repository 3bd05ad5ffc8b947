"""Speakers joined across articles and scripts, and found by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from conftest import Outcome

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.indexing.speakers import (
    LEAST_CONFIDENCE,
    called,
    find_profile,
    group_of,
    profile_of,
    profiles,
    sentences_of,
    speaker_at,
    spoken,
)
from rag.retrieval.search import search
from rag.types import Speaker

Indexing = Callable[[Mapping[str, str]], Index]

MILL = "磨坊\n\n磨坊工程师罗静怡表示\uff0c水轮比电机耐用。“修一次能用三十年\uff0c”罗静怡说。\n"
MILL_HANT = "磨坊\n\n「水輪的聲音很好聽\uff0c」工程師羅靜怡說。\n"
MILL_EN = "The mill\n\nLuo Jingyi said the wheel would outlive the motor.\n"
MASKED = "工人\n\n合作社负责人陈天明认为\uff0c房租太高。\n\n文中陈天明为化名。\n"
PLAIN = "商人\n\n商会会长陈天明认为\uff0c生意会好。\n"


@pytest.fixture
def indexing(tmp_path: Path, encoder: Encoder) -> Indexing:
    def make(texts: Mapping[str, str]) -> Index:
        folder = tmp_path / "texts"
        folder.mkdir()
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, "utf-8")
        build(tmp_path / "index", sources_of([folder]), encoder)
        return Index(tmp_path / "index")

    return make


def test_one_speaker_in_two_scripts_and_in_pinyin(indexing: Indexing) -> None:
    index = indexing({"a": MILL, "b": MILL_HANT, "c": MILL_EN})
    (profile,) = profiles(index)
    assert profile.speaker == Speaker("罗静怡", "磨坊工程师", ("羅靜怡", "Luo Jingyi"), "Luo Jingyi")
    assert len(profile.utterances) == len(index.utterances) == 4
    for name in ("罗静怡", "羅靜怡", "Luo Jingyi", "luo jingyi", "Jingyi Luo", "luojingyi", "静怡"):
        assert find_profile(index, name) == profile
    assert called(profile.speaker) == ("罗静怡", "Luo Jingyi")


def test_namesakes_in_pinyin_are_left_apart(indexing: Indexing) -> None:
    index = indexing({"a": MILL, "b": MILL.replace("罗静怡", "骆敬宜"), "c": MILL_EN})
    assert sorted(p.speaker.name for p in profiles(index)) == ["Luo Jingyi", "罗静怡", "骆敬宜"]
    with pytest.raises(InputError, match=r"Luo Jingyi: several speakers go by that: .*; write the name in full"):
        find_profile(index, "Luo Jingyi")


def test_a_pseudonym_is_joined_with_nobody(indexing: Indexing) -> None:
    found = profiles(indexing({"a": MASKED, "b": PLAIN}))
    assert [(p.speaker.name, p.speaker.pseudonym, len(p.utterances)) for p in found] == [
        ("陈天明", True, 1),
        ("陈天明", False, 1),
    ]


def test_sources_without_a_name_are_never_joined(indexing: Indexing) -> None:
    text = "雨\n\n一名排队的读者说\uff0c他等了两个钟头。\n"
    found = profiles(indexing({"a": text, "b": text.replace("两", "三")}))
    assert [(p.speaker.name, p.speaker.kind, len(p.utterances)) for p in found] == [("一名排队的读者", "source", 1)] * 2


def test_unknown_names_and_ambiguous_ones(indexing: Indexing) -> None:
    index = indexing({"a": MILL, "b": PLAIN})
    unknown = re.escape("Luo Jinyi: nobody in these articles is quoted by that name; did you mean 罗静怡?")
    with pytest.raises(InputError, match=unknown):
        find_profile(index, "Luo Jinyi")
    with pytest.raises(InputError, match="Xyzzy: nobody in these articles is quoted by that name; 'rag speakers' lists them"):
        find_profile(index, "Xyzzy")
    with pytest.raises(InputError, match="nobody"):
        find_profile(index, "")


def test_who_speaks_at_a_place(indexing: Indexing) -> None:
    index = indexing({"a": MILL})
    (entry,) = index.entries
    raw = index.raw(entry)
    place = raw.index("修一次")
    assert speaker_at(index, entry, place, place + 9) == Speaker("罗静怡", "磨坊工程师", (), "Luo Jingyi")
    assert speaker_at(index, entry, 0, 2) is None
    (said,) = [i for i in range(len(index.utterances)) if index.utterances[i].start == place]
    assert [raw[slice(*index.passages.sentence_rows[["start", "end"]][s])][:4] for s in sentences_of(index, said)] == ["“修一次"]


def test_rag_speakers_lists_all_and_what_one_says(indexing: Indexing, cli: Callable[..., Outcome]) -> None:
    folder = indexing({"a": MILL, "b": MILL_HANT, "c": MILL_EN, "d": PLAIN}).folder
    assert [(r["name"], r["role"], r["utterances"]) for r in cli("speakers", "--index", folder, "--json").records] == [
        ("罗静怡", "磨坊工程师", 4),
        ("陈天明", "商会会长", 1),
    ]
    listed = cli("speakers", "--index", folder)
    assert (listed.code, "罗静怡" in listed.out, "Luo Jingyi" in listed.out) == (0, True, True)
    said = cli("speakers", "jingyi luo", "--index", folder, "--json").records
    assert [r["article"] for r in said] == ["a", "a", "b", "c"]
    assert said[1]["text"] == "修一次能用三十年\uff0c"
    assert cli("cite", f"{said[1]['citation']}@{said[1]['digest']}", "--index", folder).code == 0
    assert "水輪的聲音很好聽" in cli("speakers", "Luo Jingyi", "--index", folder).out
    wrong = cli("speakers", "Xyzzy", "--index", folder)
    assert (wrong.code, wrong.out) == (2, "")
    assert "nobody in these articles is quoted by that name" in wrong.err


def test_a_question_to_one_speaker(indexing: Indexing, cli: Callable[..., Outcome]) -> None:
    folder = indexing({"a": MILL, "d": PLAIN}).folder
    found = cli("ask", "什么更耐用\uff1f", "--speaker", "Luo Jingyi", "--index", folder, "--json")
    assert {p["article"] for p in found.record["passages"]} == {"a"}
    assert "1 of 2 articles asked, what Luo Jingyi says" in found.err
    assert cli("ask", "什么更耐用\uff1f", "--speaker", "Xyzzy", "--index", folder).code == 2


def test_what_a_group_says_is_attributed_to_it_by_half_or_beside_its_name(sample_index: Path) -> None:
    index = Index(sample_index)
    rows, sentences = index.passages.rows, index.passages.sentence_rows
    articles = np.repeat(rows["article"], rows["sentences"])
    for group in {group_of(index, u) for u in range(len(index.utterances))}:
        said = [index.utterances.rows[u] for u in profile_of(index, group).utterances]
        assert all(row["confidence"] >= LEAST_CONFIDENCE for row in said)
        expected = []
        for number, (article, sentence) in enumerate(zip(articles, sentences, strict=True)):
            start, end = int(sentence["start"]), int(sentence["end"])
            shared = sum(max(0, min(end, row["end"]) - max(start, row["start"])) for row in said if row["article"] == article)
            cued = any(start <= row["cue_start"] < end for row in said if row["article"] == article)
            if 2 * shared >= max(1, end - start - 2) or cued and shared > 0:
                expected.append(number)
        assert np.flatnonzero(spoken(index, [group], articles, np.arange(len(sentences)))).tolist() == expected
    assert not spoken(index, [], articles, np.arange(len(sentences))).any()


def test_groups_are_found_by_any_form_of_a_name_but_not_by_what_somebody_is(indexing: Indexing) -> None:
    index = indexing({"a": MILL, "b": MILL_HANT, "c": MILL_EN})
    (group,) = index.utterances.called("\u7f57\u9759\u6021")
    assert profile_of(index, group).speaker.name == find_profile(index, "Luo Jingyi").speaker.name
    for form in ("\u7f85\u975c\u6021", "Luo Jingyi", "Jingyi Luo", "LUO JINGYI"):
        assert index.utterances.called(form) == [group]
    assert index.utterances.called("engineer") == index.utterances.called("") == []


def test_a_question_that_names_a_speaker_prefers_what_that_one_says(indexing: Indexing, encoder: Encoder) -> None:
    talk = (
        "Orchards\n\nAnna Berger said the harvest would be late. \u201cThe blossom froze in April,\u201d she said. "
        "\u201cThat is why we pick in October.\u201d\n\n"
        "Tom Fischer said the harvest would be early. \u201cThe summer was dry,\u201d he said. \u201cThat is why we pick in August.\u201d\n"
    )
    index = indexing({"talk": talk})
    for name, month in (("Anna Berger", "October"), ("Tom Fischer", "August")):
        best = search(index, encoder, f"In which month do they pick, as {name} told us?").hits[0]
        assert month in best.passage.sentences[best.best].text
        assert best.shares["speaker"] > 0


def test_sources_of_one_description_in_several_articles(indexing: Indexing) -> None:
    text = "About the pier\n\nQ: When will it open?\n\nA: In May it will open.\n\nQ: And the cost?\n\nA: It is under control.\n"
    index = indexing({"a": text, "b": text.replace("May", "June")})
    with pytest.raises(InputError, match="2 articles each have somebody whom they call the interviewee"):
        find_profile(index, "the interviewee")
