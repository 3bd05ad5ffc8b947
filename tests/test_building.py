"""Building and updating an index: what is kept, what is dropped, and that the same articles give the same bytes."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import CLOCK, HARBOUR, ORCHARD, ROOT, Outcome, files_of

from rag.articles.corpus import Source, sources_of
from rag.encoding.encoders import Encoder, Vectors
from rag.errors import IndexMismatch, InputError
from rag.indexing import superseded
from rag.indexing.building import Built, build, indexed_sources
from rag.indexing.index import Counts, Index, Settings, open_index


class Counting:
    """The encoder it is given, and the texts that it was asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self.model = encoder.model
        self.texts: list[str] = []
        self._encoder = encoder

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._encoder.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(texts)


def update(index: Path, encoder: Encoder, *paths: Path | str, **options: bool) -> Built:
    return build(index, sources_of(paths), encoder, **options)


def ids(index: Path) -> list[str]:
    return [entry.id for entry in Index(index).entries]


def fresh(index: Path, encoder: Encoder, *paths: Path | str) -> dict[str, bytes]:
    """The files that an index of these paths has when it is built from nothing."""
    shutil.rmtree(index, ignore_errors=True)
    update(index, encoder, *paths)
    return files_of(index)


def read_by_builds(index: Path) -> dict[str, bytes]:
    """The files of an index but for the texts that it has no more."""
    return {name: data for name, data in files_of(index).items() if not name.startswith(f"{superseded.FOLDER}/")}


def test_an_index_holds_what_the_articles_hold(small: Path, articles: Path) -> None:
    index = Index(small)
    assert ids(small) == ["clock", "harbour", "orchard"]
    for entry in index.entries:
        text = Path(entry.path).read_text("utf-8")
        assert index.raw(entry) == text
        assert (entry.source, entry.kind) == (str(articles), "folder")
        passages = [index.passages[i] for i in range(*entry.passages)]
        assert passages
        for number, passage in zip(range(*entry.passages), passages, strict=True):
            assert passage.article == entry.id
            assert index.article_of(number) == entry
            assert passage.text in text  # these articles need no cleaning
            assert text[passage.start : passage.end] == passage.text
            for sentence in passage.sentences:
                assert text[sentence.start : sentence.end] == sentence.text
                assert sentence.text in passage.text
    assert len(index.dense) == len(index.passages) == len(index.lexical)
    assert len(index.dense_sentences) == len(index.passages.sentence_rows) == len(index.passages.of_sentence)


def test_vectors_are_those_of_the_texts(small: Path, encoder: Encoder) -> None:
    index = Index(small)
    texts = [index.passages.text(i) for i in range(len(index.passages))]
    assert (index.dense.vectors() == encoder.encode_passages(texts)).all()
    sentences = [index.passages.sentence_text(n, int(p)) for n, p in enumerate(index.passages.of_sentence)]
    assert (index.dense_sentences.vectors() == encoder.encode_passages(sentences)).all()


def test_a_second_run_encodes_nothing_and_changes_no_byte(small: Path, articles: Path, encoder: Encoder) -> None:
    before, counting = files_of(small), Counting(encoder)
    assert update(small, counting, articles).counts == Counts(unchanged=3)
    assert update(small, counting).counts == Counts(unchanged=3)
    assert (files_of(small), counting.texts) == (before, [])


def test_a_rebuild_of_the_same_articles_changes_no_byte(small: Path, articles: Path, encoder: Encoder) -> None:
    before, counting = files_of(small), Counting(encoder)
    assert update(small, counting, articles, rebuild=True).counts == Counts(added=3)
    assert files_of(small) == before
    assert counting.texts


def test_two_index_folders_get_the_same_bytes(
    small: Path, articles: Path, process: Callable[..., Outcome], tmp_path: Path
) -> None:
    """With more threads, too; with one alone in test_promises."""
    env = {"PYTHONHASHSEED": "7", "LC_ALL": "C", "OPENBLAS_NUM_THREADS": "3", "OMP_NUM_THREADS": "3"}
    done = process("index", articles, "--index", "a/b", cwd=tmp_path, env=env)
    assert done.code == 0, done.err
    assert files_of(tmp_path / "a/b") == files_of(small)


