"""Files made to do harm: nothing hangs, nothing is run, nothing outside the folder is read, nothing steers the terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Outcome, files_of
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rag.articles.corpus import FORMATS, Found, Source, decode, load, scan, sources_of
from rag.articles.passages import split
from rag.citation.citations import open_citation, parse
from rag.cli.shell import safe
from rag.encoding.encoders import Encoder
from rag.errors import ArticleError, IndexCorrupt, InputError, RagError
from rag.evaluation.gold import load_gold
from rag.evaluation.runs import load_run
from rag.indexing import store
from rag.indexing.building import build
from rag.indexing.dense import DenseIndex
from rag.indexing.index import Index
from rag.presentation.steering import STEERING, escaped, plain
from rag.retrieval.bridges import open_glossary
from rag.types import Citation, digest

Cli = Callable[..., Outcome]

sys.path.insert(0, str(ROOT / "eval" / "fuzz"))
from scaling import STEPS, UNITS, seconds  # type: ignore[import-not-found]  # noqa: E402

TEXTS = st.lists(st.sampled_from(UNITS) | st.text(max_size=6), max_size=60).map("".join)
RECORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


# --- articles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_any_text_is_an_article_or_is_refused(suffix: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    found = Found(path, Source(str(path), "file"), "a")

    @settings(max_examples=60)
    @given(TEXTS.map(str.encode) | st.binary(max_size=200))
    def any_bytes(data: bytes) -> None:
        path.write_bytes(data)
        try:
            article = load(found)
        except ArticleError as error:
            assert str(path) in str(error)
            return
        from rag.articles.corpus import read

        for passage in split(article, read(article.raw, article.format)[0]):
            assert 0 <= passage.start < passage.end <= len(article.raw)

    any_bytes()


@pytest.mark.parametrize("step", sorted(s for s in STEPS if s.split()[0] not in ("html", "decode", "locate", "verify")))
def test_no_step_explodes(step: str) -> None:
    """Pairs that patterns begin with, 20,000 characters of each; eval/fuzz/scaling.py measures all of them at a million."""
    for unit in ("[a](", "<a =", "\u4e00(", "\u201ca", "by A ", "1,", "\n>", "\u6765\u6e90:", "a=", '{"a":', " \n"):
        assert seconds(STEPS[step], (unit * 20_000)[:20_000], 10) < 5, unit


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(small: Path, articles: Path, cli: Cli) -> None:
    (articles / "clock.txt").unlink()
    os.mkfifo(articles / "clock.txt")
    with pytest.raises(ArticleError, match=r"clock\.txt: not a plain file"):
        load(Found(articles / "clock.txt", Source(str(articles), "folder"), "clock"))
    assert cli("cite", "clock#0-5", "--index", small, "--json").record["status"] == "missing"
    assert cli("status", "--index", small, "--json").record["missing"] == ["clock"]
    (articles / "clock.txt").unlink()
    (articles / "clock.txt").symlink_to("/dev/zero")
    assert cli("status", "--index", small, "--json").record["missing"] == ["clock"]


# --- folders ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def outside(tmp_path: Path, articles: Path) -> Path:
    secret = tmp_path / "secret.txt"
    secret.write_text("The secret is kept outside of the folder of articles.\n")
    (articles / "link.txt").symlink_to(secret)
    (articles / "up").symlink_to(tmp_path)
    (articles / "sub").mkdir()
    (articles / "sub" / "deep.txt").write_text("A file in a folder of the folder.\n")
    for name in ("round", "about"):
        (articles / "sub" / name).symlink_to(articles)
    return secret


def test_links_lead_nowhere_else(outside: Path, articles: Path) -> None:
    """Nor round in circles: of two links to their own folder a recursive pattern would try every order."""
    inside = [articles / name for name in ("clock.txt", "harbour.txt", "orchard.txt")]
    deep = articles / "sub" / "deep.txt"
    started = time.monotonic()
    for named, wanted in (
        (articles, [*inside, deep]),
        (articles / "*.txt", inside),
        (articles / "**" / "*.txt", [*inside, deep]),
        (articles / "**", [*inside, deep]),
        (articles / "s*" / "**" / "d*.txt", [deep]),
        (articles / "*" / "[d]eep.txt", [deep]),
    ):
        assert sorted(found.path for found in scan(sources_of([named]))) == sorted(wanted), named
    assert time.monotonic() - started < 5


def test_a_file_that_became_a_link_is_not_followed(small: Path, outside: Path, articles: Path, cli: Cli) -> None:
    (articles / "clock.txt").unlink()
    (articles / "clock.txt").symlink_to(outside)
    shown = cli("cite", "clock#0-10", "--index", small)
    assert (shown.code, "secret" in shown.out) == (1, False)
    assert open_citation(Index(small), Citation("clock", 0, 5)).status == "missing"


# --- names ------------------------------------------------------------------------------------------------------------

NAMES = (
    "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0642\u0627\u0644", "\U0001f34e\U0001f468\u200d\U0001f33e", "e\u0301te\u0301", "\u00e9t\u00e9", "\u0e01\u0e33", "a#1-2",
    "a@b", "a#5-9@abcdef", "new\nline", "tab\there", "-dash", " blank ", "q'u\"o`te", "$HOME", "%s{0}", "\u202eevil", "line\u2028end", "*", "[x]", "~", "a b", ".b.c",
)  # fmt: skip


def test_citations_of_files_with_any_name_go_round(tmp_path: Path, encoder: Encoder, cli: Cli) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    for i, name in enumerate(NAMES):
        if not name.startswith("."):
            (folder / f"{name}.txt").write_text(f"Harbour number {i} opened in the year {1900 + i}, and stays open.\n", "utf-8")
    build(tmp_path / "index", sources_of([folder]), encoder)
    index = Index(tmp_path / "index")
    assert len(index.entries) == len(list(folder.iterdir())) == len(index.by_id)
    citations = [f"{entry.id}#0-9" for entry in index.entries]
    for entry, text in zip(index.entries, citations, strict=True):
        opened = open_citation(index, parse(text))
        assert (opened.entry.id, opened.status, opened.raw) == (entry.id, "verified", "Harbour n")
        assert str(parse(str(opened.citation))) == str(opened.citation)
        again = parse(f"{opened.now}@{opened.now.digest}" if opened.now else "")
        assert open_citation(index, again).entry == entry
    records = cli("ask", "which harbour opened in 1905?", "--index", tmp_path / "index", "--json", "-k", "30").record["passages"]
    for record in records:
        done = cli("cite", "--json", "--index", tmp_path / "index", "--", f"{record['citation']}@{record['digest']}")
        assert (done.code, done.record["status"]) == (0, "verified")


# --- the terminal and the report --------------------------------------------------------------------------------------

TRICKS = "\x1b[2J \x9b31m \u202egnol\u202c \u2066x\u2069 a\u2028b\u2029c \ufff9x\ufffb"


def test_direction_and_line_tricks_are_neutralised(tmp_path: Path, encoder: Encoder, cli: Cli) -> None:
    folder = tmp_path / "tricks"
    folder.mkdir()
    (folder / f"trick{TRICKS}.txt").write_text(
        f"The {TRICKS} tower\n\nThe tower {TRICKS} leans to the west, and nobody minds {TRICKS}.\n"
    )
    (folder / f"page{TRICKS}.html").write_text(
        f"<h1>A {TRICKS} page</h1><p>The page {TRICKS} says that the tower leans to the east.</p>"
    )
    build(tmp_path / "index", sources_of([folder]), encoder)
    citations = [f"{entry.id}#0-60" for entry in Index(tmp_path / "index").entries]
    for args in (
        ["ask", f"does the tower lean {TRICKS}?", "--explain"],
        ["ask", f"does the tower lean {TRICKS}?", "--json"],
        ["articles"],
        ["articles", "--json"],
        ["cite", *citations],
        ["cite", "--json", *citations],
        ["status"],
        ["index", f"/no{TRICKS}where"],
    ):
        done = cli(*args, "--index", tmp_path / "index")
        assert done.out + done.err
        assert not STEERING.search(done.out + done.err), args
    record = cli("cite", citations[0], "--index", tmp_path / "index", "--json").record
    assert record["article"] in Index(tmp_path / "index").by_id  # --json escapes, and so loses nothing


@given(st.text())
def test_steering_characters_go_and_nothing_else(text: str) -> None:
    assert len(plain(text)) == len(text)
    assert all(new == old or new == "\ufffd" and STEERING.match(old) for old, new in zip(text, plain(text), strict=True))
    assert safe(text) == plain(text)
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text


def test_html_of_articles_is_inert_in_the_report(tmp_path: Path, encoder: Encoder, cli: Cli) -> None:
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"</style></title>"
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "tower.txt").write_text(
        f"The leaning tower\n\nThe tower leans {script.replace('<', '&lt;')} to the west, and nobody minds it.\n"
    )
    build(tmp_path / "index", sources_of([folder]), encoder)
    gold = {
        "id": script,
        "question": f"does the tower lean {script}?",
        "lang": "en",
        "kind": "none",
        "evidence": [],
        "split": script,
        "domain": script,
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold) + "\n")
    done = cli("eval", "--gold", tmp_path / "gold.jsonl", "--index", tmp_path / "index", "--report", tmp_path / "r.html")
    assert done.code in (0, 1), done.err
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "alert(1)" in page
    assert not re.search(r"<script>alert|<img src=x|onerror=alert\(2\)>", page)


# --- files of questions, runs, glossaries, citations ------------------------------------------------------------------


@settings(max_examples=150)
@given(st.lists(TEXTS | RECORDS.map(json.dumps), max_size=3).map("\n".join))
@example("[" * 100_000)
@example('{"id": 1' + "0" * 5000 + "}")
@example("\u0000")
def test_any_file_is_refused_in_a_sentence_or_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "lines"
    folder.mkdir(exist_ok=True)
    for name, use in (("gold.jsonl", load_gold), ("run.jsonl", load_run)):
        (folder / name).write_text(text, "utf-8", newline="")
        with pytest.raises(InputError, match=re.escape(str(folder / name))):
            use(folder / name)
    (folder / "glossary.txt").write_text(text, "utf-8", newline="")
    open_glossary(folder).matches(text[:2000])


NAME = "scaling-law-xia-ling"
RANGE = (ROOT / "rag" / "sample" / f"{NAME}.txt").read_text("utf-8")[100:140]
PLACE = {"article": NAME, "start": 100, "end": 140}
GOLD = {
    "id": "q", "question": "w?", "lang": "en", "kind": "fact", "evidence": [{**PLACE, "sha256": digest(RANGE)}],
    "split": "dev", "domain": "in", "speakers": ["x"],
}  # fmt: skip
QUOTE = {"start": 100, "end": 120, "text": RANGE[:20]}
ANSWER = {
    "id": "q", "question": "w?", "answered": True, "confidence": 0.5, "kind": "fact", "took_ms": 1.0, "speakers": [],
    "passages": [{
        "citation": f"{NAME}#100-140", **PLACE, "score": 1.0, "rank": 1, "quote": QUOTE, "text": RANGE, "digest": digest(RANGE), "title": "t",
        "also": [{"citation": f"{NAME}#100-140", **PLACE, "digest": digest(RANGE), "text": RANGE, "quote": QUOTE}],
    }],
}  # fmt: skip


def parts_of(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, held in inner for place in parts_of(held, (*path, key)))]


def with_part(value: object, path: tuple[object, ...], new: object) -> object:
    if not path:
        return new
    copied = json.loads(json.dumps(value))
    at = copied
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = new
    return copied


@settings(max_examples=30)
@given(st.data())
def test_a_gold_file_or_run_with_any_part_replaced(
    sample_index: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    from conftest import run_cli

    folder = tmp_path_factory.getbasetemp() / "replaced"
    folder.mkdir(exist_ok=True)
    gold, run = GOLD, ANSWER
    which = data.draw(st.sampled_from(["gold", "run"]))
    new = data.draw(RECORDS)
    if which == "gold":
        gold = with_part(GOLD, data.draw(st.sampled_from(parts_of(GOLD))), new)  # type: ignore[assignment]
    else:
        run = with_part(ANSWER, data.draw(st.sampled_from(parts_of(ANSWER))), new)  # type: ignore[assignment]
    (folder / "gold.jsonl").write_text(json.dumps(gold) + "\n", "utf-8")
    (folder / "run.jsonl").write_text(json.dumps(run) + "\n", "utf-8")
    done = run_cli(
        "eval",
        "--gold",
        folder / "gold.jsonl",
        "--run",
        folder / "run.jsonl",
        "--index",
        sample_index,
        "--report",
        folder / "r.html",
    )
    assert done.code in (0, 1, 2), done.err
    assert "Traceback" not in done.err


@given(TEXTS | st.text())
def test_any_text_is_a_citation_or_is_not(text: str) -> None:
    try:
        citation = parse(text)
    except InputError:
        return
    assert parse(str(citation)).article == citation.article
    assert citation.start < citation.end


# --- the index --------------------------------------------------------------------------------------------------------


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "boom"),)

    np.save(tmp_path / "a.npy", np.array([Bomb()], object), allow_pickle=True)
    with pytest.raises(IndexCorrupt, match=r"a\.npy: damaged"):
        store.read_array(tmp_path / "a.npy")
    assert not (tmp_path / "boom").exists()
    sources = [path.read_text("utf-8") for path in (ROOT / "rag").rglob("*.py")]
    assert not [
        text
        for text in sources
        if re.search(r"pickle\.load|allow_pickle=True|(?<!def )\beval\(|\bexec\(|yaml\.load\b|shell=True|os\.system", text)
    ]


def test_faiss_never_reads_a_file_whose_sizes_do_not_fit(tmp_path: Path) -> None:
    """In a process of its own, which would die."""
    vectors = np.eye(4, 8, dtype=np.float32)
    DenseIndex.from_vectors(vectors).save(tmp_path / "good.faiss")
    good = (tmp_path / "good.faiss").read_bytes()
    assert np.array_equal(DenseIndex.load(tmp_path / "good.faiss").vectors(), vectors)
    bad = [good[:n] for n in range(len(good))]
    for at in (*range(16), *range(33, 45)):
        bad += [good[:at] + bytes([value]) + good[at + 1 :] for value in (0, 1, 0x7F, 0xFF) if value != good[at]]
    bad += [b"IxMp" + good[4:], b"IwFl" + good[4:], b"IHNf" + good[4:], good + b"\x00", good * 2]
    (tmp_path / "bad.bin").write_bytes(b"".join(len(data).to_bytes(4, "little") + data for data in bad))
    code = f"""
