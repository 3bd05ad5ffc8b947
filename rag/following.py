"""Follow-up questions: what "and what does he say about data?" asks after a question about one speaker.

Rules, not a model, in English and Chinese: a pronoun is the one speaker, or else the one person of whom the articles tell,
whom the question or answer before was about; a fragment ("and in China?", "why?", \u90a3\u5085\u76db\u5462?) is joined with the question
before, and a name takes the place of the only name there. How a question was understood is meant to be shown: what no rule
reads for certain is asked as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.answers import Answer
from rag.bridges import names
from rag.claims import asserts, claim_of, kind_of
from rag.errors import InputError
from rag.folding import fold, has_han, narrow
from rag.holders import Stance
from rag.index import Index
from rag.speakers import called, find_profile, profile_of
from rag.terms import terms
from rag.titles import TITLES_EN, TITLES_ZH
from rag.types import Speaker
from rag.words import stopwords


@dataclass(frozen=True, slots=True)
class Understood:
    """A follow-up question as it is asked: its words, and the one speaker whose words it is asked of (None: all are asked).

    `note` says why a question that refers to something is asked as it stands nevertheless; empty where it was understood.
    `base` is the question that a fragment was joined with, since the next fragment is joined with that one; None for others.
    `about` is whom a pronoun was read as: the next one is the same, whoever else is named.
    """

    question: str
    speaker: Speaker | None = None
    note: str = ""
    base: str | None = None
    about: Speaker | str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """The question before, as it was asked: its answer, the speaker whose words it was asked of, its `Understood.base` and `about`.

    `earlier` is the one before it, where its own pronoun was not understood and nobody is named in it.
    """

    answer: Answer
    speaker: str | None = None
    base: str | None = None
    about: Speaker | str | None = None
    earlier: Before | None = None


def understand(index: Index, question: str, before: Before | None, speaker: str | None = None) -> Understood | None:
    """What a question asks after the one before; None where it stands on its own.

    `speaker` is whoever's words all questions are asked of at present: "he" is that one first, and no other takes the place.
    """
    text = narrow(" ".join(question.split())).rstrip("?!.\u3002 ")
    if len(fold(text)) != len(text) or not text or _WHO in text:
        return None
    follow = _Follow(index, text, before, speaker, asks=question.rstrip().endswith(("?", "\uff1f")))
    found = follow.named() or follow.pronoun() or follow.fragment()
    return follow.held(found) if found else None


def remember(index: Index, answer: Answer, speaker: str | None, understood: Understood | None, before: Before | None) -> Before:
    """What the next question may refer to, after an answer to a question asked of a speaker's words (None: all).

    A fragment that was not understood and names nobody leaves what was before.
    """
    if understood is None or not understood.note:
        return Before(answer, speaker, *((understood.base, understood.about) if understood else ()))
    if before is None or _speakers(index, answer.question) or _proper(answer.question):
        return Before(answer, speaker)
    return before if understood.base else Before(answer, speaker, earlier=before.earlier or before)


def is_foreign(question: str) -> bool:
    """Whether a line is a question of three words at most, in a language that is neither English nor Chinese, that names nothing.

    Such a one ("Wann starb er?") may well refer to the question before.
    """
    first = re.split("[?\uff1f\u061f]", question.strip(), maxsplit=1)[0]
    words = re.findall(r"[^\W\d_]+", first)
    if any(_FOREIGN_SCRIPT.search(word) for word in words):
        return len(words) < 4 and len(first) <= _MOST_HAN
    named = any(word[0].isupper() for word in words[1:])
    return 0 < len(words) < 4 and not named and ("\u00bf" in question or not _FOREIGN.isdisjoint(map(str.lower, words)))


# All patterns are matched with the folded text: lower case, Simplified, half width. "\x00" stands for the speaker.
_WHO = "\x00"
_LEAD = re.compile(
    r"(?:(?:and|but|so|or|then|also|now|well|ok|okay)\b[, ]*)+|(?:\u90a3\u4e48?(?![\u4e9b\u4e2a\u91cc\u65f6\u5e74\u79cd\u6837\u4f4d\u5bb6\u6b21\u5929\u8fb9])|\u800c\u4e14?|\u4f46\u662f?|\u53ef\u662f?|\u8fd8\u6709|\u81f3\u4e8e|\u6240\u4ee5|\u7136\u540e)[, ]*"
)
_ABOUT = r"(?:about|of|on|regarding|concerning|to|for|with)"
_SAY = (
    "say|said|think|thought|believe|argue|claim|expect|predict|see|warn|feel|mean|suggest|advise|recommend|want|hope|fear|doubt|tell|write|mention|explain|describe|"
    "propose|agree|disagree|consider|note|state|judge|criticise|criticize|add|talk|speak|comment|reply|respond|answer|object|forecast|like|dislike|support|oppose|stress"
)
_AUX = "do|does|did|has|have|had|would|might|will|could|can|should|is|are|was|were"
_VIEW = "views?|opinions?|take|position|stance|attitude|thoughts?|ideas?|arguments?|advice|forecasts?|predictions?|reasons?|expectations?|point|claims?|judge?ment"
_SAY_ZH = "\u8ba4\u4e3a|\u89c9\u5f97|\u8bf4\u8fc7?|\u76f8\u4fe1|\u770b\u597d|\u770b\u8870|\u4e0d\u770b\u597d|\u62c5\u5fc3|\u4e3b\u5f20|\u5efa\u8bae|\u9884\u6d4b|\u5224\u65ad|\u8d28\u7591|\u53cd\u5bf9|\u652f\u6301|\u540c\u610f|\u8d5e\u540c|\u8868\u793a|\u6307\u51fa|\u63d0\u5230|\u5f3a\u8c03|\u9884\u8ba1"
_VIEW_ZH = "\u770b\u6cd5|\u89c2\u70b9|\u610f\u89c1|\u8bc4\u4ef7|\u6001\u5ea6|\u5efa\u8bae|\u5224\u65ad|\u9884\u6d4b|\u7acb\u573a|\u4e3b\u5f20|\u7406\u7531|\u60f3\u6cd5"
_HOW_ZH = "(?:\u662f|\u53c8|\u8fd8|\u4e5f|\u4f1a)?(?:\u600e\u4e48|\u600e\u6837|\u5982\u4f55)(?:\u770b\u5f85?|\u60f3|\u8bf4|\u8bc4\u4ef7|\u8ba4\u4e3a|\u7406\u89e3|\u8c08|\u8bb2|\u5f62\u5bb9|\u89e3\u91ca)\u7684?"
_THAT = "(?:it|that|this|these|those|them|so|the same|\u8fd9(?:\u4e2a|\u70b9|\u4ef6\u4e8b|\u6837|\u4e48|\u4e2a\u95ee\u9898|\u4e2a\u89c2\u70b9|\u4e2a\u770b\u6cd5)?|\u6b64|\u5b83|\u90a3\u6837|\u90a3\u4e48)"
# Verbs that say how somebody stands to what follows; the others only say that it was thought or said.
_STANDING = re.compile(
    "warn|suggest|advise|recommend|want|hope|fear|doubt|propose|disagree|critici[sz]e|object|like|dislike|support|oppose|"
    "\u4e0d?\u770b\u597d|\u770b\u8870|\u62c5\u5fc3|\u4e3b\u5f20|\u5efa\u8bae|\u8d28\u7591|\u53cd\u5bf9|\u652f\u6301|\u540c\u610f|\u8d5e\u540c"
)
# Questions for what somebody says. "verb": the word for saying;  "topic": what about; "clause": the question that is left without the speaker.
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:what|how)(?: else| exactly)? (?:{_AUX}) \x00 (?:\w+ly |also |have to )?(?P<verb>{_SAY})(?: (?:about|of|on|regarding|concerning|to|with) (?P<topic>.+)|(?P<what> .+)?)$",
        rf"(?P<wh>why|when|where|how(?: \w+)?|since when|what) (?:{_AUX}) \x00 (?:\w+ly |also )?(?P<verb>{_SAY})(?: that| about| with)?(?P<clause> .+)?$",
        rf"(?:{_AUX}) \x00 (?:\w+ly |ever |also )?(?P<verb>{_SAY})(?: that| about| of| with)?(?P<clause> .+)?$",
        rf"what(?:'s| (?:is|are|was|were)) \x00's (?:\w+ )?(?:{_VIEW})(?: (?:about|of|on|for|to|regarding) (?P<topic>.+))?$",
        rf"\x00(?:\u53c8|\u8fd8|\u4e5f|\u662f|\u4f1a)?(?:\u5bf9\u4e8e?|\u5173\u4e8e)?(?P<topic>.+?){_HOW_ZH}$",
        rf"\x00{_HOW_ZH}(?P<topic>.+)?$",
        rf"\x00(?:\u53c8|\u8fd8|\u4e5f)?(?:\u5bf9\u4e8e?|\u5173\u4e8e)(?P<topic>.+?)(?:\u6709)?(?:\u4ec0\u4e48|\u54ea\u4e9b|\u4f55|\u7684)(?:{_VIEW_ZH})(?:\u662f\u4ec0\u4e48|\u5982\u4f55|\u5462)?$",
        rf"\x00\u7684(?:{_VIEW_ZH})(?:\u662f\u4ec0\u4e48|\u5982\u4f55|\u5462)?$",
        rf"(?P<why>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)\x00(?:\u4f1a|\u8981|\u4e5f|\u5c31)?(?P<verb>{_SAY_ZH})(?P<clause>.+)?$",
        rf"\x00(?P<why>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)(?:\u4f1a|\u8981|\u4e5f|\u5c31)?(?P<verb>{_SAY_ZH})(?P<clause>.+)?$",
        "\x00(?:\u8fd8|\u53c8|\u90fd)?(?:\u8bf4|\u63d0\u5230?|\u8c08\u5230?|\u8bb2)(?:\u4e86|\u8fc7)?\u4e9b?(?:\u4ec0\u4e48|\u54ea\u4e9b|\u5565)$",
        r"(?P<why>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)?\x00(?P<reason>\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565)?(?:\u4f1a|\u4e5f)?(?P<clause>\u8fd9\u4e48|\u8fd9\u6837)(?:\u8ba4\u4e3a|\u8bf4|\u60f3|\u770b|\u89c9\u5f97)(?:\u5417|\u5462)?$",
        rf"\x00(?:\u4f1a|\u4e5f|\u8fd8)?(?P<verb>{_SAY_ZH})(?P<clause>(?:(?!\u5417$|(?<!\u4ec0)\u4e48$|\u5462$).)+)?(?:\u5417|\u4e48|\u5462)?$",
    )
)
_SAYS = re.compile(rf"\x00(?:'s)?\b.*\b(?:{_SAY})|\x00.*?(?:{_SAY_ZH}|{_VIEW_ZH}|\u600e\u4e48\u770b)")

_AGREES = re.compile("agree|\u540c\u610f|\u8d5e\u540c|\u53cd\u5bf9")
_PRONOUN = re.compile(
    r"\b(?:he|she|they|him|his|hers?|them|their)\b(?!')"
    "|(?<![\u5176\u5409\u5229\u7ef4\u6392])[\u4ed6\u5979](?:\u4eec)?(?![\u4eba\u56fd\u4e61\u5c71\u65b9\u65e5\u5904\u5f8b\u5988])"
)
_PLURAL = frozenset(("they", "them", "their"))
_FUNCTION = frozenset(
    "what how why when where who which since much many long do does did has have had would might will could can should is are was were about of on to for with by in at from "
    "and but so or then also else exactly really actually if than a the not".split()
)
_OTHER_WHO = re.compile(
    rf"\b(?:who|whom|whose|somebody|someone|anybody|anyone|people|person|man|woman|guy|{TITLES_EN})\b|\u8c01|\u6709\u4eba|\u54ea\u4e9b?(?:\u4eba|\u4f4d|\u4e2a)|{TITLES_ZH}",
    re.IGNORECASE,
)

_BARE = re.compile(
    r"(?:but )?why(?: not| so| is that| exactly)?|how(?: so| come| exactly)?|when|where|since when|says who|who says so|really|for example|for instance|such as|like what|in what way|"
    r"what else|who else|how much|how many|"
    "(?:\u4f46)?(?:\u4e3a\u4ec0\u4e48|\u4e3a\u4f55|\u4e3a\u5565|\u51ed\u4ec0\u4e48|\u4f55\u4ee5\u89c1\u5f97|\u600e\u4e48\u8bf4|\u600e\u4e48\u4f1a|\u600e\u4e48\u8bb2|\u539f\u56e0|\u7406\u7531|\u7406\u7531\u662f\u4ec0\u4e48|\u539f\u56e0\u662f\u4ec0\u4e48|\u4ec0\u4e48\u65f6\u5019|\u4f55\u65f6|\u6bd4\u5982|\u4f8b\u5982|\u771f\u7684\u5417|\u8fd8\u6709\u8c01|\u8c01\u8bf4\u7684|\u5177\u4f53)(?:\u5462|\u5440|\u554a)?"
)
_ENDS = "?\uff1f "
_JOINED = re.compile(rf"(?:[?,] (?:{_BARE.pattern}))+$", re.IGNORECASE)
_WHO_ELSE = re.compile("who else|says who|who says|\u8fd8\u6709\u8c01|\u8c01\u8bf4")
_ASKING = re.compile(
    rf"\b(?:who|whom|whose|what|which|when|where|why|how|{_AUX})\b|\u8c01|\u4ec0\u4e48|\u4e3a\u4f55|\u600e|\u5982\u4f55|\u54ea|\u51e0|\u591a\u5c11|\u5417|\u662f\u5426|\u662f\u4e0d\u662f"
)
_PLACE = re.compile(
    r"(?:in|for|at|on|with|from|among|during|since|before|after|by|under|outside|within|without|until) |(?:\u5728|\u5bf9|\u4ece|\u5230)"
)
_NAME_ONLY = re.compile(
    rf"(?P<about>(?:what|how) about )?\x00(?P<too>,? (?:too|then))?|(?P<asks>what|how) (?:do|does|did) \x00 (?:{_SAY})(?: about)?(?P<that> {_THAT})?"
    f"|\x00(?:\u5bf9(?:{_THAT}))?(?P<zh>\u5462|\u4e5f(?:\u8fd9\u4e48|\u8fd9\u6837)(?:{_SAY_ZH})\u5417|(?:{_HOW_ZH}(?:{_THAT})?|\u7684(?:{_VIEW_ZH}))\u5462?)"
)
_TAIL = re.compile(r"\b(?:about|regarding|concerning|of|on|for) (?P<topic>[^?]+)$")
_TAIL_ZH = re.compile(
    f"{_HOW_ZH}(?P<topic>.+)$|(?:\u5bf9\u4e8e?|\u5173\u4e8e)(?P<first>.+?)(?:{_HOW_ZH}|\u6709\u4ec0\u4e48|\u7684\u770b\u6cd5)"
)
_MOST_WORDS, _MOST_HAN, _MOST_TOPIC = 6, 14, 5
_NO_VERB = re.compile(
    r"[\w'-]+|with .+"
)  # of "does he mention tin?" and "does he agree with Li?": nothing that could be asked alone

# Names that are no speaker's: words with capitals, "Leonardo da Vinci", and what stands before them.
_CAPITAL = r"[A-Z\u00c0-\u00de](?:(?:[^\W\u3040-\u9fff]|['\u2019.-])*[^\W\u3040-\u9fff]|\.)"
_CAPITALS = re.compile(
    rf"(?<![A-Za-z\u00c0-\u024f.]){_CAPITAL}(?: (?:(?:de|da|van|von|del|der|di|la|bin|al|of|el) ){{0,2}}{_CAPITAL})*"
)
_OWNS = re.compile("['\u2019]s?$")
_CALENDAR = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)
_NO_PERSON = re.compile(r"\b(?:in|at|near|into|across|inside|throughout|the)$")
_WHO_IS = re.compile(r"(?:who|\u8c01)\b ?(?:'s|is|was|are|were|\u662f)|.*\u662f\u8c01")
_SUBJECT = re.compile(rf"\b(?:{_AUX})$")
_HE = re.compile(r"\b(?:he|him|his)\b|\u4ed6")
_SHE = re.compile(r"\b(?:she|hers?)\b|\u5979")
_CUE = re.compile(r"(?:he|his|she|her)\b|[\u4ed6\u5979]|.*\b(?:he|she)$", re.DOTALL)
_SIR, _LADY = r"Mr|Sir|Lord|Father", r"Ms|Mrs|Miss|Madam|Dame|Lady|Baroness"
_HONOUR = re.compile(rf"(?:(?P<he>{_SIR})|(?P<she>{_LADY}))\b\.?$")
_SIR_ZH, _LADY_ZH = "\u5148\u751f", "\u5973\u58eb|\u5c0f\u59d0|\u592a\u592a"
_MOST_CUES, _MOST_ARTICLES = 200, 20  # that are read for whether somebody is "he" or "she"

_FOREIGN_SCRIPT = re.compile(r"[\u0370-\u052f\u0590-\u0e7f\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
# Words of asking and pronouns of the European languages that the embedded encoder reads, but those that are English words too.
_FOREIGN = frozenset(
    "wann wer wen wem wo woher wohin warum wieso weshalb welche welcher er sie ihn ihm ihr und quand qui o\u00f9 pourquoi comment quoi quel quelle combien elle lui "
    "cu\u00e1ndo cuando qui\u00e9n quien d\u00f3nde donde qu\u00e9 c\u00f3mo cu\u00e1nto \u00e9l ella y quando quem onde porqu\u00ea ele ela chi dove perch\u00e9 cosa quanto lei wanneer "
    "wie waar waarom hij zij haar kiedy kto gdzie dlaczego jak nerede neden ni\u00e7in nas\u0131l".split()
)


class _Follow:
    """A question without its question mark, and what it may refer to."""

    def __init__(self, index: Index, text: str, before: Before | None, speaker: str | None, *, asks: bool) -> None:
        self.index, self.before, self.speaker, self.asks = index, before, speaker, asks
        # As it was asked, without "why?" and the like that were joined to it.
        self.asked = _JOINED.sub("", (before.base or before.answer.question).rstrip(_ENDS)) if before else ""
        lead = _LEAD.match(fold(text))
        self.led = lead is not None and lead.end() < len(text)
        self.text = text[lead.end() :] if lead and self.led else text
        self.folded = fold(self.text)
        self.bare = next((part for part in (text, self.text) if _BARE.fullmatch(fold(part))), None)
        self.claim = claim_of(self.asked) if asserts(self.asked) else None
        self.han = has_han(text)
        self.typed = text
        self.names = _speakers(index, self.text)

    def held(self, found: Understood) -> Understood:
        """What was understood, unless it brings in another than the speaker whose words all questions are asked of."""
        only = _askable(self.index, self.speaker)
        if not only or found.note:
            return found
        joined = [speaker for _, _, speaker in _speakers(self.index, found.question) if speaker not in self._own()]
        if all(speaker == only[0] for speaker in (*joined, found.speaker or only[0])):
            return found
        return self._doubt(f"All questions are asked of what {' '.join(called(only[0]))} says (/speaker)")

    def _own(self) -> list[Speaker]:
        """The speakers whom the question itself names."""
        return [speaker for _, _, speaker in self.names]

    def _doubt(self, why: str) -> Understood:
        return Understood(f"{self.typed}?", None, f"{why}; asked as it stands.", self.asked or None)

    # --- a name and nothing else -------------------------------------------------------------------------------------

    def named(self) -> Understood | None:
        """ "And Zhu Xiaohu?": the question before, asked of another speaker."""
        if self.before is None or len(self.names) != 1:
            return None
        ((start, end, speaker),) = self.names
        match = _NAME_ONLY.fullmatch(self.folded[:start] + _WHO + self.folded[end:])
        if not match or not (
            self.led or match["about"] or match["too"] or match["that"] or match["zh"] or self.asks and not match["asks"]
        ):
            return None
        asked = self.asked
        said = self._of_one(asked, speaker)
        if said:
            return said
        before = [(first, last) for first, last, _ in _speakers(self.index, asked)]
        if not before:
            before = [(first, last) for first, last in _proper(asked) if _SUBJECT.search(fold(asked[:first].rstrip()))]
        if len(before) == 1:  # "which fund does Li lead?"
            ((first, last),) = before
            return Understood(f"{asked[:first]}{self.text[start:end]}{asked[last:]}?")
        return self._asked_of(speaker, f"{self.claim or asked}?")

    def _of_one(self, asked: str, speaker: Speaker) -> Understood | None:
        """A question before that is for what one speaker says, as a question to another."""
        folded = fold(narrow(asked))
        places = [(start, end) for start, end, _ in _speakers(self.index, asked)] or [m.span() for m in _PRONOUN.finditer(folded)]
        if len(places) != 1 or len(folded) != len(asked):
            return None
        start, end = places[0]
        return self._saying(asked[:start] + _WHO + asked[end:], speaker)

    # --- pronouns ----------------------------------------------------------------------------------------------------

    def pronoun(self) -> Understood | None:
        """ "What does he say about data?": asked of the one speaker whom the question or answer before was about."""
        match = _PRONOUN.search(self.folded)
        if match is None or any(start < match.start() for start, _, _ in self.names) or not self._refers_back(match):
            return None
        plural = match[0] in _PLURAL or match[0].endswith("\u4eec")
        word = f"\u201c{self.text[match.start() : match.end()]}\u201d"
        every = [one for one in self._antecedents(plural) if one not in self._own()]
        known = [one for one in every if plural or _gender(self.index, one, self.before) in ("", _gender_of(match[0]))]
        about = (self.before.earlier or self.before).about if self.before else None
        if about in known:
            known = [about]
        if len(known) != 1:
            listed = ", ".join(map(_known_as, (known or every)[:4])) + (" \u2026" if len(known or every) > 4 else "")
            if known:
                why = f"{word} may be any of {listed}"
            else:
                other = "she" if _gender_of(match[0]) == "he" else "he"
                why = (
                    f"{word} does not fit {listed} (\u201c{other}\u201d)"
                    if every
                    else f"{word} is not clear from the question before"
                )
            return Understood(f"{self.text}?", None, f"{why}; asked as it stands. Write the name.")
        end, one = match.end(), known[0]
        owns = match[0] in ("his", "their") or match[0] == "her" and re.match(r" \w", self.folded[end:]) is not None
        marked = self.text[: match.start()] + _WHO + ("'s" if owns else "") + self.text[end:]
        said = None if isinstance(one, str) else self._saying(marked, one)
        if said:
            return replace(said, about=one)
        lead = "" if self.han or _ASKING.search(self.folded) or self.folded.startswith(("what", "how")) else "what about "
        return Understood(f"{lead}{self._with_name(marked, one)}?", about=one)

    def _refers_back(self, match: re.Match[str]) -> bool:
        """Whether nothing before the pronoun in its own question can be what it stands for."""
        head = self.text[: match.start()]
        if match.end() == len(self.text) and (match[0] in ("him", "her", "them") or has_han(match[0])):
            return True  # "who disagrees with him?"
        if match[0] in _PLURAL:
            return set(re.findall(r"[a-z']+", head.lower())) <= _FUNCTION
        if _OTHER_WHO.search(fold(head)):
            return False
        return not re.search(r"(?<!^)\b[A-Z][a-z]", head)

    def _antecedents(self, plural: bool) -> list[Speaker | str]:
        """Those whom a pronoun may mean, nearest first: speakers, else names in the question before that the articles have."""
        if self.speaker or self.before is None:
            return [*_askable(self.index, self.speaker)]
        before = self.before.earlier or self.before
        answer = before.answer
        named = [speaker for _, _, speaker in _speakers(self.index, answer.question)]
        if not named:
            named = _askable(self.index, before.speaker)
        others = _persons(self.index, answer.question) if not named and not plural else []
        if others:
            return [*others]
        asked_who = before.speaker is None and claim_of(answer.question) is not None
        if answer.answered and (asked_who or not named):
            # Whoever is named in "who disagrees with Li?" is not the one who is asked for.
            holders = [holder.speaker for holder in answer.speakers if holder.stance is Stance.SAYS]
            first = answer.passages[0].speaker if answer.passages and not asked_who else None
            named = [*holders, *named] if holders else _askable(self.index, first.name) if first else []
        return [speaker for speaker in dict.fromkeys(named) if plural or speaker.kind == "person"]

    def _saying(self, marked: str, speaker: Speaker) -> Understood | None:
        """A question for what the marked speaker says, as one to that speaker's words; None for another question."""
        folded = fold(narrow(marked))
        if len(folded) != len(marked):
            return None
        match = next((m for pattern in _SAID if (m := pattern.match(folded))), None)
        if match is None:
            return self._asked_of(speaker, self._with_name(marked, speaker) + "?") if _SAYS.search(folded) else None
        parts = {name: marked[slice(*match.span(name))].strip() for name, value in match.groupdict().items() if value}
        reason = parts.get("wh") or parts.get("why") or parts.get("reason")
        rest = parts.get("topic") or parts.get("what") or parts.get("clause") or ""
        if not rest or re.fullmatch(_THAT, fold(rest)):
            if (rest or reason or _AGREES.search(folded)) and self.before is not None:
                return self._asked_of(speaker, self._again(reason))
            return self._asked_of(speaker, self._with_name(marked, speaker) + "?")
        verb = match["verb"] if "verb" in parts else ""
        if re.fullmatch("\u4ec0\u4e48|\u54ea\u4e9b|\u5565", fold(rest)) and not reason:
            return self._asked_of(speaker, self._with_name(marked, speaker) + "?")
        if (
            "clause" in parts
            and not reason
            and not has_han(rest)
            and _NO_VERB.fullmatch(fold(_preposition(folded, match) + rest))
        ):
            return self._asked_of(speaker, self._with_name(marked, speaker) + "?")
        if _STANDING.fullmatch(verb):
            if "clause" not in parts:
                return self._asked_of(speaker, self._with_name(marked, speaker) + "?")
            rest = marked[match.start("verb") : match.end("clause")].strip()
        if "topic" in parts or "what" in parts and folded.startswith("how"):
            asked = f"\u600e\u4e48\u770b{rest}" if has_han(rest) else f"what about {rest}"
        elif "what" in parts:
            asked = f"what {rest}"
        else:
            asked = (reason or "") + ("" if has_han(rest) else " ") + rest
        return self._asked_of(speaker, asked.strip() + "?")

    def _again(self, reason: str | None) -> str:
        """The question before, or what it has somebody say, with another word of asking: "why" (or no word)."""
        asked = self.asked
        claim = self.claim
        if claim is None:
            if reason and kind_of(asked) == "why":
                return f"{asked}?"
            return (
                f"{asked}{',' if has_han(reason or '') else '?'} {reason}?"
                if reason and not asked.endswith(reason)
                else f"{asked}?"
            )
        return f"{reason}{'' if has_han(claim) else ' '}{claim}?" if reason else f"{claim}?"

    def _asked_of(self, speaker: Speaker, question: str) -> Understood | None:
        known = _askable(self.index, speaker.name)
        return Understood(question, known[0]) if known else None

    def _with_name(self, marked: str, speaker: Speaker | str) -> str:
        if isinstance(speaker, str):
            return marked.replace(_WHO, speaker)
        forms = [form for form in called(speaker) if has_han(form) == has_han(marked)]
        return marked.replace(_WHO, (forms or [speaker.name])[0])

    # --- fragments ---------------------------------------------------------------------------------------------------

    def fragment(self) -> Understood | None:
        """ "Why?", "and in China?", "what about data?": joined with the question before."""
        if self.before is None or self.names:
            return None
        asked, speaker = self.asked, next(iter(_askable(self.index, self.before.speaker)), None)
        if self.bare:
            again = self.claim is not None and _WHO_ELSE.match(fold(self.bare))
            return Understood(f"{asked}?" if again else self._again(self.bare), speaker, base=asked, about=self.before.about)
        rest = self._noun()
        if rest is None:
            return None
        folded = fold(narrow(asked))
        unclear = not speaker and (_PRONOUN.search(folded) or len(folded) != len(asked))
        if not unclear and _PLACE.match(fold(rest)):
            return Understood(
                f"{rest}{asked}?" if has_han(rest) else f"{asked} {rest}?", speaker, base=asked, about=self.before.about
            )
        return (None if unclear else self._replaced(asked, folded, rest, speaker)) or self._doubt(
            f"\u201c{rest}\u201d has no certain place in the question before"
        )

    def _replaced(self, asked: str, folded: str, rest: str, speaker: Speaker | None) -> Understood | None:
        """The question before with a name in the place of the only name there, or a topic in the place of the topic."""
        spoken = _speakers(self.index, asked)
        names = [(start, end) for start, end, _ in spoken] + [
            (start, end) for start, end in _proper(asked) if not any(start < last and first < end for first, last, _ in spoken)
        ]
        is_name = _proper(rest, first=True) == [(0, len(rest))]
        marked = folded[: spoken[0][0]] + _WHO + folded[spoken[0][1] :] if len(spoken) == 1 else ""
        says = any(pattern.match(marked) for pattern in _SAID)
        if is_name and len(names) == 1 and not says:
            ((start, end),) = names
            return Understood(f"{asked[:start]}{rest}{asked[end:]}?", speaker)
        tail = (_TAIL_ZH if has_han(asked) else _TAIL).search(folded)
        if tail and not (is_name and names):
            start, end = next(tail.span(name) for name in tail.groupdict() if tail[name])
            about = has_han(asked) or re.search(r"\b(?:about|regarding|concerning) $", folded[:start])
            if (
                about
                or not is_name
                and not any(start < last for _, last in names)
                and len(asked[start:end].split()) <= _MOST_TOPIC
            ):
                return Understood(f"{asked[:start]}{rest}{asked[end:]}?", speaker)
        if says and not is_name:
            return self._asked_of(spoken[0][2], f"\u600e\u4e48\u770b{rest}?" if has_han(rest) else f"what about {rest}?")
        return None

    def _noun(self) -> str | None:
        """What a fragment names: X of "what about X", "and X", "in X", X\u5462; None where the question is a whole one."""
        match = re.fullmatch("(.+)\u5462|(?:what|how) about (.+)", self.folded)
        if match:
            rest = self.text[slice(*match.span(match.lastindex or 0))]
        elif self.led or self.asks and not self.han and _PLACE.match(self.folded):
            rest = self.text
        else:
            return None
        if len(rest.split()) > _MOST_WORDS or sum(map(has_han, rest)) > _MOST_HAN:
            return None
        return rest if rest and not _ASKING.search(fold(rest)) else None


