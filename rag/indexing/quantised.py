"""Dense search over many vectors: FAISS finds a shortlist, vectors of under five bits a number put it in order.

Vectors are turned to their principal components. Of each component, as many bits are kept as it counts: eight of those along
which vectors and questions differ most, down to two, with levels that fit a normal distribution (Max, 1960, "Quantizing for
Minimum Distortion"; the share of bits is that of transform coding: Huang & Schultheiss, 1963). A factor for each vector sets
right its length, components counted by how much they vary. The cosines of a question with the sentences nearest to it come
out to 0.001; that is what recall hangs on.

The shortlist comes from an inverted file (Sivic & Zisserman, 2003, "Video Google") over the first components, in four bits for
each two of them (product quantisation: Jégou, Douze & Schmid, 2011; compared in registers: André, Kermarrec & Le Scouarnec, 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import IndexCorrupt
from rag.indexing.blobs import Rows
from rag.indexing.levels import levels, nearest_level, steps
from rag.indexing.ranking import ranking

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Halves = npt.NDArray[np.float16]

_PAIRS = ((6, 2), (5, 3), (4, 4))  # bits of two components that share a byte
_COMPONENTS = 112  # principal components by which the shortlist is found
_LISTS, _PER_LIST = 4_096, 40  # inverted lists at most, and vectors a list that they are trained on
_PROBED = 160
_LEAST = 1_000  # the shortest shortlist that is put in order
_COMPARED = 32  # vectors of a shortlist by which it is known how far its distances tell cosines
_SAMPLED = 16_384  # vectors that principal components are found from
_AT_ONCE = 16_384
_RESTORED = 256  # vectors restored at once: what fits in a core's cache
_LARGE = 1 << 29  # bytes of codes from which on single ones are read from the file, not mapped
_SEED = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """How the components of a vector share bytes: the first ones have one each, two others every other byte.

    `pairs` are how many bytes there are of each of _PAIRS. `order` are the components, int64, as the bytes have them; the last
    few, which hardly vary, are left out.
    """

    whole: int
    pairs: tuple[int, ...]
    order: Ids

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, dimension: int) -> Layout:
        """The layout of vectors of an even dimension: 4.75 bits a number."""
        whole = 2 * round(dimension * 7 / 64)
        kept = dimension - 2 * (dimension // 64)
        left = (kept - whole) // 2
        pairs = round(0.15 * left), round(0.4 * left), left - round(0.15 * left) - round(0.4 * left)
        # Components are numbered from the one that counts most; of two that share a byte the second has the fewer bits.
        finer = np.split(np.arange(whole, whole + left), np.cumsum(pairs)[:-1])
        coarser = np.split(np.arange(whole + left, kept)[::-1], np.cumsum(pairs)[:-1])
        columns = [np.stack(both, axis=1).ravel() for both in zip(finer, coarser, strict=True)]
        return cls(whole, pairs, np.concatenate([np.arange(whole), *columns]))

    @property
    def width(self) -> int:
        """Bytes of a vector."""
        return self.whole + sum(self.pairs)


@lru_cache(maxsize=16)
def _both(low: int, high: int) -> npt.NDArray[np.complex64]:
    """By byte, two numbers: of the low bits and of the high ones."""
    codes = np.arange(256)
    numbers = np.stack([levels(low)[codes & (1 << low) - 1], levels(high)[codes >> low]], axis=1)
    return np.ascontiguousarray(numbers, np.float32).view(np.complex64)[:, 0]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Runs the body with FAISS on one thread: the last bits of a sum must not depend on how many cores there are."""
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


@dataclass(frozen=True, slots=True)
class Turned:
    """A query in principal components: its `components`; the `weights` of the two numbers that each byte of a vector stands for, in
    their order; and what the `shift` of all vectors adds to their inner products with it.
    """

    components: Floats
    weights: Floats
    shift: float


