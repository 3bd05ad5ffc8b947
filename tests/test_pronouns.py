"""He and she, in folded text."""

from __future__ import annotations

import re

import pytest

from rag.names.pronouns import HE_OR_SHE, HE_ZH


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("他说", True),
        ("他家在海边", True),
        ("他处理了", True),
        ("他妈妈走了", True),
        ("他们说", False),
        ("其他人说", False),
        ("吉他很旧", False),
        ("马耳他很小", False),
        ("他人的船", False),
        ("他日再说", False),
    ],
)
def test_he_in_chinese_is_no_part_of_another_word(text: str, found: bool) -> None:
    assert bool(re.search(HE_ZH, text)) is found


def test_who_may_be_a_subject() -> None:
    assert re.findall(HE_OR_SHE, "He rows, she helps; they help her. 她们走了,她没走。") == ["He", "she", "她"]
