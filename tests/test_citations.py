"""Citations outlive what made them, and say truly whether they still hold."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import CLOCK, FLAGSHIP, HARBOUR, ORCHARD, Outcome

from rag.articles.corpus import sources_of
from rag.citation.citations import Status, find_article, open_citation, parse
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing import superseded
from rag.indexing.building import build
from rag.indexing.index import Index, Settings
from rag.types import Citation

QUOTE = "We will not sell the quay to a hotel"
START = HARBOUR.index(QUOTE)
END = START + len(QUOTE)
DIGEST = hashlib.sha256(QUOTE.encode()).hexdigest()

CITED = [f"harbour#{START}-{END}", f"harbour#{START}-{END}@{DIGEST}", f"harbour#{START}-{END}@{DIGEST[:6]}"]


def opened(index: Path, citation: str) -> dict[str, Any]:
    return open_citation(Index(index), parse(citation)).to_json()


@pytest.mark.parametrize(
    ("text", "citation"),
    [
        ("a#0-1", Citation("a", 0, 1)),
        ("  a#10-200\n", Citation("a", 10, 200)),
        ("a#b#1-2", Citation("a#b", 1, 2)),
        ("a#1-2#3-4", Citation("a#1-2", 3, 4)),
        ("../x y#1-2", Citation("../x y", 1, 2)),
        ("\u679c\u56ed#1-2", Citation("\u679c\u56ed", 1, 2)),
        ("x@y#1-2@abcdef", Citation("x@y", 1, 2, "abcdef")),
        (f"a#1-2@{DIGEST}", Citation("a", 1, 2, DIGEST)),
    ],
)
def test_parse(text: str, citation: Citation) -> None:
    assert parse(text) == citation
    assert parse(str(citation)).article == citation.article


BAD = [
    "",
    "a",
    "a#",
    "#1-2",
    "a#1",
    "a#1-",
    "a#-2",
    "a#1-2-3",
    "a 1-2",
    "a#one-two",
    "a#1-2@",
    "a#1-2@abc",
    "a#1-2@ghijkl",
    "a#1-9999999999999",
]


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_citation_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(InputError, match=r"not a citation; one looks like ARTICLE#START-END"):
        parse(text)


@pytest.mark.parametrize("text", ["a#2-2", "a#3-2", "a#0-0"])
def test_empty_ranges_are_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"the range \d-\d is empty; its start must be below its end"):
        parse(text)


@pytest.mark.parametrize("citation", CITED)
def test_verified(small: Path, articles: Path, citation: str) -> None:
    assert opened(small, citation) == {
        "citation": f"harbour#{START}-{END}",
        "status": "verified",
        "checked": "digest" if "@" in citation else "index",
        "now": f"harbour#{START}-{END}",
        "digest": DIGEST,
        "article": "harbour",
        "title": "The harbour that would not close",
        "publisher": "Coast Daily",
        "author": None,
        "date": "2024-05-17",
        "url": None,
        "path": str(articles / "harbour.txt"),
        "start": START,
        "end": END,
        "line": 6,
        "text": QUOTE,
        "raw": QUOTE,
        "before": HARBOUR[START - 120 : START],
        "after": HARBOUR[END : END + 120],
        "speaker": {"name": "Marta Lind", "role": None},
        "replaced": None,
        "diff": None,
    }


@pytest.mark.parametrize("citation", CITED)
@pytest.mark.parametrize("inserted", ["x", "\u679c", "A line before.\r\n\r\n"])
def test_moved(small: Path, articles: Path, citation: str, inserted: str) -> None:
    (articles / "harbour.txt").write_text(inserted + HARBOUR, "utf-8", newline="")
    record = opened(small, citation)
    now = f"harbour#{START + len(inserted)}-{END + len(inserted)}"
    assert (record["status"], record["now"], record["raw"], record["digest"]) == ("moved", now, QUOTE, DIGEST)
    assert (record["start"], record["end"]) == (START + len(inserted), END + len(inserted))
    assert record["citation"] == f"harbour#{START}-{END}"
    again = opened(small, f"{now}@{DIGEST}")
    assert (again["status"], again["raw"]) == ("verified", QUOTE)


def test_of_several_places_the_nearest_counts(small: Path, articles: Path) -> None:
    for text, place in (
        (QUOTE + HARBOUR.replace(QUOTE, "gone") + "x" * 300 + QUOTE, 0),
        ("x" * 5 + HARBOUR + QUOTE, START + 5),
        (HARBOUR[:-5].replace(QUOTE, "") + QUOTE + QUOTE, len(HARBOUR) - 5 - len(QUOTE)),
    ):
        (articles / "harbour.txt").write_text(text)
        record = opened(small, CITED[0])
        assert text[place : place + len(QUOTE)] == QUOTE
        assert (record["status"], record["start"]) == ("moved", place)


@pytest.mark.parametrize("citation", CITED)
def test_changed(small: Path, articles: Path, citation: str) -> None:
    (articles / "harbour.txt").write_text(HARBOUR.replace("quay", "pier"))
    record = opened(small, citation)
    assert (record["status"], record["now"], record["raw"], record["text"]) == ("changed", None, QUOTE, QUOTE)
    assert (record["start"], record["end"], record["line"]) == (START, END, 6)
    now = QUOTE.replace("quay", "pier")
    assert record["replaced"] == {
        "citation": f"harbour#{START}-{END}",
        "digest": hashlib.sha256(now.encode()).hexdigest(),
        "raw": now,
    }
    assert [(edit["op"], edit["text"]) for edit in record["diff"]] == [
        ("equal", "We will not sell the "),
        ("delete", "quay"),
        ("insert", "pier"),
        ("equal", " to a hotel"),
    ]


@pytest.mark.parametrize("citation", CITED)
def test_changed_and_moved_shows_what_took_its_place(small: Path, articles: Path, citation: str) -> None:
    (articles / "harbour.txt").write_text("A line.\r\nAnother.\r" + HARBOUR.replace("not sell", "sell"), newline="")
    record = opened(small, citation)
    assert (record["status"], record["now"], record["raw"], record["line"]) == ("changed", None, QUOTE, 8)
    assert record["replaced"]["raw"] == QUOTE.replace("not sell", "sell")
    assert record["replaced"]["citation"] == f"harbour#{START + 18}-{END + 14}"
    assert [edit["text"] for edit in record["diff"] if edit["op"] == "delete"] == ["not "]


def test_text_that_was_deleted_has_nothing_in_its_place(small: Path, articles: Path) -> None:
    (articles / "harbour.txt").write_text(HARBOUR.replace(QUOTE, ""))
    record = opened(small, CITED[1])
    assert record["replaced"] == {"citation": None, "digest": None, "raw": ""}
    assert record["diff"] == [{"op": "delete", "text": QUOTE}]


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_text_that_was_indexed_once_is_shown_years_later(small: Path, articles: Path, encoder: Encoder, rebuild: bool) -> None:
    for text in (
        HARBOUR.replace("quay", "pier"),
        "Corrected.\n" + HARBOUR.replace("quay", "dock"),
        HARBOUR.replace("quay", "mole"),
    ):
        (articles / "harbour.txt").write_text(text)
        build(small, sources_of([articles]) if rebuild else [], encoder, rebuild=rebuild)
    for citation in CITED[1:]:
        record = opened(small, citation)
        assert (record["status"], record["checked"], record["raw"], record["text"]) == ("changed", "digest", QUOTE, QUOTE)
        assert record["before"].endswith(HARBOUR[START - 20 : START])
        assert (record["replaced"]["citation"], record["replaced"]["raw"]) == (CITED[0], QUOTE.replace("quay", "mole"))
        assert [(edit["op"], edit["text"]) for edit in record["diff"]] == [
            ("equal", "We will not sell the "), ("delete", "quay"), ("insert", "mole"), ("equal", " to a hotel"),
        ]  # fmt: skip
    moved = QUOTE.replace("quay", "dock")
    record = opened(small, f"harbour#{START + 11}-{END + 11}@{hashlib.sha256(moved.encode()).hexdigest()[:8]}")
    assert (record["status"], record["raw"], record["replaced"]["citation"]) == ("changed", moved, CITED[0])
    (articles / "harbour.txt").unlink()
    record = opened(small, CITED[1])
    assert (record["status"], record["raw"], record["diff"]) == ("missing", QUOTE, None)


def test_a_text_that_nobody_kept_has_no_diff(small: Path, articles: Path, encoder: Encoder) -> None:
    """The file changed and was indexed again, and the older texts were deleted: only the digest is left of the old text."""
    (articles / "harbour.txt").write_text(HARBOUR.replace("quay", "pier"))
    build(small, [], encoder)
    shutil.rmtree(small / superseded.FOLDER)
    record = opened(small, CITED[1])
    assert (record["status"], record["checked"], record["diff"]) == ("changed", "digest", None)
    assert record["replaced"]["raw"] == QUOTE.replace("quay", "pier")
    record = opened(small, CITED[0])
    assert (record["status"], record["checked"]) == ("verified", "index")


@pytest.mark.parametrize("citation", CITED)
@pytest.mark.parametrize("how", ["deleted", "binary", "folder"])
def test_missing(small: Path, articles: Path, citation: str, how: str) -> None:
    path = articles / "harbour.txt"
    path.unlink()
    if how == "binary":
        path.write_bytes(b"\x00\x01")
    elif how == "folder":
        path.mkdir()
    record = opened(small, citation)
    assert (record["status"], record["now"], record["raw"], record["text"]) == ("missing", None, QUOTE, QUOTE)
    assert (record["line"], record["replaced"], record["diff"]) == (None, None, None)


@pytest.mark.parametrize("digest", ["", f"@{DIGEST}"])
def test_an_index_brought_up_to_date_and_cut_otherwise_changes_nothing(
    small: Path, articles: Path, encoder: Encoder, digest: str
) -> None:
    build(small, sources_of([articles]), encoder, Settings(40), rebuild=True)
    assert opened(small, CITED[0] + digest)["status"] == "verified"
    (articles / "harbour.txt").write_text("Corrected.\n" + HARBOUR)
    build(small, [], encoder)
    record = opened(small, CITED[0] + digest)
    if digest:  # it knows what it meant
        assert (record["status"], record["raw"], record["start"]) == ("moved", QUOTE, START + 11)
    else:  # without a digest, a citation means the text that is indexed at its place
        assert (record["status"], record["raw"]) == ("verified", ("Corrected.\n" + HARBOUR)[START:END])


def test_a_digest_that_fits_nothing(small: Path, articles: Path) -> None:
    record = opened(small, f"{CITED[0]}@{'0' * 64}")
    assert (record["status"], record["now"]) == ("changed", None)
    (articles / "harbour.txt").unlink()
    assert opened(small, f"{CITED[0]}@{'0' * 64}")["status"] == "missing"


def test_a_digest_finds_text_that_only_the_new_file_has(small: Path, articles: Path) -> None:
    added = "The hotel was built elsewhere."
    (articles / "harbour.txt").write_text(HARBOUR + added)
    start, end = len(HARBOUR), len(HARBOUR) + len(added)
    record = opened(small, f"harbour#{start}-{end}@{hashlib.sha256(added.encode()).hexdigest()}")
    assert (record["status"], record["raw"]) == ("verified", added)
    with pytest.raises(InputError, match=rf"lies outside of the article, which has {len(HARBOUR)} characters"):
        opened(small, f"harbour#{start}-{end}")


def test_ranges_count_code_points_of_the_decoded_file(small: Path, articles: Path, encoder: Encoder) -> None:
    raw = "\U0001f34e\u679c\u56ed\r\n\r\n\u82f9\u679c\u719f\u4e86\uff0c\u53ef\u4ee5\u6458\u4e86\u3002\r\ne\u0301t\u00e9\r\n"
    for name, encoding in (("bom", "utf-8-sig"), ("wide", "utf-16"), ("gb", "gb18030")):
        (articles / f"{name}.txt").write_bytes(raw.encode(encoding))
    build(small, [], encoder)
    for name in ("bom", "wide", "gb"):
        for start, end in ((0, 1), (1, 3), (3, 7), (len(raw) - 2, len(raw)), (0, len(raw))):
            record = opened(small, f"{name}#{start}-{end}")
            assert (record["status"], record["raw"]) == ("verified", raw[start:end])


def test_boilerplate_is_reachable(small: Path) -> None:
    start = HARBOUR.index("Source: Coast Daily")
    record = opened(small, f"harbour#{start}-{start + 19}")
    assert (record["status"], record["raw"]) == ("verified", "Source: Coast Daily")


def test_articles_go_by_the_beginning_of_their_id(small: Path, articles: Path, encoder: Encoder) -> None:
    index = Index(small)
    assert find_article(index, "harbour") is find_article(index, "harb") is index.by_id["harbour"]
    with pytest.raises(InputError, match=r"^lake: no such article in the index; 'rag articles' lists them\.$"):
        find_article(index, "lake")
    (articles / "harbour-2.txt").write_text("Another harbour, on the other side of the bay, for yachts alone.")
    build(small, [], encoder)
    index = Index(small)
    assert find_article(index, "harbour").id == "harbour"
    with pytest.raises(InputError, match=r"several articles go by that: harbour, harbour-2; write the id in full"):
        find_article(index, "harb")


def test_an_id_that_became_ambiguous_says_so(small: Path, articles: Path, encoder: Encoder) -> None:
    (articles / "b").mkdir()
    (articles / "b" / "clock.txt").write_text("Another clock, in another town, which strikes every quarter of an hour.")
    (articles / "a").mkdir()
    (articles / "clock.txt").rename(articles / "a" / "clock.txt")
    build(small, [], encoder)
    assert {"a/clock", "b/clock"} < set(Index(small).by_id)
    with pytest.raises(InputError, match="several articles go by that: a/clock, b/clock"):
        find_article(Index(small), "clock")
    assert opened(small, "a/clock#0-5")["raw"] == CLOCK[:5]


def test_exit_codes_and_words_on_the_command_line(small: Path, articles: Path, cli: Callable[..., Outcome]) -> None:
    start = ORCHARD.index("\u4f55\u8fdc")
    other = f"orchard#{start}-{start + 2}"
    done = cli("cite", CITED[0], other, "--index", small)
    assert (done.code, done.err) == (0, "")
    assert done.out.count("verified") == 2
    assert QUOTE in " ".join(done.out.split())
    assert str(articles / "harbour.txt") in done.out
    (articles / "harbour.txt").write_text("x" + HARBOUR)
    done = cli("cite", CITED[0], "--index", small)
    assert (done.code, f"moved  now at harbour#{START + 1}-{END + 1}" in done.out) == (0, True)
    (articles / "harbour.txt").write_text("x")
    done = cli("cite", other, CITED[0], "--index", small, "--json")
    assert (done.code, [r["status"] for r in done.records], done.err) == (1, ["verified", "changed"], "")
    (articles / "harbour.txt").unlink()
    done = cli("cite", CITED[0], "--index", small)
    assert (done.code, "missing" in done.out, QUOTE in " ".join(done.out.split())) == (1, True, True)
    done = cli("cite", "-", "--index", small, "--json", stdin=f"{other}\r\n\n{other}@{Index(small).model.fingerprint}\n".encode())
    assert (done.code, [r["status"] for r in done.records]) == (1, ["verified", "changed"])


QUESTIONS = [
    FLAGSHIP,
    "\u8c01\u8ba4\u4e3a\u521b\u4e1a\u516c\u53f8\u6253\u4e0d\u8d62\u5927\u5382\uff1f",
    "how do large models make money?",
]


def test_every_citation_of_an_answer_opens_verified(corpus_index: Index, cli: Callable[..., Outcome]) -> None:
    """Against the source file read by other means: newlines untouched, the digest computed here."""
    questions = "\n".join(f'{{"id": {i}, "question": "{question}"}}' for i, question in enumerate(QUESTIONS))
    asked = cli("ask", "--from", "-", "-k", "10", "--index", corpus_index.folder, stdin=questions.encode())
    assert len(asked.records) == len(QUESTIONS), asked.err
    cited = {}
    for passage in (passage for record in asked.records for passage in record["passages"]):
        cited[passage["citation"]] = passage["digest"]
        entry = corpus_index.by_id[passage["article"]]
        with Path(entry.path).open(newline="", encoding=entry.encoding) as file:
            raw = file.read().removeprefix("\ufeff")
        text = raw[passage["start"] : passage["end"]]
        assert hashlib.sha256(text.encode()).hexdigest() == passage["digest"]
        assert passage["citation"] == f"{entry.id}#{passage['start']}-{passage['end']}"
        assert passage["start"] <= passage["quote"]["start"] < passage["quote"]["end"] <= passage["end"]
        quote = raw[passage["quote"]["start"] : passage["quote"]["end"]]
        cited[f"{entry.id}#{passage['quote']['start']}-{passage['quote']['end']}"] = hashlib.sha256(quote.encode()).hexdigest()
    assert len(cited) >= 20
    done = cli("cite", "-", "--json", "--index", corpus_index.folder, stdin="\n".join(cited).encode())
    assert (done.code, len(done.records)) == (0, len(cited)), done.err
    for record in done.records:
        assert record["status"] == str(Status.VERIFIED)
        assert record["citation"] == record["now"]
        assert record["digest"] == cited[record["citation"]] == hashlib.sha256(record["raw"].encode()).hexdigest()


# --- the command line -------------------------------------------------------------------------------------------------

BODY = HARBOUR.index("The town council")
FIRST, SECOND = HARBOUR[BODY : HARBOUR.index("\n\nBuilders")], HARBOUR[HARBOUR.index("Builders") :].rstrip()


@pytest.mark.parametrize(
    ("context", "before", "after"),
    [
        ("0", "", ""),
        ("5", HARBOUR[START - 5 : START], HARBOUR[END : END + 5]),
        ("0p", HARBOUR[BODY:START], HARBOUR[END : BODY + len(FIRST)]),
        ("1p", HARBOUR[HARBOUR.index("Date:") : START], HARBOUR[END:].rstrip()),
        ("99p", HARBOUR[:START], HARBOUR[END:].rstrip()),
        ("999999", HARBOUR[:START], HARBOUR[END:]),
    ],
)
def test_context_in_characters_or_paragraphs(
    small: Path, cli: Callable[..., Outcome], context: str, before: str, after: str
) -> None:
    record = cli("cite", CITED[0], "--context", context, "--index", small, "--json").record
    assert (record["before"], record["text"], record["after"]) == (before, QUOTE, after)


def test_context_of_a_range_over_paragraphs_and_between_them(small: Path, cli: Callable[..., Outcome]) -> None:
    end = BODY + len(FIRST)
    for start, stop in ((end - 3, end + 5), (end, end + 1)):
        record = cli("cite", f"harbour#{start}-{stop}", "--context", "0p", "--index", small, "--json").record
        assert record["after"] == HARBOUR[stop : HARBOUR.index(SECOND) + len(SECOND)]


def test_one_bad_citation_drops_no_other(small: Path, articles: Path, cli: Callable[..., Outcome]) -> None:
    given = [CITED[0], "nonsense", "lake#1-2", f"harbour#0-{len(HARBOUR) + 1}", CITED[1]]
    done = cli("cite", *given, "--index", small, "--json")
    assert done.code == 2
    assert [record["citation"] for record in done.records] == [CITED[0], *given[1:4], CITED[0]]
    assert [record["status"] for record in done.records] == ["verified", "malformed", "unknown", "unknown", "verified"]
    assert [set(record) for record in done.records[1:4]] == [{"citation", "status", "error"}] * 3
    assert done.err.splitlines() == [f"rag: {record['error']}" for record in done.records[1:4]]
    shown = cli("cite", *given, "--index", small)
    assert (shown.code, shown.err, shown.out.count("verified")) == (2, done.err, 2)
    (articles / "harbour.txt").unlink()
    assert cli("cite", *given, "--index", small).code == 2


def test_what_stdin_may_hold(small: Path, cli: Callable[..., Outcome]) -> None:
    data = f"\ufeff{CITED[0]}\r\n\n".encode() + b"caf\xe9#1-2\n" + CITED[1].encode()
    done = cli("cite", "-", "--index", small, "--json", stdin=data)
    assert (done.code, [record["status"] for record in done.records]) == (2, ["verified", "unknown", "verified"])


def test_without_a_digest_it_says_so(small: Path, cli: Callable[..., Outcome]) -> None:
    remark = "no digest: this is what stands there now"
    assert remark in cli("cite", CITED[0], "--index", small).out
    assert remark not in cli("cite", CITED[1], "--index", small).out


def test_what_changed_is_marked(small: Path, articles: Path, cli: Callable[..., Outcome]) -> None:
    (articles / "harbour.txt").write_text(HARBOUR.replace("quay", "pier"))
    done = cli("cite", CITED[1], "--index", small)
    assert (done.code, done.err) == (1, "")
    assert f"From what it was to what stands there now (harbour#{START}-{END}):\n" in done.out
    assert "    We will not sell the [-quay-]{+pier+} to a hotel\n" in done.out


def test_a_terminal_gets_the_change_in_colour(small: Path, articles: Path) -> None:
    import io

    from rich.console import Console

    from rag.presentation import show

    (articles / "harbour.txt").write_text(HARBOUR.replace("quay", "pi\x1b[2Jer"))
    out = io.StringIO()
    place = open_citation(Index(small), parse(CITED[1]))
    show.opened(place, Console(file=out, force_terminal=True, color_system="standard", width=200))
    assert "\x1b[9;31mquay\x1b[0m\x1b[32mpi\ufffd[2Jer\x1b[0m to a hotel" in out.getvalue()


def test_a_speaker_is_named_where_one_is_known(small: Path, cli: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.citation import citations
    from rag.types import Speaker

    ranges = []

    def attributed(index: Index, entry: object, start: int, end: int) -> Speaker:
        ranges.append((start, end))
        return Speaker("Marta Lind", "leads the council")

    monkeypatch.setattr(citations, "speaker_at", attributed)
    assert cli("cite", CITED[0], "--index", small, "--json").record["speaker"] == {
        "name": "Marta Lind",
        "role": "leads the council",
    }
    assert "\nMarta Lind, leads the council\n" in cli("cite", CITED[0], "--index", small).out
    assert "> \u2014 Marta Lind, leads the council, in The" in cli("cite", CITED[0], "--index", small, "--format", "markdown").out
    assert ranges == [(START, END)] * 3


FORMATS = ["text", "markdown", "json", "bibtex", "csl-json", "chicago"]


@pytest.mark.parametrize("form", FORMATS)
def test_formats(small: Path, articles: Path, cli: Callable[..., Outcome], form: str) -> None:
    done = cli("cite", CITED[1], "clock#0-5", "nonsense", "--index", small, "--format", form)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert f"{START}-{END}" in done.out
    (articles / "harbour.txt").write_text("x" + HARBOUR)
    (articles / "clock.txt").unlink()
    moved = cli("cite", CITED[1], "clock#0-5", "--index", small, "--format", form)
    assert moved.code == 1
    assert f"{START + 1}-{END + 1}" in moved.out
    talk = f"harbour#{START}-{END}: moved, now at harbour#{START + 1}-{END + 1}.\nclock#0-5: missing.\n"
    assert moved.err == ("" if form in ("text", "json") else talk)


def test_json_is_a_format_too(small: Path, cli: Callable[..., Outcome]) -> None:
    given = ("cite", *CITED, "x", "--index", small)
    assert cli(*given, "--json") == cli(*given, "--format", "json") == cli(*given, "--format", "json", "--json")
    done = cli(*given, "--json", "--format", "bibtex")
    assert (done.code, done.out) == (2, "")
    assert "--json and --format bibtex cannot go together" in done.err


@pytest.mark.parametrize("context", ["", "-1", "p", "1.5", "2q", "1 p", "9999999999"])
def test_bad_context(small: Path, cli: Callable[..., Outcome], context: str) -> None:
    done = cli("cite", CITED[0], f"--context={context}", "--index", small)
    assert (done.code, done.out) == (2, "")
    assert f"--context {context}: not a number of characters, such as 120, or of paragraphs, such as 2p." in done.err


def test_open_starts_the_editor_at_the_line(
    small: Path, articles: Path, tmp_path: Path, cli: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real program in a folder with a blank; nothing in the setting reaches a shell."""
    tool = tmp_path / "my tools" / "nano"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{tmp_path}/seen"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("VISUAL", f"'{tool}' -w ';' '$(touch {tmp_path}/oops)'")
    done = cli("cite", CITED[1], "clock#0-5", "--index", small, "--open")
    assert (done.code, done.err) == (0, "")
    args = ["-w", ";", f"$(touch {tmp_path}/oops)"]
    seen = (tmp_path / "seen").read_text().splitlines()
    assert seen == [*args, "+6", str(articles / "harbour.txt"), *args, "+1", str(articles / "clock.txt")]
    assert not (tmp_path / "oops").exists()


