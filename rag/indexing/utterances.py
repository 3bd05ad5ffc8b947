"""Utterances and their speakers in the files of an index."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.indexing.blobs import ArrayFile, Strings, write_array
from rag.indexing.store import encode_json, read_array
from rag.names.surnames import may_be_pinyin
from rag.text.folding import fold, has_han
from rag.types import Attribution, Form, Speaker, Utterance

UTTERANCE = np.dtype(
    [
        ("article", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("speaker", "<i4"),
        ("form", "u1"),
        ("cue_start", "<i4"),
        ("cue_end", "<i4"),
        ("confidence", "<f4"),
    ]
)
SPEAKER = np.dtype([("end", "<i8"), ("article", "<i4"), ("group", "<i4")])
_FORMS = tuple(Form)
_PINYIN = " "  # before a calling in pinyin of somebody without a name in Han characters; sorts before all letters


class Utterances:
    """The utterances of an index by number, in order of articles and text, and the speakers as each article has them.

    `speakers` has a row a speaker: where its line ends, its article, and the group of those who are the same in all articles.
    """

    def __init__(self, folder: Path) -> None:
        self.rows: npt.NDArray[np.void] = read_array(folder / "utterances.npy")
        self.speakers: npt.NDArray[np.void] = read_array(folder / "speakers.npy")
        self._lines = read_array(folder / "speakers.jsonl")
        self._callings = Strings.load(folder / "callings")
        self._called: npt.NDArray[np.int32] = read_array(folder / "called.npy")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Utterance:
        row = self.rows[i]
        speaker = self.speaker(int(row["speaker"])).name
        cue = (int(row["cue_start"]), int(row["cue_end"]))
        return Utterance(
            int(row["start"]), int(row["end"]), speaker, _FORMS[int(row["form"])], cue, round(float(row["confidence"]), 4)
        )

    def speaker(self, number: int) -> Speaker:
        """The speaker of that number."""
        start = int(self.speakers[number - 1]["end"]) if number else 0
        fields = json.loads(bytes(self._lines[start : int(self.speakers[number]["end"])]))
        return Speaker(**{**fields, "aliases": tuple(fields["aliases"])})

    def called(self, name: str) -> list[int]:
        """The groups of the persons and organisations that some article calls exactly so, in any script; ascending."""
        return self._groups_of(plain_name(name))

    def _groups_of(self, calling: str) -> list[int]:
        first = self._callings.find(calling)
        return [] if first is None else np.unique(self._called[first : first + self._repeats(first)]).tolist()

    def named_in(self, text: str) -> list[str]:
        """What some article calls persons and organisations in Han characters, two or more, and a folded text holds, in order.

        Of those that begin at one place the longest; what overlaps one before it is left out.
        """
        found, end = [], 0
        for start in range(len(text) - 1):
            if start >= end and has_han(text[start]) and (name := self._longest(text[start:])):
                found.append(name)
                end = start + len(name)
        return found

    def spelled(self, romanised: str) -> list[int]:
        """The groups of those whose names some article has in pinyin only, and who are called so; ascending."""
        return self._groups_of(_PINYIN + plain_name(romanised))

    @property
    def has_spelled(self) -> bool:
        """Whether some article has a name in pinyin only."""
        return bool(len(self._callings)) and self._callings[0].startswith(_PINYIN)

    def _longest(self, text: str) -> str:
        """The longest calling of two characters or more with which a text begins; empty where there is none."""
        longest, i = "", self._callings.place(text[:2])
        while i < len(self._callings) and (calling := self._callings[i]).startswith(text[:2]):
            if text.startswith(calling) and len(calling) > len(longest):
                longest = calling
            i += 1
        return longest

    def _repeats(self, first: int) -> int:
        """How often the calling of that number stands in the table."""
        calling = self._callings[first]
        return next(
            (i for i in range(1, len(self._callings) - first) if self._callings[first + i] != calling),
            len(self._callings) - first,
        )

    def within(self, article: int, start: int, end: int) -> range:
        """The numbers of the utterances that share text with a range of an article."""
        low, high = np.searchsorted(self.rows["article"], [article, article + 1])
        rows = self.rows[low:high]
        first = int(np.searchsorted(rows["end"], start, side="right"))
        last = int(np.searchsorted(rows["start"], end, side="left"))
        return range(int(low) + first, int(low) + max(first, last))

    def of_article(self, article: int) -> Attribution:
        """What `attribute` said of an article."""
        low, high = np.searchsorted(self._articles[0], [article, article + 1]).tolist()
        first, last = np.searchsorted(self._articles[1], [article, article + 1]).tolist()
        speakers = tuple(self.speaker(i) for i in range(first, last))
        utterances = (
            Utterance(start, end, speakers[speaker - first].name, _FORMS[form], (cue_start, cue_end), round(confidence, 4))
            for _, start, end, speaker, form, cue_start, cue_end, confidence in self.rows[low:high].tolist()
        )
        return Attribution(tuple(utterances), speakers)

    @cached_property
    def _articles(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The articles that utterances and speakers are from."""
        return np.ascontiguousarray(self.rows["article"]), np.ascontiguousarray(self.speakers["article"])