def _preposition(folded: str, match: re.Match[str]) -> str:
    """ "with " where it stands before the clause of a question for what somebody says."""
    return "with " if folded[: match.start("clause")].endswith(" with") else ""


def _known_as(one: Speaker | str) -> str:
    return one if isinstance(one, str) else " ".join(called(one))


# --- names that are no speaker's -----------------------------------------------------------------------------------------


def _proper(text: str, *, first: bool = False) -> list[tuple[int, int]]:
    """The ranges of a question's names, in order: words with capitals but for the first (unless `first`), Han names as the
    tagger knows them.
    """
    found = []
    for match in _CAPITALS.finditer(text):
        start, end = match.span()
        end -= len(owns[0]) if (owns := _OWNS.search(text[start:end])) else 0
        words = text[start:end].split()
        while words and words[0].rstrip(".").lower() in stopwords() | _CALENDAR and len(words) > 1:
            start += len(words.pop(0)) + 1
        if words and words[0].lower() not in stopwords() | _CALENDAR and (first or start > 0 or has_han(text)):
            found.append((start, end))
    if has_han(text):
        import rjieba

        place = 0
        for word, tag in rjieba.tag(text):
            if tag.startswith("nr") and len(word) > 1 and has_han(word):
                found.append((place, place + len(word)))
            place += len(word)
    return sorted(found)


