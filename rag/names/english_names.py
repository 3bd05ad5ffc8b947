"""Names in English: where a text introduces somebody, which capitalised words are a person's name, and who shares a part of one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.names.honorifics import HONORIFIC_WORDS_EN, HONORIFICS_EN
from rag.names.introductions import Introduction, found_in_lines
from rag.names.titles import KIN_EN, TITLES_EN
from rag.text.cues import DOTS, HAN, QUOTES_EN, SAYS_EN, inflected
from rag.text.dates import WEEKDAYS_EN
from rag.text.particles import PARTICLE

# It begins with a set of letters, by which a search finds it fast; what may stand before comes behind that.
_NAME = rf"[A-Z](?<![\w'’-][A-Z])(?:[a-zà-ÿ'’]+|\.)(?:[ -](?:(?:{PARTICLE})\s){{0,2}}(?:[A-Z][a-zA-Zà-ÿ'’]+|[A-Z]\.)){{1,3}}"
_SAYS_OR_ADDS = inflected("say|add")  # the verbs that stand before a name outside of quotations as well
_NO_NAME = frozenset(
    "The A An In On At By For From But And Or If When While After Before This That These Those It He She They We You I His Her Its Their Our "
    "Two Three Four Five Six Half Most Many Some One Others Other Not Yet Still As Among Since With Without Under Over According Last Next Now Then There Here Even Only Also".split()
).union(WEEKDAYS_EN)


@lru_cache(maxsize=1)
def _rules() -> tuple[re.Pattern[str], ...]:
    bracket = rf"(?:\s\((?P<other>[{HAN}{DOTS}]{{2,12}})\))?"
    first = rf"(?P<name>{_NAME}){bracket}"
    name = rf"(?:{HONORIFICS_EN}\s)?{first}"
    role = rf"(?P<role>[^,.;:!?\n]{{0,60}}\b(?:{TITLES_EN})\b[^,.;:!?\n]{{0,60}})"
    apposed = r"(?:an?\s|the\s)(?P<role>[a-z][^,.;:!?\"“”\n]{2,80})(?=[,.])"
    return (
        re.compile(rf"{first},\s(?:an?\s|the\s)?{role}"),
        re.compile(rf"{first}\s(?:(?!(?:is|was|are|were|be|been)\b)\w{{1,20}}\s)?(?:{SAYS_EN})\b"),
        re.compile(rf"\b(?:{_SAYS_OR_ADDS}|told|[Aa]ccording to|[A-Z]\w{{1,30}}['’]s)\s{name}(?:,\s{apposed})?"),
        re.compile(
            rf"(?P<name>{_NAME})\s\((?P<other>[{HAN}{DOTS}]{{2,12}})\)(?:\sof\s(?P<role>[A-Z][\w&'’-]{{0,30}}(?:\s[A-Z][\w&'’-]{{0,30}}){{0,6}}))?"
        ),
        re.compile(r"\b(?:alias|pseudonym|nickname)\s(?:of\s)?(?P<name>[A-Z][a-z]+)"),
        re.compile(rf"\b{HONORIFICS_EN}\s(?P<name>{_NAME})"),
        re.compile(rf"[a-z],\s{name},\s(?:\w{{1,20}}\s)?(?:{SAYS_EN})\b"),
        re.compile(rf"{first},\s{apposed},\s(?:{SAYS_EN})\b"),
        re.compile(rf"{first},\s(?:\d{{1,3}},\s)?(?:who|whose)\s[^.;:!?\"“”\n]{{1,130}},\s(?:{SAYS_EN})\b"),
        re.compile(rf"{first},\s(?:\d{{1,3}},|[^,.;:!?\"“”\n]{{1,60}}(?:,[^,.;:!?\"“”\n]{{1,60}})?,\s(?:{SAYS_EN})\b)"),
        re.compile(
            rf"[\"”],?\s(?:{QUOTES_EN})\s(?:(?:(?!of\b|to\b|by\b|in\b|at\b|for\b|and\b)[a-z'’-]{{1,20}}\s){{1,4}}?)?{name}(?=[.,;]|\s[a-z])"
        ),
        re.compile(rf"(?<=[,?!…][\"”])\s{name}\s(?:{QUOTES_EN})\b"),
        re.compile(rf"{first}\s(?:of|from|at)\s[^,.;:!?\"“”\n]{{2,60}}?\s(?:{SAYS_EN})\b"),
        re.compile(
            rf"[Hh'’](?:(?<!\w[Hh])(?<=[Hh])(?:is|er)|(?<=['’])s)\s(?:[a-z]{{1,12}}\s)?(?:{KIN_EN}),?\s(?P<name>[A-Z][a-z]{{2,20}}(?:\s[A-Z][a-z]{{1,20}})?)\b"
        ),
    )


@lru_cache(maxsize=1)
def _title_before() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A title before a name, perhaps with the firm between commas; and the end of a title before a capital, which is found faster."""
    firm = r"(?:\sof\s[a-z ]{2,30})?\s(?:at|of|from|with|for|in)\s[^,.;:!?\"“”\n]{2,60}"
    role = rf"(?P<role>(?:[\w'’&-]{{1,30}}\s){{0,4}}?\b(?:{TITLES_EN})(?P<firm>{firm})??)"
    name = rf"(?:{HONORIFICS_EN}\s)?(?P<name>{_NAME})(?:\s\((?P<other>[{HAN}{DOTS}]{{2,12}})\))?"
    return (
        re.compile(rf"\b{role}(?(firm),|,?)\s{name}(?(firm)(?=[,.]))"),
        re.compile(rf"\b(?:{TITLES_EN})(?:{firm},|,?)\s(?=[A-Z])"),
    )


