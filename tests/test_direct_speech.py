"""Who says a quotation."""

from __future__ import annotations

import pytest
from news import attributed, said, told

from rag.attribution.attributing import CONFIDENCE
from rag.types import Form


def test_a_direct_quotation_and_its_words_around() -> None:
    text = "Rain at last\n\n“We waited ninety days,” said Mara Quill, a farmer at Low Moor. “Now it will not stop.”\n"
    assert said(text, "en") == [
        ("Mara Quill", "We waited ninety days,"),
        ("Mara Quill", "Now it will not stop."),
    ]
    first, last = attributed(text, "en").utterances
    assert (first.form, first.confidence, text[slice(*first.cue)]) == (Form.DIRECT, CONFIDENCE["named"], "said Mara Quill")
    text = "Rain at last\n\n“We waited,” said Mara Quill, adding that the reservoir had been dry since May.\n"
    assert said(text, "en")[1:] == [("Mara Quill", "said Mara Quill, adding that the reservoir had been dry since May.")]
    assert (last.form, last.confidence) == (Form.DIRECT, CONFIDENCE["quoted on"])


def test_a_quotation_over_several_paragraphs() -> None:
    text = 'Windows\n\n"They rattle," said J. K. Whitfield. "I wrote to the mayor eleven times.\n\n"I wrote to the governor.\n\n"Nobody answers."\n\nThe mayor is away.\n'
    assert [words for speaker, words in said(text, "en") if speaker == "J. K. Whitfield"] == [
        "They rattle,",
        "I wrote to the mayor eleven times.",
        "I wrote to the governor.",
        "Nobody answers.",
    ]
    assert len(said(text, "en")) == 4


@pytest.mark.parametrize(
    "verb",
    "commented warned noted joked insisted insists recalled wrote explained argued replied asked claimed admitted announced declared observed remarked quipped "
    "predicted concluded fumed reckons said says added thundered snapped laughed".split(),
)
def test_any_verb_of_saying_stands_before_its_speaker_behind_a_quotation(verb: str) -> None:
    assert told(f'"It floats like a cork," {verb} Tom Reed.') == [("Tom Reed", "It floats like a cork,")]
    assert told(f'"It floats like a cork", {verb} pilot Tom Reed on Monday.') == [("Tom Reed", "It floats like a cork")]
