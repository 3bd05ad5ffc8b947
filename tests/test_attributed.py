"""Attributions against gold, and how good they have to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Outcome

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.evaluation.attributed import SpeakerScores, Tally, indexed, load_utterances, score_speakers
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.types import digest

Cli = Callable[..., Outcome]

TEXT = "Rain at last\n\n“We waited,” said Mara Quill, a farmer at Low Moor. The river rose by a foot.\n\nJonas Weller said it was early. Nobody fished.\n"
SAID = ("We waited,", "Jonas Weller said it was early.", "The river rose by a foot.", "Nobody fished.")


@pytest.fixture
def rain(tmp_path: Path, encoder: Encoder) -> Path:
    """An index of one article in which two people speak."""
    (tmp_path / "rain.txt").write_text(TEXT, "utf-8")
    build(tmp_path / "index", sources_of([tmp_path / "rain.txt"]), encoder)
    return tmp_path / "index"


def record(words: str, form: str = "direct", names: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {
        "id": words[:9],
        "article": "rain",
        "start": start,
        "end": start + len(words),
        "sha256": digest(words),
        "form": form,
        "names": list(names),
        **more,
    }


def gold_file(folder: Path, *records: dict[str, Any] | str) -> Path:
    file = folder / "gold.jsonl"
    file.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records) + "\n", "utf-8")
    return file


GOLD = (
    record(SAID[0], names=("MARA QUILL",), roles=["farmer at Low Moor"], split="dev"),
    record(SAID[1], "reported", ("Somebody Else",), split="dev"),
    record(SAID[2], "reported", ("MARA QUILL",), split="test"),
    record(SAID[3], "none", split="test"),
)


def test_the_arithmetic_of_scores(rain: Path, tmp_path: Path) -> None:
    gold = load_utterances(gold_file(tmp_path, *GOLD))
    scores = score_speakers(Index(rain), indexed(gold, Index(rain)))
    place = f"rain#{GOLD[1]['start']}-{GOLD[1]['end']}"
    missed = f"rain#{GOLD[2]['start']}-{GOLD[2]['end']}"
    assert scores == SpeakerScores(
        all=Tally(right=1, wrong=1, missed=1),
        forms={"direct": Tally(1, 0, 0), "reported": Tally(0, 1, 1)},
        unsaid=1,
        false=0,
        roles=(1, 1),
        names=(1, 2),
        faults={
            GOLD[1]["id"]: f"{place}: Somebody Else says it; attributed to Jonas Weller",
            GOLD[2]["id"]: f"{missed}: MARA QUILL says it; unattributed",
        },
    )
    assert scores.precision == 1 / (1 + 1 + 0)
    assert scores.all.recall == 1 / (1 + 1 + 1)
    assert Tally().precision is Tally().recall is None


def test_what_nobody_says_counts_when_it_is_attributed(rain: Path, tmp_path: Path) -> None:
    gold = load_utterances(gold_file(tmp_path, GOLD[0], record(SAID[1], "none")))
    scores = score_speakers(Index(rain), gold)
    assert (scores.unsaid, scores.false, scores.precision, scores.all.recall) == (1, 1, 1 / (1 + 0 + 1), 1 / 1)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not a gold utterance (JSONDecodeError"),
        ("[" * 100_000, "line 2: not a gold utterance (RecursionError"),
        ("{}", "line 2: not a gold utterance (KeyError: 'id')"),
        ({**GOLD[0], "form": "sung"}, "line 2: form 'sung' is not one of direct, reported"),
        ({**GOLD[0], "names": []}, "line 2: an utterance has a range and, unless its form is none, names."),
        ({**GOLD[0], "end": 0}, "line 2: an utterance has a range"),
        ({**GOLD[3], "names": ["Mara Quill"]}, "line 2: an utterance has a range"),
        ({**GOLD[0], "names": None}, "line 2: not a gold utterance (TypeError"),
    ],
)
def test_what_is_wrong_with_a_gold_file_and_where(tmp_path: Path, line: dict[str, Any] | str, said: str) -> None:
    file = gold_file(tmp_path, GOLD[0], line)
    with pytest.raises(InputError) as caught:
        load_utterances(file)
    assert str(caught.value).startswith(f"{file}, ")
    assert said in str(caught.value)


def test_files_and_splits_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read"):
        load_utterances(tmp_path / "nowhere.jsonl")
    with pytest.raises(InputError, match="no gold utterances in it of split 'train'"):
        load_utterances(gold_file(tmp_path, *GOLD), "train")
    with pytest.raises(InputError, match="no gold utterances in it"):
        load_utterances(gold_file(tmp_path, ""))


def test_gold_that_no_longer_matches_its_article(rain: Path, tmp_path: Path) -> None:
    moved = load_utterances(gold_file(tmp_path, {**GOLD[0], "start": 0}))
    with pytest.raises(InputError, match=r"rain#0-.* no longer has the text that was marked"):
        indexed(moved, Index(rain))
    other = load_utterances(gold_file(tmp_path, {**GOLD[0], "article": "snow"}))
    with pytest.raises(InputError, match="none of the gold utterances is of an indexed article"):
        indexed(other, Index(rain))


def test_rag_eval_speakers(rain: Path, tmp_path: Path, cli: Cli) -> None:
    asked = ("eval", "--speakers", "--gold", gold_file(tmp_path, *GOLD), "--index", rain)
    found = cli(*asked, "--json")
    assert (found.code, found.record["precision"], found.record["right"], found.record["forms"]["direct"]["recall"]) == (
        0,
        0.5,
        1,
        1,
    )
    assert cli(*asked, "--split", "test", "--json").record["missed"] == 1
    printed = cli(*asked)
    assert "Somebody Else says it; attributed to Jonas Weller" in printed.out
    assert "4 gold utterances" in printed.err
    assert cli(*asked, "--report", tmp_path / "r.html").code == 2


def scores_of(index: Index, file: str, split: str | None = None) -> SpeakerScores:
    return score_speakers(index, indexed(load_utterances(ROOT / "eval" / file, split), index))


def test_attribution_is_good_enough(corpus_index: Index) -> None:
    scores = scores_of(corpus_index, "speakers.jsonl")
    assert scores.precision is not None
    assert scores.all.recall is not None
    assert scores.precision >= 0.95
    assert scores.all.recall >= 0.85


def test_attribution_is_good_enough_in_news_of_other_fields(tmp_path: Path, encoder: Encoder) -> None:
    build(tmp_path / "index", sources_of([ROOT / "eval" / "news"]), encoder)
    scores = scores_of(Index(tmp_path / "index"), "news.jsonl")
    assert scores.precision is not None
    assert scores.all.recall is not None
    assert scores.precision >= 0.95
    assert scores.all.recall >= 0.9
