"""An index folder on disk: whole generations, swapped in at once.

    index/
      CURRENT                  the name of the generation that counts
      generation-<16 hex>/     one complete index; the name is the digest of its manifest
        manifest.json          what made it, and size and SHA-256 of every other file

A generation is written to a hidden folder, flushed, renamed, and only then named in CURRENT. A reader maps every file as it
opens an index and so keeps what it opened; a build that dies leaves nothing that counts, and the next one sweeps it away.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt, IndexMismatch, IndexMissing, InputError

FORMAT = 4
_PREFIX, _BUILDING = "generation-", ".building-"
_CHECKED_BYTES = 64 * 1024 * 1024  # checksummed at every opening: an index up to this size whole, else its smallest files
_REBUILD = "rebuild with 'rag index --rebuild PATH'."


def exists(folder: Path) -> bool:
    """Whether the folder holds an index, of whatever state."""
    return (folder / "CURRENT").is_file()


def open_generation(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The current generation's folder and manifest, checked.

    Raises IndexMissing where there is none, IndexCorrupt for damaged or missing files, IndexMismatch for another format.
    """
    for attempt in (1, 2, 3):
        try:
            name = _current(folder)
        except FileNotFoundError:
            raise IndexMissing(f"{folder}: no index there; make one with 'rag index PATH --index {folder}'.") from None
        except OSError as error:
            raise InputError(f"{folder}: cannot be read ({error.strerror}).") from error
        place = folder / name
        if not name.startswith(_PREFIX) or "/" in name or os.sep in name or attempt == 3 and not place.exists():
            raise IndexCorrupt(f"{folder / 'CURRENT'}: damaged; {_REBUILD}")
        try:
            return place, _check(place, name)
        except FileNotFoundError as error:
            # A build may have swapped generations between the two reads; then the next attempt finds the new one.
            if attempt == 3 or place.exists() and _current(folder) == name:
                raise IndexCorrupt(f"{error.filename}: missing; {_REBUILD}") from None
        except OSError as error:
            raise IndexCorrupt(f"{error.filename}: cannot be read ({error.strerror}); {_REBUILD}") from None
    raise AssertionError("unreachable")


def _current(folder: Path) -> str:
    return (folder / "CURRENT").read_text("utf-8", "replace").strip()


def _check(place: Path, name: str) -> dict[str, Any]:
    text = (place / "manifest.json").read_bytes()
    if _PREFIX + hashlib.sha256(text).hexdigest()[:16] != name:
        raise IndexCorrupt(f"{place / 'manifest.json'}: damaged; {_REBUILD}")
    manifest: dict[str, Any] = json.loads(text)
    if manifest["format"] != FORMAT:
        raise IndexMismatch(f"{place}: written in index format {manifest['format']}, this version reads {FORMAT}; {_REBUILD}")
    total = 0
    for file, entry in sorted(manifest["files"].items(), key=lambda item: item[1]["bytes"]):
        path = place / file
        total += entry["bytes"]
        if path.stat().st_size != entry["bytes"] or total <= _CHECKED_BYTES and _sha256(path) != entry["sha256"]:
            raise IndexCorrupt(f"{path}: damaged; {_REBUILD}")
    return manifest


def read_array(path: Path) -> npt.NDArray[Any]:
    """The array in a .npy file, or the bytes of any other, mapped. Raises IndexCorrupt, naming the file, for damage."""
    try:
        if path.suffix == ".npy":
            return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))  # a plain view: memmap slices slowly
        return np.asarray(np.memmap(path, np.uint8, "r")) if path.stat().st_size else np.zeros(0, np.uint8)
    except (ValueError, EOFError) as error:
        raise IndexCorrupt(f"{path}: damaged; {_REBUILD}") from error


def encode_json(value: Any, *, indent: int | None = None) -> bytes:
    """JSON with sorted keys in UTF-8; the stray bytes of a file name that is not UTF-8 stand as escapes."""
    return json.dumps(value, ensure_ascii=False, indent=indent, sort_keys=True).encode("utf-8", "backslashreplace")


def write_generation(folder: Path, write: Callable[[Path], dict[str, Any]]) -> Path:
    """Write a new generation and make it current.

    `write` fills the folder it is given and returns the manifest without format and files. Returns the generation's
    folder. Raises InputError when the folder cannot be written; the index that was there then still is.
    """
    try:
        building = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{os.getpid()}-", dir=folder))
        try:
            manifest = {"format": FORMAT, **write(building)}
            manifest["files"] = {
                path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)} for path in sorted(building.iterdir())
            }
            text = encode_json(manifest, indent=1)
            (building / "manifest.json").write_bytes(text)
            for path in building.iterdir():
                _flush(path)
            place = folder / (_PREFIX + hashlib.sha256(text).hexdigest()[:16])
            building.chmod(0o755)
            if not _is_sound(place):
                if place.exists():
                    place.rename(folder / f"{_BUILDING}{os.getpid()}-damaged")
                building.rename(place)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        pointer = folder / f"{_BUILDING}CURRENT"
        pointer.write_text(place.name + "\n", "utf-8")
        _flush(pointer)
        pointer.replace(folder / "CURRENT")
        _flush(folder)
    except OSError as error:
        raise InputError(
            f"{folder}: the index cannot be written ({error.strerror or error}); what was there is untouched."
        ) from error
    _sweep(folder, keep=place.name)
    return place


def _is_sound(place: Path) -> bool:
    try:
        _check(place, place.name)
    except (OSError, IndexCorrupt):
        return False
    return True


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the folder's write lock; another writer waits. The lock ends with the process that holds it."""
    from filelock import FileLock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        lock.acquire()
    except OSError as error:
        raise InputError(
            f"{folder}: the index folder cannot be written ({error.strerror or error}); name another with --index."
        ) from error
    try:
        _sweep(folder, keep=_current(folder) if exists(folder) else None)
        yield
    finally:
        lock.release()


def _sweep(folder: Path, keep: str | None) -> None:
    """Remove what dead builds left and generations that no longer count. Only for the holder of the lock.

    Where CURRENT is damaged, so that none counts, every generation stays.
    """
    known = keep is None or keep.startswith(_PREFIX) and (folder / keep).is_dir()
    for path in folder.iterdir():
        if path.name.startswith(_BUILDING) or known and path.name.startswith(_PREFIX) and path.name != keep:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


__all__ = ["FORMAT", "encode_json", "exists", "open_generation", "read_array", "write_generation", "writing"]
