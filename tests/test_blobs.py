"""Tables of strings in flat files."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag.indexing.blobs import Strings

TABLES = st.lists(st.text("ab大型z\U0001f600", max_size=3), max_size=400).map(lambda found: sorted(found, key=str.encode))


@given(TABLES, st.text("ab大型z\U0001f600", max_size=3))
def test_a_string_is_found_where_it_stands_first(table: list[str], wanted: str) -> None:
    strings = Strings.of(table)
    assert strings.place(wanted) == bisect_left([string.encode() for string in table], wanted.encode())
    assert strings.find(wanted) == (table.index(wanted) if wanted in table else None)


def test_every_string_of_a_long_table_is_found() -> None:
    table = [f"{i:05}" for i in range(1_000)]
    strings = Strings.of(table)
    assert [strings.find(string) for string in table] == list(range(1_000))
    assert [strings.find(f"{string}x") for string in table] == [None] * 1_000


@given(TABLES)
def test_a_table_holds_what_it_was_made_of(table: list[str]) -> None:
    strings = Strings.of(table)
    assert list(strings) == table == [strings[i] for i in range(len(strings))]
    assert b"".join(strings.encoded()) == strings.joined() == "".join(table).encode()


def test_a_table_survives_its_files(tmp_path: Path) -> None:
    Strings.of(["", "大型", "模型"]).save(tmp_path / "table")
    assert list(Strings.load(tmp_path / "table")) == ["", "大型", "模型"]
