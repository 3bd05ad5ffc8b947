"""A document's quotations and citations: what is found, what is said of each, and what is put right."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CLOCK, HARBOUR, ORCHARD, Outcome
from hypothesis import given
from hypothesis import strategies as st
from texts import dirty_texts

from rag.articles.corpus import sources_of
from rag.citation import verifying
from rag.citation.verifying import Finding, fixed, is_short, verify
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.types import digest

Cli = Callable[..., Outcome]


def place(text: str, article: str, raw: str) -> str:
    start = raw.index(text)
    return f"{article}#{start}-{start + len(text)}"


SAID = "We will not sell the quay to a hotel"
SAID_AT = place(SAID, "harbour", HARBOUR)
PARAGRAPH = HARBOUR[HARBOUR.index("The town council") : HARBOUR.index("\n\nBuilders")]
PARAGRAPH_AT = place(PARAGRAPH, "harbour", HARBOUR)
BUILDERS = "Builders had offered nine million for the land"
BUILDERS_AT = place(BUILDERS, "harbour", HARBOUR)
ROBOT = "\u673a\u5668\u4eba\u4e0d\u4f1a\u53d6\u4ee3\u6211\u4eec"
ROBOT_AT = place(ROBOT, "orchard", ORCHARD)
BELL = "\u9418\u8072\u53ea\u5728\u65e9\u4e0a\u516b\u9ede\u548c\u508d\u665a\u516d\u9ede\u97ff\u8d77"
BELL_AT = place(BELL, "clock", CLOCK)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    root = tmp_path_factory.mktemp("verifying")
    (root / "articles").mkdir()
    for name, text in (
        ("harbour", HARBOUR),
        ("orchard", ORCHARD),
        ("clock", CLOCK),
        ("\u7b2c\u4e00\u7ae0 a", "\u96ea\u4e0b\u4e86\u4e00\u6574\u591c\u3002\n"),
    ):
        (root / "articles" / f"{name}.txt").write_text(text, "utf-8", newline="")
    build(root / "index", sources_of([root / "articles"]), encoder)
    return root


@pytest.fixture(scope="module")
def index(folder: Path) -> Index:
    return Index(folder / "index")


def sealed(at: str, text: str) -> str:
    """A citation with the digest of its text."""
    return f"{at}@{digest(text)[:8]}"


def told(index: Index, document: str) -> list[tuple[str, str | None, str | None]]:
    """Verdict, quotation and correction of every finding."""
    return [(str(f.verdict), f.quote, str(f.correct) if f.correct else None) for f in verify(index, document).findings]


# --- quotations with citations ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        f"\u201c{SAID}\u201d [{SAID_AT}]",
        f'Lind said "{SAID}" ({SAID_AT}).',
        f"Lind, of the boys' club, didn't say: '{SAID}' ({SAID_AT}).",
        f"In the \u201990s she\u2019d say \u2018{SAID}\u2019 ({SAID_AT}).",
        f"\u300c{SAID}\u300d{SAID_AT}\u3002",
        f"\u300e{SAID}\u300f\u89c1{SAID_AT}\u548c\u5176\u4ed6",
        f"[\u201c{SAID}\u201d]({SAID_AT})",
        f"\u201c{SAID}\u201d ({SAID_AT}@{digest(SAID)[:8]})",
        f"\u201c{SAID}\u201d (Lind, {PARAGRAPH_AT})",
        f"\u201c{SAID} [{SAID_AT}]\u201d",
        f"\u201c{SAID}\u201d[^1] and so on.\n\n[^1]: {SAID_AT}, seen today",
        f"\u201c{SAID}\u201d [1].\n\n[1] {SAID_AT}\n[2] {BUILDERS_AT}\n",
        f"\u201c{SAID}\u201d ({BUILDERS_AT}; {SAID_AT})",
        f"> {SAID}\n\n({SAID_AT})",
        f"> We will not sell\n> the quay to a hotel\n>\n> \u2014 Marta Lind, {SAID_AT}\n",
        f"> {SAID} ({SAID_AT})\n",
        f"   > > {SAID}\n> -- {SAID_AT}\n",
        f"\u201cWe WILL not\n sell the quay, to a hotel!\u201d {SAID_AT}",
        f"\u201cWe will not \u2026 to a hotel\u201d {SAID_AT}",
        f"\u201cThe town council \u2026 \u2018{SAID}\u2019 [...] leads the council.\u201d {PARAGRAPH_AT}",
        f"\u201cWe will not sell [our] quay\u201d {PARAGRAPH_AT}".replace("[our] ", "[\u2026] "),
        f"{SAID_AT}: \u201c{SAID}\u201d",
        f"\u201c{SAID}\u201d and \u201c{BUILDERS}\u201d ({SAID_AT}, {BUILDERS_AT})",
    ],
)
def test_verbatim_at_its_place(index: Index, document: str) -> None:
    findings = verify(index, document).findings
    quoted = [f for f in findings if f.quote]
    assert quoted
    assert {str(f.verdict) for f in quoted} == {"verbatim"}, findings
    assert all(f.ok for f in findings), findings
    assert all(f.cited for f in quoted)
    assert fixed(document, verify(index, document)) == document


def test_of_nested_quotations_the_outermost_is_checked(index: Index) -> None:
    for document in (f"\u201cThe town \u2018{SAID}\u2019 council\u201d.", f"\u2018The town \u201c{SAID}\u201d council\u2019."):
        assert [f.quote for f in verify(index, document).findings] == [document[1:-2]]
    # straight single marks around a quotation may be two apostrophes
    assert [f.quote for f in verify(index, f"'Cos Lind says, \u201c{SAID}\u201d, the boys' club").findings] == [SAID]
    assert [f.quote for f in verify(index, f"'Fraid Lind says, \u201c{SAID}\u201d, the boys' club").findings] == [SAID]


def test_the_other_script_is_verbatim(index: Index) -> None:
    document = f"\u949f\u697c\u4e0a\uff0c\u201c\u949f\u58f0\u53ea\u5728\u65e9\u4e0a\u516b\u70b9\u548c\u508d\u665a\u516d\u70b9\u54cd\u8d77\u201d{BELL_AT}\u3002"
    (finding,) = verify(index, document).findings
    assert (finding.verdict, finding.cited) == ("verbatim", BELL_AT)


def test_elsewhere_gives_the_right_citation(index: Index) -> None:
    document = f"One.\n\u201c{SAID}\u201d [{BUILDERS_AT}@{digest(BUILDERS)[:8]}], \u201c{ROBOT}\u201d {BELL_AT}\u3002"
    first, second = verify(index, document).findings
    assert (first.verdict, str(first.correct), first.line) == ("elsewhere", SAID_AT, 2)
    assert (second.verdict, str(second.correct), second.cited) == ("elsewhere", ROBOT_AT, BELL_AT)
    assert document[first.start : first.end] == f"\u201c{SAID}\u201d"
    corrected = fixed(document, verify(index, document))
    assert corrected == f"One.\n\u201c{SAID}\u201d [{sealed(SAID_AT, SAID)}], \u201c{ROBOT}\u201d {sealed(ROBOT_AT, ROBOT)}\u3002"
    assert verify(index, corrected).ok


def test_altered_shows_what_differs(index: Index) -> None:
    document = f"\u201cWe will never sell the quay to a hotel\u201d ({PARAGRAPH_AT}). \u201cBuilders had offered ten million for the land\u201d ({SAID_AT})."
    here, there = verify(index, document).findings
    assert (here.verdict, here.correct) == ("altered", None)
    assert here.place
    assert here.place.raw == SAID
    assert [(c.quote, c.source) for c in here.place.changes if not c.equal]
    assert (there.verdict, str(there.correct)) == ("altered", BUILDERS_AT)
    assert fixed(document, verify(index, document)) == document.replace(f"({SAID_AT})", f"({sealed(BUILDERS_AT, BUILDERS)})")


def test_a_number_is_not_verbatim_within_another(index: Index) -> None:
    year = place("2024-05-17", "harbour", HARBOUR)
    assert told(index, f"\u201c024-05-17\u201d {year}")[0][0] != "verbatim"
    assert told(index, f"\u201c2024-05-17\u201d {year}")[0][0] == "verbatim"


def test_an_invented_quotation_is_absent_whichever_way_its_marks_point(index: Index) -> None:
    for open_, shut in (
        "\xbb\xab",
        "\u203a\u2039",
        "\xab\xbb",
        "\u2039\u203a",
        "\xbb\xbb",
        "\u201d\u201d",
        "\u201e\u201c",
        "\u201e\u201d",
        "\u201a\u2018",
    ):
        document = f"Lind: {open_}The harbour was sold to a circus last year{shut} ({SAID_AT})."
        assert [f.verdict for f in verify(index, document).findings] == ["absent"]
        assert [f.verdict for f in verify(index, f"Lind: {open_}{SAID}{shut} ({SAID_AT}).").findings] == ["verbatim"]


def test_absent(index: Index) -> None:
    document = f"\u201cThe harbour was sold to a circus last year\u201d ({SAID_AT})"
    (finding,) = [f for f in verify(index, document).findings if f.quote]
    assert (finding.verdict, finding.note, finding.correct) == ("absent", "not in these articles", None)
    assert not verify(index, document).ok


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("to a hotel \u2026 We will not sell", "altered"),
        ("We will not sell \u2026 a circus with seven elephants", "absent"),
        ("Fishing boats land \u2026 in two seasons", "elsewhere"),
        ("Fishing boats land [\u2026] the quay to a hotel \u2026 the herring fleet pays", "elsewhere"),
    ],
)
def test_parts_must_come_in_order(index: Index, quote: str, verdict: str) -> None:
    finding = next(f for f in verify(index, f"\u201c{quote}\u201d ({SAID_AT})").findings if f.quote)
    assert finding.verdict == verdict
    if verdict == "elsewhere":
        assert finding.correct
        cited = HARBOUR[finding.correct.start : finding.correct.end]
        assert cited.startswith("Fishing boats land")
        assert cited.endswith(quote.rpartition("\u2026 ")[2])
        assert finding.correct.digest == digest(cited)


DAM = """The dam above the valley

