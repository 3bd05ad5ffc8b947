"""Texts of our own that are attributed on the spot."""

from __future__ import annotations

from rag.articles.corpus import read
from rag.attribution.attributing import attribute
from rag.types import Article, Attribution, Metadata


def attributed(text: str, language: str) -> Attribution:
    """What the speakers of a plain text say."""
    cleaned, _, blocks = read(text, "text")
    article = Article("a", "a.txt", text, "", "utf-8", "text", Metadata(language=language), blocks)
    return attribute(article, cleaned)


def said(text: str, language: str) -> list[tuple[str, str]]:
    """Speaker and words of each utterance of a plain text, in order."""
    return [(u.speaker, text[u.start : u.end]) for u in attributed(text, language).utterances]


READY = '"We are ready," said Nora Field, the harbour master.\n\n'


def told(text: str) -> list[tuple[str, str]]:
    """Who says what behind a paragraph in which Nora Field speaks."""
    return [one for one in said(f"Harbour news today\n\n{READY}{text}\n", "en") if one[1] != "We are ready,"]
