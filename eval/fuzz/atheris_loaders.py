"""Coverage-guided fuzzing of everything that reads untrusted text, with atheris (pip install atheris; not a dependency).

    python eval/fuzz/atheris_loaders.py [--seconds 120] [--target all|text|markdown|html|gold|run|citation|glossary]

Only errors made on purpose may come out; any other stops the run and leaves the input in a file crash-…, and so does an
input that takes more than ten seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rag"]):
    from rag import corpus
    from rag.bridges import Glossary
    from rag.citations import parse
    from rag.errors import RagError
    from rag.gold import load_gold
    from rag.passages import split
    from rag.runs import load_run
    from rag.types import Article, Metadata

FOLDER = Path(tempfile.mkdtemp(prefix="rag-atheris-"))


def article(form: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        raw, _ = corpus.decode(data, "a")
        cleaned, declared, blocks = corpus.read(raw, form)
        corpus._describe(cleaned, declared, blocks)
        for passage in split(Article("a", "a", raw, "", "utf-8", form, Metadata(), blocks), cleaned):
            assert 0 <= passage.start < passage.end <= len(raw)
            for sentence in passage.sentences:
                first, last = cleaned.clean_range(sentence.start, sentence.end)
                assert sentence.text in cleaned.text[first:last]

    return read


def lines(name: str, load: Callable[[Path], object]) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        (FOLDER / name).write_bytes(data)
        load(FOLDER / name)

    return read


def cite(data: bytes) -> None:
    citation = parse(data.decode("utf-8", "replace"))
    assert parse(str(citation)).article == citation.article


TARGETS: dict[str, Callable[[bytes], None]] = {
    "text": article("text"),
    "markdown": article("markdown"),
    "html": article("html"),
    "gold": lines("gold.jsonl", load_gold),
    "run": lines("run.jsonl", load_run),
    "citation": cite,
    "glossary": lambda data: Glossary.parse(data.decode("utf-8", "replace")).matches("a b") and None,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--target", default="all", choices=["all", *TARGETS])
    args = parser.parse_args()
    chosen = list(TARGETS.values()) if args.target == "all" else [TARGETS[args.target]]

    def one(data: bytes) -> None:
        if data:
            with suppress(RagError):
                chosen[data[0] % len(chosen)](data[1:])

    seeds = FOLDER / "seeds"
    seeds.mkdir()
    (seeds / "html").write_bytes(
        b"\x02<html><title>t</title><body><h1>A</h1><p>One &amp; two.<!-- x --></p><script>x</script></body></html>"
    )
    (seeds / "markdown").write_bytes(b"\x01---\ntitle: A\n---\n# B\n\n> *c* [d](e) ![f](g)\n- h\n")
    (seeds / "text").write_bytes(
        "\x00A title\n\nSource: B\nDate: 2024-05-17\n\n\u201cOne.\u201d Two. \u5275(chu\u00e0ng)\u65b0\u3002\n".encode()
    )
    (seeds / "gold").write_bytes(b'\x03{"id": "q", "question": "w?", "lang": "en", "kind": "none", "evidence": []}')
    (seeds / "citation").write_bytes(b"\x05a#1-2@abcdef")
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={args.seconds}", "-timeout=10", "-max_len=4096", "-print_final_stats=1", str(seeds)], one
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
