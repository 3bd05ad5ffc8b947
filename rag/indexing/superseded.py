"""The older texts of articles that changed, or were dropped, when they were indexed again, so that a citation with a digest
still opens what it quoted.

They are kept beside the generations of an index, each in a file of its own, compressed and named by its digest: a text that
is damaged is none. Beside those of a dropped article lies what was known of it, its entry, which the index has no more. No build reads them, so what an index holds depends on the articles alone; who wants them gone deletes
the folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from rag.articles.corpus import read_bytes
from rag.errors import ArticleError

FOLDER = "superseded"
MAX_TEXT = 8 * 1024 * 1024
"""Bytes of UTF-8 that a text may have to be kept."""
MAX_BYTES = 256 * 1024 * 1024
"""Bytes that all of them together may have, compressed; of more, those kept longest ago go."""
_FOLDER_NAME, _TEXT_NAME = re.compile("[0-9a-f]{16}"), re.compile("[0-9a-f]{64}")
_ENTRY = "entry.json"
_MOST_ENTRY = 1024 * 1024  # bytes
_MOST = 200  # texts of an article that are looked into


def keep_text(index: Path, article: str, text: bytes) -> None:
    """Keep a text (UTF-8) that an article of that id had. Only for the holder of the index's lock. Raises OSError.

    Through a link, which may lead anywhere, nothing is kept.
    """
    folder = _folder(index, article)
    path = folder / hashlib.sha256(text).hexdigest()
    if not text or len(text) > MAX_TEXT or path.exists() or folder.is_symlink() or folder.parent.is_symlink():
        return
    _write(index, path, zlib.compress(text, 9))


def keep_entry(index: Path, article: str, entry: bytes) -> None:
    """Keep the entry (JSON) of a dropped article beside its texts, if there are any. Only for the holder of the index's lock. Raises OSError."""
    folder = _folder(index, article)
    if len(entry) <= _MOST_ENTRY and any(_texts(index, folder.name)):
        _write(index, folder / _ENTRY, entry)


def dropped_entry(index: Path, article: str) -> bytes | None:
    """The entry (JSON) kept of a dropped article of that id; None where there is none, or none that can be read."""
    path = _folder(index, article) / _ENTRY
    if path.is_symlink() or path.parent.is_symlink() or path.parent.parent.is_symlink():
        return None
    try:
        return read_bytes(path) if path.stat().st_size <= _MOST_ENTRY else None
    except (ArticleError, OSError):
        return None


def _write(index: Path, path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under a name that the next build sweeps away, should this one die.
    descriptor, temporary = tempfile.mkstemp(prefix=".building-", dir=index)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)  # for whoever may read the index
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def older_texts(index: Path, article: str) -> Iterator[str]:
    """The texts kept of an article of that id, last kept first; those that are damaged, or cannot be read, are left out."""
    for path in _by_age(_texts(index, _folder(index, article).name))[::-1][:_MOST]:
        try:
            decompressing = zlib.decompressobj()
            text = decompressing.decompress(read_bytes(path), MAX_TEXT)
            if hashlib.sha256(text).hexdigest() == path.name:
                yield text.decode()
        except (ArticleError, zlib.error, ValueError):
            continue


def count_texts(index: Path) -> int:
    """How many texts are kept."""
    return sum(1 for _ in _texts(index))


def _folder(index: Path, article: str) -> Path:
    """The folder of an article's texts; ids may hold what no file name can."""
    return index / FOLDER / hashlib.sha256(article.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _texts(index: Path, folder: str = "*") -> Iterator[Path]:
    """The files that texts are kept in, all or those of one folder; links, and whatever else lies there, are none of them."""
    if not (index / FOLDER).is_symlink():
        for path in (index / FOLDER).glob(f"{folder}/*"):
            named = _FOLDER_NAME.fullmatch(path.parent.name) and _TEXT_NAME.fullmatch(path.name)
            if named and not path.is_symlink() and not path.parent.is_symlink():
                yield path


def _by_age(paths: Iterator[Path]) -> list[Path]:
    dated = []
    for path in paths:
        with suppress(OSError):  # pruned meanwhile
            dated.append((path.stat().st_mtime_ns, path.name, path))
    return [path for *_, path in sorted(dated)]


def prune_texts(index: Path) -> None:
    """Remove those kept longest ago until all together are within bounds. Only for the holder of the index's lock."""
    paths = _by_age(_texts(index))
    total = sum(path.stat().st_size for path in paths)
    for path in paths:
        if total <= MAX_BYTES:
            return
        total -= path.stat().st_size
        path.unlink(missing_ok=True)
        if not any(_texts(index, path.parent.name)):
            (path.parent / _ENTRY).unlink(missing_ok=True)


__all__ = [
    "FOLDER",
    "MAX_BYTES",
    "MAX_TEXT",
    "count_texts",
    "dropped_entry",
    "keep_entry",
    "keep_text",
    "older_texts",
    "prune_texts",
]
