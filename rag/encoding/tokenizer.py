"""Text as the ids of pieces of words, as sentencepiece gives them.

Kudo 2018, "Subword Regularization": a unigram language model, the best segmentation by Viterbi.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rag.encoding.cache import as_text
from rag.encoding.charsmap import Charsmap

if TYPE_CHECKING:
    import numpy.typing as npt

UNKNOWN = 0  # a character without a piece
BEGIN = 1
END = 2
_SURROGATES = re.compile("[\ud800-\udfff]")
_REMEMBERED = 256  # words: a question's stand in what is asked of it, too
_UNKNOWN_PENALTY = 10.0  # below the worst score of a piece, as in sentencepiece


class Tokenizer:
    """NFKC-like normalisation by the model's own table, then the best segmentation into pieces.

    The trie of pieces stays in the mapped file; a node's children move into a dict when a text gets there.
    Scores are float32, so their sums are exact in Python's floats, and no piece holds "▁" but at its start:
    words can be segmented one by one; ties fall as over the whole text, to the piece that starts first.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self._first_child, self._label = arrays["trie_first_child"], arrays["trie_label"]
        self._piece, self._score = arrays["trie_piece"], arrays["trie_score"]
        self._nodes: dict[str, tuple[int, int, float]] = {}  # prefix: node, piece (or -1), score
        self._expanded: set[int] = set()
        self._pieces = lru_cache(maxsize=_REMEMBERED)(self._segment)
        self._unknown_score = float(arrays["piece_scores"].min()) - _UNKNOWN_PENALTY
        self._charsmap = Charsmap(arrays["charsmap"])
        replacements = as_text(arrays["single_values"]).split("\n")
        self._singles = dict(zip(arrays["single_keys"].tolist(), replacements, strict=True))
        self._clusters = re.compile(f"(.[{re.escape(as_text(arrays['followers']))}]+)", re.DOTALL)

    def ids(self, text: str) -> list[int]:
        words = self.normalize(text).split("▁")[1:]
        return [piece for word in words for piece in self._pieces("▁" + word)] or [UNKNOWN]

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
        starts, pieces = [0] * (size + 1), [UNKNOWN] * (size + 1)
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
                best[end], starts[end], pieces[end] = score, start, UNKNOWN
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


__all__ = ["BEGIN", "END", "UNKNOWN", "Tokenizer"]
