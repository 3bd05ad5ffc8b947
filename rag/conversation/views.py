"""Questions for the views of one speaker: what he says, thinks or wants, about what, and why.

The speaker's name is marked: `WHO` stands in its place. All patterns are matched with the folded text: lower case, Simplified,
half width.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.indexing.speakers import called
from rag.text.cues import ASKED_VERBS_EN, ASKED_ZH, VIEW_EN, VIEW_ZH
from rag.text.folding import fold, has_han, narrow
from rag.text.interrogatives import AUX
from rag.types import Speaker

WHO = "\x00"
"""What stands for the speaker's name in a marked question."""
# With verbs of which one asks what they are about, or how somebody stands to it, and nobody asks who does so.
_TALKING_EN = "mean|tell|write|talk|speak|comment|reply|respond|answer|object|add|like|dislike"
_SAY = rf"{ASKED_VERBS_EN}|point out|said|thought|{_TALKING_EN}"  # no other past: "what is his fund called?"
_VIEW = rf"(?:{VIEW_EN}|attitude|thought|idea|reason)s?|take"
# In a text the further ones are as often what others heed or ask for.
_VIEW_ZH = rf"{VIEW_ZH}|\u610f\u89c1|\u8bc4\u4ef7|\u60f3\u6cd5"
_HOW_ZH = "(?:\u662f|\u53c8|\u8fd8|\u4e5f|\u4f1a)?(?:\u600e\u4e48|\u600e\u6837|\u5982\u4f55)(?:\u770b\u5f85?|\u60f3|\u8bf4|\u8bc4\u4ef7|\u8ba4\u4e3a|\u7406\u89e3|\u8c08|\u8bb2|\u5f62\u5bb9|\u89e3\u91ca)\u7684?"
_THAT = "(?:it|that|this|these|those|them|so|the same|\u8fd9(?:\u4e2a|\u70b9|\u4ef6\u4e8b|\u6837|\u4e48|\u4e2a\u95ee\u9898|\u4e2a\u89c2\u70b9|\u4e2a\u770b\u6cd5)?|\u6b64|\u5b83|\u90a3\u6837|\u90a3\u4e48)"
# Verbs that say how somebody stands to what follows; the others only say that it was thought or said.
_STANDING = re.compile(
    "(?:warn|suggest|advise|recommend|urge|want|hope|fear|doubt|propose|disagree|critici[sz]e|accuse|praise|reject|dismiss|object|like|dislike|support|oppose|favou?r)(?:e?s|e?d)?|"
    "\u4e0d?\u770b\u597d|\u770b\u8870|\u62c5\u5fc3|\u4e3b\u5f20|\u5efa\u8bae|\u8d28\u7591|\u53cd\u5bf9|\u652f\u6301|\u540c\u610f|\u8d5e\u540c|\u6279\u8bc4"
)
# Questions for what somebody says. "verb": the word for saying; "topic": what about; "clause": the question that is left without the speaker.
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:what|how)(?: else| exactly)? (?:{AUX}) \x00 (?:\w+ly |also |have to )?(?P<verb>{_SAY})(?: (?:about|of|on|regarding|concerning|to|with) (?P<topic>.+)|(?P<what> .+)?)$",
        rf"(?P<wh>why|when|where|how(?: \w+)?|since when|what) (?:{AUX}) \x00 (?:\w+ly |also )?(?P<verb>{_SAY})(?: that| about| with)?(?P<clause> .+)?$",
        rf"(?:{AUX}) \x00 (?:\w+ly |ever |also )?(?P<verb>{_SAY})(?: that| about| of| with)?(?P<clause> .+)?$",
        rf"what(?:'s| (?:is|are|was|were)) \x00's (?:\w+ )?(?:{_VIEW})(?: (?:about|of|on|for|to|regarding) (?P<topic>.+))?$",
        rf"\x00(?:\u53c8|\u8fd8|\u4e5f|\u662f|\u4f1a)?(?:\u5bf9\u4e8e?|\u5173\u4e8e)?(?P<topic>.+?){_HOW_ZH}$",
        rf"\x00{_HOW_ZH}(?P<topic>.+)?$",
        rf"\x00(?:\u53c8|\u8fd8|\u4e5f)?(?:\u5bf9\u4e8e?|\u5173\u4e8e)(?P<topic>.+?)(?:\u6709)?(?:\u4ec0\u4e48|\u54ea\u4e9b|\u4f55|\u7684)(?:{_VIEW_ZH})(?:\u662f\u4ec0\u4e48|\u5982\u4f55|\u5462)?$",
        rf"\x00\u7684(?:{_VIEW_ZH})(?:\u662f\u4ec0\u4e48|\u5982\u4f55|\u5462)?$",
        rf"(?P<why>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)\x00(?:\u4f1a|\u8981|\u4e5f|\u5c31)?(?P<verb>{ASKED_ZH})(?P<clause>.+)?$",
        rf"\x00(?P<why>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)(?:\u4f1a|\u8981|\u4e5f|\u5c31)?(?P<verb>{ASKED_ZH})(?P<clause>.+)?$",
        "\x00(?:\u8fd8|\u53c8|\u90fd)?(?:\u8bf4|\u63d0\u5230?|\u8c08\u5230?|\u8bb2)(?:\u4e86|\u8fc7)?\u4e9b?(?:\u4ec0\u4e48|\u54ea\u4e9b|\u5565)$",
        r"(?P<why>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)?\x00(?P<reason>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)?(?:\u4f1a|\u4e5f)?(?P<clause>\u8fd9\u4e48|\u8fd9\u6837)(?:\u8ba4\u4e3a|\u8bf4|\u60f3|\u770b|\u89c9\u5f97)(?:\u5417|\u5462)?$",
        rf"\x00(?:\u4f1a|\u4e5f|\u8fd8)?(?P<verb>{ASKED_ZH})(?P<clause>(?:(?!\u5417$|(?<!\u4ec0)\u4e48$|\u5462$).)+)?(?:\u5417|\u4e48|\u5462)?$",
    )
)
_SAYS = re.compile(rf"\x00(?:'s)? .*\b(?:{_SAY})\b|\x00.*?(?:{ASKED_ZH}|{_VIEW_ZH}|\u600e\u4e48\u770b)")
_AGREES = re.compile("agree|\u540c\u610f|\u8d5e\u540c|\u53cd\u5bf9")
# Of "does he mention tin?" and "does he agree with Li?": nothing that could be asked alone.
_NO_VERB = re.compile(r"[\w'-]+|with .+")
NAME_ONLY = re.compile(
    rf"(?P<about>(?:what|how) about )?\x00(?P<too>,? (?:too|then))?|(?P<asks>what|how) (?:do|does|did) \x00 (?:{_SAY})(?: about)?(?P<that> {_THAT})?"
    f"|\x00(?:\u5bf9(?:{_THAT}))?(?P<zh>\u5462|\u4e5f(?:\u8fd9\u4e48|\u8fd9\u6837)(?:{ASKED_ZH})\u5417|(?:{_HOW_ZH}(?:{_THAT})?|\u7684(?:{_VIEW_ZH}))\u5462?)"
)
"""A marked question that is a name and nothing else, or asks only what that one says of the same."""
_TAIL = re.compile(r"\b(?:about|regarding|concerning|of|on|for) (?P<topic>[^?]+)$")
_TAIL_ZH = re.compile(
    f"{_HOW_ZH}(?P<topic>.+)$|(?:\u5bf9\u4e8e?|\u5173\u4e8e)(?P<first>.+?)(?:{_HOW_ZH}|\u6709\u4ec0\u4e48|\u7684\u770b\u6cd5)"
)


