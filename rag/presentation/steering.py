"""Characters of untrusted text that could steer a terminal or reorder what a person reads, and text without them."""

from __future__ import annotations

import re

# Controls other than tab and line feed; separators that break lines; embeddings, overrides and isolates of direction
# ("Trojan Source", Boucher & Anderson, 2021); annotation marks that hide text.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")


def plain(text: str) -> str:
    """The text with U+FFFD for each of these characters; its length stays the same."""
    return STEERING.sub("\ufffd", text)


def escaped(json: str) -> str:
    """JSON with these characters as escapes, so that nothing is lost."""
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


__all__ = ["STEERING", "escaped", "plain"]