@lru_cache(maxsize=1)
def _surname_speaks() -> re.Pattern[str]:
    """One capitalised word that says something, or that an honorific stands before."""
    one = r"(?P<{}>[A-Z][a-zA-Zà-ÿ'’-]{{2,20}})\b"
    return re.compile(
        rf"\b(?:(?:{_SAYS_OR_ADDS})\s|{HONORIFICS_EN}\s){one.format('after')}(?![\s-][A-Z])|(?<![A-Za-z]\s)(?<![A-Z]\.\s)(?<![\w'’-]){one.format('before')}\s(?:[a-z]{{1,12}}\s)?(?:{SAYS_EN})\b"
    )


def english_introductions(text: str) -> Iterator[Introduction]:
    """Where an English text introduces somebody: rule by rule, not in order of the text."""
    for match in _matches(text):
        found = _trimmed_name(text, *match.span("name"))
        if found is None or _is_affiliation().search(text, max(0, found[0] - 60), found[0]):
            continue
        groups = match.re.groupindex
        other = match.span("other") if "other" in groups and match["other"] else (0, 0)
        role = _trimmed_role(text, *match.span("role")) if "role" in groups and match["role"] else (0, 0)
        yield Introduction(found, other, role)
    full: dict[str, tuple[int, int]] = {}
    for found in _full_names(text):
        full.setdefault(text[slice(*found)].rsplit(" ", maxsplit=1)[-1], found)
    others = names_within_sentences(text)
    for match in _surname_speaks().finditer(text):
        surname = match["after"] or match["before"]
        if (named := full.get(surname)) and not any(is_namesake(text[slice(*named)], other, surname) for other in others):
            yield Introduction(named)


def _matches(text: str) -> Iterator[re.Match[str]]:
    for rule in _rules():
        yield from rule.finditer(text)
    yield from found_in_lines(text, *_title_before())


@lru_cache(maxsize=1)
def _is_affiliation() -> re.Pattern[str]:
    """What stands between somebody and the firm that he is of, up to its name: "analyst with", "Odell from the"."""
    return re.compile(rf"\b(?:{TITLES_EN}|[A-Z][\w'’-]*)\s(?:of|from|with|for)\s(?:the\s)?\Z")


