"""Scores, with their arithmetic written out."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from rag.errors import InputError
from rag.evaluation.gold import Evidence, GoldQuestion
from rag.evaluation.runs import load_run, save_run
from rag.evaluation.scoring import (
    MEASURES,
    Bin,
    Interval,
    auroc,
    below,
    bootstrap,
    compare,
    first_relevant,
    groups,
    parse_thresholds,
    refusal,
    reliability,
    roc,
    score,
    success,
    summary,
    to_json,
    trec_lines,
)


def gold(id: str, *ranges: tuple[int, int], lang: str = "en", kind: str = "fact", domain: str | None = None) -> GoldQuestion:
    """A question whose evidence are these ranges of article a."""
    return GoldQuestion(
        id, f"question {id}?", lang, kind if ranges else "none", tuple(Evidence("a", *r, "") for r in ranges), domain=domain
    )


def hit(start: int, end: int, quote: tuple[int, int] | None = None, article: str = "a") -> dict[str, Any]:
    first, last = quote or (start, end)
    return {
        "citation": f"{article}#{start}-{end}", "article": article, "start": start, "end": end, "text": "x", "digest": "",
        "quote": {"start": first, "end": last, "text": "x"},
    }  # fmt: skip


def answer(id: str, *hits: dict[str, Any], confidence: float = 0.9, answered: bool = True) -> dict[str, Any]:
    return {"id": id, "question": "?", "answered": answered, "confidence": confidence, "passages": list(hits)}


def at_rank(id: str, rank: int) -> dict[str, Any]:
    """Ten hits, of which the one at that rank is evidence [0, 10)."""
    return answer(id, *(hit(0, 10) if i == rank else hit(100 * i, 100 * i + 50) for i in range(1, 11)))


# --- ranking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5, 6, 10])
def test_measures_of_one_question(rank: int) -> None:
    (item,) = score([gold("q", (0, 10))], [at_rank("q", rank)])
    assert item.rank == rank
    assert dict(item.measures) == pytest.approx(
        {
            "R@1": float(rank == 1),
            "R@3": float(rank <= 3),
            "R@5": float(rank <= 5),
            "R@10": 1.0,
            "RR@10": 1 / rank,
            "nDCG@10": 1 / math.log2(1 + rank),
            "evidence@10": 1.0,
            "quote@1": float(rank == 1),
        }
    )
    assert tuple(item.measures) == MEASURES


def test_only_ten_hits_count() -> None:
    record = answer("q", *(hit(100 * i, 100 * i + 50) for i in range(1, 11)), hit(0, 10))
    (item,) = score([gold("q", (0, 10))], [record])
    assert item.rank is None
    assert set(item.measures.values()) == {0.0}
    assert first_relevant(item.question, record, 11) == 11


def test_one_of_several_evidence_ranges_is_an_answer() -> None:
    (item,) = score([gold("q", (0, 10), (500, 510), (900, 910))], [answer("q", hit(50, 60), hit(495, 505), hit(0, 10))])
    assert item.rank == 2  # 5 of the 10 characters of [500, 510)
    assert item.measures["R@1"] == 0.0
    assert item.measures["R@3"] == 1.0
    assert item.measures["evidence@10"] == pytest.approx(2 / 3)


def test_a_passage_grouped_under_a_hit_counts_as_shown() -> None:
    grouped = {**hit(50, 60), "also": [hit(0, 10)]}
    (item,) = score([gold("q", (0, 10))], [answer("q", grouped)])
    assert item.rank == 1
    assert item.measures["evidence@10"] == 1.0
    assert item.measures["quote@1"] == 0.0  # what is highlighted is the hit's own sentence


def test_the_quote_counts_when_it_touches_evidence() -> None:
    question = gold("q", (10, 20))
    for quote, right in (((19, 40), 1.0), ((20, 40), 0.0), ((0, 10), 0.0), ((0, 11), 1.0)):
        (item,) = score([question], [answer("q", hit(0, 40, quote))])
        assert item.measures["quote@1"] == right
    (item,) = score([question], [answer("q", {**hit(0, 40), "quote": None})])
    assert item.measures["quote@1"] == 0.0


def test_missing_is_wrong() -> None:
    scored = score([gold("q", (0, 10)), gold("n", domain="off"), gold("r", (0, 10))], [answer("r", hit(0, 10))])
    assert set(scored[0].measures.values()) == {0.0}
    assert summary(scored)["all"]["R@1"].mean == 0.5
    assert refusal(scored) == {
        "answerable refused": 0.5,
        "unanswerable refused": 0.0,
        "unanswerable refused, off": 0.0,
        "unanswerable refused, off, with 5% wrongly": 0.0,
        "AUROC": 0.0,
    }
    assert to_json(scored)["missing"] == 2
    assert {m: i.mean for m, i in summary(score([gold("q", (0, 10))], [answer("q")]))["all"].items()} == dict.fromkeys(
        MEASURES, 0.0
    )


def test_only_unanswerable_questions() -> None:
    scored = score([gold("n")], [answer("n", answered=False)])
    assert summary(scored) == {}
    assert refusal(scored) == {"answerable refused": None, "unanswerable refused": 1.0, "AUROC": None}
    assert success(scored) == []


def test_groups_and_their_means() -> None:
    questions = [gold("1", (0, 10), lang="zh-Hant", kind="who"), gold("2", (0, 10)), gold("3", (0, 10), kind="who"), gold("4")]
    scored = score(questions, [at_rank("1", 1), at_rank("2", 2), at_rank("3", 4)])
    assert {name: [s.question.id for s in members] for name, members in groups(scored).items()} == {
        "all": ["1", "2", "3"], "lang zh-Hant": ["1"], "lang en": ["2", "3"], "kind who": ["1", "3"], "kind fact": ["2"],
    }  # fmt: skip
    means = {name: row["RR@10"].mean for name, row in summary(scored).items()}
    assert means == pytest.approx(
        {"all": (1 + 1 / 2 + 1 / 4) / 3, "lang zh-Hant": 1, "lang en": 3 / 8, "kind who": 5 / 8, "kind fact": 1 / 2}
    )
    assert [round(i.mean * 3) for i in success(scored)] == [1, 2, 2, 3, 3, 3, 3, 3, 3, 3]


# --- intervals and comparison -----------------------------------------------------------------------------------------


def test_bootstrap_is_the_same_each_time_and_holds_the_mean() -> None:
    values = [1.0] * 30 + [0.0] * 70
    found = bootstrap(values)
    assert found == bootstrap(values)
    assert found.mean == pytest.approx(0.3)
    # normal approximation: 0.3 ± 1.96 · sqrt(0.3 · 0.7 / 100) = 0.21 … 0.39
    assert found.low == pytest.approx(0.21, abs=0.02)
    assert found.high == pytest.approx(0.39, abs=0.02)
    assert bootstrap([1.0, 1.0]) == Interval(1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="no values"):
        bootstrap([])


def test_comparison_counts_wins_and_losses() -> None:
    questions = [gold(str(i), (0, 10)) for i in range(6)]
    a = score(questions, [at_rank(str(i), rank) for i, rank in enumerate((1, 1, 1, 2, 2, 1))])
    b = score(questions, [at_rank(str(i), rank) for i, rank in enumerate((2, 2, 2, 1, 2, 1))])
    found = compare(a, b, "R@1")
    assert (found.wins, found.ties, found.losses) == (3, 2, 1)
    assert found.mean_a == pytest.approx(4 / 6)
    assert found.mean_b == pytest.approx(2 / 6)
    # four unequal pairs, |sum| = 2: of 16 sign patterns 1 + 4 + 4 + 1 = 10 sum to 2 or more either way
    assert found.p == pytest.approx(10 / 16, abs=0.02)
    assert compare(a, b, "R@1") == found
    mirrored = compare(b, a, "R@1")
    assert (mirrored.wins, mirrored.losses, mirrored.p) == (1, 3, found.p)
    assert compare(a, a, "RR@10").p == 1.0


def test_a_difference_on_every_question_is_no_chance() -> None:
    questions = [gold(str(i), (0, 10)) for i in range(20)]
    a, b = (score(questions, [at_rank(str(i), rank) for i in range(20)]) for rank in (1, 2))
    assert compare(a, b, "R@1").p == pytest.approx(1 / 10_001)  # 2 of 2^20 patterns are as extreme


def test_comparison_needs_common_questions() -> None:
    a, b = (score([gold(id, (0, 10))], [at_rank(id, 1)]) for id in "ab")
    with pytest.raises(InputError, match="no answerable question in common"):
        compare(a, b, "R@1")


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == (1 + 1 + 0.5 + 1) / 4
    assert auroc([0.3], [0.3]) == 0.5
    assert auroc([0.1], [0.9]) == 0.0
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


def test_the_area_under_roc_is_auroc() -> None:
    positive, negative = [0.9, 0.5, 0.5, 0.2], [0.5, 0.1, 0.1]
    points = roc(positive, negative)
    assert points == [(0, 0), (0, 1 / 4), (1 / 3, 3 / 4), (1 / 3, 1), (1, 1)]
    area = sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in pairwise(points))
    assert area == pytest.approx(auroc(positive, negative))
    assert roc([], negative) == []


def test_reliability_bins() -> None:
    questions = [gold("1", (0, 10)), gold("2", (0, 10)), gold("3"), gold("4", (0, 10)), gold("5")]
    answers = [answer(q.id, confidence=c) for q, c in zip(questions[:4], (0.72, 0.78, 0.75, 1.0), strict=True)]
    found = reliability(score(questions, answers))  # the fifth has no answer
    assert found == [Bin(0.7, 0.8, 3, pytest.approx(0.75), 2), Bin(0.9, 1.0, 1, 1.0, 1)]


def test_refusal_by_domain() -> None:
    questions = [gold("1", (0, 10)), gold("2", (0, 10)), gold("3", domain="in"), gold("4", domain="off"), gold("5", domain="off")]
    told = (("1", 0.9, True), ("2", 0.4, False), ("3", 0.6, True), ("4", 0.1, False), ("5", 0.2, False))
    scored = score(questions, [answer(id, confidence=c, answered=a) for id, c, a in told])
    assert refusal(scored) == pytest.approx(
        {
            "answerable refused": 1 / 2,
            "unanswerable refused": 2 / 3,
            "unanswerable refused, in": 0,
            "unanswerable refused, in, with 5% wrongly": 0,
            "unanswerable refused, off": 1,
            "unanswerable refused, off, with 5% wrongly": 1,
            "AUROC": 5 / 6,
        }
    )


def test_refusal_were_five_of_a_hundred_refused_wrongly() -> None:
    answerable = {f"a{i}": (i + 1) / 50 for i in range(40)}  # 0.02, 0.04, …: below 0.06 are two of the forty
    unanswerable = {"n1": 0.05, "n2": 0.0599, "n3": 0.06, "n4": 0.9}
    questions = [*(gold(id, (0, 10)) for id in answerable), *(gold(id, domain="in") for id in unanswerable)]
    scored = score(questions, [answer(id, confidence=c) for id, c in {**answerable, **unanswerable}.items()])
    assert refusal(scored)["unanswerable refused, in, with 5% wrongly"] == 2 / 4


# --- thresholds -------------------------------------------------------------------------------------------------------


def test_thresholds() -> None:
    scored = score([gold(str(i), (0, 10)) for i in range(10)], [at_rank(str(i), 1 if i < 9 else 4) for i in range(10)])
    assert parse_thresholds(" R@5 = 1, RR@10=0.8") == {"R@5": 1.0, "RR@10": 0.8}
    assert below(parse_thresholds("R@5=1,R@1=0.9,RR@10=0.925"), scored) == []
    assert below(parse_thresholds("R@1=0.91,R@5=1,nDCG@10=0.99"), scored) == [
        "R@1 is 0.900, under 0.91",
        "nDCG@10 is 0.943, under 0.99",
    ]
    assert below({"R@1": 0.1}, score([gold("n")], [])) == ["R@1 is 0.000, under 0.1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("P@5=0.9", "'P@5' is not one of R@1"), ("", "'' is not one of"), ("R@5=0.9,", "'' is not one of"), ("R@5", "not MEASURE=NUMBER"),
        ("R@5=high", "not MEASURE=NUMBER"), ("R@5=90", "90 is not between 0 and 1"), ("R@5=nan", "nan is not between"),
    ],
)  # fmt: skip
def test_thresholds_that_make_no_sense(text: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        parse_thresholds(text)
    assert said in str(raised.value)


# --- runs -------------------------------------------------------------------------------------------------------------


def test_trec_files_give_the_same_figures(tmp_path: Path) -> None:
    """ir_measures' own reading of the files: awkward names, a citation printed twice, a miss and a missing question."""
    import ir_measures

    questions = [
        gold("with space", (0, 10)),
        gold("50%", (0, 10)),
        gold("twice", (0, 10)),
        gold("miss", (0, 10)),
        gold("gone", (0, 10)),
        gold("none"),
    ]
    spaced = [hit(20 * i, 20 * i + 10, article="b c") for i in range(1, 4)]
    answers = [
        answer("with space", *spaced, hit(0, 10)), at_rank("50%", 2), answer("twice", hit(0, 4), hit(0, 10), hit(0, 10), hit(0, 4)), at_rank("miss", 11),
        at_rank("none", 1),
    ]  # fmt: skip
    scored = score(questions, answers)
    assert [s.rank for s in scored] == [4, 2, 2, None, None, None]
    save_run(tmp_path / "new" / "run", answers, *trec_lines(scored))
    folder = tmp_path / "new" / "run"
    run, qrels = (
        read(str(folder / name))
        for read, name in ((ir_measures.read_trec_run, "run.trec"), (ir_measures.read_trec_qrels, "qrels.trec"))
    )
    measures = [ir_measures.parse_measure(name) for name in MEASURES[:6]]
    found = {str(measure): value for measure, value in ir_measures.calc_aggregate(measures, list(qrels), list(run)).items()}
    assert found == pytest.approx({name: summary(scored)["all"][name].mean for name in MEASURES[:6]}, abs=1e-12)
    assert found["RR@10"] == pytest.approx((1 / 4 + 1 / 2 + 1 / 2 + 0 + 0) / 5)
    assert load_run(folder) == load_run(folder / "run.jsonl") == answers


