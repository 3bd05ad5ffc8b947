"""Names of organisations: which words in front of a verb of saying are one."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.text.folding import simplify

BODIES_ZH = "法院|公司|集团|大学|银行|研究院|研究所|委员会|协会|中心|医院|检察院|博物馆|基金会"
"""How names of bodies end, in Simplified characters, that are long enough to be told from other words wherever they stand."""
_FIRMS_ZH = rf"{BODIES_ZH}|资本|创投|风投|基金|科技|学院|实验室|智能|网络|证券|信托|保险|传媒|媒体|咨询|机构|云|汽车|航空|出版社|报社|工作室|事务所"
EMPLOYERS_ZH = rf"{_FIRMS_ZH}|投资|软件|电子|办公|杂志|组织"
"""How the firm ends that stands before the name of one of its people; the last ones are common nouns, and no speakers, elsewhere."""
_SPEAKER_ZH = re.compile(
    rf"(?:{_FIRMS_ZH}|平台|[部局署社报网所厅处院]|电商|商城|联盟|气象台|电视台|电台|团体|工会|公会|商会|学会|俱乐部|剧团|乐团|美术馆|图书馆|"
    r"(?<!新)(?<!洁)能源|石化|电网|地产|制药|医药|药业|电气|重工|股份|控股|实业|半导体|光电|钢铁|矿业|影业|乳业)$"
)
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
    if (any_form or is_body(folded) or is_proper_name(folded)) and folded not in _GENERIC and "的" not in folded:
        return words
    return None


def is_body(words: str) -> bool:
    """Whether words in Simplified characters end as the names of organisations do, behind which a verb of saying may stand."""
    return _SPEAKER_ZH.search(words) is not None


@lru_cache(maxsize=4096)
def is_proper_name(words: str, tags: tuple[str, ...] = ("nt", "nz", "nrt", "ns")) -> bool:
    """Whether the segmenter's dictionary has the words as one proper name; of its tags, "nrt" is for transliterated persons."""
    import rjieba

    tagged = rjieba.tag(words)
    return len(tagged) == 1 and tagged[0][1] in tags


__all__ = ["BODIES_ZH", "EMPLOYERS_ZH", "is_body", "is_proper_name", "organisation_of"]