def _persons(index: Index, question: str) -> list[str]:
    """The names in a question, as they are written, that the articles have and that may be persons'; none where a person is asked for."""
    if kind_of(question) == "who" and not _WHO_IS.match(fold(question)):
        return []
    ranges = [(start, end) for start, end in _proper(question) if not _NO_PERSON.search(fold(question[:start].rstrip()))]
    names = dict.fromkeys(question[start:end] for start, end in ranges)
    return [
        name
        for name in names
        if not name.isupper() and _is_held(index, name) or has_han(name) and index.lexical.holds(fold(name))
    ]


def _is_held(index: Index, name: str) -> bool:
    """Whether the articles have every word of a name, honorifics aside, or a Han name that it spells."""
    if name in names(name, index.lexicon, index.lexical):
        return True
    words = [word for word in name.split() if not _HONOUR.match(word)]
    return bool(words) and all(any(map(index.lexical.holds, (fold(word), *terms(word)))) for word in words)


# --- he or she -----------------------------------------------------------------------------------------------------------


def _gender_of(pronoun: str) -> str:
    """ "he" or "she"."""
    return "she" if _SHE.fullmatch(pronoun) else "he"


def _gender(index: Index, one: Speaker | str, before: Before | None) -> str:
    """ "he" or "she" where it is known: from an honorific in the question before or in the articles, or from the cues by which
    the articles say that a speaker speaks; "" where it is not, or where they disagree.
    """
    forms = (one,) if isinstance(one, str) else (one.name, *one.aliases)
    asked = _honoured(before.answer.question, forms) if before else set()
    if asked:
        known = asked
    elif isinstance(one, str):
        honour = _HONOUR.match(one.split()[0])
        texts = [cited.hit.passage.text for cited in before.answer.passages] if before else []
        known = {"he" if honour["he"] else "she"} if honour else set().union(*(_honoured(text, forms) for text in texts))
    else:
        known = set(_spoken_of(index, one.name))
    return next(iter(known)) if len(known) == 1 else ""


