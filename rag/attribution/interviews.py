"""Interviews: the labels of their turns, whom each stands for, and where a turn ends."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rag.attribution.mentions import Mentions
from rag.names.honorifics import HONORIFICS_EN
from rag.names.titles import TITLES_EN
from rag.text.dates import CALENDAR_EN
from rag.types import Role

# What stands before a colon in notices.
_NO_LABELS = frozenset(
    "When Where What Who Why How Price Prices Time Times Date Dates Place Venue Ticket Tickets Address Phone Tel Email E-mail Website Web Cost Location Ingredients "
    "Note Notes Source Sources".split()
)
_LABEL = re.compile(r"(?P<label>[^\s:。,!?;“”\"\n][^:。,!?;“”\"\n]{0,23}):\s*(?=\S)")
# A last name and a first one: "Odell, Ramona: ".
_TURNED = re.compile(
    r"(?P<last>(?:[a-z]{2,3}\s){0,2}[A-Z][\w'’-]{1,20}),\s(?P<first>[A-Z][\w'’-]{1,20}(?:\s[A-Z][\w'’.-]{0,20})?):\s*(?=\S)"
)
_ASKER, _ANSWERER = frozenset("Q 问 問 Question".split()), frozenset("A 答 Answer".split())
_PARTS = _ASKER | _ANSWERER | frozenset("记者 記者 主持人 编辑 編輯 采访者 採訪者 Interviewer Reporter Host Moderator".split())
_INTERVIEWER = {"en": ("the interviewer", "the interviewee"), "zh": ("\u91c7\u8bbf\u8005", "\u53d7\u8bbf\u8005")}
_DESCRIBED = re.compile(rf"the interview(?:er|ee)|\u91c7\u8bbf\u8005|\u53d7\u8bbf\u8005|(?:The\s)?(?i:{TITLES_EN})")
_PERSON_SHAPED = re.compile(
    rf"(?:{HONORIFICS_EN}\s[A-Z][\w'’-]+|(?!The\s)[A-Z][a-zà-ÿ][\w'’-]*(?:\s(?:[a-z]{{2,3}}\s)?[A-Z][\w'’.-]*){{1,3}})"
)
_LABEL_SHAPED = re.compile(r"[A-Z][\w'’.-]*(?:\s[A-Z][\w'’.-]*){0,3}\s?")
_ITEM = re.compile(r"\s*(?:[-*+\u2022\u00b7\u2013]|\d{1,2}[.)])\s")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_FIRST_PERSON = re.compile(
    r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e(?! (?:have |had )?(?:contacted|asked|approached|invited))|[Uu]s|[Oo]ur|[Oo]urs)\b"
)
_FULL_NAME = r"[A-Z][\w'’-]{1,30}(?: [A-Z][\w'’.-]{0,30}){1,2}"
_ANNOUNCED = re.compile(
    r"\b(?:[Ss]poke (?:to|with)|[Tt]alk(?:ed|s|ing)? (?:to|with)|[Ss]at down with|[Cc]aught up with|[Ii]nterview(?:ed)?(?: with)?|[Mm]et|[Qq]uestions (?:for|to)|[Cc]onversation with|Q&A with)"
    rf"\s(?:[a-z'’-]{{1,20}},?\s){{0,6}}?(?P<name>{_FULL_NAME})"
)
_ENDS_TURNS = re.compile(
    r"^(?:本文|以上|免责|声明|版权|来源|编者按|编注|更正|\(完\)|(?:This|The) (?:interview|conversation|transcript|recording|discussion|article|story) |"
    r"(?:Clarifications?|Corrections?|Editor['’]s note|Editors['’] note|Note|Notes|Updated?|Disclosure|Sources?|Photo(?:graph)?s?|Pictures?|Related)\b[^.!?\n]{0,40}:|"
    r"Additional reporting|Asked (?:afterwards|later|whether|about|if|by)\b|"
    r"The (?:committee|meeting|session|hearing|inquiry|sitting|debate|event|call) (?:was )?(?:then )?(?:adjourned|rose|ended|closed|concluded|finished)\b)"
)


class Label(NamedTuple):
    """What stands before a colon at the start of a paragraph, where it ends, and where the words behind the colon begin."""

    name: str
    end: int
    words: int


def label_of(line: str) -> Label | None:
    """The label with which a paragraph begins, whether or not it is one of an interview; a last name before the first is turned."""
    if found := _LABEL.match(line):
        return Label(found["label"].strip(), found.end("label"), found.end())
    turned = _TURNED.match(line)
    if not turned or not CALENDAR_EN.isdisjoint((turned["first"].lower(), turned["last"].lower())):
        return None
    last = turned["last"].capitalize() if turned["last"].isupper() else turned["last"]
    return Label(f"{turned['first']} {last}", turned.end("first"), turned.end())


def ends_turns(line: str) -> bool:
    """Whether a paragraph is the editor's again, by how it begins."""
    return _ENDS_TURNS.match(line) is not None


