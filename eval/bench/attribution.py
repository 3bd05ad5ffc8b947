"""What attribution costs at indexing: its time beside that of encoding the same articles.

    python eval/bench/attribution.py [--articles FOLDER] [--runs 5] [--generated 200]

Prints medians over the runs for the articles of the folder and for as many generated ones, and attribution's share of the
two together. To reach: 20%; beyond: 10%.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from rag.articles.corpus import load, read, scan, sources_of
from rag.articles.passages import split
from rag.attribution.attributing import attribute
from rag.encoding.encoders import open_encoder

ROOT = Path(__file__).resolve().parents[2]

SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "明华强国文军志海平山川峰林雪静"
CHINESE = (
    "{role}{name}表示\uff0c今年的订单比去年多了三成。",
    "{name}认为\uff0c成本还会继续下降\uff0c真正的瓶颈是人手。",
    "“我们只做自己看得懂的事\uff0c”{name}说\uff0c“别的不碰。”",
    "他补充道\uff0c新的厂房明年春天完工。",
    "这座城市有三条地铁线\uff0c每天运送八十万名乘客。",
    "从数据上看\uff0c库存已经回到正常水平\uff0c价格却没有变化。",
)
ROLES = ("远山科技创始人", "城北大学教授", "蓝湖资本合伙人", "总工程师")


def generated(number: int) -> str:
    """A Chinese article of some thirty sentences, half of which somebody says."""
    chance = random.Random(number)
    people = [(chance.choice(ROLES), chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))) for _ in range(4)]
    paragraphs = []
    for _ in range(8):
        role, name = chance.choice(people)
        paragraphs.append("".join(s.format(role=role, name=name) for s in chance.sample(CHINESE, 4)))
    return f"第{number}号简报\n\n" + "\n\n".join(paragraphs) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared/articles"
    parser.add_argument("--articles", type=Path, default=shared if shared.is_dir() else ROOT / "rag/sample")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--generated", type=int, default=200)
    args = parser.parse_args()
    encoder = open_encoder()
    with tempfile.TemporaryDirectory() as name:
        for i in range(args.generated):
            (Path(name) / f"brief-{i:03d}.txt").write_text(generated(i), "utf-8")
        for label, folder in ((str(args.articles), args.articles), ("generated", Path(name))):
            articles = [load(found) for found in scan(sources_of([folder]))]
            cleaned = [read(article.raw, article.format)[0] for article in articles]
            texts = []
            for article, clean in zip(articles, cleaned, strict=True):
                passages = split(article, clean)
                texts.append([p.text for p in passages] + [s.text for p in passages for s in p.sentences])
            attribute(articles[0], cleaned[0])  # the dictionaries are loaded once
            encoder.encode_passages(texts[0])
            attributing, encoding = [], []
            for _ in range(args.runs):
                started = time.perf_counter()
                for article, clean in zip(articles, cleaned, strict=True):
                    attribute(article, clean)
                attributing.append(time.perf_counter() - started)
                started = time.perf_counter()
                for one in texts:
                    encoder.encode_passages(one)
                encoding.append(time.perf_counter() - started)
            a, e = statistics.median(attributing), statistics.median(encoding)
            print(f"{label}: {len(articles)} articles, attribution {a:.2f} s, encoding {e:.2f} s, share {a / (a + e):.1%}")


if __name__ == "__main__":
    main()
