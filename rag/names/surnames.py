"""Chinese family names: which there are, how long one is within a name, and how names read in pinyin."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from rag.text.cues import HAN
from rag.text.folding import simplify


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """All known family names, in Simplified characters."""
    lines = (files("rag") / "data" / "surnames.txt").read_text("utf-8").split("\n")
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def family_length(name: str) -> int:
    """How many characters of a Han name, in Simplified characters, are the family name: 2 of a compound one, else 1."""
    return 2 if len(name) == 4 or len(name) > 2 and name[:2] in surnames() else 1


def has_family_name(name: str) -> bool:
    """Whether a Han name, in Simplified characters, begins with a known family name."""
    return name[:1] in surnames() or name[:2] in surnames()


def romanised(name: str) -> str | None:
    """A Han name in toneless pinyin, family name first and apart ("Wang Huai"); None for a name that is not all Han or
    begins with no family name, as transliterated ones do.
    """
    if not re.fullmatch(f"[{HAN}]{{2,4}}", name) or not has_family_name(simplify(name)):
        return None
    from pypinyin import Style, lazy_pinyin

    folded = simplify(name)
    family = family_length(folded)
    syllables = lazy_pinyin(folded, style=Style.NORMAL, v_to_u=True)
    syllables[0] = _FAMILY_READINGS.get(folded[0], syllables[0]) if family == 1 else syllables[0]
    return " ".join("".join(part).capitalize() for part in (syllables[:family], syllables[family:]))


_SYLLABLE = "(?:[zcs]h?|[bpmfdtnlgkhjqxrwy])?(?:a(?:i|o|ng?)?|e(?:i|r|ng?)?|i(?:a(?:o|ng?)?|e|u|n|o?ng)?|o(?:u|ng)?|u(?:a(?:i|ng?)?|e|i|n|o)?|v)"
_PINYIN = re.compile(f"(?:{_SYLLABLE}){{1,2}}(?:[\\s'-]+(?:{_SYLLABLE}){{1,2}}){{1,2}}", re.IGNORECASE)


def may_be_pinyin(name: str) -> bool:
    """Whether a name of several words may be a Chinese one in toneless pinyin."""
    return bool(_PINYIN.fullmatch(name))


# Characters that are read otherwise as family names.
_FAMILY_READINGS = dict(
    zip(
        "\u5355\u4ec7\u66fe\u89e3\u4efb\u67e5\u533a\u76d6\u7fdf\u4e50\u90dd\u8983\u6734\u5c24",
        "shan qiu zeng xie ren zha ou ge zhai yue hao qin piao you".split(),
        strict=True,
    )
)


__all__ = ["family_length", "has_family_name", "may_be_pinyin", "romanised", "surnames"]
