"""What people see in a terminal. Programs read `--json` instead."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from rag.answering.answers import Answer, Cited
from rag.indexing.index import Entry, Index
from rag.indexing.speakers import called
from rag.presentation import steering, wrapping
from rag.types import Citation, Speaker

if TYPE_CHECKING:
    from rag.answering.sayings import Saying
    from rag.citation.citations import Opened
    from rag.citation.locating import Place
    from rag.citation.verifying import Finding
    from rag.indexing.speakers import Profile

plain = steering.plain

# By citations.Status: a style, and what to say behind it.
_STATUS = {
    "verified": ("green", ""),
    "moved": ("yellow", "  now at {now}"),
    "changed": ("red", "  the file no longer has this text; shown as it was indexed"),
    "missing": ("red", "  the file cannot be read; shown as it was indexed"),
}


def console(*, stderr: bool = False) -> Console:
    """A console that colours only terminals, and gives piped output 100 columns at least, unless COLUMNS says otherwise."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
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
    if refusal := answer.refusal():
        said = Text(f"{refusal}.", style="bold yellow")
        said.append(
            f" (confidence {answer.confidence:.2f}) The nearest passages, which need not answer it:", style="not bold yellow"
        )
        _print(out, [*_wrapped(said, out), Text()])
    elif standing := answer.standing():
        _print(out, [Text(standing, style="dim" if ":" not in standing else "yellow"), Text()])
    _holders(answer, out)
    for cited in answer.passages:
        _print(
            out, [*_heading(cited, out), *_wrapped(_passage(cited, out), out, "    "), *_explained(cited, explain, out), Text()]
        )


_STANCES = {
    "says": ("Who says so", "bold green"),
    "unclear": ("Close to it, but not clearly so", "bold yellow"),
    "contrasts": ("Set against it by the article", "bold red"),
}


def _holders(answer: Answer, out: Console) -> None:
    """Those who say what is asked, each with what they said and where; nothing for other questions."""
    stance = None
    for holder in answer.speakers:
        if holder.stance != stance:
            stance = holder.stance
            words, style = _STANCES[stance]
            out.print(Text(words, style=style))
        _print(out, _wrapped(who(holder.speaker), out, "  "))
        for quote in holder.quotes:
            _print(out, _wrapped(Text(_close_up(quote.sentence.text)), out, "    "))
            _print(out, [Text("    ") + place(quote.citation, quote.entry, out)])
    if answer.mentioned:
        names = ", ".join(plain(name) for speaker in answer.mentioned for name in [_named(speaker)])
        _print(out, _wrapped(Text.assemble(("Mentioned: ", "dim"), (names, "dim")), out))
    if answer.speakers:
        out.print()


def who(speaker: Speaker) -> Text:
    """A speaker's name, how it is read, and the role."""
    line = Text(plain(_named(speaker)), style="bold magenta")
    if speaker.pseudonym:
        line.append(" (pseudonym)", style="dim")
    if speaker.role:
        line.append(f" \u00b7 {plain(speaker.role)}", style="dim")
    return line


def _named(speaker: Speaker) -> str:
    return " ".join(called(speaker))


def speakers(profiles: Sequence[Profile], out: Console) -> None:
    """Print a table of speakers."""
    table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for name in ("speaker", "role", "utterances"):
        table.add_column(name, justify="right" if name == "utterances" else "left", overflow="fold")
    for profile in profiles:
        speaker = profile.speaker
        mark = " (pseudonym)" if speaker.pseudonym else ""
        table.add_row(Text(plain(_named(speaker)) + mark), Text(plain(speaker.role or "\u2013")), str(len(profile.utterances)))
    out.print(table)


