"""How search, memory and disk grow: an index of N passages with their sentences, and what changing one article costs.

    python eval/bench/scale.py [--passages 100000] [--keep FOLDER]

What is synthetic, so that a million passages take minutes: a passage has five sentences, drawn at random from some 45,000,
those of XQuAD-R and DRCD (eight languages) and halves of the longer ones. A sentence's vector is the real encoder's vector
of that text mixed with noise of its own, so that copies of one text are as far from each other as paraphrases are (cosine
.73), and a passage's vector the normalised sum of its sentences' and more noise. The noise has the covariance of the real
vectors: texts differ from each other along the directions along which texts differ; with --white it is alike in all directions, as
no texts are, which is the worst case for quantisation. Articles hold 20 passages. Files, cleaning and splitting are left out,
and the terms, words and letters of a sentence are found once; from there on everything is what `rag index` runs: its
writers, its index format, its search. Questions are those of XQuAD-R and DRCD, encoded for real.

Each of five processes asks every question once; printed are the medians of what they took, and the least and the most.

Exact means the same search with every vector whole (float32) and ten times as many candidates of every leg. Recall is
of the ten best passages, before repetitions are grouped.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[2]
OURS = {path.stem for path in (ROOT / "rag").rglob("*.py")}
sys.path.insert(0, str(ROOT))

import numpy as np

from rag.encoding.encoders import Encoder, Vectors, open_encoder
from rag.indexing import building, store
from rag.indexing.building import _Part, _Work, _write
from rag.indexing.index import Entry, Index, Settings, open_index
from rag.indexing.quantised import QuantisedIndex
from rag.indexing.ranking import ranking
from rag.retrieval.bridges import Concept
from rag.retrieval.coverage import Coverage
from rag.retrieval.legs import Weights, compared_by, mean, score_legs
from rag.retrieval.search import Hit, search
from rag.retrieval.statements import as_statement
from rag.text.claims import claim_of
from rag.text.letters import Letters, letters
from rag.text.sentences import sentence_ends
from rag.text.terms import terms
from rag.text.words import content_words, stopwords
from rag.types import Attribution, Metadata, Passage, Sentence, digest

DATA = ROOT.parent / "shared" / "bench"
EFFORTS = (
    (256, 1_000),
    (1_024, 2_000),
    (2_048, 4_000),
)  # lists probed, vectors compared whole: as search does, and more thoroughly
PER_ARTICLE, PER_PASSAGE, NOISE = 20, 5, 0.6
QUESTIONS, TIMES = 60, 5


def memory(name: str = "VmHWM") -> float:
    """This process's memory in MB: VmHWM its peak, RssAnon what is its own and not a mapped file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


class Peak:
    """The most memory of its own that this process has while it lasts, sampled, in MB, and where it was then."""

    most, where, _done = 0.0, "", False

    def __enter__(self) -> Peak:
        self._main = threading.get_ident()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done = True
        self._thread.join()

    def _sample(self) -> None:
        while not self._done:
            if (now := memory("RssAnon")) > self.most:
                frame, names = sys._current_frames().get(self._main), []
                while frame:
                    names.append(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}")
                    frame = frame.f_back
                self.most, self.where = now, next((n for n in names if n.split(".")[0] in OURS), "")
            time.sleep(0.05)


def paragraphs_and_questions() -> tuple[list[str], list[str]]:
    """The benchmarks' paragraphs and their questions, each once, in a fixed order."""
    texts, asked = [], []
    for path in sorted(DATA.rglob("*.json")):
        for article in json.loads(path.read_text("utf-8"))["data"]:
            texts += [paragraph["context"] for paragraph in article["paragraphs"]]
            asked += [q["question"].strip() for paragraph in article["paragraphs"] for q in paragraph["qas"]]
    return list(dict.fromkeys(texts)), list(dict.fromkeys(asked))


