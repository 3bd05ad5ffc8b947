"""Gold questions: what a file may hold, what is refused and where, and the check against the articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import InputError
from rag.evaluation.gold import Evidence, GoldQuestion, check_gold, load_gold
from rag.indexing.index import Index
from rag.types import digest

GOOD: dict[str, Any] = {
    "id": "q1", "question": "why?", "lang": "en", "kind": "why", "evidence": [{"article": "a", "start": 10, "end": 20, "sha256": "00"}],
}  # fmt: skip


def write(path: Path, *lines: object) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8")
    return path


def test_a_line_is_a_question(tmp_path: Path) -> None:
    none = {
        "id": 7,
        "question": "and?",
        "lang": "zh-Hans",
        "kind": "none",
        "evidence": [],
        "speakers": None,
        "split": "test",
        "domain": "off",
    }
    file = write(
        tmp_path / "gold.jsonl",
        "\ufeff" + json.dumps({**GOOD, "speakers": ["\u4f55\u8fdc"], "note": "ignored"}),
        "",
        json.dumps(none) + "\r",
    )
    first = GoldQuestion("q1", "why?", "en", "why", (Evidence("a", 10, 20, "00"),), ("\u4f55\u8fdc",))
    second = GoldQuestion("7", "and?", "zh-Hans", "none", (), (), "test", "off")
    assert load_gold(file) == [first, second]
    assert load_gold(file, "test") == [second]


BAD = {
    "{": "JSONDecodeError",
    "[1]": "TypeError",
    '"text"': "TypeError",
    json.dumps({k: v for k, v in GOOD.items() if k != "lang"}): "lang",
    json.dumps({**GOOD, "id": None}): "None is not str or int",
    json.dumps({**GOOD, "id": ""}): "the id or the question is empty",
    json.dumps({**GOOD, "question": " \n"}): "the id or the question is empty",
    json.dumps({**GOOD, "question": 3}): "3 is not str",
    json.dumps({**GOOD, "kind": "how"}): "kind 'how' is not one of who, fact, why, none",
    json.dumps({**GOOD, "kind": "none"}): "the other way round",
    json.dumps({**GOOD, "evidence": []}): "the other way round",
    json.dumps({**GOOD, "evidence": {"article": "a"}}): "TypeError",
    json.dumps({**GOOD, "evidence": [{"article": "a", "start": 1, "end": 2}]}): "sha256",
    json.dumps({**GOOD, "evidence": [{"article": ["a"], "start": 1, "end": 2, "sha256": ""}]}): "['a'] is not str",
    json.dumps({**GOOD, "evidence": [{"article": "a", "start": 1.5, "end": 2, "sha256": ""}]}): "1.5 is not int",
    json.dumps({**GOOD, "evidence": [{"article": "a", "start": False, "end": 2, "sha256": ""}]}): "False is not int",
    json.dumps({**GOOD, "evidence": [{"article": "a", "start": 2, "end": 2, "sha256": ""}]}): "empty or negative",
    json.dumps({**GOOD, "evidence": [{"article": "a", "start": -1, "end": 2, "sha256": ""}]}): "empty or negative",
    "[" * 100_000: "RecursionError",
    json.dumps({**GOOD, "id": "q0"}): "the id 'q0' stands there a second time",
}


@pytest.mark.parametrize("line", BAD)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = write(tmp_path / "gold.jsonl", {**GOOD, "id": "q0"}, "", line)
    with pytest.raises(InputError) as raised:
        load_gold(file)
    assert str(raised.value).startswith(f"{file}, line 3: ")
    assert BAD[line] in str(raised.value)


def test_files_that_hold_no_questions(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: cannot be read"):
        load_gold(tmp_path / "nowhere.jsonl")
    (tmp_path / "gbk.jsonl").write_bytes("\u4f55".encode("gbk"))
    with pytest.raises(InputError, match="cannot be read as a UTF-8 gold file"):
        load_gold(tmp_path / "gbk.jsonl")
    with pytest.raises(InputError, match="no questions in it"):
        load_gold(write(tmp_path / "empty.jsonl", "", " "))
    with pytest.raises(InputError, match="no questions in it of split 'dev'"):
        load_gold(write(tmp_path / "gold.jsonl", {**GOOD, "split": "test"}), "dev")


def test_half_of_the_evidence_is_enough() -> None:
    evidence = Evidence("a", 10, 20, "")
    assert evidence.covered_by("a", 15, 30)  # 5 of 10
    assert not evidence.covered_by("a", 16, 30)  # 4 of 10
    assert evidence.covered_by("a", 12, 17)
    assert not evidence.covered_by("b", 0, 100)
    assert evidence.overlaps("a", 19, 30)
    assert not evidence.overlaps("a", 20, 30)
    assert not evidence.overlaps("a", 0, 10)
    assert not evidence.overlaps("b", 10, 20)


def test_evidence_is_checked_against_the_articles(small: Path) -> None:
    index = Index(small)
    raw = index.raw(index.by_id["harbour"])

    def question(article: str, start: int, end: int, sha256: str) -> GoldQuestion:
        return GoldQuestion("q1", "?", "en", "fact", (Evidence(article, start, end, sha256),))

    check_gold([question("harbour", 5, 25, digest(raw[5:25]))], index)
    with pytest.raises(InputError, match=r"gold question q1: harbour#5-25 no longer has the text that was marked"):
        check_gold([question("harbour", 5, 25, digest(raw[6:26]))], index)
    with pytest.raises(InputError, match="no longer has"):
        check_gold([question("harbour", 5, len(raw) + 1, digest(raw[5 : len(raw) + 2] + " "))], index)
    with pytest.raises(InputError, match="gold question q1: article lighthouse is not in the index; index its articles first"):
        check_gold([question("lighthouse", 5, 25, digest(raw[5:25]))], index)
