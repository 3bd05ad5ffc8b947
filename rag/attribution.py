"""Who said it: attribute what is said in an article to those who say it.

Chinese (both scripts) and English, by rules over sentences, quotations and the words of saying; other languages are left
unattributed. Forms follow the literature on quotation attribution (direct, indirect and anaphoric: Pareti, 2015, "Attribution:
A Computational Approach"); an interview turn and an announced talk are forms of their own. Each utterance keeps the range of
the cue that decided, and how often that kind of cue was right on the development annotations.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rag.cleaning import CleanText
from rag.cues import DOTS, HAN, SAYS_EN
from rag.english_names import is_namesake, names_within_sentences
from rag.folding import narrow, simplify
from rag.grammars import BODY_EN, KIN_ZH, NO_RUNES, ORGANISATION_ZH, RUNES, grammar_of
from rag.people import Person, find_people
from rag.sentences import quotation_spans, sentence_ends
from rag.surnames import romanised
from rag.titles import HONORIFICS_EN, KIN_EN, PEOPLE_ZH, TITLES_EN
from rag.transliteration import DOT, DOTTED_NAME, find_transliterated, is_transliterated
from rag.types import Article, Attribution, Form, Role, Speaker, Utterance


@dataclass(frozen=True, slots=True)
class _Cue:
    """Somebody says something: the range of subject and verb in the paragraph, who, and by what kind of words."""

    start: int
    end: int
    who: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Said:
    """An utterance in readable positions."""

    start: int
    end: int
    who: str
    form: Form
    cue: tuple[int, int]
    kind: str


def attribute(article: Article, cleaned: CleanText) -> Attribution:
    """Attribute the utterances of an article's body."""
    language = article.metadata.language
    if language not in ("zh", "en"):
        return Attribution((), ())
    text = simplify(narrow(cleaned.text))
    people = find_people(text, cleaned.text, language)
    blocks = [
        (*cleaned.clean_range(b.start, b.end), b.role) for b in article.blocks if b.role in (Role.TITLE, Role.BODY, Role.HEADING)
    ]
    said = _Reader(text, cleaned.text, people, language).read(blocks)
    said.sort(key=lambda s: (s.start, s.end))
    known = {person.name: person for person in people}
    speakers: dict[str, Speaker] = {}
    for one in said:
        if one.who not in speakers or speakers[one.who].kind == "source":
            speakers[one.who] = _speaker(one, known, text)
    return Attribution(tuple(_utterance(s, cleaned) for s in said), tuple(speakers.values()))


def _speaker(said: _Said, known: Mapping[str, Person], text: str) -> Speaker:
    person = known.get(said.who)
    if person is None and said.kind == "turn" and _PERSON_SHAPED.fullmatch(said.who):
        return Speaker(said.who)
    if person is None:
        if said.kind == "organisation" and _is_proper(simplify(said.who), ("nrt",)):
            return Speaker(said.who)
        described = said.who in _PARTS or _DESCRIBED.fullmatch(said.who)
        return Speaker(
            said.who, kind="organisation" if said.kind == "organisation" or said.kind == "turn" and not described else "source"
        )
    role = person.roles[0] if person.roles else None
    return Speaker(
        person.name, role, person.aliases, None if _is_foreign(person, text) else romanised(person.name), person.pseudonym
    )


_DOTTED = re.compile(rf"[{HAN}][{DOTS}][{HAN}]")


def _is_foreign(person: Person, text: str) -> bool:
    """Whether the article makes it likely that a Han name stands for a western one: by its characters, by its place in a longer
    name with dots, or by a Latin form that has nothing of its pinyin.
    """
    name = simplify(narrow(person.name))
    if any(dot + name in text or name + dot in text for dot in DOTS):
        return True
    latin = [alias for alias in person.aliases if re.match("[A-Za-z]", alias)]
    spelt = bool(latin) and not any(
        part.lower() in " ".join(latin).lower().split() for part in (romanised(person.name) or "").split()
    )
    return is_transliterated(name, spelt or bool(_DOTTED.search(text)))


def _utterance(said: _Said, cleaned: CleanText) -> Utterance:
    start, end = cleaned.raw_range(said.start, said.end)
    return Utterance(start, end, said.who, said.form, cleaned.raw_range(*said.cue), CONFIDENCE[said.kind])


# How often the speaker was right in the development parts of eval/speakers.jsonl and eval/news.jsonl, by kind of cue:
# (right + 1) / (all + 2). Of the last two kinds there was no case; theirs is a guess.
CONFIDENCE = {
    "turn": 0.97,
    "talk": 0.92,
    "named": 0.97,
    "framed": 0.9,
    "finding": 0.89,
    "pronoun": 0.97,
    "unnamed": 0.93,
    "organisation": 0.94,
    "institution": 0.8,
    "quoted on": 0.94,
    "carried over": 0.93,
    "said on": 0.91,
    "named beside": 0.7,
    "mouth": 0.7,
}

