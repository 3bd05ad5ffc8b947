"""References to cited places in the forms that writing tools read: Markdown, BibTeX, CSL-JSON, Chicago notes.

Nothing is made up: what an article does not say of itself is left out, or replaced as the form's own rules have it. All
that comes from an article is escaped, so that none of it can act as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rag.text.dates import MONTHS_EN
from rag.text.particles import PARTICLES
from rag.types import Citation, Metadata, Speaker, digest

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# Words of which no person's name is made.
_BODIES = re.compile(
    r"\b(?:the|and|of|staff|desk|team|news|editors?|editorial|reporters?|correspondents?|newsroom|agency|press|daily|times|"
    r"media|group|lab|inc|ltd|llc|co|corp|university|institute)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited place as a reference needs it: where it is, what its article says of itself, its readable text, who said it."""

    citation: Citation
    metadata: Metadata
    text: str
    speaker: Speaker | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """A person by family and given name, or (family None) whatever goes as a whole: a body, a name in another script."""

    whole: str
    family: str | None = None
    given: str = ""


def markdown(reference: Reference) -> str:
    """A block quotation and a line with its source, in CommonMark that shows the text as it is."""
    metadata, citation = reference.metadata, reference.citation
    lines = [line.strip() for line in reference.text.splitlines()]
    quoted = "\n".join(f"> {_markdown(line)}".rstrip() for line in lines)
    title = _markdown(_line(metadata.title or citation.article))
    url = web_address(metadata.url)
    facts = [f"[{title}](<{url}>)" if url else title]
    if metadata.publisher:
        facts.append(f"*{_markdown(_line(metadata.publisher))}*")
    facts += [_markdown(_line(fact)) for fact in (metadata.author, metadata.date) if fact]
    said = ""
    if reference.speaker:
        said = _markdown(", ".join(_line(part) for part in (reference.speaker.name, reference.speaker.role) if part)) + ", in "
    return f"{quoted}\n>\n> — {said}{', '.join(facts)}, {_code(written(citation))}"


def chicago(reference: Reference) -> str:
    """A note in the style of the Chicago Manual (17th edition, 14.205 ff.), the range as its locator, without italics.

    Author, “Title,” publisher, date, address, locator. Without an author it begins with the title, without a title the
    article's id stands for it, without a date it says n.d.
    """
    metadata, citation = reference.metadata, reference.citation
    names = [name.whole for name in _names(metadata.author)]
    title = _inner_quotes(_line(metadata.title or citation.article)).rstrip(".")
    parts = [_listed(names)] if names else []
    parts += [f"“{title},”"]
    rest = [_line(metadata.publisher)] if metadata.publisher else []
    rest.append(_long_date(_date_parts(metadata.date)))
    rest += [url] if (url := web_address(metadata.url)) else []
    rest.append(f"characters {citation.start}–{citation.end} ({_line(written(citation))})")
    return f"{''.join(part + ', ' for part in parts[:-1])}{parts[-1]} {', '.join(rest)}."


def bibtex(references: Sequence[Reference]) -> str:
    """One @misc entry a cited place, for BibTeX and BibLaTeX alike; a place that is given twice stands once.

    The keys are made of the citations, so they are unique and the same in every run.
    """
    entries = []
    for reference in _once(references):
        metadata, citation = reference.metadata, reference.citation
        date = _date_parts(metadata.date)
        fields = {
            "author": " and ".join(_bibtex_name(name) for name in _names(metadata.author)),
            "title": f"{{{_latex(metadata.title or citation.article)}}}",
            "publisher": _latex(metadata.publisher or ""),
            "year": f"{date[0]:04}" if date else "",
            "month": f"#{MONTHS_EN[date[1] - 1][:3].lower()}" if len(date) > 1 else "",
            "date": "-".join(f"{part:02}" for part in date),
            "url": web_address(metadata.url) or "",
            "note": f"Characters {citation.start}--{citation.end}, {_latex(written(citation))}",
        }
        # A month stands unbraced: it is one of BibTeX's own abbreviations.
        lines = [f"  {name:<9} = {v[1:] if v.startswith('#') else f'{{{v}}}'}" for name, v in fields.items() if v]
        entries.append("@misc{" + _key(citation) + ",\n" + ",\n".join(lines) + "\n}")
    return "\n\n".join(entries)


def csl_json(references: Sequence[Reference]) -> list[dict[str, Any]]:
    """One CSL-JSON item a cited place, by the schema of CSL 1.0.2; a place that is given twice stands once."""
    items = []
    for reference in _once(references):
        metadata, citation = reference.metadata, reference.citation
        date, url = _date_parts(metadata.date), web_address(metadata.url)
        authors = [
            {"literal": name.whole} if name.family is None else {"family": name.family, "given": name.given}
            for name in _names(metadata.author)
        ]
        item = {
            "id": written(citation),
            "type": "webpage" if url else "document",
            "title": _line(metadata.title or citation.article),
            "author": authors,
            "publisher": _line(metadata.publisher or ""),
            "issued": {"date-parts": [date]} if date else None,
            "URL": url,
            "language": _language(metadata),
            "locator": f"{citation.start}-{citation.end}",
        }
        items.append({name: value for name, value in item.items() if value})
    return items


