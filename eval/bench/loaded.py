"""From question to answer once the index is loaded: the gold questions over the five shared articles, in one process.

    python eval/bench/loaded.py [--articles FOLDER] [--rounds 3]

Every question is asked once before it counts, then `--rounds` times. Prints p50 and p95, beside what the machine must do at
least: the bytes of weights, vectors and words that a question reads, and the multiplications of the encoder.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared/articles"
    parser.add_argument("--articles", type=Path, default=shared if shared.is_dir() else ROOT / "rag/sample")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    import numpy as np

    from rag.answering.answers import answer
    from rag.encoding.encoders import UseEncoder
    from rag.indexing.building import build_from
    from rag.indexing.index import open_index

    questions = [json.loads(line)["question"] for line in (ROOT / "eval/gold.jsonl").read_text("utf-8").splitlines()]
    encoder = UseEncoder()
    with tempfile.TemporaryDirectory() as name:
        build_from(name, [options.articles], encoder)
        index = open_index(name)
        walls, cpus = [], []
        for counted in range(options.rounds + 1):
            for question in questions:
                wall, cpu = time.perf_counter(), time.process_time()
                answer(index, encoder, question)
                if counted:
                    walls.append(1000 * (time.perf_counter() - wall))
                    cpus.append(1000 * (time.process_time() - cpu))
        print(f"{len(questions)} questions, {options.rounds} rounds, {len(index.passages)} passages")
        for label, times in (("wall", walls), ("processor", cpus)):
            times.sort()
            print(f"{label:10} p50 {statistics.median(times):6.1f} ms   p95 {times[int(0.95 * len(times))]:6.1f} ms")
        arrays = encoder._use._network._arrays
        weights = sum(a.nbytes for n, a in arrays.items() if a.ndim == 2 and n != "table")
        vectors = index.dense.vectors().nbytes + index.dense_sentences.vectors().nbytes
        words = 4 * index.lexicon._arrays["word_vectors"].size
        block = np.ones(64 << 17)
        began = time.perf_counter()
        for _ in range(4):
            block.sum()
        speed = 4 * block.nbytes / (time.perf_counter() - began)
        least = weights + vectors + words
        print(
            f"a question reads at least {least / 1e6:.1f} MB (weights {weights / 1e6:.1f}, vectors {vectors / 1e6:.1f}, words "
            f"{words / 1e6:.1f}): {1000 * least / speed:.1f} ms at the {speed / 1e9:.0f} GB/s of one core here"
        )


if __name__ == "__main__":
    main()