def with_name(marked: str, one: Speaker | str) -> str:
    """A marked question with the name in it: a speaker's as one asks for him in its script."""
    if isinstance(one, str):
        return marked.replace(WHO, one)
    forms = [form for form in called(one) if has_han(form) == has_han(marked)]
    return marked.replace(WHO, (forms or [one.name])[0])


def view_on(topic: str) -> str:
    """A question for anybody's view on a topic, in the script of the topic."""
    return f"\u600e\u4e48\u770b{topic}" if has_han(topic) else f"what about {topic}"


def topic_of(question: str) -> tuple[int, int] | None:
    """The range, in the folded question, of what it is about, where its words say so."""
    found = (_TAIL_ZH if has_han(question) else _TAIL).search(fold(narrow(question)))
    return next(found.span(name) for name, topic in found.groupdict().items() if topic) if found else None


def asks_views(marked: str) -> bool:
    """Whether a marked and folded question is one for what that speaker says."""
    return any(pattern.match(marked) for pattern in _SAID)


def views_asked(marked: str, speaker: Speaker, again: Callable[[str | None], str] | None) -> str | None:
    """A question for what the marked speaker says, as one to that speaker's words; None for another question.

    `again` gives the question before, with a word of asking or none, for one that adds nothing else; None where there is none.
    """
    folded = fold(narrow(marked))
    if len(folded) != len(marked):
        return None
    match = next((m for pattern in _SAID if (m := pattern.match(folded))), None)
    whole = with_name(marked, speaker) + "?"
    if match is None:
        return whole if _SAYS.search(folded) else None
    parts = {name: marked[slice(*match.span(name))].strip() for name, value in match.groupdict().items() if value}
    reason = parts.get("wh") or parts.get("why") or parts.get("reason")
    rest = parts.get("topic") or parts.get("what") or parts.get("clause") or ""
    if not rest or re.fullmatch(_THAT, fold(rest)):
        return again(reason) if again and (rest or reason or _AGREES.search(folded)) else whole
    without_verb = "clause" in parts and not has_han(rest) and _NO_VERB.fullmatch(fold(_preposition(folded, match) + rest))
    if not reason and (without_verb or re.fullmatch("\u4ec0\u4e48|\u54ea\u4e9b|\u5565", fold(rest))):
        return whole
    if "verb" in parts and _STANDING.fullmatch(match["verb"]):
        if "clause" not in parts:
            return whole
        rest = marked[match.start("verb") : match.end("clause")].strip()
    if "topic" in parts or "what" in parts and folded.startswith("how"):
        asked = view_on(rest)
    elif "what" in parts:
        asked = f"what {rest}"
    else:
        asked = (reason or "") + ("" if has_han(rest) else " ") + rest
    return asked.strip() + "?"


def _preposition(folded: str, match: re.Match[str]) -> str:
    """ "with " where it stands before the clause of a question for what somebody says."""
    return "with " if folded[: match.start("clause")].endswith(" with") else ""


__all__ = ["NAME_ONLY", "WHO", "asks_views", "topic_of", "view_on", "views_asked", "with_name"]
