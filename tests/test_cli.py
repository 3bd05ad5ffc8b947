"""The command line: its contract with people (help, words, exit codes) and with programs (--json)."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CLOCK, FLAGSHIP, HARBOUR, ORCHARD, ROOT, FirstRun, Outcome, files_of

import rag
from rag.articles.corpus import sources_of
from rag.cli import app
from rag.cli.shell import progress_bar
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.presentation import show

COMMANDS = sorted(command.callback.__name__ for command in app.registered_commands if command.callback)
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Cli = Callable[..., Outcome]


# --- help ------------------------------------------------------------------------------------------------------------


def test_the_commands_of_this_version() -> None:
    assert {"articles", "ask", "cite", "index", "status"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cli: Cli, command: str) -> None:
    done = cli(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage" in done.out
    assert f"rag {command}" in done.out.split("Example", 1)[1]
    assert cli(command, "-h").out == done.out


def test_the_version(cli: Cli) -> None:
    assert (cli("--version").out, cli("-V").code) == (f"rag {rag.__version__}\n", 0)


def test_help_names_every_command(cli: Cli) -> None:
    done = cli("--help")
    assert done.code == 0
    assert all(re.search(rf"\b{command}\b", done.out) for command in COMMANDS)
    assert "--install-completion" in done.out


def test_every_command_is_in_the_readme() -> None:
    if not (ROOT / "README.md").exists():
        pytest.skip("README.md is not written yet")
    text = (ROOT / "README.md").read_text("utf-8")
    assert [command for command in COMMANDS if f"rag {command}" not in text] == []


@pytest.mark.parametrize(
    "args", [[], ["nonsense"], ["ask", "--nonsense", "x"], ["ask", "why?", "--top", "0"], ["index", "--passage-size", "5"]]
)
def test_wrong_use_exits_with_2(cli: Cli, args: list[str]) -> None:
    done = cli(*args)
    assert done.code == 2
    assert "Traceback" not in done.out + done.err


# --- the first run ---------------------------------------------------------------------------------------------------


def test_outside_any_project_rag_indexes_its_sample_and_says_so(first_run: FirstRun) -> None:
    assert first_run.outcome.code == 0, first_run.outcome.err
    assert "No index in index/ yet." in first_run.outcome.err
    assert "the sample articles that come with rag" in first_run.outcome.err
    assert re.search(r"\d+ articles, \d+ passages", first_run.outcome.err)
    assert sorted(path.name for path in first_run.folder.iterdir()) == ["index"]


def test_the_flagship_question_is_answered_from_the_sample(first_run: FirstRun) -> None:
    record = first_run.outcome.record
    assert record["answered"] is True
    assert record["question"] == FLAGSHIP
    assert record["passages"]


def test_a_second_question_says_which_articles_it_used(first_run: FirstRun, process: Cli) -> None:
    before = files_of(first_run.index)
    done = process(
        "ask",
        "\u8c01\u8ba4\u4e3a\u521b\u4e1a\u516c\u53f8\u6253\u4e0d\u8d62\u5927\u5382\uff1f",
        cwd=first_run.folder,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    )
    assert done.code == 0, done.err
    assert re.search(r"^\d+ articles, \d+ passages \(index/, use-multilingual-v3\)$", done.err, re.MULTILINE)
    assert "No index" not in done.err
    assert re.search(r"#\d+-\d+", done.out)
    assert files_of(first_run.index) == before


def test_articles_beside_the_working_folder_come_first(
    articles: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    done = cli("ask", "when does the harbour close?", "--json")
    assert done.record["index"]["articles"] == 3
    assert "Indexing articles into index/." in done.err
    assert {e.id for e in Index(tmp_path / "index").entries} == {"clock", "harbour", "orchard"}


# --- ask --------------------------------------------------------------------------------------------------------------


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_answer(record: dict[str, Any]) -> None:
    always = [name for name in record if name not in ("others", "mentioned", "warnings")]
    assert always == ["id", "question", "answered", "confidence", "kind", "passages", "speakers", "index", "took_ms"]
    assert isinstance(record["question"], str)
    assert isinstance(record["answered"], bool)
    assert is_number(record["confidence"])
    assert 0 <= record["confidence"] <= 1
    assert record["kind"] in ("who", "fact", "why", "none")
    assert is_number(record["took_ms"])
    assert record["took_ms"] > 0
    assert set(record["index"]) == {"articles", "passages", "model"}
    assert isinstance(record["speakers"], list)
    for speaker in (*record["speakers"], *record.get("others", ())):
        assert {"name", "role", "citations", "stance", "quotes"} <= set(speaker)
        assert speaker["citations"] == [quote["citation"] for quote in speaker["quotes"]]
    assert {speaker["stance"] for speaker in record["speakers"]} <= {"says"}
    assert {speaker["stance"] for speaker in record.get("others", ())} <= {"unclear", "contrasts"}
    assert [p["rank"] for p in record["passages"]] == list(range(1, len(record["passages"]) + 1))
    scores = [p["score"] for p in record["passages"]]
    assert scores == sorted(scores, reverse=True)
    for passage in record["passages"]:
        names = (
            "rank",
            "score",
            "citation",
            "digest",
            "article",
            "title",
            "publisher",
            "date",
            "start",
            "end",
            "text",
            "quote",
            "speaker",
        )
        assert tuple(name for name in passage if name != "explain") == names
        assert passage["citation"] == f"{passage['article']}#{passage['start']}-{passage['end']}"
        assert re.fullmatch("[0-9a-f]{64}", passage["digest"])
        assert all(passage[name] is None or isinstance(passage[name], str) for name in ("title", "publisher", "date"))
        assert set(passage["quote"]) == {"start", "end", "text"}
        assert passage["quote"]["text"] in passage["text"]
        assert passage["start"] <= passage["quote"]["start"] < passage["quote"]["end"] <= passage["end"]
        assert passage["speaker"] is None or set(passage["speaker"]) == {"name", "role"}


def test_ask_json_is_the_contract(corpus_index: Index, cli: Cli) -> None:
    done = cli("ask", FLAGSHIP, "--index", corpus_index.folder, "--json", "-k", "7")
    check_answer(done.record)
    assert done.code == (0 if done.record["answered"] else 1)
    assert done.record["id"] is None
    assert len(done.record["passages"]) == 7
    assert done.record["index"] == {
        "articles": len(corpus_index.entries),
        "passages": len(corpus_index.passages),
        "model": "use-multilingual-v3",
    }
    for passage in done.record["passages"]:
        metadata = corpus_index.by_id[passage["article"]].metadata
        assert (passage["title"], passage["publisher"], passage["date"]) == (metadata.title, metadata.publisher, metadata.date)


def test_the_five_articles_answer_the_flagship_question(shared_index: Path, cli: Cli) -> None:
    for question in (FLAGSHIP, "\u8c01\u8ba4\u4e3a\u521b\u4e1a\u516c\u53f8\u6253\u4e0d\u8d62\u5927\u5382\uff1f"):
        done = cli("ask", question, "--index", shared_index, "--json")
        assert (done.code, done.record["answered"]) == (0, True)
        holders = ("\u738b\u6dee", "\u6731\u5578\u864e", "\u6731\u562f\u864e", "\u7a0b\u6d69")
        texts = " ".join(passage["text"] for passage in done.record["passages"])
        assert any(name in texts for name in holders)


def test_the_same_question_gets_the_same_answer(sample_index: Path, cli: Cli) -> None:
    first, second = (cli("ask", FLAGSHIP, "--index", sample_index, "--json").record for _ in range(2))
    assert {**first, "took_ms": 0} == {**second, "took_ms": 0}


def test_explain_says_what_each_leg_gave(sample_index: Path, cli: Cli) -> None:
    record = cli("ask", FLAGSHIP, "--index", sample_index, "--json", "--explain").record
    check_answer(record)
    for passage in record["passages"]:
        legs = passage["explain"]["legs"]
        assert sum(legs.values()) == pytest.approx(passage["score"], abs=1e-3)
    shown = cli("ask", FLAGSHIP, "--index", sample_index, "--explain").out
    assert all(leg in shown for leg in legs)


def test_questions_from_a_file_and_from_stdin(sample_index: Path, cli: Cli, tmp_path: Path) -> None:
    lines = [
        {"id": "q1", "question": FLAGSHIP},
        {"question": "line\u2028separator in a question about startups?"},
        {"id": 3, "question": "\u8c01\u8d5a\u94b1\uff1f", "lang": "zh"},
    ]
    text = "\ufeff" + "\r\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n"
    (tmp_path / "questions.jsonl").write_text(text, "utf-8", newline="")
    for source in (str(tmp_path / "questions.jsonl"), "-"):
        done = cli("ask", "--from", source, "--index", sample_index, stdin=text.encode())
        assert [record["id"] for record in done.records] == ["q1", None, 3]
        assert [record["question"] for record in done.records][::2] == [FLAGSHIP, "\u8c01\u8d5a\u94b1\uff1f"]
        for record in done.records:
            check_answer(record)
        assert done.code == (0 if all(record["answered"] for record in done.records) else 1)


def test_a_file_that_changed_since_is_warned_of(small: Path, articles: Path, cli: Cli) -> None:
    question = "who will sell the quay to a hotel?"
    assert "not as it was indexed" not in cli("ask", question, "--index", small).err
    (articles / "harbour.txt").write_text("Another text.\n")
    (articles / "clock.txt").unlink()
    done = cli("ask", question, "--index", small)
    assert "Warning: not as it was indexed: " in done.err
    assert "harbour" in done.err and "clock" in done.err and "orchard" not in done.err.split("not as it was")[1]


def test_off_topic_questions_are_not_answered_but_ranked(small: Path, cli: Cli) -> None:
    question = "What is the melting point of tungsten carbide in kelvin?"
    done = cli("ask", question, "--index", small, "--json")
    check_answer(done.record)
    assert (done.code, done.record["answered"]) == (1, False)
    assert done.record["passages"]
    shown = cli("ask", question, "--index", small)
    assert (shown.code, "do not say" in shown.out) == (1, True)


def test_what_people_see(small: Path, cli: Cli) -> None:
    done = cli("ask", "who said the quay will not be sold to a hotel?", "--index", small)
    record = cli("ask", "who said the quay will not be sold to a hotel?", "--index", small, "--json").record
    assert "The harbour that would not close \u00b7 Coast Daily \u00b7 2024-05-17" in done.out
    assert all(passage["citation"] in done.out for passage in record["passages"])
    assert not STEERING.search(done.out)
    marked = re.search("\u27e6(.+?)\u27e7", done.out, re.DOTALL)
    assert marked
    assert " ".join(marked[1].split()) == record["passages"][0]["quote"]["text"]


# --- index, articles, status ------------------------------------------------------------------------------------------


def test_index_says_what_it_did(articles: Path, cli: Cli, tmp_path: Path) -> None:
    index = tmp_path / "i"
    done = cli("index", articles, "--index", index, "--json")
    passages = len(Index(index).passages)
    assert done.record == {
        "added": 3, "changed": 0, "unchanged": 0, "dropped": 0, "skipped": 0, "articles": 3, "passages": passages, "index": str(index),
    }  # fmt: skip
    assert f"3 articles, {passages} passages in {index}/: 3 added." in done.err
    (articles / "clock.txt").unlink()
    (articles / "empty.txt").write_text("")
    done = cli("index", "--index", index)
    assert (done.code, done.out) == (0, "")
    assert "2 articles" in done.err
    assert "0 added, 2 unchanged, 1 dropped, 1 skipped." in done.err
    assert f"Skipped: {articles / 'empty.txt'}: the file is empty.\n" in done.err


@pytest.mark.parametrize("rebuild", [[], ["--rebuild"]])
def test_a_mistyped_index_does_not_become_one(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rebuild: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = cli("index", "--index", "typo.idx", *rebuild)
    assert (done.code, done.out) == (2, "")
    assert done.err == "rag: typo.idx: no index there; name what to index: 'rag index PATH --index typo.idx'.\n"
    assert not (tmp_path / "typo.idx").exists()


def test_rebuild_without_paths_takes_the_articles_that_are_indexed(
    articles: Path, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("index", articles / "harbour.txt").code == 0
    done = cli("index", "--rebuild", "--passage-size", "60")
    assert done.code == 0, done.err
    index = Index(tmp_path / "index")
    assert ([e.id for e in index.entries], index.settings.passage_size) == (["harbour"], 60)


def test_articles_json(small: Path, articles: Path, cli: Cli) -> None:
    done = cli("articles", "--index", small, "--json")
    assert (done.code, done.err) == (0, "")
    assert [record["id"] for record in done.records] == ["clock", "harbour", "orchard"]
    for record in done.records:
        names = ["id", "title", "publisher", "author", "date", "url", "language", "script", "passages", "path", "sha256"]
        assert list(record) == names
        assert record["sha256"] == hashlib.sha256((articles / f"{record['id']}.txt").read_bytes()).hexdigest()
        assert record["passages"] > 0
    harbour = done.records[1]
    assert (harbour["title"], harbour["publisher"], harbour["date"]) == (
        "The harbour that would not close",
        "Coast Daily",
        "2024-05-17",
    )
    assert [(r["language"], r["script"]) for r in done.records] == [("zh", "Hant"), ("en", "Latn"), ("zh", "Hans")]
    shown = cli("articles", "--index", small)
    assert shown.code == 0
    assert all(text in shown.out for text in ("harbour", "Coast Daily", "2024-05-17", "zh-Hans", "zh-Hant"))


def test_articles_of_the_shared_folder(shared_index: Path, cli: Cli) -> None:
    """Titles, publishers and dates as the articles give them, by digest where they are the articles' own words."""
    found = {record["id"][:3]: record for record in cli("articles", "--index", shared_index, "--json").records}
    assert sorted(found) == ["000", "001", "002", "003", "004"]
    assert found["000"]["date"] == "2024-03-22"
    assert [found[i]["language"] for i in sorted(found)] == ["zh"] * 5
    assert {found[i]["script"] for i in ("000", "001")} == {"Hant"}
    assert {found[i]["script"] for i in ("002", "003", "004")} == {"Hans"}
    assert all(found[i]["title"] for i in ("000", "001", "004"))


