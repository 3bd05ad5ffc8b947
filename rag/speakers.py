"""The speakers of an index: who said what stands at a place, and all that one says, joined across articles and scripts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from rag.errors import InputError
from rag.folding import fold, has_han
from rag.index import Entry, Index
from rag.types import Speaker

LEAST_CONFIDENCE = 0.6
"""Utterances attributed with less confidence count as unattributed."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One speaker with all forms of the name that the articles use, and the numbers of the utterances, in order."""

    speaker: Speaker
    utterances: tuple[int, ...]


def speaker_at(index: Index, entry: Entry, start: int, end: int) -> Speaker | None:
    """The speaker to whom at least half of a range of the article's raw text is attributed; None where nobody is.

    The name and role are those of that article.
    """
    found = utterance_at(index, entry, start, end)
    return None if found is None else index.utterances.speakers[int(index.utterances.rows[found]["speaker"])]


def utterance_at(index: Index, entry: Entry, start: int, end: int) -> int | None:
    """The number of the utterance that covers most of the range, where its speaker has at least half of it; else None."""
    rows = index.utterances.rows
    shares: Counter[int] = Counter()
    longest: dict[int, tuple[int, int]] = {}
    for number in index.utterances.within(index.numbers[entry.id], start, end):
        row = rows[number]
        if row["confidence"] < LEAST_CONFIDENCE:
            continue
        shared = min(end, int(row["end"])) - max(start, int(row["start"]))
        speaker = int(row["speaker"])
        shares[speaker] += shared
        longest[speaker] = max(longest.get(speaker, (0, 0)), (shared, -number))
    if not shares:
        return None
    speaker, share = min(shares.items(), key=lambda item: (-item[1], item[0]))
    # Quotation marks and the words between the parts of a split quotation belong to nobody.
    return -longest[speaker][1] if 2 * share >= end - start - 2 else None


def sentences_of(index: Index, number: int) -> list[int]:
    """The numbers of the sentences of which an utterance has at least half, ascending."""
    row = index.utterances.rows[number]
    first, last = index.entries[int(row["article"])].passages
    if first == last:
        return []
    rows = index.passages.rows
    low = int(rows[first]["sentence"])
    high = int(rows[last - 1]["sentence"]) + int(rows[last - 1]["sentences"])
    sentences = index.passages.sentence_rows[low:high]
    start, end = int(row["start"]), int(row["end"])
    a, b = int(np.searchsorted(sentences["end"], start, side="right")), int(np.searchsorted(sentences["start"], end, side="left"))
    shared = np.minimum(sentences["end"][a:b], end) - np.maximum(sentences["start"][a:b], start)
    lengths = sentences["end"][a:b] - sentences["start"][a:b]
    return (low + a + np.flatnonzero(2 * shared >= lengths - 2)).tolist()


def profiles(index: Index) -> list[Profile]:
    """All speakers, those with most utterances first, then by name.

    Names are joined across articles when one form, folded to one script and case, is the same, or when a Latin name is the
    pinyin of one Han name only. Sources without a name are never joined.
    """
    speakers, articles = index.utterances.speakers, index.utterances.articles
    groups: dict[str, list[int]] = defaultdict(list)
    joined = _joined(speakers, articles)
    for number, key in enumerate(joined):
        groups[key].append(number)
    spoken: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(index.utterances.rows):
        if row["confidence"] >= LEAST_CONFIDENCE:
            spoken[int(row["speaker"])].append(number)
    found = []
    for numbers in groups.values():
        utterances = tuple(sorted(n for voice in numbers for n in spoken[voice]))
        if utterances:
            found.append(Profile(_merged([(speakers[n], len(spoken[n])) for n in numbers]), utterances))
    return sorted(found, key=lambda profile: (-len(profile.utterances), profile.speaker.name))


def find_profile(index: Index, name: str) -> Profile:
    """The speaker called so, in any script, in pinyin, family name first or last. Raises InputError when there is none."""
    wanted = _plain(name)
    known = profiles(index)
    for matches in (
        [p for p in known if wanted in set(_callings(p.speaker))],
        [p for p in known if any(wanted and wanted in calling for calling in _callings(p.speaker))],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = ", ".join(p.speaker.name for p in matches[:5])
            raise InputError(f"{name}: several speakers go by that: {listed}; write the name in full.")
    names = {calling: p.speaker.name for p in known for calling in _callings(p.speaker)}
    close = [names[calling] for calling in get_close_matches(wanted, names, 3, 0.7)]
    hint = f"; did you mean {' or '.join(dict.fromkeys(close))}?" if close else "; 'rag speakers' lists them."
    raise InputError(f"{name}: nobody in these articles is quoted by that name{hint}")


def called(speaker: Speaker) -> tuple[str, ...]:
    """The forms by which one asks for a speaker: the name, and its form in the other of Han and Latin letters."""
    other = has_han(speaker.name)
    forms = ([speaker.romanised] if speaker.romanised else []) + [a for a in speaker.aliases if has_han(a) is not other]
    return (speaker.name, *forms[:1])


def _plain(name: str) -> str:
    return "".join(c for c in fold(name) if c.isalnum())


def _callings(speaker: Speaker) -> Iterator[str]:
    """All that somebody may be called, folded, without blanks and points."""
    for form in (speaker.name, *speaker.aliases, *([speaker.romanised] if speaker.romanised else [])):
        yield _plain(form)
        if not has_han(form) and " " in form:
            yield _plain(" ".join(reversed(form.split())))


def _joined(speakers: list[Speaker], articles: list[int]) -> list[str]:
    """The group of each speaker: those who are the same have the same."""
    parents: dict[str, str] = {}

    def find(key: str) -> str:
        while parents.setdefault(key, key) != key:
            key = parents[key]
        return key

    readings: dict[str, set[str]] = defaultdict(set)
    for speaker in speakers:
        if speaker.romanised:
            readings[_plain(speaker.romanised)].add(_plain(speaker.name))
    keys = []
    for speaker, article in zip(speakers, articles, strict=True):
        shared = speaker.kind != "source" and not speaker.pseudonym
        own = _plain(speaker.name) if shared else f"{article}:{speaker.name}"
        keys.append(own)
        if not shared:
            continue
        for form in speaker.aliases:
            if has_han(form) or " " in form:
                parents[find(_plain(form))] = find(own)
        if len(readings.get(own, ())) == 1 and not has_han(speaker.name):
            parents[find(next(iter(readings[own])))] = find(own)
    return [find(key) for key in keys]


def _merged(voices: list[tuple[Speaker, int]]) -> Speaker:
    """One speaker of the same person's in several articles: the name used most, Han before Latin, and the fullest role."""
    ordered = [speaker for speaker, _ in sorted(voices, key=lambda v: (not has_han(v[0].name), -v[1], v[0].name))]
    first = ordered[0]
    forms = [form for speaker in ordered for form in (speaker.name, *speaker.aliases)]
    roles = [s.role for s in ordered if s.role and has_han(s.role) == has_han(first.name)] or [s.role for s in ordered if s.role]
    return replace(
        first,
        role=max(roles, key=len) if roles else None,
        aliases=tuple(form for form in dict.fromkeys(forms) if form != first.name),
        romanised=next((s.romanised for s in ordered if s.romanised), None),
        pseudonym=any(s.pseudonym for s in ordered),
    )


__all__ = ["LEAST_CONFIDENCE", "Profile", "called", "find_profile", "profiles", "sentences_of", "speaker_at", "utterance_at"]