def test_open_that_cannot(small: Path, articles: Path, cli: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    for setting, reason in (
        ("", "no editor is set; name one in VISUAL or EDITOR"),
        ("no-such-editor -x", "no-such-editor: the editor cannot be started (No such file or directory)"),
        ("false", "false: the editor ended with exit code 1."),
        ("vim 'x", "vim 'x: VISUAL or EDITOR cannot be read (No closing quotation)."),
    ):
        monkeypatch.setenv("EDITOR", setting)
        done = cli("cite", CITED[1], "--index", small, "--open")
        assert (done.code, done.err.count("\n"), reason in done.err) == (2, 1, True), done.err
        assert QUOTE in " ".join(done.out.split())
    (articles / "harbour.txt").unlink()
    done = cli("cite", CITED[1], "--index", small, "--open")
    assert (done.code, "harbour.txt: the file cannot be read, so it is not opened." in done.err) == (2, True)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("vi", ["vi", "+7", "/a b.txt"]),
        ("/usr/bin/vim -R", ["/usr/bin/vim", "-R", "+7", "/a b.txt"]),
        ("nvim", ["nvim", "+7", "/a b.txt"]),
        ("nano", ["nano", "+7", "/a b.txt"]),
        ("emacs -nw", ["emacs", "-nw", "+7", "/a b.txt"]),
        ("code --wait", ["code", "--wait", "--goto", "/a b.txt:7"]),
        ("Code.exe", ["Code.exe", "--goto", "/a b.txt:7"]),
        ("subl -w", ["subl", "-w", "/a b.txt:7"]),
        ("hx", ["hx", "/a b.txt:7"]),
        ("ed", ["ed", "/a b.txt"]),
    ],
)
def test_editors_and_how_they_take_a_line(setting: str, words: list[str]) -> None:
    from rag.cli.editor import command

    assert command("/a b.txt", 7, {"EDITOR": setting}) == words
    assert command("/a b.txt", 7, {"VISUAL": setting, "EDITOR": "ed"}) == words
    assert command("-x.txt", 7, {"VISUAL": " ", "EDITOR": "ed"}) == ["ed", str(Path.cwd() / "-x.txt")]