def test_status(small: Path, articles: Path, cli: Cli) -> None:
    done = cli("status", "--index", small, "--json")
    index = Index(small)
    assert done.record == {
        "index": str(small), "model": "use-multilingual-v3", "dimension": 512, "passage_size": 300, "articles": 3,
        "passages": len(index.passages), "sentences": len(index.dense_sentences), "bytes": sum(p.stat().st_size for p in index.place.iterdir()),
        "sources": [str(articles)], "changed": [], "missing": [], "new": [], "superseded": 0, "skipped": [],
    }  # fmt: skip
    assert (done.code, done.err) == (0, "")
    (articles / "clock.txt").write_text(CLOCK + "x")
    (articles / "orchard.txt").unlink()
    (articles / "new.md").write_text("# New\n\nA new article about the tower.")
    record = cli("status", "--index", small, "--json").record
    assert (record["changed"], record["missing"], record["new"]) == (["clock"], ["orchard"], [str(articles / "new.md")])
    shown = cli("status", "--index", small)
    assert "rag index" in shown.err
    assert "orchard" in shown.out


def test_status_says_of_files_that_cannot_be_read_why_and_not_that_they_are_new(small: Path, articles: Path, cli: Cli) -> None:
    empty, noise, orchard = articles / "empty.txt", articles / "noise.md", articles / "orchard.txt"
    empty.write_text(" \n")
    noise.write_bytes(b"\x00\x01")
    orchard.write_bytes(b"\x00\x01")  # indexed before it was damaged
    record = cli("status", "--index", small, "--json").record
    assert (record["changed"], record["missing"], record["new"]) == ([], [], [])
    assert record["skipped"] == [
        {"path": str(empty), "reason": f"{empty}: the file is empty."},
        {"path": str(noise), "reason": f"{noise}: a binary file, not text."},
        {"path": str(orchard), "reason": f"{orchard}: a binary file, not text."},
    ]
    assert "3 skipped" in cli("index", "--index", small).err
    shown = cli("status", "--index", small)
    assert shown.out.endswith(
        f"skipped      {empty}: the file is empty.\n{'':13}{noise}: a binary file, not text.\n{'':13}{orchard}: a binary file, not text.\n"
    )
    assert shown.err == ""  # 'rag index' would change nothing


