"""The index: passages and sentences of a corpus, their vectors and terms, built, updated, saved and opened."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag import store
from rag.bridges import Lexicon
from rag.dense import DenseIndex, map_dense, open_dense
from rag.encoders import Encoder, Model
from rag.lexical import LexicalIndex
from rag.quantised import QuantisedIndex
from rag.suffixes import SuffixArray
from rag.types import Metadata, Passage, Sentence
from rag.utterances import Utterances

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
    the raw text kept with the index.
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

    def to_json(self) -> dict[str, Any]:
        """A JSON object with one key a field."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Entry:
        """The entry that `to_json` gave."""
        ranges = {name: (fields[name][0], fields[name][1]) for name in ("passages", "raw")}
        return cls(**{**fields, **ranges, "metadata": Metadata(**fields["metadata"])})


class Passages(Sequence[Passage]):
    """The passages of an index by number, read from its files when asked for."""

    def __init__(self, folder: Path, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self.rows = store.read_array(folder / "passages.npy")
        self.sentence_rows = store.read_array(folder / "sentences.npy")
        self._text = store.read_array(folder / "text.utf8")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Passage:  # type: ignore[override]
        row = self.rows[i]
        text = self.text(i)
        sentences = self.sentence_rows[int(row["sentence"]) : int(row["sentence"]) + int(row["sentences"])]
        return Passage(
            self._entries[int(row["article"])].id,
            int(row["start"]),
            int(row["end"]),
            text,
            tuple(Sentence(int(s["start"]), int(s["end"]), text[int(s["from"]) : int(s["to"])]) for s in sentences),
        )

    def text(self, i: int) -> str:
        """The readable text of passage i."""
        start = int(self.rows[i]["text"])
        return bytes(self._text[start : start + int(self.rows[i]["bytes"])]).decode()

    def sentence_text(self, number: int, passage: int) -> str:
        """The readable text of a sentence, by number in the index, of that passage."""
        row = self.sentence_rows[number]
        return self.text(passage)[int(row["from"]) : int(row["to"])]

    @cached_property
    def of_sentence(self) -> npt.NDArray[np.int32]:
        """int32 (sentences,): the passage that each sentence is in."""
        return np.repeat(np.arange(len(self.rows), dtype=np.int32), self.rows["sentences"])


class Index:
    """An opened index.

    All files are mapped at once, so that opening reads little and a build that replaces the index cannot disturb it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self._open()
        except FileNotFoundError:  # replaced between the check and the mapping
            self._open()

    def _open(self) -> None:
        self.place, self.manifest = store.open_generation(self.folder)
        self.model = Model(**self.manifest["model"])
        self.settings = Settings(**self.manifest["settings"])
        lines = (self.place / "articles.jsonl").read_text("utf-8").split("\n")
        self.entries = [Entry.from_json(json.loads(line)) for line in lines if line]
        self.passages = Passages(self.place, self.entries)
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
        return open_dense(self.place, name, self._vectors[name])

    def raw(self, entry: Entry) -> str:
        """The decoded text of an article as it was when it was indexed."""
        return bytes(self._raw[entry.raw[0] : entry.raw[1]]).decode()

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
