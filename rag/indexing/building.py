"""Build and update an index from sources of articles."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.articles.columns import find_columns
from rag.articles.corpus import Found, Skipped, Source, identify, load, read, read_bytes, scan, sources_of
from rag.articles.passages import split
from rag.attribution.attributing import attribute
from rag.encoding.encoders import Encoder, Vectors
from rag.errors import ArticleError, IndexCorrupt, IndexMismatch, InputError, RagError
from rag.indexing import store
from rag.indexing.blobs import ArrayFile
from rag.indexing.dense import DenseWriter
from rag.indexing.index import PASSAGE, SENTENCE, Counts, Entry, Index, Settings
from rag.indexing.lexical import LexicalIndex, LexicalWriter
from rag.indexing.lexicon import Lexicon
from rag.indexing.suffixes import SuffixWriter
from rag.indexing.superseded import keep_entry, keep_text, prune_texts
from rag.indexing.utterances import UtteranceWriter
from rag.text.folding import has_han
from rag.text.letters import Letters, letters_of
from rag.text.terms import terms
from rag.text.words import content_words
from rag.types import Attribution, Passage

Progress = Callable[[int, int, str], None]
"""Called with articles done, articles in all and the id at hand."""


@dataclass(frozen=True, slots=True)
class Built:
    """A finished build: its counts, its passages in all, the files that could not be read, and the warnings about those that
    could, a sentence each."""

    counts: Counts
    articles: int
    passages: int
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """All that the index is to hold of one article.

    What was read has passages and their vectors, followed by those of their sentences. What is taken over has neither, but
    the number that it has in the old index; `kept` is the range of its passages there.
    """

    entry: Entry
    raw: bytes
    letters: Letters
    attribution: Attribution
    passages: Sequence[Passage] = ()
    vectors: Vectors | None = None
    number: int | None = None
    kept: range = range(0)

    @property
    def count(self) -> int:
        """How many passages it has."""
        return len(self.passages) or len(self.kept)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to become of an article: read from its file, or else taken over from the old index."""

    id: str
    found: Found | None
    old: Entry | None


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
        plans, skipped, unchanged = _plan(*_survey(sources, old), old, progress)
        if unchanged and old is not None and not skipped:
            return Built(Counts(unchanged=len(plans)), len(plans), len(old.passages), ())
        work = _Work(folder, old, encoder, settings, skipped)
        store.write_generation(folder, lambda place: _write(place, work.parts(plans, progress), work))
        prune_texts(folder)
        return Built(work.counts, work.articles, work.passages, tuple(work.skipped), tuple(work.warnings))


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


def _plan(
    wanted: Sequence[Found], kept: Sequence[Entry], old: Index | None, progress: Progress
) -> tuple[list[_Plan], list[Skipped], bool]:
    """What is to become of each article, by id; what cannot be read; and whether the index is to stay as it is."""
    before = {entry.path: entry for entry in old.entries} if old else {}
    plans = [_Plan(entry.id, None, entry) for entry in kept]
    skipped: list[Skipped] = []
    for found in wanted:
        previous = before.get(str(found.path))
        if previous is None:
            plans.append(_Plan(found.id, found, None))
            continue
        try:
            if hashlib.sha256(read_bytes(found.path)).hexdigest() == previous.sha256:
                same = replace(previous, id=found.id, source=found.source.path, kind=found.source.kind)
                plans.append(_Plan(found.id, None, same))
            else:
                plans.append(_Plan(found.id, found, previous))
        except ArticleError as error:
            skipped.append(Skipped(str(found.path), str(error)))
            plans.append(_Plan(found.id, None, replace(previous, id=found.id)))
    plans.sort(key=lambda plan: plan.id)
    unchanged = old is not None and all(plan.found is None for plan in plans) and [plan.old for plan in plans] == old.entries
    return plans, skipped, unchanged


