"""Arrays that are computed once on a machine and kept in a file of the user's cache folder.

A file is one line and then the arrays, on multiples of 64 bytes. The line is the CRC-32 of what follows it up to the arrays
that are not checked, and a JSON object: for whom the file was made, its size, and where each array lies. A reader maps the
file and pays for the pages that it touches. What a file was made from is in its name, so that another version of a package,
or of the code that reads it, has a file of its own; whatever is not whole or was made for another name is no file.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Arrays = dict[str, npt.NDArray[Any]]

_CRC = 8  # hexadecimal digits
_ALIGNED = 64  # bytes
_LONGEST = 1 << 16  # bytes of the first line
_ABANDONED = 3600  # seconds after which an unfinished file is taken for that of a process that was killed


def folder() -> Path:
    """$RAG_CACHE_DIR, else `rag` in $XDG_CACHE_HOME or ~/.cache."""
    named = os.environ.get("RAG_CACHE_DIR")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rag"


def version_of(package: Path, distribution: str) -> str:
    """The installed version of the distribution that a package's folder belongs to, without loading its metadata; 0 where unknown."""
    installed = sorted(package.parent.glob(f"{distribution}-*.dist-info"))
    return installed[-1].name.split("-")[1].removesuffix(".dist") if installed else "0"


def read(path: Path) -> Arrays | None:
    """The arrays of a file, mapped and read-only; None unless it is whole and was made under that name."""
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        start = data.find(b"\n", 0, _LONGEST) + 1
        line, body = data[_CRC:start], memoryview(data)[start:]
        header = json.loads(line)
        crc = zlib.crc32(body[: header["checked"]], zlib.crc32(line))
        if (int(data[:_CRC], 16), header["name"], header["size"]) != (crc, path.name, len(body)):
            return None
        return {
            name: np.frombuffer(body, dtype, math.prod(shape), offset).reshape(shape)
            for name, (dtype, shape, offset) in header["arrays"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write(path: Path, arrays: Mapping[str, npt.NDArray[Any]], unchecked: Sequence[str] = ()) -> None:
    """Write the arrays under another name, then put the file in place at once; the same arrays give the same bytes.

    Those named in `unchecked` are large and never read whole: they come last and have no checksum. Raises OSError, and
    leaves nothing, where the file cannot be written.
    """
    import tempfile
    import time

    offset, places, parts, crc = 0, {}, [], 0
    for name in [*(name for name in arrays if name not in unchecked), *unchecked]:
        places[name] = (arrays[name].dtype.str, arrays[name].shape, offset)
        parts.append(arrays[name].tobytes() + bytes(-arrays[name].nbytes % _ALIGNED))
        offset += len(parts[-1])
    checked = parts[: len(parts) - len(unchecked)]
    header = {"name": path.name, "size": offset, "checked": sum(map(len, checked)), "arrays": places}
    line = json.dumps(header).encode()
    line += b" " * (-(_CRC + len(line) + 1) % _ALIGNED) + b"\n"
    for part in (line, *checked):
        crc = zlib.crc32(part, crc)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f"{path.stem}*.tmp"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines((f"{crc:0{_CRC}x}".encode(), line, *parts))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def as_array(text: str) -> npt.NDArray[np.uint8]:
    """A text as an array of its UTF-8 bytes."""
    return np.frombuffer(text.encode(), np.uint8)


def as_text(array: npt.NDArray[np.uint8]) -> str:
    """The text of such an array."""
    return array.tobytes().decode()


__all__ = ["as_array", "as_text", "folder", "read", "version_of", "write"]
