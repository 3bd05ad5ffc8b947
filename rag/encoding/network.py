"""The network of multilingual USE's CNN variant, from the ids of pieces to unit vectors, in numpy.

What depends on a token alone (embedding, projection, layernorm, taps of the first convolution) is computed once for each
distinct token of a batch.

A text's vector does not depend on its company, as far as the kernels of BLAS allow. With OpenBLAS's AVX-512 kernels, as
measured, a row of a matrix product depends neither on the number of rows nor on that of threads, except below eight rows,
where other kernels run; `_matmul` never passes so few. With its AVX2 kernels rows do depend on their place, whatever the
padding: expect differences of 1e-6 there, and between kinds of processor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.encoding.batches import grouped

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Arrays = Mapping[str, npt.NDArray[Any]]

DIMENSION = 512  # of a vector
EMBEDDING = 512  # of a token
CHANNELS = 256
BRANCHES = ((2, 0), (3, 1), (5, 2))  # convolution widths, and how many of their taps lie left of the token
BATCH = 4096  # tokens whose distinct ones are computed together
_REACH = 2  # tokens that one convolution sees to either side, at most
_FEATURES = EMBEDDING + CHANNELS * len(BRANCHES)
_BLOCK = 512  # tokens that are convolved together: the scratch stays in the processor's cache
_NOTHING = -1  # stands for a token where there is none
_MIN_ROWS = 8


class Network:
    """The layers, over the arrays of `rag.encoding.weights`. Safe to share between threads."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def vectors(self, batch: list[list[int]]) -> Floats:
        """float32 (texts, 512), rows of length 1, of texts given as the ids of their tokens."""
        # Summed features over the root of the length, then two residual layers
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
        for group in grouped(spans, BATCH, _span_size):
            tokens = np.array([_NOTHING, *sorted({token for span in group for token in span.ids})])
            by_token = _ByToken(tokens, a)
            for block in grouped(group, _BLOCK, _span_size):
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
        features[:, :EMBEDDING] = by_token.embedding[rows]
        hidden = np.zeros((len(padded), CHANNELS), np.float32)
        inner = hidden[_REACH:-_REACH]
        for branch, (width, left) in enumerate(BRANCHES):
            inner[:] = a[f"first_bias_{width}"]
            for tap, values in enumerate(by_token.taps[branch]):
                inner += values[padded[_REACH - left + tap :][:n]]
            np.maximum(inner, 0.0, out=inner)
            inner += by_token.projected[branch][rows]
            inner[empty] = 0.0
            windows = np.lib.stride_tricks.as_strided(
                hidden[_REACH - left :], (n, width * CHANNELS), hidden.strides, writeable=False
            )
            second = _matmul(windows.copy(), a[f"second_{width}"])
            second += a[f"second_bias_{width}"]
            np.maximum(second, 0.0, out=second)
            offset = EMBEDDING + branch * CHANNELS
            np.add(second, inner, out=features[:, offset : offset + CHANNELS])
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
        self.embedding = np.zeros((len(tokens), EMBEDDING), np.float32)
        self.embedding[1:] = a["table"][tokens[1:]]
        self.embedding[1:] *= a["scale"][chunk, None]
        self.embedding[1:] += a["low"][chunk, None]
        projected = _matmul(self.embedding, a["projection"])
        projected += a["projection_bias"]
        _standardize(projected, a["epsilon"])
        projected *= a["projection_gain"]
        projected += a["projection_shift"]
        projected[0] = 0.0
        self.projected = np.split(projected, len(BRANCHES), axis=1)
        self.taps = [
            np.split(_matmul(own, a[f"first_{width}"]), width, axis=1)
            for own, (width, _) in zip(self.projected, BRANCHES, strict=True)
        ]


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


__all__ = ["BATCH", "BRANCHES", "CHANNELS", "DIMENSION", "EMBEDDING", "Network"]
