"""The nouns of the package: plain frozen dataclasses, no behaviour beyond what they are.

All ranges are half-open and count Unicode code points. A range "of the raw text" counts from the start of the decoded
file (byte order mark not counted, line ends as they are in the file).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a block of an article is. Only `BODY` and `HEADING` are retrieved; all can be cited."""

    TITLE = "title"
    BYLINE = "byline"
    HEADING = "heading"
    BODY = "body"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Block:
    """A range of the raw text with one role: a line, a paragraph or an HTML block element."""

    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an article says of itself; None where it does not say.

    `date` is ISO 8601, as precise as the text gives it (2024, 2024-03 or 2024-03-22). `language` is ISO 639-1
    (zh, en, ja, …), `script` ISO 15924 (Hans, Hant, Latn, Jpan, …).
    """

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    language: str | None = None
    script: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One source file: decoded, described, and divided into blocks in order of the text."""

    id: str
    path: str
    raw: str
    sha256: str
    encoding: str
    format: str
    metadata: Metadata
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit that is quoted: its range of the raw text and its readable text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is retrieved: its range of the raw text, its readable text and its sentences in order."""

    article: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """`ARTICLE#START-END`: a half-open range of an article's raw text, with the range's digest where known."""

    article: str
    start: int
    end: int
    digest: str | None = None

    def __str__(self) -> str:
        return f"{self.article}#{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it, as the articles name them.

    `role` is title and affiliation as printed; `aliases` are other forms of the name, in other articles, scripts or
    brackets; `romanised` is a Han name in pinyin, family name first; `pseudonym` is set where an article says that the name
    is not the real one. `kind` is person, organisation or source (somebody described, not named).
    """

    name: str
    role: str | None = None
    aliases: tuple[str, ...] = ()
    romanised: str | None = None
    pseudonym: bool = False
    kind: str = "person"


class Form(StrEnum):
    """How an utterance is given, and how its speaker is named."""

    DIRECT = "direct"
    REPORTED = "reported"
    INTERVIEW = "interview"
    TALK = "talk"
    BACK_REFERENCE = "back-reference"


@dataclass(frozen=True, slots=True)
class Utterance:
    """A range of an article's raw text that one speaker says, in words or in sense.

    `speaker` is the name as the article gives it in full; `cue` is the raw range that names the speaker and says that he
    speaks; `confidence` (0 to 1) is the share of utterances with such a cue that had the right speaker on the development
    annotations.
    """

    start: int
    end: int
    speaker: str
    form: Form
    cue: tuple[int, int]
    confidence: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """What an article's speakers say: utterances in order of the text, without overlap, and the speakers of them all."""

    utterances: tuple[Utterance, ...]
    speakers: tuple[Speaker, ...]


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


__all__ = [
    "Article",
    "Attribution",
    "Block",
    "Citation",
    "Form",
    "Metadata",
    "Passage",
    "Role",
    "Sentence",
    "Speaker",
    "Utterance",
    "digest",
]
