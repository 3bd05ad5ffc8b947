"""Build and update an index from sources of articles."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag import store
from rag.bridges import Lexicon
from rag.corpus import FORMATS, Found, Skipped, Source, identify, load, read, read_bytes, scan, sources_of
from rag.dense import DenseIndex
from rag.encoders import Encoder, Vectors
from rag.errors import ArticleError, IndexMismatch, InputError
from rag.index import PASSAGE, SENTENCE, Counts, Entry, Index, Settings
from rag.lexical import LexicalIndex
from rag.passages import split
from rag.terms import terms
from rag.types import Passage

_NONE = np.zeros((0, 0), np.float32)

Progress = Callable[[int, int, str], None]
"""Called with articles done, articles in all and the id at hand."""


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build: its counts, its passages in all, and the files that could not be read."""

    counts: Counts
    articles: int
    passages: int
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """All that the index holds of one article."""

    entry: Entry
    raw: bytes
    passages: Sequence[Passage]
    passage_vectors: Vectors
    sentence_vectors: Vectors


def build(
    folder: Path,
    sources: Sequence[Source],
    encoder: Encoder,
    settings: Settings | None = None,
    *,
    rebuild: bool = False,
    progress: Progress = lambda done, total, name: None,
) -> Built:
    """Bring the index in `folder` up to date with the sources, and with those it already has.

    Only new and changed articles are encoded. An article is dropped when a scan of the folder or glob it came from no
    longer finds it; a source that cannot be scanned now keeps its articles. A changed file that cannot be read keeps the
    indexed version. `rebuild` starts from nothing. Without `settings` those of the index count, else the defaults. Raises
    InputError where no article can be read, IndexMismatch when the index was made with another model or settings.
    """
    with store.writing(folder):
        old = None if rebuild or not store.exists(folder) else Index(folder)
        if old is not None:
            old.verify()  # damage must not be taken over
            old.model.require(encoder.model)
            _require_settings(old.settings, settings)
        settings = settings or (old.settings if old else Settings())
        wanted, kept = _survey(sources, old)
        parts, counts, skipped = _gather(wanted, kept, old, encoder, settings, progress)
        if not parts:
            reasons = "; ".join(s.reason for s in skipped[:3])
            raise InputError(f"no article could be read: {reasons}" if reasons else "no articles to index.")
        if old is not None and not (counts.added or counts.changed or counts.dropped) and [p.entry for p in parts] == old.entries:
            return Built(counts, len(parts), len(old.passages), tuple(skipped))
        passages = sum(len(part.passages) for part in parts)
        if not passages:
            raise InputError(f"{parts[0].entry.path}: nothing but page furniture in it, and no other article to index.")
        store.write_generation(folder, lambda place: _write(place, parts, encoder, settings, old))
        return Built(counts, len(parts), passages, tuple(skipped))


def build_from(
    folder: str | os.PathLike[str],
    paths: Sequence[str | os.PathLike[str]],
    encoder: Encoder,
    settings: Settings | None = None,
    *,
    rebuild: bool = False,
) -> Built:
    """`build`, with the sources given as files, folders and globs."""
    return build(Path(folder), sources_of(paths), encoder, settings, rebuild=rebuild)


def indexed_sources(folder: Path) -> list[Source]:
    """The sources of the index in `folder`, as far as they can be told even where it is damaged; else none."""
    try:
        place = folder / (folder / "CURRENT").read_text("utf-8").strip()
        lines = (place / "articles.jsonl").read_text("utf-8").split("\n")
        entries = [json.loads(line) for line in lines if line]
        return sorted({Source(entry["source"], entry["kind"]) for entry in entries})
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _require_settings(old: Settings, new: Settings | None) -> None:
    if new is not None and new != old:
        raise IndexMismatch(
            f"the index holds passages of at most {old.passage_size} characters, not {new.passage_size}; "
            f"to change that rebuild it with 'rag index --rebuild --passage-size {new.passage_size}'."
        )


