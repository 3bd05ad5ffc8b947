"""Are the bytes of an index always the same? Built on one core and on all, with other hash seeds, in other orders, updated or fresh.

    python eval/bench/same.py [--articles FOLDER]

Every build is a process of its own. Prints the SHA-256 over all files of each index; exit code 1 when two differ.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def digest_of(folder: Path) -> str:
    """SHA-256 over names and bytes of all files of an index, the lock and the older texts of changed articles aside."""
    hashed = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != ".lock" and path.relative_to(folder).parts[0] != "superseded":
            hashed.update(f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return hashed.hexdigest()


def build(index: Path, *paths: Path, cores: int | None = None, **variables: str) -> None:
    """`rag index` in a process with so many cores and these environment variables."""

    def bind() -> None:
        if cores is not None:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])

    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-m", "rag", "index", *map(str, paths), "--index", str(index)]
    subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL, preexec_fn=bind)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=ROOT / "rag" / "sample")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rag-same-") as name:
        base = Path(name)
        articles = base / "articles"
        shutil.copytree(args.articles, articles)
        files = sorted(path for path in articles.iterdir() if path.is_file())

        def one_by_one(index: Path) -> None:
            for path in reversed(files):
                build(index, path)
            build(index, articles)

        def changed_and_back(index: Path) -> None:
            text = files[0].read_bytes()
            files[0].write_bytes(text + b"\n\nOne more sentence at the end of it, for a while.\n")
            build(index, articles)
            files[0].write_bytes(text)
            build(index)

        def with_cache(index: Path) -> None:
            build(index, articles, RAG_CACHE_DIR=str(base / "cache"))

        ways: dict[str, Callable[[Path], None]] = {
            "all cores": lambda index: build(index, articles),
            "one core": lambda index: build(index, articles, cores=1),
            "OMP_NUM_THREADS=1": lambda index: build(index, articles, OMP_NUM_THREADS="1"),
            "OMP_NUM_THREADS=2": lambda index: build(index, articles, OMP_NUM_THREADS="2"),
            "another hash seed": lambda index: build(index, articles, PYTHONHASHSEED="1"),
            "and another": lambda index: build(index, articles, PYTHONHASHSEED="2"),
            "another locale": lambda index: build(index, articles, LC_ALL="C", PYTHONUTF8="0"),
            "encoder cache made anew": with_cache,
            "file by file, last first": one_by_one,
            "changed and changed back": changed_and_back,
        }
        found = {}
        for number, (way, make) in enumerate(ways.items()):
            index = base / f"index{number}"
            make(index)
            found[way] = digest_of(index)
            print(f"{way:<28}{found[way]}", flush=True)
        same = len(set(found.values())) == 1
        print("the same bytes" if same else "DIFFERENT bytes")
        sys.exit(not same)


if __name__ == "__main__":
    main()
