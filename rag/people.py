"""The people whom a Chinese or English article names, with the roles it gives them.

Rules, not a tagger: an article introduces those it quotes, by a title before the name or after it, by the firm they belong
to, by another spelling in brackets, by what they say, or by a turn of an interview. Each rule looks for one such
introduction; every later mention of a name found so counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from rag.cues import DOTS, HAN, QUOTES_EN, SAYING_ZH, SAYS_EN, SPEAKING_ZH

TITLES_ZH = (
    r"创始人|创办人|联创|合伙人|合作伙伴|官|CEO|CTO|CFO|COO|CIO|CMO|CPO|总裁|董事长|董事|经理|总监|院长|所长|主任|教授|博士|院士|研究员|分析师|架构师|工程师|科学家|经济学家|"
    r"负责人|专家|投资人|投资者|发起人|主席|秘书长|校长|会长|理事长|发言人|顾问|律师|医生|导演|部长|局长|市长|省长|州长|总统|总理|首相|议员|总编辑|主编|掌门人|操盘手|作家|学者|"
    r"创业者|行长|馆长|厂长|教练|店长|记者|老板|高管|创始合作伙伴|主管|主帅|领队|队长|执行长|财务长|营运长|技术长|投资长|董座|立委|委员|议长|书记|县长|镇长|"
    r"村长|乡长|处长|科长|司长|厅长|署长|次长|法官|护士长|讲师|策展人|制片人|编剧|演员|歌手|画家|师傅|站长|班长|组长|大使|外长|防长|财长|园主"
)
# How words for what people do or are end, as the segmenter cuts them.
PEOPLE_ZH = (
    rf"(?:{TITLES_ZH}|代表|居民|村民|市民|农民|渔民|牧民|网民|股民|业主|户主|店主|摊主|船主|园丁|司机|游客|旅客|乘客|顾客|住客|食客|房客|租客|球迷|志愿者|"
    rf"学生|医生|考生|先生|毕业生|教师|老师|厨师|律师|工匠|木匠|铁匠|石匠|职工|员工|民工|工人|商人|老人|猎人|诗人|艺人|证人|主持人|经纪人|代理人|负责人|人士|护士|战士|骑手|选手|歌手|水手|舵手|助手|"
    rf"(?<!雇)(?:[{HAN}]员)|[{HAN}]农|[{HAN}](?<![国大厂住客老企])家|[{HAN}]者|[{HAN}]师|警察|民警|交警|保安|保姆|家长|[{HAN}]友|邻居|妻子|丈夫|母亲|父亲|妈妈|爸爸|儿子|女儿|弟弟|哥哥|姐姐|妹妹|奶奶|爷爷|阿姨|大叔|大爷|大妈|大娘|阿婆|阿公|阿伯|婆婆|老汉|大嫂|大姐|大哥|姑娘|小伙|伙子|男子|女子|女士|少年|青年|孩子|老板娘|老乡|同学|同事|伙伴)"
)
_ORGANISATION = (
    r"资本|创投|风投|投资|基金|科技|集团|公司|大学|学院|银行|研究院|研究所|实验室|智能|网络|证券|信托|保险|传媒|媒体|咨询|机构|协会|委员会|医院|中心|云|汽车|航空|软件|电子|办公|"
    r"出版社|报社|杂志|工作室|事务所|组织"
)
_FOLLOWS = (
    rf"(?=$|[\s\d,.!?;:()《》“”「」『』\"'\[\]。、\uff0c\uff08\uff1a—-]|[在对向和与反跟同及或是为的也则还又更曾就都将已把被给从以所等让却并正不没有于到来去做其仍才便即口看受笑]|(?:{SAYING_ZH})|"
    r"此前|始终|最终|近日|日前|近期|最近|一直|自己|团队|本人|先生|女士|博士|教授|老师|创办|创立|任职|任|出任|担任|领导|旗下|祭出|带领|发表|接受|转发|离开|加入|代表|分享|宣布|最后|明显|现在|公开|方面|赛后|昨|今天|当天|无奈|回忆|此战|直言)"
)
_LATIN = r"[A-Z][a-zA-Z'’-]+(?: (?:[A-Z]\.|[A-Z][a-zA-Z'’-]+)){0,3}"
_BEFORE = r"[,。!?;:“”「」『』()\s、\uff0c\uff08\uff1a\uff09]"
# What people are by trade or standing, no words that are family names as well.
OCCUPATIONS_EN = (
    "librarian|winemaker|resident|volunteer|farmer|fisherman|fisherwoman|shopkeeper|beekeeper|gardener|carpenter|electrician|plumber|mechanic|pharmacist|dentist|"
    "paramedic|firefighter|policeman|policewoman|pensioner|retiree|student|pupil|tenant|landlord|landlady|homeowner|neighbou?r|shopper|passenger|commuter|cyclist|"
    "driver|pilot|sailor|musician|violinist|pianist|actor|actress|filmmaker|photographer|poet|playwright|architect|lecturer|tutor|headteacher|headmaster|headmistress|"
    "postdoc|programmer|developer|designer|technician|accountant|banker|broker|councill?or|councilman|councilwoman|activist|campaigner|organi[sz]er|conservationist|"
    "forester|ranger|vet|veterinarian|midwife|therapist|psychologist|brewer|distiller|restaurateur|hotelier|waiter|waitress|barista|bartender|trainer|keeper|warden|"
    "caretaker|archivist|conservator|translator|columnist|reporter|correspondent|broadcaster|presenter|botanist|astronomer|mathematician|statistician|inventor|"
    "businessman|businesswoman|grower|rancher|vintner|parent|grandmother|grandfather|visitor|tourist|witness|protester|spokesperson|chaplain|vicar"
)
TITLES_EN = (
    r"founders?|co-?founders?|partners?|CEO|CTO|CFO|COO|chief [a-z]+(?: [a-z]+)? officer|chief [a-z]+|president|vice[- ]president|chair(?:man|woman|person)?|directors?|"
    r"managers?|professors?|researchers?|analysts?|engineers?|scientists?|economists?|investors?|heads?|experts?|spokes(?:man|woman|person)|advis[eo]rs?|"
    r"lawyers?|ministers?|secretary|governor|mayor|editors?|authors?|writers?|journalists?|executives?|principals?|entrepreneurs?|VCs?|coach(?:es)?|captain|"
    r"attorney|judge|justice|doctor|surgeon|nurse|teacher|artist|curator|owner|senator|lawmaker|MP|prosecutor|commissioner|ambassador|striker|midfielder|"
    r"goalkeeper|physicist|[a-z]+ologist|historian|strategist|consultant|treasurer|trustee|novelist|leader|chancellor|chemist|officer|trader|"
    rf"{OCCUPATIONS_EN}"
)
HONORIFICS_EN = (
    r"(?:Drs?|Prof|Professor|Mrs?|Ms|Miss|Sir|Dame|Lord|Lady|Judge|Justice|Senator|Sen|Rep|Gov|Governor|Mayor|Capt|Captain|Col|Colonel|Gen|General|Sgt|Inspector|"
    r"Chancellor|Minister|President|Baroness|Rev|Father|Bishop|Coach)\.?"
)
KIN_EN = "wife|mother|daughter|sister|aunt|niece|grandmother|girlfriend|widow|husband|father|son|brother|uncle|nephew|grandfather|boyfriend|widower"
_NAME_EN = r"(?<![\w'’-])(?:[A-Z][a-zà-ÿ'’]+|[A-Z]\.)(?:[ -](?:(?:de|van|von|al|bin|del|la|der|den|di|da)\s){0,2}(?:[A-Z][a-zA-Zà-ÿ'’]+|[A-Z]\.)){1,3}"
_NO_NAME_EN = frozenset(
    "The A An In On At By For From But And Or If When While After Before This That These Those It He She They We You I His Her Its Their Our "
    "Two Three Four Five Six Half Most Many Some One Others Other Not Yet Still As Among Since With Without Under Over According Last Next Now Then There Here Even Only Also "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
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
    return rf"(?:{_dotted_name()}|(?:{_families()})[{HAN}]{{1,2}}?{_FOLLOWS})"


def _dotted_name() -> str:
    return rf"[{HAN}]{{1,6}}(?:[{DOTS}][{HAN}]{{1,8}})*[{DOTS}][{HAN}]{{2,8}}?{_FOLLOWS}"


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    lines = (files("rag") / "data" / "surnames.txt").read_text("utf-8").split("\n")
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@lru_cache(maxsize=1)
def _families() -> str:
    return "|".join(sorted(_surnames(), key=lambda name: (-len(name), name)))


def family_length(name: str) -> int:
    """How many characters of a Han name, in Simplified characters, are the family name: 2 of a compound one, else 1."""
    return 2 if len(name) == 4 or len(name) > 2 and name[:2] in _surnames() else 1


def has_family_name(name: str) -> bool:
    """Whether a Han name, in Simplified characters, begins with a known family name."""
    return name[:1] in _surnames() or name[:2] in _surnames()


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
    if _DOT.search(name):
        return True
    given = name[1:]
    if not given or not set(name) <= _SOUNDS:
        return False
    if len(given) == 1:
        return given in _NEVER_GIVEN or foreign and given in _FOREIGN
    return not _FOREIGN.isdisjoint(given) or foreign and not set(given) <= _OFTEN_GIVEN


_SOUNDED = re.compile(
    rf"(?:^|(?<=[,。!?;:\s、]))[{''.join(sorted(_SOUNDS))}]{{3,7}}(?![{''.join(sorted(_SOUNDS))}])|[{HAN}]{{1,8}}(?:[{DOTS}][{HAN}]{{1,8}})+"
)


def find_transliterated(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range of the first western name in Han characters: one with dots, or one that begins a clause and is no place or word."""
    import rjieba

    for match in _SOUNDED.finditer(text, start, end):
        word = match[0]
        if _DOT.search(word):
            return match.span()
        tagged = rjieba.tag(word)
        if len(_FOREIGN.intersection(word)) > 1 and (len(tagged) > 1 or tagged[0][1].startswith("nr")):
            return match.span()
    return None


