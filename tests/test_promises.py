"""What the README promises, where no other test file holds it: no network, the same bytes, licences, copies."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from conftest import FLAGSHIP, ROOT, Outcome, files_of

from rag.articles.corpus import sources_of
from rag.citation.citations import open_citation, parse
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index

Cli = Callable[..., Outcome]

sys.path.insert(0, str(ROOT / "eval"))
import licences  # type: ignore[import-not-found]  # noqa: E402

NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"):
        sys.stderr.write(f"NETWORK {event} {arguments}")
        sys.stderr.flush()
        import os
        os._exit(97)

sys.addaudithook(refuse)
from rag.cli import main
for arguments in ARGUMENTS:
    sys.argv = ["rag", *arguments]
    try:
        main()
    except SystemExit as exit:
        if exit.code not in (0, 1, None):
            raise
"""


def test_no_command_touches_the_network(articles: Path, tmp_path: Path) -> None:
    """Any attempt to look up a name, connect or send ends the process. (test_use: nor does the first start.)"""
    index = ["--index", str(tmp_path / "index")]
    raw = (articles / "harbour.txt").read_text("utf-8")
    evidence = [{"article": "harbour", "start": 0, "end": 11, "sha256": hashlib.sha256(raw[:11].encode()).hexdigest()}]
    gold = {"id": "q", "question": "who sells the quay?", "lang": "en", "kind": "who", "evidence": evidence}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold) + "\n")
    arguments = [
        ["index", str(articles), *index],
        ["ask", FLAGSHIP, *index],
        ["ask", FLAGSHIP, "--json", "--explain", *index],
        ["cite", "harbour#0-20", *index],
        ["locate", "We will sell the quay to a hotel", *index],
        ["verify", str(articles / "harbour.txt"), *index],
        ["prompt", FLAGSHIP, *index],
        ["chat", *index],
        ["speakers", *index],
        ["articles", *index],
        ["status", *index],
        ["eval", "--gold", str(tmp_path / "gold.jsonl"), "--report", str(tmp_path / "r.html"), *index],
        ["index", "--rebuild", str(articles), *index],
    ]
    code = NO_NETWORK.replace("ARGUMENTS", repr(arguments))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, input="", capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "r.html").exists()


def test_the_report_loads_nothing(tmp_path: Path) -> None:
    for name in ("report.css", "report.js"):
        text = (ROOT / "rag" / "data" / name).read_text("utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/)|@import|fetch\(|XMLHttpRequest|url\((?!#|data:)", text)


def test_one_core_and_another_hash_seed_give_the_same_bytes(articles: Path, small: Path, tmp_path: Path) -> None:
    """eval/bench/same.py tries ten ways."""

    def bind() -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])

    command = [sys.executable, "-m", "rag", "index", str(articles), "--index", str(tmp_path / "other")]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    subprocess.run(command, env=environment, check=True, capture_output=True, preexec_fn=bind)
    assert files_of(tmp_path / "other") == files_of(small)


# --- licences and versions --------------------------------------------------------------------------------------------


def test_every_pinned_package_has_its_licence_listed() -> None:
    listed = licences.rows_of((ROOT / "LICENSES.md").read_text("utf-8"))
    pinned = licences.pinned()
    again = "write it anew with 'python eval/licences.py --write'"
    assert {name: row[0] for name, row in listed.items()} == pinned, again
    for name, (_, licence, _) in listed.items():
        now = licences.licence_of(name)
        if now is not None and (name in licences.KNOWN or version(name) == pinned[name]):
            assert licence == now, f"{name}: {again}"


def test_what_a_base_installation_brings_is_pinned_and_free() -> None:
    pinned = {licences.normal(name) for name in licences.pinned()}
    listed = {licences.normal(n): row for n, row in licences.rows_of((ROOT / "LICENSES.md").read_text("utf-8")).items()}
    for name in licences.base_packages():
        try:
            version(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        assert name in pinned, f"{name} is not in constraints.txt"
        assert not re.search(
            r"\bA?GPL|non-?commercial|CC BY-NC|proprietary", listed[name][1].replace("OR GPL", ""), re.IGNORECASE
        )


# --- copies -----------------------------------------------------------------------------------------------------------


def test_copies_of_a_file_are_one_answer_and_can_all_be_cited(articles: Path, encoder: Encoder, tmp_path: Path, cli: Cli) -> None:
    text = (articles / "harbour.txt").read_bytes()
    for i in range(8):
        (articles / f"copy{i}.txt").write_bytes(text)
    index = tmp_path / "index"
    build(index, sources_of([articles]), encoder)
    alone = tmp_path / "alone"
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "harbour.txt").write_bytes(text)
    build(alone, sources_of([tmp_path / "one"]), encoder)
    opened = Index(index)
    assert len(opened.entries) == 11
    held = sum(opened.passages[i].article == "copy0" for i in range(len(opened.passages)))
    assert held == len(Index(alone).passages)
    assert {p.article for p in map(opened.passages.__getitem__, range(len(opened.passages)))} == {"copy0", "orchard", "clock"}
    record = cli("ask", "will the quay be sold to a hotel?", "--index", index, "--json").record
    first = record["passages"][0]
    assert (first["article"], first["copies"], [also["article"] for also in first["also"]]) == (
        "copy0",
        8,
        ["copy1", "copy2", "copy3"],
    )
    assert len({passage["citation"] for passage in record["passages"]}) == len(record["passages"])
    assert "and 5 more copies of the same file" in " ".join(
        cli("ask", "will the quay be sold to a hotel?", "--index", index).out.split()
    )
    for entry in opened.entries:
        if entry.id not in ("orchard", "clock"):
            found = open_citation(opened, parse(f"{entry.id}#{first['start']}-{first['end']}@{first['digest']}"))
            assert (found.status, found.entry.id, found.citation.article) == ("verified", entry.id, entry.id)


def test_copies_come_and_go_as_in_a_fresh_build(articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    index = tmp_path / "index"
    text = (articles / "harbour.txt").read_bytes()

    def same_as_fresh() -> None:
        build(index, sources_of([articles]), encoder)
        build(tmp_path / "fresh", sources_of([articles]), encoder, rebuild=True)
        assert files_of(index) == files_of(tmp_path / "fresh")

    same_as_fresh()
    (articles / "a.txt").write_bytes(text)  # before it in order
    same_as_fresh()
    (articles / "z.txt").write_bytes(text)
    same_as_fresh()
    (articles / "a.txt").unlink()  # the one that held the passages
    same_as_fresh()
    (articles / "harbour.txt").write_text("The harbour closed after all.\n")
    same_as_fresh()
    assert Index(index).raw(Index(index).by_id["z"]).encode() == text
