"""Agreement: whether a pronoun of a question, "he" or "she", fits the person it may stand for."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.answering.answers import Answer
from rag.indexing.index import Index
from rag.indexing.speakers import find_profile
from rag.names.honorifics import HONOUR, honoured
from rag.names.pronouns import HE_EN, SHE_EN
from rag.text.folding import fold
from rag.types import Speaker

_HE = re.compile(rf"\b(?:{HE_EN})\b|\u4ed6")
_SHE = re.compile(rf"\b(?:{SHE_EN})\b|\u5979")
_CUE = re.compile(r"(?:he|his|she|her)\b|[\u4ed6\u5979]|.*\b(?:he|she)$", re.DOTALL)
_MOST_CUES, _MOST_ARTICLES = 200, 20  # that are read for whether somebody is "he" or "she"


def kind_of_pronoun(pronoun: str) -> str:
    """Which of "he" and "she" a pronoun is a form of; "he" for those of neither."""
    return "she" if _SHE.fullmatch(pronoun) else "he"


def pronoun_of(index: Index, one: Speaker | str, before: Answer | None) -> str:
    """ "he" or "she" where it is known of somebody: from an honorific in the question before or in the articles, or from the cues
    by which the articles say that a speaker speaks; "" where it is not, or where they disagree.
    """
    forms = (one,) if isinstance(one, str) else (one.name, *one.aliases)
    asked = honoured(before.question, forms) if before else set()
    if asked:
        known = asked
    elif isinstance(one, str):
        honour = HONOUR.match(one.split()[0])
        texts = [cited.hit.passage.text for cited in before.passages] if before else []
        known = (
            {"he" if honour["he"] else "she"}
            if honour and honour.lastgroup
            else set().union(*(honoured(text, forms) for text in texts))
        )
    else:
        known = set(_spoken_of(index, one.name))
    return next(iter(known)) if len(known) == 1 else ""


@lru_cache(maxsize=256)
def _spoken_of(index: Index, name: str) -> frozenset[str]:
    """Which of "he" and "she" the articles say of a speaker."""
    profile = find_profile(index, name)
    rows = [index.utterances.rows[number] for number in profile.utterances[:_MOST_CUES]]
    raws: dict[int, str] = {}
    for article in dict.fromkeys(int(row["article"]) for row in rows):
        if len(raws) < _MOST_ARTICLES:
            raws[article] = index.raw(index.entries[article])
    cues = [fold(raws[int(row["article"])][row["cue_start"] : row["cue_end"]]) for row in rows if int(row["article"]) in raws]
    pronouns = [match[0] for cue in cues if (match := _CUE.match(cue))]
    found = {word for word, pattern in (("he", _HE), ("she", _SHE)) if any(map(pattern.search, pronouns))}
    for raw in raws.values():
        found |= honoured(raw, (profile.speaker.name, *profile.speaker.aliases))
    return frozenset(found)


__all__ = ["kind_of_pronoun", "pronoun_of"]
