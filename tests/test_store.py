"""Generations of an index folder: whole, checked, swapped at once."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import files_of

from rag.errors import IndexCorrupt, IndexMismatch, IndexMissing, InputError
from rag.indexing import store


def write(folder: Path, text: str, **facts: Any) -> Path:
    def fill(place: Path) -> dict[str, Any]:
        (place / "a.txt").write_text(text)
        np.save(place / "b.npy", np.arange(len(text)))
        return facts

    with store.writing(folder):
        return store.write_generation(folder, fill)


def test_what_is_written_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "index"
    assert not store.exists(folder)
    place = write(folder, "one", colour="blue")
    assert store.exists(folder)
    found, manifest = store.open_generation(folder)
    assert found == place
    assert manifest["colour"] == "blue"
    assert manifest["format"] == store.FORMAT
    assert (place / "a.txt").read_text() == "one"


def test_the_manifest_names_every_file_with_size_and_digest(tmp_path: Path) -> None:
    place = write(tmp_path, "one")
    text = (place / "manifest.json").read_bytes()
    assert place.name == "generation-" + hashlib.sha256(text).hexdigest()[:16]
    listed = json.loads(text)["files"]
    others = {p.name: p.read_bytes() for p in place.iterdir() if p.name != "manifest.json"}
    assert listed == {n: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in others.items()}


def test_a_new_generation_replaces_the_old_one_and_nothing_is_left_over(tmp_path: Path) -> None:
    first, second = write(tmp_path, "one"), write(tmp_path, "two")
    assert first != second
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != ".lock") == ["CURRENT", second.name]
    assert (store.open_generation(tmp_path)[0] / "a.txt").read_text() == "two"


def test_the_same_content_again_touches_nothing(tmp_path: Path) -> None:
    place = write(tmp_path, "one")
    before, inode = files_of(tmp_path), place.stat().st_ino
    assert write(tmp_path, "one") == place
    assert files_of(tmp_path) == before
    assert place.stat().st_ino == inode


def test_the_same_content_mends_a_damaged_generation(tmp_path: Path) -> None:
    place = write(tmp_path, "one")
    before = files_of(tmp_path)
    (place / "a.txt").write_text("two")
    write(tmp_path, "one")
    assert files_of(tmp_path) == before


def test_a_build_that_fails_leaves_the_old_index(tmp_path: Path) -> None:
    write(tmp_path, "one")
    before = files_of(tmp_path)

    def fail(place: Path) -> dict[str, Any]:
        (place / "a.txt").write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), store.writing(tmp_path):
        store.write_generation(tmp_path, fail)
    assert files_of(tmp_path) == before


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "one")
    before = files_of(tmp_path)

    def fill_up(place: Path) -> dict[str, Any]:
        Path("/dev/full").write_bytes(b"x")  # the kernel says "No space left on device"
        return {}

    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(InputError, match=r"cannot be written \(No space left on device\)"), store.writing(tmp_path):
        store.write_generation(tmp_path, fill_up)
    assert files_of(tmp_path) == before


def test_leftovers_of_dead_builds_are_swept(tmp_path: Path) -> None:
    place = write(tmp_path, "one")
    (tmp_path / ".building-1-x").mkdir()
    (tmp_path / ".building-1-x" / "a.txt").write_text("half")
    (tmp_path / ".building-CURRENT").write_text("generation-0")
    (tmp_path / "generation-0123456789abcdef").mkdir()
    (tmp_path / "README.md").write_text("mine")
    with store.writing(tmp_path):
        assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "CURRENT", "README.md", place.name]


@pytest.mark.parametrize(
    "pointer", [b"", b"\n", b"gen", b"\xff\xfe\x00", b"generation-0000000000000000\n", b"generation-/../..\n"]
)
def test_a_damaged_pointer_is_named_and_loses_no_generation(tmp_path: Path, pointer: bytes) -> None:
    place = write(tmp_path, "one")
    (tmp_path / "CURRENT").write_bytes(pointer)
    with pytest.raises(IndexCorrupt, match=r"CURRENT: damaged; rebuild with 'rag index --rebuild"):
        store.open_generation(tmp_path)
    with store.writing(tmp_path):
        assert (place / "a.txt").read_text() == "one"
    assert write(tmp_path, "two") == store.open_generation(tmp_path)[0]
    assert not place.exists()


def test_no_index_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"no index there; make one with 'rag index PATH --index .*nowhere'"):
        store.open_generation(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match=r"file: cannot be read \(Not a directory\)"):
        store.open_generation(tmp_path / "file")


def test_a_generation_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("generation-0123456789abcdef")
    (tmp_path / "generation-0123456789abcdef").write_text("x")
    with pytest.raises(IndexCorrupt, match=r"manifest\.json: cannot be read \(Not a directory\); rebuild"):
        store.open_generation(tmp_path)


def rewrite_format(folder: Path, version: object) -> None:
    """Make the index one that a version of rag with another format wrote, sound in all else."""
    place, manifest = store.open_generation(folder)
    text = json.dumps({**manifest, "format": version}).encode()
    (place / "manifest.json").write_bytes(text)
    name = "generation-" + hashlib.sha256(text).hexdigest()[:16]
    place.rename(folder / name)
    (folder / "CURRENT").write_text(name + "\n")


def test_another_format_version_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "one")
    rewrite_format(tmp_path, 99)
    with pytest.raises(IndexMismatch, match=rf"index format 99, this version reads {store.FORMAT}; rebuild with"):
        store.open_generation(tmp_path)


@pytest.mark.parametrize("checked", [0, 64 * 1024 * 1024])
def test_files_of_another_size_are_found_whatever_the_size_of_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checked: int
) -> None:
    monkeypatch.setattr(store, "_CHECKED_BYTES", checked)
    place = write(tmp_path, "one")
    (place / "a.txt").write_text("on")
    with pytest.raises(IndexCorrupt, match=r"a\.txt: damaged"):
        store.open_generation(tmp_path)
    (place / "a.txt").unlink()
    with pytest.raises(IndexCorrupt, match=r"a\.txt: missing"):
        store.open_generation(tmp_path)


def test_of_a_large_index_the_small_files_are_checksummed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_CHECKED_BYTES", 20)
    place = write(tmp_path, "one")  # a.txt has 3 bytes, b.npy more than 20
    with (place / "b.npy").open("r+b") as file:
        file.write(b"X")
    store.open_generation(tmp_path)
    with pytest.raises(IndexCorrupt, match=r"b\.npy: damaged"):
        store.read_array(place / "b.npy")
    (place / "a.txt").write_text("two")
    with pytest.raises(IndexCorrupt, match=r"a\.txt: damaged"):
        store.open_generation(tmp_path)


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with store.writing(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    with store.writing(tmp_path):
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


@pytest.mark.parametrize("place", ["file/index", "file"])
def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(InputError, match=r"the index folder cannot be written \(.+\); name another with --index\."),
        store.writing(tmp_path / place),
    ):
        pass


def test_json_of_a_name_that_is_not_utf8_is_valid_and_comes_back() -> None:
    value = {"path": "a\udcff\u679c.txt", "line": "a\u2028b"}
    assert json.loads(store.encode_json(value).decode("utf-8")) == value
