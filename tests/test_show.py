"""What people see: in colour, in a pipe, on a narrow terminal, through a pager."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import FLAGSHIP, Outcome
from rich.console import Console
from terminal import Terminal

from rag.answering.answers import answer
from rag.encoding.encoders import Encoder
from rag.indexing.index import Index
from rag.presentation import show, wrapping

Cli = Callable[..., Outcome]
LINK = re.compile(r"\x1b\]8;[^;]*;(file://[^\x1b]+)\x1b\\")


def shown(
    index: Path, encoder: Encoder, question: str = FLAGSHIP, *, width: int = 80, colour: bool = True, no_colour: bool = False
) -> str:
    out = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=no_colour,
        highlight=False,
    )
    opened = Index(index)
    show.answer(answer(opened, encoder, question, 8), opened, out)
    text = out.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    return text


def test_citations_on_a_colour_terminal_are_links_to_the_files(small: Path, articles: Path, encoder: Encoder) -> None:
    text = shown(small, encoder, "who leads the council?")
    assert set(LINK.findall(text)) == {(articles / f"{name}.txt").as_uri() for name in ("clock", "harbour", "orchard")}


@pytest.mark.parametrize("looks", [{"colour": False}, {"no_colour": True}])
def test_without_colour_there_are_no_links_and_the_best_sentence_stands_in_brackets(
    small: Path, encoder: Encoder, looks: dict[str, bool]
) -> None:
    text = shown(small, encoder, "who leads the council?", **looks)
    assert "\x1b]8" not in text
    assert not re.search(r"\x1b\[[\d;]*(3[0-7]|4[0-7])[;m]", text)
    assert "\u27e6" in text
    assert "\u27e7" in text


@pytest.mark.parametrize("width", [40, 60, 100])
def test_every_line_fits_and_none_begins_with_closing_punctuation(sample_index: Path, encoder: Encoder, width: int) -> None:
    text = shown(sample_index, encoder, width=width, colour=False)
    lines = [line for line in text.split("\n") if not re.search(r"#\d+-\d+@", line)]
    assert max(map(wrapping.cells, lines)) <= width
    assert not [
        line
        for line in lines
        if line.strip()[:1] in tuple("\uff0c\u3002\u3001\uff1a\uff1b\uff1f\uff01\u300d\u300f\uff09\u201d\u27e7")
    ]
    assert all(line == line.rstrip() for line in lines)


def test_han_text_uses_the_whole_width(sample_index: Path, encoder: Encoder) -> None:
    lines = shown(sample_index, encoder, width=80, colour=False).split("\n")
    han = [i for i, line in enumerate(lines) if len(re.findall("[\u4e00-\u9fff]", line)) > 20]
    # A line that another follows ends where the next word would not fit, and no Latin word here is longer than twelve letters.
    assert all(
        wrapping.cells(lines[i]) > 80 - 14 for i in han if i + 1 in han and not lines[i].endswith(("\u3002", "\uff09\u3002"))
    )


def test_a_citation_is_never_broken(sample_index: Path, encoder: Encoder) -> None:
    text = shown(sample_index, encoder, width=40, colour=False)
    assert re.search(
        r"^    shuju-yu-chuizhi-moxing#\d+-\d+@[0-9a-f]{8}$|^    startups-vs-big-tech#\d+-\d+@[0-9a-f]{8}$", text, re.MULTILINE
    )


def test_columns_narrow_a_pipe(process: Cli, sample_index: Path, tmp_path: Path) -> None:
    done = process("ask", FLAGSHIP, "-k", "1", "--index", sample_index, cwd=tmp_path, env={"COLUMNS": "40"})
    assert max(wrapping.cells(line) for line in done.out.split("\n") if "#" not in line) <= 40


def test_long_answers_open_in_the_pager_and_short_ones_do_not(sample_index: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\necho "PAGER $1"\ncat\necho END\n')
    pager.chmod(0o755)
    env = {"PAGER": f"'{pager}' --quiet"}
    for rows, args, paged in ((10, [], True), (10, ["--no-pager"], False), (200, [], False)):
        with Terminal("ask", FLAGSHIP, "--index", sample_index, *args, cwd=tmp_path, rows=rows, env=env) as terminal:
            assert terminal.end() == 0
            assert ("PAGER --quiet" in terminal.text) == ("END" in terminal.text) == paged
            assert "startups-vs-big-tech#133-303@08aec4f9" in terminal.text
            assert "\x1b]8;" in terminal.seen


def test_a_pager_that_is_not_there_is_said_and_the_answer_printed(sample_index: Path, tmp_path: Path) -> None:
    with Terminal("ask", FLAGSHIP, "--index", sample_index, cwd=tmp_path, rows=10, env={"PAGER": "/no/such/pager"}) as terminal:
        assert terminal.end() == 0
        assert "/no/such/pager: No such file or directory; set PAGER to another pager." in terminal.text
        assert "startups-vs-big-tech#133-303@08aec4f9" in terminal.text


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100, 160])
def test_the_id_of_an_article_is_never_broken(sample_index: Path, width: int) -> None:
    entries = Index(sample_index).entries
    out = Console(file=io.StringIO(), width=width, highlight=False)
    show.articles(entries, out)
    lines = out.file.getvalue().rstrip().split("\n")  # type: ignore[attr-defined]
    assert [line.split()[0] for line in lines if not line.startswith(" ")][width >= 84 :] == [entry.id for entry in entries]
    assert max(wrapping.cells(line) for line in lines if line.strip() not in {entry.id for entry in entries}) <= width
    assert ("startups-vs-big-tech" in lines) == (width < 84)  # an id alone on its line is all that is copied
