"""The labelled lines that head a note or a letter: "Title: …", "Subject: …", "作者：…"."""

from __future__ import annotations

import re

from rag.articles.authors import is_name
from rag.articles.unwrapping import unwrap
from rag.text.cleaning import CleanText
from rag.text.dates import find_date
from rag.text.lines import lines_of
from rag.types import Metadata, Role

_LABEL = re.compile(r"(?:[-*\u2022] )?([^\W\d][\w /-]{0,24}?)\s?::?(?:\s|(?=[^\x00-\x7f])|(?<=[\u4e00-\u9fff]:))\s*(\S.*)?$")
_LABELLED = re.compile(r"\w\s?:(?!//)\s*\S")  # a line with more than one label; bylines are read elsewhere
_TITLE = frozenset("title subject headline betreff objet asunto oggetto 标题 標題 主题 主題 题目 題目".split())
_DATE = frozenset(
    "date sent published created updated datum fecha data 日期 时间 時間 创建时间 創建時間 发布时间 發布時間 发件时间".split()
)
_AUTHOR = frozenset("author authors by writer autor auteur autore 作者 撰文 执笔".split())
_PUBLISHER = frozenset("source publisher publication site website quelle fuente fonte 来源 來源 出处 出處 媒体 媒體".split())
_URL = frozenset("url link source website permalink 链接 連結 网址 網址 原文链接".split())
_FROM = frozenset("from von de 发件人 寄件者".split())
_LISTED = frozenset(["list-unsubscribe", "list-id"])
_OTHER = frozenset(
    "to cc bcc reply-to message-id mime-version content-type importance attachments notebook tags tag keywords category categories status type rating "
    "created by last edited time recording duration file language version transcribed by reviewed an kopie "
    "收件人 抄送 标签 標籤 关键词 關鍵詞 状态 狀態 分类 分類 类型 類型 录音 时长 字数 编辑 編輯 更新时间 修改时间 最后编辑".split()
) | {"created by", "last edited time", "transcribed by", "date created", "last updated"}
_PEOPLE = frozenset(
    "participants attendees present speaker speakers interviewer interviewee guest host moderator location place "
    "访谈人 訪談人 参与人 参会人 与会人 与会者 出席 出席人 参加人员 受访人 受访者 访谈人 采访人 主持人 嘉宾 记录人 整理人 地点 地點 受訪者 採訪者 主持 來賓".split()
)
_DESCRIBING = _TITLE | _DATE | _AUTHOR | _PUBLISHER | _URL | _FROM | _LISTED | _OTHER


def read_labels(cleaned: CleanText) -> tuple[Metadata, tuple[Role, ...]]:
    """What labelled lines at the head of a text say of it, and the roles of the lines up to the last of them.

    They begin in the first or, below a title, the second line, are two or more without another line between them, and most have labels that describe
    a text. Lines that say who took part, or have a label that is not known, are body. A text without such lines has no roles here.
    """
    lines = unwrap(cleaned.text, lines_of(cleaned.text[:5000]))
    first = 0 if lines and _label(lines[0].text) in _DESCRIBING | _PEOPLE else 1
    found: list[tuple[str, str]] = []
    for line in lines[first : first + 20]:
        match = _LABEL.match(line.text)
        if (
            not match
            or len(line.text) > 200
            or (match[2] or "")[-1:] in ("?", "!")
            or match[1].lower() in (label for label, _ in found)
        ):
            break
        found.append((match[1].lower(), (match[2] or "").strip()))
    while found and found[-1][0] not in _DESCRIBING | _PEOPLE:
        found.pop()
    known = [label for label, _ in found if label in _DESCRIBING | _PEOPLE]
    told = sum(label in _DESCRIBING for label in known)
    if len(known) < 2 or 2 * len(known) <= len(found) or not told or first + len(found) >= len(lines):
        return Metadata(), ()
    titles = (Role.TITLE,) * first
    return _metadata(found), titles + tuple(_role(label, titled=bool(first)) for label, _ in found)


def _role(label: str, *, titled: bool) -> Role:
    if label in _TITLE:
        return Role.BOILERPLATE if titled else Role.TITLE
    if label in _DATE | _AUTHOR | _PUBLISHER | _URL:
        return Role.BYLINE
    return Role.BOILERPLATE if label in _DESCRIBING else Role.BODY


def _label(line: str) -> str:
    match = _LABEL.match(line)
    return match[1].lower() if match else ""


def _metadata(found: list[tuple[str, str]]) -> Metadata:
    def of(labels: frozenset[str], *, address: bool = False) -> str | None:
        values = (value for label, value in found if label in labels and value and (address or not _LABELLED.search(value)))
        return next(
            (value for value in values if re.match(r"https?://|www\.", value, re.IGNORECASE) is not None or not address), None
        )

    sender = re.sub(r"\s*<[^<>]*>|\"", "", of(_FROM) or "").strip()
    listed = any(label in _LISTED for label, _ in found) or not is_name(sender)
    publisher = of(_PUBLISHER)
    if publisher and re.match(r"https?://|www\.", publisher):
        publisher = None
    dates = (find_date(value) for label, value in found if label in _DATE)
    return Metadata(
        title=next((value for label, value in found if label in _TITLE and value), None),
        publisher=publisher or (sender if listed and "@" not in sender else None) or None,
        author=of(_AUTHOR) or (sender if not listed else None) or None,
        date=next(filter(None, dates), None),
        url=of(_URL, address=True),
    )


__all__ = ["read_labels"]
