"""Words of denial, difficulty and failure."""

from __future__ import annotations

import pytest

from rag.text.polarity import denies


@pytest.mark.parametrize(
    "text",
    [
        "小厂打不过大厂",
        "小廠沒有機會",
        "机会偏小",
        "很难赢",
        "只有三家能活下来",
        "they cannot win",
        "they won't win",
        "they won\u2019t win",
        "I doubt that they win",
        "few will survive",
        "they dropped their plans",
        "drop hopes of winning",
        "he gave up the race",
        "sie gewinnen nicht",
        "ils ne gagnent pas",
        "nunca ganan",
        "они не победят",
        "勝てない",
        "이길 수 없다",
    ],
)
def test_denied(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "小厂能赢",
        "小厂不仅能赢\uff0c而且不少",
        "不同的小厂",
        "they can win",
        "prices drop in autumn",
        "notable nobles",
        "sie gewinnen",
        "они победят",
        "",
        "勝てる",
    ],
)
def test_not_denied(text: str) -> None:
    assert not denies(text)