@lru_cache(maxsize=1)
def _introductions_zh() -> tuple[re.Pattern[str], ...]:
    chinese = _chinese_name()
    name = rf"(?P<name>{chinese}|{_LATIN})"
    bare = rf"(?P<name>{chinese})"
    bracket = rf"(?:\s?\((?P<other>{_LATIN}|[{HAN}{DOTS}]{{2,12}})\))?"
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
        re.compile(rf"(?:{PEOPLE_ZH})\s?(?P<name>{_dotted_name()}){bracket}"),
    )


@lru_cache(maxsize=1)
def _introductions_en() -> tuple[re.Pattern[str], ...]:
    bracket = rf"(?:\s\((?P<other>[{HAN}{DOTS}]{{2,12}})\))?"
    name = rf"(?:{HONORIFICS_EN}\s)?(?P<name>{_NAME_EN}){bracket}"
    role = rf"(?P<role>[^,.;:!?\n]{{0,60}}\b(?:{TITLES_EN})\b[^,.;:!?\n]{{0,60}})"
    apposed = r"(?:an?\s|the\s)(?P<role>[a-z][^,.;:!?\"“”\n]{2,80})(?=[,.])"
    return (
        re.compile(rf"{name},\s(?:an?\s|the\s)?{role}"),
        re.compile(rf"\b(?P<role>(?:[\w'’&-]{{1,30}}\s){{0,4}}?\b(?:{TITLES_EN})),?\s{name}"),
        re.compile(rf"{name}\s(?:(?!(?:is|was|are|were|be|been)\b)\w{{1,20}}\s)?(?:{SAYS_EN})\b"),
        re.compile(rf"\b(?:said|says|[Aa]ccording to|[A-Z]\w{{1,30}}['’]s|told|adds|added)\s{name}(?:,\s{apposed})?"),
        re.compile(
            rf"(?P<name>{_NAME_EN})\s\((?P<other>[{HAN}{DOTS}]{{2,12}})\)(?:\sof\s(?P<role>[A-Z][\w&'’-]{{0,30}}(?:\s[A-Z][\w&'’-]{{0,30}}){{0,6}}))?"
        ),
        re.compile(r"\b(?:alias|pseudonym|nickname)\s(?:of\s)?(?P<name>[A-Z][a-z]+)"),
        re.compile(rf"\b{HONORIFICS_EN}\s(?P<name>{_NAME_EN})"),
        re.compile(rf"[a-z],\s{name},\s(?:\w{{1,20}}\s)?(?:{SAYS_EN})\b"),
        re.compile(rf"{name},\s{apposed},\s(?:{SAYS_EN})\b"),
        re.compile(rf"{name},\s(?:\d{{1,3}},\s)?(?:who|whose)\s[^.;:!?\"“”\n]{{1,130}},\s(?:{SAYS_EN})\b"),
        re.compile(rf"{name},\s(?:\d{{1,3}},|[^,.;:!?\"“”\n]{{1,60}}(?:,[^,.;:!?\"“”\n]{{1,60}})?,\s(?:{SAYS_EN})\b)"),
        re.compile(
            rf"[\"”],?\s(?:{QUOTES_EN})\s(?:(?:(?!of\b|to\b|by\b|in\b|at\b|for\b|and\b)[a-z'’-]{{1,20}}\s){{1,4}}?)?{name}(?=[.,;]|\s[a-z])"
        ),
        re.compile(rf"(?<=[,?!…][\"”])\s{name}\s(?:{QUOTES_EN})\b"),
        re.compile(rf"{name}\s(?:of|from|at)\s[^,.;:!?\"“”\n]{{2,60}}?\s(?:{SAYS_EN})\b"),
        re.compile(
            rf"(?:\b[Hh]is|\b[Hh]er|['’]s)\s(?:[a-z]{{1,12}}\s)?(?:{KIN_EN}),?\s(?P<name>[A-Z][a-z]{{2,20}}(?:\s[A-Z][a-z]{{1,20}})?)\b"
        ),
    )