BAD_RUNS = {
    "{": "JSONDecodeError",
    "[]": "TypeError",
    '{"id": "x"}': "answered",
    json.dumps({**answer("x"), "id": None}): "its id is null",
    json.dumps({**answer("x"), "answered": 1}): "answered is not true or false",
    json.dumps({**answer("x"), "confidence": math.nan}): "confidence not a number",
    json.dumps({**answer("x"), "confidence": "high"}): "TypeError",
    json.dumps({**answer("x"), "passages": None}): "TypeError",
    json.dumps(answer("x", {**hit(0, 10), "start": "0"})): "no range of an article",
    json.dumps(answer("x", {**hit(0, 10), "end": 0})): "no range of an article",
    json.dumps(answer("x", {**hit(0, 10), "quote": {"start": 3}})): "end",
    json.dumps(answer("x", {**hit(0, 10), "also": [hit(9, 3)]})): "no range of an article",
    json.dumps(answer("q0")): "the id 'q0' stands there a second time",
}


@pytest.mark.parametrize("line", BAD_RUNS)
def test_a_bad_run_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "run.jsonl"
    file.write_text(json.dumps(answer("q0", hit(0, 10))) + "\n" + line + "\n", "utf-8")
    with pytest.raises(InputError) as raised:
        load_run(file)
    assert str(raised.value).startswith(f"{file}, line 2: ")
    assert BAD_RUNS[line] in str(raised.value)


def test_a_run_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"run\.jsonl: cannot be read as a saved run"):
        load_run(tmp_path)
    (tmp_path / "run.jsonl").write_text("\n")
    with pytest.raises(InputError, match="no answers in it"):
        load_run(tmp_path)
    with pytest.raises(InputError, match="the run cannot be written there"):
        save_run(tmp_path / "run.jsonl" / "below", [], [], [])
