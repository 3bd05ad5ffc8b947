"""Recognise questions for people, and what the people are asked to have said."""

from __future__ import annotations

import re

from rag.text.cues import ASKED_EN, ASKED_ZH
from rag.text.folding import fold, has_han, simplify, squeeze

_CLOSERS = "\u201d\u2019\u300d\u300f\u201c\u00bb\"')]\u3011"
_OPENERS = "\u201c\u2018\u300c\u300e\u201e\u00ab\"'"
_WHO = (
    re.compile(
        rf"^(?:so\s+)?(?:who|whom)(?:\s+else)?\s+(?:(?:has|have|had|do|does|did)\s+)?(?:{ASKED_EN})\s+(?:that\s+)?(?P<claim>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:which|what)\s+(?:(?!do\b|does\b|did\b|has\b|have\b|had\b|is\b|are\b|was\b|were\b|can\b|will\b)[\w'’-]+\s+){{1,4}}?(?:{ASKED_EN})\s+(?:that\s+)?(?P<claim>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<claim>.+?)(?:と|って)(?:言って|述べて|考えて|思って|主張して|見て|語って)?(?:いる|いた)?(?:のは|人は|投資家は)?(?:誰|だれ|どの)"
    ),
    re.compile(
        r"^(?P<claim>.+?)(?:고|라고|다고)\s*(?:말한|생각하는|보는|주장하는|본|밝힌)\s*(?:사람|인물|투자자)?(?:은|는|이)?\s*(?:누구|누가)"
    ),
    re.compile(r"^누가\s+(?P<claim>.+?)(?:고|라고|다고)\s*(?:말|생각|주장|보)"),
    re.compile(
        r"^(?:wer|welche[rs]?\s+\w+)\s+(?:glaubt|meint|sagte?|denkt|erwartet|behauptet|findet|hält|bezweifelt|warnt)\b,?\s*(?:dass\s+)?(?P<claim>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:qui|quels?\s+\w+|quelles?\s+\w+)\s+(?:pense|dit|estime|croit|affirme|juge|prévoit|doute|considère|soutient)\w*\s+(?:que\s+|qu['’])?(?P<claim>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^¿?(?:quién|quiénes|qué\s+\w+)\s+(?:piensa|dice|dijo|cree|opina|afirma|considera|sostiene|espera|duda)n?\s+(?:que\s+)?(?P<claim>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:кто|какой\s+\w+|какие\s+\w+)\s+(?:считает|говорит|думает|полагает|утверждает|ожидает|сомневается|сказал)\w*,?\s*(?:что\s+)?(?P<claim>.+)$",
        re.IGNORECASE,
    ),
)
# Of a question in Simplified characters.
_WHO_ZH = re.compile(
    rf"^(?:都?有)?(?:谁|哪些人|哪个人|哪位|哪些|哪个|哪家|什么人)[\w]{{0,6}}?(?:{ASKED_ZH})(?:了|过|着)?[,:\uff0c\uff1a]?(?P<claim>.+)$"
)
_ASKS_WHO = re.compile(
    r"\b(?:who|whom|whose)\b|^(?:which|what)\s+(?:[\w-]+\s+){0,3}?(?:investors?|founders?|people|person|persons|firms?|compan(?:y|ies)|experts?|executives?|"
    r"ceos?|partners?|analysts?|professors?|vcs?|funds?|startups?|start-ups?|institutions?|outlets?)\b"
    r"|谁|誰|哪些人|哪位|哪个人|什么人|什麼人|哪家|哪些(?:公司|机构|機構|企业|企業|投资|投資|创|創)|누구|누가|\bwer\b|\bwem\b|\bwen\b|\bqui\b|\bquién(?:es)?\b|\bкто\b|\bкому\b|\bquem\b|\bchi\b|\bkto\b",
    re.IGNORECASE,
)
_ASKS_WHY = re.compile(
    r"\b(?:why|how come|reasons?)\b|为什么|為什麼|為甚麼|为何|為何|凭什么|原因|怎么解释|なぜ|どうして|理由|왜|이유|\b(?:warum|wieso|weshalb|pourquoi|porqué|por qué|perché)\b|почему|зачем",
    re.IGNORECASE,
)


