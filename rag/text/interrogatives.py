"""Words of asking: those of English and Chinese questions, and those by which a short question in another language is known."""

from __future__ import annotations

import re

AUX = "do|does|did|has|have|had|would|might|will|could|can|should|is|are|was|were"
"""English verbs that stand before the subject of a question."""
ASKING = re.compile(
    rf"\b(?:who|whom|whose|what|which|when|where|why|how|{AUX})\b|\u8c01|\u4ec0\u4e48|\u4e3a\u4f55|\u600e|\u5982\u4f55|\u54ea|\u51e0|\u591a\u5c11|\u5417|\u662f\u5426|\u662f\u4e0d\u662f"
)
"""A word by which a folded text in English or Chinese asks."""
BARE = re.compile(
    r"(?:but )?why(?: not| so| is that| exactly)?|how(?: so| come| exactly)?|when|where|since when|says who|who says so|really|for example|for instance|such as|like what|in what way|"
    r"what else|who else|how much|how many|"
    "(?:\u4f46)?(?:\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565|\u51ed\u4ec0\u4e48|\u4f55\u4ee5\u89c1\u5f97|\u600e\u4e48\u8bf4|\u600e\u4e48\u4f1a|\u600e\u4e48\u8bb2|\u539f\u56e0|\u7406\u7531|\u7406\u7531\u662f\u4ec0\u4e48|\u539f\u56e0\u662f\u4ec0\u4e48|\u4ec0\u4e48\u65f6\u5019|\u4f55\u65f6|\u6bd4\u5982|\u4f8b\u5982|\u771f\u7684\u5417|\u8fd8\u6709\u8c01|\u8c01\u8bf4\u7684|\u5177\u4f53)(?:\u5462|\u5440|\u554a)?"
)
"""A folded question that is nothing but a word of asking, with what may stand beside it."""
MOST_HAN = 14
"""The most characters of a short question in a script without spaces."""
_FOREIGN_SCRIPT = re.compile(r"[\u0370-\u052f\u0590-\u0e7f\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
# Words of asking and pronouns of the European languages that the embedded encoder reads, but those that are English words too.
_FOREIGN = frozenset(
    "wann wer wen wem wo woher wohin warum wieso weshalb welche welcher er sie ihn ihm ihr und quand qui o\u00f9 pourquoi comment quoi quel quelle combien elle lui "
    "cu\u00e1ndo cuando qui\u00e9n quien d\u00f3nde donde qu\u00e9 c\u00f3mo cu\u00e1nto \u00e9l ella y quando quem onde porqu\u00ea ele ela chi dove perch\u00e9 cosa quanto lei wanneer "
    "wie waar waarom hij zij haar kiedy kto gdzie dlaczego jak nerede neden ni\u00e7in nas\u0131l".split()
)


def is_foreign(question: str) -> bool:
    """Whether a line is a question of three words at most, in a language that is neither English nor Chinese, that names nothing.

    Such a one ("Wann starb er?") may well refer to the question before.
    """
    first = re.split("[?\uff1f\u061f]", question.strip(), maxsplit=1)[0]
    words = re.findall(r"[^\W\d_]+", first)
    if any(_FOREIGN_SCRIPT.search(word) for word in words):
        return len(words) < 4 and len(first) <= MOST_HAN
    named = any(word[0].isupper() for word in words[1:])
    return 0 < len(words) < 4 and not named and ("\u00bf" in question or not _FOREIGN.isdisjoint(map(str.lower, words)))


__all__ = ["ASKING", "AUX", "BARE", "MOST_HAN", "is_foreign"]
