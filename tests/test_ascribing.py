"""Drafts that ascribe right words to somebody, rightly or wrongly."""

from __future__ import annotations

import pytest

from rag.articles.corpus import sources_of
from rag.citation.verifying import Verdict, verify
from rag.encoding.encoders import Encoder
from rag.indexing.building import build
from rag.indexing.index import Index

KILNS = """The kilns of Low Moor

Rosa Lindt, who runs the kilns, was glad. "We fire every brick twice," Lindt said.

Fu Sheng, a mason, was not. "Bricks fired twice crack in winter," Fu Sheng said.

An old neighbour said: "The smoke was worse in my youth."
"""


@pytest.fixture(scope="module")
def kilns(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Index:
    folder = tmp_path_factory.mktemp("kilns")
    (folder / "kilns.txt").write_text(KILNS)
    build(folder / "index", sources_of([folder / "kilns.txt"]), encoder)
    return Index(folder / "index")


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        ('"We fire every brick twice," said Rosa Lindt.', Verdict.VERBATIM),
        ('"We fire every brick twice," Lindt said.', Verdict.VERBATIM),
        ('"We fire every brick twice," said Fu Sheng.', Verdict.MISATTRIBUTED),
        ('"We fire every brick twice," said Paula Krone.', Verdict.MISATTRIBUTED),
        ('"We fire every brick twice," somebody told us.', Verdict.VERBATIM),
        ("Of the kilns one hears: we fire every brick twice.", None),
        ('"Bricks fired twice crack in winter," said Sheng Fu.', Verdict.VERBATIM),
        ("\u5085\u76db\u8bf4\uff1a\u201cBricks fired twice crack in winter\u201d\u3002", Verdict.VERBATIM),
        ('"The smoke was worse in my youth," said Rosa Lindt.', Verdict.VERBATIM),  # whose name no article tells
        ("\u201cWe fire every brick twice.\u201d \u2014 Rosa Lindt", Verdict.VERBATIM),
        ("\u201cWe fire every brick twice.\u201d \u2014 Fu Sheng", Verdict.MISATTRIBUTED),
        ("\u201cWe fire every brick twice.\u201d\n\n-- Paula Krone, owner of the kilns", Verdict.MISATTRIBUTED),
        ("\u201cWe fire every brick twice.\u201d \u2014 Fu Sheng, a mason, was not there.", Verdict.VERBATIM),
        ("\u201cWe fire every brick twice.\u201d \u2014 which is why they last", Verdict.VERBATIM),
        ("\u201cWe fire every brick twice.\u201d \u2014 The Kiln Herald", Verdict.VERBATIM),
        ("\u201cWe fire every brick twice.\u201d \u2014\u2014\u5085\u76db", Verdict.MISATTRIBUTED),
        ("\u201cWe fire every brick twice\u201d (Fu Sheng, 2024).", Verdict.MISATTRIBUTED),
        ("\u201cWe fire every brick twice\u201d (Lindt).", Verdict.VERBATIM),
        ("\u201cWe fire every brick twice\u201d (Low Moor).", Verdict.VERBATIM),
        ("Fu Sheng: \u201cWe fire every brick twice.\u201d", Verdict.MISATTRIBUTED),
        ("- **Rosa Lindt**: \u201cWe fire every brick twice.\u201d", Verdict.VERBATIM),
        ("What they do: \u201cWe fire every brick twice.\u201d", Verdict.VERBATIM),
        ("> We fire every brick twice.\n>\n> \u2014 Fu Sheng", Verdict.MISATTRIBUTED),
        ("> We fire every brick twice.\n> \u2014 Fu Sheng", Verdict.MISATTRIBUTED),
        ("> We fire every brick twice.\n> \u2014 Rosa Lindt", Verdict.VERBATIM),
    ],
)
def test_a_draft_must_name_who_says_it(draft: str, verdict: Verdict | None, kilns: Index) -> None:
    findings = verify(kilns, f"Notes on the kilns\n\n{draft}\n").findings
    assert [finding.verdict for finding in findings] == ([verdict] if verdict else [])


def test_a_wrong_name_is_told_and_fails(kilns: Index) -> None:
    finding = verify(kilns, 'Notes on the kilns\n\n"We fire every brick twice," said Fu Sheng.\n').findings[0]
    assert (finding.ok, finding.note) == (False, "said by Rosa Lindt, not by Fu Sheng")
    assert finding.place is not None