@lru_cache(maxsize=1)
def _surname_speaks_en() -> re.Pattern[str]:
    """One capitalised word that says something, or that an honorific stands before."""
    one = r"(?P<{}>[A-Z][a-zA-Zà-ÿ'’-]{{2,20}})\b"
    return re.compile(
        rf"\b(?:(?:said|says|added|adds)\s|{HONORIFICS_EN}\s){one.format('after')}(?![\s-][A-Z])|(?<![A-Za-z]\s)(?<![A-Z]\.\s)(?<![\w'’-]){one.format('before')}\s(?:[a-z]{{1,12}}\s)?(?:{SAYS_EN})\b"
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
    ends: dict[str, int] = {}
    dotted = _DOT.search(text) is not None
    for number, pattern in enumerate(_introductions_zh()):
        if number == len(_TAGS) - 1 and not dotted:
            continue  # the last is of names with dots alone
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if _DOT.search(text, start, end) and (lead := _NEVER_SOUNDS.match(text, start, end)):
                start = lead.end()
            name = text[start:end]
            if name not in ends:
                if len(ends) >= _MOST_NAMES:
                    break
                ends[name] = _longer(text, start, end) - start
            end = start + ends[name]
            if _begins_within_a_word(text, start) or _is_part_of_dotted(text, start, end):
                continue
            if not _is_name(text[start:end], _TAGS[number]) and not (number == 0 and _is_said_by(text, start, end)):
                continue
            other = match.span("other") if match["other"] else (0, 0)
            role = match.span("role") if "role" in pattern.groupindex else _role_before(text, start)
            yield _Introduction((start, end), other, role)
    for start, end in _tagged(text):
        if not _is_part_of_dotted(text, start, end):
            yield _Introduction((start, end), role=_role_before(text, start))


def _is_part_of_dotted(text: str, start: int, end: int) -> bool:
    """Whether the characters stand next to the dot of a longer transliterated name."""
    return bool(_DOT.match(text, end) or start and _DOT.match(text, start - 1))


_DOT = re.compile(f"[{DOTS}]")
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
    if not re.match(rf"(?:{_families()})[{HAN}]", name) or not _SAYS_ZH.match(text, end):
        return False
    return end - start > 2 or name not in _ADVERBS_ZH and bool(_SAYS_AT_ONCE_ZH.match(text, end))


_SAYS_AT_ONCE_ZH = re.compile(r"(?:说|表示|认为|指出|坦言|告诉|透露|回忆|介绍|强调|解释|直言)")
# Of two characters, the first of which is a family name as well, before a word of saying.
_ADVERBS_ZH = frozenset(
    "明确 明白 明言 高度 高调 高兴 严正 严肃 严厉 严词 常常 常年 曾经 曾多 时常 时时 连连 连声 连忙 连日 向来 应邀 郑重 平静 平淡 温和 冷静 冷冷 安静 乐观 许多 单独 "
    "原本 方才 方面 万般 于是 于昨 殷切 幸好 何不 何时 何以 关切 白天 公开 全都 全面 成天 易于 宁可 宁愿 金口 和气 和蔼 柔和 甘愿 强烈 项目".split()
)
_SAYS_ZH = re.compile(rf"[^,。;!?:“”「」\n]{{0,8}}?(?:{SAYING_ZH})")


def _tagged(text: str) -> Iterator[tuple[int, int]]:
    """The names of three characters, and of a compound family name, that the tagger sees behind a noun or a mark; behind the
    word for what somebody is and right before a word of saying, those of any family name.
    """
    import rjieba

    position, before, last, spoken = 0, "x", "", ""
    for word, tag in rjieba.tag(text):
        end = position + len(word)
        if before[0] in "nxw" or not re.match(f"[{HAN}]", last):
            if tag.startswith("nr") and len(word) == 3 and word[0] in _surnames() and word[2] not in _PARTICLES:
                yield position, end
            elif len(word) == 2 and word in _surnames() and (named := _COMPOUND.match(text, end)):
                yield position, named.end()
        if _OCCUPATION_ZH.search(spoken) and (named := _SPEAKS_ZH.match(text, position)) and _is_unknown(named["name"]):
            yield named.span("name")
        position, before, last, spoken = end, tag, word[-1:], word if before[0] != "m" else ""


def _is_unknown(name: str) -> bool:
    """Whether the characters are a name, or no word of the dictionary and of no particle either."""
    import rjieba

    if re.match("[老小阿大这那每某].$", name) or any(character in _NOT_IN_NAMES for character in name):
        return False
    words = rjieba.tag(name)
    if len(words) != 1:
        return len(name) == 3 and words[0][1].startswith("nr") and words[0][0] in _surnames()
    return words[0][1].startswith("nr") or len(rjieba.cut(name, hmm=False)) == len(name)


_OCCUPATION_ZH = re.compile(rf"{PEOPLE_ZH}\Z")
_SPEAKS_ZH = re.compile(rf"(?P<name>[{HAN}]{{2,3}}?)(?:也|还|则|又|曾|笑着)?(?:{SPEAKING_ZH})")
_COMPOUND = re.compile(rf"[{HAN}]{{1,2}}?{_FOLLOWS}")
_PARTICLES = "在对向和与跟及或是为的也则还又更曾就都将已把被给从所等让却并不没于到去做其仍才便即看受说称认"
_NOT_IN_NAMES = _PARTICLES + "们后前中时里上下内外间着了过地得只也都很太这那此其他她它我你谁均皆普每各某再先这些共同"
_MOST_NAMES = 2_000
# What rjieba's part-of-speech tagger may take the name for, by rule. "+" stands for several words the first of which is a name.
_ANY_NOUN = ("n", "m", "i", "l", "j", "x", "+")
_NAME_ONLY = ("nr", "m", "+")
_TAGS = (_ANY_NOUN, _NAME_ONLY, ("nr", "m", "x", "+"), _ANY_NOUN, _ANY_NOUN, ("nr",), _NAME_ONLY, _NAME_ONLY)


@lru_cache(maxsize=4096)
def _is_name(text: str, allowed: tuple[str, ...]) -> bool:
    """Whether the segmenter's dictionary lets the characters be a name rather than ordinary words."""
    import rjieba

    if not re.match(f"[{HAN}]", text) or _DOT.search(text):
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
    if not re.search(rf"(?:{TITLES_ZH}|{_ORGANISATION}|{PEOPLE_ZH})$", text[begin:end]):
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
            found = _name_en(text, *match.span("name"))
            if found is None:
                continue
            groups = pattern.groupindex
            other = match.span("other") if "other" in groups and match["other"] else (0, 0)
            role = _role_en(text, *match.span("role")) if "role" in groups and match["role"] else (0, 0)
            yield _Introduction(found, other, role)
    full: dict[str, tuple[int, int]] = {}
    for found in _full_names_en(text):
        full.setdefault(text[slice(*found)].rsplit(" ", maxsplit=1)[-1], found)
    others = names_within_sentences(text)
    for match in _surname_speaks_en().finditer(text):
        surname = match["after"] or match["before"]
        if (named := full.get(surname)) and not any(is_namesake(text[slice(*named)], other, surname) for other in others):
            yield _Introduction(named)


@lru_cache(maxsize=2)
def _full_names_en(text: str) -> tuple[tuple[int, int], ...]:
    """The ranges of all that has the shape of a person's name of two words or more."""
    found = (_name_en(text, *match.span()) for match in re.finditer(_NAME_EN, text))
    return tuple(span for span in found if span and " " in text[slice(*span)])


@lru_cache(maxsize=2)
def names_within_sentences(text: str) -> frozenset[str]:
    """The English names of two words or more that stand within a sentence: at its beginning a word may be no name."""
    return frozenset(
        text[start:end] for start, end in _full_names_en(text) if re.search(r"[a-z,;:]\s\Z", text[max(0, start - 2) : start])
    )


def is_namesake(name: str, other: str, part: str) -> bool:
    """Whether another full name has the same first name or the same surname, which `part` is, and is somebody else's."""
    words, others = name.split(), other.split()
    first, last, other_first, other_last = words[0], words[-1], others[0], others[-1]
    if part == last == other_last:
        return first != other_first and first[0] + "." != other_first and first != other_first[0] + "."
    return part == first == other_first and last != other_last


def _name_en(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range of a name without what stands before it in capitals only; None where no person's name is left."""
    while start < end and ((first := re.split("[ -]", text[start:end], maxsplit=1)[0]) in _NO_NAME_EN or _honours(first)):
        start += len(first) + 1
    while (first := text[start:end].partition(" ")[0]) and _is_occupation(text, start, first, end):
        start += len(first) + 1
    possessive = _POSSESSIVE.match(text, start, end)
    start = possessive.end() if possessive else start
    if text[start:end].endswith(("'s", "\u2019s")):
        end -= 2
    words = text[start:end].split()
    if len(words) == 1 and _ARTICLE_EN.search(text, max(0, start - 5), start):
        return None  # "the Harbours", who are a team or a family
    if not words or not all(map(_HUMAN.match, words)) or _is_no_person(words) or _CUT_OFF.search(text, max(0, start - 80), start):
        return None
    if len(words) > 1 and words[0] not in _FIRST_NAMES_EN and {word.lower() for word in words} <= _lower_words(text):
        return None  # a title or a term in capitals, which the text has without them as well
    return start, end


def _is_no_person(words: Sequence[str]) -> bool:
    """Whether capitalised words that stand together are the name of a body, a place, a time or a work, or words of a title."""
    last = words[-1]
    if last in _ORGANISATIONS_EN or words[0] in _ORGANISATIONS_FIRST_EN or not _GRAMMATICAL_EN.isdisjoint(words):
        return True
    if len(words) < 2:
        return False
    return last in _THINGS_EN or not _OFFICIAL_EN.isdisjoint(words) or bool(_ABSTRACT_EN.search(last)) and last[:6] != "Clemen"


@lru_cache(maxsize=2)
def _lower_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w'’-])[a-z]{2,}(?![\w'’-])", text))


