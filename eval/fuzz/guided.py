"""Coverage-guided fuzzing of everything that reads untrusted text, with atheris (pip install atheris; not a dependency).

    python eval/fuzz/guided.py [--seconds 120] [--target all|text|markdown|html|gold|run|citation|glossary|locate|verify]

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
from rapidfuzz.distance import Levenshtein

with atheris.instrument_imports(include=["rag"]):
    from indexed import index

    from rag.articles import corpus
    from rag.articles.passages import split
    from rag.citation import locating
    from rag.citation.citations import parse
    from rag.citation.locating import Place, locate
    from rag.citation.verifying import fixed, verify
    from rag.errors import RagError
    from rag.evaluation.gold import load_gold
    from rag.evaluation.runs import load_run
    from rag.retrieval.bridges import Glossary
    from rag.text.cleaning import clean
    from rag.text.letters import letters, letters_of
    from rag.types import Article, Metadata, digest

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


def alike(quote: str, place: Place) -> float:
    """How alike the letters of a quote and those of the cited range are."""
    source = index().suffixes.article(index().numbers[place.entry.id])
    printed = str(source)[slice(*source.range_of(place.citation.start, place.citation.end))]
    return 1 - Levenshtein.distance(quote, printed) / max(len(quote), len(printed))


def locate_it(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    whole = locating._whole_readings(text)
    quotes = str(letters(whole)), str(letters_of(clean(whole, locating._readings(whole))))
    for place in locate(index(), text):
        raw = index().raw(place.entry)[place.citation.start : place.citation.end]
        assert raw and place.raw == raw and place.citation.digest == digest(raw)
        assert 0.7 <= place.similarity <= 1
        assert place.exact or place.similarity in (alike(quote, place) for quote in quotes)
        assert "".join(change.source for change in place.changes) == place.text


def verify_it(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    verification = verify(index(), text)
    assert [f.start for f in verification.findings] == sorted(f.start for f in verification.findings)
    for finding in verification.findings:
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.line == text.count("\n", 0, finding.start) + 1
        assert finding.cited_at is None or text[slice(*finding.cited_at)] == finding.cited
    verify(index(), fixed(text, verification))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "text": article("text"),
    "markdown": article("markdown"),
    "html": article("html"),
    "gold": lines("gold.jsonl", load_gold),
    "run": lines("run.jsonl", load_run),
    "citation": cite,
    "glossary": lambda data: Glossary.parse(data.decode("utf-8", "replace")).matches("a b") and None,
    "locate": locate_it,
    "verify": verify_it,
}
SEEDS: dict[str, tuple[str, ...]] = {
    "text": ("A title\n\nSource: B\nDate: 2024-05-17\n\n\u201cOne.\u201d Two. \u5275(chu\u00e0ng)\u65b0\u3002\n",),
    "markdown": ("---\ntitle: A\n---\n# B\n\n> *c* [d](e) ![f](g)\n- h\n",),
    "html": ("<html><title>t</title><body><h1>A</h1><p>One &amp; two.<!-- x --></p><script>x</script></body></html>",),
    "gold": ('{"id": "q", "question": "w?", "lang": "en", "kind": "none", "evidence": []}',),
    "citation": ("a#1-2@abcdef",),
    "locate": (
        "Several Chinese investors doubt that startups can beat big tech",
        "Several Chinese investors never doubt that startups beat big tech at languages",
        "\u5927\u516c\u53f8\u8d1f\u8d23\u901a\u7528\u6a21\u578b\uff0c\u521b\u4e1a\u8005",
        "\u5275(chu\u00e0ng)\u65b0\uff0c\u884c(x\u00edng)\u696d",
        "ha ha ha ha ha ha ha ha",
        "10.5% \u2030 e\u0301te\u0301 \ufb01nd",
    ),
    "verify": (
        "\u201cSeveral Chinese investors doubt that\u201d (startups-vs-big-tech#133-303@08aec4f9)\n\n",
        "> Several Chinese \u2026 doubt that\n>\n> \u2014 startups-vs-big-tech#133-303, a#1-9#1-2\n",
        '"ha ha ha ... ha"[^1] said x#1-2@abcdef; same#1-200\n\n[^1]: same#20-40, dirty#0-9\n',
        "\u201e\u5927\u516c\u53f8\u8d1f\u8d23\u201c \u300c\u901a\u7528 [sic] \u6a21\u578b\u300d\uff08\u7b2c\u4e00\u7ae0 a\uff031-2\uff09",
    ),
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
    for name, texts in SEEDS.items():
        for i, text in enumerate(texts if TARGETS[name] in chosen else ()):
            (seeds / f"{name}{i}").write_bytes(bytes([chosen.index(TARGETS[name])]) + text.encode())
    index()
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={args.seconds}", "-timeout=10", "-max_len=4096", "-print_final_stats=1", str(seeds)], one
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
