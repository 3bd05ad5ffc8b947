"""Which script and language a text is in: ISO 15924 and ISO 639-1 codes.

Scripts are counted by Unicode block; Simplified and Traditional Han are told apart by the characters that only one of
the two uses. Latin, Cyrillic and Arabic texts go to py3langid (Lui & Baldwin, 2012).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

_BLOCKS = {
    "Hira": "[\u3041-\u309f]",
    "Kana": "[\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9d]",
    "Hang": "[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]",
    "Hani": "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]",
    "Cyrl": "[\u0400-\u052f]",
    "Arab": "[\u0600-\u06ff\u0750-\u077f]",
    "Thai": "[\u0e01-\u0e5b]",
    "Deva": "[\u0900-\u097f]",
    "Hebr": "[\u0590-\u05ff]",
    "Grek": "[\u0370-\u03ff]",
    "Latn": "[A-Za-z\u00c0-\u024f\u1e00-\u1eff]",
}
_LANGUAGE = {"Jpan": "ja", "Kore": "ko", "Hans": "zh", "Hant": "zh", "Hani": "zh", "Thai": "th", "Deva": "hi",
             "Hebr": "he", "Grek": "el"}  # fmt: skip


@cache
def _letters(script: str) -> re.Pattern[str]:
    """Compiled when first used: ranges this long take milliseconds, and questions do without most."""
    return re.compile(_BLOCKS[script])


def script_of(text: str) -> str | None:
    """The script that most of the text is written in; None for a text without letters.

    Jpan and Kore stand for the mixed writing of Japanese and Korean. Hani is Han text in which nothing tells Simplified
    from Traditional. A Han character weighs as much as three letters: it stands for about a word.
    """
    counts = {name: len(_letters(name).findall(text)) for name in _BLOCKS}
    kana = counts["Hira"] + counts["Kana"]
    han = counts["Hani"]
    if kana and kana >= 0.1 * (kana + han):
        counts["Jpan"] = kana + han
        han = 0
    if counts["Hang"] and counts["Hang"] >= 0.2 * (counts["Hang"] + han):
        counts["Kore"] = counts["Hang"] + han
        han = 0
    weights = {name: n for name, n in counts.items() if name not in ("Hira", "Kana", "Hang", "Hani")}
    weights["Hani"] = 3 * han
    for mixed in ("Jpan", "Kore"):
        weights[mixed] = 3 * counts.get(mixed, 0)
    best = max(weights, key=lambda name: (weights[name], name))
    if not weights[best]:
        return None
    return han_script(text) if best == "Hani" else best


@lru_cache(maxsize=1)
def _converters() -> tuple[Any, Any]:
    from opencc import OpenCC

    return OpenCC("t2s"), OpenCC("s2t")


def han_script(text: str) -> str:
    """Hans, Hant, or Hani where the text has no character that tells."""
    han = "".join(_letters("Hani").findall(text[:20_000]))[:2_000]
    to_simplified, to_traditional = _converters()
    simplified = to_simplified.convert(han)
    traditional = to_traditional.convert(han)
    only_hant = sum(a != b for a, b in zip(han, simplified, strict=False))
    only_hans = sum(a != b for a, b in zip(han, traditional, strict=False))
    if only_hant == only_hans:
        return "Hani"
    return "Hant" if only_hant > only_hans else "Hans"


def language_of(text: str, script: str | None) -> str | None:
    """The language of a text in that script; None where it cannot be told (under 20 letters, no script)."""
    if script is None:
        return None
    if script in _LANGUAGE:
        return _LANGUAGE[script]
    if len(_letters(script).findall(text)) < 20:
        return None
    import py3langid

    language, _ = py3langid.classify(text[:5_000])
    return str(language)


# Scripts and letters of languages that the embedded encoder was not trained on. Those it shares a script with and that
# have no letters of their own cannot be told by a short question.
_UNKNOWN = {
    "Greek": "\u0370-\u03ff",
    "Hebrew": "\u0590-\u05ff",
    "Hindi or another language of India": "\u0900-\u0dff",
    "Vietnamese": "ăđơưĂĐƠƯ\u1ea0-\u1ef9",
    "Georgian": "\u10a0-\u10ff",
    "Armenian": "\u0530-\u058f",
    "Amharic": "\u1200-\u139f",
    "Burmese": "\u1000-\u109f",
    "Khmer": "\u1780-\u17ff",
    "Lao": "\u0e80-\u0eff",
    "Ukrainian": "іїєґІЇЄҐ",
}


def foreign_to_use(text: str) -> str | None:
    """The language of a text, in English words, when its letters show it to be none that the embedded encoder knows."""
    if text.isascii():
        return None
    return next((name for name, letters in _UNKNOWN.items() if re.search(f"[{letters}]", text)), None)


__all__ = ["foreign_to_use", "han_script", "language_of", "script_of"]