def test_status_without_an_index_is_1(cli: Cli, tmp_path: Path) -> None:
    done = cli("status", "--index", tmp_path / "nowhere")
    assert (done.code, done.out) == (1, "")
    assert "no index there; make one with" in done.err


# --- the terminal -----------------------------------------------------------------------------------------------------

EVIL = "\x1b[2J\x1b]0;owned\x07 \x9b31m \x08\x7f"


@pytest.fixture
def evil(tmp_path: Path, encoder: Encoder) -> Path:
    """An index of an article whose name, title, publisher and text hold escape sequences."""
    folder = tmp_path / "evil"
    folder.mkdir()
    text = f"---\ntitle: 'The {EVIL} tower'\nauthor: 'M{EVIL}'\n---\n\nThe tower {EVIL} leans to the west, and nobody minds {EVIL}.\n"
    (folder / f"tower{EVIL.replace('/', '')}.md").write_text(text, "utf-8")
    (folder / f"plain{EVIL}.txt").write_text(
        f"The pl{EVIL}ain\n\nSource: Co{EVIL}ast\nDate: 2024-05-17\n\nThe plain {EVIL} is wide, and the tower leans.\n", "utf-8"
    )
    (folder / f"empty{EVIL}.txt").write_text("")
    build(tmp_path / "index", sources_of([folder]), encoder)
    return tmp_path / "index"


