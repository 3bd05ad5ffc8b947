"""Bridges, claims and ranking, on the sample articles with the real encoder."""

from pathlib import Path

import pytest

from rag.answering.answers import answer
from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.retrieval import candidates, legs
from rag.retrieval import search as retrieval
from rag.retrieval.bridges import Glossary, concepts, names, read, shipped_glossary
from rag.retrieval.search import check_question, search
from rag.text.claims import asks_number, claim_of, kind_of
from rag.text.words import content_words, phrases


@pytest.mark.parametrize(
    ("question", "kind", "claim"),
    [
        ("who thinks startups can't beat big tech?", "who", "startups can't beat big tech"),
        ("谁认为创业公司打不赢大厂?", "who", "创业公司打不赢大厂"),
        ("誰認為五年內看不到盈利?", "who", "五年內看不到盈利"),
        ("Wer glaubt, dass Startups keine Chance haben?", "who", "Startups keine Chance haben"),
        ("¿Quién cree que las startups no pueden ganar?", "who", "las startups no pueden ganar"),
        ("Кто считает, что стартапы проиграют?", "who", "стартапы проиграют"),
        ("why do VCs hold back?", "why", None),
        ("how much does a training run cost?", "fact", None),
    ],
)
def test_kinds_and_claims(question: str, kind: str, claim: str | None) -> None:
    assert (kind_of(question), claim_of(question)) == (kind, claim)


def test_questions_for_numbers() -> None:
    assert asks_number("how many GPUs?")
    assert asks_number("花了多少钱?")
    assert not asks_number("why did they stop?")


def test_content_words_drop_what_says_nothing() -> None:
    assert content_words("Who says Warsaw's startups can't win?") == ["warsaw", "startups", "win"]
    assert content_words("l'entreprise et les données") == ["entreprise", "données"]
    assert phrases("the big tech firms") == ["big tech", "tech firms"]


def test_a_glossary_matches_whole_words_and_the_longest_term() -> None:
    glossary = Glossary.parse("# note\nbig tech = 大厂\ntech = 科技\n")
    assert glossary.matches("Big Tech and biotech") == {"big tech": ["大厂"]}
    assert glossary.matches("大廠") == {"大厂": ["big tech"]}


@pytest.mark.parametrize("question", ["What did Zhu Xiaohu say?", "What did Xiaohu Zhu say?", "zhu xiaohu on funding"])
def test_names_are_found_by_their_pinyin(question: str, sample_index: Path) -> None:
    index = Index(sample_index)
    assert ["朱啸虎"] in [list(found) for found in names(question, index.lexicon, index.lexical).values()]


def test_concepts_say_which_bridge_found_them(sample_index: Path, encoder: Encoder) -> None:
    index = Index(sample_index)
    asked = read("Zhu Xiaohu on startups and refrigerators", index.lexicon, index.lexical, shipped_glossary())
    assert [concept.via for concept in asked.found] == ["name", "exact"]
    assert asked.words == asked.unknown == ("refrigerators",)
    found = concepts(asked, encoder.encode_queries(asked.unknown), index.lexicon, index.lexical)
    assert {concept.source: concept.via for concept in found}["Zhu Xiaohu"] == "name"
    assert "创业公司" in {v for concept in found if concept.source == "startups" for v in concept.variants}


def test_the_shares_of_a_hit_sum_to_its_score_and_hits_descend(sample_index: Path, encoder: Encoder) -> None:
    ranking = search(Index(sample_index), encoder, "who thinks startups can't beat big tech?", 5)
    assert len(ranking.hits) == 5
    assert all(hit.score == pytest.approx(sum(hit.shares.values())) for hit in ranking.hits)
    scores = [hit.score for hit in ranking.hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("question", ["", " \n\t", "x" * 100_000])
def test_questions_that_are_none(question: str) -> None:
    with pytest.raises(InputError):
        check_question(question)


@pytest.mark.parametrize(
    "question", ["who thinks startups can't beat big tech?", "how much does a training run cost?", "训练一次要多少钱?"]
)
def test_candidates_that_cannot_be_among_the_best_change_nothing(
    question: str, sample_index: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(sample_index)
    monkeypatch.setattr(legs, "MANY", 10)
    monkeypatch.setattr(candidates, "_SHORTLIST", 8)
    monkeypatch.setattr(candidates, "_WORDED", 8)
    monkeypatch.setattr(candidates, "_PROBED", 8)
    monkeypatch.setattr(retrieval, "_READ", 5)
    every = legs.score_legs(index, encoder, question)
    few = legs.score_legs(index, encoder, question, best=(5, legs.Weights()))
    assert 5 <= len(few.numbers) < len(every.numbers)
    assert set(few.numbers.tolist()) < set(every.numbers.tolist())
    best, all_of_them = (retrieval.rank(index, question, found, 2) for found in (few, every))
    assert best.evidence == all_of_them.evidence
    assert [(hit.number, hit.best, hit.score) for hit in best.hits] == [(h.number, h.best, h.score) for h in all_of_them.hits]


def test_what_repeats_a_better_hit_word_for_word_stands_under_it(encoder: Encoder, tmp_path: Path) -> None:
    said = "The harbour board will close the old ferry pier for repairs before the winter storms arrive."
    other = "Before the winter storms the old board arrives to close repairs for the pier, and the ferry will harbour doubts."
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(said, "utf-8")
    (folder / "b.txt").write_text(f"Notices, continued. {said}", "utf-8")
    (folder / "c.txt").write_text(other, "utf-8")
    build(tmp_path / "index", sources_of([folder]), encoder)
    hits = search(Index(tmp_path / "index"), encoder, "when will the ferry pier close?").hits
    assert [(hit.passage.article, [also.passage.article for also in hit.also]) for hit in hits] == [("a", ["b"]), ("c", [])]


QUARRY = (
    "石场去年关了。“米比盐更难买,”赶车人卢广田说,“冬天山路都封了。”山下的村子还有九户人家。\n\n"
    "The night train to Odmar was given new coaches. After three months 140 more passengers were counted.\n\n"
    "Reporter: Why does the quarry still keep a horse?\n\nBram Tolle: The old one knows the way home in the snow.\n"
)


@pytest.fixture
def quarry(encoder: Encoder, tmp_path: Path) -> Index:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "quarry.txt").write_text(QUARRY, "utf-8")
    (folder / "mill.txt").write_text(
        "The mill grinds rye in autumn. Its wheel was cast in Odmar and weighs nine tonnes.\n", "utf-8"
    )
    build(tmp_path / "index", sources_of([folder]), encoder)
    return Index(tmp_path / "index")


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("谁说米比盐更难买?", True),
        ("\u8ab0\u8aaa\u7c73\u6bd4\u9e7d\u66f4\u96e3\u8cb7\uff1f", True),
        ("谁说羊比猪更难喂?", False),
        ("谁说我比你高?", False),
    ],
)
def test_a_question_of_words_of_one_character_is_judged_as_any_other(
    question: str, answered: bool, quarry: Index, encoder: Encoder
) -> None:
    found = answer(quarry, encoder, question)
    assert found.answered is answered
    assert not answered or "米比盐更难买" in found.passages[0].quote.text


def test_the_quote_is_what_goes_on_about_the_words_asked_for(quarry: Index, encoder: Encoder) -> None:
    def quoted(question: str) -> str:
        best = search(quarry, encoder, question).hits[0]
        return best.passage.sentences[best.best].text

    assert quoted("how many more passengers were counted on the night train with new coaches?").startswith("After three months")
    assert quoted("why does the quarry still keep a horse?").startswith("Bram Tolle: The old one")
