"""Content words: by script, and without the stop words of the text's own language."""

from __future__ import annotations

import pytest

from rag.text.terms import terms
from rag.text.words import content_words, lone_pairs, phrases, stopwords_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("When did the emperor die?", ["emperor", "die"]),  # "die" is an article in German
        ("Wann starb die Kaiserin?", ["starb", "kaiserin"]),
        ("war in the north", ["war", "north"]),
        ("Wann war der Krieg?", ["krieg"]),
        ("comment ça marche", ["marche"]),
        ("a comment on markets", ["comment", "markets"]),
        ("\u00bfQui\u00e9n gan\u00f3 la guerra?", ["gan\u00f3", "guerra"]),
        ("van Gogh", ["van", "gogh"]),
        ("\u0e43\u0e04\u0e23\u0e0a\u0e19\u0e30\u0e2a\u0e07\u0e04\u0e23\u0e32\u0e21", ["\u0e0a\u0e19\u0e30", "\u0e2a\u0e07\u0e04\u0e23\u0e32\u0e21"]),
        ("\u0645\u062a\u0649 \u062a\u0648\u0641\u064a \u0627\u0644\u0645\u0644\u0643\u061f", ["\u062a\u0648\u0641\u064a", "\u0627\u0644\u0645\u0644\u0643"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ["\u0939\u093f\u0928\u094d\u0926\u0940"]),  # one word, vowel signs and all
        ("\uc2a4\ud0c0\ud2b8\uc5c5\uc740 \ub204\uac00", ["\uc2a4\ud0c0\ud2b8\uc5c5\uc740"]),
    ],
)  # fmt: skip
def test_content_words(text: str, words: list[str]) -> None:
    assert content_words(text) == words


def test_stop_words_are_those_of_the_texts_language() -> None:
    assert "die" not in stopwords_of(["die", "when", "did"])
    assert "die" in stopwords_of(["die", "und", "der"])
    assert {"the", "\u8c01", "\u0e17\u0e35\u0e48"} <= stopwords_of([])  # nothing tells: English, and whatever its script tells


def test_phrases_leave_stop_words_out() -> None:
    assert phrases("Los Angeles was founded in Old Spain") == ["los angeles", "old spain"]


def test_marks_belong_to_the_letters_that_they_stand_on() -> None:
    assert terms("\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947\u0902") == [
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\u092e\u0947\u0902",
    ]


def test_stems_lead_forms_of_a_word_together() -> None:
    assert terms("She dies; they died of a studied calm") == terms("she died they dies of a studies calm")
    assert terms("the V&A and R&D") == ["the", "v&a", "and", "r&d"]
    assert content_words("who founded the V&A?") == ["founded", "v&a"]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("谁说船比钱更难找?", ["船比", "比钱", "钱更", "更难", "难找"]),
        ("\u8ab0\u8aaa\u8239\u6bd4\u9322\u66f4\u96e3\u627e\uff1f", ["船比", "比钱", "钱更", "更难", "难找"]),  # Traditional
        ("船在哪里?", []),  # one character is no pair
        ("who said it?", []),
    ],
)
def test_pairs_of_words_of_one_character(text: str, pairs: list[str]) -> None:
    assert content_words(text) == []
    assert lone_pairs(text) == pairs
