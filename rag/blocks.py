"""Divide an article into blocks and say what each is: title, byline, heading, body or page furniture.

Works on readable text line by line. The rules look at form (length, end marks, place in the file) and at the fixed
phrases with which web pages frame an article in Chinese, English and Japanese; none knows any particular site.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.cleaning import CleanText
from rag.folding import narrow
from rag.metadata import find_date
from rag.types import Block, Role

TERMINAL = "。!?….;"
_CLOSERS = "”’」』\"')]】》"
_OPENERS = "“‘「『\"'"


@dataclass(frozen=True, slots=True)
class Line:
    """A non-empty line of readable text: its range there, and its text without outer blanks, full-width forms narrowed."""

    start: int
    end: int
    text: str


_BYLINE = re.compile(
    r"^(?:本文|文章|原文)?(?:来源|來源|出处|出處|来自|來自|作者|文|撰文|记者|記者|编辑|編輯|责任编辑|責任編輯|责编|責編|出品|原标题|原標題|发布时间|發布時間|时间|時間|日期)"
    r"(?:微信)?(?:公众号|公眾號)?\s*[:/|丨|]"
    r"|^本文(?:来自|來自|转自|轉自|转载自|轉載自|首发于|首發於)"
    r"|^(?:by|source|author|authors|published|updated|date|written by|posted (?:on|by)|editor)\b\s*[:]?\s"
    r"|^(?:著者|出典|執筆|公開日|更新日)\s*[:]",
    re.IGNORECASE,
)

# Whole lines (or their beginnings) that pages put around an article.
_FURNITURE = re.compile(
    r"^(?:"
    r"相关(?:推荐|阅读|文章|新闻|链接)|相關(?:推薦|閱讀|文章|新聞|連結)|推荐(?:阅读|内容|文章|科技快讯)|推薦(?:閱讀|內容|文章)|为你推荐|為你推薦|猜你喜欢|猜你喜歡"
    r"|延伸(?:阅读|閱讀)|更多(?:内容|精彩|文章|新闻|阅读|閱讀)|热门(?:文章|推荐|评论)|熱門(?:文章|推薦|評論)|热点(?:视频|新闻)|熱點(?:視頻|新聞)|\S{0,4}(?:热榜|熱榜|排行榜)$"
    r"|换一换|換一換|加载更多|加載更多|载入更多|載入更多|点击加载|正在加载|loading(?: more)?|load more|show more"
    r"|(?:网友|網友|全部|最新|精彩|用户|用戶)?(?:评论|評論|留言)(?:区|區)?(?:\s*[(]?\d*[)]?)?$|暂无评论|暫無評論|登录后|登錄後|登錄后|登入後|发表评论|發表評論|发送$|發送$|提交评论"
    r"|分享(?:到|至)|扫码|掃碼|扫一扫|掃一掃|长按|長按|关注(?:我们|公众号|官方)|關注(?:我們|公眾號|官方)|点赞|點贊|返回(?:顶部|首页)|上一篇|下一篇|打开APP|下载.{0,12}(?:APP|客户端)|下載.{0,12}(?:APP|客戶端)"
    r"|广告|廣告|赞助|贊助|©|\(c\)\s|copyright\b|all rights reserved|版权声明|版權聲明|免责声明|免責聲明|声明[:]|聲明[:]|网址[:]|網址[:]|原文链接|本文链接"
    r"|网友评论仅供|網友評論僅供|本文仅代表|本文僅代表|文章版权|文章版權|未经(?:授权|许可|允许)|未經(?:授權|許可|允許)"
    r"|related (?:articles?|stories|posts|links|news|reading)|recommended|you may also like|more (?:from|stories|on this)|most (?:read|popular)|trending|read (?:more|next)|read also|see also:"
    r"|comments?(?: \(\d+\))?$|leave a (?:comment|reply)|log in to|sign (?:in|up)|subscribe|share (?:this|on)|follow us|advertisement|sponsored|newsletter|cookie|back to top|this website uses|terms of (?:use|service)|privacy policy"
    r"|関連記事|おすすめ|コメント|シェア|もっと見る|続きを読む|관련 ?기사|댓글"
    r")",
    re.IGNORECASE,
)
# Headings after which, at the end of a page, only lists of other pages and comment boxes follow.
_TAIL = re.compile(
    r"^(?:相关(?:推荐|阅读|文章|新闻)|相關(?:推薦|閱讀|文章|新聞)|推荐(?:阅读|内容|文章|科技快讯)|推薦(?:閱讀|內容|文章)|为你推荐|為你推薦|猜你喜欢|猜你喜歡|延伸(?:阅读|閱讀)|更多(?:内容|精彩|文章|新闻)|"
    r"热门(?:文章|推荐)|熱門(?:文章|推薦)|热点(?:视频|新闻)|熱點(?:視頻|新聞)|\S{0,4}(?:热榜|熱榜|排行榜)$|网友评论|網友評論|"
    r"related (?:articles?|stories|posts|links|news|reading)|recommended|you may also like|more (?:from|stories)|most (?:read|popular)|trending|"
    r"関連記事|おすすめ|관련 ?기사)",
    re.IGNORECASE,
)
_SEPARATED = re.compile(r"[|,;·/()]|\s{1,}")
_LEGAL = re.compile(
    r"版权|版權|转载|轉載|侵权|侵權|免责|免責|投资建议|投資建議|风险自担|風險自擔|仅供参考|僅供參考|联系.{0,8}(?:删除|处理)|聯繫.{0,8}(?:刪除|處理)|立场|立場|"
    r"all rights reserved|not investment advice|without permission|views expressed|do not (?:necessarily )?(?:reflect|represent)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"^[((\[【]?\s*(?:(?:资料|資料|示意|配|题|題)[图圖]|图片?来源|圖片?來源|图源|圖源|图[:]|圖[:]|题图|題圖|视觉中国|視覺中國|photo(?: by)?[:]|image(?: credit)?[:]|picture[:]|getty images)"
    r"|(?:图源|圖源|图片来源|圖片來源|摄影|攝影|photo by|image credit|courtesy of)\s*[:/]?\s*\S{1,20}\s*[)\]】]?$",
    re.IGNORECASE,
)


def lines_of(text: str) -> list[Line]:
    """The non-empty lines of a text, in order."""
    found = []
    text = narrow(text)
    for match in re.finditer(r"[^\n]+", text):
        stripped = match[0].strip()
        if stripped:
            start = match.start() + match[0].index(stripped[0])
            found.append(Line(start, start + len(stripped), stripped))
    return found


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSERS + " ")[-1:] in tuple(TERMINAL) if text.rstrip(_CLOSERS + " ") else False


def unwrap(text: str, lines: Sequence[Line]) -> list[Line]:
    """Join the lines of paragraphs that were wrapped by hand at some column.

    A text counts as wrapped when blank lines part it into groups, and of the lines that another line follows within a
    group most are 40 to 120 characters long and end in the middle of a sentence.
    """
    inner = [a for a, b in zip(lines, lines[1:], strict=False) if text.count("\n", a.end, b.start) == 1]
    cut = sum(40 <= len(line.text) <= 120 and not _ends_sentence(line.text) for line in inner)
    if len(inner) < 3 or cut < 0.6 * len(inner) or len(inner) == len(lines) - 1 > 40:
        return list(lines)
    joined: list[Line] = []
    for line in lines:
        if joined and text.count("\n", joined[-1].end, line.start) == 1 and not _BYLINE.match(line.text):
            start = joined[-1].start
            joined[-1] = Line(start, line.end, text[start : line.end])
        else:
            joined.append(line)
    return joined


def _is_furniture(text: str) -> bool:
    if _PICTURE.search(text) and len(text) <= 60:
        return True
    if _FURNITURE.match(text) and (len(text) <= 40 or len(_LEGAL.findall(text)) >= 1):
        return True
    return len(_LEGAL.findall(text)) >= 2 and len(text) <= 300


def is_title(lines: Sequence[Line]) -> bool:
    """Whether the first line reads as a headline: short, not a quotation, no full stop unless it is "someone: claim"."""
    if len(lines) < 2:
        return False
    text = lines[0].text
    wide = sum(ord(c) > 0x2E80 for c in text)
    if len(text) > (80 if wide > len(text) / 4 else 200) or text[0] in _OPENERS or _BYLINE.match(text) or _is_furniture(text):
        return False
    body = text.rstrip(_CLOSERS)
    if body[-1:] not in tuple("。.;:,、") or re.search(r"\b(?:[A-Z]\.){2,}$", body):
        return True
    return body[-1:] in tuple("。.") and len(re.findall(r"[。!?!?]", body)) == 1 and bool(re.match(r"^[^,。]{2,20}[:]", body))


def _is_heading(line: Line, following: Line | None) -> bool:
    text = line.text
    if following is None or len(following.text) < 2 * len(text) and len(following.text) < 40:
        return False
    wide = sum(ord(c) > 0x2E80 for c in text)
    limit = 40 if wide > len(text) / 4 else 90
    return len(text) <= limit and text.rstrip(_CLOSERS)[-1:] not in tuple("。.;:,、…") and not re.match(r"^[-*•·\d]+[.、\s]", text)


def _is_dateline(text: str) -> bool:
    return find_date(text) is not None and not _ends_sentence(text) and len(_SEPARATED.split(text)) > 1


def assign_roles(lines: Sequence[Line], *, title: bool = True) -> list[Role]:
    """The role of each line.

    A byline stands in the first six or last twelve lines: a labelled line, or near the top a short one with a date and
    no full stop. From a heading such as "Related articles" on, everything is
    boilerplate unless a full paragraph (80 characters with an end mark) comes later. `title=False` looks for no title.
    """
    roles: list[Role] = []
    first = 1 if title and is_title(lines) else 0
    last_prose = max((i for i, line in enumerate(lines) if len(line.text) >= 80 and _ends_sentence(line.text)
                      and not _is_furniture(line.text)), default=-1)  # fmt: skip
    in_tail = False
    for i, line in enumerate(lines):
        in_tail = in_tail or (i > last_prose and bool(_TAIL.match(line.text)) and len(line.text) <= 40)
        near_edge = i < 6 or i >= len(lines) - 12 or i > last_prose
        if i < first:
            roles.append(Role.TITLE)
        elif in_tail or _is_furniture(line.text):
            roles.append(Role.BOILERPLATE)
        elif near_edge and len(line.text) <= 120 and (_BYLINE.match(line.text) or i < 4 and _is_dateline(line.text)):
            roles.append(Role.BYLINE)
        elif 0 < i and _is_heading(line, lines[i + 1] if i + 1 < len(lines) else None):
            roles.append(Role.HEADING)
        else:
            roles.append(Role.BODY)
    return _drop_orphans(lines, roles)


def _drop_orphans(lines: Sequence[Line], roles: list[Role]) -> list[Role]:
    """Headings with no body after them, and what is left of lists after the last boilerplate, are furniture."""
    tidied = list(roles)
    seen_body = False
    for i in range(len(lines) - 1, -1, -1):
        if tidied[i] is Role.BODY:
            seen_body = True
        elif tidied[i] is Role.HEADING and not seen_body:
            tidied[i] = Role.BOILERPLATE
    return tidied


def divide(cleaned: CleanText) -> tuple[Block, ...]:
    """The blocks of an article in raw offsets, in order; blank lines belong to none."""
    lines = unwrap(cleaned.text, lines_of(cleaned.text))
    roles = assign_roles(lines)
    return tuple(Block(*cleaned.raw_range(line.start, line.end), role) for line, role in zip(lines, roles, strict=True))


__all__ = ["Line", "assign_roles", "divide", "is_title", "lines_of", "unwrap"]
