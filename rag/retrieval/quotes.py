"""Which sentence of a passage answers a question, and is to be quoted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from rag.retrieval.compared import OUTSIDE, Numbers
from rag.retrieval.legs import Legs
from rag.text.claims import asks
from rag.text.folding import fold, has_han
from rag.text.numbers import numbers as numbers_in
from rag.types import Passage

_ASKING, _NUMBERED, _BRIEF = 0.15, 0.15, 0.3  # in units of cosine
_GOES_ON = 0.4  # what share of a word a sentence has that only the one before holds
_SAYS, _LETTERS = 8, 2.5  # characters from which on a sentence says something; how many letters say what a Han character says
_BARE, _NOTHING = 3, 1.0  # characters beside a speaker's name that say no more than that somebody speaks, and what that costs
Scores = npt.NDArray[np.float64]


def quote_scores(passages: Sequence[Passage], chosen: Numbers, legs: Legs) -> list[Scores]:
    """How well each sentence of some passages answers, the legs' candidates of the numbers `chosen`: an array a passage.

    That is its cosine plus the share, by importance, of the question's words that it holds. The name of a speaker counts as
    held by what that speaker says, and a word in part by the sentence behind the one that has it, for a text does not name again
    what it goes on about: wholly where that one asks, for then this one answers, and not at all where it is asked who says
    something, for it may be somebody else who goes on. A sentence that is itself a question loses, so does one too short to say
    something, and one with a number gains where a number is asked for. A sentence that only says that a speaker speaks is no answer.
    """
    ends = list(accumulate(len(passage.sentences) for passage in passages))
    starts = np.array([0, *ends[:-1]])
    of = np.arange(ends[-1]) + np.repeat(legs.starts[chosen] - starts, np.diff([0, *ends]))
    scores = legs.cosines[of].astype(np.float64)
    folded = [fold(sentence.text) for passage in passages for sentence in passage.sentences]
    asking = np.array([asks(text) for text in folded])
    behind = np.delete(np.arange(len(folded)), starts)  # the sentences that have another before them
    if not legs.asks_who_says:
        answers = behind[asking[behind - 1] & (scores[behind] > OUTSIDE)]
        scores[answers] = np.maximum(scores[answers], scores[answers - 1])
    kept = np.where(asking[behind - 1], 1.0, _GOES_ON)
    together = "\n".join(folded)
    places = [0, *accumulate(len(text) + 1 for text in folded)]
    for i, (concept, importance) in enumerate(zip(legs.concepts, legs.importance, strict=True)):
        held = _held(together, places, concept.variants)
        if i in legs.said:
            held = np.maximum(held, legs.said[i][of])
        if not legs.asks_who_says:
            held[behind] = np.maximum(held[behind], kept * held[behind - 1])
        scores += importance * held
    scores -= _ASKING * asking
    per_character = np.array([1 if has_han(text) else _LETTERS for text in folded])
    lengths = np.array(list(map(len, folded))) / per_character
    names = [legs.concepts[i].variants for i in legs.said]
    beside = [len(text) - sum(max((len(v) for v in forms if v in text), default=0) for forms in names) for text in folded]
    scores -= _NOTHING * ((beside / per_character <= _BARE) & (beside < per_character * lengths))
    scores -= _BRIEF * np.log(_SAYS / np.minimum(lengths + 1, _SAYS))
    if legs.asks_number:
        scores += _NUMBERED * np.array([bool(numbers_in(text)) for text in folded])
    return np.split(scores, ends[:-1])


def _held(together: str, places: Sequence[int], variants: Mapping[str, float]) -> Scores:
    """The weight of the likeliest variant in each sentence, 0 where there is none; the sentences stand at `places`."""
    held = np.zeros(len(places) - 1)
    for variant, likely in variants.items():
        place = together.find(variant)
        while place >= 0:
            sentence = bisect_right(places, place) - 1
            held[sentence] = max(held[sentence], likely)
            place = together.find(variant, places[sentence + 1])
    return held


__all__ = ["Scores", "quote_scores"]
