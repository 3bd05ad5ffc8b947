"""The conversation: what each line does, from a script's lines, and in a real terminal."""

from __future__ import annotations

import re
import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import FLAGSHIP, HARBOUR, Outcome
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from terminal import Terminal

from rag.answering.answers import Answer
from rag.answering.scope import EVERYTHING, Scope
from rag.articles.corpus import sources_of
from rag.citation.citations import Opened
from rag.cli import chat as cli_chat
from rag.conversation import chat
from rag.conversation.chat import (
    COMMANDS,
    Edit,
    Listing,
    Located,
    Reading,
    Remark,
    Session,
    Settings,
    Turn,
    Verified,
    completions,
    refreshed,
    respond,
)
from rag.encoding.encoders import Encoder, Vectors
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index

Cli = Callable[..., Outcome]


@pytest.fixture
def session(sample_index: Path, encoder: Encoder) -> Session:
    return Session(Index(sample_index), encoder)


@pytest.fixture
def talked(session: Session) -> Session:
    """A session in which the flagship question was asked."""
    return respond(session, FLAGSHIP).session


def only(turn: Turn) -> chat.Shown:
    (shown,) = turn.shown
    return shown


# --- lines -----------------------------------------------------------------------------------------------------------


def test_a_line_is_a_question(session: Session) -> None:
    turn = respond(session, FLAGSHIP)
    found = only(turn)
    assert isinstance(found, Answer)
    assert (found.answered, len(found.passages)) == (True, 5)
    assert [asked.answer for asked in turn.session.asked] == [found]
    assert session.asked == ()


def test_a_pasted_question_of_several_lines_is_one_question(session: Session) -> None:
    found = only(respond(session, "who thinks startups\ncan't beat\n\nbig tech?\n"))
    assert isinstance(found, Answer)
    assert found.question == FLAGSHIP


@pytest.mark.parametrize("line", ["", "  ", "\n"])
def test_an_empty_line_does_nothing(session: Session, line: str) -> None:
    assert respond(session, line) == Turn(session)


@pytest.mark.parametrize(
    ("line", "near"),
    [("/cte 2", "cite"), ("/article5", "article"), ("/sav", "save"), ("/Hlep", "help"), ("/", None), ("/ help", None)],
)
def test_an_unknown_command_names_the_nearest(session: Session, line: str, near: str | None) -> None:
    with pytest.raises(InputError, match=f"no such command; did you mean /{near or ''}"):
        respond(session, line)


def test_commands_may_be_typed_with_a_full_width_slash_and_in_capitals(session: Session) -> None:
    assert respond(session, "\uff0fK 7").session.top == 7


def test_a_question_may_begin_with_a_slash_behind_a_blank(session: Session) -> None:
    assert isinstance(only(respond(session, " /cite what?")), Answer)


def test_quit_ends(session: Session) -> None:
    assert respond(session, "/quit") == Turn(session, ended=True)


def test_help_names_every_command(session: Session) -> None:
    text = only(respond(session, "/help"))
    assert isinstance(text, str)
    assert re.findall(r"^/(\S+)", text, re.MULTILINE) == list(COMMANDS)


# --- filters ---------------------------------------------------------------------------------------------------------


def test_filters_narrow_the_questions_that_follow(session: Session) -> None:
    turn = respond(session, "/since 2024-12-05")
    assert only(turn) == Remark("2 of 8 articles asked (since 2024-12-05).")
    turn = respond(turn.session, "/article startups")
    found = only(respond(turn.session, FLAGSHIP))
    assert isinstance(found, Answer)
    assert {cited.entry.id for cited in found.passages} == {"startups-vs-big-tech"}


def test_filters_are_shown_and_dropped(session: Session) -> None:
    for line in ("/article startups, zhu", "/until 2024", "/k 3", "/explain"):
        session = respond(session, line).session
    assert only(respond(session, "/filters")) == "articles: startups, zhu, until 2024\npassages: 3\nexplain: on\nfollow: on\n"
    assert respond(session, "/until").session.scope == Scope(("startups", "zhu"))
    assert respond(session, "/article").session.scope == Scope(until="2024")
    assert respond(session, "/explain off").session.explain is False
    fresh = respond(session, "/reset").session
    assert (bool(fresh.scope), fresh.top, fresh.explain) == (False, 5, False)


