"""How long a person waits: help, first index, unchanged index, and a cold question, as whole processes.

    python eval/bench/start.py [--articles FOLDER] [--runs 5]

Prints the median and the range of the wall time of each, over fresh processes, beside the target.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RAG = (sys.executable, "-m", "rag")
QUESTIONS = ("who thinks startups can't beat big tech?", "谁认为创业公司打不赢大厂?")


def timed(*arguments: str) -> float:
    """Seconds that one command takes."""
    started = time.perf_counter()
    done = subprocess.run([*RAG, *arguments], capture_output=True, text=True, cwd=ROOT, check=False)
    taken = time.perf_counter() - started
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        sys.exit(done.stderr)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared/articles"
    parser.add_argument("--articles", type=Path, default=shared if shared.is_dir() else ROOT / "rag/sample")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        index = ("--index", str(Path(name) / "index"))
        jobs: dict[str, tuple[float, tuple[str, ...]]] = {
            "rag --help": (0.15, ("--help",)),
            "rag index, from nothing": (4.0, ("index", str(args.articles), "--rebuild", *index)),
            "rag index, unchanged": (1.0, ("index", *index)),
            "rag ask, English": (0.45, ("ask", QUESTIONS[0], *index)),
            "rag ask, Chinese": (0.45, ("ask", QUESTIONS[1], *index)),
        }
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed packages have their bytecode
        os.environ["RAG_CACHE_DIR"] = str(Path(name) / "cache")
        print(f"{'rag index, first ever (makes the encoder cache)':<48} {timed('index', str(args.articles), *index):6.2f} s")
        for label, (target, arguments) in jobs.items():
            times = [timed(*arguments) for _ in range(args.runs)]
            middle = statistics.median(times)
            print(f"{label:<48} {middle:6.2f} s  ({min(times):.2f} to {max(times):.2f}; to reach {target:g})")


if __name__ == "__main__":
    main()