def sayings(profile: Profile, said: Sequence[Saying], out: Console) -> None:
    """Print all that one says, in order, each under its article, with form and citation."""
    _print(out, _wrapped(who(profile.speaker), out))
    others = [alias for alias in profile.speaker.aliases if alias not in called(profile.speaker)]
    if others:
        _print(out, _wrapped(Text(f"also {plain(', '.join(others))}", style="dim"), out))
    entry = None
    for saying in said:
        if saying.entry is not entry:
            entry = saying.entry
            _print(out, [Text(), *_wrapped(headline(entry), out)])
        marks = ("\u201c", "\u201d") if saying.quoted else ("", "")
        _print(out, _wrapped(Text(marks[0] + _close_up(saying.text) + marks[1]), out, "    "))
        how = f"  {saying.form}, {'in their words' if saying.quoted else 'as the article puts it'}"
        _print(out, [Text("    ") + place(saying.citation, entry, out) + Text(how, style="dim")])


def _heading(cited: Cited, out: Console) -> Iterable[Text]:
    source = headline(cited.entry)
    if cited.speaker:
        source.append(f" \u00b7 {plain(_named(cited.speaker))}", style="magenta")
    number = Text(f"{cited.rank:>2}  ", style="bold cyan")
    yield from _wrapped(source, out, "    ", number)
    yield Text("    ") + place(cited.citation, cited.entry, out)
    for other in cited.also:
        yield Text("  = ", style="cyan") + place(other.citation, other.entry, out)
    listed = sum(other.entry.content == cited.entry.content for other in cited.also)
    if cited.copies > listed:
        yield Text(f"    and {cited.copies - listed:,} more copies of the same file", style="dim")


def place(citation: Citation, entry: Entry, out: Console) -> Text:
    """A citation and the first digits of its digest; on a colour terminal, a link (OSC 8) to the article's file."""
    line = Text(plain(str(citation)), style="cyan")
    if citation.digest:
        line.append(f"@{citation.digest[:8]}", style="dim cyan")
    if coloured(out):
        line.stylize(Style(link=Path(entry.path).absolute().as_uri()))
    return line


def coloured(out: Console) -> bool:
    """Whether marks can be colours: not in a pipe, nor where NO_COLOR is set, nor on a dumb terminal."""
    return out.color_system is not None and not out.no_color


def _passage(cited: Cited, out: Console) -> Text:
    before, quote, after = parts_of(cited)
    shown = Text(_close_up(before))
    shown.append_text(_marked(_close_up(quote), out))
    shown.append(_close_up(after))
    return shown


def parts_of(cited: Cited) -> tuple[str, str, str]:
    """A passage's readable text before its best sentence, that sentence, and the text after it."""
    text = cited.hit.passage.text
    before = sum(len(s.text) for s in cited.hit.passage.sentences[: cited.hit.best])
    start = text.index(cited.quote.text, before)
    end = start + len(cited.quote.text)
    return text[:start], text[start:end], text[end:]


def _marked(text: str, out: Console, style: str = "") -> Text:
    """The text highlighted where there is colour, else between \u27e6 and \u27e7."""
    if coloured(out):
        return Text(text, style=f"{style} bold black on yellow")
    return Text(f"\u27e6{text}\u27e7", style=style)


def _close_up(text: str) -> str:
    """Safe text without empty lines."""
    return re.sub(r"\n\s*\n", "\n", plain(text))


def _wrapped(text: Text, out: Console, margin: str = "", first: Text | None = None) -> Iterable[Text]:
    """The lines of a text wrapped to the console, each behind a margin; `first` stands in the margin of the first."""
    text.expand_tabs(4)
    for number, (start, end) in enumerate(wrapping.lines(text.plain, out.width - len(margin))):
        line = text[start:end] if end > start else Text()
        yield Text.assemble(first if first and not number else margin if line.plain else "", line)


def _print(out: Console, lines: Iterable[Text]) -> None:
    """Print lines that are wrapped already, citations too long for a line included."""
    for line in lines:
        out.print(line, soft_wrap=True)