def test_reset_goes_back_to_what_the_session_began_with(session: Session, cli: Cli, sample_index: Path) -> None:
    begun = replace(session, top=1, follow=False, begun=Settings(1, follow=False))
    turn = respond(respond(respond(begun, "/k 7").session, "/follow on").session, "/reset")
    assert turn.session == begun
    assert only(turn) == Remark("All articles, 1 passage, no explanations, every question as it is typed.")
    done = cli("chat", "-k", "2", "--no-follow", "--index", sample_index, stdin=b"/k 9\n/follow\n/reset\n/filters\n")
    assert done.out == "> /filters\narticles: all articles\npassages: 2\nexplain: off\nfollow: off\n\n"


def test_articles_without_a_date_are_said(small: Path, encoder: Encoder) -> None:
    turn = respond(Session(Index(small), encoder), "/since 2024")
    assert only(turn) == Remark("1 of 3 articles asked (since 2024); 2 without a date left out.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/since soon", "not a date"),
        ("/until 1999", "no article is left"),
        ("/article nosuch", "no such article"),
        ("/k", "1 to 1,000"),
        ("/k 0", "1 to 1,000"),
        ("/k 1001", "1 to 1,000"),
        ("/k many", "1 to 1,000"),
        ("/explain maybe", "on or off"),
        ("/follow maybe", "on or off"),
        ("/cite", "numbers of passages"),
        ("/cite 1", "nothing was asked yet"),
        ("/cite x#y", "not a citation"),
        ("/open nosuch#1-2", "no such article"),
        ("/save notes.md", "nothing was asked yet"),
        ("/locate", "no text to locate"),
        ("/verify", "takes the name of a file"),
        ("/verify no/such.md", "no/such.md"),
        ("/speaker nobody", "nobody in these articles is quoted"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(session: Session, line: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        respond(session, line)


# --- follow-ups ------------------------------------------------------------------------------------------------------


def test_a_follow_up_is_asked_of_the_speaker_before_and_says_so(session: Session) -> None:
    session = respond(session, "what does Cheng Hao think?").session
    said, found = respond(session, "and what does he say about data?").shown
    assert said == Reading("Asked as: what about data? (of what \u7a0b\u6d69 Cheng Hao says)")
    assert isinstance(found, Answer)
    assert found.passages
    assert {cited.speaker.name for cited in found.passages if cited.speaker} == {"\u7a0b\u6d69", "Cheng Hao"}
    assert session.scope == EVERYTHING  # the next question is put to all again
    later = respond(respond(session, "and what does he say about data?").session, "who sells shovels?")
    assert isinstance(only(later), Answer)


def test_follow_ups_can_be_switched_off(talked: Session, cli: Cli, sample_index: Path) -> None:
    turn = respond(talked, "/follow")
    assert only(turn) == Remark("Every question is asked as it is typed.")
    assert isinstance(only(respond(turn.session, "why?")), Answer)
    assert respond(turn.session, "/follow on").session.follow
    assert isinstance(respond(talked, "why?").shown[0], Reading)
    lines = f"{FLAGSHIP}\nwhy?\n".encode()
    assert "\n> why?\nAsked as: why startups can't beat big tech?\n" in cli("chat", "--index", sample_index, stdin=lines).out
    done = cli("chat", "--no-follow", "--index", sample_index, stdin=lines)
    assert "\n> why?\n" in done.out
    assert "Asked as" not in done.out + done.err


def test_reset_forgets_the_questions_before_but_not_what_was_asked(session: Session) -> None:
    session = respond(session, "what does Cheng Hao think?").session
    session = respond(session, "/reset").session
    said, _ = respond(session, "what does he say about data?").shown
    assert said == Reading("\u201che\u201d is not clear from the question before; asked as it stands. Write the name.")
    assert isinstance(only(respond(session, "why?")), Answer)
    assert isinstance(only(respond(session, "/cite 1")), Opened)


def test_a_speaker_who_holds_is_not_replaced_nor_carried_on_when_dropped(session: Session) -> None:
    session = respond(session, "what does Cheng Hao think?").session
    held = respond(session, "/speaker Fu Sheng").session
    said, found = respond(held, "what about data?").shown
    assert said == Reading("All questions are asked of what \u5085\u76db Fu Sheng says (/speaker); asked as it stands.")
    assert isinstance(found, Answer)
    assert found.question == "what about data?"
    later = respond(respond(held, "what about general models?").session, "/speaker").session
    assert respond(later, "what about data?").session.asked[-1].scope == Scope(speaker="\u7a0b\u6d69")
    asked = respond(respond(held, "who sells shovels?").session, "/speaker").session
    assert respond(asked, "why?").session.asked[-1].scope == EVERYTHING


def test_follow_ups_in_other_languages_are_said_to_be_none(talked: Session, cli: Cli, sample_index: Path) -> None:
    said, found = respond(talked, "Und warum?").shown
    assert said == Remark("Follow-ups are understood in English and Chinese only; this is asked as it stands.")
    assert isinstance(found, Answer)
    assert found.question == "Und warum?"
    done = cli("chat", "-k", "1", "--index", sample_index, stdin=f"Und warum?\n{FLAGSHIP}\nUnd warum?\n".encode())
    assert done.err.count("English and Chinese only") == 1
    assert "English and Chinese only" not in done.out


def test_a_speaker_who_says_nothing_in_the_articles_asked_is_an_error_that_leaves_the_session(session: Session) -> None:
    session = respond(session, "/article moxing").session
    session = respond(session, "what does Cheng Hao think?").session
    with pytest.raises(InputError, match="is not quoted in the articles asked"):
        respond(session, "what does he say about data?")


def test_what_was_asked_is_what_is_saved(session: Session, tmp_path: Path) -> None:
    for line in ("what does Cheng Hao think?", "what does he say about data?", f"/save {tmp_path / 'notes.md'}"):
        session = respond(session, line).session
    heading = "# what does he say about data?\n\nAsked as: what about data?\n\nRestricted to: said by \u7a0b\u6d69.\n"
    assert heading in (tmp_path / "notes.md").read_text("utf-8")


# --- places ----------------------------------------------------------------------------------------------------------


def test_cite_opens_passages_of_the_last_answer_by_number(talked: Session) -> None:
    passages = talked.asked[-1].answer.passages
    shown = respond(talked, "/cite 2, 1").shown
    assert [place.citation for place in shown if isinstance(place, Opened)] == [passages[1].citation, passages[0].citation]
    place = only(respond(talked, f"/cite {passages[0].citation}"))
    assert isinstance(place, Opened)
    assert (place.status, place.text) == ("verified", passages[0].hit.passage.text)


@pytest.mark.parametrize("number", ["0", "6", "99999999999999999999"])
def test_a_number_that_the_last_answer_does_not_have(talked: Session, number: str) -> None:
    with pytest.raises(InputError, match="none of that number; there are 1 to 5"):
        respond(talked, f"/cite {number}")


def test_open_is_the_file_at_the_line(small: Path, articles: Path, encoder: Encoder) -> None:
    session = Session(Index(small), encoder)
    start = HARBOUR.index("Builders")
    wanted = only(respond(session, f"/open harbour#{start}-{start + 8}"))
    assert wanted == Edit(str(articles / "harbour.txt"), 8)
    (articles / "harbour.txt").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        respond(session, f"/open harbour#{start}-{start + 8}")


def test_a_pasted_quote_is_located(session: Session) -> None:
    quote = "Several Chinese investors doubt that\n  startups can beat big tech"
    found = only(respond(session, f"/locate {quote}"))
    assert isinstance(found, Located)
    assert [(str(place.citation), place.exact) for place in found.places] == [("startups-vs-big-tech#133-196", True)]
    turn = respond(session, "/locate nobody ever wrote this sentence about submarines")
    assert turn.shown == (Located(()), Remark("The articles have it nowhere."))


def test_what_was_saved_is_verified(talked: Session, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    session = respond(talked, f"/save {notes}").session
    checked, said = respond(session, f"/verify {notes}").shown
    assert isinstance(checked, Verified)
    assert checked.verification.ok
    assert isinstance(said, Remark)
    assert re.fullmatch(re.escape(str(notes)) + r": \d+ verbatim\.", said.text)
    notes.write_text(notes.read_text("utf-8").replace("Several Chinese investors", "Several Swiss painters"), "utf-8")
    changed, _ = respond(session, f"/verify {notes}").shown
    assert isinstance(changed, Verified)
    assert not changed.verification.ok


def test_articles_are_listed(session: Session) -> None:
    shown = only(respond(session, "/articles"))
    assert isinstance(shown, Listing)
    assert list(shown.entries) == session.index.entries


# --- saving ----------------------------------------------------------------------------------------------------------


def test_save_writes_the_session_and_replaces_only_its_own_file_unasked(
    talked: Session, cli: Cli, sample_index: Path, tmp_path: Path
) -> None:
    notes, other = tmp_path / "notes.md", tmp_path / "other.md"
    other.write_text("mine")
    with pytest.raises(InputError, match=re.escape(f"there is such a file; /save! {other} replaces it")):
        respond(talked, f"/save {other}")
    assert other.read_text() == "mine"
    turn = respond(talked, f"/save {notes}")
    assert only(turn) == Remark(f"Wrote {notes}: 1 question.")
    assert notes.read_text("utf-8") == cli("ask", FLAGSHIP, "--format", "markdown", "--index", sample_index).out
    later = respond(respond(turn.session, "/since 2024").session, "who says prices fall?").session
    assert only(respond(later, f"/save {notes}")) == Remark(f"Replaced {notes}: 2 questions.")
    assert "# who says prices fall?\n\nRestricted to: since 2024.\n" in notes.read_text("utf-8")
    assert only(respond(later, f"/save! {other}")) == Remark(f"Replaced {other}: 2 questions.")


def test_a_file_that_cannot_be_written(talked: Session, tmp_path: Path) -> None:
    for name in (tmp_path / "no" / "notes.md", tmp_path):
        with pytest.raises(InputError, match=r"cannot be written|there is such a file"):
            respond(talked, f"/save {name}")


# --- completion ------------------------------------------------------------------------------------------------------


def test_commands_ids_and_numbers_are_completed(talked: Session) -> None:
    def texts(line: str) -> list[tuple[str, int]]:
        return [(found.text, found.replaces) for found in completions(talked, line)]

    assert texts("/sa") == [("/save", 3), ("/save!", 3)]
    assert len(texts("/")) == len(COMMANDS)
    assert texts("/article st") == [("startups-vs-big-tech", 2)]
    assert texts("/article startups-vs-big-tech zhu") == [("zhu-xiaohu-fu-sheng", 3)]
    assert texts("/cite ") == [(str(n), 0) for n in range(1, 6)]
    assert texts("/since 20") == texts("who") == texts("") == texts("/nosuch x") == []


def test_paths_are_completed(talked: Session, tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    line = f"/save {tmp_path}/no"
    found = list(cli_chat._completer(lambda: talked).get_completions(Document(line, len(line)), CompleteEvent()))
    assert [completion.text for completion in found] == ["tes.md"]


# --- a rebuilt index -------------------------------------------------------------------------------------------------


def test_an_index_rebuilt_meanwhile_is_opened_anew(small: Path, articles: Path, encoder: Encoder) -> None:
    session = Session(Index(small), encoder)
    assert refreshed(session) == (session, None)
    (articles / "kiln.txt").write_text("The kiln\n\nThe potter Ada Brandt fires her kiln twice a year, in May and in October.\n")
    build(small, sources_of([articles]), encoder)
    later, remark = refreshed(session)
    assert remark
    assert re.fullmatch(r"The index was rebuilt meanwhile: 4 articles, \d+ passages\.", remark.text)
    assert [entry.id for entry in later.index.entries] == ["clock", "harbour", "kiln", "orchard"]
    assert later.asked == session.asked
    found = only(respond(session, "who leads the council?"))  # what was opened is still whole
    assert isinstance(found, Answer)


def test_an_index_that_cannot_be_opened_leaves_the_old_one(small: Path, encoder: Encoder) -> None:
    session = Session(Index(small), encoder)
    (small / "CURRENT").write_text("generation-0000000000000000\n")
    later, remark = refreshed(session)
    assert later is session
    assert remark
    assert remark.text.startswith("The index was rebuilt but cannot be opened, so the old one goes on: ")


# --- scripts ---------------------------------------------------------------------------------------------------------


def test_lines_from_a_pipe_are_done_in_turn_each_before_what_it_shows(cli: Cli, sample_index: Path) -> None:
    lines = f"\ufeff{FLAGSHIP}\n\n/k 1\r\n/cite 1\n/filters\n/quit\nnever asked\n"
    done = cli("chat", "--index", sample_index, stdin=lines.encode())
    asked = cli("ask", FLAGSHIP, "--index", sample_index).out
    assert done.code == 0
    assert done.out.startswith(f"> {FLAGSHIP}\n{asked}> /cite 1\nstartups-vs-big-tech#133-303@08aec4f9  verified\n")
    assert done.out.endswith("\n\n> /filters\narticles: all articles\npassages: 1\nexplain: off\nfollow: on\n\n")
    assert "rag>" not in done.out + done.err
    assert done.err.split("\n")[1:] == ["Passages an answer: 1.", ""]


@pytest.mark.parametrize(
    ("lines", "code"), [("how do I bake sourdough bread?", 1), ("/nosuch\nhow do I bake bread?", 2), ("", 0)]
)
def test_the_exit_code_of_a_script(cli: Cli, sample_index: Path, lines: str, code: int) -> None:
    done = cli("chat", "--index", sample_index, stdin=lines.encode())
    assert done.code == code
    assert "Traceback" not in done.err


def test_a_line_that_fails_is_repeated_on_stdout_and_its_error_is_not(cli: Cli, sample_index: Path) -> None:
    done = cli("chat", "-k", "1", "--index", sample_index, stdin=b"/cite 9\n/k 2\n/foo\n/filters\n")
    assert done.code == 2
    assert done.out.startswith("> /cite 9\n> /foo\n> /filters\narticles: all articles\n")
    assert done.err.count("rag: ") == 2


# --- a terminal ------------------------------------------------------------------------------------------------------


def test_a_conversation_in_a_terminal(sample_index: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    env = {"XDG_STATE_HOME": str(tmp_path / "state"), "PROMPT_TOOLKIT_NO_CPR": "1", "EDITOR": "echo EDITED"}
    with Terminal("chat", "--index", sample_index, cwd=tmp_path, columns=100, env=env) as terminal:
        terminal.wait_for("Ctrl-D ends.")
        terminal.wait_for("rag>")
        terminal.type(FLAGSHIP + "\r")
        terminal.wait_for(r"startups-vs-big-tech#133-303@08aec4f9[\s\S]*\n 5 [\s\S]*rag>")
        assert "\x1b]8;" in terminal.seen
        terminal.type("/cite 1\r")
        terminal.wait_for(r"startups-vs-big-tech#133-303@08aec4f9  verified[\s\S]*rag>")
        terminal.type("/open 1\r")
        terminal.wait_for(r"EDITED [\s\S]*startups-vs-big-tech\.txt[\s\S]*rag>")
        terminal.type("half a ques")
        terminal.wait_for("half a ques")
        terminal.type("\x03")
        terminal.wait_for("rag>")
        terminal.type("\x1b[200~/since\n2024-12\x1b[201~\r")
        terminal.wait_for(r"3 of 8 articles asked \(since 2024-12\)\.")
        terminal.wait_for(r"rag \[since 2024-12\]>")
        terminal.type("/save notes.md\r")
        terminal.wait_for(r"Wrote notes\.md: 1 question\.[\s\S]*>")
        terminal.type("\x04")
        assert terminal.end() == 0
        assert "Traceback" not in terminal.text
    assert (tmp_path / "notes.md").read_text("utf-8").startswith(f"# {FLAGSHIP}\n")
    kept = tmp_path / "state" / "rag" / "history"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [line for line in kept.read_text("utf-8").split("\n") if line.startswith("+")][:2] == [f"+{FLAGSHIP}", "+/cite 1"]
    assert time.monotonic() - started < 10


def test_ctrl_c_cancels_a_question_and_not_the_session(
    session: Session, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    class Interrupted:
        model = encoder.model
        encode_passages = encoder.encode_passages

        def encode_queries(self, texts: Sequence[str]) -> Vectors:
            if "bread" in texts[0]:
                raise KeyboardInterrupt
            return encoder.encode_queries(texts)

    class Typed:
        lines = iter(["how is bread baked?", "who sells shovels?", "/save notes.md"])

        def prompt(self) -> str:
            try:
                return next(self.lines)
            except StopIteration:
                raise EOFError from None

    monkeypatch.setattr(cli_chat, "_prompt", lambda session: Typed())
    monkeypatch.chdir(tmp_path)
    cli_chat._converse(replace(session, encoder=Interrupted()))
    printed = capsys.readouterr()
    assert printed.err == "Cancelled.\nWrote notes.md: 1 question.\n"
    assert (tmp_path / "notes.md").read_text("utf-8").startswith("# who sells shovels?\n")


def test_history_lives_in_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert cli_chat.history_file() == tmp_path / "rag" / "history"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cli_chat.history_file() == tmp_path / ".local" / "state" / "rag" / "history"


def test_prompt_is_that_of_the_last_question(talked: Session) -> None:
    text = only(respond(talked, "/prompt"))
    assert isinstance(text, str)
    assert f"Question: {FLAGSHIP}" in text
    assert "citation: startups-vs-big-tech#133-303@08aec4f9" in text
    with pytest.raises(InputError, match="no such template"):
        respond(talked, "/prompt nosuch")
    assert [found.text for found in completions(talked, "/prompt tr")] == ["translate-quotes"]