class _Work:
    """A build under way: articles come out one after the other, so that no more than one is in memory, and are counted."""

    def __init__(self, folder: Path, old: Index | None, encoder: Encoder, settings: Settings, skipped: Sequence[Skipped]) -> None:
        self.folder, self.before = folder, old or _readable(folder)
        self.old, self.encoder, self.settings = old, encoder, settings
        self.skipped = list(skipped)
        self.warnings: list[str] = []
        self.counts = Counts()
        self.articles = self.passages = 0
        self.paths: set[str] = set()
        self.seen: set[tuple[str, str]] = set()  # contents

    def parts(self, plans: Sequence[_Plan], progress: Progress) -> Iterator[_Part]:
        """The articles in order of their ids. Raises InputError at the end where there was none, or nothing in them."""
        tally = dict.fromkeys(("added", "changed", "unchanged"), 0)
        new = [plan for plan in plans if plan.found is not None]
        done, path = 0, ""
        for plan in plans:
            if plan.found is not None:
                progress(done, len(new), plan.id)
                done += 1
            part = self._part(plan, tally)
            if part is not None:
                if part.entry.content in self.seen:  # the same file under another name: its passages are held already
                    part = replace(part, passages=(), kept=range(0))
                self.seen.add(part.entry.content)
                self.paths.add(part.entry.path)
                self.articles += 1
                self.passages += part.count
                path = path or part.entry.path
                yield part
        progress(len(new), len(new), "")
        dropped = len(self.old.entries) - tally["changed"] - tally["unchanged"] if self.old else 0
        self.counts = Counts(**tally, dropped=dropped, skipped=len(self.skipped))
        if not self.articles:
            reasons = "; ".join(s.reason for s in self.skipped[:3])
            raise InputError(f"no article could be read: {reasons}" if reasons else "no articles to index.")
        if not self.passages:
            if self.warnings:
                raise InputError(self.warnings[0])
            raise InputError(f"{path}: nothing but page furniture in it, and no other article to index.")
        self._keep_dropped()

    def _part(self, plan: _Plan, tally: dict[str, int]) -> _Part | None:
        if plan.found is not None:
            try:
                part = _read_part(plan.found, self.encoder, self.settings, self.seen)
                self._keep_superseded(part)
                self._warn(part)
                tally["changed" if plan.old else "added"] += 1
                return part
            except ArticleError as error:
                self.skipped.append(Skipped(str(plan.found.path), str(error)))
        if plan.old is None or self.old is None:
            return None
        tally["unchanged"] += 1
        return _reuse(self.old, replace(plan.old, id=plan.id))

    def _warn(self, part: _Part) -> None:
        if part.entry.format == "text" and find_columns(part.raw.decode()):
            self.warnings.append(
                f"{part.entry.path}: columns that stand side by side in it are left out of answers, since they cannot be read one "
                f"after the other; make the text again with 'pdftotext' without '-layout'."
            )

    def _keep_superseded(self, part: _Part) -> None:
        """Keep the text that a changed article had, for the citations that quote it."""
        number = self.before.by_path.get(part.entry.path) if self.before else None
        if self.before is None or number is None:
            return
        entry = self.before.entries[number]
        with suppress(IndexCorrupt):  # an index that is rebuilt may be damaged
            text = self.before.raw_bytes(entry)
            if text != part.raw:
                keep_text(self.folder, entry.id, text)

    def _keep_dropped(self) -> None:
        """Keep the texts and entries of the articles that the index had and has no more."""
        for entry in self.before.entries if self.before else ():
            if self.before is not None and entry.path not in self.paths:
                with suppress(IndexCorrupt):
                    keep_text(self.folder, entry.id, self.before.raw_bytes(entry))
                    keep_entry(self.folder, entry.id, store.encode_json(entry.to_json()))


def _readable(folder: Path) -> Index | None:
    """The index that is rebuilt; None where there is none, or none that can be opened."""
    try:
        return Index(folder) if store.exists(folder) else None
    except (RagError, OSError, ValueError):
        return None


def _read_part(found: Found, encoder: Encoder, settings: Settings, seen: Set[tuple[str, str]]) -> _Part:
    """All of an article; without passages where the same content was seen before."""
    article = load(found)
    cleaned, _, _ = read(article.raw, article.format)
    passages = [] if (article.sha256, article.format) in seen else split(article, cleaned, settings.passage_size)
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
    return _Part(entry, article.raw.encode(), letters_of(cleaned), attribute(article, cleaned), passages, vectors)


