"""`rag eval` from end to end: gold questions built from the articles' own text, runs, comparison, thresholds, the report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import Outcome, run_cli

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.types import digest

Cli = Callable[..., Outcome]
TUNGSTEN = "What is the melting point of tungsten carbide in kelvin?"


def question(index: Index, id: str, asked: str, article: str, start: int, end: int, **fields: object) -> dict[str, Any]:
    raw = index.raw(index.by_id[article])
    evidence = [{"article": article, "start": start, "end": end, "sha256": digest(raw[start:end])}]
    return {"id": id, "question": asked, "lang": "en", "kind": "fact", "evidence": evidence, **fields}


def gold_of(index: Index) -> list[dict[str, Any]]:
    """The start of a sentence of each article as the question that it answers, one whose evidence is elsewhere, one without."""
    made = []
    for number, entry in enumerate(index.entries):
        passage = index.passages[(entry.passages[0] + entry.passages[1]) // 2]
        sentence = max(passage.sentences, key=lambda s: len(s.text))
        lang, split = entry.metadata.language or "en", "test" if number % 2 else "dev"
        made.append(
            question(index, f"s{number}", sentence.text[:40], entry.id, sentence.start, sentence.end, lang=lang, split=split)
        )
    first, last = made[0], made[-1]
    made.append({**first, "id": "lost", "evidence": last["evidence"], "kind": "why", "split": "test"})
    made.append(
        {"id": "none", "question": TUNGSTEN, "lang": "en", "kind": "none", "evidence": [], "domain": "off", "split": "test"}
    )
    return made


def write(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


@dataclass(frozen=True)
class Asked:
    """One `rag eval` that asked, and what it left."""

    gold: Path
    index: Path
    folder: Path
    report: Path
    outcome: Outcome

    def again(self, *args: str | Path) -> Outcome:
        """`rag eval` of its saved run."""
        return run_cli("eval", "--gold", self.gold, "--index", self.index, "--run", self.folder, *args)


@pytest.fixture(scope="module")
def asked(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("eval")
    gold = write(folder / "gold.jsonl", gold_of(Index(sample_index)))
    out, report = folder / "runs" / "new", folder / "reports" / "new.html"
    done = run_cli("eval", "--gold", gold, "--index", sample_index, "--run-out", out, "--report", report, "--json", "--top", "2")
    return Asked(gold, sample_index, out, report, done)


def test_the_figures(asked: Asked) -> None:
    assert asked.outcome.code == 0, asked.outcome.err
    record, count = asked.outcome.record, len(Index(asked.index).entries)
    assert (record["questions"], record["answerable"], record["missing"]) == (count + 2, count + 1, 0)
    assert record["measures"]["all"]["R@1"]["mean"] == pytest.approx(count / (count + 1))
    assert record["measures"]["kind fact"]["quote@1"]["mean"] == 1.0
    assert record["measures"]["kind why"]["R@10"]["mean"] == 0.0
    assert record["refusal"]["unanswerable refused, off"] == 1.0
    printed = 2 * record["questions"]
    expected = {"passages": printed, "passages_verified": printed, "quotes": printed, "quotes_verified": printed, "share": 1.0}
    assert record["citations"] == expected
    assert record["took_ms"]["median"] > 0
    assert re.search(r"evidence passage ranked \d+", record["faults"]["lost"])
    assert f"{count + 2} questions ({asked.gold}) to {count} articles" in asked.outcome.err


def test_a_saved_run_gives_the_same_figures(asked: Asked, tmp_path: Path) -> None:
    record = asked.again("--json").record
    kept = [name for name in record if name != "faults"]
    assert {name: record[name] for name in kept} == {name: asked.outcome.record[name] for name in kept}
    assert "not among the 2 passages retrieved" in record["faults"]["lost"]
    assert asked.again("--run-out", tmp_path / "copy").code == 0
    for name in ("run.jsonl", "run.trec", "qrels.trec"):
        assert (tmp_path / "copy" / name).read_bytes() == (asked.folder / name).read_bytes()


def test_trec_files_give_the_figures_of_the_table(asked: Asked) -> None:
    import ir_measures

    run = list(ir_measures.read_trec_run(str(asked.folder / "run.trec")))
    qrels = list(ir_measures.read_trec_qrels(str(asked.folder / "qrels.trec")))
    shown = asked.outcome.record["measures"]["all"]
    names = ("R@1", "R@3", "R@5", "R@10", "RR@10", "nDCG@10")
    found = ir_measures.calc_aggregate([ir_measures.parse_measure(name) for name in names], qrels, run)
    assert {str(m): v for m, v in found.items()} == pytest.approx({name: shown[name]["mean"] for name in names}, abs=1e-12)


def test_answers_of_rag_ask_are_a_run(asked: Asked, cli: Cli, tmp_path: Path) -> None:
    done = cli("ask", "--from", asked.gold, "--index", asked.index, "-k", "2")
    (tmp_path / "answers.jsonl").write_text(done.out, "utf-8")
    record = cli("eval", "--gold", asked.gold, "--index", asked.index, "--run", tmp_path / "answers.jsonl", "--json").record
    assert record["measures"] == asked.outcome.record["measures"]


def test_a_split(asked: Asked) -> None:
    wanted = [line for line in map(json.loads, asked.gold.read_text("utf-8").splitlines()) if line["split"] == "dev"]
    record = asked.again("--split", "dev", "--json").record
    assert (record["questions"], record["answerable"]) == (len(wanted), len(wanted))
    assert record["measures"]["all"]["R@1"]["mean"] == 1.0


def test_what_people_see(asked: Asked) -> None:
    done = asked.again("--compare", asked.folder)
    assert done.code == 0
    for text in (
        "R@1",
        "nDCG@10",
        "evidence@10",
        "kind why",
        "unanswerable refused, off",
        "AUROC",
        "100.0%",
        "ms a question",
        "lost",
        "wins",
    ):
        assert text in done.out, text
    assert re.search(r"^all +\d+ +0\.\d{3}", done.out, re.MULTILINE)
    assert "verified in the source files" in done.out


def test_comparison_with_another_run(asked: Asked, tmp_path: Path) -> None:
    """The other run lacks the first answer and has the second question's hits the wrong way round."""
    answers = [json.loads(line) for line in (asked.folder / "run.jsonl").read_text("utf-8").splitlines()]
    answers[1]["passages"].reverse()
    other = write(tmp_path / "other.jsonl", answers[1:])
    record = asked.again("--compare", other, "--json").record
    first = {c["measure"]: c for c in record["compared"]}
    count = record["answerable"]
    assert (first["R@1"]["wins"], first["R@1"]["ties"], first["R@1"]["losses"]) == (2, count - 2, 0)
    assert (first["R@3"]["wins"], first["R@3"]["losses"]) == (1, 0)
    assert first["RR@10"]["mean_a"] - first["RR@10"]["mean_b"] == pytest.approx((1 + 1 / 2) / count)
    assert first["R@1"]["p"] == pytest.approx(0.5, abs=0.03)  # 2 of 4 sign patterns
    reverse = run_cli(
        "eval", "--gold", asked.gold, "--index", asked.index, "--run", other, "--compare", asked.folder, "--json"
    ).record
    assert reverse["missing"] == 1
    assert {c["measure"]: c["losses"] for c in reverse["compared"]}["R@1"] == 2
    assert "the run has no answer to it" in reverse["faults"]["s0"]


