"""Chinese family names and pinyin."""

from __future__ import annotations

import pytest

from rag.names.surnames import family_length, may_be_pinyin, romanised


@pytest.mark.parametrize(
    ("name", "length"), [("欧阳修", 2), ("司马静", 2), ("罗静怡", 1), ("王芳", 1), ("欧阳", 1), ("诸葛小明", 2)]
)
def test_family_names(name: str, length: int) -> None:
    assert family_length(name) == length


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("罗静怡", "Luo Jingyi"),
        ("欧阳修", "Ouyang Xiu"),
        ("歐陽修", "Ouyang Xiu"),
        ("司马静", "Sima Jing"),
        ("单明", "Shan Ming"),
        ("曾文", "Zeng Wen"),
        ("Jane Doe", None),
        ("克里斯·哈特", None),
    ],
)
def test_names_in_pinyin(name: str, pinyin: str | None) -> None:
    assert romanised(name) == pinyin


@pytest.mark.parametrize(
    ("name", "may_be"),
    [("Fu Sheng", True), ("Zhang Xiaohu", True), ("Ouyang Na", True), ("Jack Ma", False), ("Fu", False), ("Sam Altman", False)],
)
def test_names_that_may_be_pinyin(name: str, may_be: bool) -> None:
    assert may_be_pinyin(name) is may_be
