"""Names of organisations: which words in front of a verb of saying are one."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.folding import simplify
from rag.grammars import ORGANISATION_ZH

_GENERIC = frozenset(
    "数据 市场 行业 业内 外界 公司 该公司 机构 平台 团队 企业 政府 媒体 一般 普遍 大家 公开数据 数据显示 研究 报告 报道 公司内部 我们 他们 有人 人们 其中 同时 此外 对此 全部 内部 一部 大部".split()
)
_NOBODY_EN = frozenset(
    "He She They We You It I This That These Those There Here Nobody Everyone Everybody Somebody Someone Anyone Anybody Who What Which Some Many Most Few Others "
    "Another All Both Neither None No One".split()
)


def organisation_of(words: str, *, any_form: bool = False) -> str | None:
    """The name of an organisation that the words are; None where they are none, or do not look it unless `any_form` will do."""
    latin = re.search(r"[A-Z][A-Za-z0-9&.-]*(?: (?:(?:of|for|of the|for the|and) )?[A-Z][A-Za-z0-9&.-]*)*$", words)
    if (
        words in _GENERIC
        or words in _NOBODY_EN
        or re.match(
            r"[正同可等据根在对从由以把被让使但而且这那其该我你他她它们每如若当因所并还也都就则又更最很不没有是的了着过与和及或]",
            words,
        )
    ):
        return None
    if latin and len(latin[0]) > 1:
        return latin[0]
    folded = simplify(words)
    if (
        (any_form or re.search(rf"{ORGANISATION_ZH}$", folded) or is_proper_name(folded))
        and folded not in _GENERIC
        and "的" not in folded
    ):
        return words
    return None


@lru_cache(maxsize=4096)
def is_proper_name(words: str, tags: tuple[str, ...] = ("nt", "nz", "nrt", "ns")) -> bool:
    """Whether the segmenter's dictionary has the words as one proper name; of its tags, "nrt" is for transliterated persons."""
    import rjieba

    tagged = rjieba.tag(words)
    return len(tagged) == 1 and tagged[0][1] in tags


__all__ = ["is_proper_name", "organisation_of"]
