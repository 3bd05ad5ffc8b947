"""Names in Chinese: where a text introduces somebody, by a title, a firm, another spelling or a word of saying beside the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.names.honorifics import HONORIFICS_ZH
from rag.names.introductions import Introduction, found_in_lines
from rag.names.organisations import EMPLOYERS_ZH
from rag.names.surnames import surnames
from rag.names.titles import PEOPLE_ZH, TITLES_ZH
from rag.names.transliteration import DOT
from rag.text.cues import DOTS, HAN, SAYING_ZH, SPEAKING_ZH

_FOLLOWS = (
    rf"(?=$|[\s\d,.!?;:()《》“”「」『』\"'\[\]。、\uff0c\uff08\uff1a—-]|[在对向和与反跟同及或是为的也则还又更曾就都将已把被给从以所等让却并正不没有于到来去做其仍才便即口看受笑]|(?:{SAYING_ZH})|"
    rf"此前|始终|最终|近日|日前|近期|最近|一直|自己|团队|本人|{HONORIFICS_ZH}|创办|创立|任职|任|出任|担任|领导|旗下|祭出|带领|发表|接受|转发|离开|加入|代表|分享|宣布|最后|明显|现在|公开|方面|赛后|昨|今天|当天|无奈|回忆|此战|直言)"
)
_LATIN = r"[A-Z][a-zA-Z'’-]+(?: (?:[A-Z]\.|[A-Z][a-zA-Z'’-]+)){0,3}"
_BEFORE = r"[,。!?;:“”「」『』()\s、\uff0c\uff08\uff1a\uff09]"
# What rjieba's part-of-speech tagger may take the name for, by rule. "+" stands for several words the first of which is a name.
_ANY_NOUN = ("n", "m", "i", "l", "j", "x", "+")
_NAME_ONLY = ("nr", "m", "+")


@lru_cache(maxsize=1)
def _families() -> str:
    """A pattern of all family names: those of two characters, then those of one as a set, which is much faster than so many alternatives."""
    compound = sorted(name for name in surnames() if len(name) > 1)
    firsts, ones = ("".join(sorted({name[0] for name in names})) for names in (compound, surnames() - set(compound)))
    return f"(?=[{firsts}])(?:{'|'.join(compound)})|[{ones}]"


@lru_cache(maxsize=2)
def _rules(*, dots: bool) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """The rules for texts with dots between parts of names, or without, each with what the tagger may take the name for; the
    first is of titles, the last, in texts with dots, of names with dots alone.
    """
    dotted = rf"[{HAN}]{{1,6}}(?:[{DOTS}][{HAN}]{{1,8}})*[{DOTS}][{HAN}]{{2,8}}?{_FOLLOWS}"
    undotted = rf"(?:{_families()})[{HAN}]{{1,2}}?{_FOLLOWS}"
    chinese = rf"(?:{dotted}|{undotted})" if dots else undotted
    name = rf"(?P<name>{chinese}|{_LATIN})"
    bare = rf"(?P<name>{chinese})"
    bracket = rf"(?:\s?\((?P<other>{_LATIN}|[{HAN}{DOTS}]{{2,12}})\))?"
    rules = (
        (re.compile(rf"(?:{TITLES_ZH})\s?{name}{bracket}"), _ANY_NOUN),
        (re.compile(rf"(?:{EMPLOYERS_ZH})的?{bare}{bracket}"), _NAME_ONLY),
        (
            re.compile(
                rf"(?:^|{_BEFORE}|[在据按用就如]){bare}{bracket}[^,。;!?:“”\n]{{0,20}}?(?:{SAYING_ZH}|看来)", re.MULTILINE
            ),
            ("nr", "m", "x", "+"),
        ),
        (
            re.compile(
                rf"(?:^|{_BEFORE}){bare}{bracket},(?P<role>[^,。;!?:“”\n]{{2,24}}(?:{TITLES_ZH}))(?=[,。\s]|$)", re.MULTILINE
            ),
            _ANY_NOUN,
        ),
        (
            re.compile(
                rf"(?:^|{_BEFORE}){name}{bracket}(?:是|系|任|担任|在)(?P<role>[^,。;!?:“”\n]{{2,24}}(?:{TITLES_ZH}))",
                re.MULTILINE,
            ),
            _ANY_NOUN,
        ),
        (re.compile(rf"(?:{TITLES_ZH})\s?(?!{_families()})(?P<name>[{HAN}]{{3,5}}?){_FOLLOWS}{bracket}"), ("nr",)),
        (re.compile(rf"[A-Za-z]\s?的{bare}{bracket}"), _NAME_ONLY),
    )
    return (*rules, (re.compile(rf"(?:{PEOPLE_ZH})\s?(?P<name>{dotted}){bracket}"), _NAME_ONLY)) if dots else rules


def chinese_introductions(text: str) -> Iterator[Introduction]:
    """Where a Chinese text, folded character by character, introduces somebody: rule by rule, not in order of the text."""
    ends: dict[str, int] = {}
    dots = DOT.search(text) is not None
    rules = _rules(dots=dots)
    for number, (pattern, tags) in enumerate(rules):
        only_dotted = dots and number == len(rules) - 1
        for match in found_in_lines(text, pattern, DOT) if only_dotted else pattern.finditer(text):
            start, end = match.span("name")
            if DOT.search(text, start, end) and (lead := _NEVER_SOUNDS.match(text, start, end)):
                start = lead.end()
            name = text[start:end]
            if name not in ends:
                if len(ends) >= _MOST_NAMES:
                    break
                ends[name] = _longer(text, start, end) - start
            end = start + ends[name]
            if _begins_within_a_word(text, start) or _is_part_of_dotted(text, start, end):
                continue
            if not _is_name(text[start:end], tags) and not (number == 0 and _is_said_by(text, start, end)):
                continue
            other = match.span("other") if match["other"] else (0, 0)
            role = match.span("role") if "role" in pattern.groupindex else _role_before(text, start)
            yield Introduction((start, end), other, role)
    for start, end in _tagged(text):
        if not _is_part_of_dotted(text, start, end):
            yield Introduction((start, end), role=_role_before(text, start))


def _is_part_of_dotted(text: str, start: int, end: int) -> bool:
    """Whether the characters stand next to the dot of a longer transliterated name."""
    return bool(DOT.match(text, end) or start and DOT.match(text, start - 1))


_NEVER_SOUNDS = re.compile(
    rf"[{HAN}]*(?:[的和与由在是了对向及或让被把给跟从据按而但就]|{PEOPLE_ZH})"
)  # before a name with dots, no part of it


def _begins_within_a_word(text: str, start: int) -> bool:
    """Whether the name of a place, a body or a thing reaches over the position: no person's name begins in the middle of it.

    Of a title that ends at the position, the last character belongs to no such name.
    """
    import rjieba

    low = start
    while low > max(0, start - _LONGEST_WORD) and _HAN.match(text, low - 1):
        low -= 1
    if low == start:
        return False
    high = start
    while high < min(len(text), start + _LONGEST_WORD) and _HAN.match(text, high):
        high += 1
    position = low
    for word, tag in rjieba.tag(text[low:high]):
        if position < start < position + len(word):
            return bool(tag.startswith(_WHOLE_WORDS)) and not _ENDS_IN_TITLE.search(text, low, start)
        position += len(word)
        if position >= start:
            break
    return False


_HAN = re.compile(f"[{HAN}]")
_LONGEST_WORD = 8
_WHOLE_WORDS = ("ns", "nt", "nz")
_ENDS_IN_TITLE = re.compile(rf"(?:{TITLES_ZH})\Z")


def _is_said_by(text: str, start: int, end: int) -> bool:
    """Whether the characters after a title say something and are no adverb."""
    name = text[start:end]
    if not re.match(rf"(?:{_families()})[{HAN}]", name) or not _SAYS.match(text, end):
        return False
    return end - start > 2 or name not in _ADVERBS and bool(_SAYS_AT_ONCE.match(text, end))


_SAYS_AT_ONCE = re.compile(SPEAKING_ZH)
# Of two characters, the first of which is a family name as well, before a word of saying.
_ADVERBS = frozenset(
    "明确 明白 明言 高度 高调 高兴 严正 严肃 严厉 严词 常常 常年 曾经 曾多 时常 时时 连连 连声 连忙 连日 向来 应邀 郑重 平静 平淡 温和 冷静 冷冷 安静 乐观 许多 单独 "
    "原本 方才 方面 万般 于是 于昨 殷切 幸好 何不 何时 何以 关切 白天 公开 全都 全面 成天 易于 宁可 宁愿 金口 和气 和蔼 柔和 甘愿 强烈 项目".split()
)
_SAYS = re.compile(rf"[^,。;!?:“”「」\n]{{0,8}}?(?:{SAYING_ZH})")


def _tagged(text: str) -> Iterator[tuple[int, int]]:
    """The names of three characters, and of a compound family name, that the tagger sees behind a noun or a mark; behind the
    word for what somebody is and right before a word of saying, those of any family name.
    """
    import rjieba

    position, before, last, spoken = 0, "x", "", ""
    for word, tag in rjieba.tag(text):
        end = position + len(word)
        if len(word) in (2, 3) and (before[0] in "nxw" or not _HAN.match(last)):
            if tag.startswith("nr") and len(word) == 3 and word[0] in surnames() and word[2] not in _PARTICLES:
                yield position, end
            elif len(word) == 2 and word in surnames() and (named := _COMPOUND.match(text, end)):
                yield position, named.end()
        if spoken and _is_occupation(spoken) and (named := _SPEAKS.match(text, position)) and _is_unknown(named["name"]):
            yield named.span("name")
        position, before, last, spoken = end, tag, word[-1:], word if before[0] != "m" else ""


def _is_unknown(name: str) -> bool:
    """Whether the characters are a name, or no word of the dictionary and of no particle either."""
    import rjieba

    if re.match("[老小阿大这那每某].$", name) or any(character in _NOT_IN_NAMES for character in name):
        return False
    words = rjieba.tag(name)
    if len(words) != 1:
        return len(name) == 3 and words[0][1].startswith("nr") and words[0][0] in surnames()
    return words[0][1].startswith("nr") or len(rjieba.cut(name, hmm=False)) == len(name)


@lru_cache(maxsize=8192)
def _is_occupation(word: str) -> bool:
    """Whether a word is one for what people are."""
    return _OCCUPATION.search(word) is not None


_OCCUPATION = re.compile(rf"{PEOPLE_ZH}\Z")
_SPEAKS = re.compile(rf"(?P<name>[{HAN}]{{2,3}}?)(?:也|还|则|又|曾|笑着)?(?:{SPEAKING_ZH})")
_COMPOUND = re.compile(rf"[{HAN}]{{1,2}}?{_FOLLOWS}")
_PARTICLES = "在对向和与跟及或是为的也则还又更曾就都将已把被给从所等让却并不没于到去做其仍才便即看受说称认"
_NOT_IN_NAMES = _PARTICLES + "们后前中时里上下内外间着了过地得只也都很太这那此其他她它我你谁均皆普每各某再先这些共同"
_MOST_NAMES = 2_000


@lru_cache(maxsize=4096)
def _is_name(text: str, allowed: tuple[str, ...]) -> bool:
    """Whether the segmenter's dictionary lets the characters be a name rather than ordinary words."""
    import rjieba

    if not re.match(f"[{HAN}]", text) or DOT.search(text):
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
    if not re.search(rf"(?:{TITLES_ZH}|{EMPLOYERS_ZH}|{PEOPLE_ZH})$", text[begin:end]):
        return (0, 0)
    cut = _CUT.match(text, begin, end - 1)
    begin = cut.end() if cut else begin
    while (of := text.rfind("的", begin, end)) > begin and not re.search(rf"(?:{EMPLOYERS_ZH})$", text[begin:of]):
        begin = of + 1
    lead = _LEADS.match(text, begin, end)
    begin = lead.end() if lead else begin
    return (begin, end) if begin < end else (0, 0)


__all__ = ["chinese_introductions"]
