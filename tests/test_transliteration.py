"""Western names in Han characters."""

from __future__ import annotations

import pytest

from rag.names.transliteration import is_transliterated


@pytest.mark.parametrize(
    ("name", "foreign", "expected"),
    [
        ("程浩", True, False),
        ("\u7f57\u9759\u6021", True, False),
        ("\u5f20\u66fc\u7389", True, False),
        ("\u5f20\u739b\u4e3d", True, False),
        ("\u970d\u5c14\u66fc", False, True),
        ("\u67e5\u5c14\u65af", False, True),
        ("\u76d6\u8328", False, True),
        ("\u9ad8\u65af", False, False),
        ("\u9ad8\u65af", True, True),
        ("\u5f17\u96f7\u00b7\u5b89\u5fb7\u68ee", False, True),
    ],
)
def test_names_written_by_their_sound(name: str, foreign: bool, expected: bool) -> None:
    assert is_transliterated(name, foreign) is expected
