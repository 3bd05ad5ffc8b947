"""Who said it: attribute what is said in an article to those who say it.

Chinese (both scripts) and English, by rules over sentences, quotations and the words of saying; other languages are left
unattributed. Forms follow the literature on quotation attribution (direct, indirect and anaphoric: Pareti, 2015, "Attribution:
A Computational Approach"); an interview turn and an announced talk are forms of their own. Each utterance keeps the range of
the cue that decided, and how often that kind of cue was right on the development annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.attribution.coreference import PRONOUN, Antecedents
from rag.attribution.direct_speech import quoted, titled
from rag.attribution.grammars import grammar_of
from rag.attribution.interviews import ends_turns, goes_on, kind_of_label, label_of, turn_labels
from rag.attribution.mentions import Mentions
from rag.attribution.quotations import Paragraph, is_said
from rag.attribution.reported_speech import reported
from rag.attribution.speech import NOBODY, Said, Voice
from rag.attribution.speech_cues import CueFinder
from rag.names.organisations import is_proper_name
from rag.names.people import Person, find_people
from rag.names.surnames import romanised
from rag.names.transliteration import is_transliterated
from rag.text.cleaning import CleanText
from rag.text.cues import DOTS, HAN
from rag.text.folding import narrow, simplify
from rag.text.sentences import sentence_spans
from rag.types import Article, Attribution, Form, Role, Speaker, Utterance


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


def _speaker(said: Said, known: Mapping[str, Person], text: str) -> Speaker:
    person = known.get(said.who)
    if person is None:
        kind = "source"
        if said.kind == "turn":
            kind = kind_of_label(said.who)
        elif said.kind == "organisation":
            kind = "person" if is_proper_name(simplify(said.who), ("nrt",)) else "organisation"
        return Speaker(said.who, kind=kind)
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


def _utterance(said: Said, cleaned: CleanText) -> Utterance:
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

_LONGEST = 3_000  # characters of a paragraph that is read in one piece


class _Reader:
    """Reads an article's paragraphs in order and remembers who spoke last."""

    def __init__(self, text: str, shown: str, people: Sequence[Person], language: str) -> None:
        self._text = text
        self._mentions = Mentions.of(people, text, language)
        self._antecedents = Antecedents(text, self._mentions)
        self._finder = CueFinder(text, shown, self._mentions, self._antecedents)
        self._talk = grammar_of(language).talk
        self._spoke: Voice | None = None  # who speaks in the paragraph before
        self._near: Voice | None = None  # the person whom the paragraph before named or quoted last
        self._is_followed = True  # whether the paragraph before speaks of somebody, so that a pronoun may go on from it

    def read(self, blocks: Sequence[tuple[int, int, Role]]) -> list[Said]:
        """All utterances, in order."""
        labels = turn_labels(self._text, blocks, self._mentions)
        lines = [self._text[start:end] for start, end, _ in blocks] if labels else []
        final = max((i for i, line in enumerate(lines) if (label := label_of(line)) and label.name in labels), default=-1)
        turn: Voice | None = None
        talk: Voice | None = None
        said: list[Said] = []
        for number, (start, end, role) in enumerate(blocks):
            line = self._text[start:end]
            if turn and (role is Role.HEADING or not goes_on(line, turn.who, labels, self._mentions, between=number < final)):
                turn = self._spoke = self._near = None
            if role is Role.TITLE:
                said += self._headline(start, end)
                continue
            found = self._talk.match(self._mentions.in_runes(line)) if len(line) <= _LONGEST else None
            label = label_of(line)
            if label and (who := labels.get(label.name)):
                turn = Voice(who, (start, start + label.end))
                said += self._whole(start + label.words, end, turn, Form.INTERVIEW, "turn")
            elif (turn or talk) and role is Role.HEADING:
                continue  # the editor's words
            elif turn:
                said += self._whole(start, end, turn, Form.INTERVIEW, "turn")
            elif found:
                talk = Voice(self._mentions.forms[line[slice(*found.span("who"))]], (start, end))
            elif talk and not ends_turns(line):
                said += self._whole(start, end, talk, Form.TALK, "talk")
            else:
                after = blocks[number + 1][0] if number + 1 < len(blocks) else end
                for first, last in self._pieces(start, end):
                    said += self._paragraph(first, last, after if last == end else last)
        return said

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The paragraph, cut at sentences where it is very long: work within one grows with the square of its length."""
        position = start
        for _, last in sentence_spans(self._text, start, end) if end - start > _LONGEST else ():
            while last - position > _LONGEST:
                yield position, position + _LONGEST
                position += _LONGEST
            if last - position > _LONGEST // 2:
                yield position, last
                position = last
        if position < end:
            yield position, end

    def _headline(self, start: int, end: int) -> Iterator[Said]:
        """What a headline such as "Name: …" says."""
        found = re.match(rf"[^:\n]{{0,24}}?(?P<who>{self._mentions.alternatives}):\s*(?=\S)", self._text[start:end])
        if found:
            cue = (start + found.start("who"), start + found.end("who"))
            yield Said(start + found.end(), end, self._mentions.forms[found["who"]], Form.INTERVIEW, cue, "turn")

    def _whole(self, start: int, end: int, voice: Voice, form: Form, kind: str) -> Iterator[Said]:
        for first, last in sentence_spans(self._text, start, end):
            yield Said(first, last, voice.who, form, voice.cue, kind)

    def _paragraph(self, start: int, end: int, after: int) -> list[Said]:
        paragraph = Paragraph.of(self._text, start, end, after)
        if not self._is_followed:
            self._antecedents.last = None
        topics = self._antecedents.topics(paragraph.masked)
        cues = self._finder.find(paragraph, topics)
        quotes = [quote for quote in paragraph.quotes if is_said(paragraph, quote, cues, self._mentions.language)]
        direct = quoted(paragraph, quotes, cues, self._mentions, topics, self._spoke, self._near)
        said = sorted([*direct, *titled(paragraph, self._mentions)], key=lambda s: s.start)
        spoken = sorted([*said, *reported(paragraph, cues, said, self._mentions)], key=lambda s: s.start)
        if cues and (not spoken or cues[-1].start > spoken[-1].start):
            self._spoke = cues[-1].voice
        elif spoken:
            self._spoke = spoken[-1].voice
        elif paragraph.quotes or end - start > 30:
            self._spoke = None
        if self._spoke and self._spoke.who == NOBODY:
            self._spoke = None
        named = list(self._mentions.within(paragraph.masked))
        self._is_followed = bool(named or spoken or cues or PRONOUN.search(paragraph.masked))
        self._near = self._spoke
        if named and not self._spoke and not (cues and cues[-1].who == NOBODY):
            self._near = Voice(named[-1].name, (start + named[-1].start, start + named[-1].end))
        return [s for s in spoken if s.who != NOBODY]


__all__ = ["CONFIDENCE", "attribute"]