def test_escape_sequences_never_reach_the_terminal(evil: Path, cli: Cli) -> None:
    citations = [f"{entry.id}#0-90" for entry in Index(evil).entries]
    runs = [
        cli("ask", f"does the tower {EVIL} lean?", "--index", evil, "--explain"),
        cli("ask", f"does the tower {EVIL} lean?", "--index", evil, "--json"),
        cli("articles", "--index", evil),
        cli("articles", "--index", evil, "--json"),
        cli("cite", *citations, "--index", evil),
        cli("cite", *citations, "--index", evil, "--json"),
        cli("status", "--index", evil),
        cli("index", "--index", evil),
        cli("cite", f"no{EVIL}such#1-2", "--index", evil),
        cli("index", f"/no{EVIL}such", "--index", evil),
        *(cli("cite", *citations, "--index", evil, "--format", form) for form in ("markdown", "bibtex", "csl-json", "chicago")),
        cli("prompt", f"does the tower {EVIL} lean?", "--index", evil),
        cli("prompt", f"does the tower {EVIL} lean?", "--index", evil, "--json"),
    ]
    for done in runs:
        assert done.out + done.err
        assert not STEERING.search(done.out + done.err), STEERING.findall(done.out + done.err)
    for record in runs[3].records:
        assert Path(record["path"]).exists()  # --json escapes them, and so loses nothing