def _explained(cited: Cited, explain: bool, out: Console) -> Iterable[Text]:
    if not explain:
        return
    legs = "  ".join(f"{name} {share:+.3f}" for name, share in cited.hit.shares.items())
    matched = ", ".join(f"{source} = {' '.join(found)}" for source, found in cited.hit.matched.items()) or "none"
    yield from _wrapped(Text(f"score {cited.hit.score:.3f} = {legs}\nterms {plain(matched)}", style="dim"), out, "    ")


def opened(found: Opened, out: Console) -> None:
    """Print a citation's status, source, and text in context."""
    line = place(found.citation, found.entry, out)
    style, remark = _STATUS[found.status]
    line.append(f"  {found.status}", style=f"bold {style}")
    if found.status == "changed" and not found.was_known:
        remark = "  neither the file nor the index has the text of this digest; shown is what the index has at this range"
    if found.dropped:
        remark = "  the article is no longer in the index; shown as it was indexed"
    now = f"{found.now}@{(found.now.digest or '')[:8]}".rstrip("@") if found.now else ""
    line.append(remark.format(now=plain(now)))
    if found.status == "verified" and found.checked == "index":
        line.append("  no digest: this is what stands there now", style="dim")
    path = Text(plain(found.entry.path), style="dim")
    _print(out, [line, *_wrapped(headline(found.entry), out), path])
    if found.speaker:
        role = f", {plain(found.speaker.role)}" if found.speaker.role else ""
        _print(out, _wrapped(Text(plain(found.speaker.name) + role, style="magenta"), out))
    shown = Text("\u2026" + plain(found.before).lstrip(), style="dim")
    shown.append_text(_marked(plain(found.text), out, "not dim"))
    shown.append(plain(found.after).rstrip() + "\u2026", style="dim")
    _print(out, [Text(), *_wrapped(shown, out, "    "), Text()])
    if found.stands is not None and (found.was_known or found.stands != found.raw):
        where = f" ({plain(str(found.replaced))})" if found.replaced else ""
        what = "From what it was to what stands there now" if found.was_known else "Now there"
        _print(out, [Text(f"{what}{where}:", style="dim"), *_wrapped(_became(found, out), out, "    "), Text()])


def _became(found: Opened, out: Console) -> Text:
    """What stands there now, with the edits that made it so: by colour, or as [-gone-]{+new+}."""
    styles = {"delete": "red strike", "insert": "green"} if coloured(out) else {}
    marks = {} if coloured(out) else {"delete": ("[-", "-]"), "insert": ("{+", "+}")}
    shown = Text()
    for op, text in [("equal", found.stands or "")] if found.diff is None else found.diff:
        before, after = marks.get(op, ("", ""))
        shown.append(before + plain(text) + after, style=styles.get(op))
    return shown


def located(found: Place, number: int, out: Console) -> None:
    """Print where a quote stands: source, citation, the text in context, and where it differs from the quote."""
    source = headline(found.entry)
    if found.speaker:
        source.append(f" \u00b7 {plain(_named(found.speaker))}", style="magenta")
    where = Text("    ") + place(found.citation, found.entry, out)
    where.append("  exact" if found.exact else f"  {found.similarity:.0%} the same", style="green" if found.exact else "yellow")
    shown = Text("\u2026" + _close_up(found.before).lstrip(), style="dim")
    shown.append_text(_marked(_close_up(found.text), out, "not dim"))
    shown.append(_close_up(found.after).rstrip() + "\u2026", style="dim")
    number_ = Text(f"{number:>2}  ", style="bold cyan")
    _print(out, [*_wrapped(source, out, "    ", number_), where, *_wrapped(shown, out, "    ")])
    if not found.exact:
        _print(out, _wrapped(_differing(found, out), out, "    "))
    out.print()


def nearest(found: Place, out: Console) -> None:
    """Print where the longest run of words stands of a quote that stands nowhere."""
    run = " ".join(plain(found.text).split())
    line = Text(f"nearest: \u201c{run if len(run) <= 160 else run[:100] + ' ' + chr(0x2026) + ' ' + run[-50:]}\u201d at ")
    line.append_text(place(found.citation, found.entry, out))
    if found.speaker:
        line.append(f" \u00b7 {plain(_named(found.speaker))}", style="magenta")
    _print(out, [line])