_ARTICLE_EN = re.compile(r"\b(?:[Tt]he|[Aa]n?)\s\Z")
# The head of a name that goes on behind "of", in the middle of a sentence: "the Bureau of".
_CUT_OFF = re.compile(r"[^\s.!?\"“”]\s[A-Z][\w&'’-]*\s(?:of|for)\s(?:the\s)?\Z")
_GRAMMATICAL_EN = _NO_NAME_EN - {"A", "I", "May"} | frozenset(
    "Him Her Them Us Me Who Whom Whose Which What Is Are Was Were Be Been Has Have Had Does Do Did Can Could Would Shall Should Must Of To Into Onto Upon About "
    "Against Between Through During Than Nor How Why Where Whether".split()
)
_OFFICIAL_EN = frozenset("International National Federal University Royal Municipal Metropolitan Interstate".split())
# What bodies, places, times, works and events are called, as the last word of a name; no words that are common family names.
_THINGS_EN = frozenset(
    "Age Ages Era Century Period Dynasty Empire Kingdom Crown Throne Republic Commonwealth Revolution War Wars Treaty Act Acts Constitution Convention Conference "
    "Declaration Charter Code Directive Amendment Rights Law Laws Reformation Renaissance Enlightenment Crusade Crusades Church Churches Cathedral Abbey Chapel Mosque "
    "Synagogue Bible Testament Gospel Gospels Catechism Creed Scripture Scriptures Book Books Encyclopedia Encyclopaedia Dictionary Statistics Airport Harbour Harbor "
    "Station Railway Railroad Highway Motorway Bridge Canal Stadium Arena Theatre Theater Gallery Library Palace Castle Tower Island Islands Isles River Rivers "
    "Lake Lakes Mountain Mountains Sea Ocean Coast Peninsula Plateau Desert Basin Delta Glacier County Shire State States Province Territory Region District Square Avenue Boulevard "
    "Beach Village Borough Parish Award Awards Prize Medal Cup Trophy Series Championship Championships Games Olympics Tournament Team Club Academy Army Navy Fleet Corps "
    "Force Forces Brigade Regiment Program Programme Project Mission Plan Strategy Movement Nation Nations People Peoples Tribe Tribes Language Languages Alliance "
    "Coalition Assembly Cabinet Treasury Embassy Registry Registrar Bureau Archive Archives Survey Census Report Index Review Theory Theorem Principle Effect Equation Model Method Syndrome "
    "Disease Virus Plague Health Care Research Studies Science Sciences Arts Technology Industry Market Markets Exchange Stock Bond Oil Gas Steel Water Works Plant "
    "Channel Radio Television Broadcasting Pictures Records Films Foods Stores Software Hardware Computer Computers Engine Engines Robot Robots Airline Airways "
    "England America Europe Asia Africa Australia Canada Germany Japan China India Russia Britain Zealand Christmas Easter Summit Forum Festival Fair Expo Parade "
    "Rainforest Forest Zoo Palaces Houses Villages Cities Towns Schools Colleges Hospitals Universities Engineers Workers Teachers Veterans "
    "President Officer Minister Chairman Chairwoman Director Manager Professor Secretary Governor Executive Ambassador Commissioner Senator".split()
)
_ABSTRACT_EN = re.compile(r"[a-z]{2}(?:tion|sion|ics|ology|ity|ities|isms?|ment)s?$")