_GENERIC = frozenset(
    "数据 市场 行业 业内 外界 公司 该公司 机构 平台 团队 企业 政府 媒体 一般 普遍 大家 公开数据 数据显示 研究 报告 报道 公司内部 我们 他们 有人 人们 其中 同时 此外 对此 全部 内部 一部 大部".split()
)
_NOBODY_EN = frozenset(
    "He She They We You It I This That These Those There Here Nobody Everyone Everybody Somebody Someone Anyone Anybody Who What Which Some Many Most Few Others "
    "Another All Both Neither None No One".split()
)
# What stands before a colon in notices.
_NO_LABELS = frozenset(
    "When Where What Who Why How Price Prices Time Times Date Dates Place Venue Ticket Tickets Address Phone Tel Email E-mail Website Web Cost Location Ingredients "
    "Note Notes Source Sources".split()
)
_LABEL = re.compile(r"(?P<label>[^\s:。,!?;“”\"\n][^:。,!?;“”\"\n]{0,23}):\s*(?=\S)")
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
_ANNOUNCED = re.compile(
    r"\b(?:[Ss]poke (?:to|with)|[Tt]alk(?:ed|s|ing)? (?:to|with)|[Ss]at down with|[Cc]aught up with|[Ii]nterview(?:ed)?(?: with)?|[Mm]et|[Qq]uestions (?:for|to)|[Cc]onversation with|Q&A with)"
    r"\s(?:[a-z'’-]{1,20},?\s){0,6}?(?P<name>[A-Z][\w'’-]{1,30}(?: [A-Z][\w'’.-]{0,30}){1,2})"
)
_ENDS_TURNS = re.compile(
    r"^(?:本文|以上|免责|声明|版权|来源|编者按|编注|更正|\(完\)|(?:This|The) (?:interview|conversation|transcript|recording|discussion|article|story) |"
    r"(?:Clarifications?|Corrections?|Editor['’]s note|Editors['’] note|Note|Notes|Updated?|Disclosure|Sources?|Photo(?:graph)?s?|Pictures?|Related)\b[^.!?\n]{0,40}:|"
    r"Additional reporting|Asked (?:afterwards|later|whether|about|if|by)\b|"
    r"The (?:committee|meeting|session|hearing|inquiry|sitting|debate|event|call) (?:was )?(?:then )?(?:adjourned|rose|ended|closed|concluded|finished)\b)"
)
_STARTS_ANEW_ZH = re.compile(
    r"^(?:但是?在|而在|与此同时|值得|不过|然而|实际上|事实上|显然|如何|以.{2,12}为例|如今|目前|接下来|总体|这[家也都就恰意]|也许|该公司)"
)
_DATA_ZH = re.compile(r"数据显示|公开(?:数据|资料|信息)")
_LED_UP_TO = re.compile(r"(?:[,:]|[一二三四]是)$")
_SHORTEST_QUOTE = 10
_TERM = re.compile("[\u201c\u300c]\u25a1{1,8}[\u201d\u300d]")  # a term in quotation marks, blotted out
# Somebody whom no rule knows, as the subject of a sentence: a later "he" may mean him.
_STRANGER_EN = re.compile(
    r"(?:(?<=[.!?] )|(?<=[.!?]\n)|^)(?:[A-Z]?[a-z]+ ){0,3}(?!The |A |An )[A-Z][a-z]+ [A-Z][a-z]+(?= (?:has|had|is|was|does|did|who|never|also|lives|runs|owns)\b)",
    re.MULTILINE,
)
_PRONOUN = re.compile(r"(?<![其吉])他(?!们)|她(?!们)|\b[Hh]e\b|\b[Ss]he\b")
_SAID_BY_ANOTHER_EN = re.compile(rf"[a-z],? (?:had |has )?(?:{SAYS_EN})(?: that|:|,)? $")
_ACTS_EN = re.compile(
    r"(?P<name>(?!The |It |He |She |They |We |You |This |That |There |Nobody |Nothing |Everyone |Everybody |Someone |Somebody |Neither |Both |All )[A-Z][a-z]+(?<!s)(?: [A-Z][a-z]+)?) "
    r"(?:[a-z]{2,14}ed|laughs?|smiles?|shrugs?|nods?|sighs?|shook|was|is|has|had|says?|said|did)\b"
)
_NOBODY = ""  # a pronoun whose person is not known speaks: what it says is no one else's
_OF_WHOM = re.compile(
    rf"{KIN_ZH}|['’]s (?:wife|husband|mother|father|son|daughter|brother|sister|colleague|lawyer|friend|neighbou?r|partner|boss)\b"
)
_WORKS_EN = (
    r"(?:book|novel|novella|essay|treatise|hymn|song|ballad|poem|poetry|play|opera|symphony|film|movie|album|single|painting|sculpture|paper|pamphlet|tract|thesis|"
    r"dissertation|memoir|autobiography|biography|catechism|sermon|chapter|title|titled|entitled)s?"
)
# The quotation marks behind are those of a title.
_TITLED_EN = re.compile(rf"(?:\b{_WORKS_EN}|['’]s(?:\s[A-Z][\w'’-]*){{1,6}},)\s\Z")
_SENTENCE_MARK = re.compile("[。.!?\n”」]")
# A sentence ends; what may stand between two clauses of one sentence, each with a subject of its own; the end of a clause
# that is nothing but who says something; words that lead to what is reported.
_STOP_EN = re.compile(r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bSt)(?<!\bProf)[.!?\u2026][\"”]?\s+(?=[\"“A-Z])|\n")
_NEW_CLAUSE_EN = re.compile(
    r"[.;:!?\"“”\n—–]|,\s(?:(?:and|but|while|whereas|though|although|as|yet|so|then|when|after|before)\s(?:[\w'’-]{1,20}\s){0,4})?$|\s(?:but|while|whereas)\s(?:[\w'’-]{1,20}\s){0,4}$"
)
_ENDS_TAG = re.compile(r"[.,]|\s(?:in|at|on|to|after|before|as|with|last|yesterday|later|outside|during)\b[^:\"“]{0,80}\.")
_REPORTS_EN = re.compile(
    r"(?:and\s|but\s)?\b(?:that|whether|how|why|because|if|adding|saying|warning|arguing|insisting|noting|claiming|suggesting|predicting|explaining)\b"
)
_BARE_LEAD_EN = re.compile(
    r"\s*(?:(?:on|in|at|to|last|yesterday|today|earlier)\b[^,.;:]{0,40}\s)?that\s*|\s(?:him|her|it|them|this|that)\s(?:\w+\s){0,2}as\s*"
)
_THE_HOLDER = re.compile(rf"[Tt]he\s(?:new\s|newly elected\s)?(?P<role>(?:[a-z-]{{2,20}}\s){{0,3}}?(?:{TITLES_EN}))")
_LONGEST = 3_000
_REOPENS = ('"', "\u201c", "\u300c")
_INSIDE = re.compile(r"[,。!?;:.…]")


