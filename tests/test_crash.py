"""Builds that are killed, disks that are full, writers that wait: eval/bench/crash.py, a few rounds of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Outcome, files_of

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.indexing import store
from rag.indexing.building import build
from rag.indexing.index import Index

Cli = Callable[..., Outcome]


def test_kill_9_at_random_moments(crash: Any, encoder: Encoder, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """By the clock; the script checks that the old or the new index is there, and the next run whole."""
    crash.kills(3, 0, 1, encoder, tmp_path)
    assert crash.failures == []
    assert capfd.readouterr().out.count("ok") == 3


def test_readers_answer_while_a_writer_writes(small: Path, articles: Path, encoder: Encoder) -> None:
    stop = threading.Event()

    def write() -> None:
        for i in range(1000):
            if stop.is_set():
                return
            (articles / "clock.txt").write_text(f"The clock strikes eight in the morning, says note {i}.\n")
            build(small, sources_of([articles]), encoder)

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    try:
        end = time.monotonic() + 60
        while len(seen) < 4 and time.monotonic() < end:
            index = Index(small)
            seen.add(index.place.name)
            assert index.raw(index.by_id["harbour"]).startswith("The harbour")
            assert len(index.dense) == len(index.passages)
    finally:
        stop.set()
        writer.join()
    assert len(seen) >= 4


def test_a_second_writer_says_that_it_waits(small: Path, cli: Cli) -> None:
    command = [sys.executable, "-m", "rag", "index", "--index", str(small)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with store.writing(small):
        waiting = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert waiting.stderr
        assert waiting.stderr.readline() == f"{small}/ is being written by another process; waiting for it to finish.\n"
        time.sleep(0.2)
        assert waiting.poll() is None
    waiting.communicate(timeout=60)
    assert waiting.returncode == 0
    assert "waiting" not in cli("index", "--index", small).err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_dead_writer_leaves_no_lock(small: Path) -> None:
    child = os.fork()
    if child == 0:
        with store.writing(small):
            os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    assert (small / ".lock").exists()
    assert not store.is_locked(small)
    with store.writing(small):
        pass


def test_a_limit_on_the_size_of_files_is_one_sentence(small: Path, articles: Path, tmp_path: Path) -> None:
    """As a full disk stops a build half-way; eval/bench/crash.py fills a real one."""
    resource = pytest.importorskip("resource")
    before = files_of(small)
    (articles / "new.txt").write_text("A new article about the tower, which leans to the west.\n")

    def little() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    command = [sys.executable, "-m", "rag", "index", "--index", str(small)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, preexec_fn=little)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search("the index cannot be written|make room there", done.stderr)
    assert done.stderr.count("\n") == 1
    assert files_of(small) == before