def _differing(found: Place, out: Console) -> Text:
    """The quote with what the source lacks struck out and what it has instead, as wdiff marks them in a pipe."""
    shown = Text("quote to source: ", style="dim")
    colour = coloured(out)
    for change in found.changes:
        quote, source = " ".join(plain(change.quote).split()), " ".join(plain(change.source).split())
        if change.equal:
            text = " ".join(plain(change.source).split("\n"))
            shown.append(text if len(text) <= 30 else f"{text[:12]} \u2026 {text[-12:]}")
            continue
        if quote:
            shown.append(quote if colour else f"[-{quote}-]", style="strike red" if colour else "not dim")
        if source:
            shown.append(source if colour else "{+" + source + "+}", style="bold green" if colour else "not dim")
    return shown


def finding(found: Finding, name: str, out: Console) -> None:
    """Print what became of a quotation or citation of a document."""
    line = Text(f"{plain(name)}:{found.line}  ", style="dim")
    line.append(str(found.verdict), style="bold green" if found.ok else "bold red")
    if found.cited:
        line.append(f"  {plain(found.cited)}", style="cyan")
    if found.note:
        line.append(f"  {plain(found.note)}")
    _print(out, [line])
    if found.quote is not None:
        text = " ".join(plain(found.quote).split())
        _print(out, _wrapped(Text(text if len(text) <= 160 else f"{text[:100]} \u2026 {text[-50:]}"), out, "    "))
    if found.speaker:
        _print(out, _wrapped(Text(f"said by {plain(_named(found.speaker))}", style="magenta"), out, "    "))
    if found.place and not found.place.exact:
        _print(out, _wrapped(_differing(found.place, out), out, "    "))
    if found.correct:
        now = f"    {'stands at' if found.quote else 'now'} {plain(str(found.correct))}@{(found.correct.digest or '')[:8]}"
        _print(out, [Text(now, style="cyan")])


_BESIDE = 60
"""Columns that a table of articles takes beside their ids."""


def articles(entries: Sequence[Entry], out: Console) -> None:
    """Print a table of articles; where it is too narrow for that, a list. An id is never broken: it is there to be copied."""
    if out.width < _BESIDE + max((wrapping.cells(plain(entry.id)) for entry in entries), default=0):
        for entry in entries:
            count = _passages(entry)
            facts = (*_facts(entry), f"{count} {'passage' if count == 1 else 'passages'}")
            lines = [fact for fact in (entry.metadata.title, " \u00b7 ".join(fact for fact in facts if fact)) if fact]
            _print(
                out, [Text(plain(entry.id), style="cyan"), *(w for line in lines for w in _wrapped(Text(plain(line)), out, "  "))]
            )
        return
    table = Table(box=None, pad_edge=False, header_style="bold", expand=False)
    for name in ("article", "title", "publisher", "date", "language", "passages"):
        table.add_column(
            name, justify="right" if name == "passages" else "left", overflow="fold", no_wrap=name in ("article", "date")
        )
    for entry in entries:
        cells = (entry.id, entry.metadata.title, *_facts(entry))
        table.add_row(*(Text(plain(cell or "–")) for cell in cells), str(_passages(entry)))
    out.print(table)


def _facts(entry: Entry) -> tuple[str | None, str | None, str]:
    """Publisher, date, and language with script."""
    metadata = entry.metadata
    return metadata.publisher, metadata.date, "-".join(part for part in (metadata.language, metadata.script) if part)


def _passages(entry: Entry) -> int:
    return entry.passages[1] - entry.passages[0]


__all__ = [
    "answer",
    "articles",
    "coloured",
    "console",
    "finding",
    "headline",
    "located",
    "nearest",
    "opened",
    "parts_of",
    "place",
    "plain",
    "sayings",
    "speakers",
    "who",
]
