"""Finding, identifying, decoding and loading article files."""

from __future__ import annotations

import hashlib
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import ENGLISH, GERMAN, HANS, HANT, JAPANESE, KOREAN, RUSSIAN, dirty_texts

from rag.articles import corpus
from rag.articles.corpus import Found, Source, decode, identify, load, read, read_bytes, readable, scan, sources_of
from rag.errors import ArticleError, InputError
from rag.types import Role

# --- decoding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        (HANS, "utf-8", "utf-8"),
        (HANT, "utf-8-sig", "utf-8"),
        (HANS, "utf-16", "utf-16-le"),
        (HANS, "gb18030", "gb18030"),
        (HANS, "gbk", "gb18030"),
        (HANS, "gb2312", "gb18030"),
        (HANT, "gb18030", "gb18030"),
        (HANT, "big5", "big5"),
        (HANS[:12], "gb18030", "gb18030"),
        (HANT[:12], "big5", "big5"),
        (ENGLISH.replace("“", '"').replace("”", '"') * 300 + HANS, "gb18030", "gb18030"),
        ("第一行\r\n第二行\r", "gb18030", "gb18030"),
        ("plain ascii\n", "ascii", "utf-8"),
        ("😀 über 汉字 \U00020000", "utf-8", "utf-8"),
    ],
)
def test_decoding(text: str, codec: str, encoding: str) -> None:
    assert decode(text.encode(codec), "a.txt") == (text, encoding)


def test_big_endian_utf16() -> None:
    assert decode(b"\xfe\xff" + HANT.encode("utf-16-be"), "a.txt") == (HANT, "utf-16-be")


@pytest.mark.parametrize("times", [1, 40])
@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (GERMAN, "cp1252"), (GERMAN.replace("„", "").replace("“", ""), "latin-1"), (GERMAN, "mac_roman"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"), (KOREAN, "euc_kr"), (KOREAN, "cp949"), (KOREAN, "johab"), (RUSSIAN, "koi8_r"), (RUSSIAN, "cp1251"), (RUSSIAN, "cp866"),
    ],
)  # fmt: skip
def test_other_encodings_are_refused_by_name(text: str, codec: str, times: int) -> None:
    with pytest.raises(ArticleError, match=r"^/some/där\.txt: .*UTF-8\.$"):
        decode((text * times).encode(codec), "/some/där.txt")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"text with a \x00 in it",
        bytes(range(1, 9)) * 50,
        b"\xff\xfe\x00\x00a\x00\x00\x00",  # UTF-32
        HANS.encode("utf-16-le") + b"\x00",
        b"\xef\xbb\xbfa\x00b",
    ],
)
def test_binary_files_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(ArticleError, match=r"^a\.bin: a binary file, not text\.$"):
        decode(data, "a.bin")


@pytest.mark.parametrize("text", [HANS, HANT, JAPANESE, RUSSIAN])
def test_damaged_utf8_is_refused_not_mended(text: str) -> None:
    data = bytearray((text * 5).encode())
    data[100] = 0x20
    with pytest.raises(ArticleError, match=r"^a\.txt: not UTF-8 \(byte (98|99|100|101)\)"):
        decode(bytes(data), "a.txt")
    with pytest.raises(ArticleError, match=r"^a\.txt: damaged utf-8 text at byte 10"):
        decode(b"\xef\xbb\xbf" + bytes(data), "a.txt")
    with pytest.raises(ArticleError, match=r"^a\.txt: damaged utf-16-le text at byte"):
        decode(text.encode("utf-16") + b"\x2d", "a.txt")


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_decoding_never_loses_a_byte(data: bytes) -> None:
    try:
        text, encoding = decode(data, "a.txt")
    except ArticleError as error:
        assert str(error).startswith("a.txt: ")
    else:
        assert data.endswith(text.encode(encoding))
        assert len(data) - len(text.encode(encoding)) in (0, 2, 3)


# --- sources, scanning, ids ----------------------------------------------------------------------------------------


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("A line.\n", encoding="utf-8")


def names(found: list[Found], root: Path) -> dict[str, str]:
    return {f.id: str(f.path.relative_to(root)) for f in found}


def test_a_folder(tmp_path: Path) -> None:
    touch(tmp_path, "b.txt", "a.MD", "sub/c.html", "d.pdf", "noext", ".hidden.txt", ".git/e.txt")
    found = scan(sources_of([tmp_path]))
    assert names(found, tmp_path) == {"a": "a.MD", "b": "b.txt", "c": "sub/c.html"}
    assert [f.id for f in found] == ["a", "b", "c"]
    assert {f.source for f in found} == {Source(str(tmp_path), "folder")}