class _Reader:
    """Reads an article's paragraphs in order and remembers who spoke last."""

    def __init__(self, text: str, shown: str, people: Sequence[Person], language: str) -> None:
        self._text = text
        self._shown = shown
        self._people = people
        self._forms = _name_forms(people, text, language)
        self._names = names = "|".join(re.escape(form) for form in sorted(self._forms, key=lambda f: (-len(f), f))) or r"(?!)"
        self._grammar = grammar_of(language)
        self._person = re.compile(rf"(?:{names})" if language == "zh" else rf"\b(?:{names})\b")
        self._language = language
        self._last: str | None = None  # the person who spoke or was named last
        self._spoke: tuple[str, tuple[int, int]] | None = None  # the speaker of the paragraph before, and the cue
        self._near: tuple[str, tuple[int, int]] | None = None  # the person whom the paragraph before named or quoted last
        self._source: str | None = None  # the last source without a name
        self._is_followed = True  # whether the paragraph before speaks of somebody, so that a pronoun may go on from it
        # First names and surnames that are no form of anybody's here.
        self._namesakes = {part for name in names_within_sentences(text) for part in name.split()} if language == "en" else set()
        self._lately: set[str] = set()  # whom this paragraph names so far
        self._genders = _genders(text, self._forms) if language == "en" else {}
        self._proper = (
            set(re.findall(r"[a-z,] ([A-Z][a-z]+)\b", text)) if language == "en" else set()
        )  # capitals within sentences
        # What the text says to be a body or a ship is no he or she, whatever the name looks like.
        self._bodies = {self._forms[m[1]] for m in re.finditer(rf"{BODY_EN},?\s({names})\b", text)} if language == "en" else set()

    def read(self, blocks: Sequence[tuple[int, int, Role]]) -> list[_Said]:
        """All utterances, in order."""
        labels = self._labels(blocks)
        lines = [self._text[start:end] for start, end, _ in blocks] if labels else []
        final = max((i for i, line in enumerate(lines) if (m := _LABEL.match(line)) and m["label"].strip() in labels), default=-1)
        turn: tuple[str, tuple[int, int]] | None = None
        talk: tuple[str, tuple[int, int]] | None = None
        said: list[_Said] = []
        for number, (start, end, role) in enumerate(blocks):
            line = self._text[start:end]
            if turn and (role is Role.HEADING or not self._goes_on(line, turn[0], labels, number < final)):
                turn = self._spoke = self._near = None
            if role is Role.TITLE:
                said += self._headline(start, end)
                continue
            found = self._grammar.talk.match(self._in_runes(line)) if len(line) <= _LONGEST else None
            label = _LABEL.match(line)
            if label and (who := labels.get(label["label"].strip())):
                turn = (who, (start, start + label.end("label")))
                said += self._whole(start + label.end(), end, turn, Form.INTERVIEW, "turn")
            elif (turn or talk) and role is Role.HEADING:
                continue  # the editor's words
            elif turn:
                said += self._whole(start, end, turn, Form.INTERVIEW, "turn")
            elif found:
                talk = (self._forms[line[slice(*found.span("who"))]], (start, end))
            elif talk and not _ENDS_TURNS.match(line):
                said += self._whole(start, end, talk, Form.TALK, "talk")
            else:
                for first, last in self._pieces(start, end):
                    said += self._paragraph(first, last)
        return said

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The paragraph, cut at sentences where it is very long: work within one grows with the square of its length."""
        position = start
        for _, last in self._sentences(start, end) if end - start > _LONGEST else ():
            while last - position > _LONGEST:
                yield position, position + _LONGEST
                position += _LONGEST
            if last - position > _LONGEST // 2:
                yield position, last
                position = last
        if position < end:
            yield position, end

    def _headline(self, start: int, end: int) -> Iterator[_Said]:
        """What a headline such as "Name: …" says."""
        found = re.match(rf"[^:\n]{{0,24}}?(?P<who>{self._names}):\s*(?=\S)", self._text[start:end])
        if found:
            cue = (start + found.start("who"), start + found.end("who"))
            yield _Said(start + found.end(), end, self._forms[found["who"]], Form.INTERVIEW, cue, "turn")

    def _labels(self, blocks: Sequence[tuple[int, int, Role]]) -> dict[str, str]:
        """The labels of an interview's turns and the names they stand for; empty where the article is none."""
        matches = [match for start, end, _ in blocks if (match := _LABEL.match(self._text[start:end]))]
        matches = [match for match in matches if match["label"].strip() not in _NO_LABELS]
        written = [match["label"].strip() for match in matches]
        longer = {label for label in written if _PERSON_SHAPED.fullmatch(label)}
        fuller: dict[str, set[str]] = defaultdict(set)
        for name in longer:
            for part in (name.split()[0], name.split()[-1]):
                fuller[part].add(name)
        whose = {label: self._labelled(label, fuller) for label in written}
        people = set(self._forms.values())
        counts = Counter(whose[label] for label in written)
        often = {name for name, count in counts.items() if count >= 2}
        if len(often) < 2 or sum(counts[name] for name in often) < 4:
            return {}
        named = Counter(self._forms[match[0]] for match in self._person.finditer(self._text) if match[0] in self._forms)
        main = self._announced(blocks)
        if main is None:
            main = named.most_common(1)[0][0] if named else self._guest(blocks) if often & _ANSWERER else None
        asker, answerer = _INTERVIEWER[self._language]
        asking = Counter(whose[m["label"].strip()] for m in matches if m.string.rstrip()[-1:] == "?")
        final = max(i for i, label in enumerate(written) if whose[label] in often)
        within = set(written[:final])
        found = {}
        for label, name in whose.items():
            if name not in often and name not in people and not (name in longer and label in within):
                continue
            paper = " " not in name and re.search(rf"\b[Tt]he\s{re.escape(name)}\b", self._text)
            known = not paper and name in people or _PERSON_SHAPED.fullmatch(name) or name in _PARTS
            if name in _ASKER or self._language == "en" and not known and 2 * asking[name] > counts[name]:
                found[label] = asker
            else:
                found[label] = (main or answerer) if name in _ANSWERER else name
        return found

    def _labelled(self, label: str, fuller: Mapping[str, set[str]]) -> str:
        """The fullest name of whom a label stands for: the one that a longer label or the text has."""
        bare = re.sub(rf"^{HONORIFICS_EN}\s", "", label) if self._language == "en" else label
        if name := self._forms.get(label) or self._forms.get(bare):
            return name
        found = fuller.get(bare, set()) - {label}
        return next(iter(found)) if len(found) == 1 else label

    def _announced(self, blocks: Sequence[tuple[int, int, Role]]) -> str | None:
        """The one person with whom an English interview says that it is."""
        first = next((start for start, end, _ in blocks if _LABEL.match(self._text[start:end])), 0)
        if self._language != "en":
            return None
        names = {self._forms.get(m["name"], m["name"]) for m in _ANNOUNCED.finditer(self._text, 0, first)}
        return names.pop() if len(names) == 1 else None

    def _goes_on(self, line: str, who: str, labels: Mapping[str, str], between: bool) -> bool:
        """Whether a paragraph without a label may be of the turn before: always until the last label where nothing speaks
        against it; behind that, an English one only if somebody speaks of himself in it.
        """
        label = _LABEL.match(line)
        if label and label["label"].strip() in labels:
            return True
        if _ENDS_TURNS.match(line) or _ITEM.match(line) or _ASIDE.fullmatch(line.strip()):
            return False
        outside = re.sub('[\u201c\u300c"][^\u201d\u300d"]*[\u201d\u300d"]', "", line)
        last = who.rsplit(maxsplit=1)[-1]
        if any(self._forms.get(m[0]) == who for m in self._person.finditer(outside)) or re.search(
            rf"\b{re.escape(last)}\b", outside
        ):
            return False
        if self._language == "en" and label and _LABEL_SHAPED.fullmatch(label["label"]):
            return False
        return self._language != "en" or between or bool(_FIRST_PERSON.search(outside))

    def _guest(self, blocks: Sequence[tuple[int, int, Role]]) -> str | None:
        """The one name that the first line of an interview and its text both have."""
        title = next(((start, end) for start, end, _ in blocks), (0, 0))
        pattern = r"[A-Z][\w'’-]{1,30}(?: [A-Z][\w'’.-]{0,30}){1,2}" if self._language == "en" else r"(?!)"
        names = {m[0] for m in re.finditer(pattern, self._text[slice(*title)]) if self._text.find(m[0], title[1]) >= 0}
        return names.pop() if len(names) == 1 else None

    def _whole(self, start: int, end: int, who: tuple[str, tuple[int, int]], form: Form, kind: str) -> Iterator[_Said]:
        for first, last in self._sentences(start, end):
            yield _Said(first, last, who[0], form, who[1], kind)

    def _sentences(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        position = start
        for stop in sentence_ends(self._text[start:end]):
            first, last = _trimmed(self._text, position, start + stop)
            position = start + stop
            if first < last:
                yield first, last

    def _paragraph(self, start: int, end: int) -> list[_Said]:
        quotes = self._quotations(start, end)
        masked = self._masked(start, end, quotes)
        if not self._is_followed:
            self._last = None
        cues = self._cues(masked, start)
        telling = [q for q in quotes if self._tells(q, start, end, cues)]
        said = sorted([*self._quoted(telling, cues, masked, start, end), *self._titles(start, end)], key=lambda s: s.start)
        reported = self._reported(start, end, [(s.start - 1, s.end + 1) for s in said], cues, said)
        spoken = sorted([*said, *reported], key=lambda s: s.start)
        if cues and (not spoken or cues[-1].start > spoken[-1].start):
            self._spoke = (cues[-1].who, (cues[-1].start, cues[-1].end)) if cues[-1].who != _NOBODY else None
        elif spoken:
            self._spoke = (spoken[-1].who, spoken[-1].cue)
        elif quotes or end - start > 30:
            self._spoke = None
        if self._spoke and self._spoke[0] == _NOBODY:
            self._spoke = None
        named = [m for m in self._person.finditer(masked) if m[0] in self._forms]
        self._is_followed = bool(named or spoken or cues or _PRONOUN.search(masked))
        self._near = self._spoke
        if named and not self._spoke and not (cues and cues[-1].who == _NOBODY):
            self._near = (self._forms[named[-1][0]], (start + named[-1].start(), start + named[-1].end()))
        return [s for s in spoken if s.who != _NOBODY]

    def _quotations(self, start: int, end: int) -> list[tuple[int, int]]:
        """The quotations of a paragraph; where scraping lost an opening mark, from the start of the sentence."""
        spans = [(start + a, start + b) for a, b in quotation_spans(self._text[start:end])]
        if (opened := self._left_open(start, end, spans[-1][1] if spans else start)) is not None:
            spans.append((opened, end + 1))
        lone = [m.start() + start for m in re.finditer("[\u201d\u300d]", self._text[start:end])]
        covered = [a for a, _ in spans]
        lone = [p for p in lone if not (i := bisect_right(covered, p)) or p >= spans[i - 1][1]]
        sentences = list(self._sentences(start, end)) if lone else []
        for place in lone:
            first = next((a for a, b in sentences if a < place < b), place)
            first = max([first, *(b for _, b in spans if b <= place)])
            if place - first > _SHORTEST_QUOTE:
                spans.append((first - 1, place + 1))
        return sorted(spans)

    def _left_open(self, start: int, end: int, after: int) -> int | None:
        """Where a quotation opens that the paragraph does not close, since the next one opens with the same mark."""
        following = self._text[end : end + 40].lstrip()[:1]
        if following not in _REOPENS:
            return None
        opened = self._text.find(following, after, end)
        return opened if 0 <= opened < end - _SHORTEST_QUOTE else None

    def _masked(self, start: int, end: int, quotes: Iterable[tuple[int, int]]) -> str:
        """The paragraph with everything within quotation marks and title marks blotted out."""
        line = list(self._text[start:end])
        for a, b in quotes:
            line[a - start + 1 : b - start - 1] = "\u25a1" * (b - a - 2)
        masked = "".join(line)
        return re.sub(r"《([^《》\n]{1,80})》", lambda found: "《" + "\u25a1" * len(found[1]) + "》", masked)

    def _cues(self, masked: str, offset: int) -> list[_Cue]:
        """The cues of a paragraph in order, without overlap; references back are resolved on the way."""
        found = []
        named = self._in_runes(masked)
        for order, (kind, pattern) in enumerate(self._grammar.cues):
            for match in pattern.finditer(named):
                found.append((match.start("who"), order, kind, match))
        mentions = self._topics(masked)
        self._lately = {self._forms[m[0]] for m in self._person.finditer(masked) if m[0] in self._forms}
        known = sorted(at for at, _, kind, _ in found if kind not in ("organisation", "data", "stranger"))
        cues: list[_Cue] = []
        reached = 0
        for at, _, kind, match in sorted(found, key=lambda f: (f[0], f[1])):
            if (
                min(at, match.start("verb")) < reached
                or kind == "unnamed"
                and any(at < p < match.start("verb") for p, _ in mentions)
            ):
                continue
            if self._language == "en" and cues and _is_within_another(masked[reached : min(at, match.start("verb"))]):
                continue
            if self._language == "en" and kind in ("stranger", "unnamed"):
                described = masked[slice(*match.span("who"))]
                if (holder := self._holder(described, masked, offset + at)) is not None:
                    first, last = sorted([match.span("who"), match.span("verb")])
                    cues.append(_Cue(offset + first[0], offset + last[1], holder, "pronoun"))
                    self._last, reached = holder, last[1]
                    continue
            if kind == "stranger":
                if self._is_stranger(match, masked, known, reached if cues else 0):
                    first, last = sorted([match.span("who"), match.span("verb")])
                    cues.append(_Cue(offset + first[0], offset + last[1], _NOBODY, kind))
                    self._last, reached = _NOBODY, last[1]
                continue
            for place, name in mentions:
                if reached <= place < at:
                    self._last = name
            who, kind = self._resolve(masked[slice(*match.span("who"))], kind, offset + at)
            if who is None and kind != "pronoun":
                continue
            first, last = sorted([match.span("who"), match.span("verb") if match["verb"] else match.span("who")])
            cues.append(_Cue(offset + first[0], offset + last[1], who or _NOBODY, kind))
            reached = last[1]
            if who is None:
                continue
            if kind not in ("organisation", "institution"):
                self._last = who
            elif self._language == "en" or not re.search(rf"{ORGANISATION_ZH}$", masked[slice(*match.span("who"))]):
                self._last = _NOBODY  # a proper name that may be a person's as well
            if kind == "unnamed":
                self._source = who
        if mentions and mentions[-1][0] >= reached:
            self._last = mentions[-1][1]
        return cues

    def _holder(self, described: str, masked: str, at: int) -> str | None:
        """The one person of whom the text has said before that he is what an English description has ("the new mayor")."""
        if not (found := _THE_HOLDER.fullmatch(described)):
            return None
        holds = re.compile(rf"\b{re.escape(found['role'])}\b", re.IGNORECASE)
        names = {person.name for person in self._people if any(holds.search(role) for role in person.roles)}
        if len(names) != 1:
            return None
        name = names.pop()
        return (
            name
            if any(self._forms.get(m[0]) == name for m in self._person.finditer(self._text, max(0, at - 2_000), at))
            else None
        )

    def _is_stranger(self, match: re.Match[str], masked: str, known: Sequence[int], reached: int) -> bool:
        """Whether the subject of a cue is somebody whom no rule knows, and the sentence has no other cue so far."""
        start, end = match.start("who"), match.start("verb")
        here = bisect_left(known, start)
        if here < len(known) and known[here] < end or reached and not _SENTENCE_MARK.search(masked, reached, start):
            return False
        words = masked[start:end]
        named = self._person.search(words)
        if named:
            return bool(_OF_WHOM.match(words, named.end()))
        if end < start and self._person.search(masked, start, match.end("who")):
            return False
        return self._language == "en" or _is_somebody(words)

    def _in_runes(self, text: str) -> str:
        """The text with every name in runes."""
        return self._person.sub(lambda found: RUNES[0] + RUNES[1] * (len(found[0]) - 1), text.translate(NO_RUNES))

    def _topics(self, masked: str) -> list[tuple[int, str]]:
        """The first person that each sentence names, where no pronoun stands before: whom a later "he" means."""
        topics = []
        position = 0
        for stop in sentence_ends(masked):
            found = self._person.search(masked, position, stop)
            if self._language == "en" and (stranger := _STRANGER_EN.search(masked, position, found.start() if found else stop)):
                topics.append((stranger.start(), _NOBODY))
            elif self._language == "en" and (unknown := _ACTS_EN.match(masked, position)) and self._is_unknown(unknown["name"]):
                topics.append((unknown.start(), _NOBODY))
            if (
                self._language == "zh"
                and (place := _stranger_zh(masked, position)) is not None
                and not (found and found.start() <= place)
            ):
                topics.append((place, _NOBODY))
            pronoun = _PRONOUN.search(masked, position, stop)
            foreigner = self._foreigner(masked, position, found.start() if found else stop) if self._language == "zh" else None
            if foreigner is not None and not (pronoun and pronoun.start() < foreigner):
                topics.append((foreigner, _NOBODY))
            if found and found[0] in self._forms and not (pronoun and pronoun.start() < found.start()):
                topics.append((found.start(), self._forms[found[0]]))
            position = stop
        return topics

    def _foreigner(self, text: str, start: int, end: int) -> int | None:
        """Where a range names somebody with a western name whom no rule knows, if it does."""
        found = find_transliterated(text, start, end)
        return found[0] if found and not self._person.search(text, *found) else None

    def _is_unknown(self, words: str) -> bool:
        """Whether capitalised words are a name within sentences too, and nobody's that is known."""
        return words.split(maxsplit=1)[0] in self._proper and not self._person.search(words)

    def _resolve(self, words: str, kind: str, at: int) -> tuple[str | None, str]:
        """Whom the subject of a cue stands for, and the kind of cue that makes it."""
        if words in self._forms:
            return self._forms[words], "organisation" if self._forms[words] in self._bodies else kind
        shown = self._shown[at : at + len(words)]
        if self._language == "en" and kind in ("unnamed", "institution", "organisation"):
            # "Mr Grant", "The minister Ewan Grant"
            parts = words.split(" ")[:10]
            for ending in (" ".join(parts[i:]) for i in range(1, len(parts))):
                if ending in self._forms:
                    return self._forms[ending], "named"
        if kind == "organisation" and words in self._namesakes:
            return None, kind
        if kind == "institution":
            return shown.strip(), kind
        if kind == "unnamed":
            return re.sub(r"^(?:更有|也有|还有|有)(?=[^些])", "", shown).strip(), kind
        if kind in ("organisation", "data"):
            return _organisation(shown, any_form=kind == "data"), "organisation"
        if words.startswith(("该", "这")) and not words.startswith("该公司"):
            return self._source or self._last, "pronoun"
        return self._agreeing(words), "pronoun"

    def _agreeing(self, pronoun: str) -> str | None:
        """The person who spoke or was named last, unless the text calls that one by the pronoun of the other gender."""
        gender = _GENDER.get(pronoun.lower())
        if self._last is None or gender is None:
            return self._last
        if self._last in self._bodies:
            return None
        if not self._last or self._genders.setdefault(self._last, gender) == gender:
            return self._last
        others = {name for name in self._lately if self._genders.get(name) == gender}
        return others.pop() if len(others) == 1 else None

    def _tells(self, quote: tuple[int, int], start: int, end: int, cues: Sequence[_Cue]) -> bool:
        """Whether a quotation is something said, rather than a term in quotation marks."""
        if self._language == "en" and _TITLED_EN.search(self._text, max(start, quote[0] - 40), quote[0]):
            return False
        inner = self._text[quote[0] + 1 : quote[1] - 1]
        if len(inner) >= _SHORTEST_QUOTE * (1 if self._language == "zh" else 3) or inner and inner[-1] in "。!?.":
            return True
        before = self._text[max(start, quote[0] - 1) : quote[0]]
        if self._language == "en" and self._text[quote[1] : quote[1] + 2] == ", " and any(c.start == quote[1] + 2 for c in cues):
            return True
        introduced = any(0 <= quote[0] - cue.end <= 3 for cue in cues)
        return bool(_INSIDE.search(inner)) or (before in (":", ",") and introduced) or (quote[0] <= start and quote[1] >= end - 1)

    def _quoted(self, quotes: Sequence[tuple[int, int]], cues: Sequence[_Cue], masked: str, start: int, end: int) -> list[_Said]:
        said: list[_Said] = []
        for a, b in quotes:
            before = next((c for c in reversed(cues) if c.end <= a + 1), None)
            after = next((c for c in cues if b <= c.start), None)
            between = masked[before.end - start : a - start] if before else ""
            led = _TERM.sub("", masked[b - start : after.start - start]) if after else ""
            form = Form.DIRECT
            who: str
            beside = True
            if self._language == "en":
                before, after, beside = self._beside((a, b), before, after, masked, start)
                if not beside and said and self._turns_to_another(said[-1], a, masked, start):
                    continue
            if before and len(between) <= 14 and not re.search(r"[。!?\n”」]", between):
                who, cue, kind = before.who, (before.start, before.end), before.kind
            elif after and not re.search(r"[。!?\n“「]", led.strip()[1:] if led[:1] in "。!?," else led) and len(led) <= 40:
                who, cue, kind = after.who, (after.start, after.end), after.kind
            elif self._language == "en" and not (beside and before) and self._is_led_on(b, end):
                continue  # somebody whom no rule knows says it
            elif before and "。" not in between and "\n" not in between:
                who, cue, kind = before.who, (before.start, before.end), "quoted on"
            elif said:
                who, cue, kind = said[-1].who, said[-1].cue, "quoted on"
            elif before:
                who, cue, kind = before.who, (before.start, before.end), "quoted on"
            elif masked[a - start - 1 : a - start] in (",", ":") and (named := self._named_before(masked, a - start)):
                who, place = named
                cue, kind = (start + place[0], start + place[1]), "named beside"
            elif self._spoke and not masked[: a - start].strip():
                (who, cue), kind, form = self._spoke, "carried over", Form.BACK_REFERENCE
            elif _LED_UP_TO.search(masked, 0, a - start) and self._near:
                (who, cue), kind, form = self._near, "carried over", Form.BACK_REFERENCE
            else:
                continue
            if kind == "pronoun":
                form = Form.BACK_REFERENCE
            first, last = _trimmed(self._text, a + 1, b - 1)
            if first < last:
                said.append(_Said(first, last, who, form, cue, kind))
        return said

    def _beside(
        self, quote: tuple[int, int], before: _Cue | None, after: _Cue | None, masked: str, start: int
    ) -> tuple[_Cue | None, _Cue | None, bool]:
        """Of the cues before and after an English quotation, those that may give its speaker, and whether one is of its sentence.

        A cue of the same sentence goes before one of another; what follows in the next sentence counts only where that is
        nothing but the cue ("Why?" Rao asked.).
        """
        a, b = quote
        since = before is not None and not _STOP_EN.search(self._with_ends(masked, start), before.end - start, a - start + 1)
        if after is not None:
            between = self._text[b - 2] + masked[b - start - 1 : after.start - start + 1]
            lone = self._text[b - 2] in ",?!\u2026" and _ENDS_TAG.match(masked, after.end - start)
            if _STOP_EN.search(between) and not (lone and not _STOP_EN.search(between[1:])):
                after = None
        if after is not None and not since:
            before = None
            if _SAID_BY_ANOTHER_EN.search(masked, 0, a - start):
                after = None
        return before, after, since or after is not None

    def _with_ends(self, masked: str, start: int) -> str:
        """The paragraph as masked, with the last character of each quotation as it is."""
        line = list(masked)
        for found in re.finditer(r"\u25a1(?=[\"”])", masked):
            line[found.start()] = self._text[start + found.start()]
        return "".join(line)

    def _is_led_on(self, b: int, end: int) -> bool:
        """Whether the sentence goes on behind an English quotation, as with a speaker whom no rule knows."""
        rest = self._text[b:end]
        if self._text[b - 2] == ",":
            return bool(rest.strip())
        return bool(re.match(r",?\s[a-z]|,?\s(?:[A-Z][\w'’-]+\s){1,3}[a-z]+(?:ed|s|t|w|d)[.,]", rest))

    def _turns_to_another(self, last: _Said, a: int, masked: str, start: int) -> bool:
        """Whether a sentence between the utterance before and the position is about somebody else."""
        names = (name for place, name in self._topics(masked) if last.end <= start + place < a)
        return any(name != last.who for name in names)

    def _named_before(self, masked: str, end: int) -> tuple[str, tuple[int, int]] | None:
        """The first person named in the sentence that leads up to a position, and where."""
        start = max(masked.rfind(mark, 0, end) for mark in "。!?\n") + 1
        found = self._person.search(masked, start, end)
        return (self._forms[found[0]], found.span()) if found and found[0] in self._forms else None

    def _titles(self, start: int, end: int) -> Iterator[_Said]:
        """What somebody says in the title of a text that is quoted: a name, a colon, and the words."""
        for found in re.finditer(rf"《(?P<who>{self._names}):(?P<said>[^《》\n]{{4,80}})》", self._text[start:end]):
            cue = (start + found.start("who"), start + found.end("who"))
            yield _Said(
                start + found.start("said"), start + found.end("said"), self._forms[found["who"]], Form.DIRECT, cue, "named"
            )

    def _reported(
        self, start: int, end: int, quoted: Sequence[tuple[int, int]], cues: Sequence[_Cue], said: Sequence[_Said]
    ) -> list[_Said]:
        """What the sentences say outside of quotations."""
        found: list[_Said] = []
        speaker: tuple[str, tuple[int, int]] | None = None
        for first, last in self._sentences(start, end):
            own = [c for c in cues if first <= c.start < last]
            pieces = _outside(first, last, quoted)
            within = [s for s in said if first <= s.start < last]
            if own:
                for a, b in (part for piece in pieces for part in self._divided(*piece, own)):
                    here = [c for c in own if a <= c.start < b]
                    ruling = here[0] if here else next((c for c in reversed(own) if c.end <= a), None)
                    # "So-and-so told the Courier" behind a quotation is no utterance of its own.
                    if ruling is None or ruling.kind == "mouth" or len(_bare(self._text[max(a, ruling.end) : b])) < 4:
                        continue
                    if self._language == "en" and within and self._is_tag(a, b, ruling, within):
                        continue
                    form = Form.BACK_REFERENCE if ruling.kind == "pronoun" else Form.REPORTED
                    found.append(_Said(a, b, ruling.who, form, (ruling.start, ruling.end), ruling.kind))
                speaker = None if within else (own[-1].who, (own[-1].start, own[-1].end))
            elif within:
                speaker = None
            elif speaker and pieces and self._language == "zh" and not self._anew(first, last):
                for a, b in pieces:
                    if len(_bare(self._text[a:b])) >= 4:
                        found.append(_Said(a, b, speaker[0], Form.BACK_REFERENCE, speaker[1], "said on"))
            else:
                speaker = None
        return found

    def _is_tag(self, start: int, end: int, cue: _Cue, quoted: Sequence[_Said]) -> bool:
        """Whether a piece of an English sentence with quotations only says who says them."""
        words = self._text[max(start, cue.end) : end]
        if _BARE_LEAD_EN.fullmatch(words):
            return True
        if any(s.end <= start for s in quoted):
            return not _REPORTS_EN.search(words) if cue.start >= start else not _REPORTS_EN.match(words.lstrip(' ,"”'))
        return words.rstrip()[-1:] in ",:" and not _REPORTS_EN.search(words) and any(s.start - end <= 2 for s in quoted)

    def _divided(self, start: int, end: int, cues: Sequence[_Cue]) -> Iterator[tuple[int, int]]:
        """The range, cut before each clause in which another speaker takes over."""
        here = [c for c in cues if start <= c.start < end]
        for one, other in pairwise(here):
            if one.who != other.who:
                clause = max(self._text.rfind(mark, one.end, other.start) for mark in ",;:。")
                cut = clause + 1 if clause >= 0 else other.start
                yield _trimmed(self._text, start, cut)
                start = cut
        yield _trimmed(self._text, start, end)

    def _anew(self, start: int, end: int) -> bool:
        """Whether a sentence begins a thought of the author's."""
        sentence = self._text[start:end]
        return bool(
            _STARTS_ANEW_ZH.match(sentence)
            or _DATA_ZH.search(sentence)
            or self._person.search(sentence)
            or find_transliterated(self._text, start, end)
        )


def _is_within_another(between: str) -> bool:
    """Whether what stands between an English cue and the next leaves the next one within what the first one says."""
    return not _NEW_CLAUSE_EN.search(between) and not re.search(rf"(?<![A-Z{RUNES[0]}{RUNES[1]}\w])\sand\s$", between)


_GENDER = {"he": "m", "his": "m", "\u4ed6": "m", "she": "f", "her": "f", "\u5979": "f"}
_HONOURED = {"Mr": "m", "Sir": "m", "Lord": "m", "Mrs": "f", "Ms": "f", "Miss": "f", "Dame": "f", "Lady": "f", "Baroness": "f"}


def _genders(text: str, forms: Mapping[str, str]) -> dict[str, str]:
    """The gender of those whose names stand behind an honorific that tells it: "m" or "f"."""
    found: dict[str, str] = {}
    for match in re.finditer(rf"\b({'|'.join(_HONOURED)})\.?\s([A-Z][\w'’-]{{0,30}}(?:\s[A-Z][\w'’-]{{0,30}})?)", text):
        name = forms.get(match[2]) or forms.get(match[2].split()[0])
        if name:
            found.setdefault(name, _HONOURED[match[1]])
    for match in _KIN.finditer(text):
        name = forms.get(match[2]) or forms.get(match[2].split()[0])
        if name:
            found.setdefault(name, "f" if match[1] in _WOMEN else "m")
    for name in set(forms.values()):
        if gender := _FIRST_NAMES.get(name.split()[0]):
            found.setdefault(name, gender)
    return found


def _is_namesake(first: str, last: str, other_first: str, other_last: str) -> bool:
    """Whether a name with dots ends as another one, in a text without spaces, but is not that one."""
    return other_last.startswith(last) and not other_first.endswith(first)


# Common first names of one gender only; a pronoun of the other is somebody else.
_FIRST_NAMES = {
    **dict.fromkeys(
        "Adam Andrew Anthony Arthur Ben Benjamin Bernard Brian Bruce Carlos Charles Christopher Colin Daniel David Dennis Derek Donald Douglas Duncan Edward Eric "
        "Frank Fred Gareth Gary Geoffrey George Gordon Graham Gregory Harold Harry Henry Howard Hugh Ian Isaac Ivan Jack Jacob James Jason Jeffrey Jeremy Joe John "
        "Jonathan Joseph Juan Keith Kenneth Kevin Lars Lawrence Leo Luke Malcolm Mark Martin Matthew Michael Mike Mohammed Neil Nicholas Nigel Oliver Oscar Owen "
        "Patrick Paul Pedro Peter Philip Ralph Raymond Richard Robert Roger Ronald Roy Russell Samuel Simon Stephen Steven Stuart Thomas Timothy Tom Trevor Vincent "
        "Walter William".split(),
        "m",
    ),
    **dict.fromkeys(
        "Abigail Agnes Alice Alison Amanda Amelia Amy Angela Ann Anna Anne Audrey Barbara Beatrice Betty Brenda Bridget Carol Caroline Catherine Charlotte Christine "
        "Claire Clara Deborah Diana Donna Doris Dorothy Edith Eleanor Elizabeth Ella Ellen Emily Emma Esther Eva Eve Fatima Fiona Florence Frances Georgina Grace Hannah "
        "Harriet Heather Helen Irene Isabel Jane Janet Jennifer Jenny Jessica Joanna Joyce Judith Julia Julie Karen Kate Katherine Kathleen Laura Linda Lisa Louise Lucy "
        "Margaret Maria Marie Martha Mary Maya Michelle Miriam Monica Nancy Naomi Natalie Nora Olivia Pamela Patricia Paula Rachel Rebecca Rita Rosa Rose Ruth Sally Sandra "
        "Sarah Sharon Sheila Sophia Sophie Stella Susan Sylvia Teresa Theresa Ursula Valerie Vera Veronica Victoria Virginia Wendy Yvonne Zoe".split(),
        "f",
    ),
}
_KIN = re.compile(rf"\b({KIN_EN}),?\s([A-Z][\w'’-]{{0,30}}(?:\s[A-Z][\w'’-]{{0,30}})?)")
_WOMEN = frozenset("wife mother daughter sister aunt niece grandmother girlfriend widow".split())


def _name_forms(people: Sequence[Person], text: str, language: str) -> dict[str, str]:
    """The folded forms by which people are called, and their names."""
    forms: dict[str, str] = {}
    for person in people:
        for form in (person.name, *person.aliases):
            forms[simplify(narrow(form))] = person.name
    if language == "zh":
        # The last part of a name with dots is a form of its own where only one name of the text ends so.
        dotted = {found[0] for found in DOTTED_NAME.finditer(text)}
        for person in people:
            *leading, ending = DOT.split(simplify(narrow(person.name)))
            if leading and not any(_is_namesake(leading[-1], ending, *DOT.split(other)[-2:]) for other in dotted):
                forms.setdefault(ending, person.name)
    if language == "en":
        parts = Counter(part for person in people for part in set(person.name.split()))
        others = names_within_sentences(text)
        for person in people:
            first, *middle, last = person.name.split() if " " in person.name else (person.name, person.name)
            for part in (first, last):
                if parts[part] == 1 and len(part) > 1 and not any(is_namesake(person.name, other, part) for other in others):
                    forms.setdefault(part, person.name)
            if middle and middle[-1].islower():
                for particle in (middle[-1], middle[-1].capitalize()):
                    forms.setdefault(f"{particle} {last}", person.name)
    return forms


def _organisation(words: str, *, any_form: bool = False) -> str | None:
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
        (any_form or re.search(rf"{ORGANISATION_ZH}$", folded) or _is_proper(folded))
        and folded not in _GENERIC
        and "的" not in folded
    ):
        return words
    return None


