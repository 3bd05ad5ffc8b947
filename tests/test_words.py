"""Words segmented ahead, in another process, are those that are segmented here."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT

QUESTION = "果园里的机器人为什么比熟练工人快一倍"


@pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")
@pytest.mark.parametrize("asked", [QUESTION, "另外一个问题也要分词"])
def test_words_segmented_ahead(asked: str) -> None:
    code = (
        "import sys; from rag import words; words.segment_ahead({!r}); found = words.content_words({!r});"
        "print('rjieba' in sys.modules, *found)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code.format(QUESTION, asked)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    plain = subprocess.run(
        [sys.executable, "-c", f"from rag.words import content_words; print(*content_words({asked!r}))"],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    loaded, _, words = done.stdout.partition(" ")
    assert words == plain.stdout
    assert words.strip()
    assert loaded == str(asked != QUESTION)
