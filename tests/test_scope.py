"""Questions to some articles only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import FLAGSHIP, Outcome

from rag.answering.scope import Scope, check_date, choose
from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.retrieval import candidates
from rag.retrieval import search as retrieval

Cli = Callable[..., Outcome]


def chosen(index: Path, scope: Scope) -> tuple[list[str], int]:
    opened = Index(index)
    found = choose(opened, scope)
    return [opened.entries[number].id for number in found.articles], found.undated


@pytest.mark.parametrize(
    ("scope", "ids"),
    [
        (Scope(since="2024-12-05"), ["shuju-yu-chuizhi-moxing", "startups-vs-big-tech"]),
        (Scope(since="2024-12-09", until="2024-12-09"), ["shuju-yu-chuizhi-moxing"]),
        (Scope(until="2023"), ["why-vcs-hold-back", "zhu-xiaohu-fu-sheng"]),
        (Scope(until="2023-06"), ["why-vcs-hold-back"]),
        (Scope(("zhu", "startups"), since="2024"), ["startups-vs-big-tech"]),
        (Scope(("zhu", "zhu-xiaohu-fu-sheng")), ["zhu-xiaohu-fu-sheng"]),
    ],
)
def test_articles_are_chosen_by_id_and_date(sample_index: Path, scope: Scope, ids: list[str]) -> None:
    assert chosen(sample_index, scope) == (ids, 0)


def test_articles_without_a_date_are_left_out_and_counted(small: Path) -> None:
    assert chosen(small, Scope(since="2024")) == (["harbour"], 2)
    assert chosen(small, Scope()) == (["clock", "harbour", "orchard"], 0)


def test_a_less_precise_date_counts_when_it_may_lie_inside(small: Path) -> None:
    assert chosen(small, Scope(since="2024-05-17", until="2024"))[0] == ["harbour"]
    with pytest.raises(InputError, match=r"3 asked, 1 with a date, none since 2024-05-18\."):
        chosen(small, Scope(since="2024-05-18"))


@pytest.mark.parametrize(
    "given", ["", "24", "2024-13", "2024-02-30", "2024-1-1", "yesterday", "2024-05-17T10:00", "\u0662\u0660\u0662\u0664"]
)
def test_what_is_no_date(given: str) -> None:
    with pytest.raises(InputError, match="not a date; write 2024, 2024-03 or 2024-03-22"):
        check_date(given)


def test_since_after_until_leaves_no_day(sample_index: Path) -> None:
    with pytest.raises(InputError, match="since 2024 until 2023-12 leaves no day"):
        chosen(sample_index, Scope(since="2024", until="2023-12"))


def test_a_scope_in_words() -> None:
    assert [str(Scope()), str(Scope(("a", "b"), "2023", "2024-05"))] == ["all articles", "a, b, since 2023, until 2024-05"]
    assert [bool(Scope()), bool(Scope(until="2024"))] == [False, True]


def test_search_within_articles_finds_their_passages_with_the_scores_they_have_among_all(
    sample_index: Path, encoder: Encoder
) -> None:
    index = Index(sample_index)
    everything = retrieval.search(index, encoder, FLAGSHIP, 41).hits
    sentences = choose(index, Scope(("zhu", "startups"))).sentences
    within = retrieval.search(index, encoder, FLAGSHIP, 41, within=sentences).hits
    assert {index.article_of(hit.number).id for hit in within} == {"startups-vs-big-tech", "zhu-xiaohu-fu-sheng"}
    scores = {hit.number: hit.score for hit in everything}
    assert all(hit.score == pytest.approx(scores[hit.number], abs=1e-5) for hit in within if hit.number in scores)


def test_many_passages_are_narrowed_down_as_few_are(
    sample_index: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(sample_index)
    everything = np.arange(len(index.passages.of_sentence))
    few = retrieval.search(index, encoder, FLAGSHIP, 3, within=everything).hits
    monkeypatch.setattr(candidates, "CANDIDATES", 10)
    monkeypatch.setattr(candidates, "_AT_ONCE", 4)
    many = retrieval.search(index, encoder, FLAGSHIP, 3, within=everything).hits
    assert [hit.number for hit in many] == [hit.number for hit in few]
    assert np.allclose([hit.score for hit in many], [hit.score for hit in few], atol=1e-5)


def test_no_passage_to_ask(sample_index: Path, encoder: Encoder) -> None:
    with pytest.raises(InputError, match="nothing is left to ask"):
        retrieval.search(Index(sample_index), encoder, FLAGSHIP, within=np.zeros(0, np.int64))


def test_only_what_a_speaker_says_is_quoted(small: Path, encoder: Encoder) -> None:
    index = Index(small)
    found = choose(index, Scope(speaker="lind"))
    assert [index.entries[number].id for number in found.articles] == ["harbour"]
    (hit,) = retrieval.search(index, encoder, "who counts the boats?", within=found.sentences).hits
    assert "We will not sell the quay to a hotel" in hit.passage.sentences[hit.best].text
    with pytest.raises(InputError, match="not quoted in the articles asked"):
        choose(index, Scope(("clock",), speaker="lind"))


def test_an_answer_outside_of_what_is_asked_is_not_quoted_for_its_question(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "a.txt").write_text("How many trams does the depot keep? Nineteen of them stand there at night.", "utf-8")
    build(tmp_path / "index", sources_of([tmp_path / "a.txt"]), encoder)
    index = Index(tmp_path / "index")
    question = "how many trams does the depot keep?"
    (whole,) = retrieval.search(index, encoder, question).hits
    (asked,) = retrieval.search(index, encoder, question, within=np.array([0])).hits
    assert (whole.best, asked.best) == (1, 0)


def test_the_command_says_once_how_many_articles_it_asked(cli: Cli, small: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text('{"question": "who leads the council?"}\n{"question": "what was voted on?"}\n', "utf-8")
    done = cli("ask", "--from", asked, "--since", "2024", "--index", small)
    assert {p["article"] for record in done.records for p in record["passages"]} == {"harbour"}
    assert done.err.count("1 of 3 articles asked; 2 without a date left out.") == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--article", "nosuch"], "no such article"),
        (["--since", "soon"], "not a date"),
        (["--until", "1999"], "no article is left"),
    ],
)
def test_wrong_filters_are_one_sentence(cli: Cli, small: Path, args: list[str], said: str) -> None:
    done = cli("ask", "who leads the council?", *args, "--index", small)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "Traceback" not in done.err
