"""The package's face: what it exports, that importing it costs nothing, and that its documents lead where they say."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import rag


def test_exports_are_sorted_and_there() -> None:
    names = [name for name in rag.__all__ if name != "__version__"]
    assert names == sorted(names)
    assert all(callable(getattr(rag, name)) for name in names)
    with pytest.raises(AttributeError, match="nothing_such"):
        _ = rag.nothing_such


def test_import_loads_no_library() -> None:
    code = "import sys, rag; print(sorted({'numpy', 'faiss', 'typer', 'rich'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_example_of_the_docstring(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A headline\n\nCats sleep most of the day. Dogs like long walks.\n", "utf-8")
    encoder = rag.open_encoder()
    rag.build(tmp_path / "index", [tmp_path / "a.txt"], encoder)
    found = rag.answer(rag.open_index(tmp_path / "index"), encoder, "how long do cats sleep?")
    assert found.passages[0].quote.text == "Cats sleep most of the day."
    assert str(found.passages[0].citation) == "a#12-61"


def test_links_between_the_documents_lead_somewhere() -> None:
    root = Path(__file__).parents[1]
    documents = [*root.glob("*.md"), *(path for folder in ("docs", "eval", "prompts") for path in (root / folder).glob("*.md"))]
    anchors = {
        path: {
            re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in path.read_text("utf-8").split("\n")
            if line[:1] == "#"
        }
        for path in documents
    }
    lost = []
    for path in documents:
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
            if not re.match(r"\w+:", link):
                name, _, anchor = link.partition("#")
                target = (path.parent / name).resolve() if name else path
                if not target.exists() or anchor and anchor not in anchors[target]:
                    lost.append((path.name, link))
    assert lost == []
