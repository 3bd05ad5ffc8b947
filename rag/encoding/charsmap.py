"""The precompiled normalisation table of sentencepiece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


class Charsmap:
    """Replaces characters. A double-array trie (Darts) over UTF-8 bytes, whose leaves are places in a blob of replacements,
    each ended by a zero byte."""

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


__all__ = ["Charsmap"]
