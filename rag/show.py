"""What people see in a terminal. Programs read `--json` instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rag import steering
from rag.answers import Answer, Cited
from rag.index import Entry, Index
from rag.types import digest

if TYPE_CHECKING:
    from rag.citations import Opened

plain = steering.plain

# By citations.Status: a style, and what to say behind it.
_STATUS = {
    "verified": ("green", ""),
    "moved": ("yellow", "  now at {now}"),
    "changed": ("red", "  the file no longer has this text; shown as it was indexed"),
    "missing": ("red", "  the file cannot be read; shown as it was indexed"),
}


def console(*, stderr: bool = False) -> Console:
    """A console that colours only terminals, and leaves line breaks of piped output alone."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made.width = max(made.width, 100)
    return made


def headline(entry: Entry) -> Text:
    """Title (or id), publisher and date of an article on one line."""
    metadata = entry.metadata
    line = Text(plain(metadata.title or entry.id), style="bold")
    for fact in (metadata.publisher, metadata.date):
        if fact:
            line.append(f" · {plain(fact)}", style="dim")
    return line


def answer(answer: Answer, index: Index, out: Console, *, explain: bool = False) -> None:
    """Print an answer: the passages, best first, each with its best sentence marked, source and citation."""
    if not answer.answered:
        out.print(Text("These articles do not say.", style="bold yellow"), end=" ")
        out.print(Text(f"(confidence {answer.confidence:.2f}) The nearest passages, which need not answer it:", style="yellow"))
        out.print()
    for cited in answer.passages:
        out.print(Group(_heading(cited), _indented(_passage(cited, out), out), *_explained(cited, explain, out)))
        out.print()


def _heading(cited: Cited) -> Text:
    line = Text(f"{cited.rank:>2}  ", style="bold cyan")
    line.append_text(headline(cited.entry))
    if cited.speaker:
        line.append(f" · {plain(cited.speaker.name)}", style="magenta")
    for i, part in enumerate((cited, *cited.also)):
        line.append(f"{'  = ' if i else chr(10) + '    '}{plain(str(part.citation))}", style="cyan")
        line.append(f"@{(part.citation.digest or '')[:8]}", style="dim cyan")
    listed = sum(part.entry.content == cited.entry.content for part in cited.also)
    if cited.copies > listed:
        line.append(f"  and {cited.copies - listed:,} more copies of the same file", style="dim")
    return line


def _passage(cited: Cited, out: Console) -> Text:
    text = cited.hit.passage.text
    before = sum(len(s.text) for s in cited.hit.passage.sentences[: cited.hit.best])
    start = text.index(cited.quote.text, before)
    end = start + len(cited.quote.text)
    marks = ("", "") if out.color_system else ("⟦", "⟧")
    shown = Text(_close_up(text[:start]))
    shown.append(marks[0] + _close_up(text[start:end]) + marks[1], style="bold black on yellow" if out.color_system else "")
    shown.append(_close_up(text[end:]))
    return shown


def _close_up(text: str) -> str:
    """Safe text without empty lines."""
    return re.sub(r"\n\s*\n", "\n", plain(text))


def _indented(text: Text, out: Console) -> Text:
    """The text wrapped to the console and set in by four, without blanks at the ends of lines."""
    lines = text.wrap(out, out.width - 4)
    for line in lines:
        line.rstrip()
    return Text("\n").join(Text("    ") + line if line.plain else line for line in lines)


def _explained(cited: Cited, explain: bool, out: Console) -> Iterable[RenderableType]:
    if not explain:
        return
    legs = "  ".join(f"{name} {share:+.3f}" for name, share in cited.hit.shares.items())
    matched = ", ".join(f"{source} = {' '.join(found)}" for source, found in cited.hit.matched.items()) or "none"
    yield _indented(Text(f"score {cited.hit.score:.3f} = {legs}\nterms {plain(matched)}", style="dim"), out)


def opened(place: Opened, out: Console) -> None:
    """Print a citation's status, source, and text in context."""
    line = Text(plain(str(place.citation)), style="cyan")
    style, remark = _STATUS[place.status]
    line.append(f"  {place.status}", style=f"bold {style}")
    if place.status == "changed" and not (place.citation.digest or digest(place.raw)).startswith(digest(place.raw)[:6]):
        remark = "  neither the file nor the index has the text of this digest; shown is what the index has at this range"
    line.append(remark.format(now=plain(str(place.now))))
    out.print(line)
    out.print(headline(place.entry), Text(plain(place.entry.path), style="dim"), sep="\n")
    marks = ("", "") if out.color_system else ("⟦", "⟧")
    shown = Text("…" + plain(place.before).lstrip(), style="dim")
    shown.append(marks[0] + plain(place.text) + marks[1], style="not dim bold black on yellow" if out.color_system else "not dim")
    shown.append(plain(place.after).rstrip() + "…", style="dim")
    out.print(Text("\n") + _indented(shown, out) + Text("\n"))


def articles(entries: Sequence[Entry], out: Console) -> None:
    """Print a table of articles."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for name in ("article", "title", "publisher", "date", "language", "passages"):
        table.add_column(name, justify="right" if name == "passages" else "left", overflow="fold")
    for entry in entries:
        metadata = entry.metadata
        language = "-".join(part for part in (metadata.language, metadata.script) if part)
        table.add_row(
            *(Text(plain(cell or "–")) for cell in (entry.id, metadata.title, metadata.publisher, metadata.date, language)),
            str(entry.passages[1] - entry.passages[0]),
        )
    out.print(table)


__all__ = ["answer", "articles", "console", "headline", "opened", "plain"]
