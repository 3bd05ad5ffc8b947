"""Words cut by a child process are those that are cut here, whatever becomes of the child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Outcome

from rag.text import segmenter
from rag.text.segmenter import cut, segment_ahead
from rag.text.words import content_words

QUESTION = "\u679c\u56ed\u91cc\u7684\u673a\u5668\u4eba\u4e3a\u4ec0\u4e48\u6bd4\u719f\u7ec3\u5de5\u4eba\u5feb\u4e00\u500d"
OTHER = "\u53e6\u5916\u4e00\u4e2a\u95ee\u9898\u4e5f\u8981\u5206\u8bcd"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The process id of a child that loads the dictionary."""
    pids = []
    fork = os.fork
    monkeypatch.setattr(os, "fork", lambda: pids.append(fork()) or pids[-1])
    monkeypatch.delitem(sys.modules, "rjieba", raising=False)
    monkeypatch.delitem(sys.modules, "threading")  # as at the start of a command: no thread that a fork would leave behind
    segment_ahead(QUESTION)
    (pid,) = pids
    yield pid
    for file in segmenter._children.pop() if segmenter._children else ():
        file.close()
    os.waitpid(pid, 0)


def test_the_child_says_what_is_said_here(child: int) -> None:
    asked = {text: cut(text) for text in (QUESTION, OTHER, QUESTION)}
    assert "rjieba" not in sys.modules
    assert segmenter._children
    import rjieba

    assert asked == {text: rjieba.cut(text) for text in asked}
    segment_ahead(QUESTION)  # nothing to gain any more


def test_a_child_that_died_is_done_without(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    assert "\u673a\u5668\u4eba" in content_words(QUESTION)
    assert "rjieba" in sys.modules
    assert segmenter._children == []


@pytest.mark.parametrize("text", ["who sells the quay?", "\u8c01?", "\U0001f34e" * 9, "\uac00" * 9])
def test_nothing_is_started_without_chinese_words(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "rjieba", raising=False)
    monkeypatch.delattr(os, "fork")
    segment_ahead(text)
    assert segmenter._children == []


def test_a_command_that_fails_at_once_does_not_wait(process: Callable[..., Outcome], tmp_path: Path) -> None:
    """Nor does whoever reads what it prints; and the child goes with it."""
    done = process("ask", QUESTION, "--index", tmp_path / "none", cwd=tmp_path)
    assert done.code == 2
    assert "no index there" in done.err


def test_a_cold_question_is_segmented_elsewhere(small: Path) -> None:
    code = (
        f"import sys; sys.argv = ['rag', 'ask', {QUESTION!r}, '--index', {str(small)!r}]\n"
        "from rag.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('rjieba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.split()[-1] == "False"