def test_files_and_globs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.txt", "b.txt", "c.md", "sub/d.txt", "it's #1 [x].txt")
    monkeypatch.chdir(tmp_path)
    assert names(scan(sources_of(["a.txt", "c.md"])), tmp_path) == {"a": "a.txt", "c": "c.md"}
    assert set(names(scan(sources_of(["*.txt"])), tmp_path)) == {"a", "b", "it's #1 [x]"}
    assert set(names(scan(sources_of(["**/*.txt"])), tmp_path)) == {"a", "b", "d", "it's #1 [x]"}
    assert names(scan(sources_of(["it's #1 [x].txt"])), tmp_path) == {"it's #1 [x]": "it's #1 [x].txt"}  # a file before a pattern
    assert len(scan(sources_of(["a.txt", ".", "sub/../a.txt", str(tmp_path)]))) == 5  # each file once


def test_same_stems_are_told_apart(tmp_path: Path) -> None:
    touch(tmp_path, "x.txt", "a/n.txt", "b/n.txt", "b/n.md", "b/only.txt")
    assert names(scan(sources_of([tmp_path])), tmp_path) == {
        "x": "x.txt", "a/n": "a/n.txt", "b/n.txt": "b/n.txt", "b/n.md": "b/n.md", "only": "b/only.txt",
    }  # fmt: skip


def test_ids_are_unique_whatever_the_names(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    paths = [
        one / "n.txt",
        two / "n.txt",
        one / "a" / "n.txt",
        Path(os.fsdecode(b"/x/\xff.txt")),
        Path(os.fsdecode(b"/x/\xfe.txt")),
        Path("/x/\n.txt"),
    ]
    ids = identify([(path, Source(str(one), "folder")) for path in paths])
    assert set(ids) == set(paths)
    assert len(set(ids.values())) == len(paths)
    assert all(name.isprintable() for name in ids.values())


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    touch(tmp_path, "a.pdf", "empty/.keep")
    with pytest.raises(InputError, match=r"nowhere: no such file or folder"):
        sources_of([tmp_path / "nowhere"])
    with pytest.raises(InputError, match=r"a\.pdf: not an article file; known are \.txt,"):
        sources_of([tmp_path / "a.pdf"])
    for place in (tmp_path / "empty", f"{tmp_path}/*.txt"):
        with pytest.raises(InputError, match="no articles there"):
            scan(sources_of([place]))


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.txt", "out/secret.txt")
    (tmp_path / "in" / "b.txt").symlink_to(tmp_path / "out" / "secret.txt")
    (tmp_path / "in" / "broken.txt").symlink_to(tmp_path / "gone.txt")
    assert [f.id for f in scan(sources_of([tmp_path / "in"]))] == ["a"]


# --- loading -------------------------------------------------------------------------------------------------------


def found(path: Path) -> Found:
    return Found(path, Source(str(path), "file"), path.stem)


def test_load(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    data = ("标题在这里\r\n来源\uff1a港口日报 2024-05-03\r\n\r\n" + HANS + "\r\n").encode("gb18030")
    path.write_bytes(data)
    article = load(found(path))
    assert (article.id, article.path, article.encoding, article.format) == ("note", str(path), "gb18030", "text")
    assert article.sha256 == hashlib.sha256(data).hexdigest()
    assert article.raw.encode("gb18030") == data  # line ends and all
    assert [block.role for block in article.blocks] == [Role.TITLE, Role.BYLINE, Role.BODY]
    assert article.raw[article.blocks[2].start : article.blocks[2].end] == HANS
    metadata = article.metadata
    assert (metadata.title, metadata.publisher, metadata.date) == ("标题在这里", "港口日报", "2024-05-03")


def test_full_width_labels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("一个标题\n作者\uff1a林小舟\uff0c编辑\uff1a王五\n来源\uff1a港口日报\n" + HANS + "\n", encoding="utf-8")
    metadata = load(found(path)).metadata
    assert (metadata.publisher, metadata.author) == ("港口日报", "林小舟")


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", "\u3000\n".encode()])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a b's.txt"
    path.write_bytes(data)
    with pytest.raises(ArticleError, match=r"a b's\.txt: the file is empty\.$"):
        load(found(path))


def test_a_file_that_cannot_be_opened_or_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArticleError, match=r"gone\.txt: cannot be read \(No such file or directory\)\.$"):
        read_bytes(tmp_path / "gone.txt")
    path = tmp_path / "big.txt"
    path.write_bytes(b"x" * 2_000_001)
    monkeypatch.setattr(corpus, "MAX_BYTES", 2_000_000)
    with pytest.raises(
        ArticleError,
        match=r"big\.txt: 2 MB is more than the 2 MB an article may have; split it, for a text with 'split .+\.txt FILE'\.$",
    ):
        load(found(path))


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@given(raw=dirty_texts())
@settings(max_examples=60, deadline=None)
def test_reading_is_repeatable_and_its_blocks_ordered(form: str, raw: str) -> None:
    cleaned, _, blocks = read(raw, form)
    assert read(raw, form) == (cleaned, _, blocks)
    assert all(0 <= block.start < block.end <= len(raw) for block in blocks)
    assert all(a.end <= b.start for a, b in pairwise(blocks))
    assert all(readable(cleaned, block).strip() for block in blocks if block.role is not Role.BOILERPLATE)
