"""The speakers of an index: who said what stands at a place, and all that one says, joined across articles and scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np
import numpy.typing as npt

from rag.errors import InputError
from rag.indexing.index import Entry, Index
from rag.indexing.utterances import callings, plain_name
from rag.names.surnames import has_family_name, romanised
from rag.text.folding import fold, has_han
from rag.types import Speaker

_LONGEST_NAME = 4  # Han characters
LEAST_CONFIDENCE = 0.6
"""Utterances attributed with less confidence count as unattributed."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One speaker with all forms of the name that the articles use, and the numbers of the utterances, in order."""

    speaker: Speaker
    utterances: tuple[int, ...]


def speaker_at(index: Index, entry: Entry, start: int, end: int) -> Speaker | None:
    """The speaker who says a range of the article's raw text, as `utterance_at` has it; None where nobody does.

    The name and role are those of that article.
    """
    found = utterance_at(index, entry, start, end)
    return None if found is None else index.utterances.speaker(int(index.utterances.rows[found]["speaker"]))


def utterance_at(index: Index, entry: Entry, start: int, end: int) -> int | None:
    """The number of the utterance that covers most of the range, where its speaker has at least half of it; else None.

    Words that name the speaker of something in the range count for the speaker: of `"No," said the mayor, who had come late.` all.
    """
    rows = index.utterances.rows
    shares: Counter[int] = Counter()
    longest: dict[int, tuple[int, int]] = {}
    for number in index.utterances.within(index.numbers[entry.id], start, end):
        row = rows[number]
        if row["confidence"] < LEAST_CONFIDENCE:
            continue
        shared = min(end, int(row["end"])) - max(start, int(row["start"]))
        speaker = int(row["speaker"])
        shares[speaker] += end - start if start <= int(row["cue_start"]) < end else shared
        longest[speaker] = max(longest.get(speaker, (0, 0)), (shared, -number))
    if not shares:
        return None
    speaker, share = min(shares.items(), key=lambda item: (-item[1], item[0]))
    # Quotation marks and the words between the parts of a split quotation belong to nobody.
    return -longest[speaker][1] if 2 * share >= end - start - 2 else None


def sentences_of(index: Index, number: int) -> list[int]:
    """The numbers of the sentences of which an utterance has at least half, or with the words that name its speaker, ascending."""
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
    cued = (sentences["start"][a:b] <= row["cue_start"]) & (row["cue_start"] < sentences["end"][a:b])
    return (low + a + np.flatnonzero(cued | (2 * shared >= lengths - 2))).tolist()


