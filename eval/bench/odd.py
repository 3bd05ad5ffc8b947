"""Odd collections: time, peak memory and size of the index, each case in a process of its own.

    python eval/bench/odd.py [--cases tiny,same,large,names] [--tiny 100000] [--same 10000]

tiny    many files of one sentence, at a tenth of the number and at all of it. The encoder is a stand-in that is quick (random
        unit vectors, the same for the same text): what is measured is everything else
same    many files with the same content, at a tenth and at all of it, with the real encoder; then a question
large   one text of 3, of 10 and of 30 MB with the stand-in, and one of 200 MB, which is to be refused in one sentence
names   file names in many scripts, in composed and decomposed form, with line breaks and citation marks: every citation
        that is printed is opened again

Prints a line a case: files, seconds to build, to build again unchanged, to open and to answer, peak memory, index on disk.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.answering.answers import answer
from rag.articles.corpus import sources_of
from rag.citation.citations import open_citation, parse
from rag.encoding.encoders import Encoder, Model, Vectors, open_encoder
from rag.errors import RagError
from rag.indexing.building import build
from rag.indexing.index import Index

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("harbour", "orchard", "tower", "bridge", "market", "library", "station", "mill")
NAMES = (
    "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0642\u0627\u0644\u0629", "\U0001f34e\U0001f468\u200d\U0001f33e", "\u7b2c\u4e00\u7bc7", "\u0e1a\u0e17\u0e04\u0e27\u0e32\u0e21", "\u00e9t\u00e9", "e\u0301te\u0301",
    "\uac00\ub098", "\u1100\u1161", "\u0441\u0442\u0430\u0442\u044c\u044f", "\u0928\u092e\u0938\u094d\u0924\u0947", "line\nbreak", "a#1-9", "a@abcdef12", "a#1-9@abcdef12", "\u202eright to left", "'\"`$&;", "-dash", " blank ",
)  # fmt: skip


class Quick:
    """A stand-in for an encoder: for each text a random unit vector that depends on nothing but the text."""

    model = Model("quick", 32, "0" * 16)
    _table = np.random.default_rng(1).standard_normal((4096, 32)).astype(np.float32)
    _table /= np.linalg.norm(_table, axis=1, keepdims=True)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._table[np.array([zlib.crc32(text.encode()) % 4096 for text in texts], np.int64)]

    encode_queries = encode_passages


def write(folder: Path, case: str, count: int) -> None:
    folder.mkdir()
    if case == "tiny":
        for i in range(count):
            (folder / f"{i:06}.txt").write_text(f"The {PLACES[i % 8]} number {i} opened in {1500 + i % 500}.\n")
    elif case == "same":
        text = (
            "The harbour that stayed open\n\n"
            + "The harbour stays open in winter. Four thousand tons of herring are landed there. Nobody sells the quay.\n\n" * 3
        )
        for i in range(count):
            (folder / f"{i:06}.txt").write_text(text)
        (folder / "other.txt").write_text("The orchard\n\nThe orchard is closed in winter, and its robots pick no apples then.\n")
    elif case == "large":
        sentence = "In the year {} the {} took {} boats, and the people of the town counted every one of them twice. \u6e2f\u53e3\u5728\u51ac\u5929\u4e5f\u5f00\u653e\u3002\n"
        with (folder / "large.txt").open("w", encoding="utf-8") as file:
            size = i = 0
            while size < count * 1_000_000:
                text = "".join(sentence.format(j % 3000, PLACES[j % 8], j * 7 % 1000) for j in range(i, i + 1000))
                size += len(text.encode())
                i += 1000
                file.write(text)
    else:
        for i, name in enumerate(NAMES):
            (folder / f"{name}.txt").write_text(
                f"The {PLACES[i % 8]} number {i} opened in {1500 + i} and is called so to this day.\n"
            )


def peak() -> float:
    """The most memory this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(case: str, count: int, base: Path) -> None:
    encoder: Encoder = open_encoder() if case in ("same", "names") else Quick()
    started = time.perf_counter()
    try:
        built = build(base / "index", sources_of([base / "articles"]), encoder)
    except RagError as error:
        print(f"{case:<7}{count:>8}  refused in {time.perf_counter() - started:.1f} s, {peak():.0f} MB: {error}")
        return
    took = [time.perf_counter() - started]
    most = peak()
    for step in (lambda: build(base / "index", [], encoder), lambda: Index(base / "index")):
        started = time.perf_counter()
        step()
        took.append(time.perf_counter() - started)
    index = Index(base / "index")
    answer(index, encoder, "when did the tower open?", 5)
    started = time.perf_counter()
    found = answer(index, encoder, "is the harbour open in winter?", 5)
    took.append(time.perf_counter() - started)
    size = sum(path.stat().st_size for path in (base / "index").rglob("*") if path.is_file()) / 1e6
    said = ""
    if case == "same":
        articles = [cited.entry.id for cited in found.passages]
        said = f"; {len(articles)} hits, not in a copy: {'other' in articles}, at most {max(len(c.also) for c in found.passages)} copies listed with one"
    if case == "names":
        citations = [cited for hit in answer(index, encoder, "when did it open?", 50).passages for cited in (hit, *hit.also)]
        opened = [open_citation(index, parse(f"{c.citation}@{c.citation.digest}")) for c in citations]
        verified = sum(o.status == "verified" and o.entry == c.entry for o, c in zip(opened, citations, strict=True))
        said = f"; {verified} of {len(citations)} printed citations open and are verified, of {len(index.entries)} articles"
    print(
        f"{case:<7}{count:>8}  build {took[0]:6.1f} s  again {took[1]:5.1f} s  open {took[2] * 1000:5.0f} ms  answer {took[3] * 1000:5.0f} ms"
        f"  {most:6.0f} MB memory  {size:7.1f} MB on disk, {built.passages} passages{said}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default="tiny,same,large,names")
    parser.add_argument("--tiny", type=int, default=100_000)
    parser.add_argument("--same", type=int, default=10_000)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        run(args.run[0], int(args.run[1]), Path(args.run[2]))
        return
    sizes = {
        "tiny": [args.tiny // 10, args.tiny],
        "same": [args.same // 10, args.same],
        "large": [3, 10, 30, 200],
        "names": [len(NAMES)],
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for case in args.cases.split(","):
        for count in sizes[case]:
            with tempfile.TemporaryDirectory(prefix="rag-odd-") as name:
                write(Path(name) / "articles", case, count)
                subprocess.run([sys.executable, __file__, "--run", case, str(count), name], env=environment, check=True)


if __name__ == "__main__":
    main()
