"""Who is named in English, and with what role."""

from __future__ import annotations

import pytest

from rag.english_names import is_namesake
from rag.people import Person, find_people


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "“Fine,” said Jane Doe, chief economist at the Bank of Elmwood.",
            Person("Jane Doe", roles=("chief economist at the Bank of Elmwood",)),
        ),
        ("“Fine,” said manager Luca Ferretti.", Person("Luca Ferretti", roles=("manager",))),
        ("Their lawyer, Dennis McDonald, called it a day.", Person("Dennis McDonald", roles=("lawyer",))),
        ("“No,” said Mara Quill, a farmer at Low Moor.", Person("Mara Quill", roles=("farmer at Low Moor",))),
        ("Mara Quill, a retired teacher who keeps bees, said no.", Person("Mara Quill", roles=("retired teacher",))),
        ("Librarian Joan Whitaker said the roof leaked.", Person("Joan Whitaker")),
        ("Former Prime Minister Joan Whitaker said no.", Person("Joan Whitaker")),
        ("Glazier Clara Pinto said no. There is one glazier in town.", Person("Clara Pinto")),
        ("Rose Mary Quill said no. The rose is red.", Person("Rose Mary Quill")),
        (
            "Peter Hollis, who has lived opposite for thirty-one years and walks his dog there, says he does not want lights.",
            Person("Peter Hollis"),
        ),
        ("Dr. Anne-Marie Dubois said no.", Person("Anne-Marie Dubois")),
        ("“No,” said Sir Geoffrey O'Hale.", Person("Geoffrey O'Hale")),
        ("J. K. Whitfield said no.", Person("J. K. Whitfield")),
        ("Goals from Kelechi Brandt. “Honestly,” said Brandt, 22.", Person("Kelechi Brandt")),
        ("Jan-Willem de Boer said no. “Never,” said De Boer.", Person("Jan-Willem de Boer")),
        ("Luo Jingyi (罗静怡) of North Ridge said no.", Person("Luo Jingyi", ("罗静怡",), ("North Ridge",))),
    ],
)
def test_english_names_and_roles(text: str, person: Person) -> None:
    assert find_people(text, text, "en") == [person]


@pytest.mark.parametrize(
    ("name", "other", "part", "expected"),
    [
        ("Karl von Rask", "Karl Peter Holm", "Karl", True),
        ("Mara Lind", "Jonas Lind", "Lind", True),
        ("Mara Lind", "Mara Ellen Lind", "Lind", False),
        ("Mara Lind", "M. Lind", "Lind", False),
        ("Mara Lind", "Jonas Weller", "Lind", False),
        ("Mara", "Mara Lind", "Mara", True),
    ],
)
def test_namesakes(name: str, other: str, part: str, expected: bool) -> None:
    assert is_namesake(name, other, part) is expected
