"""Answers as Markdown (CommonMark), to keep and to check again with `rag verify`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.answering.answers import Answer, Cited
from rag.answering.scope import EVERYTHING, Scope
from rag.indexing.speakers import called
from rag.presentation.show import parts_of, plain
from rag.types import Citation

# What CommonMark, GitHub's formulas and strike-through act upon: anywhere, and at the beginning of a line.
_ACTIVE = re.compile(r"[\\`*_\[\]<~$]|&(?=#?\w+;)")
_LEADING = re.compile(r"^([ \t]*)([#>+=-]|\d{1,9}(?=[.)]))", re.MULTILINE)


def answer(answer: Answer, scope: Scope = EVERYTHING, *, typed: str | None = None) -> str:
    """An answer as a section: the question (as it was `typed`, then how it was understood), who says so, then each passage as a block quote with its best sentence bold, and
    its citation.

    Where not all was asked, the `scope` is said. The passages are the articles' own words: what Markdown would act upon is
    escaped with a backslash, and the bold sentence begins and ends a line, because bold does not end between Chinese
    punctuation and a Chinese character.
    """
    parts = [f"# {escaped(_one_line(typed or answer.question))}"]
    if typed:
        parts.append(f"Asked as: {escaped(_one_line(answer.question))}")
    if scope:
        parts.append(f"Restricted to: {escaped(str(scope))}.")
    if refusal := answer.refusal():
        parts.append(f"{refusal} (confidence {answer.confidence:.2f}). The nearest passages, which need not answer it:")
    elif standing := answer.standing():
        parts.append(standing)
    parts += _who(answer)
    for cited in answer.passages:
        parts.append(f"## {cited.rank}. {_source(cited)}")
        parts.append(_quoted(cited))
        parts.append(" = ".join(reference(part.citation) for part in (cited, *cited.also)))
    return "\n\n".join(parts) + "\n"


_STANCES = {"says": "Who says so", "unclear": "Close to it, but not clearly so", "contrasts": "Set against it by the article"}


def _who(answer: Answer) -> Iterable[str]:
    """Those who say what is asked, as a list under a heading for each stance."""
    stance = None
    for holder in answer.speakers:
        if holder.stance != stance:
            stance = holder.stance
            yield f"## {_STANCES[stance]}"
        facts = (" ".join(called(holder.speaker)), holder.speaker.role)
        named = " \u00b7 ".join(escaped(_one_line(fact)) for fact in facts if fact)
        yield f"**{named}**"
        for quote in holder.quotes:
            yield "\n".join(f"> {line}" for line in _lines(quote.sentence.text))
            yield reference(quote.citation)


def reference(citation: Citation) -> str:
    """A citation with the first digits of its digest, as code."""
    text = plain(str(citation)) + (f"@{citation.digest[:8]}" if citation.digest else "")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{text}{fence}"


def escaped(text: str) -> str:
    """Safe text in which Markdown sees nothing but text."""
    text = _ACTIVE.sub(r"\\\g<0>", plain(text))
    return _LEADING.sub(lambda found: found[0] + "\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}", text)


def _source(cited: Cited) -> str:
    metadata = cited.entry.metadata
    facts = (metadata.title or cited.entry.id, metadata.publisher, metadata.date, cited.speaker and cited.speaker.name)
    return " \u00b7 ".join(escaped(_one_line(fact)) for fact in facts if fact)


def _quoted(cited: Cited) -> str:
    before, quote, after = parts_of(cited)
    lines = [*_lines(before), *(f"**{line}**" if line else "" for line in _lines(quote)), *_lines(after)]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _lines(text: str) -> Iterable[str]:
    """The text's lines, escaped, without blanks around them; of blank lines at its ends none."""
    return [escaped(line.strip()) for line in text.strip().split("\n")] if text.strip() else []


def _one_line(text: str) -> str:
    return " ".join(text.split())


__all__ = ["answer", "escaped", "reference"]
