"""The index: passages and sentences of a corpus, their vectors and terms, built, updated, saved and opened."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.encoding.encoders import Encoder, Model
from rag.errors import IndexCorrupt
from rag.indexing import store
from rag.indexing.dense import DenseIndex, map_dense, open_dense
from rag.indexing.lexical import LexicalIndex
from rag.indexing.lexicon import Lexicon
from rag.indexing.quantised import QuantisedIndex
from rag.indexing.suffixes import SuffixArray
from rag.indexing.utterances import Utterances
from rag.types import Metadata, Passage, Sentence

PASSAGE = np.dtype(
    [
        ("article", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("text", "<i8"),
        ("bytes", "<i4"),
        ("sentence", "<i4"),
        ("sentences", "<i4"),
    ]
)
SENTENCE = np.dtype([("start", "<i4"), ("end", "<i4"), ("from", "<i4"), ("to", "<i4")])


@dataclass(frozen=True, slots=True)
class Settings:
    """What besides the model decides what an index holds."""

    passage_size: int = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """An indexed article: where it is, what it says of itself, and its rows.

    `source` and `kind` tell how it was found, `passages` and `raw` are half-open ranges of passage numbers and of bytes of
    the raw text kept with the index. Articles of the same content have the same passages, which belong to the first of them.
    """

    id: str
    path: str
    source: str
    kind: str
    sha256: str
    encoding: str
    format: str
    metadata: Metadata
    passages: tuple[int, int]
    raw: tuple[int, int]

    @property
    def content(self) -> tuple[str, str]:
        """What two articles have in common that are one file under two names: digest and format."""
        return self.sha256, self.format

    def to_json(self) -> dict[str, Any]:
        """A JSON object with one key a field."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}  # `asdict` would copy every value
        return plain | {"metadata": asdict(self.metadata)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Entry:
        """The entry that `to_json` gave."""
        ranges = {name: (plain[name][0], plain[name][1]) for name in ("passages", "raw")}
        return cls(**{**plain, **ranges, "metadata": Metadata(**plain["metadata"])})


class Passages(Sequence[Passage]):
    """The passages of an index by number, read from its files when asked for."""

    def __init__(self, folder: Path, entries: Sequence[Entry], checksums: store.Checksums) -> None:
        self._entries, self._checksums = entries, checksums
        self._folder = folder
        self.rows = store.read_array(folder / "passages.npy", PASSAGE)
        self.sentence_rows = store.read_array(folder / "sentences.npy", SENTENCE)
        self._text = store.read_array(folder / "text.utf8")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Passage:  # type: ignore[override]
        article, start, end, place, size, first, count = self._row(i)
        self._checksums.require_rows("sentences.npy", self.sentence_rows, first, first + count)
        text = self._decoded(place, size)
        rows = self.sentence_rows[first : first + count].tolist()
        sentences = tuple(Sentence(begin, stop, text[low:high]) for begin, stop, low, high in rows)
        return Passage(self._entries[article].id, start, end, text, sentences)

    def text(self, i: int) -> str:
        """The readable text of passage i."""
        _, _, _, place, size, _, _ = self._row(i)
        return self._decoded(place, size)

    def _row(self, i: int) -> tuple[int, int, int, int, int, int, int]:
        self._checksums.require_rows("passages.npy", self.rows, i, i + 1)
        row: tuple[int, int, int, int, int, int, int] = self.rows[i].item()
        return row

    def _decoded(self, start: int, size: int) -> str:
        self._checksums.require("text.utf8", start, start + size)
        return self._text[start : start + size].tobytes().decode()

    def stored(self, first: int, last: int) -> tuple[npt.NDArray[np.void], npt.NDArray[np.void], bytes]:
        """PASSAGE rows of the passages with these numbers, SENTENCE rows of their sentences, and their texts in UTF-8, joined.

        The rows are copies; nothing is checked, which `Index.verify` does.
        """
        rows = self.rows[first:last].copy()
        if not len(rows):
            return rows, np.zeros(0, SENTENCE), b""
        sentence, text = int(rows["sentence"][0]), int(rows["text"][0])
        sentences = self.sentence_rows[sentence : int(rows["sentence"][-1]) + int(rows["sentences"][-1])]
        return rows, sentences, self._text[text : int(rows["text"][-1]) + int(rows["bytes"][-1])].tobytes()

    def sentence_text(self, number: int, passage: int) -> str:
        """The readable text of a sentence, by number in the index, of that passage."""
        row = self.sentence_rows[number]
        return self.text(passage)[int(row["from"]) : int(row["to"])]

    @cached_property
    def of_sentence(self) -> npt.NDArray[np.int32]:
        """int32 (sentences,): the passage that each sentence is in."""
        if int(self.rows["sentences"].sum(dtype=np.int64)) != len(self.sentence_rows) or (self.rows["sentences"] < 0).any():
            raise IndexCorrupt(f"{self._folder / 'passages.npy'}: damaged; rebuild with 'rag index --rebuild PATH'.")
        return np.repeat(np.arange(len(self.rows), dtype=np.int32), self.rows["sentences"])


class Index:
    """An opened index.

    All files are mapped at once, so that opening reads little and a build that replaces the index cannot disturb it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for attempt in range(20):
            try:
                self._open()
            except FileNotFoundError as error:  # replaced between the check and the mapping
                if attempt and self.place.exists():
                    raise IndexCorrupt(f"{error.filename}: missing; rebuild with 'rag index --rebuild PATH'.") from None
            else:
                return
        raise IndexCorrupt(f"{folder}: replaced again and again while it was opened; try again.")

    def _open(self) -> None:
        self.place, self.manifest = store.open_generation(self.folder)
        try:
            self.model = Model(**self.manifest["model"])
            self.settings = Settings(**self.manifest["settings"])
        except (KeyError, TypeError) as error:
            raise IndexCorrupt(f"{self.place / 'manifest.json'}: damaged; rebuild with 'rag index --rebuild PATH'.") from error
        self._checksums = store.Checksums(self.place, self.manifest)
        articles = self.place / "articles.jsonl"
        try:
            self._checksums.require(articles.name, 0, articles.stat().st_size)
            self.entries = [Entry.from_json(json.loads(line)) for line in articles.read_text("utf-8").split("\n") if line]
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            raise IndexCorrupt(f"{articles}: damaged; rebuild with 'rag index --rebuild PATH'.") from error
        self.passages = Passages(self.place, self.entries, self._checksums)
        self.lexical = LexicalIndex.load(self.place)
        self.lexicon = Lexicon.load(self.place)
        self.utterances = Utterances(self.place)
        self.suffixes = SuffixArray.load(self.place)
        self._raw = store.read_array(self.place / "raw.utf8")
        self._vectors = {name: map_dense(self.place, name) for name in ("passages", "sentences")}

    def is_current(self) -> bool:
        """Whether no build has replaced this index since it was opened."""
        try:
            return (self.folder / "CURRENT").read_text("utf-8").strip() == self.place.name
        except (OSError, UnicodeDecodeError):  # gone or damaged: what was opened is still whole
            return True

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        """The entries by article id."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def _same(self) -> dict[tuple[str, str], list[Entry]]:
        found: dict[tuple[str, str], list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.content, []).append(entry)
        return found

    def copies_of(self, entry: Entry) -> list[Entry]:
        """The other articles with the very same file content, by id."""
        return [other for other in self._same[entry.content] if other.id != entry.id]

    @cached_property
    def by_path(self) -> dict[str, int]:
        """The numbers of the articles by path."""
        return {entry.path: number for number, entry in enumerate(self.entries)}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The numbers of the articles by id."""
        return {entry.id: number for number, entry in enumerate(self.entries)}

    @cached_property
    def dense(self) -> DenseIndex | QuantisedIndex:
        """Passage vectors, by passage number."""
        return self._dense("passages")

    @cached_property
    def dense_sentences(self) -> DenseIndex | QuantisedIndex:
        """Sentence vectors, by sentence number."""
        return self._dense("sentences")

    def _dense(self, name: str) -> DenseIndex | QuantisedIndex:
        file = f"{name}.faiss"
        self._checksums.require(file, 0, len(self._vectors[name]["faiss"]))  # FAISS trusts what it reads
        found = open_dense(self.place, name, self._vectors[name])
        if (len(found), found.dimension) != (self.manifest[name], self.model.dimension):
            raise IndexCorrupt(
                f"{self.place / file}: of another size than its manifest says; rebuild with 'rag index --rebuild PATH'."
            )
        return found

    def verify(self) -> None:
        """Check every byte of its files. Raises IndexCorrupt naming the file that is damaged."""
        store.verify(self.place, self.manifest)

    def raw(self, entry: Entry) -> str:
        """The decoded text of an article as it was when it was indexed."""
        return self.raw_bytes(entry).decode()

    def raw_bytes(self, entry: Entry) -> bytes:
        """The same in UTF-8."""
        self._checksums.require("raw.utf8", *entry.raw)
        return bytes(self._raw[entry.raw[0] : entry.raw[1]])

    def article_of(self, passage: int) -> Entry:
        """The entry of the article that a passage is from."""
        return self.entries[int(self.passages.rows[passage]["article"])]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a build did, in articles."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    dropped: int = 0
    skipped: int = 0


def open_index(folder: str | os.PathLike[str], encoder: Encoder | None = None) -> Index:
    """Open an index and, where an encoder is given, check that it is the one that made it.

    Raises IndexMissing, IndexCorrupt or IndexMismatch, each with a sentence that says what to do.
    """
    index = Index(Path(folder))
    if encoder is not None:
        index.model.require(encoder.model)
    return index


__all__ = ["Counts", "Entry", "Index", "Passages", "Settings", "open_index"]
