"""Who is named in Chinese, and with what role."""

from __future__ import annotations

import pytest

from rag.names.people import Person, find_people


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("“好,”北岭资本合伙人罗静怡说。", Person("罗静怡", roles=("北岭资本合伙人",))),
        ("策展人周怡君透露,零件已经找齐。", Person("周怡君", roles=("策展人",))),
        ("董事长沙明哲认为时候未到。", Person("沙明哲", roles=("董事长",))),
        ("县茶业协会会长岩温说,茶价涨了。", Person("岩温", roles=("县茶业协会会长",))),
        ("茶农玉香也认为,茶价涨了。", Person("玉香", roles=("茶农",))),
        ("居民代表王丽认为,停车位太少。", Person("王丽", roles=("居民代表",))),
        ("“茶价涨了。”厂主柏长青说。", Person("柏长青", roles=("厂主",))),
        ("船长白露说:“风太大了。”", Person("白露", roles=("船长",))),
        ("主帅马志刚则把失利归咎于轮换。", Person("马志刚", roles=("主帅",))),
        ("欧阳雪回忆道,那天很冷。", Person("欧阳雪")),
        ("罗静怡(Luo Jingyi)认为时候未到。", Person("罗静怡", ("Luo Jingyi",))),
        ("店主罗静怡认为时候未到。文中罗静怡为化名。", Person("罗静怡", (), ("店主",), pseudonym=True)),
        ("首席执行官克里斯·哈特表示同意。", Person("克里斯·哈特", roles=("首席执行官",))),
    ],
)
def test_chinese_names_and_roles(text: str, person: Person) -> None:
    assert find_people(text, text, "zh") == [person]
