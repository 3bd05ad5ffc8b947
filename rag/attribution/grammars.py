"""The patterns by which Chinese and English texts say that somebody says something.

Names stand in them as runes, so that they are compiled once and serve every article. `rag.attribution.speech_cues` reads texts by
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.names.honorifics import HONORIFICS_EN
from rag.names.organisations import BODIES_ZH
from rag.names.pronouns import HE_ZH, SHE_ZH
from rag.names.titles import COMPANIONS_EN, KIN_EN, OF_WHOM_ZH, TITLES_EN, TRADES_ZH
from rag.text.cues import (
    ATTITUDES_EN,
    FINDING_ZH,
    HAN,
    QUOTES_EN,
    SAYING_EN,
    SAYING_ZH,
    SAYS_EN,
    SAYS_WITH_EN,
    SPEAKING_ZH,
    VIEW_EN,
    VIEW_ZH,
    inflected,
)

_SAY_ZH = rf"(?:{SAYING_ZH})(?:[到了道着过说])?"
_VIEW_IS_ZH = (
    rf"(?:的|给的|给出的)?[^,。“”\n]{{0,4}}?(?:{VIEW_ZH})(?:(?:也|都|则|就|正|均|与|和|之|跟|同|他|她|此|相当|很|十分|非常){{0,4}}(?:是|在于|类似|相近|相同|一致|悲观|乐观|明确|直接|笃定)|(?=[,:]))"
    rf"|持[^,。“”\n]{{0,6}}(?:看法|观点|态度|意见|立场)|(?:则|也|更|很|颇|较|比较|并|却){{0,2}}[更很颇较不]?为?(?:悲观|乐观|谨慎|直接|不急)(?=[,。;:])"
)
_NOT_SUBJECT = r"(?<![对向给跟诉访让使把被迎与和同替])"
_GAP = (
    rf"(?!{OF_WHOM_ZH})(?P<gap>(?:\([^()\n]{{1,80}}\)|[^,。;!?:“”「」『』\n(]){{0,28}}?(?:,(?:并且?|还|又|就|则|也|随后|称)?)?)"
)
# Whom an article quotes without a name. They are looked for within running text, so that no office is among them that
# begins other words, as in "committee" or "doctoral thesis".
_PERSON_NOUN = (
    rf"{TRADES_ZH}|投资人|投资者|创业者|创始人|合伙人|董事|经理|主管|高管|高层|负责人|发言人|干部|官员|警官|法官|律师|议员|专家|学者|教授|研究员|科学家|经济学家|工程师|分析师|"
    r"邻居|家属|老板|客户|学生|医生|老师|观众|读者|网友|店员|目击者|球员|消费者|商家|从业者|经销商|贸易商|卖家|买家|消息人士|人士|技术人员|人员|用户|的人"
)
_UNNAMED_ZH = (
    rf"(?:一[位名个家]|某[家位个些]?|有[位些]?|有的|有?[多几两]位|[多几]家|更有|也有|还有|一些|部分|不少|许多|多数|大多|大部分|另一位|另有)[^,。;:!?“”的\n]{{0,12}}?(?:的[^,。;:!?“”\n]{{0,8}}?)?"
    rf"(?:{_PERSON_NOUN}|机构|媒体|基金|VC|公司|企业|厂商)(?:的?(?:相关|内部|有关)(?:人士|人员|负责人))?"
    rf"|(?![让由据某有一被对向从以])[{HAN}A-Za-z]{{2,10}}?(?:相关人士|内部人士|知情人士|有关负责人|相关负责人|相关人员|发言人|工作人员)|(?:业内|知情|接近)[^,。“”\n]{{0,8}}?人士|媒体|(?<=[,。;!?“”\n])(?:{_PERSON_NOUN})(?=普遍|们|都|给|{SAYING_ZH})"
)
_PRONOUN_ZH = rf"{HE_ZH}(?!家)|{SHE_ZH}|其(?={_SAY_ZH})|(?:该|这位|这名)(?:[{HAN}]{{0,4}}?)(?:{_PERSON_NOUN})|对方"
# Sides that speak without a name.
_SIDE_ZH = "警方|检方|校方|院方|厂方|馆方|资方|劳方|店方|官方|军方|有关部门|相关部门"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The patterns by which one language says that somebody says something, by kind of cue, and where a talk begins.

    Names stand in them as runes, which they replace in the text, so that the patterns are the same for all articles.
    """

    cues: tuple[tuple[str, re.Pattern[str]], ...]
    talk: re.Pattern[str]


