"""What a sentencepiece model holds: its pieces, their scores and its normalisation table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces by id, float32 scores in the same order, and the table for `rag.encoding.charsmap` in bytes."""

    pieces: list[str]
    scores: npt.NDArray[np.float32]
    charsmap: npt.NDArray[np.uint8]

    @classmethod
    def parse(cls, model: bytes) -> Pieces:
        """Read a ModelProto, a protocol buffer."""
        pieces, scores, charsmap = [], [], b""
        for field, value in _fields(model):
            if field == 1:
                piece = dict(_fields(value))
                pieces.append(piece[1].decode())
                scores.append(np.frombuffer(piece.get(2, bytes(4)), "<f4")[0])
            elif field == 3:  # NormalizerSpec
                charsmap = dict(_fields(value))[2]
        return cls(pieces, np.array(scores, np.float32), np.frombuffer(charsmap, np.uint8))

    def trie(self) -> dict[str, npt.NDArray[Any]]:
        """The trie of the pieces, by levels: node n's children are first_child[n] up to first_child[n + 1]."""
        ids = {piece: number for number, piece in enumerate(self.pieces)}
        prefixes = {piece[:end] for piece in self.pieces for end in range(len(piece) + 1)}
        nodes = sorted(sorted(prefixes), key=len)
        number = {prefix: node for node, prefix in enumerate(nodes)}
        children = np.bincount([number[prefix[:-1]] for prefix in nodes[1:]], minlength=len(nodes))
        piece = np.array([ids.get(prefix, -1) for prefix in nodes], np.int32)
        return {
            "trie_first_child": np.concatenate([[1], 1 + np.cumsum(children)]).astype(np.int32),
            "trie_label": np.array([0, *(ord(prefix[-1]) for prefix in nodes[1:])], np.int32),
            "trie_piece": piece,
            "trie_score": np.where(piece < 0, np.float32(0), self.scores[piece]),
        }


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


__all__ = ["Pieces"]
