"""Whatever citation a command prints opens and verifies, now and after a rebuild with another passage size or another model."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import Outcome

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder, Model, Vectors
from rag.indexing.building import build
from rag.indexing.index import Index, Settings
from rag.locations import sample

Cli = Callable[..., Outcome]
WHO, FACT = "who thinks startups can't beat big tech?", "训练一次大模型要花多少钱\uff1f"
CITATION = re.compile(r"[\w.-]+#\d+-\d+@[0-9a-f]{8}")


class Other:
    """Another model: a random direction for each text."""

    model = Model("other", 16, "0")

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=16) for text in texts]
        vectors = np.array(rows, np.float32).reshape(len(texts), 16)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    encode_queries = encode_passages


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, sample_index: Path) -> dict[str, Path]:
    """Indexes of the sample: as it comes, with short passages, and by another model."""
    folder = tmp_path_factory.mktemp("rebuilt")
    makers: dict[str, tuple[Encoder, Settings]] = {
        "short passages": (encoder, Settings(90)),
        "another model": (Other(), Settings(500)),
    }
    for name, (other, settings) in makers.items():
        build(folder / name, sources_of([sample()]), other, settings)
    return {"as it comes": sample_index, **{name: folder / name for name in makers}}


def printed(cli: Cli, index: Path, tmp_path: Path) -> set[str]:
    """All citations that the commands print, in text, Markdown and JSON."""
    at = ("--index", index)
    asked = cli("ask", WHO, *at, "--format", "markdown").out
    (tmp_path / "draft.md").write_text(asked, "utf-8")
    quote = Index(index).passages[3].sentences[0].text
    texts = [
        asked,
        cli("ask", WHO, *at, "--no-pager").out,
        cli("ask", FACT, *at).out,
        cli("prompt", WHO, *at).out,
        cli("locate", quote, *at).out,
        cli("verify", tmp_path / "draft.md", *at).out,
        cli("speakers", "\u7a0b\u6d69", *at).out,
        cli("chat", *at, stdin=f"{WHO}\n/cite 1\n/speaker \u7a0b\u6d69\n{FACT}\n".encode()).out,
    ]
    found = set(CITATION.findall("\n".join(texts)))
    records = [*cli("ask", WHO, *at, "--json").records, *cli("ask", FACT, *at, "--json").records]
    quotes = [q for r in records for s in (*r["speakers"], *r.get("others", ())) for q in s["quotes"]]
    repeats = [other for r in records for p in r["passages"] for other in p.get("also", ())]
    said = [r for name in ("\u7a0b\u6d69", "\u738b\u6dee") for r in cli("speakers", name, *at, "--json").records]
    places = cli("locate", quote, *at, "--json").records
    for record in (*(p for r in records for p in r["passages"]), *quotes, *repeats, *said, *places):
        found.add(f"{record['citation']}@{record['digest']}")
    return found


def test_citations_outlive_passage_sizes_and_models(rebuilt: dict[str, Path], cli: Cli, tmp_path: Path) -> None:
    citations = sorted(printed(cli, rebuilt["as it comes"], tmp_path))
    assert len(citations) > 40
    (tmp_path / "cited.md").write_text("\n\n".join(citations), "utf-8")
    for name, index in rebuilt.items():
        done = cli("cite", "-", "--json", "--index", index, stdin="\n".join(citations).encode())
        assert [r for r in done.records if r["status"] != "verified"] == [], name
        assert (done.code, len(done.records)) == (0, len(citations))
        checked = cli("verify", tmp_path / "cited.md", "--index", index, "--json")
        assert (checked.code, len(checked.records)) == (0, len(citations)), name
        draft = cli("verify", tmp_path / "draft.md", "--index", index)
        assert draft.code == 0, draft.out
