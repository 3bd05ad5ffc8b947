"""Choose leg weights and fit the confidence, on development data only.

    python eval/tune.py                 gold dev split over the shared articles, and the first half of XQuAD-R

Prints R@1 / R@5 / RR@10 of every set for each weight moved alone, then the logistic regression that rag/answering/answers.py
holds. Negatives for the confidence: unanswerable dev questions, questions asked of the wrong corpus, XQuAD-R questions with the
paragraph that answers taken away, and some of the short questions of eval/short.jsonl, which are for tuning alone. Nothing of the
test split or the second half is read.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from rag.answering.answers import features
from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder, open_encoder
from rag.evaluation.gold import check_gold, load_gold
from rag.indexing.building import build
from rag.indexing.index import Index, Settings
from rag.retrieval.legs import Legs, Weights, score_legs
from rag.retrieval.search import Evidence, rank, search

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
STEPS = (0.0, 0.2, 0.4, 0.7, 1.0, 1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Case:
    """A question's legs, which candidates answer it, and the evidence with them and without."""

    legs: Legs
    relevant: np.ndarray
    evidence: Evidence
    without: Evidence

    @classmethod
    def of(cls, index: Index, question: str, legs: Legs, relevant: Sequence[bool]) -> Case:
        keep = ~np.array(relevant)
        scores = {name: values[keep] for name, values in legs.scores.items()}
        others = replace(legs, numbers=legs.numbers[keep], scores=scores, starts=legs.starts[keep])
        return cls(legs, ~keep, rank(index, question, legs).evidence, rank(index, question, others).evidence)


def gold_cases(index: Index, encoder: Encoder, path: Path) -> tuple[list[Case], list[Case]]:
    """Answerable and unanswerable development questions."""
    questions = load_gold(path, "dev")
    check_gold(questions, index)
    answerable, unanswerable = [], []
    for question in questions:
        legs = score_legs(index, encoder, question.question)
        found = [index.passages[int(n)] for n in legs.numbers]
        relevant = [any(e.covered_by(p.article, p.start, p.end) for e in question.evidence) for p in found]
        (answerable if question.evidence else unanswerable).append(Case.of(index, question.question, legs, relevant))
    return answerable, unanswerable


def xquad(language: str) -> tuple[list[str], list[tuple[str, int]]]:
    """Paragraphs, and the first half's questions with the paragraph that answers each."""
    data = json.loads((SHARED / "bench/xquad-r" / f"{language}.json").read_text("utf-8"))["data"]
    paragraphs = [paragraph for article in data for paragraph in article["paragraphs"]]
    asked = [(question["question"], i) for i, paragraph in enumerate(paragraphs) for question in paragraph["qas"]]
    return [paragraph["context"] for paragraph in paragraphs], asked[:595]


def xquad_index(folder: Path, language: str, encoder: Encoder) -> Index:
    """An index of a language's paragraphs, each one passage of the article p000, p001, …"""
    articles = folder / language
    articles.mkdir()
    for i, text in enumerate(xquad(language)[0]):
        (articles / f"p{i:03}.txt").write_text(text, "utf-8")
    build(folder / f"{language}.index", sources_of([articles]), encoder, Settings(100_000))
    return Index(folder / f"{language}.index")


def xquad_cases(index: Index, encoder: Encoder, language: str, every: int) -> list[Case]:
    cases = []
    for question, paragraph in xquad(language)[1][::every]:
        legs = score_legs(index, encoder, question)
        relevant = [index.passages[int(n)].article == f"p{paragraph:03}" for n in legs.numbers]
        cases.append(Case.of(index, question, legs, relevant))
    return cases


def measures(cases: Sequence[Case], weights: Weights) -> tuple[float, float, float]:
    """R@1, R@5 and RR@10, before the best passages are read for their quotes."""
    ranks = []
    for case in cases:
        total = sum(weight * case.legs.scores[name] for name, weight in weights.to_json().items() if name != "quote")
        order = np.lexsort((np.arange(len(total)), -total))[:10]
        first = np.flatnonzero(case.relevant[order])
        ranks.append(int(first[0]) + 1 if len(first) else 0)
    found = np.array(ranks)
    reciprocal = np.where(found > 0, 1 / np.maximum(found, 1), 0.0)
    return float((found == 1).mean()), float(((found > 0) & (found <= 5)).mean()), float(reciprocal.mean())