@lru_cache(maxsize=256)
def _spoken_of(index: Index, name: str) -> frozenset[str]:
    """Which of "he" and "she" the articles say of a speaker."""
    profile = find_profile(index, name)
    rows = [index.utterances.rows[number] for number in profile.utterances[:_MOST_CUES]]
    raws: dict[int, str] = {}
    for article in dict.fromkeys(int(row["article"]) for row in rows):
        if len(raws) < _MOST_ARTICLES:
            raws[article] = index.raw(index.entries[article])
    cues = [fold(raws[int(row["article"])][row["cue_start"] : row["cue_end"]]) for row in rows if int(row["article"]) in raws]
    pronouns = [match[0] for cue in cues if (match := _CUE.match(cue))]
    found = {word for word, pattern in (("he", _HE), ("she", _SHE)) if any(map(pattern.search, pronouns))}
    for raw in raws.values():
        found |= _honoured(raw, (profile.speaker.name, *profile.speaker.aliases))
    return frozenset(found)


def _honoured(text: str, forms: Sequence[str]) -> set[str]:
    """Which of "he" and "she" the honorifics make of somebody called so: "Ms Lind" of Marta Lind."""
    found = set()
    for form in forms:
        if has_han(form):
            found |= {"he"} if re.search(f"{re.escape(form)}(?:{_SIR_ZH})", text) else set()
            found |= {"she"} if re.search(f"{re.escape(form)}(?:{_LADY_ZH})", text) else set()
            continue
        last = re.escape(form.split()[-1])
        for match in re.finditer(rf"\b(?:(?P<he>{_SIR})|(?:{_LADY}))\b\.? (?P<first>(?:[A-Z][\w.'-]* ){{0,2}}){last}\b", text):
            if not match["first"] or match["first"].split()[0] == form.split()[0]:
                found.add("he" if match["he"] else "she")
    return found