def _survey(sources: Sequence[Source], old: Index | None) -> tuple[list[Found], list[Entry]]:
    """The files to index, and entries to keep as they are because their source was not, or could not be, scanned."""
    known = {Source(e.source, e.kind) for e in old.entries} if old else set()
    # Without sources named, all known ones are scanned again.
    scanned = set(sources) or {s for s in known if s.kind == "glob" or Path(s.path).exists()}
    found = scan(sorted(scanned)) if scanned else []
    paths = {str(f.path) for f in found}
    entries = old.entries if old else []
    # A file of an indexed folder that is named alone stays one of that folder.
    before = {e.path: Source(e.source, e.kind) for e in entries if e.kind != "file"}
    found = [replace(f, source=before.get(str(f.path), f.source)) if f.source.kind == "file" else f for f in found]
    kept = [e for e in entries if e.path not in paths and Source(e.source, e.kind) not in scanned]
    ids = identify([(f.path, f.source) for f in found] + [(Path(e.path), Source(e.source, e.kind)) for e in kept])
    return (
        sorted((replace(f, id=ids[f.path]) for f in found), key=lambda f: f.id),
        [replace(e, id=ids[Path(e.path)]) for e in kept],
    )


def _gather(
    wanted: Sequence[Found], kept: Sequence[Entry], old: Index | None, encoder: Encoder, settings: Settings, progress: Progress
) -> tuple[list[_Part], Counts, list[Skipped]]:
    before = {entry.path: entry for entry in old.entries} if old else {}
    parts: list[_Part] = []
    skipped: list[Skipped] = []
    tally = dict.fromkeys(("added", "changed", "unchanged"), 0)
    read_before: dict[tuple[str, str], _Part] = {}
    for entry in kept:
        assert old is not None
        parts.append(_reuse(old, entry))
        tally["unchanged"] += 1
    for done, found in enumerate(wanted):
        progress(done, len(wanted), found.id)
        previous = before.get(str(found.path))
        try:
            sha256 = hashlib.sha256(read_bytes(found.path)).hexdigest()
            same = previous is not None and sha256 == previous.sha256
            if old is not None and previous is not None and same:
                parts.append(_reuse(old, replace(previous, id=found.id, source=found.source.path, kind=found.source.kind)))
                tally["unchanged"] += 1
                continue
            twin = read_before.get((sha256, FORMATS[found.path.suffix.lower()]))
            part = _read_part(found, encoder, settings) if twin is None else _as(twin, found)
            read_before.setdefault(part.entry.content, part)
            parts.append(part)
            tally["added" if previous is None else "changed"] += 1
        except ArticleError as error:
            skipped.append(Skipped(str(found.path), str(error)))
            if old is not None and previous is not None:
                parts.append(_reuse(old, replace(previous, id=found.id)))
                tally["unchanged"] += 1
    progress(len(wanted), len(wanted), "")
    held = {part.entry.path for part in parts}
    dropped = sum(path not in held for path in before)
    parts.sort(key=lambda part: part.entry.id)
    held_once: set[tuple[str, str]] = set()
    for i, part in enumerate(parts):
        if part.entry.content in held_once:  # the same file under another name: what it holds is held already
            parts[i] = replace(part, raw=b"", passages=(), passage_vectors=_NONE, sentence_vectors=_NONE)
        held_once.add(part.entry.content)
    return parts, Counts(**tally, dropped=dropped, skipped=len(skipped)), skipped


def _read_part(found: Found, encoder: Encoder, settings: Settings) -> _Part:
    article = load(found)
    cleaned, _, _ = read(article.raw, article.format)
    passages = split(article, cleaned, settings.passage_size)
    # One call an article: what it is encoded to cannot depend on its neighbours.
    sentences = [sentence.text for passage in passages for sentence in passage.sentences]
    vectors = encoder.encode_passages([passage.text for passage in passages] + sentences)
    entry = Entry(
        id=article.id,
        path=article.path,
        source=found.source.path,
        kind=found.source.kind,
        sha256=article.sha256,
        encoding=article.encoding,
        format=article.format,
        metadata=article.metadata,
        passages=(0, 0),
        raw=(0, 0),
    )
    return _Part(entry, article.raw.encode(), passages, vectors[: len(passages)], vectors[len(passages) :])


