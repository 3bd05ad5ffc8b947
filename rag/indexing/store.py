"""An index folder on disk: whole generations, swapped in at once.

    index/
      CURRENT                  the name of the generation that counts
      generation-<16 hex>/     one complete index; the name is the digest of its manifest
        manifest.json          what made it, and size and SHA-256 of every other file
        checksums.npy          CRC-32 of every 4 KiB of the other files, one file after another in order of their names

A generation is written to a hidden folder, flushed, renamed, and only then named in CURRENT. A reader maps every file as it
opens an index and so keeps what it opened; a build that dies leaves nothing that counts, and the next one sweeps it away.

Opening checks small files whole. Of a large one it checks the size, and each 4 KiB when something is first quoted from it;
`verify` checks everything, and a build does so before it takes anything over from an index.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt, IndexMismatch, IndexMissing, InputError

# numpy reads a file's header with ast, which CPython 3.11 does not always survive in two threads at once (gh-106905).
_ONE_HEADER = Lock()
FORMAT = 14
_PREFIX, _BUILDING = "generation-", ".building-"
_CHECKED_BYTES = 64 * 1024 * 1024  # checksummed at every opening: an index up to this size whole, else its smallest files
_NAME = re.compile(r"generation-[0-9a-f]{16}")
_CHUNK = 4 * 1024
_BLOCK = 256 * _CHUNK  # read at once: long enough for threads to let go of the interpreter lock
_SIDE_BY_SIDE = 4  # files
_CHECKSUMS = "checksums.npy"
_ATTEMPTS = 20  # how often a reader starts again when a writer swapped generations under its eyes
_REBUILD = "rebuild with 'rag index --rebuild PATH'."


def exists(folder: Path) -> bool:
    """Whether the folder holds an index, of whatever state."""
    return (folder / "CURRENT").is_file()


def open_generation(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The current generation's folder and manifest, checked.

    Raises IndexMissing where there is none, IndexCorrupt for damaged or missing files, IndexMismatch for another format.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            name = _current(folder)
        except FileNotFoundError:
            raise IndexMissing(f"{folder}: no index there; make one with 'rag index PATH --index {folder}'.") from None
        except OSError as error:
            raise InputError(f"{folder}: cannot be read ({error.strerror}).") from error
        place = folder / name
        if not _NAME.fullmatch(name) or attempt > 3 and not place.exists() and _current(folder) == name:
            raise IndexCorrupt(f"{folder / 'CURRENT'}: damaged; {_REBUILD}")
        try:
            manifest = _check(place, name)
            _opened.clear()
            _opened[place] = manifest
            return place, manifest
        except FileNotFoundError as error:
            # A build may have swapped generations between the two reads; then the next attempt finds the new one.
            if attempt == _ATTEMPTS or place.exists() and _current(folder) == name:
                raise IndexCorrupt(f"{error.filename}: missing; {_REBUILD}") from None
        except OSError as error:
            raise IndexCorrupt(f"{error.filename}: cannot be read ({error.strerror}); {_REBUILD}") from None
    raise IndexCorrupt(f"{folder}: replaced again and again while it was opened; try again.")


def _current(folder: Path) -> str:
    return (folder / "CURRENT").read_text("utf-8", "replace").strip()


def _check(place: Path, name: str) -> dict[str, Any]:
    text = (place / "manifest.json").read_bytes()
    if _PREFIX + hashlib.sha256(text).hexdigest()[:16] != name:
        raise IndexCorrupt(f"{place / 'manifest.json'}: damaged; {_REBUILD}")
    try:
        manifest: dict[str, Any] = json.loads(text)
        made, files = manifest["format"], manifest["files"]
        sizes = {file: (int(entry["bytes"]), str(entry["sha256"])) for file, entry in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexCorrupt(f"{place / 'manifest.json'}: damaged; {_REBUILD}") from error
    if made != FORMAT:
        raise IndexMismatch(f"{place}: written in index format {made}, this version reads {FORMAT}; {_REBUILD}")
    whole = _checked_whole(manifest)
    for file, (size, sha256) in sizes.items():
        if Path(file).name != file or not file.strip(".") or "\x00" in file:
            raise IndexCorrupt(f"{place / 'manifest.json'}: damaged, it names a file elsewhere; {_REBUILD}")
        path = place / file
        if path.stat().st_size != size or file in whole and _sha256(path) != sha256:
            raise IndexCorrupt(f"{path}: damaged; {_REBUILD}")
    return manifest


def _checked_whole(manifest: dict[str, Any]) -> set[str]:
    """The files that opening checks whole: the smallest, _CHECKED_BYTES in all, and always the checksums of the others."""
    total = 0
    whole = {_CHECKSUMS}
    for file, entry in sorted(manifest["files"].items(), key=lambda item: (item[1]["bytes"], item[0])):
        total += entry["bytes"]
        if total <= _CHECKED_BYTES:
            whole.add(file)
    return whole


def verify(place: Path, manifest: dict[str, Any]) -> None:
    """Check every byte of an opened generation. Raises IndexCorrupt naming the file that is damaged or gone."""
    from concurrent.futures import ThreadPoolExecutor

    files = sorted(manifest["files"].items())
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        for damage in pool.map(lambda item: _damage(place / item[0], item[1]), files):
            if damage is not None:
                raise damage


def _damage(path: Path, entry: dict[str, Any]) -> IndexCorrupt | None:
    """What is wrong with a file of which the manifest says that; None where nothing is."""
    try:
        sound = path.stat().st_size == entry["bytes"] and _sha256(path) == entry["sha256"]
    except OSError as error:
        return IndexCorrupt(f"{path}: cannot be read ({error.strerror or error}); {_REBUILD}")
    return None if sound else IndexCorrupt(f"{path}: damaged; {_REBUILD}")


_opened: dict[Path, dict[str, Any]] = {}


def find_damage() -> IndexCorrupt | None:
    """What is damaged in the generation that this process opened last, if it still counts; None where nothing is.

    For an error that nobody expected: large files are not checked whole before they are used.
    """
    for place, manifest in _opened.items():
        try:
            if place.exists():
                verify(place, manifest)
        except IndexCorrupt as error:
            return error
    return None


class Checksums:
    """The parts of a generation's files that opening did not check, checked when they are used."""

    def __init__(self, place: Path, manifest: dict[str, Any]) -> None:
        self._place = place
        self._left: dict[str, tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32], npt.NDArray[np.bool_]]] = {}
        whole, first = _checked_whole(manifest), 0
        if len(whole) >= len(manifest["files"]):
            return
        sums = read_array(place / _CHECKSUMS, np.dtype("<u4"))
        for file in sorted(manifest["files"]):
            if file == _CHECKSUMS:
                continue
            count = -(-manifest["files"][file]["bytes"] // _CHUNK)
            if file not in whole:
                data = np.memmap(place / file, np.uint8, "r")
                self._left[file] = np.asarray(data), sums[first : first + count], np.zeros(count, np.bool_)
            first += count

    def require(self, file: str, start: int, end: int) -> None:
        """Raise IndexCorrupt, naming the file, unless its bytes [start, end) are those that were written."""
        if file not in self._left:
            return
        data, sums, checked = self._left[file]
        if not 0 <= start <= end <= len(data):
            raise IndexCorrupt(f"{self._place / file}: damaged; {_REBUILD}")
        for i in range(start // _CHUNK, -(-end // _CHUNK)):
            if not checked[i]:
                if i >= len(sums) or zlib.crc32(data[i * _CHUNK : (i + 1) * _CHUNK].data) != int(sums[i]):
                    raise IndexCorrupt(f"{self._place / file}: damaged; {_REBUILD}")
                checked[i] = True

    def require_rows(self, file: str, rows: npt.NDArray[Any], start: int, end: int) -> None:
        """The same for the rows [start, end) of a .npy file."""
        if file in self._left:
            size = rows.itemsize * (rows.size // max(1, len(rows)))
            header = len(self._left[file][0]) - rows.nbytes
            self.require(file, header + start * size, header + end * size)


def read_array(path: Path, dtype: np.dtype[Any] | None = None) -> npt.NDArray[Any]:
    """The array in a .npy file, or the bytes of any other, mapped.

    Raises IndexCorrupt, naming the file, for damage and, where a `dtype` is given, for an array of another. Never unpickles.
    """
    try:
        if path.suffix == ".npy":
            with _ONE_HEADER:
                mapped = np.load(path, mmap_mode="r", allow_pickle=False)
            array = np.asarray(mapped)  # a plain view: memmap slices slowly
            if dtype is not None and (array.dtype != dtype or array.ndim != 1):
                raise IndexCorrupt(f"{path}: damaged, an array of another kind; {_REBUILD}")
            return array
        return np.asarray(np.memmap(path, np.uint8, "r")) if path.stat().st_size else np.zeros(0, np.uint8)
    except (ValueError, EOFError, TypeError, KeyError, OverflowError, MemoryError, RecursionError) as error:
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
            sealed = _sealed(sorted(building.iterdir()))
            np.save(building / _CHECKSUMS, np.array([crc for file in sealed.values() for crc in file.chunks], "<u4"))
            sealed |= _sealed([building / _CHECKSUMS])
            manifest["files"] = {name: {"bytes": sealed[name].size, "sha256": sealed[name].sha256} for name in sorted(sealed)}
            text = encode_json(manifest, indent=1)
            (building / "manifest.json").write_bytes(text)
            for path in (building / "manifest.json", building):
                _flush(path)
            place = folder / (_PREFIX + hashlib.sha256(text).hexdigest()[:16])
            building.chmod(0o755)
            if not _is_sound(place):
                if place.exists():
                    place.rename(folder / f"{_BUILDING}{os.getpid()}-damaged")
                building.rename(place)
                _flush(folder)  # the generation is on the disk before CURRENT names it
        finally:
            shutil.rmtree(building, ignore_errors=True)
        pointer = folder / f"{_BUILDING}CURRENT"
        pointer.write_text(place.name + "\n", "utf-8")
        _flush(pointer)
        pointer.replace(folder / "CURRENT")
        _flush(folder)
    except OSError as error:
        raise InputError(
            f"{folder}: the index cannot be written ({error.strerror or f'is the disk full? {error}'}); what was there is untouched."
        ) from error
    _sweep(folder, keep=place.name)
    return place


def _is_sound(place: Path) -> bool:
    try:
        _check(place, place.name)
    except (OSError, IndexCorrupt):
        return False
    return True


def is_locked(folder: Path) -> bool:
    """Whether another process is writing there now."""
    from filelock import FileLock, Timeout

    if not (folder / ".lock").is_file():
        return False
    try:
        with FileLock(folder / ".lock", timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


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


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A file that is on the disk: its size, its SHA-256 and the CRC-32 of each chunk."""

    size: int
    sha256: str
    chunks: Sequence[int]


def _sealed(paths: Sequence[Path]) -> dict[str, _Sealed]:
    """Flush files to the disk and read them once, some side by side; by name, in the order given."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        return dict(zip([path.name for path in paths], pool.map(_seal, paths), strict=True))


def _seal(path: Path) -> _Sealed:
    size, whole, chunks = 0, hashlib.sha256(), []
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            size += len(block)
            whole.update(block)
            chunks += [zlib.crc32(block[i : i + _CHUNK]) for i in range(0, len(block), _CHUNK)]
    _flush(path)
    return _Sealed(size, whole.hexdigest(), chunks)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


__all__ = [
    "FORMAT",
    "Checksums",
    "encode_json",
    "exists",
    "find_damage",
    "is_locked",
    "open_generation",
    "read_array",
    "verify",
    "write_generation",
    "writing",
]