def test_thresholds_decide_the_exit_code(asked: Asked) -> None:
    assert asked.again("--fail-under", "R@1=0.5,RR@10=0.5").code == 0
    done = asked.again("--fail-under", "R@1=0.5,R@5=0.999", "--json")
    assert done.code == 1
    assert re.search(r"^Missed: R@5 is 0\.\d+, under 0\.999\.$", done.err, re.MULTILINE)
    assert "R@1" not in done.err
    assert done.record["questions"]


def test_a_changed_source_file_makes_citations_false(small: Path, articles: Path, cli: Cli, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", gold_of(Index(small)))
    args = ("eval", "--gold", gold, "--index", small, "--json")
    assert cli(*args, "--run-out", tmp_path / "run").record["citations"]["share"] == 1.0
    harbour = articles / "harbour.txt"
    harbour.write_text(harbour.read_text("utf-8").replace("herring", "sardine"), "utf-8")
    answers = [json.loads(line) for line in (tmp_path / "run" / "run.jsonl").read_text("utf-8").splitlines()]
    hits = [hit for answer in answers for hit in answer["passages"]]
    changed = sum("herring" in hit["text"] for hit in hits)
    found = cli(*args, "--run", tmp_path / "run").record["citations"]
    assert changed > 0
    assert (found["passages"], found["passages_verified"]) == (len(hits), len(hits) - changed)
    assert found["quotes_verified"] == len(hits) - sum("herring" in hit["quote"]["text"] for hit in hits)
    answers[0]["passages"][0]["quote"]["text"] += "!"
    answers[0]["passages"][0]["article"] = "lighthouse"
    worse = cli(*args, "--run", write(tmp_path / "worse.jsonl", answers)).record["citations"]
    assert worse["passages_verified"] <= found["passages_verified"]
    assert worse["share"] < found["share"]


# --- bad input --------------------------------------------------------------------------------------------------------


def test_bad_input_is_said_before_anything_is_asked(
    asked: Asked, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    base = ("eval", "--index", asked.index)
    lines = [json.loads(line) for line in asked.gold.read_text("utf-8").splitlines()]
    stale = write(tmp_path / "stale.jsonl", [{**lines[0], "evidence": [{**lines[0]["evidence"][0], "sha256": "0" * 64}]}])
    strange = write(tmp_path / "strange.jsonl", [{**lines[0], "id": "other"}])
    long = write(tmp_path / "long.jsonl", [{**lines[0], "question": "why " * 1000}])
    cases = {
        "no gold questions: there is no eval/gold.jsonl here; name a file with --gold FILE": base,
        "nowhere.jsonl: cannot be read": (*base, "--gold", "nowhere.jsonl"),
        "no longer has the text that was marked": (*base, "--gold", stale),
        "no questions in it of split 'train'": (*base, "--gold", asked.gold, "--split", "train"),
        "none of the run's ids, such as": (*base, "--gold", strange, "--run", asked.folder),
        "gold question s0: the question has 3,999 characters": (*base, "--gold", long),
        "cannot be read as a saved run": (*base, "--gold", asked.gold, "--compare", tmp_path / "none"),
        "'R@7' is not one of": (*base, "--gold", asked.gold, "--fail-under", "R@7=0.5"),
        "no index there": ("eval", "--index", tmp_path / "none", "--gold", asked.gold, "--run", asked.folder),
    }
    for said, args in cases.items():
        done = cli(*args)
        assert (done.code, done.out) == (2, ""), (said, done)
        assert said in done.err
        assert "Traceback" not in done.err
    (tmp_path / "file").write_text("")
    for option in (("--report", tmp_path), ("--run-out", tmp_path / "file"), ("--report", tmp_path / "file" / "x.html")):
        assert asked.again(*option).code == 2


# --- the report -------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags and attributes of a page, and the text outside of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.code: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        (self.code if self.tags and self.tags[-1] in ("style", "script") else self.text).append(data)


def check_self_contained(page: Page) -> None:
    """Nothing is fetched from anywhere and nothing runs but the one script."""
    assert not {"link", "img", "iframe", "object", "embed", "base", "video", "audio", "source"} & set(page.tags)
    assert page.tags.count("script") == 1
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in ("src", "srcset", "action", "data"), (tag, name)
        assert name != "href" or value.startswith("#"), value
    assert not re.search(r"https?:|//|url\(|@import|fetch|innerHTML|eval\(", "".join(page.code))
    policy = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; ")


def test_the_report_is_one_file_with_everything(asked: Asked) -> None:
    page = Page(asked.report.read_text("utf-8"))
    check_self_contained(page)
    text = "".join(page.text)
    lines = [json.loads(line) for line in asked.gold.read_text("utf-8").splitlines()]
    anchors = {value for tag, name, value in page.attributes if (tag, name) == ("details", "id")}
    assert anchors == {f"q-{line['id']}" for line in lines}
    assert all(line["question"] in text for line in lines)
    assert page.tags.count("svg") == 6
    assert page.tags.count("mark") >= 2 * len(lines)
    assert all(
        measure in text
        for measure in ("R@1", "nDCG@10", "quote@1", "AUROC", "Success against k", "Reliability", "unanswerable refused, off")
    )
    assert asked.outcome.record["faults"]["lost"] in text
    states = {value for _, name, value in page.attributes if name == "data-state"}
    assert {"missed fault", "refused"} <= {state.replace(" silent", "") for state in states}
    assert asked.report.parent.name == "reports"
    assert [path.name for path in asked.report.parent.iterdir()] == [asked.report.name]


def test_the_report_of_a_saved_run_and_comparison(asked: Asked, tmp_path: Path) -> None:
    report = tmp_path / "r.html"
    assert asked.again("--report", report, "--compare", asked.folder).code == 0
    page = Page(report.read_text("utf-8"))
    check_self_contained(page)
    assert "Against the other run" in "".join(page.text)
    first = report.read_bytes()
    asked.again("--report", report, "--compare", asked.folder)
    assert report.read_bytes() == first


EVIL = "<script>alert(1)</script>\"'><img src=http://evil.example/x onerror=alert(2)>&amp;</details>\x1b[2J"


def test_hostile_texts_are_escaped(encoder: Encoder, cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "evil"
    folder.mkdir()
    text = f"The {EVIL} tower\n\nSource: Co{EVIL}ast\nDate: 2024-05-17\n\nThe tower {EVIL} leans to the west, and nobody minds {EVIL} it.\n\nGulls live there.\n"
    (folder / "tower'\"<b>&.txt").write_text(text, "utf-8")
    build(tmp_path / "index", sources_of([folder]), encoder)
    index = Index(tmp_path / "index")
    (entry,) = index.entries
    start, end = text.index("leans"), text.index(", and nobody")
    lines = [
        question(index, f"q{EVIL}", f"does the tower {EVIL} lean?", entry.id, start, end, lang=f"en{EVIL}", split=EVIL),
        question(index, "q2", "gulls?", entry.id, start, end, lang=EVIL, split='a"b'),
        {"id": "q3", "question": EVIL, "lang": "en", "kind": "none", "evidence": [], "domain": EVIL},
    ]
    gold = write(tmp_path / f"gold{EVIL.replace('/', '')}.jsonl", lines)
    done = cli(
        "eval", "--gold", gold, "--index", tmp_path / "index", "--report", tmp_path / "r.html", "--run-out", tmp_path / "run"
    )
    assert done.code == 0, done.err
    assert "\x1b" not in done.out + done.err
    page = Page((tmp_path / "r.html").read_text("utf-8"))
    check_self_contained(page)
    assert page.tags.count("details") == 3
    shown = "".join(page.text)
    assert "alert(1)" in shown
    assert "\x1b" not in shown
    assert cli("eval", "--gold", gold, "--index", tmp_path / "index", "--run", tmp_path / "run", "--json").record["missing"] == 0
