"""What each step of retrieval adds, on gold questions and an index of their articles.

Three tables: the steps added one after another, each bridge alone on top of exact words, and each step taken away from the
whole. A step is switched off from outside: a leg by weight 0, a bridge by one that finds nothing.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]

from rag.answering.answers import compose
from rag.encoding.encoders import Encoder, open_encoder
from rag.errors import RagError
from rag.evaluation.gold import GoldQuestion, check_gold, load_gold
from rag.evaluation.scoring import Comparison, Scored, compare, score, summary
from rag.indexing.index import Index, open_index
from rag.indexing.lexicon import Lexicon
from rag.retrieval.bridges import Glossary, shipped_glossary
from rag.retrieval.legs import Weights
from rag.retrieval.search import search

SHOWN = ("R@1", "R@5", "RR@10", "quote@1")
LEGS = {
    "best sentence": "sentence",
    "terms": "terms",
    "exact words": "bridges",
    "quote": "quote",
}
OTHERS = [field.name for field in fields(Weights) if field.name not in {"passage", *LEGS.values()}]
LEGS |= {name: name for name in OTHERS}
# What stands in for each of the others when it is off.
OFF: dict[str, tuple[Any, str, Any]] = {
    "names": ("rag.retrieval.bridges", "names", lambda *_: {}),
    "dictionary": (Lexicon, "translations", lambda *_: {}),
    "embedding": (Lexicon, "nearest", lambda _, vectors: [{} for _ in vectors]),
    "question among statements": ("rag.retrieval.legs", "as_statement", lambda query, model: query),
    "claim": ("rag.retrieval.legs", "claim_of", lambda _: None),
    "grouping repeats": ("rag.retrieval.search", "_grouped", lambda found, k: tuple(found[:k])),
}
BRIDGES = ("names", "glossary", "dictionary", "embedding")
STEPS = (
    "best sentence",
    "question among statements",
    "terms",
    "exact words",
    *BRIDGES,
    "quote",
    *OTHERS,
    "claim",
    "grouping repeats",
)


@contextmanager
def only(steps: Sequence[str]) -> Iterator[tuple[Weights, Glossary]]:
    """Weights and a glossary with which, while this holds, search takes these steps besides passage vectors."""
    gone = {leg: 0.0 for step, leg in LEGS.items() if step not in steps}
    with ExitStack() as stack:
        for step, (owner, name, stand_in) in OFF.items():
            if step not in steps:
                off = patch(f"{owner}.{name}", stand_in) if isinstance(owner, str) else patch.object(owner, name, stand_in)
                stack.enter_context(off)
        yield Weights(**{**Weights().to_json(), **gone}), shipped_glossary() if "glossary" in steps else Glossary([])


def measure(index: Index, encoder: Encoder, questions: Sequence[GoldQuestion], steps: Sequence[str]) -> list[Scored]:
    """The questions' scores with these steps."""
    with only(steps) as (weights, glossary):
        rankings = [search(index, encoder, q.question, 10, weights, glossary) for q in questions]
    answers = [{**compose(index, r).to_json(index), "id": q.id} for q, r in zip(questions, rankings, strict=True)]
    return score(questions, answers)


def tables() -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    """Rows: the table, the row's name, the steps it takes, and whether it is to be compared with the row before or the whole."""
    before = "each step on top of those above"
    yield before, "passage vectors", (), True
    for i, step in enumerate(STEPS):
        yield before, f"+ {step}", STEPS[: i + 1], True
    first = STEPS[: STEPS.index("exact words") + 1]
    yield "one bridge at a time, without quote, claim and grouping", "exact words", first, False
    for bridge in BRIDGES:
        yield (
            "one bridge at a time, without quote, claim and grouping",
            f"exact words + {bridge}",
            (*first, bridge),
            False,
        )
    yield "the whole without one step", "the whole", STEPS, False
    for step in STEPS:
        name = "words and all bridges" if step == "exact words" else step
        yield "the whole without one step", f"- {name}", tuple(s for s in STEPS if s != step), False


def run(index: Index, encoder: Encoder, questions: Sequence[GoldQuestion], *, plain: bool) -> None:
    """Print each row as soon as it is measured, in a table or as JSON."""
    known: dict[tuple[str, ...], list[Scored]] = {}
    table, base = "", list[Scored]()
    for title, name, steps, chained in tables():
        scored = known[steps] if steps in known else known.setdefault(steps, measure(index, encoder, questions, steps))
        new = title != table
        if new and plain:
            print(
                f"{'' if not table else chr(10)}{title:58}"
                + "".join(f"{m:>8}{'95%':>10}" for m in SHOWN)
                + f"{'won/lost':>10}{'p':>7}"
            )
        against = None if new else compare(scored, base, "R@1", samples=2_000)
        _print(title, name, scored, against, plain=plain)
        table, base = title, scored if new or chained else base


def _print(title: str, name: str, scored: Sequence[Scored], against: Comparison | None, *, plain: bool) -> None:
    found = summary(scored)["all"]
    if not plain:
        measures = {m: [round(x, 4) for x in (found[m].mean, found[m].low, found[m].high)] for m in SHOWN}
        change = {"wins": against.wins, "losses": against.losses, "p": round(against.p, 4)} if against else None
        print(json.dumps({"table": title, "row": name, "measures": measures, "change_R@1": change}), flush=True)
        return
    cells = "".join(f"{found[m].mean:>8.3f} {found[m].low:.2f}-{found[m].high:.2f}" for m in SHOWN)
    change = f"{f'{against.wins}/{against.losses}':>10}{against.p:>7.3f}" if against else ""
    print(f"{name:58}{cells}{change}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--gold", type=Path, default=ROOT / "eval/gold.jsonl", metavar="FILE", help="gold questions (default: eval/gold.jsonl)"
    )
    parser.add_argument(
        "--index", type=Path, default=ROOT / "index", metavar="DIR", help="index of their articles (default: index)"
    )
    parser.add_argument("--split", default="dev", help="of the gold file; 'all' for every question (default: dev)")
    parser.add_argument("--json", action="store_true", help="one JSON object a row in place of the tables")
    options = parser.parse_args()
    try:
        gold = load_gold(options.gold, None if options.split == "all" else options.split)
        questions = [q for q in gold if q.evidence]
        encoder = open_encoder()
        index = open_index(options.index, encoder)
        check_gold(questions, index)
        if not options.json:
            print(
                f"{len(questions)} answerable questions ({options.split}), {len(index.entries)} articles, {len(index.passages)} passages, {index.model.name}"
            )
        run(index, encoder, questions, plain=not options.json)
    except RagError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
