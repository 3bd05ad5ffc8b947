"""The words of the articles: how often they stand there, their vectors, what they mean elsewhere, and how they are read.

A question's words are led to them by `rag.retrieval.bridges`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import numpy.typing as npt

from rag.encoding.encoders import Encoder
from rag.indexing.blobs import Strings, write_array
from rag.indexing.levels import levels, nearest_level, steps
from rag.indexing.ranking import ranking
from rag.indexing.store import read_array

if TYPE_CHECKING:
    from rag.indexing.dictionary import Translations

FILES = (
    "counted",
    "counts",
    "words",
    "word_vectors",
    "word_hubs",
    "word_least",
    "word_axes",
    "word_components",
    "keys",
    "key_ends",
    "key_words",
    "key_weights",
    "syllables",
    "syllable_characters",
)
Floats = npt.NDArray[np.float32]
_NEIGHBOURS = 10
_HUB_DISCOUNT = 0.5
_SAME = 0.9999  # a cosine from which on two words count as one
_MANY_WORDS = 32_000  # from which on FAISS, which takes a tenth of a second to load, goes through their components
_FEW_WORDS = 4_000  # whose hubs are found afresh each time, and which are all compared with a question's
_COMPONENTS, _SAMPLED = 96, 16_384  # by which words are compared first, and how many words they are found from
_WITHIN, _LOOKED_AT = 0.3, 256  # which words are then compared by the whole of their vectors: how near the first, how many
_NEAREST = 4
_LEAST_COSINE = 0.5
_NEAR_BEST = 0.85


class Lexicon:
    """The corpus's words, their vectors and their entries in the dictionary, as flat arrays."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]], strings: Mapping[str, Strings]) -> None:
        self._arrays, self._strings = dict(arrays), dict(strings)
        self.words = strings["words"]
        self._vectors: Floats | None = None  # of the words, or the first components of many, once a question needs them
        self._shortlist: _Shortlist | None = None  # of very many
        self._characters: dict[str, str] = {}

    @classmethod
    def build(
        cls,
        counts: Mapping[str, int],
        characters: Set[str],
        encoder: Encoder,
        previous: Lexicon | None = None,
        limit: int = 50_000,
    ) -> Lexicon:
        """The lexicon of a corpus, given how often each content word stands in it and its Han characters, folded.

        Of more than `limit` words the commonest are kept. What the `previous` lexicon of the same encoder has is not made
        again.
        """
        counted = sorted(counts, key=str.encode)
        often = np.array([counts[word] for word in counted], np.int32)
        commonest = np.sort(np.argsort(-often, kind="stable")[:limit])  # of equal ones the first
        words = [counted[i] for i in commonest.tolist()]
        before = _numbers(words, previous)
        vectors = _encode(words, encoder, previous, before)
        hubs, least = _hubs(words, vectors, previous, before)
        translations = _translations(words)
        syllables = _readings(characters, previous)
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "counts": often,
            "word_vectors": vectors,
            "word_hubs": hubs,
            "word_least": least,
            **_components(vectors, previous, before),
            "key_ends": translations.ends,
            "key_words": translations.words,
            "key_weights": translations.weights.astype(np.float16),
        }
        strings = {
            "counted": Strings.of(counted),
            "words": Strings.of(words),
            "keys": Strings.of(translations.keys),
            "syllables": Strings.of(syllables),
            "syllable_characters": Strings.of(syllables.values()),
        }
        return cls(arrays, strings)

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Read, memory-mapped, what `save` wrote."""
        strings = {name: Strings.load(folder / name) for name in ("counted", "words", "keys", "syllables", "syllable_characters")}
        arrays = {name: read_array(folder / f"{name}.npy") for name in FILES if name not in strings}
        return cls(arrays, strings)

    def save(self, folder: Path) -> None:
        """Write the lexicon's files; the same lexicon gives the same bytes."""
        for name, strings in self._strings.items():
            strings.save(folder / name)
        for name, array in self._arrays.items():
            write_array(folder / f"{name}.npy", array)

    def counts(self) -> dict[str, int]:
        """How often each content word stands in the passages."""
        return dict(zip(self._strings["counted"], np.asarray(self._arrays["counts"]).tolist(), strict=True))

    def translations(self, key: str) -> dict[str, float]:
        """The corpus words that the dictionary gives for a folded word or phrase, weighted 0 to 1."""
        i = self._strings["keys"].find(key)
        if i is None:
            return {}
        ends = self._arrays["key_ends"]
        start, end = int(ends[i - 1]) if i else 0, int(ends[i])
        words, weights = self._arrays["key_words"][start:end], self._arrays["key_weights"][start:end]
        return {self.words[int(w)]: float(p) for w, p in zip(words, weights, strict=True)}

    def nearest(self, vectors: Floats) -> list[dict[str, float]]:
        """For each row, a unit vector, the corpus words nearest to it with their cosines, nearest first.

        Of many words those are looked at of which the first principal components say that they are near.
        """
        if not len(self.words) or not len(vectors):
            return [{} for _ in vectors]
        hubs = _HUB_DISCOUNT * np.asarray(self._arrays["word_hubs"], np.float32)
        axes = np.asarray(self._arrays["word_axes"], np.float32)
        if not len(axes):
            every = np.arange(len(self.words))
            cosines = self._cosines("word_vectors", vectors)
            return [self._near(every, row, hubs) for row in cosines]
        turned = vectors @ axes.T
        if len(self.words) > _MANY_WORDS:
            if self._shortlist is None:
                self._shortlist = _Shortlist(np.asarray(self._arrays["word_components"], np.float32), hubs)
            likely = self._shortlist.likely(turned)
        else:
            likely = [_likely(row - hubs) for row in self._cosines("word_components", turned)]
        whole = self._arrays["word_vectors"]
        return [
            self._near(ids, np.asarray(whole[ids], np.float32) @ vector, hubs)
            for vector, ids in zip(vectors, likely, strict=True)
        ]

    def _cosines(self, kind: str, vectors: Floats) -> Floats:
        """float32 (len(vectors), words): the inner products with all words, by their vectors or their first components."""
        if self._vectors is None:
            self._vectors = np.asarray(self._arrays[kind], np.float32)
        return np.ascontiguousarray((self._vectors @ vectors.T).T)  # thrice as fast as the same the other way round

    def _near(self, ids: npt.NDArray[np.int64], cosines: Floats, hubs: Floats) -> dict[str, float]:
        """The nearest of the words of those numbers, ascending, given a vector's cosine with each."""
        order = ranking(cosines - hubs[ids], _NEAREST)
        least = max(_LEAST_COSINE, _NEAR_BEST * float(cosines[order[0]]))
        return {self.words[int(ids[i])]: float(cosines[i]) for i in order if cosines[i] >= least}

    def characters(self, syllable: str) -> str:
        """The characters of the corpus that can be read as that toneless pinyin syllable."""
        if not self._characters:
            self._characters = dict(zip(self._strings["syllables"], self._strings["syllable_characters"], strict=True))
        return self._characters.get(syllable, "")


