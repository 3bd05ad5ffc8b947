"""Folding for matching: one form for what differs only in script, width, case or marks.

Folded text is never shown. It is Unicode NFKC, case-folded, Traditional Chinese mapped to Simplified character by
character (OpenCC), and quotation marks and dashes unified.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

FULL_WIDTH = 0xFEE0  # distance from an ASCII character to its full-width form
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0010ffff]")
_NARROW = {code + FULL_WIDTH: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("‐‑‒–—―−─", "-"),
        "・": "·",
        "•": "·",
        "。": ".",
        "、": ",",
        "〜": "~",
        # Variants that OpenCC decides by phrase; matched alike whichever way they were written.
        "著": "着",
        "乾": "干",
        "妳": "你",
        "甚": "什",
        "裏": "里",
        "佔": "占",
        "週": "周",
        "係": "系",
        "谘": "咨",
        "馀": "余",
        "迳": "径",
        "暱": "昵",
        "钜": "巨",
        "锺": "钟",
        "衞": "卫",
        "敍": "叙",
        "痺": "痹",
        "睪": "睾",
        "簷": "檐",
    }
)


class _Simplifier(dict[int, str]):
    """A `str.translate` table from Traditional to Simplified, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        text = chr(code)
        if 0x3400 <= code <= 0x9FFF or code >= 0x20000:
            simplified = _converter()(_converter()(text))
            text = simplified if len(simplified) == 1 else text
        self[code] = text
        return text


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC  # here, because only Chinese needs to wait for it

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


class _Folder(dict[int, str]):
    """A `str.translate` table for all of folding but what several characters make together, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = text = _composed(chr(code))
        return text


_simplifier, _folder = _Simplifier(), _Folder()


def simplify(text: str) -> str:
    """Traditional Chinese characters as their Simplified ones, each by itself; the length stays the same."""
    return text.translate(_simplifier)


def narrow(text: str) -> str:
    """Full-width ASCII forms and the ideographic space as their half-width twins; the length stays the same."""
    return text.translate(_NARROW)


def has_han(text: str) -> bool:
    """Whether any character is a Han ideograph."""
    return _HAN.search(text) is not None


def squeeze(text: str) -> str:
    """The text without blanks, punctuation and symbols, for comparing what differs only in these."""
    return re.sub(r"\W+", "", text)


def fold(text: str) -> str:
    """The folded form of a text; its length may differ (NFKC expands some characters). Idempotent."""
    return _remembered(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    folded = text.translate(_folder)
    return folded if unicodedata.is_normalized("NFKC", folded) else _composed(text)


def _composed(text: str) -> str:
    """The folded form of a text whose characters may change each other: marks on letters, syllables in parts."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_simplifier).translate(_MARKS)
    return unicodedata.normalize("NFKC", folded)


_SHORT = 1_000  # characters; the folded forms of shorter texts are remembered, since the same few passages are read often
_remembered = lru_cache(maxsize=4_096)(_fold)

__all__ = ["FULL_WIDTH", "fold", "has_han", "narrow", "simplify", "squeeze"]