"There is no breach in the upper wall," said Erik Holm, the chief engineer of the dam. The crews worked through the night and \
checked every joint of the old wall. They found three cracks and filled them with grout before the water rose again. The ministry \
sent two more engineers, and they stayed in the valley until the snow had melted and the lake stood lower than the gates.

"So there is no danger to the town," said Marta Lind, who leads the council.
"""


@pytest.fixture(scope="module")
def dam(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Index:
    root = tmp_path_factory.mktemp("dam")
    (root / "dam.txt").write_text(DAM, "utf-8", newline="")
    build(root / "index", sources_of([root / "dam.txt"]), encoder)
    return Index(root / "index")


@pytest.mark.parametrize("cited", [True, False])
@pytest.mark.parametrize(
    ("quote", "note", "speaker"),
    [
        ("There is no breach in the upper wall", "", "Erik Holm"),
        ("So there is no danger to the town", "", "Marta Lind"),
        ("There is \u2026 breach in the upper wall", "it leaves out a word of denial: \u201cno\u201d", "Erik Holm"),
        ("So there is [\u2026] danger to the town", "it leaves out a word of denial: \u201cno\u201d", "Marta Lind"),
        ("There is no breach in \u2026 wall", "", "Erik Holm"),
        ("The crews worked through the night ... before the water rose again", "", None),
        ("checked every joint \u2026 The ministry sent two more engineers", "the ellipsis leaves out 1 sentence", None),
        ("said Erik Holm \u2026 the lake stood lower than the gates", "the ellipsis leaves out 2 sentences", None),
        (
            "There is no breach \u2026 danger to the town",
            "the ellipsis leaves out 376 characters; it leaves out a word of denial: \u201cSo there is no\u201d; its parts are said by different people: Erik Holm, Marta Lind",
            None,
        ),
    ],
)  # fmt: skip
def test_what_an_ellipsis_leaves_out_and_who_says_the_words(
    dam: Index, cited: bool, quote: str, note: str, speaker: str | None
) -> None:
    document = f"\u201c{quote}\u201d" + (f" (dam#0-{len(DAM)})" if cited else "")
    finding = next(f for f in verify(dam, document).findings if f.quote)
    assert (finding.verdict, finding.note) == ("verbatim", note)
    assert (finding.speaker.name if finding.speaker else None) == speaker
    assert finding.to_json()["speaker"] == ({"name": speaker, "role": finding.speaker.role} if finding.speaker else None)


def test_who_says_the_words_of_another_is_printed(dam: Index, cli: Cli) -> None:
    draft = (
        f"Lind said: \u201cThere is no breach in the upper wall\u201d (dam#{DAM.index('So there')}-{DAM.index('So there') + 30})"
    )
    done = cli("verify", "-", "--index", dam.folder, stdin=draft.encode())
    assert (done.code, " ".join(done.out.split())[:2]) == (1, "-:")
    assert "said by Erik Holm" in done.out
    assert cli("verify", "-", "--index", dam.folder, "--json", stdin=draft.encode()).record["speaker"]["name"] == "Erik Holm"


# --- quotations without, citations without ----------------------------------------------------------------------------


def test_quotations_without_citation_are_located(index: Index) -> None:
    document = f"\u201c{SAID}.\u201d\n\n\u201cWe will never sell the quay to a hotel\u201d\n\n\u201cNo such thing was ever said by anyone\u201d\n"
    assert [(v, c) for v, _, c in told(index, document)] == [
        ("verbatim", place(SAID, "harbour", HARBOUR)), ("altered", SAID_AT), ("absent", None),
    ]  # fmt: skip


def test_a_quotation_with_another_between_it_and_the_citation_may_stand_elsewhere(index: Index) -> None:
    document = f"\u201c{BUILDERS}\u201d, and then \u201c{SAID}\u201d ({SAID_AT})."
    assert [(v, c) for v, _, c in told(index, document)] == [("verbatim", BUILDERS_AT), ("verbatim", None)]


@pytest.mark.parametrize("term", ["hotel", "big tech", "\u5927\u5382", "\u673a\u5668\u4eba", "5%", "?!"])
def test_terms_are_too_short_to_check(index: Index, term: str) -> None:
    verification = verify(index, f'So-called \u201c{term}\u201d and \u300c{term}\u300d and "{term}".')
    assert [(f.verdict, f.note) for f in verification.findings] == [("short", "too short to check")] * 3
    assert verification.ok


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a b", True),
        ("a b c", False),
        ("\u4e00\u4e8c\u4e09", True),
        ("\u4e00\u4e8c\u4e09\u56db", False),
        ("AI \u5927\u6a21", True),
        ("AI \u5927\u6a21\u578b", False),
    ],
)
def test_is_short(text: str, short: bool) -> None:
    assert is_short(text) is short


def test_a_short_quotation_right_before_its_citation_is_checked(index: Index) -> None:
    assert told(index, f"\u201ca hotel\u201d ({SAID_AT})") == [("verbatim", "a hotel", None)]
    assert told(index, f"\u201ca circus\u201d ({SAID_AT})")[0][0] == "absent"
    assert told(index, f"\u201ca circus\u201d was what they feared ({SAID_AT})")[0][0] == "short"


@pytest.mark.parametrize(
    ("written", "verdict", "words"),
    [
        (SAID_AT, "verified", ""),
        ("harbour#5-4", "invalid", "is empty"),
        ("harbour#5-5000", "invalid", "lies outside of the article"),
        ("harbor#5-40", "unknown", "no such article"),
        ("myharbour#5-40", "unknown", "no such article"),
        (f"{SAID_AT}@000000", "changed", ""),
        ("harb#5-40", "verified", ""),
        ("\u7b2c\u4e00\u7ae0 a#0-5", "verified", ""),
        ("harbour#5\u201340", "verified", ""),
    ],
)
@pytest.mark.parametrize("around", ["see {}.", "\u89c1{}\u3002", "({})", "`{}`", "[x]({})", "<{}>", "**{}**", "- {}\n- more"])
def test_citations_on_their_own(index: Index, written: str, verdict: str, words: str, around: str) -> None:
    if around == "\u89c1{}\u3002" and verdict == "unknown":
        around = "\u89c1 {}\u3002"
    document = around.format(written)
    (finding,) = verify(index, document).findings
    assert (finding.verdict, finding.cited, finding.quote) == (verdict, written, None)
    assert document[finding.start : finding.end] == written
    assert words in finding.note


def test_moved_changed_and_missing(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "a").mkdir()
    for name, text in (("harbour", HARBOUR), ("orchard", ORCHARD), ("clock", CLOCK)):
        (tmp_path / "a" / f"{name}.txt").write_text(text, "utf-8", newline="")
    build(tmp_path / "index", sources_of([tmp_path / "a"]), encoder)
    (tmp_path / "a" / "harbour.txt").write_text("New: " + HARBOUR, "utf-8", newline="")
    (tmp_path / "a" / "orchard.txt").write_text("\u6539\u4e86\u3002", "utf-8")
    (tmp_path / "a" / "clock.txt").unlink()
    document = f"\u201c{SAID}\u201d ({SAID_AT}), \u201c{ROBOT}\u201d {ROBOT_AT}, {BELL_AT}."
    verification = verify(Index(tmp_path / "index"), document)
    start = HARBOUR.index(SAID) + 5
    now = f"harbour#{start}-{start + len(SAID)}"
    assert [(str(f.verdict), str(f.correct) if f.correct else None) for f in verification.findings] == [
        ("verbatim", now), ("moved", now), ("verbatim", None), ("changed", None), ("missing", None),
    ]  # fmt: skip
    assert fixed(document, verification) == document.replace(SAID_AT, sealed(now, SAID))


def test_an_altered_quotation_whose_passage_moved_gets_the_moved_citation_alone(tmp_path: Path, encoder: Encoder) -> None:
    """Where the altered words stand in the article of today is no second citation, nor is one of another article lost."""
    harbour, index = tmp_path / "harbour.txt", tmp_path / "index"
    harbour.write_text(HARBOUR, "utf-8", newline="")
    build(index, sources_of([harbour]), encoder)
    written = sealed(PARAGRAPH_AT, PARAGRAPH)
    inserted = "The ferries keep their winter timetable until the ice has gone from the inner basin.\n\n"
    changed = HARBOUR.replace("The town council", inserted + "The town council", 1)
    harbour.write_text(changed, "utf-8", newline="")
    build(index, sources_of([harbour]), encoder)
    now = sealed(place(PARAGRAPH, "harbour", changed), PARAGRAPH)
    altered = "We will never sell the quay to a hotel"
    for draft in (
        f"\u201c{altered}\u201d ({{}}).",
        f"> {altered}\n> ({{}})\n",
        "\u201cNobody has ever said these words here\u201d ({}).",
    ):
        document = draft.format(written)
        verification = verify(Index(index), document)
        assert not verification.ok
        assert fixed(document, verification) == draft.format(now)
    both = f"> {altered}\n>\n> {BUILDERS}\n>\n> \u2014 {{}}\n"
    verification = verify(Index(index), both.format(written))
    assert fixed(both.format(written), verification) == both.format(
        f"{now}; {sealed(place(BUILDERS, 'harbour', changed), BUILDERS)}"
    )


def test_a_citation_of_several_quotations_becomes_several(index: Index) -> None:
    document = f"> {SAID}\n>\n> {BUILDERS}\n>\n> \u2014 {SAID_AT}\n"
    verification = verify(index, document)
    assert [str(f.verdict) for f in verification.findings] == ["verbatim", "elsewhere"]
    assert fixed(document, verification) == document.replace(SAID_AT, f"{SAID_AT}; {sealed(BUILDERS_AT, BUILDERS)}")
    assert verify(index, fixed(document, verification)).ok
    document = f"\u201c{BUILDERS}\u201d ({SAID_AT})"
    assert fixed(document, verify(index, document)) == f"\u201c{BUILDERS}\u201d ({sealed(BUILDERS_AT, BUILDERS)})"


# --- reading documents ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "quotations"),
    [
        ("nothing here", []),
        ('"one two three" and "four five six"', ["one two three", "four five six"]),
        ("\u201couter \u201cinner\u201d still outer\u201d", ["outer \u201cinner\u201d still outer"]),
        ("\u300c\u5916\u300e\u5167\u300f\u5916\u5916\u300d", ["\u5916\u300e\u5167\u300f\u5916\u5916"]),
        ("\u201cnever closed \u300cbut this one is\u300d", ["but this one is"]),
        ("\u201cnever closed\n\nnor \u201cthis is another one\u201d", ["this is another one"]),
        ('a 5" pipe and "a quotation of it"', ["a quotation of it"]),
        ("\u201d lost \u201ckept words here\u201d \u201c", ["kept words here"]),
        ("> one line\n> two lines\n\nno quote \u201cthat was one\u201d", ["one line\ntwo lines", "that was one"]),
        ("> \u201cmarks inside\u201d are of the block", ["\u201cmarks inside\u201d are of the block"]),
        ("> first part\n>\n> second part", ["first part", "second part"]),
        ("a > b and c > d", []),
        ("\xbbeins zwei drei\xab, und \xbbvier f\xfcnf sechs.\xab", ["eins zwei drei", "vier f\xfcnf sechs."]),
        ("\u203aeins zwei drei\u2039 \u2039vier f\xfcnf sechs\u203a", ["eins zwei drei", "vier f\xfcnf sechs"]),
        (
            "\xbb\u203aeins zwei\u2039 drei\xab \xbbvier \u203af\xfcnf\u2039\xab",
            ["\u203aeins zwei\u2039 drei", "vier \u203af\xfcnf\u2039"],
        ),
        (
            "\xbbEins \xabzwei drei\xbb vier\xab, \u201eeins \xbbzwei\xab\u201c",
            ["Eins \xabzwei drei\xbb vier", "eins \xbbzwei\xab"],
        ),
        (
            "\xabun deux trois\xbb, \xab\u202fquatre cinq\u202f\xbb; \xbbsechs sieben\xab",
            ["un deux trois", "quatre cinq", "sechs sieben"],
        ),
        ("\xab un deux trois \xbbet \xab quatre cinq \xbb", ["un deux trois", "quatre cinq"]),
        ("\xab un deux\n\n\xbb suite de la \xab citation interne \xbb", ["citation interne"]),
        ("\xbbett tv\xe5 tre\xbb, sade han, \xbbfyra fem sex\xbb.", ["ett tv\xe5 tre", "fyra fem sex"]),
        ("\u201dett tv\xe5 tre\u201d, sade han, \u201dfyra fem sex\u201d.", ["ett tv\xe5 tre", "fyra fem sex"]),
        (
            "\u201ejeden dwa trzy\u201d \u201eeins \u201ctwo three\u201d vier\u201c",
            ["jeden dwa trzy", "eins \u201ctwo three\u201d vier"],
        ),
        ("\xbb\u2026 und dann, \u2026\xab **\xbb[D]as ist es\xab**[1]", ["\u2026 und dann, \u2026", "[D]as ist es"]),
        ("\xbbeins zwei drei\xab\xbbvier f\xfcnf sechs\xab", ["eins zwei drei", "vier f\xfcnf sechs"]),
        ("\xabouvert jamais. \xbbeins zwei drei\xab und", ["eins zwei drei"]),
        ("Home \u203a News \u203a Sport \xbb mehr, ein 5\u201d Rohr, mot\xbb", []),
        ("\u201aeins zwei drei\u2018 und vier", ["eins zwei drei"]),
        ('\u201c \u201d "" \u300c\u300d', []),
    ],
)
def test_what_is_a_quotation(index: Index, document: str, quotations: list[str]) -> None:
    assert [f.quote for f in verify(index, document).findings] == quotations


@pytest.mark.parametrize("document", ["# Title\n\n#1-2 of a list", "call #12-34-5", "a#b", "#", "page 3-4", ""])
def test_what_is_no_citation(index: Index, document: str) -> None:
    found = [f.cited for f in verify(index, document).findings]
    assert found in ([], ["#12-34"])


@given(
    st.lists(
        st.sampled_from(
            [
                "\u201c",
                "\u201d",
                '"',
                "\u300c",
                "\u300d",
                "> ",
                "\n",
                "\n\n",
                "#",
                "harbour#1-20",
                "x#1-2@abcdef",
                "[^1]",
                "[^1]: ",
                "\u2026",
                SAID,
                " a b c ",
            ]
        ),
        max_size=25,
    )
)
def test_every_citation_is_accounted_for(index: Index, pieces: list[str]) -> None:
    document = "".join(pieces)
    verification = verify(index, document)
    assert [f.start for f in verification.findings] == sorted(f.start for f in verification.findings)
    for finding in verification.findings:
        assert isinstance(finding, Finding)
        assert 0 <= finding.start < finding.end <= len(document)
        assert finding.line == document.count("\n", 0, finding.start) + 1
        if finding.cited_at:
            assert document[slice(*finding.cited_at)] == finding.cited
    held = {f.cited_at for f in verification.findings}
    assert document.count("x#1-2@abcdef") <= sum(at is not None and "x#1-2" in document[slice(*at)] for at in held)
    fixed(document, verification)


@given(dirty_texts())
def test_any_text_may_be_verified(index: Index, text: str) -> None:
    fixed(text, verify(index, text))


@pytest.mark.parametrize(
    "unit",
    [
        "\u201c",
        "\u201c\u201d",
        '"',
        "\u300c",
        "#",
        "> ",
        ">",
        "[",
        "[^a]",
        "\u2026",
        "@abcdef",
        "\u201ca\u2026",
        "\u201c\u2026",
        "'",
        "\u2018\u2019",
        "\xbb",
        " \xbba",
        "\u203a\xbb",
        "#1-",
        "(",
        "\n> ",
    ],
)
def test_long_runs_of_marks_take_no_time(index: Index, unit: str) -> None:
    """eval/fuzz/scaling.py measures them at a million characters."""
    document = (unit * (200_000 // len(unit) + 1))[:200_000]
    began = time.perf_counter()
    assert all(f.verdict != "verbatim" for f in verify(index, document).findings)
    assert time.perf_counter() - began < 3


@pytest.mark.parametrize(
    "document",
    [
        "\u201ca b c d e\u201d " * 2_000 + f"{PARAGRAPH_AT} " * 2_000,
        f"{PARAGRAPH_AT} " * 2_000 + "\u201ca b c d e\u201d " * 2_000,
        ">" * 200_000 + " The council answered",
        "\u201c" + "The herring \u2026 " * 4_000 + "\u201d",
    ],
    ids=["quotations then citations", "citations then quotations", "nested block quotes", "a quotation of many parts"],
)
def test_time_grows_in_line_with_the_document(index: Index, document: str) -> None:
    began = time.perf_counter()
    assert verify(index, document).findings
    assert time.perf_counter() - began < 8


def test_citations_that_cover_too_much_are_refused(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MAX_CITED", 500)
    assert verify(index, f"{PARAGRAPH_AT} and {PARAGRAPH_AT}").ok  # the same place covers no more
    with pytest.raises(InputError, match="the citations of the document cover more than 500 characters; split it"):
        verify(index, " and ".join(f"harbour#{i}-{i + 100}" for i in range(6)))


def test_texts_that_only_digests_tell_are_not_looked_for_without_end(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = f"harbour#0-{len(SAID)}@{digest(SAID)[:8]}"
    (found,) = verify(index, moved).findings
    assert (found.verdict, str(found.correct), found.note) == ("moved", SAID_AT, "")
    monkeypatch.setattr(verifying, "EFFORT", 0)
    (found,) = verify(index, moved).findings
    assert (found.verdict, found.correct) == ("changed", None)
    assert found.note == "too many such citations to look for where they stand now"


def test_too_many_are_refused(index: Index) -> None:
    for unit in ("a#1-2 ", "\u201ca\u201d "):
        with pytest.raises(InputError, match="more than 10,000 quotations and citations; split it"):
            verify(index, unit * 11_000)


# --- rag verify -------------------------------------------------------------------------------------------------------


def test_verify_prints_and_exits(folder: Path, cli: Cli, tmp_path: Path) -> None:
    good = tmp_path / "good.md"
    good.write_text(f"\u201c{SAID}\u201d ({SAID_AT})\n", "utf-8")
    done = cli("verify", good, "--index", folder / "index")
    assert (done.code, done.err) == (0, f"{good}: 1 verbatim.\n")
    assert f"{good}:1  verbatim  {SAID_AT}" in " ".join(done.out.split(" "))
    bad = f"\u201cWe will never sell the quay to a hotel\u201d ({BUILDERS_AT})\n"
    done = cli("verify", "-", "--index", folder / "index", "--json", stdin=bad.encode())
    assert (done.code, done.err) == (1, "-: 1 altered.\n")
    assert (done.record["verdict"], done.record["correct"], done.record["ok"]) == ("altered", SAID_AT, False)
    assert done.record["changes"]
    shown = cli("verify", "-", "--index", folder / "index", stdin=bad.encode())
    assert "quote to source" in shown.out
    assert SAID_AT in shown.out


def test_verify_fix_writes_a_copy(folder: Path, cli: Cli, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(f"\u201c{SAID}\u201d ({BUILDERS_AT})\r\n", "utf-8", newline="")
    before = draft.read_bytes()
    done = cli("verify", draft, "--index", folder / "index", "--fix")
    assert done.code == 1
    assert f"Wrote {tmp_path / 'draft.fixed.md'}." in done.err
    assert (tmp_path / "draft.fixed.md").read_bytes() == before.replace(BUILDERS_AT.encode(), sealed(SAID_AT, SAID).encode())
    assert cli("verify", tmp_path / "draft.fixed.md", "--index", folder / "index").code == 0
    assert cli("verify", draft, "--index", folder / "index", "-o", tmp_path / "other.txt").code == 1
    assert (tmp_path / "other.txt").read_bytes() == (tmp_path / "draft.fixed.md").read_bytes()
    for args in (["-o", str(draft)], ["-o", str(tmp_path / "no" / "such")]):
        assert cli("verify", draft, "--index", folder / "index", *args).code == 2
    assert cli("verify", "-", "--fix", "--index", folder / "index").code == 2
    assert draft.read_bytes() == before


def test_verify_wrong_use(folder: Path, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\x00\x01")
    for args in (["verify", tmp_path / "none.md"], ["verify", tmp_path / "binary"], ["verify"]):
        done = cli(*args, "--index", folder / "index")
        assert (done.code, done.out) == (2, "")
        assert "Traceback" not in done.err


def test_a_document_cannot_steer_a_terminal(folder: Path, cli: Cli) -> None:
    evil = "\u201cA quotation \x1b[2J with [b]marks[/b] \x9b31m in it\u201d (x\x1b]0;y\x07#1-2)"
    for extra in ([], ["--json"]):
        done = cli("verify", "-", "--index", folder / "index", *extra, stdin=evil.encode())
        assert done.code == 1
        assert not any(c in done.out + done.err for c in "\x1b\x9b\x07")
