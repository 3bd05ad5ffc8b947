"""Chinese text cut into words by jieba's dictionary (rjieba), which takes 0.1 s of a processor to load.

A command that will need it for a few words only can have a child process load it while the rest of rag loads.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

_children: list[tuple[BinaryIO, BinaryIO]] = []  # one at most: what it writes, and what it reads


def cut(text: str, *, guess: bool = True) -> list[str]:
    """The words of a run of Han characters, in order; joined they are the text.

    Words that the dictionary lacks are guessed; else they come as single characters.
    """
    words = _asked(text, guess) if _children else None
    if words is not None:
        return words
    import rjieba

    return list(rjieba.cut(text, guess))


def segment_ahead(text: str) -> None:
    """Have a child process load the dictionary, if a text has words for it. It serves `cut` and ends with this process.

    Does nothing where that gains nothing, or where a process cannot be forked safely.
    """
    if sum("\u3400" <= c <= "\u9fff" or c >= "\U00020000" for c in text) < 3 or sys.platform != "linux":
        return
    if _children or "rjieba" in sys.modules or "threading" in sys.modules and sys.modules["threading"].active_count() > 1:
        return
    answers, answering = os.pipe()
    asking, questions = os.pipe()
    if not os.fork():
        try:
            for descriptor in (answers, questions):
                os.close(descriptor)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):  # whoever reads what this command prints must not wait for the child
                os.dup2(nowhere, descriptor)
            _serve(os.fdopen(asking, "rb"), os.fdopen(answering, "wb", buffering=0))
        finally:
            os._exit(0)
    os.close(asking)
    os.close(answering)
    _children.append((os.fdopen(answers, "rb"), os.fdopen(questions, "wb", buffering=0)))


def _serve(asking: BinaryIO, answering: BinaryIO) -> None:
    import rjieba

    for line in asking:
        guess, text = line[:1] == b"1", line[1:].decode().rstrip("\n")
        answering.write("\t".join(rjieba.cut(text, guess)).encode() + b"\n")


def _asked(text: str, guess: bool) -> list[str] | None:
    """The child's answer; None, and no child any more, where there is none."""
    answers, questions = _children[0]
    try:
        questions.write(f"{guess:d}{text}\n".encode())
        words = answers.readline().decode().rstrip("\n").split("\t")
    except (OSError, ValueError):
        words = []
    if "".join(words) == text:
        return words
    answers.close()
    questions.close()
    _children.clear()
    return None


__all__ = ["cut", "segment_ahead"]