# The shape of a word in a person's name: no acronym, no second capital but behind Mc, Mac, O', De and the like.
_HUMAN = re.compile(r"(?:(?:[A-Z]['’]|Ma?c|D[eiu]|La|Le|Van)?[A-Z][a-zà-ÿ'’]*\.?(?:-[A-Za-zà-ÿ]+)?|[a-z]+|[A-Z]{1,2}\.?)$")


def _honours(word: str) -> bool:
    return word.rstrip(".").lower() in _TITLE_WORDS_EN


def _is_occupation(text: str, start: int, word: str, end: int) -> bool:
    """Whether the first of the words is what somebody is, at the start of a sentence, rather than a first name."""
    left = text[start:end].count(" ")
    if left and _OCCUPATION_EN.fullmatch(word.lower()):
        return True
    if left < 2 or word in _FIRST_NAMES_EN or not re.fullmatch(r"[A-Z][a-z]{3,20}", word):
        return False
    if text[:start].rstrip(" \"'\u201c\u2018")[-1:] not in ("", "\n", ".", "!", "?", ":", ";", "\u201d", '"'):
        return False
    return re.search(rf"\b(?:an?|the|local|former|retired|one|every|most|many)\s{word.lower()}s?\b", text) is not None


_OCCUPATION_EN = re.compile(rf"{TITLES_EN}")
# First names that are common words as well.
_FIRST_NAMES_EN = frozenset(
    "Bill Grant Mark Rose Grace Hope Will Frank Jack Dawn Faith Lily Iris Pearl Ruby Violet Daisy Summer Autumn April June Christian Dean Earl Duke Miles Pierce "
    "Chase Hunter Mason Carter Cooper Parker Taylor Tyler Sawyer Archer Page Reed Jade Amber Crystal Heather Holly Hazel Olive Ginger Angel Melody Harmony Robin "
    "Wren Sage Rusty Rich Drew Dale Glen Heath Ford Marshall Bishop Prince Noble Sterling Brook Clay Cliff Forest Rocky Sandy Stone Storm Star Victor Baker Major".split()
)


