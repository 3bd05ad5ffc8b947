"""Prompts for language models, made of templates and cited passages.

Passages are text that strangers wrote. Each stands between fences that carry a mark no article can know, and what in it
looks like a fence, or like the control tokens of chat models, is written with other brackets.
"""

from __future__ import annotations

import hashlib
import re
import string
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from rag.answering.answers import Answer, Cited
from rag.citation.references import written
from rag.errors import InputError
from rag.indexing.index import Index
from rag.indexing.speakers import speaker_at

_NEEDED = ("passages", "question")
_KNOWN = ("count", "mark", *_NEEDED)
_MAX_BYTES = 100_000
_IMITATIONS = re.compile(
    r"[<\uff1c]{2,}|[>\uff1e]{2,}|<(?=\|)|(?<=\|)>|<(?=/?\s*(?:passage|system|assistant|user|human)\b)", re.IGNORECASE
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # and halves of characters


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt with places for `$question`, `$passages` and the like; `digest` is the SHA-256 of its text."""

    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text in UTF-8, the first 12 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt ready for a language model: its text, the template it was made of, and what it may cite, best first."""

    text: str
    template: Template
    answer: Answer
    citations: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The object that `rag prompt --json` prints."""
        return {
            "question": self.answer.question,
            "template": self.template.name,
            "digest": self.template.digest,
            "prompt": self.text,
            "citations": list(self.citations),
            "answered": self.answer.answered,
            "confidence": round(self.answer.confidence, 4),
        }


def templates() -> list[str]:
    """The names of the templates that come with rag, sorted."""
    return sorted(file.name.removesuffix(".txt") for file in _folder().iterdir() if file.name.endswith(".txt"))


def load_template(name: str | Path) -> Template:
    """The template of that name, or, for a Path, the one in that file; checked.

    Raises InputError for an unknown name, a file that cannot be read, and a template with a variable that is unknown,
    missing or malformed.
    """
    if isinstance(name, str):
        if name not in templates():
            raise InputError(
                f"{name}: no such template; there are {', '.join(templates())}, or give a file of your own with --prompt-file."
            )
        template = Template(name, _folder().joinpath(f"{name}.txt").read_text("utf-8"))
    else:
        template = Template(name.name, _read(name))
    _check(template)
    return template


def render(template: Template, index: Index, answer: Answer) -> Prompt:
    """The template filled with an answer's question and passages.

    The same answer gives the same prompt. The question and the passages are put in as they are: neither `$` nor braces in
    them mean anything.
    """
    _check(template)
    cited = [(passage, [written(part.citation) for part in (passage, *passage.also)]) for passage in answer.passages]
    bodies = [_body(index, passage, citations) for passage, citations in cited]
    question = _plain(answer.question).strip()
    mark = hashlib.sha256("\0".join((question, *bodies)).encode()).hexdigest()[:12]
    fenced = [f"<<<PASSAGE {n} {mark}>>>\n{body}\n<<<END {n} {mark}>>>" for n, body in enumerate(bodies, 1)]
    text = string.Template(template.text).substitute(
        question=question,
        passages="\n\n".join(fenced) or "(No passages were found.)",
        mark=mark,
        count=str(len(fenced)),
    )
    return Prompt(text.rstrip() + "\n", template, answer, tuple(one for _, citations in cited for one in citations))


def _body(index: Index, cited: Cited, citations: list[str]) -> str:
    """What stands between the fences of a passage."""
    metadata = cited.entry.metadata
    article = [metadata.title or cited.entry.id, metadata.publisher, metadata.date]
    said = [speaker_at(index, cited.entry, s.start, s.end) for s in cited.hit.passage.sentences]
    speakers = list(dict.fromkeys(speaker for speaker in said if speaker))
    lines = [f"citation: {_line(citations[0])}"]
    lines += [f"the same text: {_line(also)}" for also in citations[1:]]
    lines.append(f"article: {_line(' · '.join(fact for fact in article if fact))}")
    for speaker in speakers:
        lines.append(f"speaker: {_line(', '.join(part for part in (speaker.name, speaker.role) if part))}")
    if len(speakers) > 1 or speakers and None in said:
        lines.append("(not all of it is theirs: the text says who says what)")
    return "\n".join([*lines, "text:", _plain(cited.hit.passage.text).strip()])


def _plain(text: str) -> str:
    """The text without control characters, and without what could pass for a fence or a model's control token."""
    text = _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n"))
    return _IMITATIONS.sub(lambda found: ("‹" if found[0][0] in "<\uff1c" else "›") * len(found[0]), text)


def _line(text: str) -> str:
    return " ".join(_plain(text).split())


def _check(template: Template) -> None:
    pattern = string.Template(template.text)
    for found in pattern.pattern.finditer(template.text):
        if found["invalid"] is not None:
            line = template.text.count("\n", 0, found.start()) + 1
            raise InputError(f"template {template.name}, line {line}: a $ that begins no variable; write $$ for a dollar sign.")
    used = pattern.get_identifiers()
    for name in used:
        if name not in _KNOWN:
            raise InputError(
                f"template {template.name}: ${name} is no variable; there are {', '.join(f'${k}' for k in sorted(_KNOWN))}."
            )
    for name in _NEEDED:
        if name not in used:
            raise InputError(f"template {template.name}: the variable ${name} is missing; without it the prompt has no {name}.")


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8.") from error
    if len(data) > _MAX_BYTES:
        raise InputError(f"{path}: {len(data)} bytes is too long for a template; at most {_MAX_BYTES} are read.")
    return text


def _folder() -> Traversable:
    """Where the templates are: in the installed package, else at the top of the checkout."""
    packaged = resources.files("rag") / "prompts"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "prompts"


__all__ = ["Prompt", "Template", "load_template", "render", "templates"]