# --- speakers ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _found(index: Index, name: str) -> Speaker | None:
    try:
        return find_profile(index, name).speaker
    except InputError:
        return None


def _askable(index: Index, name: str | None) -> list[Speaker]:
    """The speaker whom `find_profile` finds by that name, or none."""
    speaker = _found(index, name) if name else None
    return [speaker] if speaker else []


def _speakers(index: Index, question: str) -> list[tuple[int, int, Speaker]]:
    """The speakers whom a question names, in full or by a last name that is only theirs, and the ranges of the names, in order."""
    folded = fold(narrow(question))
    if len(folded) != len(question):
        return []
    found = _named(index, folded)
    for start, end in _proper(question, first=True):
        honour, _, word = question[start:end].rpartition(" ")
        group = _last_names(index).get(fold(word)) if not honour or _HONOUR.fullmatch(honour) else None
        if group is None or any(start < last and first < end for first, last, _ in found):
            continue
        speaker = profile_of(index, group).speaker
        if speaker not in {one for _, _, one in found}:
            found.append((start, end, speaker))
    return sorted(found, key=lambda one: one[:2])


@lru_cache(maxsize=2)
def _last_names(index: Index) -> Mapping[str, int]:
    """The last names, folded, that only one speaker has, each with the speaker's group."""
    owners: dict[str, set[int]] = {}
    groups = index.utterances.speakers["group"]
    for number in range(len(groups)):
        speaker = index.utterances.speaker(number)
        for form in (speaker.name, *speaker.aliases) if speaker.kind == "person" else ():
            if not has_han(form) and " " in form:
                owners.setdefault(fold(form.split()[-1]), set()).add(int(groups[number]))
    return {name: next(iter(own)) for name, own in owners.items() if len(own) == 1 and len(name) > 2}


