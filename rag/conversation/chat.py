"""A conversation with the articles: what each line typed does, without a terminal.

`respond` takes a session and a line and gives what to show and the session that follows. Sessions are values: a question
that is cancelled half-way leaves the one before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answering.answers import Answer, answer
from rag.answering.scope import EVERYTHING, Scope, check_date, choose
from rag.articles.corpus import decode, read_bytes
from rag.citation.citations import Opened, open_citation, parse
from rag.conversation.dialogue import Before, Understood
from rag.conversation.following import remember, understand
from rag.encoding.encoders import Encoder, open_encoder
from rag.errors import ArticleError, InputError, RagError
from rag.indexing.index import Entry, Index, open_index
from rag.indexing.speakers import called, profiles
from rag.presentation import markdown
from rag.text.interrogatives import is_foreign
from rag.types import Citation

if TYPE_CHECKING:
    from rag.citation.locating import Place
    from rag.citation.verifying import Verification

TOP = 5  # passages an answer has
MOST = 1_000  # and may have


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and the articles that were asked for it; the question as it was typed, where it was understood as another."""

    answer: Answer
    scope: Scope
    typed: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a conversation begins with, and goes back to."""

    top: int = TOP
    follow: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """What a conversation knows: index and encoder, the filters and settings that hold, and what was asked so far, in order.

    With `follow`, a question may refer to the one `before`, which /reset forgets. `begun` is what /reset goes back to. `saved` are the files that this session wrote, which it may write again.
    """

    index: Index
    encoder: Encoder
    scope: Scope = EVERYTHING
    top: int = TOP
    explain: bool = False
    follow: bool = True
    asked: tuple[Asked, ...] = ()
    before: Before | None = None
    saved: frozenset[Path] = frozenset()
    begun: Settings = Settings()


@dataclass(frozen=True, slots=True)
class Remark:
    """Talk about what was done, not data."""

    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was understood, or why it was not: said before its answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The articles of the index."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """The wish to see a file at a line, counted from 1, in the editor."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Located:
    """The places of a quote, best first."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of the quotations and citations of a document, and its name."""

    name: str
    verification: Verification


Shown = Answer | Opened | Listing | Located | Verified | Edit | Reading | Remark | str