import pathlib, numpy as np
from rag.indexing.dense import DenseIndex
from rag.errors import IndexCorrupt
data = pathlib.Path({str(tmp_path / "bad.bin")!r}).read_bytes()
refused = 0
while data:
    n = int.from_bytes(data[:4], "little")
    try:
        index = DenseIndex.load(pathlib.Path("x.faiss"), np.frombuffer(data[4:4 + n], np.uint8).copy())
        index.search(np.ones(index.dimension, np.float32), 3)
    except IndexCorrupt:
        refused += 1
    data = data[4 + n:]
print(refused)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(bad) - 30 <= int(done.stdout) <= len(bad)  # a flag or the metric may be another and still be read


def rewrite(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    """The index with another manifest, whose digest fits."""
    import hashlib

    place = Index(folder).place
    manifest = json.loads((place / "manifest.json").read_bytes())
    change(manifest)
    text = json.dumps(manifest).encode()
    (place / "manifest.json").write_bytes(text)
    name = f"generation-{hashlib.sha256(text).hexdigest()[:16]}"
    place.rename(folder / name)
    (folder / "CURRENT").write_text(name)


@pytest.mark.parametrize("name", ["../../harbour.txt", "/etc/passwd", "a/../../b", "..", "", "a\x00b"])
def test_a_manifest_names_no_file_elsewhere(small: Path, name: str) -> None:
    rewrite(small, lambda manifest: manifest["files"].update({name: {"bytes": 1, "sha256": "0"}}))  # type: ignore[attr-defined]
    with pytest.raises(IndexCorrupt, match=r"manifest\.json: damaged"):
        Index(small)


@pytest.mark.parametrize("key", ["files", "format", "model", "settings"])
@pytest.mark.parametrize("value", [None, [], "x", {"x": 1}, 99])
def test_a_manifest_of_another_shape(small: Path, key: str, value: object) -> None:
    rewrite(small, lambda manifest: manifest.update({key: value}))
    with pytest.raises(RagError):
        Index(small)


# --- large files: checked where they are read -------------------------------------------------------------------------


def test_damage_in_a_large_file_is_found_where_it_would_be_quoted(
    small: Path, articles: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_CHECKED_BYTES", 0)
    question = ["ask", "who said the quay will not be sold?", "--index", small, "--json"]
    before = cli(*question).record["passages"]
    for name in ("raw.utf8", "text.utf8", "passages.npy", "sentences.npy"):
        path = next(small.glob(f"generation-*/{name}"))
        data = path.read_bytes()
        path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
        done = cli(*question)
        assert (done.code, done.out) == (2, ""), name
        assert f"{path}: damaged; rebuild with 'rag index --rebuild" in done.err
        path.write_bytes(data)
    assert cli(*question).record["passages"] == before
    path = next(small.glob("generation-*/word_vectors.npy"))
    data = path.read_bytes()
    path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:])
    assert cli(*question).code in (0, 1)  # may rank a hair differently; but it is found, and never taken over:
    assert f"{path}: damaged" in cli("status", "--index", small).err
    kept = files_of(small)
    (articles / "new.txt").write_text("A new article about the tower, which leans.\n")
    assert f"{path}: damaged" in cli("index", "--index", small).err
    assert files_of(small) == kept
    assert cli("index", "--rebuild", "--index", small).code == 0


def test_an_error_that_nobody_expected_is_laid_to_the_damage_behind_it(
    small: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_CHECKED_BYTES", 0)
    path = next(small.glob("generation-*/words.utf8"))
    data = path.read_bytes()
    path.write_bytes(b"\xff" * len(data))
    done = cli("ask", "which inn did the zebra purchase?", "--index", small)
    assert (done.code, done.out) == (2, "")
    assert f"rag: {path}: damaged; rebuild with 'rag index --rebuild" in done.err


def test_every_format_is_fuzzed_here() -> None:
    assert set(FORMATS.values()) == {"text", "markdown", "html"}
    assert decode(b"abc", "a") == ("abc", "utf-8")
