"""Retrieval across languages on XQuAD-R (Roy et al., 2020, LAReQA), through our own index and search.

1,190 questions and 240 paragraphs, parallel in eight languages. Each paragraph, or each sentence, is one article of one
passage; the one that holds the answer is relevant. With `--granularity article` the five paragraphs about one subject are one
article, cut into passages as articles are, and a passage is relevant that holds the answer; quote@1 says how often the first
passage's quoted sentence does. Questions 0 to 594 may be tuned on; 595 to 1189 are the test half.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from harness import DATA, Asked, Encoder, InputError, Run, Weights, add_options, indexed, measure, one_line, read_json, run_all

LANGUAGES = ("ar", "de", "en", "es", "ru", "th", "tr", "zh")
_PARTED = "\n\n"  # between the paragraphs of an article
HALVES = {"first": slice(0, 595), "second": slice(595, None), "both": slice(None)}


@dataclass(frozen=True, slots=True)
class Edition:
    """The data in one language: its paragraphs, in which article each is, its sentence ranges, and the questions with where the
    answer is."""

    paragraphs: list[str]
    articles: list[int]
    sentences: list[list[tuple[int, int]]]
    questions: list[tuple[str, str, int, int, int]]

    @classmethod
    def load(cls, lang: str, folder: Path = DATA / "xquad-r") -> Edition:
        """The edition of a language. Raises InputError for a language that is not there."""
        if lang not in LANGUAGES:
            raise InputError(f"{lang!r} is not a language of XQuAD-R; it has {', '.join(LANGUAGES)}.")
        data = read_json(folder / f"{lang}.json")["data"]
        paragraphs = [p for article in data for p in article["paragraphs"]]
        return cls(
            [one_line(p["context"]) for p in paragraphs],
            [number for number, article in enumerate(data) for _ in article["paragraphs"]],
            [[(a, b) for a, b in p["sentence_breaks"]] for p in paragraphs],
            [
                (q["id"], q["question"], number, a["answer_start"], a["answer_start"] + len(a["text"]))
                for number, p in enumerate(paragraphs)
                for q in p["qas"]
                for a in q["answers"]
            ],
        )

    def texts(self, granularity: str) -> dict[str, str]:
        """What is retrieved, by name: paragraphs, or sentences, or articles in which passages are."""
        found: dict[str, str] = {}
        for number, paragraph in enumerate(self.paragraphs):
            if granularity == "article":
                name = _article(self.articles[number])
                found[name] = found[name] + _PARTED + paragraph if name in found else paragraph
                continue
            for i, (start, end) in enumerate(self.sentences[number] if granularity == "sentence" else [(0, len(paragraph))]):
                found[_name(number, i, granularity)] = paragraph[start:end].strip()
        return found

    def place(self, question: int, granularity: str) -> tuple[str, int, int]:
        """The text that holds a question's answer, and the answer's range in it."""
        _, _, number, start, end = self.questions[question]
        if granularity == "article":
            article = self.articles[number]
            before = sum(len(self.paragraphs[i]) + len(_PARTED) for i in range(self.articles.index(article), number))
            return _article(article), before + start, before + end
        ranges = self.sentences[number] if granularity == "sentence" else [(0, len(self.paragraphs[number]))]
        i = next(i for i, (a, b) in enumerate(ranges) if a <= start < b)
        a, b = ranges[i]
        piece = self.paragraphs[number][a:b]
        a += len(piece) - len(piece.lstrip())
        return _name(number, i, granularity), start - a, min(end - a, len(piece.strip()))


def _article(number: int) -> str:
    return f"article{number:02}"


def _name(paragraph: int, sentence: int, granularity: str) -> str:
    return f"paragraph{paragraph:03}" + (f"-{sentence:02}" if granularity == "sentence" else "")


def ask(question: Edition, passage: Edition, lang: str, granularity: str, half: str, limit: int | None) -> list[Asked]:
    """The questions of one edition with their answers' places in the other; both list the same questions in one order."""
    if [q[0] for q in question.questions] != [q[0] for q in passage.questions]:
        raise InputError("the two editions do not hold the same questions in the same order.")
    numbers = islice(range(len(question.questions))[HALVES[half]], limit)
    return [Asked(*question.questions[i][:2], lang, *passage.place(i, granularity)) for i in numbers]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--question", default="en", metavar="LANG", help="language of the questions (default: en)")
    parser.add_argument("--passage", default="zh", metavar="LANG", help="language of the passages (default: zh)")
    parser.add_argument("--pairs", metavar="Q-P,…", help="several pairs in place of the two, as in en-zh,zh-en,de-zh")
    parser.add_argument(
        "--granularity", choices=("paragraph", "sentence", "article"), default="paragraph", help="(default: paragraph)"
    )
    parser.add_argument("--passage-size", type=int, default=300, metavar="N", help="of articles (default: 300)")
    parser.add_argument(
        "--half", choices=tuple(HALVES), default="second", help="of the questions (default: second, the test half)"
    )
    add_options(parser)
    options = parser.parse_args()
    given = options.pairs or f"{options.question}-{options.passage}"
    pairs = [(q, p) for q, _, p in (pair.partition("-") for pair in given.split(","))]

    def work(encoder: Encoder, configs: Mapping[str, Weights]) -> Iterator[Run]:
        editions = {lang: Edition.load(lang) for pair in pairs for lang in pair}
        for written_in in dict.fromkeys(pair[1] for pair in pairs):
            texts = editions[written_in].texts(options.granularity)
            with indexed(texts, encoder, options.passage_size if options.granularity == "article" else None) as index:
                for asked_in in (pair[0] for pair in pairs if pair[1] == written_in):
                    asked = ask(
                        editions[asked_in], editions[written_in], asked_in, options.granularity, options.half, options.limit
                    )
                    name = f"{asked_in} → {written_in} {options.granularity}, {options.half}"
                    yield measure(name, index, texts, asked, encoder, configs)

    return run_all(options, work)


if __name__ == "__main__":
    sys.exit(main())
