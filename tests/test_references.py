"""References say what the article says of itself, no more, in forms that other tools can read."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citation.references import Reference, bibtex, chicago, csl_json, markdown, web_address, written
from rag.types import Citation, Metadata, Speaker

FULL = Metadata(
    title="The harbour that would not close",
    publisher="Coast Daily",
    author="Marta Lind",
    date="2024-05-17",
    url="https://coast.example/harbour?id=1&x=y_z#top",
    language="en",
    script="Latn",
)
DIGEST = "0123456789abcdef" * 4
HARBOUR = Reference(Citation("harbour", 227, 263, DIGEST), FULL, "We will not sell the quay to a hotel")
BARE = Reference(Citation("orchard", 5, 9), Metadata(), "\u82f9\u679c")


def with_(**facts: str | None) -> Reference:
    return replace(HARBOUR, metadata=replace(FULL, **facts))


def test_markdown() -> None:
    assert markdown(HARBOUR) == (
        "> We will not sell the quay to a hotel\n>\n"
        "> — [The harbour that would not close](<https://coast.example/harbour?id=1&x=y_z#top>), *Coast Daily*, Marta Lind, "
        "2024-05-17, `harbour#227-263@01234567`"
    )
    assert markdown(BARE) == "> \u82f9\u679c\n>\n> — orchard, `orchard#5-9`"
    said = replace(BARE, text="One.\n\n Two.", speaker=Speaker("He Yuan", "owner"))
    assert markdown(said) == "> One.\n>\n> Two.\n>\n> — He Yuan, owner, in orchard, `orchard#5-9`"


@pytest.mark.parametrize(
    ("line", "escaped"),
    [
        ("# no heading", "\\# no heading"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("2024 was dry", "2024 was dry"),
        ("--- no rule", "\\--- no rule"),
        ("> no quote", "\\> no quote"),
        ("*a* _b_ `c` [d](e) <f> &amp; g|h ~~i~~ $j$", r"\*a\* \_b\_ \`c\` \[d\](e) \<f\> \&amp; g\|h \~\~i\~\~ \$j\$"),
        ("    no code", "no code"),
        ("a\x1b[2Jb", "a\ufffd\\[2Jb"),
    ],
)
def test_markdown_shows_the_text_as_it_is(line: str, escaped: str) -> None:
    assert markdown(replace(BARE, text=line)).split("\n")[0] == f"> {escaped}"


def test_markdown_titles_and_ids_do_nothing_either() -> None:
    reference = Reference(Citation("a`b``c", 1, 2), replace(FULL, title="x](http://evil) <b>", url="javascript:alert(1)"), "q")
    assert markdown(reference).endswith(
        "> — x\\](http://evil) \\<b\\>, *Coast Daily*, Marta Lind, 2024-05-17, ``` a`b``c#1-2 ```"
    )


@given(st.text("ab*_`[]<>&|~$#-+=1.) \\"))
def test_markdown_can_be_read_back(text: str) -> None:
    """CommonMark turns an escaped ASCII punctuation character back into itself."""
    shown = markdown(replace(BARE, text=text)).split("\n>\n")[0].removeprefix("> ").removeprefix(">")
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown) == text.strip()
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`\[\]<>&|~$]", shown)


# --- Chicago ----------------------------------------------------------------------------------------------------------


def test_chicago() -> None:
    assert chicago(HARBOUR) == (
        "Marta Lind, “The harbour that would not close,” Coast Daily, May 17, 2024, "
        "https://coast.example/harbour?id=1&x=y_z#top, characters 227–263 (harbour#227-263@01234567)."
    )
    assert chicago(BARE) == "“orchard,” n.d., characters 5–9 (orchard#5-9)."


@pytest.mark.parametrize(
    ("facts", "begins"),
    [
        ({"author": None}, "“The harbour that would not close,” Coast Daily, May 17, 2024, https:"),
        ({"title": None}, "Marta Lind, “harbour,” Coast Daily, May 17, 2024, https:"),
        ({"publisher": None}, "Marta Lind, “The harbour that would not close,” May 17, 2024, https:"),
        ({"date": None}, "Marta Lind, “The harbour that would not close,” Coast Daily, n.d., https:"),
        ({"date": "2024-05"}, "Marta Lind, “The harbour that would not close,” Coast Daily, May 2024, https:"),
        ({"date": "2024"}, "Marta Lind, “The harbour that would not close,” Coast Daily, 2024, https:"),
        ({"date": "soon"}, "Marta Lind, “The harbour that would not close,” Coast Daily, n.d., https:"),
        ({"url": "ftp://x/"}, "Marta Lind, “The harbour that would not close,” Coast Daily, May 17, 2024, characters"),
        ({"title": 'A "good" “day”?'}, "Marta Lind, “A ‘good’ ‘day’?,” Coast"),
        ({"title": "It ended."}, "Marta Lind, “It ended,” Coast"),
        ({"author": "Marta Lind and Jo Berg"}, "Marta Lind and Jo Berg, “The"),
        ({"author": "Marta Lind, Jo Berg & Ann Ek"}, "Marta Lind, Jo Berg, and Ann Ek, “The"),
        ({"author": "\u4f55\u8fdc\u3001\u97e6\u4e50"}, "\u4f55\u8fdc and \u97e6\u4e50, “The"),
        ({"author": "A B, C D, E F, G H"}, "A B et al., “The"),
        ({"author": "Lind, Marta"}, "Marta Lind, “The"),
    ],
)
def test_chicago_falls_back_as_the_manual_has_it(facts: dict[str, str | None], begins: str) -> None:
    assert chicago(with_(**facts)).startswith(begins)


# --- BibTeX -----------------------------------------------------------------------------------------------------------


def test_bibtex() -> None:
    assert bibtex([HARBOUR, BARE]) == (
        "@misc{harbour-227-263,\n"
        "  author    = {{Lind}, Marta},\n"
        "  title     = {{The harbour that would not close}},\n"
        "  publisher = {Coast Daily},\n"
        "  year      = {2024},\n"
        "  month     = may,\n"
        "  date      = {2024-05-17},\n"
        "  url       = {https://coast.example/harbour?id=1&x=y_z#top},\n"
        "  note      = {Characters 227--263, harbour\\#227-263@01234567}\n"
        "}\n\n"
        "@misc{orchard-5-9,\n  title     = {{orchard}},\n  note      = {Characters 5--9, orchard\\#5-9}\n}"
    )


@pytest.mark.parametrize(
    ("author", "field"),
    [
        ("Ludwig van der Berg", "{van der Berg}, Ludwig"),
        ("Marta Lind and Jo Berg", "{Lind}, Marta and {Berg}, Jo"),
        ("the editors", "{the editors}"),
        ("Coast News Desk", "{Coast News Desk}"),
        ("\u4f55\u8fdc\u3001\u97e6\u4e50", "{\u4f55\u8fdc} and {\u97e6\u4e50}"),
        ("A_B & {C}", "{A\\_B} and {\\textbraceleft{}C\\textbraceright{}}"),
    ],
)
def test_bibtex_names(author: str, field: str) -> None:
    assert f"  author    = {{{field}}},\n" in bibtex([with_(author=author)])


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\\{}$&#_%~^\"@,='"), min_size=1))
def test_no_text_breaks_out_of_a_bibtex_field(text: str) -> None:
    """Braces balance as BibTeX counts them, backslash or no, and never close the entry early."""
    metadata = Metadata(title=text, publisher=text, author=text, date=text, url="http://" + text)
    entry = bibtex([Reference(Citation(text, 1, 2), metadata, text)])
    depth, closed = 0, []
    for place, c in enumerate(entry):
        depth += {"{": 1, "}": -1}.get(c, 0)
        if depth == 0 and c == "}":
            closed.append(place)
    assert closed == [len(entry) - 1]
    for line in entry.split("\n")[1:-1]:
        if not line.startswith("  url"):
            assert not re.search(r"(?<!\\)[$&#_%~^]", line), line
    assert re.match(r"@misc\{[A-Za-z0-9_.-]+,\n", entry)


def test_bibtex_keys_are_unique_and_lasting() -> None:
    ids = ["a b", "a-b", "a/b", "\u679c\u56ed", "\u949f\u697c", "a"]
    places = [replace(BARE, citation=Citation(id, *place)) for id in ids for place in ((1, 2), (1, 3))]
    keys = re.findall(r"@misc\{([^,]+),", bibtex(places + places))
    assert len(keys) == len(set(keys)) == 12
    assert [re.findall(r"@misc\{([^,]+),", bibtex([place]))[0] for place in places] == keys
    assert keys[:4] == ["a-b-c8687a-1-2", "a-b-c8687a-1-3", "a-b-1-2", "a-b-1-3"]


# --- CSL-JSON ---------------------------------------------------------------------------------------------------------


def test_csl_json() -> None:
    assert csl_json([HARBOUR, BARE, HARBOUR]) == [
        {
            "id": "harbour#227-263@01234567",
            "type": "webpage",
            "title": "The harbour that would not close",
            "author": [{"family": "Lind", "given": "Marta"}],
            "publisher": "Coast Daily",
            "issued": {"date-parts": [[2024, 5, 17]]},
            "URL": "https://coast.example/harbour?id=1&x=y_z#top",
            "language": "en",
            "locator": "227-263",
        },
        {"id": "orchard#5-9", "type": "document", "title": "orchard", "locator": "5-9"},
    ]


def conforms(item: dict[str, Any]) -> bool:
    """By csl-data.json of CSL 1.0.2, as far as we use it."""
    names = [set(name) for name in item.get("author", [])]
    dates = item.get("issued", {"date-parts": [[2000]]})
    return (
        set(item) <= {"id", "type", "title", "author", "publisher", "issued", "URL", "language", "locator"}
        and {"id", "type"} <= set(item)
        and item["type"] in ("webpage", "document")
        and all(name in ({"literal"}, {"family", "given"}) for name in names)
        and all(isinstance(part, str) for name in item.get("author", []) for part in name.values())
        and set(dates) == {"date-parts"}
        and len(dates["date-parts"]) == 1
        and 1 <= len(dates["date-parts"][0]) <= 3
        and all(type(part) is int for part in dates["date-parts"][0])
        and all(isinstance(item[name], str) for name in item if name not in ("author", "issued"))
    )


@given(st.builds(Metadata, *[st.none() | st.text()] * 3, st.none() | st.text() | st.dates().map(str), st.none() | st.text()))
def test_csl_json_keeps_to_its_schema(metadata: Metadata) -> None:
    (item,) = csl_json([replace(BARE, metadata=metadata)])
    assert conforms(item)


@pytest.mark.parametrize(
    ("date", "parts"),
    [("2024", [2024]), ("2024-03", [2024, 3]), ("2024-03-22", [2024, 3, 22]), ("2024-03-22T10:00:00Z", [2024, 3, 22])],
)
def test_csl_json_dates(date: str, parts: list[int]) -> None:
    (item,) = csl_json([with_(date=date)])
    assert item["issued"] == {"date-parts": [parts]}


@pytest.mark.parametrize("date", [None, "", "May", "24-03-22", "2024-13", "2024-00-10", "2024-03-22x"])
def test_what_is_no_date_is_left_out(date: str | None) -> None:
    (item,) = csl_json([with_(date=date)])
    assert "issued" not in item


def test_languages() -> None:
    tags = [csl_json([replace(HARBOUR, metadata=Metadata(language=a, script=b))])[0].get("language")
            for a, b in (("zh", "Hans"), ("zh", "Hant"), ("zh", None), ("ja", "Jpan"), (None, None))]  # fmt: skip
    assert tags == ["zh-Hans", "zh-Hant", "zh", "ja", None]


# --- addresses and citations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://a.example/b", "http://a.example/b"),
        ("HTTPS://a.example/%20?q={x}", "HTTPS://a.example/%20?q=%7Bx%7D"),
        ("https://a.example/\u679c <b>\\", "https://a.example/%E6%9E%9C%20%3Cb%3E%5C"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses(url: str | None, address: str | None) -> None:
    assert web_address(url) == address


def test_written() -> None:
    assert written(HARBOUR.citation) == "harbour#227-263@01234567"
    assert written(BARE.citation) == "orchard#5-9"
    assert html.escape(written(BARE.citation)) == written(BARE.citation)