@lru_cache(maxsize=2)
def _workplaces(text: str) -> frozenset[str]:
    """What has the shape of a name but is said to be where somebody works: "an analyst at Pell Brothers"."""
    found = re.finditer(rf"\sat\s(?:the\s)?(?P<name>{_NAME})", text)
    behind = re.compile(rf"\b(?:(?:{TITLES_EN})(?:\s(?:of|for)(?:\s[a-z]+){{1,3}})?|[A-Z][\w'’-]*)\Z")
    return frozenset(match["name"] for match in found if behind.search(text, max(0, match.start() - 60), match.start()))


@lru_cache(maxsize=2)
def _full_names(text: str) -> tuple[tuple[int, int], ...]:
    """The ranges of all that has the shape of a person's name of two words or more."""
    found = (_trimmed_name(text, *match.span()) for match in re.finditer(_NAME, text))
    return tuple(span for span in found if span and " " in text[slice(*span)])


@lru_cache(maxsize=2)
def names_within_sentences(text: str) -> frozenset[str]:
    """The English names of two words or more that stand within a sentence: at its beginning a word may be no name."""
    return frozenset(
        text[start:end] for start, end in _full_names(text) if re.search(r"[a-z,;:]\s\Z", text[max(0, start - 2) : start])
    )


def is_namesake(name: str, other: str, part: str) -> bool:
    """Whether another full name has the same first name or the same surname, which `part` is, and is somebody else's."""
    words, others = name.split(), other.split()
    first, last, other_first, other_last = words[0], words[-1], others[0], others[-1]
    if part == last == other_last:
        return first != other_first and first[0] + "." != other_first and first != other_first[0] + "."
    return part == first == other_first and last != other_last


def _trimmed_name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range of a name without what stands before it in capitals only; None where no person's name is left."""
    while start < end and ((first := re.split("[ -]", text[start:end], maxsplit=1)[0]) in _NO_NAME or _honours(first)):
        start += len(first) + 1
    while (first := text[start:end].partition(" ")[0]) and _is_occupation(text, start, first, end):
        start += len(first) + 1
    possessive = _POSSESSIVE.match(text, start, end)
    start = possessive.end() if possessive else start
    if text[start:end].endswith(("'s", "\u2019s")):
        end -= 2
    if text[start:end] in _workplaces(text):
        return None
    words = text[start:end].split()
    if len(words) == 1 and _ARTICLE.search(text, max(0, start - 5), start):
        return None  # "the Harbours", who are a team or a family
    if (
        not words
        or not all(map(_HUMAN.match, words))
        or _is_no_person(text, words)
        or _CUT_OFF.search(text, max(0, start - 80), start)
    ):
        return None
    if len(words) > 1 and words[0] not in _FIRST_NAMES and {word.lower() for word in words} <= _lower_words(text):
        return None  # a title or a term in capitals, which the text has without them as well
    return start, end


def _is_no_person(text: str, words: Sequence[str]) -> bool:
    """Whether capitalised words that stand together in a text name a body, a place, a time or a work, or are words of a title."""
    last = words[-1]
    if last in _ORGANISATIONS or words[0] in _ORGANISATIONS_FIRST or not _GRAMMATICAL.isdisjoint(words):
        return True
    if len(words) < 2:
        return False
    if last in _THINGS or not _OFFICIAL.isdisjoint(words):
        return True
    return _ABSTRACT.search(last) is not None and words[0] not in _FIRST_NAMES and last not in _family_names(text)


@lru_cache(maxsize=2)
def _family_names(text: str) -> frozenset[str]:
    """The capitalised words by which alone the text calls somebody: "Mr Garrity", "Garrity said"; none that is a common noun there."""
    alone = {match["after"] or match["before"] for match in _surname_speaks().finditer(text)}
    return frozenset(word for word in alone - set(_THE.findall(text)) if word.lower() not in _lower_words(text))


@lru_cache(maxsize=2)
def _lower_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w'’-])[a-z]{2,}(?![\w'’-])", text))


