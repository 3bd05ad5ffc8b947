"""Utterances and their speakers in the files of an index."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.attribution import Attribution, Form, Utterance
from rag.blobs import write_array
from rag.store import encode_json, read_array
from rag.types import Speaker

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
_FORMS = tuple(Form)


class Utterances:
    """The utterances of an index by number, in order of articles and text, and the speakers as each article has them."""

    def __init__(self, folder: Path) -> None:
        self.rows: npt.NDArray[np.void] = read_array(folder / "utterances.npy")
        self._speakers = read_array(folder / "speakers.jsonl")

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Utterance:
        row = self.rows[i]
        speaker = self.speakers[int(row["speaker"])].name
        cue = (int(row["cue_start"]), int(row["cue_end"]))
        return Utterance(
            int(row["start"]), int(row["end"]), speaker, _FORMS[int(row["form"])], cue, round(float(row["confidence"]), 4)
        )

    @cached_property
    def speakers(self) -> list[Speaker]:
        """The speakers by number: one for each article and name."""
        return [speaker for _, speaker in self._lines]

    @cached_property
    def articles(self) -> list[int]:
        """The article of each speaker."""
        return [article for article, _ in self._lines]

    @cached_property
    def _lines(self) -> list[tuple[int, Speaker]]:
        found = []
        for line in bytes(self._speakers).decode().split("\n"):
            if line:
                fields = json.loads(line)
                article = fields.pop("article")
                found.append((article, Speaker(**{**fields, "aliases": tuple(fields["aliases"])})))
        return found

    def within(self, article: int, start: int, end: int) -> range:
        """The numbers of the utterances that share text with a range of an article."""
        low, high = np.searchsorted(self.rows["article"], [article, article + 1])
        rows = self.rows[low:high]
        first = int(np.searchsorted(rows["end"], start, side="right"))
        last = int(np.searchsorted(rows["start"], end, side="left"))
        return range(int(low) + first, int(low) + max(first, last))

    def of_article(self, article: int) -> Attribution:
        """What `attribute` said of an article."""
        utterances = tuple(self[i] for i in self.within(article, 0, 2**31 - 1))
        speakers = tuple(speaker for of, speaker in self._lines if of == article)
        return Attribution(utterances, speakers)


def save_utterances(folder: Path, attributions: Iterable[Attribution]) -> None:
    """Write the utterances and speakers of an index's articles, in their order."""
    rows: list[tuple[int | float, ...]] = []
    lines: list[bytes] = []
    for article, attribution in enumerate(attributions):
        numbers = {speaker.name: len(lines) + i for i, speaker in enumerate(attribution.speakers)}
        lines += [encode_json({"article": article, **asdict(speaker)}) + b"\n" for speaker in attribution.speakers]
        rows += [
            (article, u.start, u.end, numbers[u.speaker], _FORMS.index(u.form), *u.cue, u.confidence)
            for u in attribution.utterances
        ]
    write_array(folder / "utterances.npy", np.array(rows, UTTERANCE))
    (folder / "speakers.jsonl").write_bytes(b"".join(lines))


__all__ = ["UTTERANCE", "Utterances", "save_utterances"]
