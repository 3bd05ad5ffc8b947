"""Plain command lines read as Typer reads them; everything else left to Typer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from rag.cli.plainly import plain_call

CALLS: list[dict[str, Any]] = []
app = typer.Typer()


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument()] = None,
    source: Annotated[str | None, typer.Option("--from")] = None,
    top: Annotated[int, typer.Option("-k", "--top", min=1, max=9)] = 5,
    index: Annotated[Path, typer.Option("--index")] = Path("index"),
    explain: Annotated[bool, typer.Option("--explain")] = False,
    article: Annotated[list[str] | None, typer.Option("--article")] = None,
) -> None:
    CALLS.append({"question": question, "source": source, "top": top, "index": index, "explain": explain, "article": article})


@app.command("list")
def list_all() -> None:
    CALLS.append({})


PLAIN = [
    ["ask", "who?"],
    ["ask", "who?", "--top", "3", "--index", "some/where"],
    ["ask", "--explain", "-k", "9", "谁？"],
    ["ask", "--index=here", "a b", "--top=1"],
    ["ask", "--from", "questions.jsonl", "--explain"],
    ["ask", ""],
    ["ask"],
    ["list"],
]
NOT_PLAIN = [
    [],
    ["--help"],
    ["ask", "--help"],
    ["unknown"],
    ["ask", "one", "two"],
    ["ask", "who?", "--top", "0"],
    ["ask", "who?", "--top", "10"],
    ["ask", "who?", "--top", "three"],
    ["ask", "who?", "--top"],
    ["ask", "who?", "--top", "-1"],
    ["ask", "who?", "--article", "a"],
    ["ask", "who?", "--no-such"],
    ["ask", "who?", "--explain=yes"],
    ["ask", "who?", "-k3"],
    ["ask", "--", "-who?"],
    ["list", "extra"],
]


@pytest.mark.parametrize("arguments", PLAIN, ids=" ".join)
def test_a_plain_line_means_what_typer_takes_it_for(arguments: list[str]) -> None:
    CALLS.clear()
    call = plain_call(app, arguments)
    assert call is not None
    call()
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert CALLS[0] == CALLS[1]


@pytest.mark.parametrize("arguments", NOT_PLAIN, ids=" ".join)
def test_anything_else_is_left_to_typer(arguments: list[str]) -> None:
    assert plain_call(app, arguments) is None


def test_a_command_that_must_be_given_something() -> None:
    other = typer.Typer()

    @other.command()
    def show(name: Annotated[str, typer.Argument()], width: int = 3) -> None:
        CALLS.append({"name": name, "width": width})

    CALLS.clear()
    assert plain_call(other, ["show"]) is None
    call = plain_call(other, ["show", "x", "--width", "4"])
    assert call is not None
    call()
    assert CALLS == [{"name": "x", "width": 4}]


def test_a_callback_of_the_application_is_not_passed_over() -> None:
    other = typer.Typer()

    @other.callback()
    def first() -> None: ...

    @other.command()
    def show() -> None: ...

    assert plain_call(other, ["show"]) is None