_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|far|large|big|old|often|fast)\b|\bwhen\b|\bwhat (?:year|month|date|share|percentage|proportion|amount|number|price|size)\b"
    r"|\b(?:number|amount|cost|price|percentage|share|rate|growth|size|date) of\b|\bcost\b"
    r"|多少|几(?:个|家|年|倍|次|天|月|人|成|亿|万|款|种|块)|幾(?:個|家|年|倍|次|天|月|人|成|億|萬|款|種|塊)|多大|多久|多长|多長|哪(?:一)?年|哪(?:个|個)?月|何时|何時|什么时候|什麼時候|比例|占比|规模|規模"
    r"|いくら|いくつ|どれくらい|何年|何人|何社|いつ|얼마|몇|언제"
    r"|\b(?:wie ?viele?|wann|wie (?:hoch|lange|groß)|kostet|combien|quand|cuánt[oa]s?|cuándo)\b|сколько|когда",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Whether a text ends as a question."""
    return text.rstrip(_CLOSERS + " \n").endswith(("?", "\uff1f"))


def asks_number(question: str) -> bool:
    """Whether a question wants a number, amount or date for an answer."""
    return bool(_ASKS_NUMBER.search(question))


def kind_of(question: str) -> str:
    """What is asked for: "who" (people), "why" (reasons) or "fact"."""
    if claim_of(question) is not None or _ASKS_WHO.search(question):
        return "who"
    return "why" if _ASKS_WHY.search(question) else "fact"


def claim_of(question: str) -> str | None:
    """What somebody is asked to have said: "startups can't win" of "who thinks startups can't win?"; None without a claim."""
    text = question.strip().rstrip("?\uff1f!。. ")
    for match in (_WHO_ZH.match(simplify(text)) if has_han(text) else None, *(pattern.match(text) for pattern in _WHO)):
        claim = text[slice(*match.span("claim"))].strip() if match else ""
        if len(claim) >= 4:
            return claim
    return None


def quoted_claim(question: str) -> str:
    """The claim that a question who said it has in quotation marks, folded, its letters and digits alone; empty where it has none."""
    claim = claim_of(question) or ""
    quoted = len(claim) > 2 and claim[0] in _OPENERS and claim.rstrip(".,\u3002\uff0c")[-1] in _CLOSERS
    return squeeze(fold(claim)) if quoted else ""


# Verbs that take a person or a plan rather than something said.
_TAKES_SIDES = re.compile(
    r"\b(?:dis)?agree|\breject|\bdismiss|\boppos|\bsupport|\bcritici[sz]|\baccus|\bprais|\bdisput|widerspr|\bstimm|kritisier|s['\u2019]oppos|critiqu|rechaz|apoya|critica"
    r"|\u043f\u043e\u0434\u0434\u0435\u0440\u0436|\u0432\u043e\u0437\u0440\u0430\u0436|\u043a\u0440\u0438\u0442\u0438\u043a"
    "|\u53cd\u5bf9|\u53cd\u5c0d|\u540c\u610f|\u652f\u6301|\u6279\u8bc4|\u6279\u8a55|\u8d5e\u540c|\u8d0a\u540c|\u53cd\u99c1|\u53cd\u9a73",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    "\\b(?:doubt|den(?:y|ies|ied)|bezweifel|dout|dud|\u0441\u043e\u043c\u043d\u0435\u0432\u0430)|\u8d28\u7591|\u8cea\u7591|\u6000\u7591|\u61f7\u7591|\u5426\u8ba4|\u5426\u8a8d",
    re.IGNORECASE,
)


def asserts(question: str) -> bool:
    """Whether a question asks who says something that can be said again: "who thinks startups can't win?", not "who agrees with Li?"."""
    claim = claim_of(question)
    if claim is None:
        return False
    return not _TAKES_SIDES.search(question.replace(claim, " "))


def doubts(question: str) -> bool:
    """Whether a question asks who doubts or denies its claim."""
    claim = claim_of(question)
    return claim is not None and bool(_DOUBTS.search(question.replace(claim, " ")))


__all__ = ["asks", "asks_number", "asserts", "claim_of", "doubts", "kind_of", "quoted_claim"]
