"""Western names in Han characters: the characters that write their sounds, and the dots between their parts."""

from __future__ import annotations

import re

from rag.text.cues import DOTS, HAN

DOT = re.compile(f"[{DOTS}]")
"""The dot between two parts of a name."""
DOTTED_NAME = re.compile(rf"[{HAN}]{{1,8}}(?:[{DOTS}][{HAN}]{{1,8}})+")
"""A name of two parts or more."""
# Characters that write the sounds of western names: those that Chinese given names hardly have, and those they have too.
_FOREIGN = frozenset(
    "埃奥巴鲍贝勃布茨厄尔菲弗夫盖戈格赫卡坎科肯库夸奎拉莱勒列洛迈姆内涅努帕派皮普珀契恰切撒萨塞瑟什斯塔坦特托瓦沃悉逊耶扎兹蒂迪顿"
)
_SOUNDS = _FOREIGN | frozenset(
    "高牛阿艾安昂班邦比彼宾波伯查达大戴丹当道德登丁杜多恩法凡范方费芬丰冯佛伏古哈汉豪亨霍基及吉季济加贾简杰金津凯康考柯克孔昆赖兰朗劳雷里理利莉林琳卢鲁露路伦"
    "罗马玛麦曼毛梅门蒙孟米密敏莫默木穆拿纳娜乃南尼年宁纽农诺欧潘庞佩彭平齐乔钦琼丘荣儒瑞若赛桑森莎沙山珊史士思司索泰汤唐陶提汀廷图万威韦维卫温翁乌武伍西希锡夏谢辛欣雅亚延扬叶伊因英尤于约泽曾詹哲珍芝治朱佐祖"
)
_NEVER_GIVEN = frozenset("茨兹弗姆勒")
_OFTEN_GIVEN = frozenset(
    "莎安达大德丹林琳利莉里理丽敏明森思英荣雅欣泽曾哲珍芝治祖平年宁山珊娜瑞若士杰金津康凯汉豪方芬丰道武希维威温兰朗雷路露鲁"
)


def is_transliterated(name: str, foreign: bool) -> bool:
    """Whether the characters of a Han name, in Simplified characters, are those by which western names are written.

    `foreign` says that the article has such names beyond doubt, so that less will do.
    """
    if DOT.search(name):
        return True
    given = name[1:]
    if not given or not set(name) <= _SOUNDS:
        return False
    if len(given) == 1:
        return given in _NEVER_GIVEN or foreign and given in _FOREIGN
    return not _FOREIGN.isdisjoint(given) or foreign and not set(given) <= _OFTEN_GIVEN


_SOUND = f"[{''.join(sorted(_SOUNDS))}]"
_SOUNDED = re.compile(rf"(?:^|(?<=[,。!?;:\s、])){_SOUND}{{3,7}}(?!{_SOUND})|{DOTTED_NAME.pattern}")


def find_transliterated(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range of the first western name in Han characters: one with dots, or one that begins a clause and is no place or word."""
    import rjieba

    for match in _SOUNDED.finditer(text, start, end):
        word = match[0]
        if DOT.search(word):
            return match.span()
        tagged = rjieba.tag(word)
        if len(_FOREIGN.intersection(word)) > 1 and (len(tagged) > 1 or tagged[0][1].startswith("nr")):
            return match.span()
    return None


__all__ = ["DOT", "DOTTED_NAME", "find_transliterated", "is_transliterated"]