class UtteranceWriter:
    """Writes the utterances and speakers of an index's articles, one article after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows = ArrayFile(folder / "utterances.npy", UTTERANCE)
        self._lines = (folder / "speakers.jsonl").open("wb")
        self._articles = 0
        self._owners, self._ends = array("i"), array("q")  # by speaker: the article, and where the line ends

    def add(self, attribution: Attribution) -> None:
        """The next article's."""
        first = len(self._owners)
        numbers = {speaker.name: first + i for i, speaker in enumerate(attribution.speakers)}
        rows = [
            (self._articles, u.start, u.end, numbers[u.speaker], _FORMS.index(u.form), *u.cue, u.confidence)
            for u in attribution.utterances
        ]
        self._rows.append(np.array(rows, UTTERANCE))
        for speaker in attribution.speakers:
            self._lines.write(encode_json(asdict(speaker)) + b"\n")
            self._owners.append(self._articles)
            self._ends.append(self._lines.tell())
        self._articles += 1

    def close(self) -> None:
        """Write what is left of the files."""
        self._rows.close()
        self._lines.close()
        speakers = np.zeros(len(self._owners), SPEAKER)
        speakers["end"], speakers["article"] = self._ends, self._owners
        speakers["group"] = _groups(self._read, self._owners)
        write_array(self._folder / "speakers.npy", speakers)
        named = zip(self._read(), speakers["group"].tolist(), strict=True)
        known = ((speaker, group) for speaker, group in named if speaker.kind != "source")
        called = sorted({(c.encode(), group) for s, group in known for c in (*callings(s), *_spelled(s)) if c})
        Strings.of(calling.decode() for calling, _ in called).save(self._folder / "callings")
        write_array(self._folder / "called.npy", np.array([group for _, group in called], np.int32))

    def _read(self) -> Iterator[Speaker]:
        with (self._folder / "speakers.jsonl").open("rb") as lines:
            for line in lines:
                fields = json.loads(line)
                yield Speaker(**{**fields, "aliases": tuple(fields["aliases"])})


def save_utterances(folder: Path, attributions: Iterable[Attribution]) -> None:
    """Write the utterances and speakers of an index's articles, in their order."""
    writer = UtteranceWriter(folder)
    for attribution in attributions:
        writer.add(attribution)
    writer.close()


def plain_name(name: str) -> str:
    """A name folded, its letters and digits alone."""
    return "".join(c for c in fold(name) if c.isalnum())


def callings(speaker: Speaker) -> Iterator[str]:
    """All that somebody may be called, as `plain_name` gives it."""
    for form in (speaker.name, *speaker.aliases, *([speaker.romanised] if speaker.romanised else [])):
        yield plain_name(form)
        if not has_han(form) and " " in form:
            yield plain_name(" ".join(reversed(form.split())))


def _spelled(speaker: Speaker) -> Iterator[str]:
    """The callings, marked, of somebody whose name an article has in pinyin and not in Han characters."""
    forms = (speaker.name, *speaker.aliases)
    if not any(map(has_han, forms)):
        for form in filter(may_be_pinyin, forms):
            yield from (_PINYIN + plain_name(" ".join(order)) for order in (form.split(), reversed(form.split())))


def _groups(speakers: Callable[[], Iterable[Speaker]], articles: Sequence[int]) -> list[int]:
    """The group of each speaker, numbered as they come: those who are the same have the same.

    Names are joined across articles when one form, folded to one script and case, is the same, or when a Latin name is the
    pinyin of one Han name only. Sources without a name and pseudonyms are never joined.
    """
    parents: dict[str, str] = {}

    def find(key: str) -> str:
        while parents.setdefault(key, key) != key:
            key = parents[key]
        return key

    readings: dict[str, set[str]] = defaultdict(set)
    for speaker in speakers():
        if speaker.romanised:
            readings[plain_name(speaker.romanised)].add(plain_name(speaker.name))
    keys = []
    for speaker, article in zip(speakers(), articles, strict=True):
        shared = speaker.kind != "source" and not speaker.pseudonym
        own = plain_name(speaker.name) if shared else f"{article}:{speaker.name}"
        keys.append(own)
        if not shared:
            continue
        for form in speaker.aliases:
            if has_han(form) or " " in form:
                parents[find(plain_name(form))] = find(own)
        if len(readings.get(own, ())) == 1 and not has_han(speaker.name):
            parents[find(next(iter(readings[own])))] = find(own)
    numbers: dict[str, int] = {}
    return [numbers.setdefault(find(key), len(numbers)) for key in keys]


__all__ = ["SPEAKER", "UTTERANCE", "UtteranceWriter", "Utterances", "callings", "plain_name", "save_utterances"]