_THE = re.compile(r"\b[Tt]he\s([A-Z][\w'’-]*)")
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?)\s\Z")
# The head of a name that goes on behind "of", in the middle of a sentence: "the Bureau of".
_CUT_OFF = re.compile(r"[^\s.!?\"“”]\s[A-Z][\w&'’-]*\s(?:of|for)\s(?:the\s)?\Z")
_GRAMMATICAL = _NO_NAME - {"A", "I", "May"} | frozenset(
    "Him Her Them Us Me Who Whom Whose Which What Is Are Was Were Be Been Has Have Had Does Do Did Can Could Would Shall Should Must Of To Into Onto Upon About "
    "Against Between Through During Than Nor How Why Where Whether".split()
)
_OFFICIAL = frozenset("International National Federal University Royal Municipal Metropolitan Interstate".split())
# What bodies, places, times, works and events are called, as the last word of a name; no words that are common family names.
_THINGS = frozenset(
    "Age Ages Era Century Period Dynasty Empire Kingdom Crown Throne Republic Commonwealth Revolution War Wars Treaty Act Acts Constitution Convention Conference "
    "Declaration Charter Code Directive Amendment Rights Law Laws Reformation Renaissance Enlightenment Crusade Crusades Church Churches Cathedral Abbey Chapel Mosque "
    "Synagogue Bible Testament Gospel Gospels Catechism Creed Scripture Scriptures Book Books Encyclopedia Encyclopaedia Dictionary Statistics Airport Harbour Harbor "
    "Station Railway Railroad Highway Motorway Bridge Canal Stadium Arena Theatre Theater Gallery Library Palace Castle Tower Island Islands Isles River Rivers "
    "Lake Lakes Mountain Mountains Sea Ocean Coast Peninsula Plateau Desert Basin Delta Glacier County Shire State States Province Territory Region District Square Avenue Boulevard "
    "Beach Village Borough Parish Award Awards Prize Medal Cup Trophy Series Championship Championships Games Olympics Tournament Team Club Academy Army Navy Fleet Corps "
    "Force Forces Brigade Regiment Program Programme Project Mission Plan Strategy Movement Nation Nations People Peoples Tribe Tribes Language Languages Alliance "
    "Coalition Assembly Cabinet Treasury Embassy Registry Registrar Bureau Archive Archives Survey Census Report Index Review Theory Theorem Principle Effect Equation Model Method Syndrome "
    "Disease Virus Plague Health Care Research Studies Science Sciences Arts Technology Industry Market Markets Exchange Stock Bond Oil Gas Steel Water Works Plant "
    "Channel Radio Television Broadcasting Pictures Records Films Foods Stores Software Hardware Computer Computers Engine Engines Robot Robots Airline Airways "
    "England America Europe Asia Africa Australia Canada Germany Japan China India Russia Britain Zealand Christmas Easter Summit Forum Festival Fair Expo Parade "
    "Rainforest Forest Zoo Palaces Houses Villages Cities Towns Schools Colleges Hospitals Universities Engineers Workers Teachers Veterans "
    "President Officer Minister Chairman Chairwoman Director Manager Professor Secretary Governor Executive Ambassador Commissioner Senator".split()
)
# How abstract nouns end; before "-ment" stands a longer stem than in the family names Clement and Dement.
_ABSTRACT = re.compile(r"(?:[a-z]{2}(?:tion|sion|ics|ology|ity|ities|ism)|[a-z]{3}ment)s?$")
# The shape of a word in a person's name: no acronym, no second capital but behind Mc, Mac, O', De and the like.
_HUMAN = re.compile(r"(?:(?:[A-Z]['’]|Ma?c|D[eiu]|La|Le|Van)?[A-Z][a-zà-ÿ'’]*\.?(?:-[A-Za-zà-ÿ]+)?|[a-z]+|[A-Z]{1,2}\.?)$")


def _honours(word: str) -> bool:
    return word.rstrip(".").lower() in _TITLE_WORDS


def _is_occupation(text: str, start: int, word: str, end: int) -> bool:
    """Whether the first of the words is what somebody is, at the start of a sentence, rather than a first name."""
    left = text[start:end].count(" ")
    if left and _OCCUPATION.fullmatch(word.lower()):
        return True
    if left < 2 or word in _FIRST_NAMES or not re.fullmatch(r"[A-Z][a-z]{3,20}", word):
        return False
    before = start
    while before and text[before - 1] in " \"'\u201c\u2018":
        before -= 1
    return text[before - 1 : before] in _BEFORE_SENTENCE and not _described(text).isdisjoint((word.lower(), f"{word.lower()}s"))