class Components:
    """Principal components of vectors, and vectors in them, quantised.

    In a file they are float32 (d + 2, d): a row an axis, the most telling first; what is added to a vector's numbers along
    them, which makes their means 0; and their standard deviations.
    """

    def __init__(self, array: Floats) -> None:
        self.array = array
        self._axes, self._shift, self._spread = array[:-2], array[-2], array[-1]
        self.dimension = array.shape[1]
        self._layout = Layout.of(self.dimension)

    @classmethod
    def train(cls, sample: Floats) -> Components:
        """Those of a sample of vectors. The same on any number of cores."""
        import faiss

        array = np.zeros((sample.shape[1] + 2, sample.shape[1]), np.float32)
        with _one_thread():
            pca = faiss.PCAMatrix(sample.shape[1], sample.shape[1])
            pca.train(sample)
            array[:-2] = faiss.vector_to_array(pca.A).reshape(-1, sample.shape[1])
            array[-2] = faiss.vector_to_array(pca.b)
            array[-1] = np.maximum(pca.apply(sample).std(axis=0), 1e-6)
        return cls(array)

    @property
    def width(self) -> int:
        """Bytes of a vector."""
        return self._layout.width

    @cached_property
    def _products(self) -> Any:
        """What sums up, in registers, the products of a query's weights and the numbers that bytes stand for."""
        import faiss

        layout = self._layout
        numbers = np.zeros((self.width, 256), np.complex64)
        numbers[: layout.whole] = levels(8)
        numbers[layout.whole :] = np.repeat([_both(*bits) for bits in _PAIRS], layout.pairs, axis=0)
        quantiser = faiss.ProductQuantizer(2 * self.width, self.width, 8)
        faiss.copy_array_to_vector(numbers.view(np.float32).ravel(), quantiser.centroids)
        return quantiser

    def quantise(self, vectors: Floats) -> tuple[Bytes, Halves]:
        """Codes uint8 (n, width) of unit rows, and by what part each is to be longer, (n,). The same on any number of cores."""
        import faiss

        with _one_thread():
            turn = faiss.LinearTransform(self.dimension, self.dimension, True)
            faiss.copy_array_to_vector(self._axes.ravel(), turn.A)
            faiss.copy_array_to_vector(self._shift, turn.b)
            turn.is_trained = True
            turned = turn.apply(np.ascontiguousarray(vectors, np.float32))
        codes, longer = np.empty((len(turned), self.width), np.uint8), np.empty(len(turned), np.float16)
        for start in range(0, len(turned), _RESTORED):
            some = slice(start, start + _RESTORED)
            codes[some] = self._codes(turned[some])
            longer[some] = self._longer(turned[some], codes[some])
        return codes, longer

    def _codes(self, turned: Floats) -> Bytes:
        places = steps(turned / self._spread)[:, self._layout.order]
        codes = np.empty((len(turned), self.width), np.uint8)
        codes[:, : self._layout.whole] = np.take(nearest_level(8), places[:, : self._layout.whole])
        byte, column = self._layout.whole, self._layout.whole
        for (low, high), count in zip(_PAIRS, self._layout.pairs, strict=True):
            both = places[:, column : column + 2 * count]
            codes[:, byte : byte + count] = (
                np.take(nearest_level(low), both[:, ::2]) | np.take(nearest_level(high), both[:, 1::2]) << low
            )
            byte, column = byte + count, column + 2 * count
        return codes

    def _longer(self, turned: Floats, codes: Bytes) -> Floats:
        """By what part the vectors that codes stand for are too short, components weighted by their spread."""
        order = self._layout.order
        true = (turned - self._shift)[:, order]
        found = self._unscaled(codes) * self._spread[order] - self._shift[order]
        weighted = found * self._spread[order]
        return np.asarray(np.einsum("ij,ij->i", true, weighted) / np.maximum(np.einsum("ij,ij->i", found, weighted), 1e-12) - 1)

    def _unscaled(self, codes: Bytes) -> Floats:
        """The vectors' components in the order of their bytes, in standard deviations."""
        found = np.empty((len(codes), len(self._layout.order)), np.float32)
        byte, column = self._layout.whole, self._layout.whole
        found[:, :column] = levels(8)[codes[:, :byte]]
        for (low, high), count in zip(_PAIRS, self._layout.pairs, strict=True):
            numbers = np.take(_both(low, high), codes[:, byte : byte + count])
            found[:, column : column + 2 * count] = numbers.view(np.float32)
            byte, column = byte + count, column + 2 * count
        return found

    def first(self, codes: Bytes, count: int) -> Floats:
        """float32 (n, count): the first components of the vectors, no more than have a byte each."""
        return np.asarray(levels(8)[codes[:, :count]] * self._spread[:count])

    def restore(self, codes: Bytes, longer: Halves) -> Floats:
        """The vectors, float32 (n, d), that codes stand for; of length 1, nearly."""
        order = self._layout.order
        turned = np.zeros((len(codes), self.dimension), np.float32)
        turned[:, order] = self._unscaled(codes) * self._spread[order]
        turned -= self._shift
        turned *= 1 + longer.astype(np.float32)[:, None]
        return np.asarray(turned @ self._axes)

    def turned(self, query: Floats) -> Turned:
        """A query as vectors are compared with it."""
        along = np.asarray(self._axes @ query)
        whole, weights = self._layout.whole, (along * self._spread)[self._layout.order]
        both = np.concatenate([np.stack([weights[:whole], np.zeros(whole, np.float32)], axis=1).ravel(), weights[whole:]])
        return Turned(along + self._shift, both, float(along @ self._shift))

    def cosines(self, codes: Bytes, longer: Halves, query: Turned) -> Floats:
        """float32 (n,): the inner product of the query with each vector."""
        import faiss

        codes, found = np.ascontiguousarray(codes), np.zeros(len(codes), np.float32)
        products, ids = np.empty(len(codes), np.float32), np.empty(len(codes), np.int64)
        best = faiss.float_minheap_array_t()
        best.nh, best.k, best.val, best.ids = 1, len(codes), faiss.swig_ptr(products), faiss.swig_ptr(ids)
        if len(codes):
            self._products.search_ip(faiss.swig_ptr(query.weights), 1, faiss.swig_ptr(codes), len(codes), best)
            found[ids] = products
        found -= np.float32(query.shift)
        found *= 1 + longer.astype(np.float32)
        return found


