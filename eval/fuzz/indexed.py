"""An index for the fuzzers of what looks texts up: the sample articles, and texts and names made to do harm.

Its vectors say nothing, since neither `rag.citation.locating` nor `rag.citation.verifying` reads them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Model, Vectors
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.locations import sample

HARMFUL = {
    "same": "The tide came in.\n\n" + "ha " * 3_000 + "\n\n" + "\u6625" * 3_000 + "\n\n" + "\u201ca\u201d \u2026 " * 500,
    "dirty": "A dirty text\n\n\u5275(chu\u00e0ng)\u65b0\uff0c\u884c(x\u00edng)\u696d \uff21\uff22\uff23 e\u0301te\u0301 \ufb01nd \u216b \u33cf 10.5% \u2030 \u200b\u00ad \U0001f468\u200d\U0001f33e.\n" * 40,
    "a#1-9": "The name of this article looks like a citation, and a#1-9@abcdef is in its text.\n",
    "\u7b2c\u4e00\u7ae0 a": "\u96ea\u4e0b\u4e86\u4e00\u6574\u591c\u3002\n",
    "empty-ish": "x\n",
}  # fmt: skip


class Blind:
    """An encoder that gives every text the same vector."""

    model = Model("blind", 8, "0" * 16)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.tile(np.eye(1, 8, dtype=np.float32), (len(texts), 1))

    encode_queries = encode_passages


@lru_cache(maxsize=1)
def index() -> Index:
    """The index, built when first asked for; its folder lasts as long as the process."""
    folder = tempfile.TemporaryDirectory(prefix="rag-fuzz-")
    _lasting.append(folder)
    articles = Path(folder.name, "articles")
    articles.mkdir()
    for name, text in HARMFUL.items():
        (articles / f"{name}.txt").write_text(text, "utf-8", newline="")
    build(Path(folder.name, "index"), sources_of([articles, sample()]), Blind())
    return Index(Path(folder.name, "index"))


_lasting: list[tempfile.TemporaryDirectory[str]] = []
