"""Lines that say who wrote or published an article, or when: labelled, signed or dated ones.

They are told by form and by the labels that pages in a dozen languages use. Lines have full-width forms narrowed.
"""

from __future__ import annotations

import re

from rag.articles.authors import signed
from rag.text.dates import has_date, is_dated_label, undated
from rag.text.lines import ends_sentence

_BYLINE = re.compile(
    r"^[(\[【]?(?:本文|文章|原文)?(?:来源|來源|出处|出處|来自|來自|作者|文|撰文|记者|記者|编辑|編輯|责任编辑|責任編輯|责编|責編|出品|原标题|原標題|发布时间|發布時間|时间|時間|日期)"
    r"(?:微信)?(?:公众号|公眾號)?\s*[:/|丨|]"
    r"|^本文(?:来自|來自|转自|轉自|转载自|轉載自|首发于|首發於)"
    r"|^(?:source|authors?|published|publisher|updated|last (?:updated|modified)|date|written by|posted(?: (?:on|by))?|editor|edited by|by)\s*:\s*\S"
    r"|^(?:originally|first) (?:published|posted|appeared)\b|^this (?:article|story|post|piece) (?:was )?(?:originally |first )*(?:published|appeared)\b"
    r"|^(?:编辑|編輯|发布|發布|發佈|发表|發表|更新)[于於]\s?(?:19|20)\d\d"
    r"|^[\u4e00-\u9fff]{0,8}(?:记者|記者|通讯员|通訊員)(?:[\s/、]{1,3}[\u4e00-\u9fff·]{2,9}){1,6}(?:[\s,/]{1,3}[\u4e00-\u9fff]{2,6}(?:报道|報導|電|电))?$"
    r"|^[(\[]?(?:additional )?(?:reporting|writing|editing) (?:and \w+ )?(?:by|from)\s+\S[^.]*$"
    r"|^(?:words|text|story|photos?|photography|photographs|pictures|illustrations?)\s?:\s?(?-i:[A-Z][\w'’.-]+ (?:[a-z]{1,3} )?[A-Z])[^.!?]{0,50}$"
    r"|^\u539f[\u521b\u5275]\s+\S{2,12}(?:\s+\S{2,12})?(?:\s+(?:19|20)\d{2}\D.{4,40})?$|^[\uac00-\ud7a3]{2,4}\s?(?:\uae30\uc790|\ud2b9\ud30c\uc6d0)(?:\s?=?\s?[(\[]?\S+@\S+)?$"
    r"|^(?:著者|出典|執筆|公開日|更新日|記者|文責)\s*[:]"
    r"|^(?:quelle|fuente|fonte|bron|źródło|источник|kaynak)\s*:\s*\S",
    re.IGNORECASE,
)
# Without a colon these begin sentences as well.
_LOOSE_BYLINE = re.compile(
    r"^(?:(?i:by)\s+(?:the\s|our\s)?[^\W\d]|(?i:published|updated|last updated|posted)\s+(?:(?:on|by|in)\s)?\S|(?i:written|edited|reported|story|words|text|report|photos?) by\s+[^\W\d])"
)
_SOURCED = re.compile(r"(?:来源|來源|出处|出處|作者|记者|記者)\s?[:]\s?\S")
_SEPARATED = re.compile(r"[|,;·/()]|\s{1,}")


def is_byline(text: str) -> bool:
    """Whether a line says who wrote or published the text, or when."""
    if ends_sentence(text) and not re.search(r"\b[ap]\.m\.$", text):  # in an interview "记者:" asks
        return bool(_BYLINE.match(text)) and text[-1] not in "!?" and not text.startswith(("记者", "記者", "编辑", "編輯"))
    if _BYLINE.match(text) or _LOOSE_BYLINE.match(text) and len(text) <= 100:
        return True
    return len(text) <= 120 and (
        signed(text) is not None or is_dated_label(text) or _SOURCED.search(text) is not None and has_date(text)
    )


def is_date_line(text: str) -> bool:
    """Whether a line of at most 120 characters has a date and no end mark, and is of several words or the date alone."""
    return (
        len(text) <= 120
        and has_date(text)
        and not ends_sentence(text)
        and (len(_SEPARATED.split(text)) > 1 or is_date_alone(text))
    )


def is_date_alone(text: str) -> bool:
    """Whether a line of at most 60 characters has a date and no more than a word besides."""
    return len(text) <= 60 and has_date(text) and len(re.findall(r"[^\W\d_]{2,}", undated(text))) <= 1


def is_signature(text: str) -> bool:
    """Whether a line is of names such as "Mara Lind, Harbour Post"."""
    words = re.findall(r"[^\W\d_][\w.'’-]*", text)
    names = sum(word[0].isupper() for word in words if word not in ("and", "of", "the", "for", "de", "van", "von"))
    return 2 <= len(words) <= 8 and len(text) <= 60 and not ends_sentence(text) and names >= 2 and names >= len(words) - 1


__all__ = ["is_byline", "is_date_alone", "is_date_line", "is_signature"]
