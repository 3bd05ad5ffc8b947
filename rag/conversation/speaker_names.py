"""The speakers whom a question names: in full, by another form of the name, or by a last name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from rag.conversation.proper_names import proper_names
from rag.errors import InputError
from rag.indexing.index import Index
from rag.indexing.speakers import find_profile, profile_of
from rag.names.honorifics import HONOUR
from rag.text.folding import fold, has_han, narrow
from rag.types import Speaker


@lru_cache(maxsize=64)
def speaker_called(index: Index, name: str | None) -> Speaker | None:
    """The speaker whom `find_profile` finds by a name; None where it finds none or several, or there is no name."""
    try:
        return find_profile(index, name).speaker if name else None
    except InputError:
        return None


def speakers_in(index: Index, question: str) -> list[tuple[int, int, Speaker]]:
    """The speakers whom a question names, in full or by a last name that is only theirs, and the ranges of the names, in order."""
    folded = fold(narrow(question))
    if len(folded) != len(question):
        return []
    found = _named(index, folded)
    for start, end in proper_names(question, first=True):
        honour, _, word = question[start:end].rpartition(" ")
        group = _last_names(index).get(fold(word)) if not honour or HONOUR.fullmatch(honour) else None
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


__all__ = ["speaker_called", "speakers_in"]