@lru_cache(maxsize=4096)
def _is_proper(words: str, tags: tuple[str, ...] = ("nt", "nz", "nrt", "ns")) -> bool:
    """Whether the segmenter's dictionary has the words as one proper name; of its tags, "nrt" is for transliterated persons."""
    import rjieba

    tagged = rjieba.tag(words)
    return len(tagged) == 1 and tagged[0][1] in tags


@lru_cache(maxsize=4096)
def _is_somebody(words: str) -> bool:
    """Whether the subject of a Chinese verb of saying is a person: a name, or a noun for what people are, that is nobody's object."""
    import rjieba

    before, position = "", 0
    for word, tag in rjieba.tag(words):
        position += len(word)
        person = tag.startswith("nr") and len(word) > 1 or _PERSON_ENDS.search(words, 0, position)
        if person and words[position : position + 1] != "的" and before not in _BEFORE_OBJECTS:
            return True
        before = word
    return False


def _stranger_zh(text: str, position: int) -> int | None:
    """Where a Chinese sentence begins with a name that the dictionary does not have, if it does."""
    import rjieba

    while text[position : position + 1].isspace():
        position += 1
    tagged = rjieba.tag(text[position : position + 8])
    if len(tagged) < 2 or not tagged[0][1].startswith("nr") or not tagged[1][1].startswith(("v", "d", "ul", "ug", "uz")):
        return None
    name = tagged[0][0]
    return position if 2 <= len(name) <= 3 and len(rjieba.cut(name, hmm=False)) == len(name) else None


_PERSON_ENDS = re.compile(rf"{PEOPLE_ZH}们?\Z")


_BEFORE_OBJECTS = frozenset(
    "对 对于 向 给 跟 让 使 令 叫 把 被 关于 据 根据 按 按照 为 由 与 和 同 替 无 没有 每 因为 如果".split()
)


def _outside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a range outside of the spans, which are in order."""
    parts = []
    for a, b in spans:
        if b <= start or a >= end:
            continue
        if start < a:
            parts.append((start, a))
        start = max(start, b)
    if start < end:
        parts.append((start, end))
    return parts


def _bare(text: str) -> str:
    """The letters of a text, titles of papers and books left out."""
    return re.sub(r"《[^《》]*》|\W", "", text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


__all__ = ["CONFIDENCE", "attribute"]