def fit(groups: Sequence[tuple[Sequence[Evidence], bool, float]], ridge: float = 0.01) -> np.ndarray:
    """Weighted logistic regression by Newton's method: intercept and a weight for each piece of evidence."""
    rows = np.array([(1.0, *features(evidence)) for group, _, _ in groups for evidence in group])
    wanted = np.array([float(answers) for group, answers, _ in groups for _ in group])
    mass = np.array([weight / len(group) for group, _, weight in groups for _ in group])
    mass /= mass.mean()
    penalty = ridge * np.diag([0.0, *[1.0] * (rows.shape[1] - 1)])
    beta = np.zeros(rows.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-rows @ beta))
        gradient = rows.T @ (mass * (wanted - p)) - penalty @ beta
        beta += np.linalg.solve((rows * (mass * p * (1 - p))[:, None]).T @ rows + penalty, gradient)
    return beta


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, default=ROOT / "eval/gold.jsonl")
    parser.add_argument("--every", type=int, default=6, help="take every n-th XQuAD-R question")
    args = parser.parse_args()
    encoder = open_encoder()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "gold.index", sources_of([SHARED / "articles"]), encoder)
        gold = Index(folder / "gold.index")
        answerable, unanswerable = gold_cases(gold, encoder, args.gold)
        chinese, english = (xquad_index(folder, language, encoder) for language in ("zh", "en"))
        sets = {"gold": answerable} | {f"{q}>en": xquad_cases(english, encoder, q, args.every) for q in ("zh", "de", "en")}
        sets |= {f"{q}>zh": xquad_cases(chinese, encoder, q, args.every) for q in ("en", "de", "ru", "zh")}
        elsewhere = [q for lang in ("en", "zh", "de") for q, _ in xquad(lang)[1][:: 3 * args.every]]
        off = [search(gold, encoder, q).evidence for q in elsewhere]
        short = [json.loads(line) for line in (ROOT / "eval/short.jsonl").read_text("utf-8").splitlines()]
        brief = {
            said: [search(gold, encoder, q["question"]).evidence for q in short if q["answered"] is said]
            for said in (True, False)
        }
        off += [search(chinese, encoder, question.question).evidence for question in load_gold(args.gold, "dev")]

    def show(label: str, weights: Weights) -> None:
        cells = (f"{name} {'/'.join(f'{m:.3f}' for m in measures(cases, weights))}" for name, cases in sets.items())
        print(f"{label:<14}", "  ".join(cells))

    show("default", Weights())
    for field in fields(Weights):
        for step in STEPS:
            show(f"{field.name} {step}", Weights(**{**Weights().to_json(), field.name: step}))
    others = [case for name, cases in sets.items() if name != "gold" for case in cases]
    beta = fit(
        [
            ([case.evidence for case in answerable], True, 3.0),
            ([case.evidence for case in others], True, 1.0),
            ([case.evidence for case in unanswerable], False, 1.5),
            (off, False, 1.0),
            ([case.without for case in others], False, 0.7),
            (brief[True], True, 0.7),
            (brief[False], False, 0.7),
        ]
    )
    print(
        "confidence: intercept, sentence, words held, word lacking, name absent, how much is asked, in the same words, sentence there:",
        np.round(beta, 2).tolist(),
    )
    known = [case.evidence for case in answerable], [case.evidence for case in unanswerable], brief[True], brief[False]
    levels = [1 / (1 + np.exp(-np.array([(1.0, *features(evidence)) for evidence in group]) @ beta)) for group in known]
    for threshold in np.arange(0.2, 0.65, 0.05):
        refused = ", ".join(f"{(level < threshold).mean():.3f}" for level in levels)
        print(f"below {threshold:.2f}: dev questions answerable, unanswerable; short ones answerable, unanswerable: {refused}")


if __name__ == "__main__":
    main()
