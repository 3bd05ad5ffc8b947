"""Who is named, and who is not."""

from __future__ import annotations

import time

import pytest

from rag.names.people import find_people


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("成本明显高于去年,平台严格限制。任何时候都可以说,方法很多。", "zh"),
        ("发言人明确表示,高度评价这项工作。", "zh"),
        ("云南勐川的茶农正在采茶,云南勐川说不上大。海南文昌的渔民出海了。", "zh"),
        ("Bluewater Sports says no. The World Bank said yes. On Monday Chinese ChatGPT showed up.", "en"),
        ("专家普遍认为,员工纷纷表示,农民都说,医生随后说,校长当场表示,记者会后说,国家电网表示,茶农合作社认为。", "zh"),
        ("Anna Schmidt sagte nein.", "de"),
        ("", "zh"),
    ],
)
def test_nobody_is_named(text: str, language: str) -> None:
    assert find_people(text, text, language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("董事王明说" * 8_000, "zh"),
        ("".join(f"董事王{chr(0x4E00 + i)}{chr(0x5000 + i)}说。" for i in range(4_000)), "zh"),
        (" ".join(f"Mr {chr(65 + i % 26)}x{'abcdefghij'[i // 26 % 10] * 3} Y{'klmnopqrst'[i // 260 % 10] * 3} said." for i in range(5_000)), "en"),
        ("a" * 200_000, "en"),
        ("alias " * 30_000, "en"),
    ],
)  # fmt: skip
def test_hostile_text_takes_no_long_time(text: str, language: str) -> None:
    started = time.perf_counter()
    assert len(find_people(text, text, language)) <= 300
    assert time.perf_counter() - started < 5
