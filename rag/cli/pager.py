"""Long output of a terminal goes through a pager."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rag.cli.shell import say

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def pager(out: Console, wanted: bool = True) -> Iterator[Console]:
    """A console whose output is shown in $PAGER, else in `less -R` where there is one, when it is longer than the terminal.

    Output that is no terminal's, and that of a terminal without pager, is printed as it comes. So is any where PAGER is empty.
    """
    command = _command() if wanted and out.is_terminal and not out.is_dumb_terminal else []
    if not command:
        yield out
        return
    with out.capture() as captured:
        yield out
    text = captured.get()
    if text.count("\n") < out.height or not _show(command, text):
        sys.stdout.write(text)
        sys.stdout.flush()


def _command() -> list[str]:
    chosen = os.environ.get("PAGER")
    if chosen is not None:
        try:
            return shlex.split(chosen)
        except ValueError:
            say(f"PAGER is no command: {chosen}")
            return []
    return ["less", "-R"] if shutil.which("less") else []


def _show(command: list[str], text: str) -> bool:
    """Whether the pager could be started; then it has ended."""
    sys.stdout.flush()
    try:
        running = subprocess.Popen(command, stdin=subprocess.PIPE, env={"LESS": "-R", **os.environ})  # noqa: S603
    except OSError as error:
        say(f"{command[0]}: {error.strerror or error}; set PAGER to another pager.")
        return False
    try:
        running.communicate(text.encode("utf-8", "replace"))
    except BrokenPipeError:  # it was left before the end
        pass
    except KeyboardInterrupt:  # less goes on; Ctrl-C is for it
        running.wait()
    return True


__all__ = ["pager"]