def spoken(
    index: Index, groups: Sequence[int], articles: npt.NDArray[np.int32], sentences: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Which of some sentences of some articles, bool (len(sentences),), the speakers of the groups say: half of each at least,
    or something of it with the words that name the speaker.
    """
    utterances = index.utterances
    members = np.flatnonzero(np.isin(utterances.speakers["group"], groups))
    rows = utterances.rows[np.isin(utterances.rows["speaker"], members) & (utterances.rows["confidence"] >= LEAST_CONFIDENCE)]
    if not len(rows):
        return np.zeros(len(sentences), bool)
    where = articles.astype(np.int64) << 32
    begins = (rows["article"].astype(np.int64) << 32) + rows["start"]
    lengths = (rows["end"] - rows["start"]).astype(np.int64)
    before = np.cumsum(lengths) - lengths

    def said_up_to(places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        last = np.maximum(0, np.searchsorted(begins, places, side="right") - 1)
        return np.asarray(before[last] + np.clip(places - begins[last], 0, lengths[last]))

    starts, ends = (index.passages.sentence_rows[name][sentences].astype(np.int64) for name in ("start", "end"))
    shared = said_up_to(where + ends) - said_up_to(where + starts)
    cues = np.sort((rows["article"].astype(np.int64) << 32) + rows["cue_start"])
    cued = np.searchsorted(cues, where + ends) > np.searchsorted(cues, where + starts)
    return np.asarray((2 * shared >= np.maximum(1, ends - starts - 2)) | (cued & (shared > 0)))


def sentences_by(index: Index, groups: Sequence[int]) -> npt.NDArray[np.int64]:
    """The sentences that the speakers of the groups say, ascending."""
    members = np.isin(index.utterances.speakers["group"], groups)
    rows = index.passages.rows[np.isin(index.passages.rows["article"], index.utterances.speakers["article"][members])]
    counts = rows["sentences"].astype(np.int64)
    sentences = np.arange(int(counts.sum())) + np.repeat(rows["sentence"] - np.cumsum(counts) + counts, counts)
    return sentences[spoken(index, groups, np.repeat(rows["article"], counts), sentences)]


def profiles(index: Index) -> list[Profile]:
    """All speakers, joined across articles, those with most utterances first, then by name."""
    found = [profile_of(index, group) for group in range(_groups(index))]
    return sorted((p for p in found if p.utterances), key=lambda profile: (-len(profile.utterances), profile.speaker.name))


def _groups(index: Index) -> int:
    groups = index.utterances.speakers["group"]
    return int(groups.max()) + 1 if len(groups) else 0


def group_of(index: Index, utterance: int) -> int:
    """The group of those who are the same as the speaker of an utterance."""
    return int(index.utterances.speakers[int(index.utterances.rows[utterance]["speaker"])]["group"])


def groups_in(index: Index, articles: Iterable[int]) -> list[int]:
    """The groups of the speakers of some articles, ascending."""
    speakers = index.utterances.speakers
    return sorted(set(speakers["group"][np.isin(speakers["article"], list(articles))].tolist()))


def profile_of(index: Index, group: int) -> Profile:
    """The speaker whom a group of speakers is."""
    utterances = index.utterances
    members = np.flatnonzero(utterances.speakers["group"] == group)
    rows = utterances.rows
    spoken = np.flatnonzero(np.isin(rows["speaker"], members) & (rows["confidence"] >= LEAST_CONFIDENCE))
    counts = Counter(rows["speaker"][spoken].tolist())
    return Profile(_merged([(utterances.speaker(n), counts[n]) for n in members.tolist()]), tuple(spoken.tolist()))


def find_profile(index: Index, name: str) -> Profile:
    """The speaker called so, in any script, in pinyin, family name first or last. Raises InputError when there is none."""
    wanted = plain_name(name)
    known = profiles(index)
    spelled = plain_name(romanised(fold(name)) or "")
    for matches in (
        [p for p in known if wanted in set(callings(p.speaker))],
        [p for p in known if spelled in set(callings(p.speaker))],
        [
            p
            for p in known
            if any((len(wanted) > 1 or not wanted.isascii()) and wanted in calling for calling in callings(p.speaker))
        ],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            listed = ", ".join(dict.fromkeys(p.speaker.name for p in matches[:5]))
            if all(p.speaker.name == matches[0].speaker.name for p in matches):
                raise InputError(
                    f"{name}: {len(matches)} articles each have somebody whom they call {listed}, and nothing tells that they are the same; "
                    "'rag ask' finds what is said."
                )
            raise InputError(f"{name}: several speakers go by that: {listed}; write the name in full.")
    names = {calling: p.speaker.name for p in known for calling in callings(p.speaker)}
    close = [names[calling] for calling in get_close_matches(wanted, names, 3, 0.7)]
    hint = f"; did you mean {' or '.join(dict.fromkeys(close))}?" if close else "; 'rag speakers' lists them."
    raise InputError(f"{name}: nobody in these articles is quoted by that name{hint}")


def people_in(index: Index, folded: str) -> dict[str, tuple[str, ...]]:
    """Those whom a folded question names in Han characters: by name, in which forms, folded, the articles have it.

    That is the name itself, or the name that it is in pinyin, "\u5085\u76db" for "Fu Sheng".
    """
    utterances = index.utterances
    found: dict[str, tuple[str, ...]] = {name: (name,) for name in utterances.named_in(folded)}
    if not utterances.has_spelled:
        return found
    for name in found:
        folded = folded.replace(name, " ")
    start = 0
    while start < len(folded) - 1:
        names = (folded[start:end] for end in range(start + _LONGEST_NAME, start + 1, -1) if has_family_name(folded[start:]))
        spelled = ((name, utterances.spelled(romanised(name) or "")) for name in names)
        name, groups = next(((name, groups) for name, groups in spelled if groups), ("", []))
        if groups:
            members = np.flatnonzero(np.isin(utterances.speakers["group"], groups))
            found[name] = tuple(dict.fromkeys(fold(utterances.speaker(member).name) for member in members.tolist()))
        start += max(1, len(name))
    return found


def called(speaker: Speaker) -> tuple[str, ...]:
    """The forms by which one asks for a speaker: the name, and its form in the other of Han and Latin letters."""
    other = has_han(speaker.name)
    forms = ([speaker.romanised] if speaker.romanised else []) + [a for a in speaker.aliases if has_han(a) is not other]
    return (speaker.name, *forms[:1])


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


__all__ = [
    "LEAST_CONFIDENCE",
    "Profile",
    "called",
    "find_profile",
    "group_of",
    "groups_in",
    "people_in",
    "profile_of",
    "profiles",
    "sentences_by",
    "sentences_of",
    "speaker_at",
    "spoken",
    "utterance_at",
]
