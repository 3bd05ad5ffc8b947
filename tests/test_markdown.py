"""Answers as Markdown, read back by a CommonMark parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import FLAGSHIP, Outcome
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.answering.answers import Answer, answer
from rag.answering.scope import Scope
from rag.citation.citations import Status, open_citation, parse
from rag.citation.verifying import verify
from rag.encoding.encoders import Encoder
from rag.indexing.index import Index
from rag.presentation import markdown
from rag.types import Citation

Cli = Callable[..., Outcome]


def text_of(token: Token) -> str:
    """The text of an inline token, as a reader sees it."""
    return "".join("\n" if part.type in ("softbreak", "hardbreak") else part.content for part in token.children or ())


def bold_of(token: Token) -> str:
    shown, bold = "", False
    for part in token.children or ():
        bold = part.type == "strong_open" or (bold and part.type != "strong_close")
        shown += part.content if bold else ""
    return shown


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module")
def found(sample_index: Path, encoder: Encoder) -> Answer:
    return answer(Index(sample_index), encoder, FLAGSHIP, 8)


def test_the_question_heads_it_and_each_passage_has_its_own_heading(found: Answer) -> None:
    lines = markdown.answer(found).split("\n")
    assert lines[0] == f"# {FLAGSHIP}"
    assert [n for line in lines for n in re.findall(r"^## (\d+)\. ", line)] == [str(n) for n in range(1, 9)]
    assert lines.index("## Who says so") < lines.index(next(line for line in lines if line.startswith("## 1. ")))


def test_block_quotes_are_the_passages_word_for_word_with_the_best_sentence_bold(found: Answer) -> None:
    tokens = MarkdownIt().parse(markdown.answer(found))
    quotes: list[list[Token]] = []
    inside = False
    for token in tokens:
        if token.type == "blockquote_open":
            quotes.append([])
            inside = True
        inside = inside and token.type != "blockquote_close"
        if inside and token.type == "inline":
            quotes[-1].append(token)
    said = [quote.sentence.text for holder in found.speakers for quote in holder.quotes]
    texts = [*said, *(cited.hit.passage.text for cited in found.passages)]
    bold = [*("" for _ in said), *(cited.quote.text for cited in found.passages)]
    assert [squeezed("".join(map(text_of, quote))) for quote in quotes] == [squeezed(text) for text in texts]
    assert [squeezed("".join(map(bold_of, quote))) for quote in quotes] == [squeezed(text) for text in bold]


def test_citations_stand_as_code_with_their_digests_and_hold(found: Answer, sample_index: Path) -> None:
    codes = [
        part.content
        for token in MarkdownIt().parse(markdown.answer(found))
        for part in token.children or ()
        if part.type == "code_inline"
    ]
    cited = [quote.citation for holder in found.speakers for quote in holder.quotes]
    cited += [c.citation for c in found.passages]
    assert codes == [f"{citation}@{(citation.digest or '')[:8]}" for citation in cited]
    index = Index(sample_index)
    assert verify(index, markdown.answer(found)).ok
    assert {open_citation(index, parse(code)).status for code in codes} == {Status.VERIFIED}


def test_the_articles_asked_are_said_where_they_are_not_all(found: Answer) -> None:
    said = markdown.answer(found, Scope(("zhu_*",), since="2023")).split("\n\n")[1]
    assert said == "Restricted to: zhu\\_\\*, since 2023."


def test_an_answer_that_is_none_says_so(found: Answer) -> None:
    refused = markdown.answer(replace(found, answered=False, confidence=0.1234))
    assert "These articles probably do not say (confidence 0.12)." in refused.split("\n\n")[1]


@given(st.text(st.sampled_from("ab1 *_`\\<>[]&;#$~=+-.)!|\u679c\u56ed\u201c\u201d\n"), max_size=40))
def test_escaped_text_is_nothing_but_text(text: str) -> None:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    tokens = MarkdownIt("commonmark").parse("\n".join(markdown.escaped(line) for line in lines))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    assert [line.strip() for token in tokens if token.content for line in text_of(token).split("\n")] == lines
    assert {part.type for token in tokens for part in token.children or ()} <= {"text", "softbreak"}


def test_a_backtick_in_an_article_s_name_does_not_end_the_code() -> None:
    (token,) = (t for t in MarkdownIt().parse(markdown.reference(Citation("a`b", 1, 2, "0" * 64))) if t.children)
    assert [(part.type, part.content) for part in token.children or ()] == [("code_inline", "a`b#1-2@00000000")]


def test_the_command_prints_it_for_one_question_and_for_many(cli: Cli, sample_index: Path, found: Answer, tmp_path: Path) -> None:
    one = cli("ask", FLAGSHIP, "--format", "markdown", "-k", "8", "--index", sample_index)
    assert (one.code, one.out) == (0, markdown.answer(found))
    asked = tmp_path / "asked.jsonl"
    asked.write_text(f'{{"question": "{FLAGSHIP}"}}\n{{"question": "who sells shovels?"}}\n', "utf-8")
    many = cli("ask", "--from", asked, "--format", "markdown", "-k", "1", "--index", sample_index)
    assert [line for line in many.out.split("\n") if line.startswith("# ")] == [f"# {FLAGSHIP}", "# who sells shovels?"]


def test_markdown_is_no_json(cli: Cli, sample_index: Path) -> None:
    done = cli("ask", FLAGSHIP, "--format", "markdown", "--json", "--index", sample_index)
    assert (done.code, done.out) == (2, "")
    assert "exclude each other" in done.err