OF_NAMES = frozenset(("named", "mouth", "finding"))
"""The kinds of cue whose patterns match nothing without a name."""
RUNES = ("\u16a0", "\u16a1")  # for the first letter of a name and for its others: letters that no article in these languages has
NO_RUNES = dict.fromkeys(map(ord, RUNES), " ")
_ANY_NAME = f"{RUNES[0]}{RUNES[1]}*+"


def _chinese() -> Grammar:
    names = _ANY_NAME
    named = rf"{_NOT_SUBJECT}(?P<who>{names})(?:\([^()\n]{{1,40}}\))?"
    return Grammar(
        (
            (
                "framed",
                re.compile(
                    rf"(?:(?<!数)(?<!依)据|按照|按|用|在|就|对于|对|依|如同|正如|如)(?P<who>{names}|{HE_ZH}|{SHE_ZH}|其)(?P<gap>[^,。“”\n]{{0,20}}?)"
                    rf"(?P<verb>看来|来看|来说|眼[中里]|介绍|透露|所说|所言|的话说|的(?:{VIEW_ZH}|统计|测算|理解|估计|计算)|估计|推算|口中|讲)"
                ),
            ),
            ("named", re.compile(rf"{named}{_GAP}(?P<verb>{_SAY_ZH}|所言|挂在嘴边|{_VIEW_IS_ZH})")),
            ("mouth", re.compile(rf"{named}(?P<gap>)(?P<verb>(?:口中|所谓|眼中)的?(?=[“「『]))")),
            (
                "named",
                re.compile(rf"{named}(?P<gap>(?:是|系|任|在)[^,。;:“”\n]{{2,30}},[^,。;:“”\n]{{0,12}}?)(?P<verb>{_SAY_ZH})"),
            ),
            ("finding", re.compile(rf"让(?P<who>{names})(?P<gap>[^,。;:“”\n]{{0,8}}?)(?P<verb>{FINDING_ZH}|相信)")),
            ("pronoun", re.compile(rf"让(?P<who>{HE_ZH}|{SHE_ZH})(?P<gap>[^,。;:“”\n]{{0,8}}?)(?P<verb>{FINDING_ZH}|相信)")),
            ("finding", re.compile(rf"{named}{_GAP}(?P<verb>{FINDING_ZH}|为代表的?|代表|达成[^,。]{{0,6}}共识)")),
            ("framed", re.compile(rf"(?:经验|直觉|经历|历史)告诉(?P<who>{names})(?P<gap>)(?P<verb>)")),
            (
                "pronoun",
                re.compile(
                    rf"{_NOT_SUBJECT}(?P<who>{_PRONOUN_ZH})(?!{names}){_GAP}(?P<verb>{_SAY_ZH}|{_VIEW_IS_ZH}|{FINDING_ZH})"
                ),
            ),
            (
                "unnamed",
                re.compile(
                    rf"(?P<who>{_UNNAMED_ZH})(?P<gap>[^,。;!?:“”「」『』\n]{{0,16}}?,?)(?P<verb>{_SAY_ZH}|{_VIEW_IS_ZH}|给出)"
                ),
            ),
            (
                "unnamed",
                re.compile(
                    rf"(?<=[”」])\s?(?P<who>[{HAN}]{{0,10}}?(?:{_PERSON_NOUN}))(?P<gap>[^,。;!?:“”「」\n]{{0,10}}?)(?P<verb>{_SAY_ZH})"
                ),
            ),
            (
                "unnamed",
                re.compile(
                    rf"(?:(?<=[,。;!?”」\n])|^)(?P<who>一[位名][^,。;!?:“”「」『』\n]{{2,20}}?|(?:{_PERSON_NOUN})[老小阿][{HAN}])(?P<gap>)(?P<verb>{SPEAKING_ZH})",
                    re.MULTILINE,
                ),
            ),
            (
                "institution",
                re.compile(
                    rf"(?:(?<=[,。;!?”」\n])|^)(?P<who>[{HAN}]{{0,6}}?(?:{_SIDE_ZH}))(?P<gap>[^,。;!?:“”「」\n]{{0,10}}?)(?P<verb>{_SAY_ZH})",
                    re.MULTILINE,
                ),
            ),
            (
                "organisation",
                re.compile(
                    rf"(?:(?<=[,。;!?”」\n])|^)(?P<who>[{HAN}A-Za-z0-9·]{{1,16}}?(?:{BODIES_ZH}))(?P<gap>(?:经?审理|则|也|对此|随后|昨日|今天|日前|发布|通报){{1,3}}后?)(?P<verb>{_SAY_ZH})",
                    re.MULTILINE,
                ),
            ),
            ("unnamed", re.compile(rf"问[过到]?(?P<who>一位[^,。“”\n]{{2,20}}?(?:{_PERSON_NOUN}))(?P<gap>)(?P<verb>)")),
            (
                "data",
                re.compile(
                    r"(?:(?<!数)(?<!依)(?<!证)据|根据)(?P<who>[^,。;:“”\n]{2,12}?)(?P<gap>)(?P<verb>公开的[^,。]{0,24}?(?:数据|资料)|的?(?:数据|推算|爆料|统计|测算|估算|估计|报道|披露|报告|介绍|透露))"
                ),
            ),
            (
                "organisation",
                re.compile(
                    rf"(?:^|[。!?;,“”」』\n])(?P<who>[{HAN}A-Za-z0-9· ]{{2,24}}?) ?(?P<gap>(?:在[^,。“”]{{2,14}}?[中上里]|也|则|还|又|曾|近日|此前|公开|方面)?)(?P<verb>{_SAY_ZH})",
                    re.MULTILINE,
                ),
            ),
            (
                "stranger",
                re.compile(
                    rf"(?:^|[。!?;,:“”」』\n…]) ?(?P<who>[{HAN}A-Za-z0-9·{''.join(RUNES)}]{{2,24}}?)(?P<gap>)(?P<verb>{SPEAKING_ZH})",
                    re.MULTILINE,
                ),
            ),
        ),
        re.compile(
            rf"^(?:以下|下面|本文|下文|以上)[^。\n]{{0,12}}?(?P<who>{names})[^。\n]{{0,24}}?(?:分享|演讲|发言|讲话|口述|自述|观点|讲述)[^。\n]{{0,12}}[:。]?$"
        ),
    )


