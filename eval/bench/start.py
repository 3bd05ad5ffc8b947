"""How long a person waits: help, first index, unchanged index, and a cold question, as whole processes.

    python eval/bench/start.py [--articles FOLDER] [--runs 5] [--beside CHECKOUT]

Prints the median and the range of the wall time of each, over fresh processes, beside the target. With --beside the commands of
another checkout are run in turn with these, and the median of the ratios is printed too, which a busy machine changes little.
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


def timed(checkout: Path, *arguments: str) -> float:
    """Seconds that one command takes."""
    started = time.perf_counter()
    done = subprocess.run([*RAG, *arguments], capture_output=True, text=True, cwd=checkout, check=False)
    taken = time.perf_counter() - started
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        sys.exit(done.stderr)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared/articles"
    parser.add_argument("--articles", type=Path, default=shared if shared.is_dir() else ROOT / "rag/sample")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", help="another checkout of rag, to be measured in turn")
    args = parser.parse_args()
    checkouts = [ROOT, *([args.beside.resolve()] if args.beside else [])]
    with tempfile.TemporaryDirectory() as name:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed packages have their bytecode
        os.environ["RAG_CACHE_DIR"] = str(Path(name) / "cache")
        indexes = [("--index", str(Path(name) / f"index{i}")) for i in range(len(checkouts))]
        first = [timed(c, "index", str(args.articles.resolve()), *i) for c, i in zip(checkouts, indexes, strict=True)]
        print(f"{'rag index, first ever (makes the encoder cache)':<48} {first[0]:6.2f} s")
        jobs: dict[str, tuple[float, tuple[str, ...], bool]] = {
            "rag --help": (0.15, ("--help",), False),
            "rag index, from nothing": (4.0, ("index", str(args.articles.resolve()), "--rebuild"), True),
            "rag index, unchanged": (1.0, ("index",), True),
            "rag ask, English": (0.45, ("ask", QUESTIONS[0]), True),
            "rag ask, Chinese": (0.45, ("ask", QUESTIONS[1]), True),
        }
        for label, (target, arguments, indexed) in jobs.items():
            rounds = [
                [timed(c, *arguments, *(i if indexed else ())) for c, i in zip(checkouts, indexes, strict=True)]
                for _ in range(args.runs)
            ]
            times = [mine for mine, *_ in rounds]
            told = f"{min(times):.2f} to {max(times):.2f}; to reach {target:g}"
            if args.beside:
                told += f"; {statistics.median(mine / other for mine, other in rounds):.2f} times {args.beside}'s"
            print(f"{label:<48} {statistics.median(times):6.2f} s  ({told})", flush=True)


if __name__ == "__main__":
    main()
