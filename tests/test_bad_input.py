"""Bad input: one clear sentence on stderr, exit code 2, nothing on stdout, nothing lost."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import HARBOUR, Outcome, files_of
from test_store import rewrite_format

from rag.articles.corpus import MAX_BYTES
from rag.indexing.index import Index

Cli = Callable[..., Outcome]


def refused(done: Outcome, *said: str) -> None:
    """The run failed as it should: exit code 2, one sentence that says these things."""
    assert done.code == 2, done
    assert done.out == ""
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert lines[0].startswith("rag: ")
    assert lines[0].endswith((".", '"'))
    assert len(lines[0]) < 600
    for text in said:
        assert text in lines[0], lines[0]


# --- articles ---------------------------------------------------------------------------------------------------------


def test_paths_that_name_nothing(small: Path, cli: Cli, tmp_path: Path) -> None:
    before = files_of(small)
    refused(
        cli("index", tmp_path / "nowhere", "--index", small),
        "nowhere: no such file or folder; give a file, a folder or a quoted glob",
    )
    refused(cli("index", tmp_path / "nowhere*.txt", "--index", small), "nowhere*.txt: no articles there")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    refused(cli("index", tmp_path / "picture.png", "--index", small), "picture.png: not an article file; known are .txt")
    (tmp_path / "empty").mkdir()
    refused(cli("index", tmp_path / "empty", "--index", small), "empty: no articles there")
    assert files_of(small) == before


FILES = {
    "empty.txt": (b"", "the file is empty"),
    "blank.txt": (b" \n\t\r\n", "the file is empty"),
    "binary.txt": (b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)), "a binary file, not text"),
    "encoding.txt": (b"caf\xe9 \xff\xfe\xfd \x81" * 50, "save it as UTF-8"),
    "cut.txt": (b"\xef\xbb\xbfgood \xe6\x9e", "damaged utf-8 text at byte 8"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_named(small: Path, articles: Path, cli: Cli, tmp_path: Path, name: str) -> None:
    data, reason = FILES[name]
    bad = tmp_path / name
    bad.write_bytes(data)
    before = files_of(small)
    refused(cli("index", bad, "--index", tmp_path / "new"), "no article could be read", str(bad), reason)
    assert not list((tmp_path / "new").glob("gen*"))
    done = cli("index", bad, "--index", small)  # with others, it is skipped
    assert (done.code, f"Skipped: {bad}: " in done.err, reason in done.err) == (0, True, True)
    assert files_of(small) == before


def test_a_file_that_is_too_large_is_not_read(articles: Path, cli: Cli, tmp_path: Path) -> None:
    with (articles / "large.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # sparse: costs no disk
    done = cli("index", articles, "--index", tmp_path / "new")
    assert done.code == 0
    assert (
        "large.txt: 34 MB is more than the 34 MB an article may have; split it, for a text with 'split -C 30m --additional-suffix=.txt FILE'."
        in done.err
    )
    assert len(Index(tmp_path / "new").entries) == 3
    refused(cli("index", articles / "large.txt", "--index", tmp_path / "other"), "large.txt", "split it")


def test_an_article_of_nothing_but_furniture(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Loading more\n")
    refused(cli("index", tmp_path / "page.txt", "--index", tmp_path / "new"), "page.txt: nothing but page furniture in it")


# --- questions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", " ", "\n\t\u3000"])
def test_an_empty_question(small: Path, cli: Cli, question: str) -> None:
    refused(cli("ask", question, "--index", small), "the question is empty")


def test_a_question_of_100_000_characters(small: Path, cli: Cli) -> None:
    for question in ("why " * 25_000, "\u679c" * 100_000):
        refused(cli("ask", question, "--index", small), "the question has", "characters", "2,000")


def test_questions_are_checked_before_an_index_is_made(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused(cli("ask", ""), "empty")
    refused(cli("ask"), "give one question, or a file of questions with --from")
    refused(cli("ask", "why?", "--from", "x.jsonl"), "give one question, or a file")
    refused(cli("ask", "--from", "x.jsonl"), "x.jsonl: cannot be read (No such file or directory)")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "question", ["\udcff\udcfe", "\x00\x01", "\U0001f34e", "?!", "-", "%s {0} \\", "a" * 1500, "\u200b", "NULL", "'; DROP"]
)
def test_odd_questions_are_questions(small: Path, cli: Cli, question: str) -> None:
    done = cli("ask", "--index", small, "--json", "--", question)
    assert done.code in (0, 1), done.err
    assert done.record["question"] == question
    assert cli("ask", "--index", small, "--", question).code == done.code


FROM = {
    "text.jsonl": (b"who?\n", "line 1: not an object like"),
    "list.jsonl": (b'["who?"]\n', "line 1: not an object like"),
    "cut.jsonl": (b'{"question": "who?"}\n{"question": "wh', "line 2: not an object like"),
    "none.jsonl": (b'{"id": "q1"}\n', "line 1: not an object like"),
    "number.jsonl": (b'{"question": 5}\n', "line 1: not an object like"),
    "null.jsonl": (b'{"question": null}\n', "line 1: not an object like"),
    "blank.jsonl": (b'{"question": "who?"}\n\n{"question": " "}\n', "line 3: the question is empty"),
    "empty.jsonl": (b"", "no questions in it"),
    "lines.jsonl": (b"\n\n", "no questions in it"),
    "latin.jsonl": (b'{"question": "caf\xe9?"}\n', "not UTF-8 at byte 17; save it as UTF-8"),
    "long.jsonl": (json.dumps({"question": "why " * 9000}).encode(), "line 1: the question has"),
}


@pytest.mark.parametrize("name", FROM)
def test_files_of_questions_are_refused_before_the_first_is_asked(small: Path, cli: Cli, tmp_path: Path, name: str) -> None:
    data, reason = FROM[name]
    (tmp_path / name).write_bytes(data)
    refused(cli("ask", "--from", tmp_path / name, "--index", small), name, reason)
    refused(cli("ask", "--from", "-", "--index", small, stdin=data), "-", reason)
    refused(cli("ask", "--from", tmp_path, "--index", small), "cannot be read (Is a directory)")


# --- citations --------------------------------------------------------------------------------------------------------

CITATIONS = {
    "harbour": "not a citation; one looks like ARTICLE#START-END",
    "harbour#5": "not a citation",
    "harbour#9-9": "the range 9-9 is empty; its start must be below its end",
    "harbour#9-3": "the range 9-3 is empty",
    f"harbour#0-{len(HARBOUR) + 1}": f"the range lies outside of the article, which has {len(HARBOUR)} characters",
    "harbour#999999-9999999": "the range lies outside of the article",
    "lake#1-2": "lake: no such article in the index; 'rag articles' lists them",
    "../../etc/passwd#1-2": "no such article in the index",
    "\udcff#1-2": "no such article in the index",
    "x" * 5000 + "#1-2": "no such article in the index",
}


@pytest.mark.parametrize("citation", CITATIONS)
def test_bad_citations(small: Path, cli: Cli, citation: str) -> None:
    refused(cli("cite", "--index", small, citation), CITATIONS[citation])
    done = cli("cite", "--index", small, "harbour#1-5", citation)
    assert (done.code, "verified" in done.out, done.err.count("\n")) == (2, True, 1)
    assert CITATIONS[citation] in done.err


def test_no_citations_at_all(small: Path, cli: Cli) -> None:
    refused(cli("cite", "-", "--index", small, stdin=b"\n"), "no citation given")
    refused(cli("cite", "", "--index", small), "no citation given")


# --- the index folder -------------------------------------------------------------------------------------------------


def ways_to_use(index: Path) -> list[list[str]]:
    return [
        ["articles", "--index", str(index)],
        ["ask", "why?", "--index", str(index), "--json"],
        ["cite", "harbour#1-5", "--index", str(index)],
        ["index", "--index", str(index)],
        ["status", "--index", str(index)],
    ]


def damages(data: bytes) -> dict[str, bytes | None]:
    flipped = bytearray(data)
    if flipped:
        flipped[len(flipped) // 2] ^= 0x20
    return {
        "truncated": data[: len(data) // 2],
        "emptied": b"",
        "flipped": bytes(flipped),
        "longer": data + b"\x00",
        "gone": None,
    }


def test_damage_to_any_file_is_told_with_the_way_out(small: Path, cli: Cli) -> None:
    files = sorted(path for path in small.rglob("*") if path.is_file() and path.name not in ("CURRENT", ".lock"))
    assert len(files) >= 14
    for number, path in enumerate(files):
        data = path.read_bytes()
        for damage, bad in damages(data).items():
            if bad == data:
                continue
            path.unlink()
            if bad is not None:
                path.write_bytes(bad)
            for args in ways_to_use(small) if damage == "flipped" and number % 5 == 0 else ways_to_use(small)[:1]:
                refused(cli(*args), str(path), "missing" if bad is None else "damaged", "rebuild with 'rag index --rebuild")
        path.write_bytes(data)
    assert cli("articles", "--index", small).code == 0


@pytest.mark.parametrize(
    "pointer", [b"", b"generation-", b"generation-0123456789abcdef\n", b"\xff", b"GENERATION-0123456789abcdef\n", b"../x"]
)
def test_a_damaged_pointer(small: Path, cli: Cli, pointer: bytes) -> None:
    before = files_of(small)
    (small / "CURRENT").write_bytes(pointer)
    for args in ways_to_use(small):
        refused(cli(*args), "rebuild with 'rag index --rebuild")
    assert {**files_of(small), "CURRENT": before["CURRENT"]} == before


def test_the_way_out_of_damage_works(small: Path, articles: Path, cli: Cli) -> None:
    before = files_of(small)
    next(small.glob("generation-*/sentences.faiss")).write_bytes(b"x")
    done = cli("index", "--rebuild", "--index", small)  # it still knows which articles
    assert done.code == 0, done.err
    assert files_of(small) == before
    (small / "CURRENT").write_bytes(b"?")
    assert cli("index", "--rebuild", articles, "--index", small).code == 0
    assert files_of(small) == before


def test_an_index_of_another_format_version(small: Path, articles: Path, cli: Cli) -> None:
    rewrite_format(small, 99)
    before = files_of(small)
    for args in ways_to_use(small):
        refused(cli(*args), "index format 99, this version reads", "rebuild with 'rag index --rebuild")
    assert files_of(small) == before
    assert cli("index", "--rebuild", "--index", small).code == 0
    assert cli("articles", "--index", small).code == 0


def test_an_index_of_another_model(small: Path, cli: Cli) -> None:
    """As if an earlier state of the embedded encoder had made it."""
    place = Index(small).place
    manifest = json.loads((place / "manifest.json").read_bytes())
    manifest["model"]["fingerprint"] = "0" * 16
    text = json.dumps(manifest).encode()
    (place / "manifest.json").write_bytes(text)
    name = f"generation-{hashlib.sha256(text).hexdigest()[:16]}"
    place.rename(small / name)
    (small / "CURRENT").write_text(name)
    for args in (["ask", "why?", "--index", small], ["index", "--index", small]):
        refused(cli(*args), "made with another state of model use-multilingual-v3", "rebuild with 'rag index --rebuild")
    assert cli("cite", "harbour#1-5", "--index", small).code == 0  # needs no model


def test_another_passage_size(small: Path, cli: Cli) -> None:
    before = files_of(small)
    refused(
        cli("index", "--passage-size", "100", "--index", small), "at most 300 characters, not 100", "--rebuild --passage-size 100"
    )
    assert files_of(small) == before


def test_no_index_there(cli: Cli, tmp_path: Path) -> None:
    for args in (["cite", "a#1-2"], ["articles"], ["ask", "why?"], ["ask", "why?", "--json"], ["eval"]):
        refused(cli(*args, "--index", tmp_path / "no"), "no index there; make one with 'rag index PATH --index")
    assert list(tmp_path.iterdir()) == []


def test_an_index_folder_that_cannot_be_written(articles: Path, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "index", Path("/proc/index")):
        refused(
            cli("index", articles, "--index", place), f"{place}: the index folder cannot be written", "name another with --index"
        )
    assert (tmp_path / "file").read_text() == "mine"


def test_a_read_only_index_folder_answers_but_is_not_updated(
    small: Path, articles: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so the operating system's refusal is put in its mouth."""
    before = files_of(small)
    (articles / "clock.txt").unlink()
    real = os.open

    def refuse(path: str, flags: int, *rest: int, **more: int) -> int:
        if str(path).startswith(str(small)) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", refuse)
    refused(cli("index", "--index", small), "the index folder cannot be written (Permission denied); name another with --index")
    for args in (["articles"], ["ask", "why?", "--json"], ["cite", "harbour#1-5"], ["status"]):
        assert cli(*args, "--index", small).code in (0, 1)
    assert files_of(small) == before


def test_from_a_shell_it_is_one_sentence_too(process: Cli, tmp_path: Path) -> None:
    refused(process("cite", "nonsense", cwd=tmp_path), "nonsense: not a citation")
    assert list(tmp_path.iterdir()) == []