# Institutions that speak without a name of their own, and what they do when they speak.
_INSTITUTION_EN = (
    "company|firm|ministry|league|bank|government|agency|university|club|union|regulator|court|council|commission|committee|department|hospital|museum|charity|party|"
    "group|institute|operator|airline|maker|police|army|association|federation|organi[sz]ation|authority|administration|watchdog|retailer|lender|startup|manufacturer"
)
# What stands before the name of a body or of a vessel.
BODY_EN = (
    rf"\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|[Oo]ur)\s(?:[a-z-]{{2,20}}\s){{0,3}}?(?:{_INSTITUTION_EN}|ship|vessel|ferry|boat|tanker|trawler|dredger|yacht|newspaper|magazine|"
    r"band|team|brand|developer|network|campaign|think[ -]tank|foundation|trust|society|school|college|firm|contractor)"
)
# What bodies and people without a name do when they speak; then what else people do, be they never so unknown.
_STATED_EN = inflected("say|announce|estimate|report|tell|argue|warn|state|claim|add|confirm|deny")
_SPEAKS_EN = rf"{_STATED_EN}|{inflected('think|believe|feel|complain|recall|insist|agree|disagree|wonder|hope|fear|ask|reply|explain|want|remember')}"
_PEOPLE_EN = (
    rf"{TITLES_EN}|{KIN_EN}|{COMPANIONS_EN}|man|woman|boy|girl|child|children|"
    r"men|women|people|person|couple|family|staff|worker|workers|customers?|clients?|(?!paper|letter|number|newspaper|poster|weather|order|water|river|winter|summer|"
    r"computer|chapter|centre|center|matter|paper|power|tower|cover|corner|register|folder|ledger|semester|disaster|calendar|sugar|quarter|cluster|other|another)"
    r"[a-z]{3,16}(?:er|ist|ian|keeper|man|woman)s?"
)