def _role_en(text: str, start: int, end: int) -> tuple[int, int]:
    """A role without the verb, preposition or pronoun that leads up to it."""
    title = re.search(rf"\b(?:{TITLES_EN})\b", text[start:end])
    for lead in _NO_ROLE_EN.finditer(text, start, start + title.start() if title else start):
        start = lead.end()
    relative = _RELATIVE_EN.search(text, start, end)
    return start, relative.start() if relative else end


_RELATIVE_EN = re.compile(r"\s(?:who|whose|which|where|that)\b")
_NO_ROLE_EN = re.compile(
    rf"\b(?:{SAYS_EN}|by|to|that|and|but|or|with|from|for|as|when|while|because|is|was|are|were|has|had|have|an?|the|their|his|her|its|our|my|according)\s",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\w+['’]s\s")
_ORGANISATIONS_EN = frozenset(
    "Capital Ventures Partners Fund Funds Bank University College Institute Group Inc Ltd Corp Labs Technologies Technology Company Times Post News Review "
    "Holdings Studios Media Press Council Committee Agency Association Foundation Street Valley Day Sports Motors Airlines Police Court Ministry Department "
    "Office Union League Party Hospital Museum Trust Society Service Authority Commission Federation Energy Power Sachs United City Town Board Centre Center "
    "School Parliament Congress Senate Administration Organization Organisation Systems Industries International Watch Network Exchange".split()
)
_ORGANISATIONS_FIRST_EN = frozenset(
    "English Scottish Irish Welsh Spanish Italian Dutch Greek Turkish Polish Swedish Danish Norwegian Finnish Swiss Austrian Hungarian Czech Portuguese Brazilian "
    "Mexican Korean Arab Persian Ottoman Byzantine Soviet Catholic Protestant Anglican Lutheran Jewish Muslim Islamic Buddhist Hindu Orthodox Latin Western Eastern "
    "Northern Southern Southeast Northeast Southwest Northwest Public Civil Middle Upper Lower Great Greater Grand Holy Los Las Santa Mount Lake Fort Port Cape "
    "National World International European Federal Royal United Central American British University Ministry Department Bank House Supreme High Institute New "
    "South North West East Chinese American British French German Japanese Indian Russian Canadian Australian African Asian Silicon".split()
)
_TITLE_WORDS_EN = frozenset(
    "founder partner ceo cto cfo coo president chairman director manager professor researcher analyst engineer scientist economist investor angel "
    "senator governor mayor minister secretary dr drs mr mrs ms miss prof sir dame lord lady judge justice sen rep gov capt captain col colonel gen general "
    "sgt inspector chancellor baroness rev father bishop coach manager chief executive prime deputy former local retired said says".split()
)


def _people(found: list[_Introduction], text: str, shown: str, pseudonym: str) -> list[Person]:
    names: dict[str, str] = {}
    others: dict[str, list[str]] = defaultdict(list)
    roles: dict[str, list[str]] = defaultdict(list)
    for introduction in sorted(found, key=lambda i: i.name):
        start, end = introduction.name
        key = text[start:end]
        if key not in names and len(names) >= _MOST_PEOPLE:
            continue
        names.setdefault(key, shown[start:end])
        for (first, last), kept in ((introduction.other, others[key]), (introduction.role, roles[key])):
            if first < last and (printed := " ".join(shown[first:last].split())) not in kept:
                kept.append(printed)
    # A short form that only ever stands within a longer name is no one of its own, nor is the end of one longer name.
    often = {key: text.count(key) for key in names}
    parts = {k for k in names for other in names if k != other and k in other and often[k] == often[other]}
    ends: dict[str, list[str]] = defaultdict(list)
    for key in names:
        words = key.lower().split(" ")
        for i in range(1, len(words)):
            ends[" ".join(words[i:])].append(key)
    parts |= {key for key in names if len(ends.get(key.lower(), ())) == 1}
    places = [m.span() for m in islice(_PSEUDONYM.finditer(text), 100)]
    near = "\n".join(text[max(0, a - 60) : b + 60] for a, b in places)
    kept_names = [(key, name) for key, name in names.items() if key not in parts]
    return [
        Person(name, tuple(others[key]), tuple(sorted(roles[key], key=_telling)), _is_pseudonym(key, near, pseudonym))
        for key, name in kept_names
    ]


def _is_pseudonym(name: str, near: str, pattern: str) -> bool:
    return bool(near and re.search(pattern.format(name=re.escape(name)), near))


_MOST_PEOPLE = 300
_PSEUDONYM = re.compile(r"化名|\b(?:alias|pseudonym|real name)\b")


def _telling(role: str) -> tuple[bool, int]:
    """Sorts roles: those with a title first, longer ones before shorter."""
    titled = re.search(rf"(?:{TITLES_ZH})$|\b(?:{TITLES_EN})\b", role)
    return (titled is None, -len(role))


__all__ = [
    "HONORIFICS_EN",
    "KIN_EN",
    "PEOPLE_ZH",
    "TITLES_EN",
    "TITLES_ZH",
    "Person",
    "family_length",
    "find_people",
    "find_transliterated",
    "has_family_name",
    "is_namesake",
    "is_transliterated",
    "names_within_sentences",
]