@lru_cache(maxsize=2)
def _described(text: str) -> frozenset[str]:
    """The words in small letters that stand behind an article or the like, as what somebody is does."""
    return frozenset(_DESCRIBED.findall(text))


_BEFORE_SENTENCE = ("", "\n", ".", "!", "?", ":", ";", "\u201d", '"')
_DESCRIBED = re.compile(r"\b(?:an?|the|local|former|retired|one|every|most|many)\s(?=([a-z]{4,22})\b)")

_OCCUPATION = re.compile(TITLES_EN)
# First names that are common words as well.
_FIRST_NAMES = frozenset(
    "Bill Grant Mark Rose Grace Hope Will Frank Jack Dawn Faith Lily Iris Pearl Ruby Violet Daisy Summer Autumn April June Christian Dean Earl Duke Miles Pierce "
    "Chase Hunter Mason Carter Cooper Parker Taylor Tyler Sawyer Archer Page Reed Jade Amber Crystal Heather Holly Hazel Olive Ginger Angel Melody Harmony Robin "
    "Wren Sage Rusty Rich Drew Dale Glen Heath Ford Marshall Bishop Prince Noble Sterling Brook Clay Cliff Forest Rocky Sandy Stone Storm Star Victor Baker Major".split()
)


def _trimmed_role(text: str, start: int, end: int) -> tuple[int, int]:
    """A role without the verb, preposition or pronoun that leads up to it."""
    title = re.search(rf"\b(?:{TITLES_EN})\b", text[start:end])
    for lead in _NO_ROLE.finditer(text, start, start + title.start() if title else start):
        start = lead.end()
    relative = _RELATIVE.search(text, start, end)
    return start, relative.start() if relative else end


_RELATIVE = re.compile(r"\s(?:who|whose|which|where|that)\b")
_NO_ROLE = re.compile(
    rf"\b(?:{SAYS_EN}|by|to|that|and|but|or|with|from|for|as|when|while|because|is|was|are|were|has|had|have|an?|the|their|his|her|its|our|my|according)\s",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"(?:[\w'’-]+\s)*[\w-]+(?:['’]s|s['’])\s")
_ORGANISATIONS = frozenset(
    "Capital Ventures Partners Fund Funds Bank University College Institute Group Inc Ltd Corp Labs Technologies Technology Company Times Post News Review "
    "Holdings Studios Media Press Council Committee Agency Association Foundation Street Valley Day Sports Motors Airlines Police Court Ministry Department "
    "Office Union League Party Hospital Museum Trust Society Service Authority Commission Federation Energy Power Sachs United City Town Board Centre Center "
    "School Parliament Congress Senate Administration Organization Organisation Systems Industries International Watch Network Exchange".split()
)
_ORGANISATIONS_FIRST = frozenset(
    "English Scottish Irish Welsh Spanish Italian Dutch Greek Turkish Polish Swedish Danish Norwegian Finnish Swiss Austrian Hungarian Czech Portuguese Brazilian "
    "Mexican Korean Arab Persian Ottoman Byzantine Soviet Catholic Protestant Anglican Lutheran Jewish Muslim Islamic Buddhist Hindu Orthodox Latin Western Eastern "
    "Northern Southern Southeast Northeast Southwest Northwest Public Civil Middle Upper Lower Great Greater Grand Holy Los Las Santa Mount Lake Fort Port Cape "
    "National World International European Federal Royal United Central American British University Ministry Department Bank House Supreme High Institute New "
    "South North West East Chinese American British French German Japanese Indian Russian Canadian Australian African Asian Silicon".split()
)
_TITLE_WORDS = frozenset(
    "founder partner ceo cto cfo coo chairman director manager researcher analyst engineer scientist economist investor angel "
    "secretary chief executive prime deputy former local retired said says".split()
).union(map(str.lower, HONORIFIC_WORDS_EN))


__all__ = ["english_introductions", "is_namesake", "names_within_sentences"]