def can_quantise(dimension: int) -> bool:
    """Whether vectors of that dimension can be: shorter ones gain nothing."""
    return dimension % 2 == 0 and dimension >= 16


class QuantisedIndex:
    """Vectors by number, 0 to n - 1, searched by cosine, nearly."""

    def __init__(self, coarse: Any, codes: Bytes, longer: Halves, components: Components) -> None:
        import faiss

        self._coarse, self._codes, self._longer, self.components = coarse, codes, longer, components
        self._rows: Bytes | Rows = codes
        self._of_bytes = lru_cache(maxsize=8)(lambda query: components.turned(np.frombuffer(query, np.float32)))
        faiss.extract_index_ivf(coarse).nprobe = _PROBED

    @classmethod
    def load(cls, path: Path, data: Bytes, codes: Bytes, scales: Halves, axes: Floats) -> QuantisedIndex:
        """The index of what `write` wrote. Raises IndexCorrupt, naming the file, where its files do not fit each other."""
        import faiss

        try:
            coarse = faiss.deserialize_index(data)
            faiss.extract_index_ivf(coarse)
        except RuntimeError as error:
            raise IndexCorrupt(f"{path}: not a readable FAISS file; rebuild with 'rag index --rebuild'.") from error
        square = axes.ndim == 2 and axes.dtype == np.float32 and axes.shape[0] == axes.shape[1] + 2
        if not square or not can_quantise(axes.shape[1]) or codes.ndim != 2 or coarse.d != _shortlisted(axes.shape[1]):
            raise IndexCorrupt(f"{path}: does not fit the vectors beside it; rebuild with 'rag index --rebuild'.")
        components = Components(axes)
        kinds = codes.dtype == np.uint8 and scales.dtype == np.float16 and scales.ndim == 1
        if not kinds or not coarse.ntotal == len(codes) == len(scales) or codes.shape[1] != components.width:
            raise IndexCorrupt(f"{path}: does not fit the vectors beside it; rebuild with 'rag index --rebuild'.")
        found = cls(coarse, codes, scales, components)
        if codes.nbytes > _LARGE:
            found._rows = Rows(path.with_name(f"{path.stem}_codes.npy"), codes)
        return found

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self.components.dimension)

    def search(self, query: Floats, k: int) -> tuple[Ids, Floats]:
        """The k nearest vectors of one query (dimension,): their numbers and cosines, both (min(k, n),).

        Best first; equal cosines by number. A few of them may be missed.
        """
        if k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        ids = np.sort(self.shortlist(query, max(k, _LEAST))()[0])
        scores = self.cosines(query, ids)
        best = ranking(scores, k)
        return ids[best], scores[best]

    def shortlist(self, query: Floats, k: int) -> Callable[[], tuple[Ids, Floats]]:
        """What finds up to k vectors that are near to one query (dimension,), nearest first, and how far they are.

        Distances are squared, by the first components. It can be called in another thread, and hardly holds the interpreter.
        """
        import faiss

        first = np.ascontiguousarray(self._turned(query).components[: self._coarse.d])
        ids, distances = np.empty(min(k, len(self)), np.int64), np.empty(min(k, len(self)), np.float32)

        def find() -> tuple[Ids, Floats]:
            faiss.omp_set_num_threads(1)  # of this thread: one question is too little work to share out
            self._coarse.search_c(1, faiss.swig_ptr(first), len(ids), faiss.swig_ptr(distances), faiss.swig_ptr(ids))
            found = ids >= 0
            return ids[found], distances[found]

        return find

    def at_most(self, query: Floats, ids: Ids, distances: Floats) -> Floats:
        """float32 (len(ids),): the most that the cosines of a query with vectors of a shortlist can be, nearly.

        That is what the distances of the shortlist say of them, two standard deviations of its error more.
        """
        some = np.linspace(0, len(ids) - 1, min(len(ids), _COMPARED)).astype(np.int64)
        cosines, known = self.cosines(query, ids[some]), distances[some]
        middle, varied = cosines.mean(), known - known.mean()
        slope = float(varied @ cosines) / max(float(varied @ varied), 1e-12)
        error = float((cosines - middle - slope * varied).std())
        return np.asarray(middle + slope * (distances - known.mean()) + 2 * error, np.float32)

    def cosines(self, query: Floats, ids: Ids) -> Floats:
        """float32 (len(ids),): the cosine of the query with each of those vectors."""
        return self.components.cosines(self._rows[ids], self._longer[ids], self._turned(query))

    def _turned(self, query: Floats) -> Turned:
        """The query in components; found once, though it is compared many times."""
        return self._of_bytes(np.asarray(query, np.float32).tobytes())

    def vectors(self, ids: Ids | None = None) -> Floats:
        """float32 (len(ids), dimension): the vectors of those numbers, in their order; all of them for None."""
        chosen = slice(None) if ids is None else ids
        return self.components.restore(self._codes[chosen], self._longer[chosen])

    def stored(self, first: int, last: int) -> tuple[Bytes, Halves]:
        """What `Components.quantise` gave for the vectors `first` up to `last`."""
        return self._codes[first:last], self._longer[first:last]

    @property
    def coarse(self) -> Any:
        """The FAISS index that gives the shortlist."""
        return self._coarse