def _named(index: Index, text: str) -> list[tuple[int, int, Speaker]]:
    """The speakers with a name, and the ranges where a folded text names each first, in order; longer names before shorter."""
    found: list[tuple[int, int, int]] = []
    for form, group in _forms(index):
        place = text.find(form)
        if (
            place < 0
            or any(place < end and start < place + len(form) for start, end, _ in found)
            or group in {g for *_, g in found}
        ):
            continue
        end = place + len(form)
        cut = not has_han(form) and (text[place - 1 : place].isalnum() or text[end : end + 1].isalnum())
        if not cut:
            found.append((place, end, group))
    return [(start, end, profile_of(index, group).speaker) for start, end, group in sorted(found)]


@lru_cache(maxsize=2)
def _forms(index: Index) -> Sequence[tuple[str, int]]:
    """All forms by which a question may name a speaker, folded, the longest first, each with the speaker's group."""
    forms: dict[str, int] = {}
    groups = index.utterances.speakers["group"]
    for number in range(len(groups)):
        speaker = index.utterances.speaker(number)
        if speaker.kind == "source":
            continue
        for form in filter(None, (speaker.name, *speaker.aliases, speaker.romanised)):
            turned = " ".join(reversed(form.split())) if not has_han(form) else form
            for text in (fold(form), fold(turned)):
                if len(text) >= (2 if has_han(text) else 4):
                    forms.setdefault(text, int(groups[number]))
    return sorted(forms.items(), key=lambda item: (-len(item[0]), item))


__all__ = ["Before", "Understood", "is_foreign", "remember", "understand"]