class _Shortlist:
    """Very many words by their components less their hubs, four bits each, which FAISS compares in registers."""

    def __init__(self, components: Floats, hubs: Floats) -> None:
        import faiss

        rows = np.column_stack([components[:, :-1], hubs])  # FAISS is fast with an even number
        mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
        numbers = np.take(nearest_level(4), steps((rows - mean) / spread))
        index = faiss.IndexPQ(rows.shape[1], rows.shape[1], 4, faiss.METRIC_INNER_PRODUCT)
        faiss.copy_array_to_vector((mean[:, None] + spread[:, None] * levels(4)).ravel(), index.pq.centroids)
        faiss.copy_array_to_vector((numbers[:, ::2] | numbers[:, 1::2] << 4).ravel(), index.codes)
        index.ntotal, index.is_trained = len(rows), True
        self._index = faiss.IndexPQFastScan(index)  # type: ignore[arg-type]

    def likely(self, turned: Floats) -> list[npt.NDArray[np.int64]]:
        """What `_likely` gives for each row of components, nearly."""
        import faiss

        faiss.omp_set_num_threads(1)  # others would go on turning in wait for more, beside what runs next
        queries = turned.copy()
        queries[:, -1] = -1.0
        scores, ids = self._index.search(queries, _LOOKED_AT)
        return [np.sort(own[score >= score[0] - _WITHIN]) for own, score in zip(ids, scores, strict=True)]