def test_plain_keeps_text_and_replaces_controls() -> None:
    text = "caf\u00e9 \u679c\u56ed \U0001f34e\ttab\nline"
    assert show.plain(text) == text
    assert show.plain("a\x1b[31mb\r\x00\x7f\x9b") == "a\ufffd[31mb\ufffd\ufffd\ufffd\ufffd"


def test_a_progress_bar_takes_any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar() as report:
        report(0, 2, "fast")
        assert terminal.getvalue() == ""  # nothing for work that is soon done
        time.sleep(0.55)
        report(1, 2, "a[/b]c\x1b]0;owned\x07")
        report(2, 2, "")
    assert "a[/b]c" in terminal.getvalue() or "Indexing" in terminal.getvalue()
    assert "\x1b]0;owned" not in terminal.getvalue()


def test_output_into_a_closed_pipe_is_no_error(sample_index: Path) -> None:
    import os
    import subprocess

    command = [sys.executable, "-m", "rag", "articles", "--json", "--index", str(sample_index)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()


def test_the_texts_of_these_tests_are_ours() -> None:
    """No sentence of the shared articles stands in the tests: no run of twelve Han characters of theirs."""
    shared = Path(__file__).parents[2] / "shared" / "articles"
    if not shared.is_dir():
        pytest.skip("shared articles are not on this machine")
    theirs = {raw[i : i + 12] for path in shared.iterdir() for raw in [path.read_text("utf-8")] for i in range(len(raw) - 11)}
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("*.py")) + ORCHARD + CLOCK + HARBOUR
    for run in re.findall("[\u4e00-\u9fff]{12,}", tests.encode().decode("utf-8")):
        assert not {run[i : i + 12] for i in range(len(run) - 11)} & theirs, run
