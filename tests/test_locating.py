"""Quotes are found where they stand, however they were changed, and nowhere else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CLOCK, HARBOUR, ORCHARD, Outcome, files_of
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from texts import dirty_texts, hostile

from rag.articles.corpus import sources_of
from rag.citation.locating import MAX_CHARACTERS, Place, _numbers, locate, longest_run
from rag.citation.matching import TOLERANCE, _distances
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.indexing.suffixes import SuffixArray
from rag.text.letters import letters
from rag.types import digest

Cli = Callable[..., Outcome]
SAID = "We will not sell the quay to a hotel"
ROBOT = "\u673a\u5668\u4eba\u4e0d\u4f1a\u53d6\u4ee3\u6211\u4eec\uff0c\u5b83\u53ea\u662f\u5e2e\u6211\u4eec\u8d76\u5728\u4e0b\u96ea\u4e4b\u524d\u6536\u5b8c"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Index:
    """Five articles: three plain ones, one in HTML, one with leftovers of scraping and a sentence of another."""
    folder = tmp_path_factory.mktemp("locating")
    texts = {
        "harbour.txt": HARBOUR,
        "orchard.txt": ORCHARD,
        "clock.txt": CLOCK,
        "page.html": "<html><body><article><h1>The mill</h1><p>The <b>old mill</b> grinds R&amp;D papers &mdash; slowly, and only on "
        "rainy days when nobody walks by.</p></article></body></html>",
        "scraped.txt": "\u5275(chu\u00e0ng)\u65b0\u7684\u96fb(di\u00e0n)\u8eca\u8d70\u4e86\u4e09\u5343\u516c\u91cc\u3002\n\n"
        "It was said again: \u201cWe will not sell the quay to any hotel\u201d, and 3.5 of 35 agreed.\n\n\u71c8\u5854\u5f88\u4eae\u3002\u71c8\u5854\u5f88\u4eae\u3002\n",
    }  # fmt: skip
    (folder / "articles").mkdir()
    for name, text in texts.items():
        (folder / "articles" / name).write_text(text, "utf-8", newline="")
    build(folder / "index", sources_of([folder / "articles"]), encoder)
    return Index(folder / "index")


def found(index: Index, text: str, limit: int = 10) -> list[tuple[str, str, float]]:
    return [(p.citation.article, p.raw, round(p.similarity, 3)) for p in locate(index, text, limit)]


@pytest.mark.parametrize(
    ("quote", "raw"),
    [
        (SAID, SAID),
        ("we will NOT sell\n  the quay\r\nto a hotel", SAID),
        ("\uff37\uff45 will not sell the quay to a hotel", SAID),
        ("\u201cWe will not sell the quay to a hotel,\u201d", f'"{SAID},"'),
        ("\u300cWe will not sell the quay to a hotel\u300d", f'"{SAID}'),
        (ROBOT, ROBOT),
        (ROBOT.replace("\uff0c", ""), ROBOT),
        (
            "\u6a5f\u5668\u4eba\u4e0d\u6703\u53d6\u4ee3\u6211\u5011,\u5b83\u53ea\u662f\u5e6b\u6211\u5011\u8d95\u5728\u4e0b\u96ea\u4e4b\u524d\u6536\u5b8c",
            ROBOT,
        ),
        ("\u949f\u697c\u7684\u6307\u9488", "\u9418\u6a13\u7684\u6307\u91dd"),
        ("\u521b\u65b0\u7684\u7535\u8f66", "\u5275(chu\u00e0ng)\u65b0\u7684\u96fb(di\u00e0n)\u8eca"),
        (
            "\u5275(chu\u00e0ng)\u65b0\u7684\u96fb(di\u00e0n)\u8eca\u3002",
            "\u5275(chu\u00e0ng)\u65b0\u7684\u96fb(di\u00e0n)\u8eca",
        ),
        ("\u4e09\u5343\u516c\u91cc\u3002", "\u4e09\u5343\u516c\u91cc\u3002"),
        ("\u4e09\u5343\u516c\u91cc", "\u4e09\u5343\u516c\u91cc"),
        ("old mill grinds R&D papers", "old mill</b> grinds R&amp;D papers"),
        ("\u82f9", "\u82f9"),
        ("3.5", "3.5"),
        ("35", "35"),
        ("Coast Daily", "Coast Daily"),
        ("Date: 2024-05-17", "Date: 2024-05-17"),
    ],
)
def test_what_folding_forgives_is_exact(index: Index, quote: str, raw: str) -> None:
    place = locate(index, quote)[0]
    assert (place.raw, place.similarity, place.exact) == (raw, 1.0, True)
    kept = index.raw(place.entry)
    assert kept[place.citation.start : place.citation.end] == raw
    assert place.citation.digest == digest(raw)
    assert [c.equal for c in place.changes] == [True]


def test_near_places_come_after_exact_ones(index: Index) -> None:
    assert found(index, SAID) == [("harbour", SAID, 1.0), ("scraped", "We will not sell the quay to any hotel", 0.933)]
    other = found(index, "We will not sell the quay to any hotel")
    assert [(name, score) for name, _, score in other] == [("scraped", 1.0), ("harbour", 0.933)]
    assert found(index, SAID, 1) == [("harbour", SAID, 1.0)]


@pytest.mark.parametrize(
    ("quote", "raw", "similarity", "changes"),
    [
        ("We will not sell the key to a hotel", SAID, 25 / 28, [("key", "quay")]),
        ("We will not sell the big quay to a hotel", SAID, 28 / 31, [("big ", "")]),
        ("will not sell quay to a hotel", "will not sell the quay to a hotel", 23 / 26, [("", "the")]),
        ("\u673a\u5668\u4eba\u4e0d\u80fd\u53d6\u4ee3\u6211\u4eec\uff0c\u5b83\u53ea\u662f\u5e2e\u4ed6\u4eec", ROBOT[:16], 13 / 15, [("\u80fd", "\u4f1a"), ("\u4ed6", "\u6211")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_shown(index: Index, quote: str, raw: str, similarity: float, changes: list[tuple[str, str]]) -> None:
    place = locate(index, quote)[0]
    assert place.raw == raw
    assert place.similarity == pytest.approx(similarity, abs=0.04)
    differing = [(c.quote, c.source) for c in place.changes if not c.equal]
    assert sum(len(a.strip()) for a, _ in differing) <= sum(len(a) for a, _ in changes)
    assert "".join(c.source for c in place.changes) == place.text
    assert "".join(c.quote for c in place.changes) == quote


@pytest.mark.parametrize(
    ("quote", "raw", "changes"),
    [
        ("Fishing boats land four thousand bags", "Fishing boats land four thousand tons", [("bags", "tons")]),
        ("the herring fleet pays that back in two years", "the herring fleet pays that back in two seasons", [("years", "seasons")]),
        ("We will not sell the quay to a mot", "We will not sell the quay to a hotel", [("mot", "hotel")]),
        ("She will not sell the quay to a hotel", SAID, [("She", "We")]),
        ("Masons had offered nine million for the land", "Builders had offered nine million for the land", [("Masons", "Builders")]),
        ("said Marta Lind, who leads the choir", "said Marta Lind, who leads the council", [("choir", "council")]),
        ("Builders had offered nine million for the land today", "Builders had offered nine million for the land", [("today", "")]),
        ("\u82f9\u679c\u5b83\u53ea\u662f\u5e2e\u6211\u4eec\u8d76\u5728\u4e0b\u96ea\u4e4b\u524d\u6536\u5272", ROBOT[10:], [("\u82f9\u679c", ""), ("\u5272", "\u5b8c")]),
        ("\u673a\u5668\u4eba\u4e0d\u4f1a\u53d6\u4ee3\u4f60\u4eec\uff0c\u5b83\u53ea\u662f\u5e2e\u4ed6", ROBOT[:15], [("\u4f60", "\u6211"), ("\u4ed6", "\u6211")]),
    ],
)  # fmt: skip
def test_a_near_place_has_whole_words_at_its_ends(index: Index, quote: str, raw: str, changes: list[tuple[str, str]]) -> None:
    place = locate(index, quote)[0]
    assert (place.raw, [(c.quote, c.source) for c in place.changes if not c.equal]) == (raw, changes)
    kept = index.raw(place.entry)
    assert kept[place.citation.start : place.citation.end] == raw
    assert 1 - TOLERANCE <= place.similarity < 1


@pytest.mark.parametrize(
    ("quote", "raw", "edits", "letters_compared"),
    [
        # "hotel" costs fewer letters than "will", and both cost too many
        ("z not sell the quay to a hob", "not sell the quay to a hotel", 4, 22),
        ("xor sell the quay to a x", "not sell the quay to a", 3, 18),
        ("\u7684 harbou", "harbou", 1, 7),
    ],
)
def test_an_end_grows_no_further_than_the_bound(index: Index, quote: str, raw: str, edits: int, letters_compared: int) -> None:
    place = locate(index, quote)[0]
    assert (place.raw, place.similarity) == (raw, 1 - edits / letters_compared)


@pytest.mark.parametrize(
    ("quote", "changes"),
    [
        ("\u5275(chu\u00e0ng)day to keep the old harbour", [("\u5275(chu\u00e0ng)day", "on Monday"), (" to keep the old harbour", " to keep the old harbour")]),
        ("\u5275(chu\u00e0ng)Oten years. Fishing boats", [("\u5275(chu\u00e0ng)Oten", "another ten"), (" years. Fishing boats", " years. Fishing boats")]),
    ],
)  # fmt: skip
def test_a_leftover_reading_in_a_quote_is_no_word_of_it(index: Index, quote: str, changes: list[tuple[str, str]]) -> None:
    place = locate(index, quote)[0]
    assert [(c.quote, c.source) for c in place.changes] == changes
    assert "".join(c.source for c in place.changes) == place.text


def test_the_changes_of_single_characters_are_exact(index: Index) -> None:
    (place,) = locate(index, "\u673a\u5668\u4eba\u4e0d\u80fd\u53d6\u4ee3\u6211\u4eec")
    assert [(c.quote, c.source, c.equal) for c in place.changes] == [
        ("\u673a\u5668\u4eba\u4e0d", "\u673a\u5668\u4eba\u4e0d", True), ("\u80fd", "\u4f1a", False), ("\u53d6\u4ee3\u6211\u4eec", "\u53d6\u4ee3\u6211\u4eec", True),
    ]  # fmt: skip
    assert place.similarity == pytest.approx(1 - 1 / 9)


@pytest.mark.parametrize(
    "quote",
    [
        "The council will sell the harbour to the builders",
        "We would never dream of letting go of these quays",
        "\u679c\u56ed\u91cc\u7684\u673a\u5668\u4eba\u660e\u5e74\u5168\u90e8\u505c\u5de5",
        "\u96ea\u4eba",
        "zzz",
        "350",
        "a" * 100_000,
    ],
)
def test_what_is_not_there_is_nowhere(index: Index, quote: str) -> None:
    assert locate(index, quote) == []


def test_all_places_of_a_repetition_in_order(index: Index) -> None:
    places = locate(index, "\u71c8\u5854\u5f88\u4eae")
    raw = index.raw(index.by_id["scraped"])
    first = raw.index("\u71c8\u5854")
    assert [(p.citation.article, p.citation.start) for p in places] == [("scraped", first), ("scraped", first + 5)]
    assert [p.citation.article for p in locate(index, "\u4e09")] == ["clock", "orchard", "scraped"]


def test_short_quotes_are_whole_words_where_there_are_such(index: Index) -> None:
    assert {p.raw for p in locate(index, "not")} == {"not"}
    starts = [p.citation.start for p in locate(index, "old") if p.citation.article == "harbour"]
    assert starts == [HARBOUR.index("old harbour")]
    assert [p.raw for p in locate(index, "arbou")] == ["arbou"] * 2  # nowhere a whole word


def test_a_quote_does_not_run_over_articles(index: Index) -> None:
    first, second = index.entries[0], index.entries[1]
    assert (first.id, second.id) == ("clock", "harbour")
    assert locate(index, index.raw(first)[-8:] + index.raw(second)[:8]) == []


def test_context_and_json(index: Index) -> None:
    place = locate(index, SAID, context=12)[0]
    start = HARBOUR.index(SAID)
    assert place.to_json() == {
        "citation": f"harbour#{start}-{start + 36}", "digest": digest(SAID), "article": "harbour", "title": "The harbour that would not close",
        "publisher": "Coast Daily", "date": "2024-05-17", "start": start, "end": start + 36, "similarity": 1.0, "speaker": {"name": "Marta Lind", "role": None},
        "text": SAID, "raw": SAID, "before": HARBOUR[start - 12 : start], "after": HARBOUR[start + 36 : start + 48], "changes": [],
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "  \n", "?!\u2026\u300d", "\u200b"])
def test_nothing_to_look_for_is_an_error(index: Index, text: str) -> None:
    with pytest.raises(InputError, match="no text to locate: there is no letter or digit in it"):
        locate(index, text)


def test_too_much_to_look_for_is_an_error(index: Index) -> None:
    with pytest.raises(InputError, match="200,001 characters, more than the 200,000 that can be located at once"):
        locate(index, "a" * (MAX_CHARACTERS + 1))


@given(st.data())
def test_every_range_is_found_where_it_is(index: Index, data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from([entry for entry in index.entries if entry.id != "page"]))
    raw = index.raw(entry)
    start = data.draw(st.integers(0, len(raw) - 2))
    quote = raw[start : start + data.draw(st.integers(12, 150))]
    if len(letters(quote)) < 12 or any(c in quote for c in "()"):
        return
    places = [p for p in locate(index, quote) if p.exact]
    assert any(
        p.citation.article == entry.id and start <= p.citation.start and p.citation.end <= start + len(quote) for p in places
    )
    assert all(str(letters(p.raw)) == str(letters(quote)) for p in places)


@given(st.text("ab", min_size=1, max_size=12), st.text("abc", max_size=25))
def test_distances_are_those_of_the_recurrence(quote: str, text: str) -> None:
    """Sellers (1980) and, anchored, Wagner & Fischer (1974), cell by cell."""
    for anchored in (False, True):
        column = list(range(len(quote) + 1))
        wanted = []
        for j, letter in enumerate(text, 1):
            row = [j if anchored else 0]
            for i, c in enumerate(quote, 1):
                row.append(min(column[i - 1] + (c != letter), column[i] + 1, row[-1] + 1))
            column = row
            wanted.append(row[-1])
        assert _distances(quote, text, anchored=anchored) == wanted


@given(dirty_texts())
def test_any_text_may_be_looked_for(index: Index, text: str) -> None:
    if len(letters(text)):
        for place in locate(index, text):
            assert index.raw(place.entry)[place.citation.start : place.citation.end] == place.raw
            assert 1 - TOLERANCE <= place.similarity <= 1
            assert "".join(change.source for change in place.changes) == place.text


@st.composite
def _misquoted(draw: st.DrawFn, index: Index) -> str:
    """A piece of an article, cut in words or not, with some stretches of letters put out, in or in place of others."""
    raw = index.raw(draw(st.sampled_from([entry for entry in index.entries if entry.id not in ("page", "scraped")])))
    start = draw(st.integers(0, len(raw) - 12))
    quote = raw[start : start + draw(st.integers(5, 90))]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.sampled_from([0, len(quote)]) | st.integers(0, len(quote)))
        quote = quote[:at] + draw(st.text("aeost \u7684\u82f9", max_size=6)) + quote[at + draw(st.integers(0, 4)) :]
    return quote


def _edits(quote: str, source: str) -> int:
    return int(Levenshtein.distance(str(letters(quote)), str(letters(source))))


@given(st.data())
def test_the_similarity_of_a_place_is_that_of_what_is_printed(index: Index, data: st.DataObject) -> None:
    """It is never below the bound, and the edit distance that it says is that of the whole and that of the changes together."""
    quote = data.draw(_misquoted(index))
    if len(letters(quote)):
        for place in locate(index, quote):
            assert 1 - TOLERANCE <= place.similarity <= 1
            assert index.raw(place.entry)[place.citation.start : place.citation.end] == place.raw
            longer = max(len(letters(quote)), len(letters(place.text)))
            assert place.similarity == 1 - _edits(quote, place.text) / longer
            assert "".join(c.quote for c in place.changes) == quote
            assert "".join(c.source for c in place.changes) == place.text
            assert place.similarity == 1 - sum(_edits(c.quote, c.source) for c in place.changes) / longer
            assert not any(_edits(c.quote, c.source) for c in place.changes if c.equal)


def test_no_text_takes_long(index: Index) -> None:
    for unit, text in hostile(10_000).items():
        began = time.perf_counter()
        if len(letters(text)):
            locate(index, text)
        assert time.perf_counter() - began < 2, unit


def test_long_pastes(tmp_path: Path, encoder: Encoder) -> None:
    """A paste of 100,000 characters with errors here and there, and one that repeats itself throughout."""
    dice = random.Random(7)
    paragraphs = ["".join(dice.choice("bcdfgklmnprstvz") + dice.choice("aeiou") for _ in range(40)) for _ in range(1_250)]
    text = "\n\n".join(paragraphs)
    (tmp_path / "long.txt").write_text(text, "utf-8")
    (tmp_path / "same.txt").write_text("The tide came in.\n\n" + "ha " * 30_000, "utf-8")
    array = SuffixArray.build([letters(text), letters("ha" * 30_000)])
    index = _Only(array, [text, "ha" * 30_000])
    quote = "x" + text[10:40_000] + text[40_500:70_000] + "y" + text[70_000:]
    began = time.perf_counter()
    (place,) = locate(index, quote)  # type: ignore[arg-type]
    assert (place.citation.start, place.citation.end) == (10, len(text))
    assert place.similarity > 0.99
    assert locate(index, "ha" * 50_000) == []  # type: ignore[arg-type]
    assert locate(index, "ha" * 10_000)[0].citation.start == 0  # type: ignore[arg-type]
    assert time.perf_counter() - began < 8


class _Only:
    """What `locate` needs of an index."""

    def __init__(self, suffixes: SuffixArray, raws: list[str]) -> None:
        from types import SimpleNamespace

        self.suffixes = suffixes
        self.entries: list[Any] = [SimpleNamespace(id=f"a{i}", format="text", number=i) for i in range(len(raws))]
        self.numbers = {f"a{i}": i for i in range(len(raws))}
        self.utterances = SimpleNamespace(rows=[], within=lambda *_: range(0), speakers=[])
        self._raws = raws

    def raw(self, entry: Any) -> str:
        return self._raws[entry.number]


def test_an_update_keeps_the_letters_of_what_did_not_change(
    articles: Path, small: Path, encoder: Encoder, tmp_path: Path
) -> None:
    (articles / "aaa.txt").write_text("A new mill stands by the river, and it turns all night.\n", "utf-8")
    (articles / "orchard.txt").unlink()
    build(small, sources_of([articles]), encoder)
    build(tmp_path / "fresh", sources_of([articles]), encoder)
    letters_of = [
        {name: data for name, data in files_of(folder).items() if "/letter" in name} for folder in (Index(small).place, Index(tmp_path / "fresh").place)
    ]  # fmt: skip
    assert [Path(n).name for n in letters_of[0]] == [Path(n).name for n in letters_of[1]]
    assert list(letters_of[0].values()) == list(letters_of[1].values())
    assert found(Index(small), SAID) == [("harbour", SAID, 1.0)]
    assert locate(Index(small), ROBOT) == []


# --- rag locate ------------------------------------------------------------------------------------------------------


def test_locate_json(index: Index, cli: Cli) -> None:
    done = cli("locate", SAID, "--index", index.folder, "--json")
    assert (done.code, done.err) == (0, "")
    assert [r["similarity"] for r in done.records] == [1.0, 0.9333]
    assert {"citation", "digest", "article", "start", "end", "similarity", "speaker"} <= set(done.records[0])
    assert done.records[1]["changes"] != []
    citation = f"{done.records[0]['citation']}@{done.records[0]['digest']}"
    assert cli("cite", citation, "--index", index.folder, "--json").record["status"] == "verified"


def test_locate_for_people(index: Index, cli: Cli) -> None:
    done = cli("locate", "We shall not sell the quay to a hotel", "--index", index.folder)
    assert done.code == 0
    assert "The harbour that would not close \u00b7 Coast Daily" in done.out
    assert f"\u27e6{SAID}\u27e7" in " ".join(done.out.split())
    assert "% the same" in done.out
    assert "We [-shall-]{+will+} not" in done.out
    assert " exact" in cli("locate", SAID, "--index", index.folder).out


def test_locate_says_when_a_quote_is_nowhere(index: Index, cli: Cli) -> None:
    done = cli("locate", "a castle made of cheese", SAID, "--index", index.folder, "--json")
    assert done.code == 1
    assert {r["quote"] for r in done.records} == {SAID}
    assert done.err == "Nowhere in these 5 articles: a castle made of cheese\n"


@pytest.mark.parametrize(
    ("quote", "run"),
    [
        ("As I heard it, fishing boats land four thousand tons of cod and mackerel at that quay in each of those summers", "Fishing boats land four thousand tons of"),
        ("\u4ed6\u7b11\u7740\u544a\u8bc9\u5b69\u5b50\u4eec\u5b83\u53ea\u662f\u5e2e\u6211\u4eec\u8d76\u5728\u4e0b\u96ea\u4e4b\u524d\u53bb\u57ce\u91cc\u770b\u4e00\u573a\u5f88\u957f\u7684\u7535\u5f71\u7136\u540e\u56de\u5bb6", ROBOT[8:22]),
        ("a castle made of cheese, and of butter, and a moat of cream", None),
        ("nobody would have thought that boats land four thousand crabs on those far away islands", None),  # four words
    ],
)  # fmt: skip
def test_the_longest_run_of_a_quote_that_stands_nowhere(index: Index, cli: Cli, quote: str, run: str | None) -> None:
    done = cli("locate", quote, "--index", index.folder, "--json")
    assert (done.code, done.err.startswith("Nowhere in these 5 articles: ")) == (1, True)
    shown = cli("locate", quote, "--index", index.folder)
    if run is None:
        assert (done.out, shown.out) == ("", "")
        return
    nearest = done.record["nearest"]
    assert (done.record["quote"], nearest["text"], nearest["similarity"]) == (quote, run, 1.0)
    assert index.raw(index.by_id[nearest["article"]])[nearest["start"] : nearest["end"]] == run
    assert shown.out.startswith(f"nearest: \u201c{run}\u201d at {nearest['citation']}@{nearest['digest'][:8]}")
    assert shown.code == 1


def test_the_longest_run_takes_no_time(index: Index) -> None:
    for unit in ("ha ", "a", "a the ", "boats land ", "\u4e0d", "\u71c8\u5854\u5f88\u4eae"):
        began = time.perf_counter()
        longest_run(index, (unit * 100_000)[:100_000])
        assert time.perf_counter() - began < 2, unit


@given(dirty_texts())
def test_the_letters_of_places_are_numbered_at_once(text: str) -> None:
    read = letters(text)
    if len(read):
        places = np.arange(len(text))
        assert _numbers(read, places).tolist() == [read.range_of(i, i)[0] for i in range(len(text))]


def test_locate_reads_stdin_and_files(index: Index, cli: Cli, tmp_path: Path) -> None:
    wrapped = "We will not\n    sell the quay\n    to a hotel"
    assert (
        cli("locate", "-", "--index", index.folder, "--json", stdin=wrapped.encode())
        .records[0]["citation"]
        .startswith("harbour#")
    )
    (tmp_path / "quotes.txt").write_text(f"\ufeff{SAID}\r\n\n{ROBOT}\n", "utf-8")
    done = cli("locate", "--from", tmp_path / "quotes.txt", "--index", index.folder, "--json", "--limit", "1")
    assert [(r["quote"], r["article"]) for r in done.records] == [(SAID, "harbour"), (ROBOT, "orchard")]
    assert cli("locate", "--from", "-", "--index", index.folder, "--json", stdin=ROBOT.encode()).record["article"] == "orchard"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "give quotes, or a file"),
        (["x", "--from", "y"], "give quotes, or a file"),
        (["?!"], "no text to locate"),
        (["x", ""], "quote 2: no text to locate"),
        (["--from", "/nowhere/q.txt"], "/nowhere/q.txt: cannot be read"),
        (["x", "--index", "/nowhere"], "no index there"),
    ],
)
def test_locate_wrong_use(cli: Cli, args: list[str], words: str) -> None:
    done = cli("locate", *args)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_located_text_cannot_steer_a_terminal(tmp_path: Path, encoder: Encoder, cli: Cli) -> None:
    (tmp_path / "evil.md").write_text("# The tower\n\nThe tower \x9b31m leans \x85 to the [b]west[/b] side of town.\n", "utf-8")
    build(tmp_path / "index", sources_of([tmp_path / "evil.md"]), encoder)
    for args in (["the tower leans to the west side"], ["the tower leans to the vest side"], ["x\x1b[2J nowhere at all"]):
        for extra in ([], ["--json"]):
            done = cli("locate", *args, "--index", tmp_path / "index", *extra)
            assert not any(c in done.out + done.err for c in "\x1b\x9b\x85\x07")


def test_a_place_is_a_place(index: Index) -> None:
    assert all(isinstance(place, Place) for place in locate(index, SAID))
