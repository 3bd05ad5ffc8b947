"""The people whom a Chinese or English article names, with the roles it gives them.

Rules, not a tagger: an article introduces those it quotes, by a title before the name or after it, by the firm they belong
to, by another spelling in brackets, by what they say, or by a turn of an interview. Each rule looks for one such
introduction; every later mention of a name found so counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.cues import HAN, SAYING_ZH, SAYS_EN

TITLES_ZH = (
    r"创始人|创办人|联创|合伙人|合作伙伴|官|CEO|CTO|CFO|COO|CIO|CMO|CPO|总裁|董事长|董事|经理|总监|院长|所长|主任|教授|博士|院士|研究员|分析师|架构师|工程师|科学家|经济学家|"
    r"负责人|专家|投资人|投资者|发起人|主席|秘书长|校长|会长|理事长|发言人|顾问|律师|医生|导演|部长|局长|市长|省长|州长|总统|总理|首相|议员|总编辑|主编|掌门人|操盘手|作家|学者|"
    r"创业者|行长|馆长|厂长|教练|店长|记者|老板|高管|创始合作伙伴|主管"
)
_ORGANISATION = (
    r"资本|创投|风投|投资|基金|科技|集团|公司|大学|学院|银行|研究院|研究所|实验室|智能|网络|证券|信托|保险|传媒|媒体|咨询|机构|协会|委员会|医院|中心|云|汽车|航空|软件|电子|办公|"
    r"出版社|报社|杂志|工作室|事务所|组织"
)
_FOLLOWS = (
    rf"(?=$|[\s\d,.!?;:()《》“”「」『』\"'\[\]。、\uff0c\uff08\uff1a—-]|[在对向和与反跟同及或是为的也则还又更曾就都将已把被给从以所等让却并正不没有于到来去做其仍才便即口看]|(?:{SAYING_ZH})|"
    r"此前|始终|最终|近日|日前|近期|最近|一直|自己|团队|本人|先生|女士|博士|教授|老师|创办|创立|任职|任|出任|担任|领导|旗下|祭出|带领|发表|接受|转发|离开|加入|代表|分享|宣布|最后|明显|现在|公开|方面)"
)
_LATIN = r"[A-Z][a-zA-Z'’-]+(?: (?:[A-Z]\.|[A-Z][a-zA-Z'’-]+)){0,3}"
_BEFORE = r"[,。!?;:“”「」『』()\s、\uff0c\uff08\uff1a\uff09]"
_TITLES_EN = (
    r"founders?|co-?founders?|partners?|CEO|CTO|CFO|COO|chief [a-z]+(?: [a-z]+)? officer|chief [a-z]+|president|vice[- ]president|chair(?:man|woman|person)?|directors?|"
    r"managers?|professors?|researchers?|analysts?|engineers?|scientists?|economists?|investors?|heads?|experts?|spokes(?:man|woman|person)|advis[eo]rs?|"
    r"lawyers?|ministers?|secretary|governor|mayor|editors?|authors?|writers?|journalists?|executives?|principals?|entrepreneurs?|VCs?"
)
_NAME_EN = r"(?:[A-Z][a-zà-ÿ'’]+|[A-Z]\.)(?:[ -](?:(?:de|van|von|al|bin|del|la)\s)?(?:[A-Z][a-zA-Zà-ÿ'’]+|[A-Z]\.)){1,3}"
_NO_NAME_EN = frozenset(
    "The A An In On At By For From But And Or If When While After Before This That These Those It He She They We You I His Her Its Their Our "
    "Two Three Four Five Six Half Most Many Some One Others Other Not Yet Still As Among Since With Without Under Over".split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone an article names: the fullest form of the name, its other forms, and roles as printed, the most telling first.

    `pseudonym` is set where the article says that the name is not the real one.
    """

    name: str
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    pseudonym: bool = False


@lru_cache(maxsize=1)
def _chinese_name() -> str:
    """A pattern of Chinese names: family name and one or two characters, or a name transliterated with dots."""
    return rf"(?:[{HAN}]{{1,6}}(?:[·・][{HAN}]{{1,8}})+|(?:{_families()})[{HAN}]{{1,2}}?{_FOLLOWS})"


@lru_cache(maxsize=1)
def _families() -> str:
    lines = (files("rag") / "data" / "surnames.txt").read_text("utf-8").split("\n")
    surnames = {name for line in lines if not line.startswith("#") for name in line.split()}
    return "|".join(sorted(surnames, key=lambda name: (-len(name), name)))


