"""Who is named, and with what role."""

from __future__ import annotations

import time

import pytest

from rag.people import Person, family_length, find_people, is_namesake, is_transliterated


def found(text: str, language: str) -> list[Person]:
    return find_people(text, text, language)


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("“好,”北岭资本合伙人罗静怡说。", Person("罗静怡", roles=("北岭资本合伙人",))),
        ("策展人周怡君透露,零件已经找齐。", Person("周怡君", roles=("策展人",))),
        ("董事长沙明哲认为时候未到。", Person("沙明哲", roles=("董事长",))),
        ("县茶业协会会长岩温说,茶价涨了。", Person("岩温", roles=("县茶业协会会长",))),
        ("茶农玉香也认为,茶价涨了。", Person("玉香", roles=("茶农",))),
        ("居民代表王丽认为,停车位太少。", Person("王丽", roles=("居民代表",))),
        ("主帅马志刚则把失利归咎于轮换。", Person("马志刚", roles=("主帅",))),
        ("欧阳雪回忆道,那天很冷。", Person("欧阳雪")),
        ("罗静怡(Luo Jingyi)认为时候未到。", Person("罗静怡", ("Luo Jingyi",))),
        ("店主罗静怡认为时候未到。文中罗静怡为化名。", Person("罗静怡", (), ("店主",), pseudonym=True)),
        ("首席执行官克里斯·哈特表示同意。", Person("克里斯·哈特", roles=("首席执行官",))),
    ],
)
def test_chinese_names_and_roles(text: str, person: Person) -> None:
    assert found(text, "zh") == [person]


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
    assert found(text, "en") == [person]


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
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("name", "length"), [("欧阳修", 2), ("司马静", 2), ("罗静怡", 1), ("王芳", 1), ("欧阳", 1), ("诸葛小明", 2)]
)
def test_family_names(name: str, length: int) -> None:
    assert family_length(name) == length


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
    assert len(found(text, language)) <= 300
    assert time.perf_counter() - started < 5


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