def _shortlisted(dimension: int) -> int:
    return min(_COMPONENTS, Layout.of(dimension).whole)


def spread_over(count: int, wanted: int) -> Ids:
    """Numbers below `count`, ascending and no more than wanted, spread over all."""
    return np.sort(np.random.default_rng(_SEED).choice(count, min(count, wanted), replace=False))


def write(path: Path, codes: Bytes, components: Components, previous: Any = None, numbers: Ids | None = None) -> None:
    """Write the FAISS index that gives the shortlist.

    With a `previous` one its training is kept, and its vectors are taken over under new `numbers`, by old number; -1 for
    those that are gone. Else it is trained on vectors spread over all.
    """
    import faiss

    with _one_thread():
        if previous is None:
            index = _trained(codes, components)
            for start in range(0, len(codes), _AT_ONCE):
                index.add(components.first(codes[start : start + _AT_ONCE], index.d))
        else:
            assert numbers is not None
            index = faiss.clone_index(previous)
            ivf: Any = faiss.downcast_index(faiss.extract_index_ivf(index))
            _remove(index, ivf, np.flatnonzero(numbers < 0))
            for number in range(ivf.nlist):
                if size := ivf.invlists.list_size(number):
                    ids = faiss.rev_swig_ptr(ivf.invlists.get_ids(number), size)
                    ids[:] = numbers[ids]
            new = np.setdiff1d(np.arange(len(codes)), numbers)
            for start in range(0, len(new), _AT_ONCE):
                some = new[start : start + _AT_ONCE]
                index.add_with_ids(components.first(codes[some], index.d), some)
        with path.open("wb") as file:  # FAISS itself does not open files of every name
            faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def _remove(index: Any, ivf: Any, gone: Ids) -> None:
    """Take vectors out of an index, and what FAISS leaves of them at the end of their lists, which later ones would be mixed with."""
    import faiss

    lists: Any = faiss.downcast_InvertedLists(ivf.invlists)
    before = [lists.list_size(number) for number in range(ivf.nlist)]
    index.remove_ids(faiss.IDSelectorBatch(gone))
    for number, count in enumerate(before):
        size = lists.list_size(number)
        if 0 < size < count:
            blocks = -(-size // lists.n_per_block)
            codes = faiss.rev_swig_ptr(lists.get_codes(number), blocks * lists.block_size).reshape(blocks, -1)
            for place in range(size, blocks * lists.n_per_block):
                lists.packer.pack_1(np.zeros(ivf.code_size, np.uint8), place, codes)


def _trained(codes: Bytes, components: Components) -> Any:
    import faiss

    d = _shortlisted(components.dimension)
    lists = min(_LISTS, 1 << max(0, int(np.log2(4 * np.sqrt(len(codes))))))
    index = faiss.index_factory(d, f"RR{d},IVF{lists},PQ{d // 2}x4fs", faiss.METRIC_L2)
    ivf: Any = faiss.downcast_index(faiss.extract_index_ivf(index))
    ivf.cp.seed, ivf.cp.niter = _SEED, 10
    ivf.cp.min_points_per_centroid, ivf.cp.max_points_per_centroid = 1, _PER_LIST
    index.train(components.first(codes[spread_over(len(codes), max(_PER_LIST * lists, 16_384))], d))
    return index


class Spill:
    """Vectors kept in files until there are enough to be trained on: the first whole, the others in 16 bits a number."""

    def __init__(self, folder: Path, name: str, dimension: int, whole: int) -> None:
        self._path, self._dimension, self._whole = folder / f".{name}.spilled", dimension, whole
        self._kinds: Sequence[Any] = ("<f4", "<f2")
        self._files = [self._path.with_suffix(f".{kind[1:]}").open("w+b") for kind in self._kinds]
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, vectors: Floats) -> None:
        """Keep rows of float32 (n, dimension)."""
        first = max(0, min(len(vectors), self._whole - self._count))
        for file, kind, some in zip(self._files, self._kinds, (vectors[:first], vectors[first:]), strict=True):
            file.write(np.ascontiguousarray(some, kind).data)
        self._count += len(vectors)

    def blocks(self) -> Iterator[Floats]:
        """All rows again, in order, some thousands at a time."""
        for file, kind in zip(self._files, self._kinds, strict=True):
            file.seek(0)
            size = np.dtype(kind).itemsize * self._dimension
            while block := file.read(_AT_ONCE * size):
                yield np.frombuffer(block, kind).reshape(-1, self._dimension).astype(np.float32, copy=False)

    def sample(self) -> Floats:
        """Some rows, spread over all."""
        chosen, found, first = spread_over(self._count, _SAMPLED), [], 0
        for block in self.blocks():
            found.append(block[chosen[(chosen >= first) & (chosen < first + len(block))] - first])
            first += len(block)
        return np.concatenate(found)

    def close(self) -> None:
        """Remove the files."""
        for file in self._files:
            file.close()
            Path(file.name).unlink()


__all__ = ["Components", "Layout", "QuantisedIndex", "Spill", "can_quantise", "write"]