@lru_cache(maxsize=1)
def _introductions_zh() -> tuple[re.Pattern[str], ...]:
    chinese = _chinese_name()
    name = rf"(?P<name>{chinese}|{_LATIN})"
    bare = rf"(?P<name>{chinese})"
    bracket = rf"(?:\s?\((?P<other>{_LATIN}|[{HAN}·]{{2,12}})\))?"
    return (
        re.compile(rf"(?:{TITLES_ZH})\s?{name}{bracket}"),
        re.compile(rf"(?:{_ORGANISATION})的?{bare}{bracket}"),
        re.compile(rf"(?:^|{_BEFORE}|[在据按用就如]){bare}{bracket}[^,。;!?:“”\n]{{0,20}}?(?:{SAYING_ZH}|看来)", re.MULTILINE),
        re.compile(rf"(?:^|{_BEFORE}){bare}{bracket},(?P<role>[^,。;!?:“”\n]{{2,24}}(?:{TITLES_ZH}))(?=[,。\s]|$)", re.MULTILINE),
        re.compile(
            rf"(?:^|{_BEFORE}){name}{bracket}(?:是|系|任|担任|在)(?P<role>[^,。;!?:“”\n]{{2,24}}(?:{TITLES_ZH}))", re.MULTILINE
        ),
        re.compile(rf"(?:{TITLES_ZH})\s?(?!{_families()})(?P<name>[{HAN}]{{3,5}}?){_FOLLOWS}{bracket}"),
        re.compile(rf"[A-Za-z]\s?的{bare}{bracket}"),
    )


@lru_cache(maxsize=1)
def _introductions_en() -> tuple[re.Pattern[str], ...]:
    bracket = rf"(?:\s\((?P<other>[{HAN}·]{{2,12}})\))?"
    name = rf"(?P<name>{_NAME_EN}){bracket}"
    role = rf"(?P<role>[^,.;:!?\n]{{0,60}}\b(?:{_TITLES_EN})\b[^,.;:!?\n]{{0,60}})"
    return (
        re.compile(rf"\b{name},\s(?:an?\s|the\s)?{role}"),
        re.compile(rf"(?P<role>(?:[\w'’&-]+\s){{0,4}}?\b(?:{_TITLES_EN})),?\s{name}"),
        re.compile(rf"\b{name}\s(?:\w+\s)?(?:{SAYS_EN})\b"),
        re.compile(rf"\b(?:said|says|according to|[A-Z]\w+['’]s|told|adds|added)\s{name}"),
        re.compile(
            rf"\b(?P<name>{_NAME_EN})\s\((?P<other>[{HAN}·]{{2,12}})\)(?:\sof\s(?P<role>[A-Z][\w&'’-]*(?:\s[A-Z][\w&'’-]*)*))?"
        ),
        re.compile(r"\b(?:alias|pseudonym|nickname)\s(?:of\s)?(?P<name>[A-Z][a-z]+)"),
    )


def find_people(text: str, shown: str, language: str | None) -> list[Person]:
    """The people a text names, in order of their first introduction.

    `text` is the readable text folded character by character, `shown` the same text as it is printed; names and roles are
    given as printed. Languages other than Chinese (zh) and English (en) give nobody.
    """
    if language == "zh":
        return _people(list(_found_zh(text)), text, shown, _PSEUDONYM_ZH)
    if language == "en":
        return _people(list(_found_en(text)), text, shown, _PSEUDONYM_EN)
    return []


_PSEUDONYM_ZH = r"{name}(?:[^,。;!?\n]{{0,4}})(?:为|系|是|均为|皆为)化名|化名[为是]?{name}"
_PSEUDONYM_EN = (
    r"\b(?:alias|pseudonym)\s(?:of\s)?{name}\b|{name}\s(?:is|was)\sa\s(?:pseudonym|alias)|not\s(?:his|her|their)\sreal\sname"
)


@dataclass(frozen=True, slots=True)
class _Introduction:
    """One match of a rule: the ranges of the name, of another form of it and of a role; empty ranges where there is none."""

    name: tuple[int, int]
    other: tuple[int, int] = (0, 0)
    role: tuple[int, int] = (0, 0)


def _found_zh(text: str) -> Iterator[_Introduction]:
    for number, pattern in enumerate(_introductions_zh()):
        for match in pattern.finditer(text):
            start, end = match.span("name")
            end = _longer(text, start, end)
            if not _is_name(text[start:end], _TAGS[number]):
                continue
            other = match.span("other") if match["other"] else (0, 0)
            role = match.span("role") if "role" in pattern.groupindex else _role_before(text, start)
            yield _Introduction((start, end), other, role)


# What rjieba's part-of-speech tagger may take the name for, by rule. "+" stands for several words the first of which is a name.
_ANY_NOUN = ("n", "m", "i", "l", "j", "x", "+")
_NAME_ONLY = ("nr", "m", "+")
_TAGS = (_ANY_NOUN, _NAME_ONLY, ("nr", "m", "x", "+"), _ANY_NOUN, _ANY_NOUN, ("nr",), _NAME_ONLY)


@lru_cache(maxsize=4096)
def _is_name(text: str, allowed: tuple[str, ...]) -> bool:
    """Whether the segmenter's dictionary lets the characters be a name rather than ordinary words."""
    import rjieba

    if not re.match(f"[{HAN}]", text) or "·" in text or "・" in text:
        return True
    tagged = [tag for _, tag in rjieba.tag(text)]
    if len(tagged) > 1 and all(tag.startswith("nr") for tag in tagged):
        return True
    if len(tagged) > 1:
        return "+" in allowed and (tagged[0].startswith("nr") or allowed is _ANY_NOUN and tagged[0] == "q")
    return tagged[0].startswith(tuple(tag for tag in allowed if tag != "+"))


