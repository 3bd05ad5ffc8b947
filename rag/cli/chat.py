"""`rag chat`: questions and answers in a terminal, or from a script's lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.shell import IndexDir, ModelName, app, open_or_build, safe, say
from rag.errors import RagError
from rag.locations import DEFAULT_INDEX

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.history import History

    from rag.conversation.chat import Session, Shown


@app.command(epilog="Examples:  rag chat --index ~/notes/index   ·   printf '/since 2024\\nwho invests?\\n/cite 1\\n' | rag chat")
def chat(
    top: Annotated[int, typer.Option("-k", "--top", help="How many passages an answer has.", min=1, max=1000)] = 5,
    follow: Annotated[
        bool, typer.Option("--follow/--no-follow", help="Let a question refer to the one before, or ask each as it is typed.")
    ] = True,
    index: IndexDir = DEFAULT_INDEX,
    model: ModelName = None,
) -> None:
    """Ask questions one after the other, narrow them down, open what they cite, save it all.

    A question may refer to the one before: "and what does he say about data?", "and Zhu Xiaohu?", "why?"; how it was
    understood is said first. /help lists the commands. Ctrl-C cancels a question or a line, Ctrl-D ends. Lines from a pipe are answered in turn; the
    exit code is then 2 when a line could not be done, else 1 when a question was not answered.
    """
    opened, encoder = open_or_build(index, model)
    from rag.conversation.chat import Session, Settings

    session = Session(opened, encoder, top=top, follow=follow, begun=Settings(top, follow))
    say(f"{len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name})")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise typer.Exit(_answer_lines(session))
    say("Ask anything; /help lists the commands, Ctrl-D ends.")
    _converse(session)


def _answer_lines(session: Session) -> int:
    """Do each line of stdin, repeated before what it shows; the exit code."""
    code = 0
    for number, line in enumerate(sys.stdin.buffer):
        text = line.decode("utf-8-sig" if number == 0 else "utf-8", "replace").rstrip("\r\n")
        session, did, ended = _take(session, text, repeated=True)
        code = max(code, did)
        if ended:
            break
    return code


def _converse(session: Session) -> None:
    """Do each line typed, until Ctrl-D."""
    prompting = _prompt(lambda: session)
    while True:
        try:
            line = prompting.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            session, _, ended = _take(session, line)
        except KeyboardInterrupt:
            say("Cancelled.")
            continue
        if ended:
            return


def _take(session: Session, line: str, *, repeated: bool = False) -> tuple[Session, int, bool]:
    """Do a line and print what comes of it: the session from now on, the line's exit code, and whether that was the end.

    With `repeated`, the line and how it was understood stand on stdout before what it shows there, since nobody sees them typed.
    """
    from rag.conversation.chat import Edit, Remark, refreshed, respond

    try:
        session, remark = refreshed(session)
        if remark:
            say(remark.text)
        try:
            turn = respond(session, line)
        except RagError:
            if repeated:
                print(safe(f"> {' '.join(line.split())}"), flush=True)  # the error itself stays on stderr
            raise
        if repeated and not all(isinstance(shown, Edit | Remark) for shown in turn.shown):
            print(safe(f"> {' '.join(line.split())}"))
        codes = [_print(shown, turn.session, understood=print if repeated else say) for shown in turn.shown]
    except RagError as error:
        say(f"rag: {error}")
        return session, 2, False
    sys.stdout.flush()
    return turn.session, max(codes, default=0), turn.ended


def _print(shown: Shown, session: Session, understood: Callable[[str], None]) -> int:
    """Print one thing, how a question was understood with `understood`; the exit code it stands for."""
    from rag.answering.answers import Answer
    from rag.conversation.chat import Edit, Listing, Located, Reading, Remark, Verified
    from rag.presentation import show

    out = show.console()
    if isinstance(shown, Answer):
        show.answer(shown, session.index, out, explain=session.explain)
        return 0 if shown.answered else 1
    if isinstance(shown, Listing):
        show.articles(shown.entries, out)
    elif isinstance(shown, Located):
        for number, place in enumerate(shown.places, 1):
            show.located(place, number, out)
        return 0 if shown.places else 1
    elif isinstance(shown, Verified):
        for finding in shown.verification.findings:
            show.finding(finding, shown.name, out)
        return 0 if shown.verification.ok else 1
    elif isinstance(shown, Edit):
        from rag.cli.editor import open_at

        open_at(shown.path, shown.line)
    elif isinstance(shown, Reading):
        understood(safe(shown.text))
    elif isinstance(shown, Remark):
        say(shown.text)
    elif isinstance(shown, str):
        print(safe(shown))
    else:
        show.opened(shown, out)
        return 0 if shown.now else 1
    return 0


def _prompt(session: Callable[[], Session]) -> PromptSession[str]:
    from prompt_toolkit import PromptSession

    def message() -> str:
        said = safe(str(session().scope)) if session().scope else ""
        return f"rag [{said if len(said) <= 40 else said[:39] + chr(0x2026)}]> " if said else "rag> "

    return PromptSession(
        message, history=_history(), completer=_completer(session), complete_while_typing=True, reserve_space_for_menu=5
    )


def _history() -> History:
    """The lines of earlier sessions, in a file that only its owner can read; of this session only where it cannot be written."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    path = history_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        path.chmod(0o600)
    except OSError as error:
        say(f"{path}: no history is kept ({error.strerror or error}).")
        return InMemoryHistory()
    return FileHistory(str(path))


def history_file() -> Path:
    """Where the lines typed are kept: in $XDG_STATE_HOME, else in ~/.local/state."""
    home = os.environ.get("XDG_STATE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "state") / "rag" / "history"


def _completer(session: Callable[[], Session]) -> Completer:
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
    from prompt_toolkit.document import Document

    from rag.conversation.chat import completions

    paths = PathCompleter(expanduser=True)

    class Lines(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
            line = document.text_before_cursor
            command, blank, rest = line.partition(" ")
            if blank and command in ("/save", "/save!", "/verify"):
                yield from paths.get_completions(Document(rest, len(rest)), complete_event)
            for found in completions(session(), line):
                yield Completion(found.text, -found.replaces, display_meta=safe(found.note))

    return Lines()


__all__ = ["chat", "history_file"]