def _likely(scores: Floats) -> npt.NDArray[np.int64]:
    """The numbers of those words, ascending, that are looked at whole."""
    ids = np.flatnonzero(scores >= scores.max() - _WITHIN)
    return ids if len(ids) <= _LOOKED_AT else np.sort(ids[ranking(scores[ids], _LOOKED_AT)])


def _encode(
    words: Sequence[str], encoder: Encoder, previous: Lexicon | None, before: npt.NDArray[np.int64]
) -> npt.NDArray[np.float16]:
    """float16 (len(words), dimension): the words' vectors, those of known words taken over."""
    vectors = np.zeros((len(words), encoder.model.dimension), np.float16)
    if previous is not None:
        held = np.flatnonzero(before >= 0)
        vectors[held] = previous._arrays["word_vectors"][before[held]]
    new = np.flatnonzero(before < 0).tolist()
    if new:
        vectors[new] = encoder.encode_queries([words[i] for i in new])
    return vectors


def _numbers(words: Sequence[str], previous: Lexicon | None) -> npt.NDArray[np.int64]:
    """int64 (len(words),): the words' numbers in the previous lexicon, -1 for those that it does not have."""
    known = {word: i for i, word in enumerate(previous.words)} if previous else {}
    return np.array([known.get(word, -1) for word in words], np.int64)