def sentences_of(texts: Sequence[str]) -> list[str]:
    """The texts' sentences and the halves of the longer ones, each once, in a fixed order."""
    found: dict[str, None] = {}
    for text in texts:
        for a, b in pairwise([0, *sentence_ends(text)]):
            middle = text.find(" ", (a + b) // 2, b) if " " in text[a:b].strip() else (a + b) // 2
            parts = [(a, b)] if b - a < 20 or middle < 0 else [(a, b), (a, middle), (middle, b)]
            found.update((text[start:end].strip(), None) for start, end in parts if 10 <= end - start <= 90)
    chosen = [text for text in found if text]
    random.Random(0).shuffle(chosen)
    return chosen


class Fast:
    """Stands in for the encoder while building: known texts get known vectors with noise of their own."""

    def __init__(self, encoder: Encoder, sentences: Sequence[str], vectors: Vectors, *, white: bool = False) -> None:
        self.model = encoder.model
        self.encode_queries = encoder.encode_queries
        self._of = dict(zip(sentences, vectors, strict=True))
        self._noise = np.random.default_rng(7).normal(size=(65_536, encoder.model.dimension)).astype(np.float32)
        if not white:
            self._noise = self._noise @ np.linalg.cholesky(np.cov(vectors.T) + 1e-9 * np.eye(vectors.shape[1])).T.astype(
                np.float32
            )
        self._noise *= NOISE / np.linalg.norm(self._noise, axis=1, keepdims=True)

    def passage(self, sentences: Sequence[str], number: int) -> tuple[Vectors, Vectors]:
        """The vectors of a passage, (1, d), and of its sentences, (n, d)."""
        rows = np.stack([self._of[text] for text in sentences])
        rows = rows + self._noise[(np.arange(len(rows)) * 7_919 + number * 104_729) % len(self._noise)]
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        whole = rows.sum(axis=0) / np.sqrt(len(rows)) + self._noise[(number * 15_485_863) % len(self._noise)]
        return (whole / np.linalg.norm(whole))[None], rows

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        raise NotImplementedError


def drawn(article: int, sentences: Sequence[str], changed: bool = False) -> list[list[str]]:
    """The sentences of an article's passages."""
    rng = random.Random(f"changed {article}" if changed else article)
    return [rng.choices(sentences, k=PER_PASSAGE) for _ in range(PER_ARTICLE)]


def vectors_of(article: int, sentences: Sequence[str], encoder: Fast, changed: bool = False) -> tuple[Vectors, Vectors]:
    """The vectors of an article's passages, and those of all their sentences."""
    every = drawn(article, sentences, changed)
    found = [encoder.passage(chosen, article * PER_ARTICLE + i) for i, chosen in enumerate(every)]
    return np.concatenate([whole for whole, _ in found]), np.concatenate([own for _, own in found])


def parts(articles: Iterable[int], sentences: Sequence[str], encoder: Fast, *, changed: bool = False) -> Iterator[_Part]:
    """The synthetic articles of those numbers, of PER_ARTICLE passages; `changed` ones have other passages."""
    for article in articles:
        passages, raw, start = [], [], 0
        for chosen in drawn(article, sentences, changed):
            own, position = [], start
            for text in chosen:
                own.append(Sentence(position, position + len(text), text))
                position += len(text) + len(_SEAM)
            text = _SEAM.join(chosen)
            passages.append(Passage(f"a{article:07}", start, start + len(text), text, tuple(own)))
            raw.append(text)
            start += len(text) + 1
        text = "\n".join(raw)
        entry = Entry(
            f"a{article:07}", f"/a/{article:07}.txt", "/a", "folder", digest(text), "utf-8", "text", Metadata(), (0, 0), (0, 0)
        )
        rows = np.concatenate(vectors_of(article, sentences, encoder, changed))
        yield _Part(entry, text.encode(), joined(passages), Attribution((), ()), passages, rows)


_letters, _terms, _words = (lru_cache(maxsize=60_000)(found) for found in (letters, terms, content_words))
_SEAM = " \u2028 "  # between the sentences of a passage


def remember_sentences() -> None:
    """From now on builds look up what they know of a passage's sentences."""
    building.terms = lambda text: [term for own in text.split(_SEAM) for term in _terms(own)]  # type: ignore[attr-defined]
    building.content_words = lambda text: list(  # type: ignore[attr-defined]
        dict.fromkeys(word for own in text.split(_SEAM) for word in _words(own))
    )


def joined(passages: Sequence[Passage]) -> Letters:
    """The letters of an article of those passages."""
    sentences, places = [], []
    for passage in passages:
        place = passage.start
        for sentence in passage.text.split(_SEAM):
            sentences.append(sentence)
            places.append(place)
            place += len(sentence) + len(_SEAM)
    own = [_letters(sentence) for sentence in sentences]
    runs = np.concatenate([found.runs for found in own])
    counts, sizes = [len(found.runs) for found in own], [len(found) for found in own]
    starts = np.repeat(places, counts)
    runs["at"] += np.repeat(np.cumsum(sizes) - sizes, counts)
    runs["start"] += starts
    runs["end"] += starts
    return Letters(np.concatenate([found.codes for found in own]), runs)


def write(folder: Path, found: Iterator[_Part], encoder: Any, old: Index | None = None) -> None:
    """Write an index of the parts and make it current, as a build does."""
    work = _Work(folder, old, encoder, Settings(), [])
    store.write_generation(folder, lambda place: _write(place, found, work))


def ask(folder: Path, questions: Sequence[str]) -> dict[str, Any]:
    """In this process: how long opening and questions take, what is found, and peak memory."""
    began = time.perf_counter()
    encoder = open_encoder()
    index = open_index(folder)
    search(index, encoder, questions[0])
    first = time.perf_counter() - began
    for question in questions[:5]:
        search(index, encoder, question)
    times, found, spent = [], [], time.process_time()
    for question in questions:
        began = time.perf_counter()
        hits = search(index, encoder, question, 10).hits
        times.append(1000 * (time.perf_counter() - began))
        found.append(ten_best(hits))
    spent = 1000 * (time.process_time() - spent) / len(questions)
    times.sort()
    asked = queries(encoder, questions)
    alone = {
        name: [nearest(dense, asked, *effort) for effort in EFFORTS]
        for name, dense in (("passages", index.dense), ("sentences", index.dense_sentences))
        if isinstance(dense, QuantisedIndex)
    }
    peak, own = memory(), memory("RssAnon")
    encoding = []
    for question in questions:
        began = time.perf_counter()
        encoder.encode_queries([question])
        encoding.append(1000 * (time.perf_counter() - began))
    return {
        "encoding_ms": statistics.median(encoding), **limits(index, encoder, questions[:20]),
        "first_s": first, "p50_ms": statistics.median(times), "p95_ms": times[int(0.95 * len(times))], "cpu_ms": spent,
        "peak_mb": peak, "own_mb": own, "found": found, "alone": alone,
    }  # fmt: skip


def queries(encoder: Any, questions: Sequence[str]) -> Vectors:
    """The vectors by which the dense legs compare the questions."""
    asked = [mean(encoder.encode_queries(compared_by(question))) for question in questions]
    return np.stack(
        [query if claim_of(q) else as_statement(query, encoder.model) for q, query in zip(questions, asked, strict=True)]
    )


def nearest(dense: QuantisedIndex, queries: Vectors, probed: int, shortlist: int) -> tuple[float, list[list[int]]]:
    """How long the ten nearest vectors alone take with that many lists and that long a shortlist, p50 in ms, and which they are."""
    times, found = [], []
    lists = faiss_lists(dense)
    kept, lists.nprobe = lists.nprobe, probed
    for query in queries:
        began = time.perf_counter()
        ids, _ = dense.search(query, shortlist)
        times.append(1000 * (time.perf_counter() - began))
        found.append(ids[:10].tolist())
    lists.nprobe = kept
    return statistics.median(times), found


def ten_best(hits: Sequence[Hit]) -> list[int]:
    """The numbers of the ten best passages among hits and what repeats them."""
    every = sorted((one for hit in hits for one in (hit, *hit.also)), key=lambda one: (-one.score, one.number))
    return [one.number for one in every[:10]]


def limits(index: Index, encoder: Encoder, questions: Sequence[str]) -> dict[str, float]:
    """What a question must at least read and multiply, encoding aside, in MB and millions, and how fast that can be done here."""
    read = multiplied = 0.0
    for question in questions:
        legs = score_legs(index, encoder, question, best=(20, Weights()))
        own = [Concept(term, {term: 1.0}, "exact") for term in dict.fromkeys(terms(question)) if term not in stopwords()]
        held = Coverage(index.lexical, {"terms": own, "bridges": legs.concepts})
        read += sum(3 * len(documents) for documents, _ in held.postings)  # gap and count
        for dense, whole in ((index.dense, len(legs.numbers)), (index.dense_sentences, len(legs.cosines))):
            if isinstance(dense, QuantisedIndex):
                ivf = faiss_lists(dense)
                probed = len(dense) * min(1.0, ivf.nprobe / ivf.nlist)
                read += probed * (ivf.code_size + 8) + 4 * ivf.nlist * ivf.d + whole * (dense.components.width + 2)
                multiplied += (probed + ivf.nlist) * ivf.d + dense.dimension * (whole + dense.dimension)
            else:
                read += 4 * dense.dimension * len(dense)
                multiplied += dense.dimension * len(dense)
    block, other = np.ones((2, 1 << 25), np.float32)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        np.dot(block, other)
        times.append(time.perf_counter() - began)
    square = np.ones((1_024, 1_024), np.float32)
    began = time.perf_counter()
    square @ square
    rate = 1_024**3 / (time.perf_counter() - began)
    return {
        "read_mb": read / len(questions) / 1e6, "gb_a_second": 2 * block.nbytes / min(times) / 1e9,
        "multiplied": multiplied / len(questions) / 1e6, "multiplied_a_second": rate / 1e9,
    }  # fmt: skip


def faiss_lists(dense: QuantisedIndex) -> Any:
    import faiss

    return faiss.downcast_index(faiss.extract_index_ivf(dense.coarse))


class Exact:
    """The cosines of some questions with vectors that were never quantised, as an index has them."""

    def __init__(self, queries: Vectors, scores: np.ndarray[Any, Any]) -> None:
        self._queries, self._scores = queries, scores

    def __len__(self) -> int:
        return self._scores.shape[1]

    def _row(self, query: Vectors) -> np.ndarray[Any, Any]:
        return np.asarray(self._scores[int((self._queries @ query).argmax())])

    def search(self, query: Vectors, k: int) -> tuple[Any, Any]:
        scores = self._row(query)
        ids = ranking(scores, k)
        return ids, scores[ids]

    def shortlist(self, query: Vectors, k: int) -> Callable[[], tuple[Any, Any]]:
        return lambda: self.search(query, 10 * k)

    def at_most(self, query: Vectors, ids: Any, cosines: Vectors) -> Vectors:
        return cosines

    def cosines(self, query: Vectors, ids: Any) -> Vectors:
        return self._row(query)[ids]


def exact(
    folder: Path, questions: Sequence[str], count: int, sentences: Sequence[str], encoder: Fast
) -> tuple[list[list[int]], dict[str, list[list[int]]]]:
    """The ten best with whole vectors and, in the dense legs, ten times as many candidates; and the ten nearest vectors alone."""
    from rag.retrieval import candidates

    asked = queries(encoder, questions)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        whole = {
            name: np.memmap(Path(place, name), np.float32, "w+", shape=(len(asked), n))
            for name, n in (("passages", count), ("sentences", count * PER_PASSAGE))
        }
        for article in range(count // PER_ARTICLE):
            passages, own = vectors_of(article, sentences, encoder)
            first = article * PER_ARTICLE
            whole["passages"][:, first : first + len(passages)] = asked @ passages.T
            whole["sentences"][:, PER_PASSAGE * first : PER_PASSAGE * first + len(own)] = asked @ own.T
        alone = {name: [ranking(row, 10).tolist() for row in scores] for name, scores in whole.items()}
        index: Any = open_index(folder)
        index.__dict__["dense"], index.__dict__["dense_sentences"] = (Exact(asked, scores) for scores in whole.values())
        kept = candidates._WORDED
        candidates._WORDED = 10 * kept
        found = [ten_best(search(index, encoder, question, 10).hits) for question in questions]  # type: ignore[arg-type]
        candidates._WORDED = kept
    return found, alone


def recall(found: Sequence[Sequence[int]], best: Sequence[Sequence[int]]) -> float:
    """The mean share of the best that were found."""
    return statistics.mean(len(set(mine) & set(its)) / max(1, len(its)) for mine, its in zip(found, best, strict=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument(
        "--keep", type=Path, help="where to leave the index, or has been left before (default: a temporary folder)"
    )
    parser.add_argument("--exact", type=int, default=QUESTIONS, help="questions that are also asked exactly (0: none)")
    parser.add_argument("--white", action="store_true", help="noise alike in all directions, which no encoder's vectors have")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask(options.ask, json.loads(sys.stdin.read()))))
        return
    if not DATA.is_dir():
        print(f"{DATA}: the benchmark's data is not there; nothing was measured.", file=sys.stderr)
        sys.exit(2)
    count = options.passages - options.passages % PER_ARTICLE
    with tempfile.TemporaryDirectory(prefix="rag-scale-") as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        real = open_encoder()
        texts, asked = paragraphs_and_questions()
        sentences = sentences_of(texts)
        encoder = Fast(real, sentences, real.encode_passages(sentences), white=options.white)
        remember_sentences()
        before = memory("RssAnon")
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
        print(f"{count:,} passages of {PER_PASSAGE} sentences in {count // PER_ARTICLE:,} articles; synthetic, see --help")
        if store.exists(folder):
            print(f"{folder}: asked as it is there")
        else:
            began = time.perf_counter()
            spent = time.process_time()
            with Peak() as peak:
                write(folder, parts(range(count // PER_ARTICLE), sentences, encoder), encoder)
            built, spent = time.perf_counter() - began, time.process_time() - spent
            print(
                f"{'written without encoding':44}{built:10.1f} s   {1e6 * built / count:.0f} µs a passage, processor {spent:.0f} s"
            )
            print(
                f"{'memory on top while writing, peak':44}{peak.most - before:10.0f} MB  not mapped files; {'at ' + peak.where}"
            )
        index = Index(folder)
        sizes = {path.name: path.stat().st_size for path in index.place.iterdir()}
        lexical = sum(n for f, n in sizes.items() if f.startswith(("term", "posting", "gap", "lengths")))
        vectors = sum(n for f, n in sizes.items() if f.endswith((".faiss", "_codes.npy", "_scales.npy", "_axes.npy")))
        whole = 4 * encoder.model.dimension * (1 + PER_PASSAGE)
        print(f"{'on disk a passage: vectors':44}{vectors / count:10.0f} B   (in 32 bits a number: {whole})")
        print(f"{'on disk a passage: lexical index':44}{lexical / count:10.0f} B")
        print(f"{'on disk a passage: all':44}{sum(sizes.values()) / count:10.0f} B")
        rng = random.Random(5)
        questions = rng.sample(asked, QUESTIONS)
        asking = [sys.executable, __file__, "--ask", str(folder)]
        every = [
            json.loads(subprocess.run(asking, input=json.dumps(questions), capture_output=True, text=True, check=True).stdout)
            for _ in range(TIMES)
        ]
        told = every[0]
        for name, label in (
            ("first_s", "cold: open, encoder and first question"),
            ("p50_ms", "search p50"),
            ("p95_ms", "search p95"),
            ("cpu_ms", "search, processor time, mean"),
            ("encoding_ms", "  of which the question is encoded in, p50"),
        ):
            taken, unit = sorted(one[name] for one in every), name.rpartition("_")[2]
            print(f"{label:44}{statistics.median(taken):10.2f} {unit:2}  {taken[0]:.2f} to {taken[-1]:.2f}")
        least = told["read_mb"] / told["gb_a_second"] + told["multiplied"] / told["multiplied_a_second"]
        print(
            f"{'  limit of the rest':44}{least:10.1f} ms  {told['read_mb']:.1f} MB at {told['gb_a_second']:.1f} GB/s, "
            f"{told['multiplied']:.1f} million multiply-adds at {told['multiplied_a_second']:.0f} thousand million a second"
        )
        print(f"{'memory to search, peak':44}{told['peak_mb']:10.0f} MB  of which not mapped files {told['own_mb']:.0f}")
        if options.exact:
            best, alone = exact(folder, questions[: options.exact], count, sentences, encoder)
            print(f"{'recall@10 of exact search':44}{recall(told['found'], best):10.3f}")
            for name, tried in told["alone"].items():
                for (probed, shortlist), (ms, found) in zip(EFFORTS, tried, strict=True):
                    print(
                        f"{f'ten nearest {name} by vectors alone, recall':44}{recall(found, alone[name]):10.3f}   p50 {ms:.1f} ms"
                        f" with {probed} lists and a shortlist of {shortlist:,}"
                    )
        old = Index(folder)
        changed = count // PER_ARTICLE // 2

        def again() -> Iterator[_Part]:
            for number, entry in enumerate(old.entries):
                if number == changed:
                    yield from parts([number], sentences, encoder, changed=True)
                else:
                    yield building._reuse(old, entry)

        began = time.perf_counter()
        with Peak() as peak:
            write(folder, again(), encoder, old)
        print(f"{'written again with one article changed':44}{time.perf_counter() - began:10.1f} s   memory {peak.most:.0f} MB")


if __name__ == "__main__":
    main()
