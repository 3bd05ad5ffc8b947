"""Bridges, claims and ranking, on the sample articles with the real encoder."""

from pathlib import Path

import numpy as np
import pytest

from rag.answering.answers import answer
from rag.articles.corpus import sources_of
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.indexing.speakers import find_profile, people_in
from rag.retrieval import candidates, legs
from rag.retrieval import search as retrieval
from rag.retrieval.bridges import Glossary, concepts, names, read, shipped_glossary
from rag.retrieval.search import check_question, search
from rag.text.claims import asks_number, claim_of, kind_of
from rag.text.folding import fold, has_han
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


@pytest.mark.parametrize(
    "question",
    [
        "{}说大模型怎么样?",
        "为什么{}不看好大模型?",
        "{}對融資有什麼看法?",
        "{}是谁?",
        "据{}说,贵不贵?",
    ],
)
def test_every_speaker_is_known_by_a_han_name_wherever_it_stands(question: str, sample_index: Path, encoder: Encoder) -> None:
    index = Index(sample_index)
    speakers = [index.utterances.speaker(i) for i in range(len(index.utterances.speakers))]
    han = {n for s in speakers if s.kind == "person" for n in (s.name, *s.aliases) if has_han(n) and n.isalpha()}
    assert len(han) > 15
    for name in sorted(han):
        asked = legs.score_legs(index, encoder, question.format(name))
        assert fold(name) in [concept.source for concept in asked.concepts]
        assert asked.said, f"nothing that {name} says counts"


def test_a_name_is_not_cut_out_of_a_longer_word(sample_index: Path) -> None:
    index = Index(sample_index)
    river = "长江一带"  # the Yangtze and its banks; its middle is called like an investor
    assert index.utterances.named_in(river) == [river[1:3]]
    asked = read(river, index.lexicon, index.lexical, shipped_glossary(), {river[1:3]: [river[1:3]]})
    assert river[1:3] not in [concept.source for concept in asked.found]


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Index:
    """An index of one English article, in which two investors have Chinese names and one has not."""
    folder = tmp_path_factory.mktemp("english")
    (folder / "split.txt").write_text(
        'Fu Sheng, chief executive of Cheetah Mobile, disagreed. "Half of the new firms are built on models," Fu Sheng wrote.\n\n'
        'Ouyang Na, a partner at Ridge Capital, said: "We wait for prices to fall."\n\n'
        "Anna Keller said that Zurich plans a data centre next spring, and that nobody had asked the neighbours.\n"
    )
    build(folder / "index", sources_of([folder / "split.txt"]), encoder)
    return Index(folder / "index")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("傅盛说了什么?", {"傅盛": ("fu sheng",)}),
        ("為什麼傅盛和歐陽娜不同意?", {"傅盛": ("fu sheng",), "欧阳娜": ("ouyang na",)}),
        ("高盛怎么看?", {}),
        ("what did Fu Sheng write?", {}),
    ],
)
def test_a_question_names_in_han_characters_whom_articles_name_in_pinyin(
    question: str, names: dict[str, tuple[str, ...]], english: Index, encoder: Encoder
) -> None:
    assert people_in(english, fold(question)) == names
    for name in names:
        assert find_profile(english, name).speaker.romanised is None
        assert {c.source: c.via for c in legs.score_legs(english, encoder, question).concepts}[name] == "name"


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [("谁认为创业公司打不赢大厂?", "誰認為創業公司打不贏大廠?"), ("周鸿祎怎么看通用大模型?", "周鴻禕怎麼看通用大模型?")],
)
def test_a_question_finds_the_same_words_and_passage_in_both_chinese_scripts(
    simplified: str, traditional: str, sample_index: Path, encoder: Encoder
) -> None:
    assert legs.compared_by(traditional) == (legs.claim_of(traditional) or traditional, legs.claim_of(simplified) or simplified)
    one, other = (search(Index(sample_index), encoder, question) for question in (simplified, traditional))
    assert one.concepts == other.concepts
    assert one.hits[0].number == other.hits[0].number


def test_the_mean_of_vectors_has_unit_length(encoder: Encoder) -> None:
    rows = encoder.encode_queries(["誰認為會贏", "谁认为会赢"])
    found = legs.mean(rows)
    assert np.isclose(np.linalg.norm(found), 1.0, atol=1e-6)
    assert np.isclose(found @ rows[0], found @ rows[1], atol=1e-6)
    assert legs.mean(rows[:1]).tolist() == rows[0].tolist()
    assert [len(legs.compared_by(question)) for question in ("谁会赢?", "勝てるのは誰?", "who wins?", "誰會贏?")] == [1, 1, 1, 2]


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
    monkeypatch.setattr(candidates, "_FEW", 2)
    monkeypatch.setattr(candidates, "_TOGETHER", 2)
    monkeypatch.setattr(retrieval, "_READ", 5)
    every = legs.score_legs(index, encoder, question)
    few = legs.score_legs(index, encoder, question, best=(5, legs.Weights()))
    assert 5 <= len(few.numbers) < len(every.numbers)
    assert set(few.numbers.tolist()) < set(every.numbers.tolist())
    best, all_of_them = (retrieval.rank(index, question, found, 2) for found in (few, every))
    assert best.evidence == all_of_them.evidence
    assert [(hit.number, hit.best) for hit in best.hits] == [(hit.number, hit.best) for hit in all_of_them.hits]
    np.testing.assert_allclose([hit.score for hit in best.hits], [hit.score for hit in all_of_them.hits], rtol=1e-6)


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
