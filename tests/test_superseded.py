"""Older texts of changed articles: kept within bounds, never wrong, and in nobody's way."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CLOCK, HARBOUR, ORCHARD, Outcome, files_of

from rag.articles.corpus import sources_of
from rag.citation.verifying import fixed, verify
from rag.encoding.encoders import Encoder
from rag.indexing import superseded
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.indexing.superseded import count_texts, dropped_entry, keep_entry, keep_text, older_texts, prune_texts
from rag.types import digest

Cli = Callable[..., Outcome]


def kept(index: Path, article: str = "a") -> list[str]:
    return list(older_texts(index, article))


def test_texts_are_kept_by_article_last_first_each_once(tmp_path: Path) -> None:
    assert (kept(tmp_path), count_texts(tmp_path)) == ([], 0)
    for number, text in enumerate(["one", "two \u679c\u56ed \U00020000", "one"]):
        keep_text(tmp_path, "a", text.encode())
        for path in tmp_path.glob("superseded/*/*"):
            if path.name == hashlib.sha256(text.encode()).hexdigest():
                os.utime(path, ns=(number, number))
    keep_text(tmp_path, "b/../\u679c\n#", b"other")
    assert kept(tmp_path) == ["one", "two \u679c\u56ed \U00020000"]
    assert kept(tmp_path, "b/../\u679c\n#") == ["other"]
    assert count_texts(tmp_path) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["superseded"]


def test_what_is_damaged_too_long_or_no_file_is_left_out(tmp_path: Path) -> None:
    keep_text(tmp_path, "a", b"one")
    (path,) = tmp_path.glob("superseded/*/*")
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], b"x" + whole, zlib.compress(b"two"), zlib.compress(b"0" * (superseded.MAX_TEXT + 1))):
        path.write_bytes(damaged)
        assert kept(tmp_path) == ([] if damaged != whole[:-1] else kept(tmp_path))
    path.unlink()
    path.mkdir()
    assert kept(tmp_path) == []
    keep_text(tmp_path, "b", b"0" * (superseded.MAX_TEXT + 1))
    assert kept(tmp_path, "b") == []


def test_those_kept_longest_ago_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        keep_text(tmp_path, "a", f"text {number}".encode())
        (path,) = (p for p in tmp_path.glob("superseded/*/*") if p.stat().st_mtime_ns > 10)
        os.utime(path, ns=(number, number))
    size = sum(path.stat().st_size for path in tmp_path.glob("superseded/*/*"))
    prune_texts(tmp_path)
    assert count_texts(tmp_path) == 5
    monkeypatch.setattr(superseded, "MAX_BYTES", size - 1)
    prune_texts(tmp_path)
    assert kept(tmp_path) == ["text 4", "text 3", "text 2", "text 1"]


@pytest.mark.parametrize("linked", ["superseded", "superseded/folder"])
def test_nothing_is_read_written_or_removed_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: str) -> None:
    keep_text(tmp_path / "other", "a", b"one")
    (theirs,) = (tmp_path / "other").glob("superseded/*/*")
    (tmp_path / "index/superseded").mkdir(parents=True)
    if linked == "superseded":
        (tmp_path / "index/superseded").rmdir()
        (tmp_path / "index/superseded").symlink_to(tmp_path / "other/superseded")
    else:
        (tmp_path / "index/superseded" / theirs.parent.name).symlink_to(theirs.parent)
    monkeypatch.setattr(superseded, "MAX_BYTES", 0)
    keep_text(tmp_path / "index", "a", b"two")
    prune_texts(tmp_path / "index")
    assert (kept(tmp_path / "index"), count_texts(tmp_path / "index")) == ([], 0)
    assert kept(tmp_path / "other") == ["one"]


def test_only_what_was_kept_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_text(tmp_path, "a", b"one")
    (path,) = tmp_path.glob("superseded/*/*")
    (path.parent / "notes.txt").write_text("mine")
    (tmp_path / "superseded/mine").mkdir()
    (tmp_path / "superseded/mine" / path.name).write_text("mine")
    monkeypatch.setattr(superseded, "MAX_BYTES", 0)
    prune_texts(tmp_path)
    assert sorted(p.name for p in tmp_path.glob("superseded/*/*")) == sorted(["notes.txt", path.name])
    assert not path.exists()


def test_only_changed_and_dropped_texts_are_kept(small: Path, articles: Path, encoder: Encoder, cli: Cli) -> None:
    (articles / "harbour.txt").write_bytes(b"\xef\xbb\xbf" + HARBOUR.encode())  # other bytes, the same text
    (articles / "clock.txt").write_text(CLOCK + "\n\u5b8c\u3002\n", "utf-8")
    (articles / "orchard.txt").unlink()
    build(small, [], encoder)
    assert (kept(small, "harbour"), kept(small, "clock"), kept(small, "orchard")) == ([], [CLOCK], [ORCHARD])
    assert cli("status", "--index", small, "--json").record["superseded"] == 2


def test_a_dropped_article_keeps_its_citations(small: Path, articles: Path, encoder: Encoder, cli: Cli) -> None:
    quoted = "Builders had offered nine million for the land"
    start = HARBOUR.index(quoted)
    citation = f"harbour#{start}-{start + len(quoted)}"
    sealed = f"{citation}@{digest(quoted)[:8]}"
    (articles / "harbour.txt").unlink()
    build(small, [], encoder)
    done = cli("cite", sealed, "--index", small, "--json")
    assert done.code == 1
    assert [done.record[key] for key in ("status", "raw", "now", "line")] == ["missing", quoted, None, None]
    assert (done.record["title"], done.record["publisher"]) == ("The harbour that would not close", "Coast Daily")
    shown = cli("cite", sealed, "--index", small)
    assert (shown.code, f"{sealed}  missing  the article is no longer in the index" in shown.out, quoted in shown.out) == (
        1, True, True,
    )  # fmt: skip
    for unknown in (citation, f"{citation}@00000000"):
        assert "harbour: no such article in the index" in cli("cite", unknown, "--index", small).err
    draft = f"\u201c{quoted}\u201d ({sealed})"
    verification = verify(Index(small), draft)
    assert [str(finding.verdict) for finding in verification.findings][-1] == "missing"
    assert fixed(draft, verification) == draft
    # An article of that id that comes back has the texts of the one before.
    (articles / "harbour.txt").write_text("New: " + HARBOUR, "utf-8")
    build(small, [], encoder)
    done = cli("cite", sealed, "--index", small, "--json")
    assert (done.code, done.record["status"], done.record["start"]) == (0, "moved", start + 5)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b"null"])
def test_a_damaged_entry_is_none(small: Path, articles: Path, encoder: Encoder, cli: Cli, damage: bytes) -> None:
    (articles / "harbour.txt").unlink()
    build(small, [], encoder)
    (path,) = small.glob("superseded/*/entry.json")
    path.write_bytes(damage)
    done = cli("cite", f"harbour#0-11@{digest(HARBOUR[:11])[:8]}", "--index", small)
    assert (done.code, "harbour: no such article in the index" in done.err) == (2, True)


def test_entries_go_with_the_last_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_entry(tmp_path, "a", b"{}")
    assert dropped_entry(tmp_path, "a") is None  # there is no text
    keep_text(tmp_path, "a", b"one")
    keep_entry(tmp_path, "a", b"{}")
    assert (dropped_entry(tmp_path, "a"), count_texts(tmp_path)) == (b"{}", 1)
    monkeypatch.setattr(superseded, "MAX_BYTES", 0)
    prune_texts(tmp_path)
    assert (dropped_entry(tmp_path, "a"), count_texts(tmp_path)) == (None, 0)


def test_a_damaged_index_is_rebuilt_without_them(small: Path, articles: Path, encoder: Encoder) -> None:
    for damage in ("raw.utf8", "articles.jsonl", "manifest.json"):
        (articles / "clock.txt").write_text(CLOCK + damage, "utf-8")
        (place,) = small.glob("generation-*")
        (place / damage).write_bytes(b"\xff" * (place / damage).stat().st_size)
        build(small, sources_of([articles]), encoder, rebuild=True)
        assert count_texts(small) == 0
    (small / "CURRENT").write_bytes(b"\xff\xfe")
    build(small, sources_of([articles]), encoder, rebuild=True)
    assert count_texts(small) == 0


def test_a_build_that_fails_leaves_the_index_as_it_was(
    small: Path, articles: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(small)

    def full(level: bytes, _: int) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zlib, "compress", full)
    (articles / "clock.txt").write_text(CLOCK + "\n\u5b8c\u3002\n", "utf-8")
    with pytest.raises(Exception, match="No space left on device"):
        build(small, [], encoder)
    monkeypatch.undo()
    assert {n: b for n, b in files_of(small).items() if not n.startswith(".building")} == before
    build(small, [], encoder)
    assert not [name for name in files_of(small) if name.startswith(".building")]