def written(citation: Citation) -> str:
    """The citation with the first eight digits of its digest behind it, where it has one."""
    return f"{citation}@{citation.digest[:8]}" if citation.digest else str(citation)


def web_address(url: str | None) -> str | None:
    """The address with everything but plain ASCII escaped by percent signs; None for what is no http or https address."""
    if not url or not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    return quote(url.strip(), safe="/:?#@!$&'()*+,;=~%-._[]")


def _language(metadata: Metadata) -> str:
    """A language tag; the script stands in it where the language is at home in several."""
    return f"{metadata.language}-{metadata.script}" if metadata.language == "zh" and metadata.script else metadata.language or ""


def _once(references: Iterable[Reference]) -> list[Reference]:
    return list({str(reference.citation): reference for reference in references}.values())


def _line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def _date_parts(date: str | None) -> list[int]:
    """Year, month and day of an ISO 8601 date, as many as it gives; empty for none and for another form."""
    match = re.match(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?:T.*)?$", date or "", re.DOTALL)
    return [int(part) for part in match.groups() if part] if match else []


def _long_date(parts: list[int]) -> str:
    if not parts:
        return "n.d."
    month = MONTHS_EN[parts[1] - 1] + " " if len(parts) > 1 else ""
    return f"{month}{parts[2]}, {parts[0]}" if len(parts) > 2 else f"{month}{parts[0]}"


def _names(author: str | None) -> list[_Name]:
    """The authors in a byline's words."""
    found = []
    for part in re.split("\\s*[\u3001;\uff1b&]\\s*|\\s+and\\s+", _line(author or "")):
        # "Lind, Marta" is one person, "Marta Lind, Jo Berg" are two.
        pieces = [piece.strip() for piece in re.split("[,\uff0c]", part) if piece.strip()]
        if len(pieces) == 2 and all(len(piece.split()) == 1 and piece.isascii() for piece in pieces):
            found.append(_Name(f"{pieces[1]} {pieces[0]}", pieces[0], pieces[1]))
        else:
            found += [_name(piece) for piece in pieces]
    return found


def _name(text: str) -> _Name:
    words = text.split()
    person = (
        2 <= len(words) <= 5
        and not _BODIES.search(text)
        and all(word in PARTICLES or re.match(r"[A-ZÀ-ÞĀ-ŽΑ-ΩА-Я][^\W\d_'’.-]*[\w'’.-]*$", word) for word in words)
    )
    if not person:
        return _Name(text)
    first = next((i for i, word in enumerate(words) if i and word in PARTICLES), len(words) - 1)
    return _Name(text, " ".join(words[first:]), " ".join(words[:first]))


def _listed(names: list[str]) -> str:
    """The names of a note: up to three, of more the first."""
    if len(names) > 3:
        return f"{names[0]} et al."
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{',' if len(names) > 2 else ''} and {names[-1]}"


def _inner_quotes(text: str) -> str:
    """Quotation marks inside of quotation marks are single."""
    text = text.replace("“", "‘").replace("”", "’")
    return re.sub(r'"([^"]*)"', r"‘\1’", text).replace('"', "’")


_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{c: "\\" + c for c in "#$%&_"},
}  # fmt: skip


def _latex(text: str) -> str:
    """The text for a BibTeX field. Braces are written out, since BibTeX counts even escaped ones."""
    return "".join(_LATEX.get(c, c) for c in _line(text))


def _bibtex_name(name: _Name) -> str:
    if name.family is None:
        return f"{{{_latex(name.whole)}}}"
    return f"{{{_latex(name.family)}}}, {_latex(name.given)}"


def _key(citation: Citation) -> str:
    """Letters, digits and hyphens alone; where an id loses something by that, the first digits of its digest are added."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", citation.article).strip("-.")
    if plain != citation.article:
        plain = f"{plain}-{digest(citation.article)[:6]}".lstrip("-")
    return f"{plain}-{citation.start}-{citation.end}"


def _markdown(text: str) -> str:
    """The text of one line with every character escaped that Markdown or HTML could take for its own."""
    text = re.sub(r"([\\`*_\[\]<>&|~$])", r"\\\1", _CONTROLS.sub("\ufffd", text))
    text = re.sub(r"^(#+|[-+]|=+)(?=\s|$|[-=+])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", text)


def _code(text: str) -> str:
    """A code span; its fence is longer than any run of backticks inside."""
    text = _line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if len(fence) > 1 else f"{fence}{text}{fence}"


__all__ = ["Reference", "bibtex", "chicago", "csl_json", "markdown", "web_address", "written"]
