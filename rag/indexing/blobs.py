"""Flat arrays and string tables in files that can be memory-mapped."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt
from rag.indexing.store import read_array


def write_array(path: Path, array: npt.NDArray[np.generic]) -> None:
    """Write an array as `.npy`; the same array gives the same bytes."""
    np.save(path, array, allow_pickle=False)


class Rows:
    """Rows of a two-dimensional `.npy` file, read where they are asked for and not kept.

    A scattered read of a mapped file maps the 64 KiB around it where the system has them at hand, so that many would take as much
    memory as the file is long.
    """

    def __init__(self, path: Path, mapped: npt.NDArray[Any]) -> None:
        self._path, self._mapped = path, mapped
        self._file = path.open("rb")
        self._start = path.stat().st_size - mapped.nbytes

    def __getitem__(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
        """The rows of those numbers. Raises IndexCorrupt, naming the file, where it has become shorter."""
        if not len(numbers) or not hasattr(os, "pread"):
            return np.asarray(self._mapped[numbers])
        file, size, start = self._file.fileno(), self._mapped.strides[0], self._start
        firsts = [0, *(1 + np.flatnonzero(numbers[1:] - numbers[:-1] != 1)).tolist()]  # of runs of rows that follow each other
        runs = zip(firsts, [*firsts[1:], len(numbers)], numbers[firsts].tolist(), strict=True)
        data = b"".join([os.pread(file, size * (end - begin), start + size * row) for begin, end, row in runs])
        if len(data) != size * len(numbers):
            raise IndexCorrupt(f"{self._path}: damaged; rebuild with 'rag index --rebuild PATH'.")
        return np.frombuffer(data, self._mapped.dtype).reshape(len(numbers), *self._mapped.shape[1:])


class ArrayFile:
    """A one-dimensional (or, with `width`, two-dimensional) `.npy` file, written piece by piece.

    The bytes are those that `write_array` would write of the pieces joined.
    """

    def __init__(self, path: Path, dtype: npt.DTypeLike, width: int | None = None) -> None:
        self._dtype, self._width, self._rows = np.dtype(dtype), width, 0
        self._file = path.open("wb")
        self._head = self._write_header()

    def append(self, rows: npt.ArrayLike) -> None:
        """Write more rows."""
        array = np.ascontiguousarray(rows, self._dtype)
        self._file.write(array.data)
        self._rows += len(array)

    def __len__(self) -> int:
        return self._rows

    def close(self) -> None:
        """Write the header and close the file."""
        self._file.seek(0)
        assert self._write_header() == self._head, "numpy left no room in its header"
        self._file.close()

    def _write_header(self) -> int:
        """Write numpy's header, which leaves room for any number of rows; its length."""
        shape = (self._rows,) if self._width is None else (self._rows, self._width)
        described = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, described)
        return self._file.tell()


_APART = 64  # strings of a table between those at hand


class Strings(Sequence[str]):
    """A table of strings: one byte blob and where each ends in it."""

    def __init__(self, blob: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> None:
        self._blob, self._ends = blob, ends

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """The table of the strings, in their order."""
        encoded = [string.encode("utf-8", "replace") for string in strings]
        ends = np.cumsum([len(string) for string in encoded], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    @classmethod
    def load(cls, stem: Path) -> Strings:
        """Read the files STEM.utf8 and STEM.npy that `save` wrote."""
        return cls(read_array(stem.with_suffix(".utf8")), read_array(stem.with_suffix(".npy")))

    def save(self, stem: Path) -> None:
        """Write the files STEM.utf8 and STEM.npy."""
        stem.with_suffix(".utf8").write_bytes(self._blob.tobytes())
        write_array(stem.with_suffix(".npy"), self._ends)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, i: int) -> str:  # type: ignore[override]
        return self._bytes(i).decode()

    def __iter__(self) -> Iterator[str]:
        return map(bytes.decode, self.encoded())

    def encoded(self) -> Iterator[bytes]:
        """The strings in UTF-8."""
        blob, start = self.joined(), 0
        for end in self._ends.tolist():
            yield blob[start:end]
            start = end

    def joined(self) -> bytes:
        """All in UTF-8, one behind the other."""
        return self._blob.tobytes()

    def find(self, string: str) -> int | None:
        """The number of a string in a table sorted by UTF-8 bytes; None where it is not there."""
        key = string.encode("utf-8", "replace")
        i = self._place(key)
        return i if i < len(self) and self._bytes(i) == key else None

    def place(self, string: str) -> int:
        """The number of the first string, in a table sorted by UTF-8 bytes, that is not before a string."""
        return self._place(string.encode("utf-8", "replace"))

    def _place(self, key: bytes) -> int:
        first = max(0, bisect_left(self._firsts, key) - 1) * _APART
        begin = int(self._ends[first - 1]) if first else 0
        ends = [0, *(self._ends[first : first + _APART] - begin).tolist()]
        some = self._blob[begin : begin + ends[-1]].tobytes()
        return first + bisect_left(range(len(ends) - 1), key, key=lambda i: some[ends[i] : ends[i + 1]])

    @cached_property
    def _firsts(self) -> list[bytes]:
        return [self._bytes(i) for i in range(0, len(self), _APART)]

    def _bytes(self, i: int) -> bytes:
        return bytes(self._blob[int(self._ends[i - 1]) if i else 0 : int(self._ends[i])])


__all__ = ["ArrayFile", "Rows", "Strings", "write_array"]