def _english() -> Grammar:
    names = _ANY_NAME
    # No form of "be": "is expected" and "was told" say nothing.
    adverbs = r"(?:\s(?:also|then|later|often|now|further|still|himself|herself|has|had|who|[a-z]+ly)\b){0,3}"
    noun = r"(?:investors?|founders?|analysts?|executives?|engineers?|partners?|people|person|insiders?|sources?|researchers?|experts?|officials?|spokes(?:man|woman|person)|VCs?|funds?|managers?|employees?|critics|entrepreneurs?)"
    several = rf"(?:[Aa]n?|[Oo]ne|[Ss]ome|[Ss]everal|[Mm]any|[Mm]ost|[Tt]wo|[Oo]ther|[Aa]nother|[Tt]he)\s(?:[\w'’-]+\s){{0,4}}?{noun}|(?:Founders|Investors|Analysts|Insiders|Critics)"
    unnamed = rf"(?:{several})(?:\s(?:at|in|of|from|close to|familiar with|who)\s[^,.;:!?\"“”\n]{{1,60}}?)?"
    said = rf"{SAYS_WITH_EN}(?P<verb>{SAYS_EN}|{ATTITUDES_EN})\b(?!(?<!\bsaid)(?<!\bsays)\sby\b)"
    say = rf"(?P<verb>{SAYING_EN}|{SAYS_EN}|{ATTITUDES_EN})\b"
    firm = r"(?:(?:\sof\s[a-z ]{2,30})?\s(?:at|of|from|with|for|in)\s[^,.;:!?\"“”\n]{2,60},)"
    role = rf"(?:(?:[\w'’&-]{{1,20}}\s){{0,5}}?(?:{TITLES_EN})(?:{firm}|,?)\s|(?:an?|the|his|her|their|our|my)\s(?:(?!of\b|to\b|at\b|for\b|and\b|who\b)[\w&-]{{1,20}}\s){{1,4}}?)?(?:{HONORIFICS_EN}\s)?"
    # In "said Hale had gone" Hale is the subject of what is said, and not who says it.
    no_subject = r"(?!\s(?:[a-z]+ly\s|himself\s|herself\s)?(?:had|has|have|was|were|is|are|would|will|should|could|can|might|may|must|did|does|do|never)\b)"
    views = "view|words|opinion|account|count|eyes|sense|reading|estimate|telling|reckoning|mind|judge?ment|experience"
    behind = r"[\"”](?:,|\s[—–-])?\s(?:then\s|also\s|[a-z]+ly\s)?"  # behind a quotation
    return Grammar(
        (
            (
                "framed",
                re.compile(
                    rf"\b[Aa]ccording\sto\s(?P<who>{names}|his|her)(?:['’]s)?(?P<gap>\s?)(?P<verb>(?:{views})?)(?=[,.\s])"
                ),
            ),
            ("framed", re.compile(rf"(?:(?<=[.!?\"”]\s)|^)For\s(?P<who>{names})(?P<gap>)(?P<verb>)(?=,)", re.MULTILINE)),
            (
                "framed",
                re.compile(
                    rf"\b(?:[Ii]n|[Bb]y|[Ff]or|[Tt]o)\s(?P<who>{names}|his|her)(?:['’]s)?(?P<gap>\s(?:own\s)?)(?P<verb>{views})\b"
                ),
            ),
            (
                "named",
                re.compile(
                    rf"\b(?P<who>{names})(?P<gap>(?:\s\([^)\n]{{1,40}}\))?(?:\sof\s[A-Z{RUNES[0]}][^,.;\n]{{1,40}}|\s(?:of|from|at|for|with)\s(?:(?:the|an?|his|her)\s[^,.:;!?\"“”\n]{{1,60}}?|[A-Z][^,.:;!?\"“”\n{''.join(RUNES)}]{{1,40}}?))?(?:,\swhos?e?\s[^.;!?\"“”\n]{{1,140}}?,|,[^.;!?\"“”\n]{{1,90}}?,|,)?{adverbs})\s{said}"
                ),
            ),
            (
                "named",
                re.compile(
                    rf"(?P<verb>(?:(?<=,\s)|(?<=[—–-]\s))(?:{inflected('say|add|argue|write|recall|explain|insist')})|\b[Aa]ccording\sto)(?P<gap>\s{role})(?P<who>{names})\b{no_subject}"
                ),
            ),
            ("named", re.compile(rf"{behind}(?P<verb>{QUOTES_EN})(?P<gap>\s{role})(?P<who>{names})\b{no_subject}")),
            (
                "named",
                re.compile(rf"\b(?P<who>{names})['’]s(?P<gap>\s)(?P<verb>(?:[a-z]+\s)?(?:{VIEW_EN}))\b"),
            ),
            (
                "named",
                re.compile(
                    rf"\b(?P<who>{names})(?P<gap>\s(?!(?:[^,.;:!?\"“”\n]{{0,40}}\s)?(?:is|was|are|were|be|been|being)\s)[^,.;:!?\"“”\n]{{2,80}}?,?\sand)\s{said}"
                ),
            ),
            (
                "named",
                re.compile(rf"{behind}(?:{HONORIFICS_EN}\s)?(?P<who>{names})(?P<gap>{adverbs})\s(?P<verb>{QUOTES_EN})\b"),
            ),
            ("pronoun", re.compile(rf"{behind}(?P<who>he|she)(?P<gap>{adverbs})\s(?P<verb>{QUOTES_EN})\b")),
            ("named", re.compile(rf"\b(?P<verb>that\sof)(?P<gap>)\s(?P<who>{names})\b")),
            ("pronoun", re.compile(rf"\b(?P<who>[Hh]e|[Ss]he)(?P<gap>{adverbs})\s{said}")),
            (
                "pronoun",
                re.compile(rf"\b(?P<who>[Hh]is|[Hh]er)(?P<gap>\s)(?P<verb>(?:[a-z]+\s)?(?:{VIEW_EN})s?)\b"),
            ),
            (
                "unnamed",
                re.compile(rf"\b(?P<who>{unnamed})(?P<gap>(?:,(?:[^.;!?\"“”\n]|\.\d){{1,140}}?,)?{adverbs})\s{say}"),
            ),
            (
                "unnamed",
                re.compile(
                    rf"(?:(?<=[.!?\"”]\s)|^)(?P<who>(?:One|An?|Another)\s(?:[a-z'’-]{{1,20}}\s){{0,3}}?[a-z'’-]{{3,20}})(?P<gap>(?:,\s(?:who|\d)[^.;:!?\"“”\n]{{1,80}}?,)?{adverbs})\s(?P<verb>{_STATED_EN})\b",
                    re.MULTILINE,
                ),
            ),
            (
                "institution",
                re.compile(
                    rf"(?:(?<=[.!?\"”]\s)|^)(?P<who>(?:The|A|An|Its|the)\s(?:[\w'’-]{{1,20}}\s){{0,3}}?(?:{_INSTITUTION_EN}))(?P<gap>{adverbs})\s(?P<verb>{_STATED_EN})\b",
                    re.MULTILINE,
                ),
            ),
            (
                "organisation",
                re.compile(
                    rf"(?:^|[.!?\"”]\s|\n)(?:[A-Z][a-z]{{1,14}},?\sthe\s)?(?P<who>[A-Z][\w&.'’-]*(?:\s[A-Z][\w&.'’-]*){{0,3}}(?:\s(?:of|for)\s(?:the\s)?[A-Z][\w&.'’-]*(?:\s[A-Z][\w&.'’-]*){{0,3}}(?:\sand\s[A-Z][\w&.'’-]*)?)?)(?P<gap>{adverbs})\s(?P<verb>{_STATED_EN})\b",
                    re.MULTILINE,
                ),
            ),
            (
                "stranger",
                re.compile(
                    rf"(?:(?<=[.!?,\"”]\s)|^)(?P<who>(?:(?:The|the|A|a|An|an|My|my|Our|our|His|his|Her|her|Their|their|But the|But a)\s|{names}['’]s\s)(?:[\w'’-]{{1,20}}\s){{0,3}}?(?:{_PEOPLE_EN}))(?P<gap>(?:,\s[^.;!?\"“”\n]{{1,90}}?,|\s(?:at|in|of|from|who|with|on|next|behind)\s[^,.;:!?\"“”\n]{{1,60}}?)?{adverbs})\s(?P<verb>{_SPEAKS_EN})\b",
                    re.MULTILINE,
                ),
            ),
            (
                "stranger",
                re.compile(
                    rf"{behind}(?P<verb>{QUOTES_EN})(?P<gap>)\s(?P<who>(?:the|a|an|his|her|their|my|our|{names}['’]s)\s(?:[\w'’-]{{1,20}}\s){{0,3}}?(?:{_PEOPLE_EN}))\b"
                ),
            ),
            (
                "stranger",  # by any verb at all
                re.compile(
                    rf"{behind}(?P<verb>{QUOTES_EN}|[a-z]{{3,16}}ed)(?P<gap>\s(?:(?!by\b|in\b|at\b|on\b|to\b|for\b|with\b|and\b)[a-z'’-]{{1,20}}\s){{0,4}}?)(?P<who>[A-Z][\w'’-]{{1,30}}(?:\s[A-Z][\w'’-]{{1,30}}){{0,3}})(?![\w'’-]|\.?\s{RUNES[0]})"
                ),
            ),
            (
                "stranger",
                re.compile(
                    rf"(?<=[,?!…][\"”])\s(?P<who>[A-Z][\w'’-]{{1,30}}(?:\s[A-Z][\w'’-]{{1,30}}){{0,3}})(?P<gap>)\s(?P<verb>{QUOTES_EN}|[a-z]{{3,16}}ed)(?=[.,;:]|\s(?:in|at|on|to|after|before|as|with|last|yesterday|later)\b)"
                ),
            ),
        ),
        re.compile(
            rf"^(?:The following|Below|What follows|This)\b[^.\n]{{0,40}}?(?P<who>{names})(?:['’]s)?[^.\n]{{0,40}}?(?:talk|speech|remarks|lecture|presentation|address)\b[^.\n]{{0,40}}[:.]?$"
        ),
    )


@lru_cache(maxsize=2)
def grammar_of(language: str) -> Grammar:
    """The patterns of a language, "zh" or "en"."""
    return _chinese() if language == "zh" else _english()


__all__ = ["BODY_EN", "NO_RUNES", "OF_NAMES", "RUNES", "Grammar", "grammar_of"]