def _longer(text: str, start: int, end: int) -> int:
    """The end of a name of two characters that always goes on with the same third; else its end."""
    name = text[start:end]
    if end - start != 2:
        return end
    following = {text[place + 2 : place + 3] for place in _places(text, name)}
    third = next(iter(following))
    if len(following) > 1 or text.count(name) < 2 or not re.match(f"[{HAN}]", third) or re.match(_FOLLOWS, text[end:]):
        return end
    return end + 1


def _places(text: str, name: str) -> Iterator[int]:
    place = text.find(name)
    while place >= 0:
        yield place
        place = text.find(name, place + 1)


_CLAUSE = re.compile(r"[,。!?;:“”「」『』《》\n()…]")
_LEADS = re.compile(
    r"(?:但是?|而且?|不过|其中|据|在|就|按|对|向|以|由|正如|如同|如|同样|包括|与|和|同|跟|让|使|被|把|给|也|都|又|还|这|那|当|至于|关于|了|、|\s|一位|一名|另一位|替|为|从|连|找|请)+"
)
_CUT = re.compile(r".*(?:[了过到着是]|告诉|采访|对话|同意|专访|认识|邀请|根据)")


def _role_before(text: str, start: int) -> tuple[int, int]:
    """The range of the title and firm that stand right before a name; empty where none does."""
    low = max(0, start - 48)
    cuts = [match.end() for match in _CLAUSE.finditer(text, low, start)]
    begin = cuts[-1] if cuts else low
    end = start
    while end > begin and text[end - 1].isspace():
        end -= 1
    if end > begin and text[end - 1] == "的":
        end -= 1
    if not re.search(rf"(?:{TITLES_ZH}|{_ORGANISATION})$", text[begin:end]):
        return (0, 0)
    cut = _CUT.match(text, begin, end - 1)
    begin = cut.end() if cut else begin
    while (of := text.rfind("的", begin, end)) > begin and not re.search(rf"(?:{_ORGANISATION}|大学)$", text[begin:of]):
        begin = of + 1
    lead = _LEADS.match(text, begin, end)
    begin = lead.end() if lead else begin
    return (begin, end) if begin < end else (0, 0)


def _found_en(text: str) -> Iterator[_Introduction]:
    for pattern in _introductions_en():
        for match in pattern.finditer(text):
            start, end = match.span("name")
            while (first := text[start:end].split(" ", maxsplit=1)[0]) in _NO_NAME_EN or first.lower() in _TITLE_WORDS_EN:
                start += len(first) + 1
            possessive = _POSSESSIVE.match(text, start, end)
            start = possessive.end() if possessive else start
            if start >= end or text[start:end].rsplit(" ", maxsplit=1)[-1] in _ORGANISATIONS_EN:
                continue
            groups = pattern.groupindex
            other = match.span("other") if "other" in groups and match["other"] else (0, 0)
            role = match.span("role") if "role" in groups and match["role"] else (0, 0)
            yield _Introduction((start, end), other, role)


_POSSESSIVE = re.compile(r"\w+['’]s\s")
_ORGANISATIONS_EN = frozenset(
    "Capital Ventures Partners Fund Funds Bank University College Institute Group Inc Ltd Corp Labs Technologies Technology Company Times Post News Review "
    "Holdings Studios Media Press Council Committee Agency Association Foundation Street Valley Day".split()
)
_TITLE_WORDS_EN = frozenset(
    "founder partner ceo cto cfo coo president chairman director manager professor researcher analyst engineer scientist economist investor angel "
    "senator governor mayor minister secretary dr mr mrs ms prof".split()
)


def _people(found: list[_Introduction], text: str, shown: str, pseudonym: str) -> list[Person]:
    names: dict[str, str] = {}
    others: dict[str, list[str]] = defaultdict(list)
    roles: dict[str, list[str]] = defaultdict(list)
    for introduction in sorted(found, key=lambda i: i.name):
        start, end = introduction.name
        key = text[start:end]
        names.setdefault(key, shown[start:end])
        for (first, last), kept in ((introduction.other, others[key]), (introduction.role, roles[key])):
            if first < last and (printed := " ".join(shown[first:last].split())) not in kept:
                kept.append(printed)
    # A short form that only ever stands within a longer name is no one of its own.
    parts = {k for k in names for other in names if k != other and k in other and text.count(k) == text.count(other)}
    return [
        Person(
            shown_name,
            tuple(others[key]),
            tuple(sorted(roles[key], key=_telling)),
            bool(re.search(pseudonym.format(name=re.escape(key)), text)),
        )
        for key, shown_name in names.items()
        if key not in parts
    ]


def _telling(role: str) -> tuple[bool, int]:
    """Sorts roles: those with a title first, longer ones before shorter."""
    titled = re.search(rf"(?:{TITLES_ZH})$|\b(?:{_TITLES_EN})\b", role)
    return (titled is None, -len(role))


__all__ = ["TITLES_ZH", "Person", "find_people"]
