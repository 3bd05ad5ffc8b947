"""What the retrieval benchmarks share: texts become articles of one passage each, questions are ranked by
`rag.retrieval.search.search` and scored by `rag.evaluation.scoring`, once with passage vectors alone and once with the weights
that `rag` uses."""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]

from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder, open_encoder
from rag.errors import InputError, RagError
from rag.evaluation.gold import Evidence, GoldQuestion, check_gold
from rag.evaluation.scoring import Scored, compare, score, summary
from rag.indexing.building import build
from rag.indexing.index import Index, Settings, open_index
from rag.retrieval.legs import Weights
from rag.retrieval.search import Ranking, search
from rag.text.cleaning import clean
from rag.types import Role, digest

DATA = ROOT.parent / "shared" / "bench"
SHOWN = ("R@1", "R@5", "RR@10", "quote@1")
ALONE = "encoder alone"
ENCODER_ALONE = Weights(**{field.name: float(field.name == "passage") for field in fields(Weights)})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the text, by name, and range within it that answers it."""

    id: str
    question: str
    lang: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """One index, one set of questions: what each configuration scored, and the seconds that the last of them took."""

    name: str
    texts: int
    passages: int
    scored: Mapping[str, Sequence[Scored]]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The run as plain data: means with their 95% bootstrap intervals."""
        return {
            "run": self.name,
            "texts": self.texts,
            "passages": self.passages,
            "questions": len(next(iter(self.scored.values()))),
            "ms_per_question": round(1000 * self.seconds / len(next(iter(self.scored.values()))), 1),
            "measures": {
                config: {name: [round(x, 4) for x in (i.mean, i.low, i.high)] for name, i in _means(scored).items()}
                for config, scored in self.scored.items()
            },
        }


def read_json(path: Path) -> Any:
    """A data file. Raises InputError, saying what it is for, where it is absent."""
    if not path.is_file():
        raise InputError(f"{path}: the benchmark's data is not there; nothing was measured.")
    return json.loads(path.read_text("utf-8"))


def _is_spanned(raw: str, held: Sequence[tuple[int, int]]) -> bool:
    """Whether there is one passage, which holds all that can be read of a text."""
    cleaned = clean(raw)
    start, end = cleaned.clean_range(*held[0])
    return len(held) == 1 and not cleaned.text[:start].strip() and not cleaned.text[end:].strip()


@contextmanager
def indexed(texts: Mapping[str, str], encoder: Encoder, size: int | None = None) -> Iterator[Index]:
    """An index, in a temporary folder, in which each text is one article of one passage, or of passages of at most that `size`.

    The texts are written as files and built as any article is, except that no line is taken for a title, a byline or page
    furniture: a benchmark's texts have none. Raises InputError where an article does not come out as one passage that
    spans its text, though it should.
    """
    with tempfile.TemporaryDirectory(prefix="rag-bench-") as folder:
        articles = Path(folder, "articles")
        articles.mkdir()
        for name, text in texts.items():
            (articles / f"{name}.txt").write_text(text, "utf-8", newline="")
        settings = Settings(passage_size=size or max(map(len, texts.values())))
        with patch("rag.articles.blocks.assign_roles", lambda lines, *_: [Role.BODY] * len(lines)):
            built = build(Path(folder, "index"), sources_of([articles]), encoder, settings)
        if built.skipped or built.articles != len(texts):
            raise InputError(f"{len(texts) - built.articles} of {len(texts)} texts could not be indexed: {built.skipped[:1]}")
        index = open_index(Path(folder, "index"), encoder)
        for entry in index.entries:
            first, last = entry.passages
            raw = index.raw(entry)
            held = [(index.passages[i].start, index.passages[i].end) for i in range(first, last)]
            if raw != texts[entry.id] or (size is None and not _is_spanned(raw, held)):
                raise InputError(
                    f"text {entry.id} of {len(raw)} characters became {len(held)} passages {held}, not one that spans it."
                )
        yield index


def one_line(text: str) -> str:
    """The text with line ends and byte order marks as blanks, the offsets of everything unchanged."""
    return "".join(" " if c in "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\ufeff" else c for c in text)


def gold_of(asked: Sequence[Asked], texts: Mapping[str, str]) -> list[GoldQuestion]:
    """The questions in the form that `rag eval` scores."""
    return [
        GoldQuestion(
            a.id, a.question, a.lang, "fact", (Evidence(a.text, a.start, a.end, digest(texts[a.text][a.start : a.end])),)
        )
        for a in asked
    ]


