"""Columns that stand side by side in plain text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_blocks import described
from test_cleaning import check_maps

from rag.articles.columns import find_columns
from rag.articles.corpus import clean_source

LEFT = """Firing clay needs a great deal of heat, and
most of it leaves by the chimney. We fitted
eleven works with a simple exchanger that
returns the heat of the cooling ware to the
dryer. The parts cost less than a month of
fuel, and no kiln had to stand idle for more
than two days. Earlier studies looked at the
large plants only, and found that what they
saved did not repay the work.""".split("\n")
RIGHT = """The exchanger saved nineteen per cent of the
fuel in the first winter, and twenty-two per
cent in the second. The works with the oldest
kilns gained the most, while those with the
newest hardly gained at all. We had expected
less, said Runa Brandt, who led the trials,
and we are still not sure why the old kilns
do so well. The costs were lower than we had
planned for them at the beginning.""".split("\n")
BESIDE = "\n".join(f"{a:<50}{b}" for a, b in zip(LEFT, RIGHT, strict=True))
ABSTRACT = "This paper is about what small works can save by keeping the heat that their kilns give off at night."


def test_no_sentence_goes_over_the_gutter() -> None:
    raw = f"Kiln heat in small works\n\n{ABSTRACT}\n\n{BESIDE}\n"
    assert [raw[a:b] for a, b in find_columns(raw)] == [BESIDE]
    cleaned = clean_source(raw, "text")
    check_maps(raw, cleaned)
    found, _ = described(raw)
    assert found["body"] == [ABSTRACT]
    assert found["boilerplate"] == [half for pair in zip(LEFT, RIGHT, strict=True) for half in pair]


def test_wide_characters_take_two_columns() -> None:
    left, right = (
        "\u7a91\u7089\u7684\u70ed\u91cf\u5927\u591a\u4ece\u70df\u56f1\u6563\u5931\u4e86",
        "\u71c3\u6599\u5728\u7b2c\u4e00\u4e2a\u51ac\u5929\u5c11\u7528\u4e86\u4e24\u6210",
    )
    rows = [f"{left[: 13 - i % 3]}{' ' * (6 + 2 * (i % 3))}{right}" for i in range(10)]
    assert len(find_columns("\n".join(rows))) == 1


@pytest.mark.parametrize(
    "raw",
    [
        "\n".join(LEFT),
        "\n".join(f"Day {i}{' ' * 10}{i}.4{' ' * 6}{i}.9" for i in range(20)),  # a table
        "\n".join(f"{word:<20}The part of a lock that a keeper calls so, and nobody else." for word in "sill paddle pound tail head beam mark weir path".split()),
        "\n".join(f"{' ' * (i % 7)}{a}" for i, a in enumerate(LEFT * 2)),
        "\n".join(f"{a}   and then some more of it" for a in LEFT),  # gaps that are nowhere in particular
    ],
)  # fmt: skip
def test_tables_and_plain_text_are_no_columns(raw: str) -> None:
    assert find_columns(raw) == []


def test_indexing_says_what_to_do(tmp_path: Path, cli: Callable[..., object]) -> None:
    (tmp_path / "kiln.txt").write_text(f"Kiln heat in small works\n\n{ABSTRACT}\n\n{BESIDE}\n", "utf-8")
    outcome = cli("index", str(tmp_path / "kiln.txt"), "--index", str(tmp_path / "index"))
    assert outcome.code == 0  # type: ignore[attr-defined]
    (warning,) = [line for line in outcome.err.splitlines() if "kiln.txt:" in line]  # type: ignore[attr-defined]
    assert "side by side" in warning
    assert "'pdftotext' without '-layout'" in warning
    (tmp_path / "kiln.txt").write_text(f"{BESIDE}\n", "utf-8")
    outcome = cli("index", str(tmp_path / "kiln.txt"), "--index", str(tmp_path / "other"))
    assert outcome.code == 2  # type: ignore[attr-defined]
    assert "'pdftotext' without '-layout'" in outcome.err  # type: ignore[attr-defined]


@given(st.lists(st.sampled_from([*LEFT[:3], BESIDE, "\f", "", "a   b"]), max_size=8).map("\n".join))
@settings(max_examples=50, deadline=None)
def test_offsets_hold(raw: str) -> None:
    check_maps(raw, clean_source(raw, "text"))
