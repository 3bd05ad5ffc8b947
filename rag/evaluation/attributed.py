"""Score attributions against a gold file of who said what.

One JSON object a line; `names` are all that the speaker may be called, and empty where nobody speaks:

    {"id": "s1", "article": "a", "start": 10, "end": 55, "sha256": "\u2026", "form": "direct", "names": ["\u2026"], "roles": ["\u2026"],
     "split": "test"}
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import InputError
from rag.indexing.index import Index
from rag.indexing.speakers import speaker_at
from rag.text.folding import fold
from rag.types import Speaker, digest

FORMS = ("direct", "reported", "interview", "back-reference", "talk", "none")


@dataclass(frozen=True, slots=True)
class GoldUtterance:
    """A range of an article's raw text, the names of who says it (none: nobody), and the roles that the article gives them."""

    id: str
    article: str
    start: int
    end: int
    sha256: str
    form: str
    names: tuple[str, ...]
    roles: tuple[str, ...] = ()
    split: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many utterances have the right speaker, a wrong one, or none though somebody speaks (`missed`)."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of attributed utterances that have the right speaker; None where none is attributed."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """The share of utterances that somebody says that have the right speaker."""
        return self.right / (self.right + self.wrong + self.missed) if self.right + self.wrong + self.missed else None


@dataclass(frozen=True, slots=True)
class SpeakerScores:
    """Scores of attributions: over all, by form, and of utterances that nobody says (`false`: attributed all the same).

    `roles` are right roles and all roles asked of rightly attributed speakers; `names` are gold speakers that were found at
    least once, and all. `faults` say by id what was wrong.
    """

    all: Tally
    forms: Mapping[str, Tally]
    unsaid: int
    false: int
    roles: tuple[int, int]
    names: tuple[int, int]
    faults: Mapping[str, str]

    @property
    def precision(self) -> float | None:
        """Of all attributed utterances, those that nobody says included, the share with the right speaker."""
        attributed = self.all.right + self.all.wrong + self.false
        return self.all.right / attributed if attributed else None

    def to_json(self) -> dict[str, Any]:
        """The object that `rag eval --speakers --json` prints."""
        rates = {form: {**asdict(t), "precision": t.precision, "recall": t.recall} for form, t in self.forms.items()}
        return {
            "precision": self.precision,
            "recall": self.all.recall,
            **asdict(self.all),
            "unsaid": self.unsaid,
            "false": self.false,
            "roles": {"right": self.roles[0], "of": self.roles[1]},
            "names": {"found": self.names[0], "of": self.names[1]},
            "forms": rates,
            "faults": dict(self.faults),
        }


def load_utterances(path: Path, split: str | None = None) -> list[GoldUtterance]:
    """The gold utterances of a file, or of one split, in order. Raises InputError naming file and line."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as a UTF-8 file of gold utterances ({error}).") from error
    found = [_parse(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    wanted = [u for u in found if split is None or u.split == split]
    if not wanted:
        raise InputError(f"{path}: no gold utterances in it{f' of split {split!r}' if split else ''}.")
    return wanted


def _parse(line: str, where: str) -> GoldUtterance:
    try:
        record = json.loads(line)
        found = GoldUtterance(
            id=str(record["id"]),
            article=str(record["article"]),
            start=int(record["start"]),
            end=int(record["end"]),
            sha256=str(record["sha256"]),
            form=str(record["form"]),
            names=tuple(str(name) for name in record["names"]),
            roles=tuple(str(role) for role in record.get("roles") or ()),
            split=record.get("split"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{where}: not a gold utterance ({type(error).__name__}: {error}).") from None
    if found.form not in FORMS:
        raise InputError(f"{where}: form {found.form!r} is not one of {', '.join(FORMS)}.")
    if not 0 <= found.start < found.end or (found.form == "none") == bool(found.names):
        raise InputError(f"{where}: an utterance has a range and, unless its form is none, names.")
    return found


def indexed(utterances: Sequence[GoldUtterance], index: Index) -> list[GoldUtterance]:
    """Those whose article is indexed. Raises InputError when none is, or when one's text changed since it was marked."""
    found = [u for u in utterances if u.article in index.by_id]
    if not found:
        raise InputError("none of the gold utterances is of an indexed article; index the articles first.")
    raws = {id: index.raw(index.by_id[id]) for id in {u.article for u in found}}
    for u in found:
        if digest(raws[u.article][u.start : u.end]) != u.sha256:
            raise InputError(f"gold utterance {u.id}: {u.article}#{u.start}-{u.end} no longer has the text that was marked.")
    return found


def score_speakers(index: Index, gold: Iterable[GoldUtterance]) -> SpeakerScores:
    """Compare the indexed attributions with gold ones."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"right": 0, "wrong": 0, "missed": 0})
    unsaid = false = role_right = role_all = 0
    known: dict[str, bool] = {}
    faults: dict[str, str] = {}
    for item in gold:
        speaker = speaker_at(index, index.by_id[item.article], item.start, item.end)
        place = f"{item.article}#{item.start}-{item.end}"
        if not item.names:
            unsaid += 1
            if speaker:
                false += 1
                faults[item.id] = f"{place}: nobody says it; attributed to {speaker.name}"
            continue
        right = speaker is not None and _is_one_of(speaker, item.names)
        outcome = "right" if right else "missed" if speaker is None else "wrong"
        counts[item.form][outcome] += 1
        known[item.names[0]] = known.get(item.names[0], False) or right
        if speaker is None:
            faults[item.id] = f"{place}: {item.names[0]} says it; unattributed"
        elif not right:
            faults[item.id] = f"{place}: {item.names[0]} says it; attributed to {speaker.name}"
        elif item.roles:
            role_all += 1
            role_right += _is_role(speaker.role or "", item.roles)
    forms = {form: Tally(**counts[form]) for form in FORMS if form in counts}
    everything = Tally(*(sum(getattr(t, name) for t in forms.values()) for name in ("right", "wrong", "missed")))
    names = (sum(known.values()), len(known))
    return SpeakerScores(everything, forms, unsaid, false, (role_right, role_all), names, faults)


def _is_one_of(speaker: Speaker, names: Sequence[str]) -> bool:
    return bool({fold(form) for form in (speaker.name, *speaker.aliases)} & {fold(name) for name in names})


def _is_role(role: str, accepted: Sequence[str]) -> bool:
    """Whether a role is an accepted one, or several of them joined."""
    left = _squeezed(role)
    for one in sorted(map(_squeezed, accepted), key=len, reverse=True):
        left = left.replace(one, "", 1)
    return bool(role) and not left


def _squeezed(role: str) -> str:
    """A role by its letters alone, in one script and case, without the particle that may join firm and title."""
    return "".join(c for c in fold(role) if c.isalnum()).replace("\u7684", "")


__all__ = ["FORMS", "GoldUtterance", "SpeakerScores", "Tally", "indexed", "load_utterances", "score_speakers"]
