"""Furniture in the middle of an article in plain text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_blocks import described
from test_cleaning import check_maps

from rag.articles.corpus import Found, Source, clean_source, load, read
from rag.articles.interruptions import find_interruptions, repeated
from rag.articles.passages import split
from rag.attribution.attributing import attribute
from rag.text.lines import lines_of

BEFORE = "The harbour board voted on Friday to extend its pilot of the tidal turbine, which"
AFTER = "had been due to end in April, by nine months, its chair said."
PROSE = "The turbine has given power to about four hundred homes since May, less than was hoped."


@pytest.mark.parametrize(
    "set_in",
    [
        "Advertisement", "Advertisement\n\nRead more: Ten quays to see", "(The turbine at its berth. Photo: Lea Kohn)",
        "The turbine at its berth on Monday. Photo: Lea Kohn", "Image caption: The turbine at its berth",
    ],
)  # fmt: skip
def test_a_sentence_reads_on_behind_what_is_set_in(set_in: str) -> None:
    raw = f"Pilot goes on\n\n{PROSE}\n\n{BEFORE}\n\n{set_in}\n\n{AFTER}\n\n{PROSE}\n"
    for form in ("text", "markdown"):
        cleaned = clean_source(raw, form)
        check_maps(raw, cleaned)
        assert cleaned.text.strip().split("\n\n") == ["Pilot goes on", PROSE, f"{BEFORE} {AFTER}", PROSE]


def test_every_printed_range_is_the_sources_own(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.txt"
    path.write_text(f"Pilot goes on\n\n{BEFORE}\n\nAdvertisement\n\n{AFTER}\n", "utf-8")
    article = load(Found(path, Source(str(tmp_path), "folder"), "a"))
    cleaned, _, _ = read(article.raw, "text")
    (passage,) = split(article, cleaned)
    (sentence,) = passage.sentences
    assert sentence.text == f"{BEFORE} {AFTER}"
    assert article.raw[sentence.start : sentence.end] == f"{BEFORE}\n\nAdvertisement\n\n{AFTER}"
    assert cleaned.text[slice(*cleaned.clean_range(sentence.start, sentence.end))] == sentence.text


@pytest.mark.parametrize(
    ("before", "set_in", "after"),
    [
        (PROSE, "Advertisement", "Had it run longer, more homes would have had it."),  # both are whole
        (BEFORE, "Tomas Vele chairs the board of the harbour", AFTER),  # no furniture
        ("The turbine", "Advertisement", "was stopped in June for its repair."),  # may be a heading
        (BEFORE, "more", AFTER),  # a word of the text
        (BEFORE, "Advertisement", "- had been due to end in April"),  # a list
    ],
)
def test_what_may_be_whole_stays_apart(before: str, set_in: str, after: str) -> None:
    assert find_interruptions(f"{before}\n\n{set_in}\n\n{after}\n") == []


def test_wide_characters_and_words_that_lead_on() -> None:
    first, second = (
        "\u4eca\u5e74\u51ac\u5929\u6765\u5f97\u65e9\uff0c\u7801\u5934\u4e0a\u7684\u5de5\u4eba\u8bf4\uff0c",
        "\u8239\u6bd4\u5f80\u5e74\u5c11\u4e86\u4e09\u6210\uff0c\u53ea\u6709\u4e24\u6761\u8fd0\u6c99\u8239\u3002",
    )
    assert clean_source(f"{first}\n\n\u5e7f\u544a\n\n{second}", "text").text == first + second
    assert clean_source(f"{first[:-1]}\u3002\n\n\u5e7f\u544a\n\n{second}", "text").text.count("\n") == 4
    text = (
        "The company said on Monday that it would make up for lost sailings in\n\nADVERTISEMENT\n\nFebruary by running two boats."
    )
    assert "sailings in February by" in clean_source(text, "text").text


def test_pull_quotes_are_furniture() -> None:
    quote = "\u201cNobody asked me whether I wanted to stop.\u201d"
    long = f"{quote[:-1]} They asked me whether I would mind,\u201d says Erik Sund, filling his cup for the third time."
    found, _ = described(f"The lamplighter\n\n{PROSE}\n\n{quote}\n\u2014 Erik Sund\n\n{long}\n\n{PROSE}\n")
    assert found["body"] == [PROSE, long, PROSE]
    assert found["boilerplate"] == [quote, "\u2014 Erik Sund"]
    assert repeated(lines_of(f"{quote}\n{quote}\n")) == set()  # a refrain
    assert (
        repeated(lines_of("The costs of the harbour pilot\nThe costs of the harbour pilot were lower than planned, he said."))
        == set()
    )


def test_a_quotation_goes_on_behind_furniture(tmp_path) -> None:  # type: ignore[no-untyped-def]
    first = "\u201cWe want to see a full winter before we order the second machine,\u201d said Tomas Vele. \u201cIt has cost us more than we planned."
    second = "\u201cIf it holds, we will order the second in December,\u201d he added."
    whole = []
    for number, between in enumerate(("", "Advertisement\n\n")):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Pilot goes on\n\n{PROSE}\n\n{first}\n\n{between}{second}\n", "utf-8")
        article = load(Found(path, Source(str(tmp_path), "folder"), path.stem))
        said = attribute(article, read(article.raw, "text")[0]).utterances
        whole.append([(article.raw[u.start : u.end], u.speaker) for u in said])
    assert whole[0] == whole[1]
    assert {speaker for _, speaker in whole[1]} == {"Tomas Vele"}


@given(st.lists(st.sampled_from([BEFORE, AFTER, PROSE, "Advertisement", "x", "- a", ""]), max_size=12).map("\n".join))
@settings(max_examples=60, deadline=None)
def test_offsets_hold(raw: str) -> None:
    check_maps(raw, clean_source(raw, "text"))
