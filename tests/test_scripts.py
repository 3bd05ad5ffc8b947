"""Script and language of a text."""

from __future__ import annotations

import pytest
from texts import ENGLISH, GERMAN, HANS, HANT, JAPANESE, KOREAN, RUSSIAN

from rag.text.scripts import han_script, language_of, script_of


@pytest.mark.parametrize(
    ("text", "script", "language"),
    [
        (HANS, "Hans", "zh"),
        (HANT, "Hant", "zh"),
        ("小山中大人", "Hani", "zh"),
        (JAPANESE, "Jpan", "ja"),
        (KOREAN, "Kore", "ko"),
        (RUSSIAN, "Cyrl", "ru"),
        (GERMAN, "Latn", "de"),
        (ENGLISH, "Latn", "en"),
        ("ไม่มีอะไรใหม่ในห้องนี้", "Thai", "th"),
        ("Δεν υπάρχει τίποτα νέο εδώ", "Grek", "el"),
        ("לא חדש כאן היום", "Hebr", "he"),
        ("short", "Latn", None),
        ("123 — 456 !?", None, None),
        ("", None, None),
    ],
)
def test_script_and_language(text: str, script: str | None, language: str | None) -> None:
    assert script_of(text) == script
    assert language_of(text, script) == language


def test_a_latin_name_or_two_does_not_make_chinese_latin() -> None:
    assert script_of("我们这次用了OpenAI的ChatGPT和Sora") == "Hans"
    assert script_of("OpenAI and Anthropic, in Chinese 开放 and so on, were named by the speaker") == "Latn"


def test_one_stray_character_of_the_other_script_does_not_tip_the_balance() -> None:
    assert han_script(HANS + "後") == "Hans"
    assert han_script(HANT + "后国") == "Hant"