@dataclass(frozen=True, slots=True)
class Turn:
    """What a line came to: the session from now on, what to show in order, and whether that was the end."""

    session: Session
    shown: tuple[Shown, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the conversation: what it takes, what it does, and how."""

    takes: str
    does: str
    run: Callable[[Session, str], Turn]


@dataclass(frozen=True, slots=True)
class Completion:
    """A text that may stand for the last `replaces` characters of a line, and what it is."""

    text: str
    replaces: int
    note: str = ""


def respond(session: Session, line: str) -> Turn:
    """What a line does: a command where it begins with a slash, else a question; an empty one does nothing.

    Raises RagError, with the sentence to show, for what cannot be done; the session then stays as it was.
    """
    if not line.strip():
        return Turn(session)
    if line[0] not in "/\uff0f":
        return _ask(session, line)
    name, rest = _split(line)
    if name not in COMMANDS:
        from difflib import get_close_matches

        near = get_close_matches(name, COMMANDS, 1, 0.0)[0]
        raise InputError(
            f"/{name[:40]}: no such command; did you mean /{near}? /help lists them, and a blank before the slash asks it."
        )
    return COMMANDS[name].run(session, rest)


def refreshed(session: Session) -> tuple[Session, Remark | None]:
    """The session with the index that counts now, and what to say of it where that is another than before."""
    if session.index.is_current():
        return session, None
    try:
        index = open_index(session.index.folder)
        made, encoder = index.model, session.encoder
        if made != encoder.model:
            encoder = open_encoder(made.name, query_prompt=made.query_prompt, passage_prompt=made.passage_prompt)
            made.require(encoder.model)
    except RagError as error:
        return session, Remark(f"The index was rebuilt but cannot be opened, so the old one goes on: {error}")
    said = f"The index was rebuilt meanwhile: {len(index.entries)} articles, {len(index.passages)} passages."
    return replace(session, index=index, encoder=encoder), Remark(said)


def completions(session: Session, text: str) -> list[Completion]:
    """What may follow the beginning of a line: commands, article ids, numbers of passages; paths are left to the terminal."""
    if not text.startswith("/"):
        return []
    if not any(c.isspace() for c in text):
        found = [(f"/{name}", command) for name, command in COMMANDS.items()]
        return [Completion(name, len(text), command.does) for name, command in found if name.startswith(text)]
    name, rest = _split(text)
    word = "" if text[-1].isspace() else rest.split()[-1]
    if name == "article":
        choices = [(entry.id, entry.metadata.title or "") for entry in session.index.entries]
    elif name == "speaker":
        choices = [(form, p.speaker.role or "") for p in profiles(session.index) for form in called(p.speaker)]
    elif name in ("cite", "open"):
        choices = [(str(c.rank), str(c.citation)) for c in (session.asked[-1].answer.passages if session.asked else ())]
    elif name == "prompt":
        from rag.answering.prompting import templates

        choices = [(template, "") for template in templates()]
    else:
        choices = []
    return [Completion(choice, len(word), note) for choice, note in choices if choice.startswith(word)]


def _split(line: str) -> tuple[str, str]:
    """The name of the command, lower case, and what follows it."""
    words = line[1:].split(maxsplit=1) if not line[1:2].isspace() else ["", line[1:]]
    return words[0].lower() if words else "", words[1].strip() if len(words) > 1 else ""


def _ask(session: Session, question: str) -> Turn:
    understood = _understood(session, question)
    scope, typed = session.scope, None
    read: list[Reading | Remark] = []
    if understood is None and session.follow and session.before and is_foreign(question):
        read = [Remark("Follow-ups are understood in English and Chinese only; this is asked as it stands.")]
    elif understood is not None and understood.note:
        read = [Reading(understood.note)]
    elif understood is not None:
        typed = question
        question, speaker = understood.question, understood.speaker
        scope = replace(scope, speaker=speaker.name) if speaker else scope
        whose = f" (of what {' '.join(called(speaker))} says)" if speaker else ""
        read = [Reading(f"Asked as: {question}{whose}")]
    within = choose(session.index, scope).sentences if scope else None
    found = answer(session.index, session.encoder, question, session.top, within=within)
    said = tuple(Remark(f"Warning: {warning}") for warning in found.warnings)
    # A speaker who holds by /speaker is not carried on once that is dropped.
    carried = scope.speaker if scope.speaker != session.scope.speaker else None
    before = remember(session.index, found, carried, understood, session.before)
    return Turn(replace(session, asked=(*session.asked, Asked(found, scope, typed)), before=before), (*read, found, *said))


def _understood(session: Session, question: str) -> Understood | None:
    """What a question asks after the one before; None where it is asked as it is."""
    if not session.follow:
        return None
    return understand(session.index, question, session.before, session.scope.speaker)


# --- filters ---------------------------------------------------------------------------------------------------------


def _narrow(session: Session, scope: Scope) -> Turn:
    chosen = choose(session.index, scope)
    left_out = f"; {chosen.undated} without a date left out" if chosen.undated else ""
    said = Remark(f"{len(chosen.articles)} of {len(session.index.entries)} articles asked ({scope}){left_out}.")
    return Turn(replace(session, scope=scope), (said,))


def _article(session: Session, given: str) -> Turn:
    return _narrow(session, replace(session.scope, articles=tuple(given.replace(",", " ").split())))


def _since(session: Session, given: str) -> Turn:
    return _narrow(session, replace(session.scope, since=check_date(given) if given else None))


def _until(session: Session, given: str) -> Turn:
    return _narrow(session, replace(session.scope, until=check_date(given) if given else None))


def _speaker(session: Session, given: str) -> Turn:
    return _narrow(session, replace(session.scope, speaker=given or None))


def _top(session: Session, given: str) -> Turn:
    if not given.isdecimal() or len(given) > 9 or not 1 <= int(given) <= MOST:
        raise InputError(f"/k takes a number of passages, 1 to {MOST:,}, as in: /k 10")
    return Turn(replace(session, top=int(given)), (Remark(f"Passages an answer: {int(given)}."),))


def _explain(session: Session, given: str) -> Turn:
    if given not in ("", "on", "off"):
        raise InputError("/explain takes on or off, or nothing, which turns it over.")
    on = given == "on" or not given and not session.explain
    return Turn(replace(session, explain=on), (Remark(f"Scores and words are {'shown' if on else 'not shown'}."),))


def _follow(session: Session, given: str) -> Turn:
    if given not in ("", "on", "off"):
        raise InputError("/follow takes on or off, or nothing, which turns it over.")
    on = given == "on" or not given and not session.follow
    said = "Questions may refer to the one before." if on else "Every question is asked as it is typed."
    return Turn(replace(session, follow=on), (Remark(said),))


def _filters(session: Session, _: str) -> Turn:
    explained = "on" if session.explain else "off"
    followed = "on" if session.follow else "off"
    return Turn(session, (f"articles: {session.scope}\npassages: {session.top}\nexplain: {explained}\nfollow: {followed}\n",))


def _reset(session: Session, _: str) -> Turn:
    top, follow = session.begun.top, session.begun.follow
    fresh = replace(session, scope=EVERYTHING, top=top, explain=False, follow=follow, before=None)
    typed = "" if follow else ", every question as it is typed"
    return Turn(fresh, (Remark(f"All articles, {top} {'passage' if top == 1 else 'passages'}, no explanations{typed}."),))


# --- places ----------------------------------------------------------------------------------------------------------


def _last(session: Session) -> Answer:
    if not session.asked:
        raise InputError("nothing was asked yet; ask something first.")
    return session.asked[-1].answer


def _citations(session: Session, given: str, command: str) -> list[Citation]:
    """The citations meant by numbers of passages of the last answer, or the one written out."""
    if not given:
        raise InputError(f"/{command} takes numbers of passages, as in: /{command} 1, or a citation ARTICLE#START-END.")
    numbers = given.replace(",", " ").split()
    if not all(number.isdecimal() for number in numbers):
        return [parse(given)]
    passages = _last(session).passages
    for number in numbers:
        if len(number) > 9 or not 1 <= int(number) <= len(passages):
            there = (
                "there is none" if not passages else f"there are 1 to {len(passages)}" if len(passages) > 1 else "there is only 1"
            )
            raise InputError(f"passage {number[:20]}: the last answer has none of that number; {there}.")
    return [passages[int(number) - 1].citation for number in numbers]


def _cite(session: Session, given: str) -> Turn:
    return Turn(session, tuple(open_citation(session.index, citation) for citation in _citations(session, given, "cite")))


def _open(session: Session, given: str) -> Turn:
    wanted = []
    for citation in _citations(session, given, "open"):
        found = open_citation(session.index, citation)
        if found.line is None:
            raise InputError(f"{found.entry.path}: the file cannot be read, so it is not opened.")
        wanted.append(Edit(found.entry.path, found.line))
    return Turn(session, tuple(wanted))


def _locate(session: Session, given: str) -> Turn:
    from rag.citation.locating import locate

    places = tuple(locate(session.index, given))
    said = () if places else (Remark("The articles have it nowhere."),)
    return Turn(session, (Located(places), *said))


def _verify(session: Session, given: str) -> Turn:
    from rag.citation.verifying import verify

    if not given:
        raise InputError("/verify takes the name of a file, as in: /verify draft.md")
    try:
        document = decode(read_bytes(Path(given).expanduser()), given)[0]
    except ArticleError as error:
        raise InputError(str(error)) from error
    verification = verify(session.index, document)
    counts = Counter(str(finding.verdict) for finding in verification.findings)
    summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "no quotations and no citations"
    return Turn(session, (Verified(given, verification), Remark(f"{given}: {summary}.")))


def _articles(session: Session, _: str) -> Turn:
    return Turn(session, (Listing(tuple(session.index.entries)),))


def _grounded(session: Session, given: str) -> Turn:
    from rag.answering.prompting import load_template, render

    return Turn(session, (render(load_template(given or "answer"), session.index, _last(session)).text,))


# --- the session -----------------------------------------------------------------------------------------------------


def _save(session: Session, given: str) -> Turn:
    return _write(session, given, again=False)


def _save_again(session: Session, given: str) -> Turn:
    return _write(session, given, again=True)


def _write(session: Session, given: str, *, again: bool) -> Turn:
    _last(session)
    if not given:
        raise InputError("/save takes the name of a file, as in: /save notes.md")
    path = Path(given).expanduser().absolute()
    text = "\n".join(markdown.answer(asked.answer, asked.scope, typed=asked.typed) for asked in session.asked)
    there = path.exists()
    if there and not again and path not in session.saved:
        raise InputError(f"{given}: there is such a file; /save! {given} replaces it.")
    try:
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{given}: cannot be written ({error.strerror or error}); name another file.") from error
    count = len(session.asked)
    said = f"{'Replaced' if there else 'Wrote'} {given}: {count} {'question' if count == 1 else 'questions'}."
    return Turn(replace(session, saved=session.saved | {path}), (Remark(said),))


def _help(session: Session, _: str) -> Turn:
    names = {name: f"/{name} {command.takes}".rstrip() for name, command in COMMANDS.items()}
    width = max(map(len, names.values()))
    lines = [f"{names[name]:<{width}}  {command.does}" for name, command in COMMANDS.items()]
    return Turn(session, ("Anything that does not begin with a slash is a question.\n" + "\n".join(lines) + "\n",))


def _quit(session: Session, _: str) -> Turn:
    return Turn(session, ended=True)


COMMANDS = {
    "article": Command("[ID\u2026]", "ask only these articles; without an id, all again", _article),
    "since": Command("[DATE]", "ask only articles of this date or later: 2024, 2024-03, 2024-03-22", _since),
    "until": Command("[DATE]", "ask only articles of this date or earlier", _until),
    "speaker": Command("[NAME]", "ask only what this speaker says; without a name, all again", _speaker),
    "k": Command("N", "give N passages an answer", _top),
    "explain": Command("[on|off]", "show what each leg gave to each score, and the words that met", _explain),
    "follow": Command("[on|off]", "let questions refer to the one before (\u201cand what does he say?\u201d), or not", _follow),
    "filters": Command("", "show which filters and settings hold", _filters),
    "reset": Command("", "drop all filters, and go back to the settings of the start", _reset),
    "cite": Command("N|CITATION", "open a passage of the last answer in its file: verified, moved, changed or missing", _cite),
    "open": Command("N|CITATION", "open its file in $EDITOR at the line", _open),
    "locate": Command("TEXT", "find where a quote stands, exactly or nearly", _locate),
    "verify": Command("FILE", "check a document's quotations and citations", _verify),
    "articles": Command("", "list the articles", _articles),
    "prompt": Command("[TEMPLATE]", "print a prompt for a language model with the last question and its passages", _grounded),
    "save": Command("FILE", "write this session's questions and answers as Markdown", _save),
    "save!": Command("FILE", "the same, replacing a file that is there", _save_again),
    "help": Command("", "this list", _help),
    "quit": Command("", "end, as Ctrl-D does", _quit),
}

__all__ = [
    "COMMANDS",
    "MOST",
    "TOP",
    "Asked",
    "Command",
    "Completion",
    "Edit",
    "Listing",
    "Located",
    "Reading",
    "Remark",
    "Session",
    "Settings",
    "Shown",
    "Turn",
    "Verified",
    "completions",
    "refreshed",
    "respond",
]
