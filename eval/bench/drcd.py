"""Retrieval in Traditional Chinese on DRCD's development set (Shao et al., 2018), through our own index and search.

1,000 paragraphs, each one article of one passage, and 3,524 questions, asked in their own script and converted to
Simplified by OpenCC.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace

from harness import DATA, Asked, Encoder, Run, Weights, add_options, indexed, measure, one_line, read_json, run_all


def load() -> tuple[dict[str, str], list[Asked]]:
    """The paragraphs by name and the questions."""
    paragraphs = [p for article in read_json(DATA / "drcd/DRCD_dev.json")["data"] for p in article["paragraphs"]]
    texts, asked = {}, []
    for number, paragraph in enumerate(paragraphs):
        name, text = f"paragraph{number:04}", one_line(paragraph["context"])
        shift = len(text) - len(text.lstrip())
        texts[name] = text.strip()
        for question in paragraph["qas"]:
            answer = question["answers"][0]
            start = answer["answer_start"] - shift
            asked.append(Asked(question["id"], question["question"], "zh-Hant", name, start, start + len(answer["text"])))
    return texts, asked


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--script", choices=("own", "simplified", "both"), default="both", help="of the questions (default: both)"
    )
    add_options(parser)
    options = parser.parse_args()

    def work(encoder: Encoder, configs: Mapping[str, Weights]) -> Iterator[Run]:
        from opencc import OpenCC

        texts, asked = load()
        simplify = OpenCC("t2s").convert
        scripts = {"own": asked, "simplified": [replace(a, question=simplify(a.question), lang="zh-Hans") for a in asked]}
        with indexed(texts, encoder) as index:
            for script in ("own", "simplified") if options.script == "both" else (options.script,):
                yield measure(f"DRCD dev, {script} script", index, texts, scripts[script][: options.limit], encoder, configs)

    return run_all(options, work)


if __name__ == "__main__":
    sys.exit(main())
