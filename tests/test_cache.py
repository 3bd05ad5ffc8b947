"""Cache files: written whole or not at all, and read only where they are whole."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from rag.encoding import cache

ARRAYS: dict[str, npt.NDArray[Any]] = {
    "large": np.arange(5_000, dtype=np.uint8).reshape(50, 100),
    "floats": np.linspace(0, 1, 7, dtype=np.float32),
    "none": np.zeros(0, np.int32),
    "one": np.array(2.5),
    "text": cache.as_array("caf\u00e9"),
}


def same(found: Mapping[str, npt.NDArray[Any]] | None) -> bool:
    return found is not None and {k: (v.dtype, v.shape, v.tobytes()) for k, v in found.items()} == {
        k: (v.dtype, v.shape, v.tobytes()) for k, v in ARRAYS.items()
    }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    cache.write(tmp_path / "new" / "a-1.0.bin", ARRAYS, unchecked=["large"])
    return tmp_path / "new" / "a-1.0.bin"


def test_arrays_come_back_and_cannot_be_changed(path: Path) -> None:
    found = cache.read(path)
    assert found is not None
    assert same(found)
    assert list(found) == ["floats", "none", "one", "text", "large"]
    assert cache.as_text(found["text"]) == "caf\u00e9"
    assert all(array.ctypes.data % 64 == 0 and not array.flags.writeable for array in found.values())


def test_the_same_arrays_give_the_same_bytes(path: Path) -> None:
    before = path.read_bytes()
    cache.write(path, ARRAYS, unchecked=["large"])
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_any_damage_is_found_but_in_what_is_not_checked(path: Path) -> None:
    whole = path.read_bytes()
    large = whole.index(ARRAYS["large"].tobytes())
    assert large + 5_000 + (-5_000 % 64) == len(whole)
    for i in [*range(0, len(whole), 41), large - 1, large]:
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :])
        assert (cache.read(path) is None) == (i < large), i
    for damaged in (
        b"",
        b"\n",
        b"something else" * 1_000,
        whole[:-1],
        whole + b"\0",
        whole[:large],
        b"0" * 8 + b"[" * 60_000 + b"\n",
    ):
        path.write_bytes(damaged)
        assert cache.read(path) is None
    path.write_bytes(whole)
    assert same(cache.read(path))
    assert cache.read(path.with_name("absent")) is None
    assert cache.read(path.parent) is None
    assert cache.read(path.rename(path.with_name("a-1.1.bin"))) is None  # made for another version


def test_a_failed_write_leaves_what_was_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError("disk full")

    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        cache.write(path, {"other": np.zeros(4)})
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_process_left_goes_after_an_hour(path: Path) -> None:
    old, young, other = (path.with_name(name) for name in ("a-1.0xyz.tmp", "a-1.0abc.tmp", "b-1.0xyz.tmp"))
    for left in (old, young, other):
        left.touch()
    for left in (old, other):
        os.utime(left, (time.time() - 4_000,) * 2)
    cache.write(path, ARRAYS)
    assert {p.name for p in path.parent.iterdir()} == {path.name, young.name, other.name}


def test_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    monkeypatch.delenv("RAG_CACHE_DIR", raising=False)
    assert cache.folder() == Path("/x/rag")
    monkeypatch.setenv("RAG_CACHE_DIR", "/y")
    assert cache.folder() == Path("/y")
    monkeypatch.delenv("RAG_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache.folder() == Path.home() / ".cache" / "rag"


def test_version_of(tmp_path: Path) -> None:
    assert cache.version_of(tmp_path / "pack", "some_pack") == "0"
    (tmp_path / "some_pack-1.2.3.dist-info").mkdir()
    (tmp_path / "some_pack_more-9.dist-info").mkdir()
    assert cache.version_of(tmp_path / "pack", "some_pack") == "1.2.3"
