"""How an index stands against the files it was made from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from rag.corpus import Source, read_bytes, scan
from rag.errors import ArticleError, InputError
from rag.index import Index
from rag.store import encode_json


def inspect(index: Index) -> dict[str, Any]:
    """Facts about an index: model, sizes, and the article files that changed, went missing or are new since.

    Reads every file, the index's own as well. Raises IndexCorrupt for one of those that is damaged.
    """
    if index.place.exists():  # else replaced since it was opened
        index.verify()
    changed, missing = [], []
    for entry in index.entries:
        try:
            if hashlib.sha256(read_bytes(Path(entry.path))).hexdigest() != entry.sha256:
                changed.append(entry.id)
        except ArticleError:
            missing.append(entry.id)
    sources = sorted({Source(entry.source, entry.kind) for entry in index.entries})
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
        "new": _new(index, sources),
    }


def _new(index: Index, sources: list[Source]) -> list[str]:
    known = {entry.path for entry in index.entries}
    try:
        found = scan([s for s in sources if s.kind != "file" and (s.kind == "glob" or Path(s.path).is_dir())])
    except InputError:
        return []
    return [str(f.path) for f in found if str(f.path) not in known]


__all__ = ["inspect"]