def test_only_what_changed_is_encoded_and_the_result_is_as_if_fresh(
    small: Path, articles: Path, encoder: Encoder, tmp_path: Path
) -> None:
    (articles / "harbour.txt").write_text(HARBOUR + "\nThe herring came early this year, in October.\n", "utf-8")
    (articles / "tower.md").write_text("# The tower\n\nThe tower leans a little to the west, and nobody minds.\n")
    (articles / "clock.txt").unlink()
    counting = Counting(encoder)
    built = update(small, counting, articles)
    assert built.counts == Counts(added=1, changed=1, unchanged=1, dropped=1)
    assert (built.articles, built.passages) == (3, len(Index(small).passages))
    assert not any("\u679c\u56ed" in text for text in counting.texts)  # the orchard's
    held = read_by_builds(small)
    assert held == fresh(tmp_path / "fresh", encoder, articles)
    assert list(superseded.older_texts(small, "harbour")) == [HARBOUR]


def test_the_order_in_which_articles_came_leaves_no_trace(articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    rest = tmp_path / "rest"
    rest.mkdir()
    for name in ("harbour.txt", "clock.txt"):
        (articles / name).rename(rest / name)
    index = tmp_path / "index"
    update(index, encoder, articles)
    for name in ("harbour.txt", "clock.txt"):
        (rest / name).rename(articles / name)
        update(index, encoder)
    assert files_of(index) == fresh(tmp_path / "fresh", encoder, articles)


def test_indexing_one_file_does_not_delete_the_others(small: Path, articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("A note that stands alone. It says that the ferry leaves at noon.")
    before = Index(small).entries
    assert update(small, encoder, tmp_path / "note.txt").counts == Counts(added=1, unchanged=3)
    assert ids(small) == ["clock", "harbour", "note", "orchard"]
    assert files_of(small) == fresh(tmp_path / "fresh", encoder, articles, tmp_path / "note.txt")
    assert [(e.id, e.path, e.source) for e in before] == [
        (e.id, e.path, e.source) for e in Index(small).entries if e.id != "note"
    ]


def test_a_file_of_an_indexed_folder_named_alone_stays_of_that_folder(small: Path, articles: Path, encoder: Encoder) -> None:
    before = files_of(small)
    assert update(small, encoder, articles / "clock.txt").counts == Counts(unchanged=3)
    assert files_of(small) == before
    (articles / "clock.txt").write_text(CLOCK + "\n\u5b8c\u3002\n")
    assert update(small, encoder, articles / "clock.txt").counts == Counts(changed=1, unchanged=2)
    (articles / "clock.txt").unlink()
    assert update(small, encoder, articles).counts == Counts(unchanged=2, dropped=1)


def test_a_deleted_file_is_dropped_only_when_its_folder_was_scanned(small: Path, articles: Path, encoder: Encoder) -> None:
    (articles / "clock.txt").unlink()
    assert update(small, encoder, articles / "harbour.txt").counts == Counts(unchanged=3)
    assert "clock" in ids(small)
    assert update(small, encoder).counts == Counts(unchanged=2, dropped=1)
    assert ids(small) == ["harbour", "orchard"]


def test_a_folder_that_went_away_keeps_its_articles(small: Path, articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "note.txt").write_text("The ferry leaves at noon and comes back at six.")
    update(small, encoder, tmp_path / "more")
    articles.rename(tmp_path / "away")
    assert update(small, encoder).counts == Counts(unchanged=4)
    assert ids(small) == ["clock", "harbour", "note", "orchard"]


def test_a_folder_emptied_altogether_is_an_error_that_loses_nothing(small: Path, articles: Path, encoder: Encoder) -> None:
    before = files_of(small)
    for path in articles.iterdir():
        path.unlink()
    with pytest.raises(InputError, match="no articles there"):
        update(small, encoder)
    assert files_of(small) == before


def test_globs_are_scanned_again(articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    index = tmp_path / "index"
    update(index, encoder, str(articles / "*o*.txt"))
    assert ids(index) == ["clock", "harbour", "orchard"]
    (articles / "clock.txt").unlink()
    (articles / "tower.txt").write_text("The tower leans a little to the west, and nobody minds.")
    assert update(index, encoder).counts == Counts(added=1, unchanged=2, dropped=1)


@pytest.mark.parametrize("damage", [b"", b"\x00\x01\x02\x03", b"\xff\xff\xff half \xfe"])
def test_a_changed_file_that_cannot_be_read_keeps_its_old_version(
    small: Path, articles: Path, encoder: Encoder, damage: bytes
) -> None:
    before = files_of(small)
    path = articles / "clock.txt"
    path.write_bytes(damage)
    built = update(small, encoder)
    assert built.counts == Counts(unchanged=3, skipped=1)
    (skipped,) = built.skipped
    assert skipped.path == str(path)
    assert skipped.reason.startswith(str(path))
    assert files_of(small) == before
    assert Index(small).raw(Index(small).by_id["clock"]) == CLOCK


def test_a_file_that_was_mended_is_taken_up_again(small: Path, articles: Path, encoder: Encoder) -> None:
    (articles / "clock.txt").write_bytes(b"")
    update(small, encoder)
    (articles / "clock.txt").write_text("The clock runs again, and strikes at eight and at six.")
    assert update(small, encoder).counts == Counts(changed=1, unchanged=2)


def test_two_files_of_one_stem_have_ids_of_their_own(articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    for place in ("a", "b"):
        (articles / place).mkdir()
        (articles / place / "clock.txt").write_text(f"In {place} the clock strikes at eight and at six, and never at noon.")
    (articles / "harbour.md").write_text("A harbour for small boats, and a crane that is older than the harbour.")
    index = tmp_path / "index"
    update(index, encoder, articles)
    entries = Index(index).entries
    assert len({entry.id for entry in entries}) == len(entries) == 6
    assert {"a/clock", "b/clock", "orchard"} < {entry.id for entry in entries}
    assert {Path(e.path).name for e in entries if e.id.startswith("harbour")} == {"harbour.txt", "harbour.md"}


def test_a_namesake_that_comes_later_gives_what_a_fresh_build_gives(
    small: Path, articles: Path, encoder: Encoder, tmp_path: Path
) -> None:
    (articles / "a").mkdir()
    (articles / "a" / "clock.txt").write_text("Another clock, in another town, which strikes every quarter of an hour.")
    assert update(small, encoder).counts == Counts(added=1, unchanged=3)
    assert files_of(small) == fresh(tmp_path / "fresh", encoder, articles)
    shutil.rmtree(articles / "a")
    update(small, encoder)
    assert ids(small) == ["clock", "harbour", "orchard"]


NAMES = [b"with spaces.txt", b"quote's \"two\".txt", b"a#1-2.txt", b"a..b...txt", b"\xff\xfe latin \xe9.txt", b"tab\tline\nend.txt", b"-k.txt",
         "\u679c\u56ed\u2028.txt".encode(), b" edge .txt", b"[bold]x.txt", b"x@y.txt"]  # fmt: skip


def test_names_of_any_kind(articles: Path, encoder: Encoder, tmp_path: Path, cli: Callable[..., Outcome]) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/odd \xff # .. names"))
    odd.mkdir()
    for number, name in enumerate(NAMES):
        (odd / os.fsdecode(name)).write_text(
            f"Number {number}: the ferry leaves at noon and comes back at six. It does not run on Sundays."
        )
    index = odd / "index"
    built = cli("index", odd, "--index", index)
    assert (built.code, built.out) == (0, ""), built.err
    listed = cli("articles", "--index", index, "--json").records
    assert len(listed) == len({record["id"] for record in listed}) == len(NAMES)
    assert {os.fsencode(Path(record["path"]).name) for record in listed} == set(NAMES)
    for record in listed:
        opened = cli("cite", "--index", index, "--json", "--", f"{record['id']}#0-6")
        assert (opened.code, opened.record["status"], opened.record["raw"]) == (0, "verified", "Number"), opened.err
        assert opened.record["article"] == record["id"]
    many = "\n".join(f"{record['id']}#0-6" for record in listed)
    assert len(cli("cite", "--index", index, "--json", "-", stdin=many.encode()).records) == len(NAMES)
    assert cli("ask", "when does the ferry leave?", "--index", index).out
    assert cli("status", "--index", index).code == 0
    assert cli("index", "--index", index).code == 0


def test_sources_that_overlap_index_each_file_once(articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    index = tmp_path / "index"
    update(index, encoder, articles, articles / "clock.txt", str(articles / "*.txt"), f"{articles}/../articles/")
    assert ids(index) == ["clock", "harbour", "orchard"]


def test_other_settings_or_another_model_are_refused(small: Path, articles: Path, encoder: Encoder) -> None:
    before = files_of(small)
    with pytest.raises(IndexMismatch, match=r"at most 300 characters, not 100; .*'rag index --rebuild --passage-size 100'"):
        build(small, sources_of([articles]), encoder, Settings(100))
    other = Counting(encoder)
    other.model = type(encoder.model)("other", 512, "0")
    with pytest.raises(IndexMismatch, match=r"made with model use-multilingual-v3, not other; .*rebuild with"):
        update(small, other, articles)
    with pytest.raises(IndexMismatch):
        open_index(small, other)
    assert open_index(small, encoder).model == encoder.model
    assert files_of(small) == before


def test_settings_last(articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(index, sources_of([articles]), encoder, Settings(60))
    (articles / "clock.txt").unlink()
    build(index, [], encoder)
    opened = Index(index)
    assert opened.settings == Settings(60)
    assert max(len(opened.passages.text(i)) for i in range(len(opened.passages))) <= 60


def test_progress_counts_articles(articles: Path, encoder: Encoder, tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    build(tmp_path / "index", sources_of([articles]), encoder, progress=lambda *facts: seen.append(facts))
    assert seen == [(0, 3, "clock"), (1, 3, "harbour"), (2, 3, "orchard"), (3, 3, "")]


def test_sources_are_known_even_of_a_damaged_index(small: Path, articles: Path) -> None:
    assert indexed_sources(small) == [Source(str(articles), "folder")]
    next(small.glob("generation-*/passages.faiss")).write_bytes(b"x")
    assert indexed_sources(small) == [Source(str(articles), "folder")]
    (small / "CURRENT").unlink()
    assert indexed_sources(small) == []


def test_a_reader_keeps_the_index_that_it_opened(small: Path, articles: Path, encoder: Encoder) -> None:
    index = Index(small)
    entry = index.by_id["orchard"]
    for path in articles.iterdir():
        path.unlink()
    (articles / "tower.txt").write_text("The tower leans a little to the west, and nobody minds.")
    update(small, encoder, articles)
    assert not index.place.exists()
    numbers, scores = index.dense.search(encoder.encode_queries(["robots that pick apples"])[0], 1)
    assert index.article_of(int(numbers[0])).id == "orchard"
    assert scores[0] > 0.3
    assert len(index.dense_sentences)
    assert index.lexical.scores({"herring": 1.0}).any()
    assert index.raw(entry) == ORCHARD


# --- builds that die -------------------------------------------------------------------------------------------------


def check_after_death(index: Path, wanted: Sequence[dict[str, bytes]]) -> None:
    """The index can be read, and is one of those wanted: all of the old, or all of the new."""
    opened = Index(index)
    assert len(opened.dense) == len(opened.passages)
    held = {name: data for name, data in files_of(index).items() if name.startswith((opened.place.name, "CURRENT"))}
    assert held in wanted


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_build_killed_at_any_step_leaves_an_index_that_counts(
    small: Path, articles: Path, encoder: Encoder, tmp_path: Path, crash: Any, rebuild: bool
) -> None:
    """Each step is an opened, renamed or removed file. With `rebuild` the articles did not change, and none may be lost."""
    old = files_of(small)
    if not rebuild:
        (articles / "clock.txt").unlink()
    new = fresh(tmp_path / "fresh", encoder, articles)
    killed, moment, rng = True, 0, random.Random(8)
    while killed and (rebuild or read_by_builds(small) != new):
        moment += rng.randint(14, 34)
        killed = crash.kill_at(moment, small, lambda: update(small, encoder, articles, rebuild=rebuild))
        check_after_death(small, [old, new])
    assert moment > 20
    update(small, encoder)
    assert read_by_builds(small) == new
    assert list(superseded.older_texts(small, "clock")) == ([] if rebuild else [CLOCK])


def test_a_killed_process_leaves_the_old_index_and_the_next_one_sweeps(
    small: Path, articles: Path, encoder: Encoder, tmp_path: Path
) -> None:
    old = files_of(small)
    for i in range(3):
        (articles / f"more{i}.txt").write_text(f"{i}. {ORCHARD}{CLOCK}{HARBOUR}")
    command = [sys.executable, "-m", "rag", "index", "--index", os.fspath(small)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    rng = random.Random(9)
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as running:
        time.sleep(rng.uniform(0.2, 0.8))
        running.kill()
    opened = Index(small)
    assert len(opened.dense) == len(opened.passages)
    # And once when a half-written generation is there.
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and not list(small.glob(".building-*")):
            time.sleep(0.001)
        running.kill()
    if Index(small).place.name in {name.split("/")[0] for name in old}:
        check_after_death(small, [old])
    update(small, encoder)
    assert files_of(small) == fresh(tmp_path / "fresh", encoder, articles)


def test_a_first_build_that_was_killed_is_no_index(articles: Path, encoder: Encoder, tmp_path: Path, crash: Any) -> None:
    index = tmp_path / "new"
    expected = fresh(tmp_path / "fresh", encoder, articles)
    index.mkdir()
    assert crash.kill_at(12, index, lambda: update(index, encoder, articles))
    assert not (index / "CURRENT").exists()
    assert list(index.glob(".building-*"))
    assert update(index, encoder, articles).counts == Counts(added=3)
    assert files_of(index) == expected
