"""Learn how questions differ from statements in the embedded encoder: `rag/data/question_to_statement.f32`.

    python eval/statements.py [--write]

One vector is added to every question so that, in any of XQuAD-R's eight languages, it is nearest to the sentence and the paragraph
that answer it among all others: cross-entropy over the cosines (times 20), a small ridge, L-BFGS. Only the first half's
questions are read. Printed is what it does to questions of paragraphs that were left out in learning (three folds), as
`rag.retrieval.statements` applies it; then where questions and statements stand along the vector, which that module holds.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count()))
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "eval" / "bench")]

import numpy as np
from scipy.optimize import minimize
from xquad_r import HALVES, LANGUAGES, Edition

from rag.encoding.encoders import Encoder, Vectors, open_encoder

SHARPNESS, RIDGE, FOLDS = 20.0, 0.02, 3
SHOWN = (("en", "zh"), ("zh", "zh"), ("de", "zh"), ("ru", "zh"), ("zh", "en"), ("en", "en"))
OUT = ROOT / "rag" / "data" / "question_to_statement.f32"


@dataclass(frozen=True)
class Encoded:
    """One language: vectors of questions, paragraphs and sentences; whose paragraph each sentence is; what answers each question."""

    questions: Vectors
    paragraphs: Vectors
    sentences: Vectors
    owners: np.ndarray
    paragraph: np.ndarray
    sentence: np.ndarray

    @classmethod
    def of(cls, edition: Edition, encoder: Encoder) -> Encoded:
        places = [(n, a, b) for n, ranges in enumerate(edition.sentences) for a, b in ranges]
        asked = edition.questions[HALVES["first"]]
        return cls(
            encoder.encode_queries([question for _, question, *_ in asked]),
            encoder.encode_passages(edition.paragraphs),
            encoder.encode_passages([edition.paragraphs[n][a:b].strip() for n, a, b in places]),
            np.array([n for n, _, _ in places]),
            np.array([number for _, _, number, _, _ in asked]),
            np.array([next(i for i, (n, a, b) in enumerate(places) if n == q[2] and a <= q[3] < b) for q in asked]),
        )


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def learn(data: Mapping[str, Encoded], of: np.ndarray) -> np.ndarray:
    """The direction, a unit vector, float64 (dimension,), learned on the questions of the paragraphs `of` and no others."""

    def loss(shift: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.0, np.zeros_like(shift)
        for asked in data.values():
            mine = np.isin(asked.paragraph, of)
            moved = asked.questions[mine] + shift
            length = np.linalg.norm(moved, axis=1, keepdims=True)
            moved /= length
            pull = np.zeros_like(moved)
            for told in data.values():
                held = np.flatnonzero(np.isin(told.owners, of))
                for texts, right in (
                    (told.sentences[held], np.searchsorted(held, told.sentence[mine])),
                    (told.paragraphs[of], np.searchsorted(of, asked.paragraph[mine])),
                ):
                    scores = SHARPNESS * moved.astype(np.float32) @ texts.T
                    scores -= scores.max(axis=1, keepdims=True)
                    shares = np.exp(scores)
                    shares /= shares.sum(axis=1, keepdims=True)
                    rows = np.arange(len(right))
                    total -= float(np.log(shares[rows, right] + 1e-12).mean())
                    shares[rows, right] -= 1
                    pull += SHARPNESS * (shares @ texts) / len(right)
            slope += ((pull - moved * (pull * moved).sum(axis=1, keepdims=True)) / length).sum(axis=0)
        pairs = len(data) ** 2
        return total / pairs + RIDGE * float(shift @ shift), slope / pairs + 2 * RIDGE * shift

    start = np.zeros(next(iter(data.values())).questions.shape[1])
    shift = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return np.asarray(shift / np.linalg.norm(shift))


def levels(data: Mapping[str, Encoded], direction: np.ndarray, of: np.ndarray) -> tuple[float, float]:
    """Where questions and the sentences that answer them stand along the direction, on average."""
    mine = [np.isin(e.paragraph, of) for e in data.values()]
    asked = [float((e.questions[m] @ direction).mean()) for e, m in zip(data.values(), mine, strict=True)]
    told = [float((e.sentences[e.sentence[m]] @ direction).mean()) for e, m in zip(data.values(), mine, strict=True)]
    return float(np.mean(asked)), float(np.mean(told))


def moved(queries: np.ndarray, direction: np.ndarray, statements: float) -> np.ndarray:
    """What `rag.retrieval.statements.as_statement` does, for many."""
    return unit(queries + np.maximum(0, statements - queries @ direction)[:, None] * direction)


def found(
    data: Mapping[str, Encoded], asked: str, told: str, of: np.ndarray, move: Callable[[np.ndarray], np.ndarray]
) -> list[float]:
    """R@1 of paragraphs by their vectors, of sentences by theirs, of paragraphs by both, for the questions of some paragraphs."""
    q, t = data[asked], data[told]
    mine = np.isin(q.paragraph, of)
    queries = move(q.questions[mine])
    paragraphs, sentences = queries @ t.paragraphs.T, queries @ t.sentences.T
    best = np.full_like(paragraphs, -1)
    np.maximum.at(best.T, t.owners, sentences.T)
    wanted = q.paragraph[mine]
    return [
        float((paragraphs.argmax(1) == wanted).mean()),
        float((sentences.argmax(1) == t.sentence[mine]).mean()),
        float(((0.7 * paragraphs + best).argmax(1) == wanted).mean()),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {OUT.relative_to(ROOT)}, learned on the whole first half")
    options = parser.parse_args()
    encoder = open_encoder()
    data = {lang: Encoded.of(Edition.load(lang), encoder) for lang in LANGUAGES}
    every = np.unique(data["en"].paragraph)
    rows: dict[tuple[str, str], list[list[float]]] = {pair: [] for pair in SHOWN}
    for left_out in np.array_split(every, FOLDS):
        direction = learn(data, np.setdiff1d(every, left_out))
        stand = levels(data, direction, np.setdiff1d(every, left_out))[1]
        for pair in SHOWN:
            before = found(data, *pair, left_out, unit)
            after = found(data, *pair, left_out, partial(moved, direction=direction, statements=stand))
            rows[pair].append([*before, *after])
    print(f"{'R@1 of questions left out':28}" + "".join(f"{name:>20}" for name in ("paragraph", "sentence", "both")))
    for (asked, told), values in rows.items():
        mean = np.mean(values, axis=0)
        print(f"{asked} → {told:23}" + "".join(f"{mean[i]:>11.3f} → {mean[i + 3]:.3f} " for i in range(3)))
    direction = learn(data, every)
    print("average question and statement along the direction: {:.3f}, {:.3f}".format(*levels(data, direction, every)))
    if options.write:
        direction.astype("<f4").tofile(OUT)


if __name__ == "__main__":
    main()
