"""Find what an article says of itself: publisher, author, date and address, in its byline and its framing sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.articles.authors import is_name, is_staff, signed
from rag.articles.outlets import OUTLETS_EN, Dateline, names_outlet
from rag.text.dates import has_date, is_dated_label, undated

_URL = re.compile(r"https?://[^\s<>\"')】」]+")

_NAME_END = r"(?=\s{2,}|[(,;。|]|\s+(?:作者|文|编辑|編輯|记者|時間|时间|日期|题图|題圖|by|author)\b|\s*(?:作者|撰文|记者|記者|编辑|編輯|责编|責編|责任编辑|責任編輯|题图|題圖)[:]|\s*(?:19|20)\d{2}|\s*$)"
_PUBLISHER = re.compile(
    r"(?:(?:文章|本文|新闻|新聞)?(?:来源|來源|出处|出處)|本文(?:来自|來自|转自|轉自|转载自|轉載自)|(?:来自|來自|转载自|轉載自)|出品|出典|媒体|媒體)(?:微信)?(?:公众号|公眾號)?\s*[:|丨/]\s*(\S.{0,40}?)"
    + _NAME_END
    + r"|本文(?:来自|來自|首发于|首發於)(?!微信)([^,。:]{2,20})"
    + r"|\b(?:(?:source|publisher)\s*[:]|(?:published|appeared|posted)(?: on)?[\s|]{0,9}(?:in|at)\b|(?:published|appeared)(?: on)?[\s|]{0,9}(?:by|on)\b)"
    + r"\s+(?!https?:)(?!on\b|at\b)([^\s\d|][^,;|(\n]{1,50}?)(?=\s*(?:[,;|(.]|$|\s(?:on|by)\b))",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:^|[\s,;。|)])(?:作者|撰文|记者|記者|文|執筆|著者)\s*[:|丨/]\s*([^\s,;。:(|/]{1,20}(?:\s(?=[A-Za-z])[A-Z][\w.'-]+){0,3})"
    r"|(?:记者|記者)\s+((?!通[讯訊])[\u4e00-\u9fff·]{2,9}(?:[\s、]+(?!通[讯訊]员?|通訊員)[\u4e00-\u9fff·]{2,4}(?![\u4e00-\u9fff·]))*)(?=$|[\s/,|])"
    r"|(?:^|[\s|])([\uac00-\ud7a3]{2,4})\s?(?:\uae30\uc790|\ud2b9\ud30c\uc6d0)(?=$|[\s/,|=(])"
    r"|(?:^|[\s.,;|(])(?:author|by|(?:words|story|text)(?=:))\s*[:]?\s+((?:(?:the|our) )?[^\W\d][\w.'’-]*"
    r"(?:\s+(?:(?:and|de|da|del|van|von|der|den|la|bin|al)\s+)*(?-i:[A-ZÀ-ÞΑ-ΩА-Я])[\w.'’-]*){0,7})",
    re.IGNORECASE,
)
# What stands beside a date but names no outlet.
_STAMP = re.compile(
    r"(?:first |last |originally )?(?:published|posted|updated|modified|date|on|at|in|from)\b[:\s]*|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
    r"|(?:[ap]\.?m\b\.?|gmt|utc|[ecmp][sd]?t|bst|cest|jst)\b|(?:发布|發布|发表|發表|更新|时间|時間|日期|于|於|公開|更新日|公開日)+[:\s]*|(?:星期|周|週)[一二三四五六日天]|[月火水木金土日]曜日?"
    r"|ip ?[属屬]地\S*|[\d\W]*(?:min(?:ute)?s?(?: read)?|read|views?|comments?|likes?|shares?|阅读|閱讀|浏览|瀏覽|评论|評論)[\d\W]*$|[\W_]+|[\d\W_]+$",
    re.IGNORECASE,
)
# Who reports and from where, behind the name of an outlet: "港都新聞 記者 葉子恆", "高雄報導".
_REPORTER = re.compile(
    r"\s*(?:本报|本報|本台|本臺)?(?:(?:记者|記者|通讯员|通訊員)(?:$|\s.*)|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}(?:报道|報導|報道|电|電)$)"
)
# The number of an issue is the name of none.
# What WeChat sets below a headline: that it is nobody else's, who writes, the account; and where it was sent from.
_ACCOUNT = re.compile(r"\u539f[\u521b\u5275]\s+\S{2,12}\s+(?!(?:19|20)\d{2})(\S{2,12})(?=$|\s+(?:19|20)\d{2})")
_REGIONS = frozenset(
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 台湾 中国香港 中国澳门 中国台湾 美国 英国 日本 新加坡 加拿大 澳大利亚 德国 法国".split()
)
_ISSUE = re.compile(
    r"(?:issue|no\.?|nr\.?|vol(?:ume|\.)?|edition|ausgabe|num[\u00e9\u00e8e]ro|n[\u00ba\u00b0o]\.?|\u7b2c)\s?\d|#\d",
    re.IGNORECASE,
)
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_SOURCE = re.compile(
    r"(?:^|[\s|(])(?:(?:quelle|fuente|fonte|bron|źródło|источник|kaynak)\s*:|(?:erschienen in|paru dans|publicad[oa] (?:en|em)|pubblicato su|verschenen in))\s+"
    r"(?!https?:)(?=[^\W\d_])([^,;|()\d\n]{2,50}?)(?=\s*(?:[,;|(.)\d]|$|\s(?:am|le|el|il|em|op)\s))",
    re.IGNORECASE,
)
_WRITER = re.compile(r"编辑|編輯|记者|記者|作者|\b(?:editor|editorial|staff|desk|reporter|correspondent|by)\b", re.IGNORECASE)
# An outlet that names itself, then one that interviews, then one that the people of the article speak to.
_SELF = re.compile(
    r"(?:这是|這是)《([^》\n]{1,20})》(?=[^。!?\n]{0,4}(?:策划|策劃|推出|出品|发起|發起|系列|专题|專題|栏目|欄目|特稿|报道|報道|報導|独家|獨家|专访|專訪))"
    r"|[Tt]his (?:article |story |interview |report )?is (?:part of )?(?:the |an? )?([A-Z][\w' ]{2,30}?)(?:'s|’s) (?:series|special)"
)
_DIALOGUE = re.compile(
    r"(?:下面|以下|下文)[是为為]([^\s,。《》]{2,10})[与與和](?:[^\s,。]{2,12}?)的?(?:对话|對話|采访|採訪|访谈|訪談)"
)
# A review may be told something too, but a line that ends so is mostly a heading.
_OUTLETS_EN = "|".join(map(str.capitalize, sorted(OUTLETS_EN | {"review"})))
_OUTLETS_ZH = "网|網|报|報|刊|社|台|臺|志|誌|新闻|新聞|财经|財經|传媒|傳媒|媒体|媒體|在线|在線|资讯|資訊|快讯|快訊|频道|頻道|观察|觀察|评论|評論"
_NAMED_ZH = rf"(?:《([^》\n]{{1,12}})》|([A-Za-z\u3400-\u9fff]{{1,10}}?(?:{_OUTLETS_ZH})))"
_TOLD = re.compile(
    rf"(?:告诉|告訴){_NAMED_ZH}(?=[,:。]|$)"
    rf"|[向对對跟]{_NAMED_ZH}(?=表示|透露|解释|解釋|回忆|回憶|坦言|表明|举)"
    rf"|接受{_NAMED_ZH}(?:记者|記者)?(?:的)?(?:采访|採訪|专访|專訪)"
    rf"|\b(?:told|tells|in an interview with|spoke (?:to|with)) (?:[Tt]he )?((?:[A-Z]\w+ ){{1,3}}(?:{_OUTLETS_EN}))\b"
)
# Several people at once, right before what they tell.
_SEVERAL = re.compile(
    r"[几幾多数數两兩三四五][位名家][^,。;!?:\n]{0,12}$"
    r"|\b(?:[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]everal|[Mm]any|[Ss]ome)\s[^,;:.!?\n]{1,60}\s$"
)
_NOT_OUTLETS = frozenset("记者 記者 我们 我們 大家 媒体 媒體 外界 他们 他們 自己 投资者 公众 网友 员工".split())


def find_publisher(bylines: Sequence[str], body: str, masthead: str | None = None, opening: Dateline | None = None) -> str | None:
    """The outlet: from a byline, the line above the headline or the agency of a dateline, else as it names itself in the
    text, else the one that interviews or is spoken to.

    A text may also cite what somebody told others: an outlet that is spoken to counts where its name or title marks show it to
    be one, people speak to it twice or more, or somebody without a name does, and to no other as often.
    """
    for line in bylines:
        account = _ACCOUNT.match(line)
        if account:
            return account[1]
        match = _PUBLISHER.search(undated(line)) or _SOURCE.search(line)
        if match:
            name = _first(match).strip(' 《》"“”:.')
            return name.split()[0] if _HAN.match(name) else name
    named = [*(_unlabelled(masthead) if has_date(masthead) else [masthead])] if masthead else []
    named += [part for line in bylines if has_date(line) or names_outlet(line) for part in _unlabelled(line)]
    named += [opening.agency] if opening and opening.agency else []
    if named:
        return named[0]
    for pattern in (_SELF, _DIALOGUE):
        match = pattern.search(body)
        if match:
            return _first(match)
    told: Counter[str] = Counter()
    for match in _TOLD.finditer(body):
        if (name := _first(match)) not in _NOT_OUTLETS:
            told[name] += 1 + bool(_SEVERAL.search(body, max(0, match.start() - 80), match.start()))
    (name, most), (_, next_most) = [*told.most_common(2), ("", 0), ("", 0)][:2]
    return name if most > max(1, next_most) else None


def _unlabelled(line: str) -> list[str]:
    """The outlets that a line such as "By the editors | 10 May 2023 | Outlet Weekly" names.

    In Chinese and Japanese whatever is left beside dates, times and writers; elsewhere, where that may be a place or a
    person, what reads as the name of an outlet, stands between bars and is none of a person, or comes first in lower case.
    """
    barred = {part.strip() for part in re.split(r"[|丨·]", line)} if "|" in line or "·" in line else set()
    parts = [part.strip() for part in re.split(r"[|,;·/()\u2013\u2014]|\s-\s|\s{2,}|\d{1,2}:\d{2}(?::\d{2})?", undated(line))]
    named = []
    for part in parts:
        apart = part in barred and not is_name(part) or part == parts[0].lower()
        alone = apart and " " in part and not is_dated_label(line)
        while match := _STAMP.match(part):
            alone = alone and not match[0]
            part = part[match.end() :].strip()
            if not match[0]:
                break
        part = _REPORTER.sub("", part)
        if _ISSUE.match(part) or part in _REGIONS:
            continue
        fits = alone or _HAN.search(part) or names_outlet(part)
        if (
            len(part) > 1
            and not re.search(r":$|^[^\s:]{1,6}:\s*\d", part)
            and fits
            and not _AUTHOR.search(part)
            and not _WRITER.search(part)
            and signed(part) is None
        ):
            named.append(part)
    return named


def find_author(bylines: Sequence[str]) -> str | None:
    """The writers that a byline names: in a line that says so, else in one of nothing but names and perhaps a date.

    Newsrooms, offices and outlets are no writers.
    """
    for line in bylines:
        named = signed(line)
        match = None if named is not None else _AUTHOR.search(_PUBLISHER.sub(" ", undated(line)))
        name = named or (_first(match).strip() if match else "")
        if name and not is_staff(name) and not re.match(r"(?:our|a|an)\b|[a-z]+$", name):
            return name
        if name or named is not None:
            return None
    parts = [re.split(r"[|,;·\u2022/()\u2013\u2014]|\s-\s", undated(line).strip())[0].strip() for line in bylines]
    return next((part for part in parts if is_name(part) and not names_outlet(part) and not is_staff(part)), None)


def find_url(lines: Sequence[str]) -> str | None:
    """The first web address in the lines."""
    return next((m[0].rstrip(".,;。") for line in lines if (m := _URL.search(line))), None)


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


__all__ = ["find_author", "find_publisher", "find_url"]