def _as(twin: _Part, found: Found) -> _Part:
    """The part of a file with the same bytes and format as one that was read before."""
    source = found.source
    return replace(twin, entry=replace(twin.entry, id=found.id, path=str(found.path), source=source.path, kind=source.kind))


def _reuse(old: Index, entry: Entry) -> _Part:
    first, last = entry.passages
    passages = [replace(old.passages[i], article=entry.id) for i in range(first, last)]
    start = int(old.passages.rows[first]["sentence"]) if last > first else 0
    count = sum(len(passage.sentences) for passage in passages)
    return _Part(
        entry,
        old.raw(entry).encode(),
        passages,
        old.dense.vectors(np.arange(first, last)),
        old.dense_sentences.vectors(np.arange(start, start + count)),
    )


def _write(place: Path, parts: Sequence[_Part], encoder: Encoder, settings: Settings, old: Index | None) -> dict[str, Any]:
    passage_rows: list[tuple[int, ...]] = []
    sentence_rows: list[tuple[int, ...]] = []
    texts: list[bytes] = []
    raws: list[bytes] = []
    lines: list[bytes] = []
    text_length = raw_length = 0
    held: dict[tuple[str, str], Entry] = {}
    for number, part in enumerate(parts):
        first = len(passage_rows)
        for passage in part.passages:
            encoded = passage.text.encode()
            row = (number, passage.start, passage.end, text_length, len(encoded), len(sentence_rows), len(passage.sentences))
            passage_rows.append(row)
            sentence_rows += _locate(passage)
            texts.append(encoded)
            text_length += len(encoded)
        entry = replace(part.entry, passages=(first, len(passage_rows)), raw=(raw_length, raw_length + len(part.raw)))
        twin = held.setdefault(entry.content, entry)
        entry = replace(entry, passages=twin.passages, raw=twin.raw)
        raws.append(part.raw)
        raw_length += len(part.raw)
        lines.append(store.encode_json(entry.to_json()) + b"\n")
    (place / "articles.jsonl").write_bytes(b"".join(lines))
    (place / "text.utf8").write_bytes(b"".join(texts))
    (place / "raw.utf8").write_bytes(b"".join(raws))
    np.save(place / "passages.npy", np.array(passage_rows, PASSAGE))
    np.save(place / "sentences.npy", np.array(sentence_rows, SENTENCE))
    dimension = encoder.model.dimension
    for name in ("passages", "sentences"):
        rows = [part.passage_vectors if name == "passages" else part.sentence_vectors for part in parts]
        DenseIndex.from_vectors(np.concatenate([np.zeros((0, dimension), np.float32), *(r for r in rows if len(r))])).save(
            place / f"{name}.faiss"
        )
    LexicalIndex.from_terms(terms(passage.text) for part in parts for passage in part.passages).save(place)
    readable = [passage.text for part in parts for passage in part.passages]
    Lexicon.build(readable, encoder, old.lexicon if old else None).save(place)
    return {
        "model": encoder.model.to_json(),
        "settings": asdict(settings),
        "articles": [{"id": p.entry.id, "path": p.entry.path, "sha256": p.entry.sha256} for p in parts],
        "passages": len(passage_rows),
        "sentences": len(sentence_rows),
    }


def _locate(passage: Passage) -> list[tuple[int, int, int, int]]:
    """Rows of the passage's sentences: raw range, and range within the passage's readable text."""
    rows = []
    position = 0
    for sentence in passage.sentences:
        position = passage.text.index(sentence.text, position)
        rows.append((sentence.start, sentence.end, position, position + len(sentence.text)))
        position += len(sentence.text)
    return rows


__all__ = ["Built", "Progress", "build", "build_from", "indexed_sources"]
