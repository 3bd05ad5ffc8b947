"""`rag prompt`: a grounded prompt for any language model, and, where one is named, its checked answer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.shell import IndexDir, Json, ModelName, app, open_or_build, put, safe, say
from rag.errors import EndpointError, InputError
from rag.locations import DEFAULT_INDEX

if TYPE_CHECKING:
    from rag.answering.llm import Endpoint
    from rag.answering.prompting import Prompt
    from rag.citation.verifying import Verification
    from rag.indexing.index import Index


@app.command(
    epilog='Examples:  rag prompt "who thinks startups can\'t beat big tech?" | llm   ·   rag prompt "what does a training run cost?" --template compare-views   ·   rag prompt 大模型怎么赚钱? --llm http://localhost:11434/v1 --llm-model qwen3'
)
def prompt(
    question: Annotated[str, typer.Argument(help="The question, in any language the model knows.", show_default=False)],
    template: Annotated[
        str | None, typer.Option(help="answer, compare-views or translate-quotes.", show_default="answer")
    ] = None,
    prompt_file: Annotated[Path | None, typer.Option(help="A template of your own; prompts/README.md says how.")] = None,
    top: Annotated[int, typer.Option("-k", "--top", help="How many passages.", min=1, max=1000)] = 5,
    llm: Annotated[
        str | None,
        typer.Option(help="Send it to this OpenAI-compatible address, and check the answer; the key comes from RAG_LLM_KEY."),
    ] = None,
    llm_model: Annotated[str | None, typer.Option(help="Name of the model there.")] = None,
    index: IndexDir = DEFAULT_INDEX,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Print a prompt with cited passages, ready for any language model; nothing is sent unless --llm names an address.

    With --llm the answer is printed as it comes, then each quotation and citation in it is checked against the articles.
    Exit code 0 when the articles answer the question, 1 when they do not say or when something in the model's answer is
    not supported.
    """
    from rag.answering.answers import answer
    from rag.answering.llm import endpoint
    from rag.answering.prompting import load_template, render
    from rag.retrieval.search import check_question

    if template is not None and prompt_file is not None:
        raise InputError("--template and --prompt-file cannot go together; give one of them.")
    if llm is None and llm_model is not None:
        raise InputError("--llm-model needs --llm, the address that the model is at.")
    to = endpoint(llm, llm_model, os.environ.get("RAG_LLM_KEY")) if llm is not None else None
    loaded = load_template(prompt_file if prompt_file is not None else template or "answer")
    check_question(question)
    opened, encoder = open_or_build(index, model)
    say(f"{len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name})")
    found = answer(opened, encoder, question, top)
    for warning in found.warnings:
        say(f"Warning: {warning}")
    if not found.answered:
        say(f"These articles do not seem to say (confidence {found.confidence:.2f}); the prompt holds the nearest passages.")
    made = render(loaded, opened, found)
    if to is not None:
        supported = _answer(made, to, opened, as_json)
        raise typer.Exit(0 if found.answered and supported else 1)
    if as_json:
        put(made.to_json())
    else:
        print(safe(f"{made.text}\n# rag prompt: template {loaded.name}, sha256 {loaded.digest}"))
    raise typer.Exit(0 if found.answered else 1)


def _answer(made: Prompt, to: Endpoint, opened: Index, as_json: bool) -> bool:
    """Print the model's answer, then what is and is not supported in it; whether all of it is."""
    from rag.answering.llm import complete

    pieces: list[str] = []
    try:
        for piece in complete(to, made.text):
            pieces.append(piece)
            if not as_json:
                print(safe(piece), end="", flush=True)
    except EndpointError:
        if pieces and not as_json:
            print("\n", flush=True)
            say("What came of the answer is not complete and was not checked.")
        raise
    text = "".join(pieces)
    if not text.strip():
        raise EndpointError(f"{to}: the model said nothing.")
    verification = _verify(opened, text)
    if as_json:
        checked = {"ok": verification.ok, "findings": [finding.to_json() for finding in verification.findings]}
        put({**made.to_json(), "answer": text, "llm": str(to), "llm_model": to.model, "verification": checked})
    else:
        print(safe(_checked(verification)))
    return verification.ok and bool(verification.findings)


def _verify(opened: Index, text: str) -> Verification:
    """Which quotations and citations of a text the articles support."""
    from rag.citation.verifying import verify

    return verify(opened, text)


def _checked(verification: Verification) -> str:
    """What is said under a model's answer: each finding that does not hold, and how many do."""
    findings = verification.findings
    if not findings:
        return "\n\n---\nNothing in this answer is quoted or cited, so nothing in it was checked."
    lines = []
    for finding in findings:
        if not finding.ok:
            what = f"“{finding.quote}”" if finding.quote is not None else finding.cited or ""
            cited = f" [{finding.cited}]" if finding.quote is not None and finding.cited else ""
            correct = f"; see {finding.correct}" if finding.correct else ""
            note = f" ({' '.join(finding.note.split())})" if finding.note else ""
            lines.append(f"NOT SUPPORTED, line {finding.line}, {finding.verdict}{note}: {' '.join(what.split())}{cited}{correct}")
    good = sum(finding.ok for finding in findings)
    lines.append(f"{good} of {len(findings)} quotations and citations hold.")
    return "\n\n---\n" + "\n".join(lines)