def measure(
    name: str, index: Index, texts: Mapping[str, str], asked: Sequence[Asked], encoder: Encoder, configs: Mapping[str, Weights]
) -> Run:
    """Ask the questions of an index of the texts with each set of weights, and score the rankings."""
    gold = gold_of(asked, texts)
    check_gold(gold, index)
    scored = {}
    for config, weights in configs.items():
        # The encoder alone compares the question as it is.
        with patch("rag.retrieval.legs.as_statement", lambda query, _: query) if config == ALONE else nullcontext():
            began = time.perf_counter()
            rankings = [search(index, encoder, q.question, 10, weights) for q in gold]
            seconds = time.perf_counter() - began
        scored[config] = score(gold, [_answer(q.id, found) for q, found in zip(gold, rankings, strict=True)])
    return Run(name, len(texts), len(index.passages), scored, seconds)


def _answer(id: str, ranking: Ranking) -> dict[str, Any]:
    """What `rag.evaluation.scoring` reads of an answer; passages grouped under a hit as its repetitions do not count as found."""
    hits = [
        {
            "article": hit.passage.article,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "citation": f"{hit.passage.article}#{hit.passage.start}-{hit.passage.end}",
            "quote": {"start": hit.passage.sentences[hit.best].start, "end": hit.passage.sentences[hit.best].end},
        }
        for hit in ranking.hits
    ]
    return {"id": id, "answered": bool(hits), "confidence": 1.0, "passages": hits}


def _means(scored: Sequence[Scored]) -> dict[str, Any]:
    found = summary(scored)["all"]
    return {name: found[name] for name in SHOWN}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options that every benchmark has."""
    parser.add_argument("--limit", type=int, metavar="N", help="ask only the first N questions")
    parser.add_argument(
        "--set", action="append", default=[], metavar="LEG=WEIGHT",
        help=f"another weight than the default; legs: {', '.join(field.name for field in fields(Weights))}; may be repeated",
    )  # fmt: skip
    parser.add_argument("--misses", type=Path, metavar="FILE", help="write the questions not answered at rank 1, as JSON lines")
    parser.add_argument("--json", action="store_true", help="one JSON object a run in place of the table")


def weights_of(settings: Sequence[str]) -> Weights:
    """The default weights with some changed. Raises InputError for an unknown leg or no number."""
    weights = Weights()
    for part in settings:
        name, _, value = part.partition("=")
        try:
            weights = replace(weights, **{name: float(value)})
        except (TypeError, ValueError):
            raise InputError(f"--set {part!r}: not LEG=WEIGHT with one of {', '.join(weights.to_json())}.") from None
    return weights


def run_all(options: argparse.Namespace, work: Callable[[Encoder, Mapping[str, Weights]], Iterator[Run]]) -> int:
    """Run a benchmark and print a row a configuration as soon as it is known; the exit code."""
    try:
        configs = {ALONE: ENCODER_ALONE, ("rag, " + " ".join(options.set)).rstrip(", "): weights_of(options.set)}
        encoder = open_encoder()
        misses: list[str] = []
        for number, run in enumerate(work(encoder, configs)):
            misses += [json.dumps(miss, ensure_ascii=False) for miss in _misses(run)]
            if options.json:
                print(json.dumps(run.to_json(), ensure_ascii=False), flush=True)
            else:
                _print(run, header=number == 0)
        if options.misses:
            options.misses.write_text("".join(line + "\n" for line in misses), "utf-8")
    except RagError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _print(run: Run, *, header: bool) -> None:
    if header:
        print(f"{'':30}{'':24}{'questions':>9}{'passages':>9}" + "".join(f"{name:>16}" for name in SHOWN) + f"{'p (R@1)':>9}")
    base = next(iter(run.scored.values()))
    for config, scored in run.scored.items():
        cells = "".join(f"{i.mean:>6.3f} {i.low:.2f}-{i.high:.2f}" for i in _means(scored).values())
        p = f"{compare(scored, base, 'R@1', samples=1_000).p:>9.3f}" if scored is not base else f"{'':>9}"
        print(f"{run.name:30}{config:24}{len(scored):>9}{run.passages:>9}{cells}{p}", flush=True)
    print(f"{'':30}{run.texts} texts; {1000 * run.seconds / len(base):.0f} ms a question", flush=True)


def _misses(run: Run) -> Iterator[dict[str, Any]]:
    for s in list(run.scored.values())[-1]:
        if s.rank != 1:
            first = s.answer["passages"][0]["article"] if s.answer and s.answer["passages"] else None
            yield {"run": run.name, "id": s.question.id, "question": s.question.question, "rank": s.rank,
                   "wanted": s.question.evidence[0].article, "first": first}  # fmt: skip
