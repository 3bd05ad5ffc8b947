"""Opening a file at a line in the editor of the user's choice."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rag.errors import InputError

_PLUS = frozenset("vi vim nvim gvim view nano pico emacs emacsclient micro kak joe gedit".split())  # editor +LINE FILE
_GOTO = frozenset("code code-insiders codium vscodium cursor windsurf".split())  # editor --goto FILE:LINE
_COLON = frozenset("subl sublime_text hx helix zed".split())  # editor FILE:LINE


def command(path: str | os.PathLike[str], line: int, environment: Mapping[str, str] = os.environ) -> list[str]:
    """The program and arguments that open a file at a line, counted from 1, by $VISUAL or else $EDITOR.

    An editor that is not known here gets the file alone. Raises InputError where none is set or it cannot be read.
    """
    import shlex

    setting = environment.get("VISUAL", "").strip() or environment.get("EDITOR", "").strip()
    if not setting:
        raise InputError("no editor is set; name one in VISUAL or EDITOR, for example EDITOR=nano.")
    try:
        words = shlex.split(setting)
    except ValueError as error:
        raise InputError(f"{setting}: VISUAL or EDITOR cannot be read ({error}).") from None
    file = os.path.abspath(path)  # noqa: PTH100 - resolves no links, and begins with no hyphen
    name = Path(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd") if words else ""
    if name in _PLUS:
        return [*words, f"+{line}", file]
    if name in _GOTO:
        return [*words, "--goto", f"{file}:{line}"]
    return [*words, f"{file}:{line}" if name in _COLON else file]


def open_at(path: str | os.PathLike[str], line: int) -> None:
    """Open a file at a line and wait for the editor. Raises InputError when it cannot be started or fails."""
    import subprocess

    words = command(path, line)
    with _terminal() as keys:
        try:
            code = subprocess.run(words, stdin=keys, check=False).returncode  # noqa: S603 - the user's own editor, as a list
        except OSError as error:
            raise InputError(
                f"{words[0]}: the editor cannot be started ({error.strerror or error}); set VISUAL or EDITOR."
            ) from error
    if code:
        raise InputError(f"{words[0]}: the editor ended with exit code {code}.")


@contextmanager
def _terminal() -> Iterator[IO[bytes] | None]:
    """The keyboard for an editor, where our own input is a pipe that citations came through; else None, our own input."""
    try:
        keys = None if sys.stdin.isatty() else Path("/dev/tty").open("rb")  # noqa: SIM115 - closed below
    except OSError:
        keys = None
    try:
        yield keys
    finally:
        if keys:
            keys.close()


__all__ = ["command", "open_at"]