def _hubs(
    words: Sequence[str], vectors: npt.NDArray[np.float16], previous: Lexicon | None, before: npt.NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """For each word its mean cosine to its nearest other words, how much of a hub it is, and the least of these cosines.

    Both float32 (n,). Of many words the nearest are looked for among some thousands, chosen by their checksums. Words that
    the previous lexicon has are looked at again only where a word that came or went is near enough to count.
    """
    hubs, least = np.zeros(len(words), np.float32), np.zeros(len(words), np.float32)
    if len(words) < 2:
        return hubs, least
    step = _step(len(words))
    chosen = _sampled(words, step)
    todo = np.arange(len(words))
    if previous is not None and len(words) > _FEW_WORDS and _step(len(previous.words)) == step:
        todo = _disturbed(vectors, chosen, previous, before, step, hubs, least)
    reference = vectors[chosen if len(todo) else chosen[:0]].astype(np.float32)
    k = min(_NEIGHBOURS, len(reference), len(words) - 1)
    for start in range(0, len(todo), 1_024):
        rows = todo[start : start + 1_024]
        cosines = vectors[rows].astype(np.float32) @ reference.T
        cosines[cosines > _SAME] = -1.0
        nearest = np.partition(cosines, -k, axis=1)[:, -k:]
        hubs[rows], least[rows] = nearest.mean(axis=1), nearest[:, 0]
    return hubs, least


def _components(
    vectors: npt.NDArray[np.float16], previous: Lexicon | None, before: npt.NDArray[np.int64]
) -> dict[str, npt.NDArray[np.generic]]:
    """Of many words the axes of most of what they are, float32 (COMPONENTS, d), and their components, float16 (n, COMPONENTS).

    Principal components about the origin, so that an inner product of components is nearly a cosine. Both without rows for few
    words. The axes of the previous lexicon are kept, and the components of its words.
    """
    axes = np.zeros((0, vectors.shape[1]), np.float32)
    todo = np.arange(len(vectors) if len(vectors) > _FEW_WORDS else 0)
    components = np.zeros((len(todo), min(_COMPONENTS, vectors.shape[1])), np.float16)
    if len(todo) and previous is not None and len(previous._arrays["word_axes"]):
        axes = np.asarray(previous._arrays["word_axes"], np.float32)
        held = np.flatnonzero(before >= 0)
        components[held] = previous._arrays["word_components"][before[held]]
        todo = np.flatnonzero(before < 0)
    elif len(todo):
        some = vectors[:: 1 + len(vectors) // _SAMPLED].astype(np.float64)
        axes = np.linalg.eigh(some.T @ some)[1][:, ::-1][:, :_COMPONENTS].T.astype(np.float32)
    for start in range(0, len(todo), 4_096):
        rows = todo[start : start + 4_096]
        components[rows] = vectors[rows].astype(np.float32) @ axes.T
    return {"word_axes": axes, "word_components": components}


def _step(count: int) -> int:
    """One of how many words others are compared with."""
    return 1 << max(0, (count // 8_000).bit_length() - 1)


def _sampled(words: Sequence[str], step: int) -> npt.NDArray[np.int64]:
    return np.array([i for i, word in enumerate(words) if not crc32(word.encode("utf-8", "replace")) % step], np.int64)


def _disturbed(
    vectors: npt.NDArray[np.float16],
    chosen: npt.NDArray[np.int64],
    previous: Lexicon,
    before: npt.NDArray[np.int64],
    step: int,
    hubs: Floats,
    least: Floats,
) -> npt.NDArray[np.int64]:
    """The words whose hubs have to be found again; those of the others are taken over into `hubs` and `least`."""
    old = previous._arrays
    kept = np.flatnonzero(before >= 0)
    hubs[kept], least[kept] = old["word_hubs"][before[kept]], old["word_least"][before[kept]]
    came = vectors[chosen[before[chosen] < 0]].astype(np.float32)
    left = np.setdiff1d(np.arange(len(previous.words)), before)
    gone = left[_sampled([previous.words[i] for i in left.tolist()], step)]
    went = np.asarray(old["word_vectors"][gone], np.float32)
    changed = np.concatenate([came, went])
    if len(changed) > len(chosen) // 4:
        return np.arange(len(before))
    again = before < 0
    for start in range(0, len(kept) if len(changed) else 0, 4_096):
        rows = kept[start : start + 4_096]
        cosines = vectors[rows].astype(np.float32) @ changed.T
        cosines[cosines > _SAME] = -1.0
        again[rows] = cosines.max(axis=1, initial=-1.0) >= least[rows] - 1e-5
    return np.flatnonzero(again)


def _translations(words: Sequence[str]) -> Translations:
    """What CC-CEDICT says of the words; nothing where it is absent."""
    from rag.indexing.dictionary import Translations, open_dictionary  # here, because questions read what the index has of it

    dictionary = open_dictionary(words)
    return dictionary.translations(words) if dictionary else Translations.none()


def _readings(characters: Set[str], previous: Lexicon | None) -> dict[str, str]:
    """By toneless syllable, sorted, the characters that can be read so, sorted. Those of known characters are taken over."""
    found: dict[str, set[str]] = defaultdict(set)
    if previous is not None:
        for syllable, readable in zip(*(previous._strings[n] for n in ("syllables", "syllable_characters")), strict=True):
            if held := characters & set(readable):
                found[syllable] |= held
    new = characters - set().union(*found.values())
    if new:
        from pypinyin import Style, pinyin
    for character in new:
        for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
            if reading.isascii() and reading.isalpha():
                found[reading].add(character)
    return {syllable: "".join(sorted(found[syllable])) for syllable in sorted(found)}


__all__ = ["Lexicon"]