def _reuse(old: Index, entry: Entry) -> _Part:
    number = old.by_path[entry.path]
    raw, letters, attribution = old.raw_bytes(entry), old.suffixes.article(number), old.utterances.of_article(number)
    return _Part(entry, raw, letters, attribution, number=number, kept=range(*entry.passages))


def _write(place: Path, parts: Iterable[_Part], work: _Work) -> dict[str, Any]:  # noqa: PLR0915 - one pass over the parts
    """Write an index of the parts, as they come."""
    old = work.old
    rows = {"passages": ArrayFile(place / "passages.npy", PASSAGE), "sentences": ArrayFile(place / "sentences.npy", SENTENCE)}
    dimension = work.encoder.model.dimension
    vectors = {
        "passages": DenseWriter(place, "passages", dimension, old.dense if old else None),
        "sentences": DenseWriter(place, "sentences", dimension, old.dense_sentences if old else None),
    }
    lexical = LexicalWriter(place)
    counts = Counter[str](old.lexicon.counts() if old else ())
    gone = {entry.passages for entry in old.entries} if old else set()
    articles: list[dict[str, str]] = []
    suffixes = SuffixWriter(place, old.suffixes if old else None)
    utterances = UtteranceWriter(place)
    held: dict[tuple[str, str], tuple[int, int]] = {}
    text_length = raw_length = 0
    with ExitStack() as files:
        lines, texts, raws = (files.enter_context((place / n).open("wb")) for n in ("articles.jsonl", "text.utf8", "raw.utf8"))
        for number, part in enumerate(parts):
            first = len(rows["passages"])
            if part.entry.content in held:  # a copy: it has the passages of the first
                pass
            elif part.vectors is not None:
                vectors["passages"].add(part.vectors[: part.count])
                vectors["sentences"].add(part.vectors[part.count :])
                for passage in part.passages:
                    encoded = passage.text.encode()
                    row = (number, passage.start, passage.end, text_length, len(encoded))
                    sentences = np.array(_locate(passage), SENTENCE)
                    rows["passages"].append(np.array([(*row, len(rows["sentences"]), len(sentences))], PASSAGE))
                    rows["sentences"].append(sentences)
                    text_length += texts.write(encoded)
                    lexical.add(terms(passage.text))
                    counts.update(content_words(passage.text))
            elif old is not None and part.kept:
                start, end = part.kept.start, part.kept.stop
                stored, sentences, text = old.passages.stored(start, end)
                sentence = int(stored["sentence"][0])
                stored["article"] = number
                stored["text"] += text_length - stored["text"][0]
                stored["sentence"] += len(rows["sentences"]) - sentence
                rows["passages"].append(stored)
                rows["sentences"].append(sentences)
                text_length += texts.write(text)
                vectors["passages"].keep(start, end)
                vectors["sentences"].keep(sentence, sentence + len(sentences))
                lexical.keep(old.lexical, start, end)
                gone.discard(part.entry.passages)
            place_ = held.setdefault(part.entry.content, (first, first + part.count))
            entry = replace(part.entry, passages=place_, raw=(raw_length, raw_length + len(part.raw)))
            raws.write(part.raw)
            raw_length += len(part.raw)
            lines.write(store.encode_json(entry.to_json()) + b"\n")
            suffixes.add(part.letters, part.number)
            utterances.add(part.attribution)
            articles.append({"id": entry.id, "path": entry.path, "sha256": entry.sha256})
    for table in rows.values():
        table.close()
    for writer in vectors.values():
        writer.close()
    lexical.close()
    utterances.close()
    suffixes.close()
    for start, end in gone:
        for number in range(start, end):
            assert old is not None
            counts.subtract(content_words(old.passages.text(number)))
    characters = {c for c in LexicalIndex.load(place).characters() if has_han(c)}
    standing = {word: count for word, count in counts.items() if count > 0}
    Lexicon.build(standing, characters, work.encoder, old.lexicon if old else None).save(place)
    return {
        "model": work.encoder.model.to_json(),
        "settings": asdict(work.settings),
        "articles": articles,
        "passages": len(rows["passages"]),
        "sentences": len(rows["sentences"]),
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
