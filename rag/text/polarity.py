"""Whether a text denies or doubts, by the words of denial, difficulty and failure in it.

A coarse signal: an encoder puts "startups can win" next to "startups cannot win", and this tells them apart.
"""

from __future__ import annotations

import re

_NEGATIVE = re.compile(
    # Chinese, in both scripts
    "[\u6253\u8d62\u8d0f\u6bd4\u654c\u6575\u62fc\u8dd1\u6597\u5e72\u73a9\u62a2\u6436]\u4e0d[\u8fc7\u904e]|\u4e0d(?![\u4ec5\u50c5\u65ad\u65b7\u540c\u5c11\u8fc7\u904e\u9519\u932f\u65e9\u4e45\u7ba1\u8ad6\u8bba\u8bba\u7531\u5149\u89c9\u5f97\u4f46])|[\u6ca1\u6c92](?!\u6709\u4eba\u6bd4)|\u65e0\u6cd5|\u7121\u6cd5|\u96be(?!\u9053)|\u96e3(?!\u9053)|\u522b(?=[\u6307\u518d\u628a\u5bf9])|\u653e\u5f03|\u653e\u68c4|\u6467\u6bc1|\u60b2\u89c2|\u60b2\u89c0|\u76f8\u5bf9\u5f88\u5c0f|\u5f88\u5c0f|\u504f\u5c0f|\u592a\u8d35|\u592a\u8cb4|"
    "\u4e8f|\u8667|\u5931\u8d25|\u5931\u6557|\u53ea\u6709|\u53ea\u4f1a|\u53ea\u6703|\u53ea\u5728|\u5c48\u6307\u53ef\u6570|\u6e3a\u832b|\u6709\u9650|\u7f3a\u4e4f|\u7f3a\u5c11|\u4f4e\u4e8e|\u4f4e\u65bc|\u843d\u540e|\u843d\u5f8c|\u8f93|\u8f38|\u5403\u4e0d\u6d88"
    # English
    r"|\b(?:not|no|never|none|nobody|nothing|cannot|hardly|scarcely|barely|unlikely|impossible|without|little|few|only|lose|loses|losing|lost|fail\w*|doubt\w*|lack\w*|doomed|"
    r"dismiss\w*|abandon\w*|g[ia]v(?:e|es|en|ing) up|drop(?:s|ped|ping)? (?:\w+ )?(?:hope|plan|idea|illusion)s?|unable|too (?:expensive|late|costly|hard|risky))\b|n['\u2019]t\b"
    # German, French, Spanish, Russian
    r"|\b(?:nicht|kein\w*|nie|niemand|kaum|ohne|pas|jamais|aucun\w*|rien|sans|peu|no|nunca|ningun\w*|ningún|nadie|sin|\u043d\u0435|\u043d\u0435\u0442|\u043d\u0438\u043a\u043e\u0433\u0434\u0430|\u043d\u0438\u043a\u0442\u043e|\u0431\u0435\u0437|\u043d\u0435\u043b\u044c\u0437\u044f)\b"
    # Japanese, Korean
    "|\u306a\u3044|\u306a\u304b\u3063|\u307e\u305b\u3093|\u305a\u306b|\u5931\u6557|\u96e3\u3057|\uc5c6|\uc548 |\ubabb|\uc54a|\uc5b4\ub835",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """Whether any word of denial, difficulty or failure stands in the text; Chinese, Japanese, Korean and six Latin or Cyrillic languages."""
    return bool(_NEGATIVE.search(text))


__all__ = ["denies"]