def kind_of_label(name: str) -> str:
    """What a label stands for that is no known person's name: "person", "organisation" or "source", as `Speaker.kind` has it."""
    if _PERSON_SHAPED.fullmatch(name):
        return "person"
    return "source" if name in _PARTS or _DESCRIBED.fullmatch(name) else "organisation"


def turn_labels(text: str, blocks: Sequence[tuple[int, int, Role]], mentions: Mentions) -> dict[str, str]:
    """The labels of an interview's turns and the names they stand for; empty where the text is none."""
    english = mentions.language == "en"
    lines = [text[start:end] for start, end, _ in blocks]
    labelled = [(head.name, line) for line in lines if (head := label_of(line)) and head.name not in _NO_LABELS]
    written = [name for name, _ in labelled]
    longer = {label for label in written if _PERSON_SHAPED.fullmatch(label)}
    fuller: dict[str, set[str]] = defaultdict(set)
    for name in longer:
        for part in (name.split()[0], name.split()[-1]):
            fuller[part].add(name)
    whose = {label: _labelled(label, fuller, mentions) for label in written}
    people = set(mentions.forms.values())
    counts = Counter(whose[label] for label in written)
    often = {name for name, count in counts.items() if count >= 2}
    if len(often) < 2 or sum(counts[name] for name in often) < 4:
        return {}
    named = Counter(mention.name for mention in mentions.within(text))
    main = _announced(text, blocks, mentions) if english else None
    if main is None and named:
        main = named.most_common(1)[0][0]
    elif main is None and english and often & _ANSWERER:
        main = _guest(text, blocks)
    asker, answerer = _INTERVIEWER[mentions.language]
    asking = Counter(whose[name] for name, line in labelled if line.rstrip()[-1:] == "?")
    final = max(i for i, label in enumerate(written) if whose[label] in often)
    within = set(written[:final])
    found = {}
    for label, name in whose.items():
        if name not in often and name not in people and not (name in longer and label in within):
            continue
        paper = " " not in name and re.search(rf"\b[Tt]he\s{re.escape(name)}\b", text)
        known = not paper and name in people or _PERSON_SHAPED.fullmatch(name) or name in _PARTS
        if name in _ASKER or english and not known and 2 * asking[name] > counts[name]:
            found[label] = asker
        else:
            found[label] = (main or answerer) if name in _ANSWERER else name
    return found


def _labelled(label: str, fuller: Mapping[str, set[str]], mentions: Mentions) -> str:
    """The fullest name of whom a label stands for: the one that a longer label or the text has."""
    bare = re.sub(rf"^{HONORIFICS_EN}\s", "", label) if mentions.language == "en" else label
    if name := mentions.forms.get(label) or mentions.forms.get(bare):
        return name
    found = fuller.get(bare, set()) - {label}
    return next(iter(found)) if len(found) == 1 else label


def _announced(text: str, blocks: Sequence[tuple[int, int, Role]], mentions: Mentions) -> str | None:
    """The one person with whom an English interview says that it is."""
    first = next((start for start, end, _ in blocks if label_of(text[start:end])), 0)
    names = {mentions.forms.get(m["name"], m["name"]) for m in _ANNOUNCED.finditer(text, 0, first)}
    return names.pop() if len(names) == 1 else None


def _guest(text: str, blocks: Sequence[tuple[int, int, Role]]) -> str | None:
    """The one name that the first line of an English interview and its text both have."""
    title = next(((start, end) for start, end, _ in blocks), (0, 0))
    names = {m[0] for m in re.finditer(_FULL_NAME, text[slice(*title)]) if text.find(m[0], title[1]) >= 0}
    return names.pop() if len(names) == 1 else None


def goes_on(line: str, who: str, labels: Mapping[str, str], mentions: Mentions, *, between: bool) -> bool:
    """Whether a paragraph without a label may be of the turn before: always until the last label where nothing speaks
    against it; behind that, an English one only if somebody speaks of himself in it.
    """
    english = mentions.language == "en"
    label = label_of(line)
    if label and label.name in labels:
        return True
    if ends_turns(line) or _ITEM.match(line) or _ASIDE.fullmatch(line.strip()):
        return False
    outside = re.sub('[\u201c\u300c"][^\u201d\u300d"]*[\u201d\u300d"]', "", line)
    last = who.rsplit(maxsplit=1)[-1]
    if any(mention.name == who for mention in mentions.within(outside)) or re.search(rf"\b{re.escape(last)}\b", outside):
        return False
    if english and label and _LABEL_SHAPED.fullmatch(line, 0, label.end):
        return False
    return not english or between or bool(_FIRST_PERSON.search(outside))


__all__ = ["Label", "ends_turns", "goes_on", "kind_of_label", "label_of", "turn_labels"]
