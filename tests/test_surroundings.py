"""What an article is about counts a little for each of its passages."""

import numpy as np
import pytest

from rag.bridges import Concept
from rag.building import build
from rag.corpus import sources_of
from rag.coverage import Coverage
from rag.encoders import Encoder
from rag.index import Index, Settings
from rag.retrieval import search
from rag.surroundings import article_shares

LIVES = {
    "olga_brandt": "Olga Brandt built bridges over the northern fjords.\n\nShe was born in the town of Arvik in 1871.",
    "note": "Mirek Saldo kept bees and sold honey to the inns.\n\nHe was born in the town of Lodowa in 1866.",
}


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Index:
    folder = tmp_path_factory.mktemp("lives")
    (folder / "articles").mkdir()
    for name, text in LIVES.items():
        (folder / "articles" / f"{name}.txt").write_text(text, "utf-8")
    build(folder / "index", sources_of([folder / "articles"]), encoder, Settings(passage_size=60))
    return Index(folder / "index")


@pytest.mark.parametrize(
    ("question", "article"),
    [("Where was Olga Brandt born?", "olga_brandt"), ("Where was Mirek Saldo born?", "note"), ("Saldo 出生在哪里\uff1f", "note")],
)
def test_a_passage_need_not_name_whom_its_article_is_about(lives: Index, encoder: Encoder, question: str, article: str) -> None:
    births = [hit for hit in search(lives, encoder, question).hits if "born" in hit.passage.text]
    assert [hit.passage.article == article for hit in births] == [True, False]
    assert births[0].shares["article"] > births[1].shares["article"]


def test_the_share_is_that_of_a_tenth_of_an_occurrence_where_the_passage_has_none(lives: Index) -> None:
    numbers = np.arange(len(lives.passages), dtype=np.int64)
    words = [Concept("brandt", {"brandt": 1.0}, "exact"), Concept("1871", {"1871": 1.0}, "exact")]
    coverage = Coverage(lives.lexical, words)
    shares = article_shares(lives, words, coverage, numbers)
    texts = [lives.passages[int(i)].text for i in numbers]
    own = coverage.of(numbers)
    assert [(share > 0, "Brandt" in text or "1871" in text) for share, text in zip(shares, texts, strict=True)] == [
        ("Brandt" in text or "Arvik" in text, "Brandt" in text or "1871" in text) for text in texts
    ]
    assert (shares < own.max() / 4).all()


def test_a_title_counts_by_whole_words(lives: Index) -> None:
    numbers = np.arange(len(lives.passages), dtype=np.int64)
    for word, held in (("olga", True), ("lga", False), ("zeppelin", False)):
        words = [Concept(word, {}, "none")]
        assert bool(article_shares(lives, words, Coverage(lives.lexical, words), numbers).any()) is held
