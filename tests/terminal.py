"""A real pseudo-terminal for tests: what a person types and sees."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType

from conftest import ROOT

_ESCAPES = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()][A-B0-2]|\x1b[=>78]")


class Terminal:
    """`rag ARGS` in a terminal of its own; `seen` is all that it has printed so far."""

    def __init__(
        self, *args: str | os.PathLike[str], cwd: Path, columns: int = 80, rows: int = 24, env: dict[str, str] | None = None
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES", "PAGER", "FORCE_COLOR", "LESS")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rag", *map(os.fspath, args)],
            cwd=cwd,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**clean, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **(env or {})},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  nothing else runs in the child yet
        )
        os.close(slave)
        self.seen = ""
        self._bytes, self._waited = b"", 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    @property
    def text(self) -> str:
        """What was printed, without escape sequences and carriage returns."""
        return _ESCAPES.sub("", self.seen).replace("\r", "")

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._master, text.encode())

    def wait_for(self, pattern: str, timeout: float = 20.0) -> str:
        """All text once a pattern stands in it, after where the last wait ended."""
        limit = time.monotonic() + timeout
        while True:
            found = re.compile(pattern).search(self.text, self._waited)
            if found:
                self._waited = found.end()
                return self.text
            assert self._read(limit), f"{pattern!r} never came; seen:\n{self.text}"

    def end(self, timeout: float = 20.0) -> int:
        """Read to the end; the exit code."""
        limit = time.monotonic() + timeout
        while self._read(limit):
            pass
        return self._process.wait(max(0.1, limit - time.monotonic()))

    def _read(self, limit: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, limit - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the other side is closed
            return False
        self._bytes += data
        self.seen = self._bytes.decode("utf-8", "replace")
        return bool(data)
