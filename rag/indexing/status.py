"""How an index stands against the files it was made from."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.articles.corpus import Skipped, Source, read_text, scan
from rag.errors import ArticleError, InputError
from rag.indexing.index import Index
from rag.indexing.store import encode_json
from rag.indexing.superseded import count_texts


def inspect(index: Index) -> dict[str, Any]:
    """Facts about an index: model, sizes, and the article files that changed, went missing or are new since.

    Files that 'rag index' would pass over are none of these but `skipped`, each with the reason; of one that was indexed
    before it became so, the index keeps what it has. Reads every file, the index's own as well. Raises IndexCorrupt for one
    of those that is damaged.
    """
    if index.place.exists():  # else replaced since it was opened
        index.verify()
    changed, missing, skipped = [], [], []
    for entry in index.entries:
        path = Path(entry.path)
        try:
            if hashlib.sha256(read_text(path)[0]).hexdigest() != entry.sha256:
                changed.append(entry.id)
        except ArticleError as error:
            if path.is_file():
                skipped.append(Skipped(entry.path, str(error)))
            else:
                missing.append(entry.id)
    sources = sorted({Source(entry.source, entry.kind) for entry in index.entries})
    new, unreadable = _new(index, sources)
    return {
        "index": str(index.folder),
        "model": index.model.name,
        "dimension": index.model.dimension,
        "passage_size": index.settings.passage_size,
        "articles": len(index.entries),
        "passages": len(index.passages),
        "sentences": len(index.passages.sentence_rows),
        "bytes": sum(entry["bytes"] for entry in index.manifest["files"].values()) + len(encode_json(index.manifest, indent=1)),
        "sources": [source.path for source in sources],
        "changed": changed,
        "missing": missing,
        "new": new,
        "superseded": count_texts(index.folder),
        "skipped": [asdict(file) for file in sorted([*skipped, *unreadable], key=lambda file: file.path)],
    }


def _new(index: Index, sources: list[Source]) -> tuple[list[str], list[Skipped]]:
    """The files of the sources that are not indexed: those that can be read, and those that cannot."""
    known = {entry.path for entry in index.entries}
    try:
        found = scan([s for s in sources if s.kind != "file" and (s.kind == "glob" or Path(s.path).is_dir())])
    except InputError:
        return [], []
    new, skipped = [], []
    for path in (f.path for f in found if str(f.path) not in known):
        try:
            read_text(path)
            new.append(str(path))
        except ArticleError as error:
            skipped.append(Skipped(str(path), str(error)))
    return new, skipped


__all__ = ["inspect"]
