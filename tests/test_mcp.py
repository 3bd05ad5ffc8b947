"""The MCP server, asked by the SDK's own client: in this process, and over stdio."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import FLAGSHIP, HARBOUR, ROOT, Outcome

from rag.answering.prompting import templates
from rag.articles.corpus import sources_of
from rag.conversation.chat import Session
from rag.encoding.encoders import Encoder
from rag.errors import InputError
from rag.indexing.building import build
from rag.indexing.index import Index

pytest.importorskip("mcp_types", reason="the MCP SDK is not installed: pip install 'mcp>=2'")

from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from rag.mcp import article_uri, citation_uri, server
from rag.types import Citation

Cli = Callable[..., Outcome]


def talk(index: Path, encoder: Encoder, say: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a conversation with a server of that index comes to."""

    async def run() -> Any:
        async with Client(server(Session(Index(index), encoder))) as client:
            return await say(client)

    return asyncio.run(run())


def call(index: Path, encoder: Encoder, tool: str, **arguments: Any) -> Any:
    """What a tool returns; its message where it is an error."""
    found = talk(index, encoder, lambda client: client.call_tool(tool, arguments))
    assert not found.is_error, found.content[0].text
    assert json.loads(found.content[0].text) == found.structured_content
    return found.structured_content


def refusal(index: Path, encoder: Encoder, tool: str, **arguments: Any) -> str:
    found = talk(index, encoder, lambda client: client.call_tool(tool, arguments))
    assert found.is_error
    return str(found.content[0].text)


def protocol_error(index: Path, encoder: Encoder, say: Callable[[Client], Awaitable[Any]]) -> str:
    """The message of the protocol error that a conversation ends in."""

    async def caught(client: Client) -> str:
        with pytest.raises(MCPError) as raised:
            await say(client)
        return raised.value.message

    return str(talk(index, encoder, caught))


def test_every_tool_says_what_it_does_takes_and_returns(small: Path, encoder: Encoder) -> None:
    tools = talk(small, encoder, lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {"ask", "cite", "locate", "verify", "articles", "speakers"}
    for tool in tools:
        assert tool.description
        assert tool.output_schema["properties"]
        assert all("description" in field for field in tool.input_schema["properties"].values())
        assert tool.annotations.read_only_hint


def test_ask_gives_what_rag_ask_gives(sample_index: Path, encoder: Encoder, cli: Cli) -> None:
    found = call(sample_index, encoder, "ask", question=FLAGSHIP, top=3)
    record = cli("ask", FLAGSHIP, "-k", "3", "--json", "--index", sample_index).record
    assert [p["citation"] for p in found["passages"]] == [f"{p['citation']}@{p['digest'][:8]}" for p in record["passages"]]
    assert [p["quote"] for p in found["passages"]] == [p["quote"]["text"] for p in record["passages"]]
    assert {key: found[key] for key in ("question", "answered", "confidence", "kind")} == {
        key: record[key] for key in ("question", "answered", "confidence", "kind")
    }


def test_ask_takes_filters(small: Path, encoder: Encoder) -> None:
    found = call(small, encoder, "ask", question="who leads the council?", since="2024")
    assert {p["article"] for p in found["passages"]} == {"harbour"}
    assert found["warnings"] == ["2 articles without a date were left out."]
    found = call(small, encoder, "ask", question="who leads the council?", articles=["orch"])
    assert {p["article"] for p in found["passages"]} == {"orchard"}


def test_ask_takes_a_speaker(small: Path, encoder: Encoder) -> None:
    found = call(small, encoder, "ask", question="what happens to the quay?", speaker="Lind")
    assert {p["article"] for p in found["passages"]} == {"harbour"}
    assert {p["speaker"]["name"] for p in found["passages"]} == {"Marta Lind"}


def test_cite_opens_what_ask_cited(small: Path, articles: Path, encoder: Encoder) -> None:
    (passage, *_) = call(small, encoder, "ask", question="who leads the council?", top=1)["passages"]
    place = call(small, encoder, "cite", citation=passage["citation"])
    assert (place["status"], place["text"], place["now"]) == ("verified", passage["text"], passage["citation"])
    (articles / "harbour.txt").write_text("Nothing of it is left.\n")
    assert call(small, encoder, "cite", citation=passage["citation"])["status"] == "changed"


def test_who_questions_are_answered_with_speakers(sample_index: Path, encoder: Encoder, cli: Cli) -> None:
    found = call(sample_index, encoder, "ask", question=FLAGSHIP)["speakers"]
    record = cli("ask", FLAGSHIP, "--json", "--index", sample_index).record
    said = [*record["speakers"], *record["others"]]
    assert [(s["name"], s["role"], s["stance"]) for s in found] == [(s["name"], s["role"], s["stance"]) for s in said]
    assert {"says", "contrasts"} <= {s["stance"] for s in found}
    place = call(sample_index, encoder, "cite", citation=found[0]["quotes"][0]["citation"])
    assert (place["status"], place["text"]) == ("verified", found[0]["quotes"][0]["text"])


def test_speakers_are_listed_and_one_with_all_they_say(small: Path, encoder: Encoder) -> None:
    found = call(small, encoder, "speakers")["speakers"]
    assert "Marta Lind" in {speaker["name"] for speaker in found}
    assert all(speaker["quoted"] and not speaker["utterances"] for speaker in found)
    (lind,) = call(small, encoder, "speakers", name="marta lind")["speakers"]
    assert any("We will not sell the quay to a hotel," in said["text"] for said in lind["utterances"])
    for said in lind["utterances"]:
        assert call(small, encoder, "cite", citation=said["citation"])["status"] == "verified"


def test_locate_finds_a_quote_and_verify_checks_a_text(small: Path, encoder: Encoder) -> None:
    quote = "Builders had offered nine million for the land."
    (place,) = call(small, encoder, "locate", text=quote)["places"]
    start = HARBOUR.index("Builders")
    assert place["citation"].startswith(f"harbour#{start}-{start + len(quote)}@")
    assert place["similarity"] == 1.0
    assert call(small, encoder, "locate", text="Nobody ever wrote that sentence about submarines.")["places"] == []
    document = (
        f'They say "{quote}" [{place["citation"]}], and "The orchards were flooded in the spring of that year" [harbour#1-9].\n'
    )
    checked = call(small, encoder, "verify", document=document)
    assert [finding["verdict"] for finding in checked["findings"]][:2] == ["verbatim", "absent"]
    assert checked["ok"] is False
    assert call(small, encoder, "verify", document=document.partition(", and")[0])["ok"] is True


def test_articles_are_listed_with_their_resources(small: Path, encoder: Encoder) -> None:
    found = call(small, encoder, "articles")["articles"]
    assert [(a["id"], a["date"], a["resource"]) for a in found] == [
        ("clock", None, "article://clock"),
        ("harbour", "2024-05-17", "article://harbour"),
        ("orchard", None, "article://orchard"),
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": "  "}, "the question is empty"),
        ("ask", {"question": "x", "until": "soon"}, "not a date; write 2024"),
        ("ask", {"question": "x", "top": 0}, "greater than or equal to 1"),
        ("cite", {"citation": "harbour"}, "not a citation"),
        ("cite", {"citation": "nosuch#1-2"}, "no such article"),
        ("speakers", {"name": "nobody"}, "nobody in these articles is quoted by that name"),
        ("locate", {"text": "..."}, "no text to locate"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_its_sentence(
    small: Path, encoder: Encoder, tool: str, arguments: dict[str, Any], said: str
) -> None:
    assert said in refusal(small, encoder, tool, **arguments)


def test_articles_and_citations_are_resources(small: Path, encoder: Encoder) -> None:
    start = HARBOUR.index("Builders")
    uri = citation_uri(Citation("harbour", start, start + 8))
    assert uri == f"citation://harbour/{start}-{start + 8}"

    async def say(client: Client) -> tuple[list[Any], str, str]:
        listed = (await client.list_resources()).resources
        texts = [(await client.read_resource(address)).contents[0].text for address in (article_uri("harbour"), uri)]
        return listed, *texts

    listed, article, cited = talk(small, encoder, say)
    assert [(r.uri, r.name, r.mime_type) for r in listed] == [
        (f"article://{n}", n, "text/plain") for n in ("clock", "harbour", "orchard")
    ]
    assert (article, cited) == (HARBOUR, "Builders")


@pytest.mark.parametrize(
    "uri", ["article://nosuch", "citation://harbour/1", "citation://harbour/0-99999", "article://..%2Fharbour"]
)
def test_a_resource_that_is_none(small: Path, encoder: Encoder, uri: str) -> None:
    said = protocol_error(small, encoder, lambda client: client.read_resource(uri))
    assert re.search("no such article|not a citation|outside of the article", said)


def test_ids_of_any_letters_are_addresses(tmp_path: Path, encoder: Encoder) -> None:
    name = "\u00c4hre 50% \u5947\u602a..#"
    (tmp_path / f"{name}.txt").write_text("The mill\n\nThe mill turns slowly in the evening wind.\n", "utf-8")
    build(tmp_path / "index", sources_of([tmp_path / f"{name}.txt"]), encoder)
    read = talk(tmp_path / "index", encoder, lambda client: client.read_resource(article_uri(name)))
    assert read.contents[0].text.startswith("The mill\n")
    read = talk(tmp_path / "index", encoder, lambda client: client.read_resource(citation_uri(Citation(name, 0, 8))))
    assert read.contents[0].text == "The mill"


def test_prompts_are_the_templates_filled(sample_index: Path, encoder: Encoder) -> None:
    async def say(client: Client) -> tuple[list[Any], Any]:
        return (await client.list_prompts()).prompts, await client.get_prompt("answer", {"question": FLAGSHIP})

    listed, made = talk(sample_index, encoder, say)
    assert [prompt.name for prompt in listed] == templates()
    assert all(prompt.description and [a.name for a in prompt.arguments] == ["question"] for prompt in listed)
    (message,) = made.messages
    assert message.role == "user"
    assert f"Question: {FLAGSHIP}" in message.content.text
    assert "citation: startups-vs-big-tech#133-303@08aec4f9" in message.content.text
    said = protocol_error(sample_index, encoder, lambda client: client.get_prompt("answer", {"question": " "}))
    assert said.startswith("the question is empty")


def test_a_rebuilt_index_is_served_from_then_on(small: Path, articles: Path, encoder: Encoder) -> None:
    async def say(client: Client) -> list[list[str]]:
        seen = [[r.name for r in (await client.list_resources()).resources]]
        (articles / "kiln.txt").write_text("The kiln\n\nThe potter fires her kiln twice a year.\n")
        build(small, sources_of([articles]), encoder)
        return [*seen, [a["id"] for a in (await client.call_tool("articles", {})).structured_content["articles"]]]

    assert talk(small, encoder, say) == [["clock", "harbour", "orchard"], ["clock", "harbour", "kiln", "orchard"]]


def test_over_stdio(sample_index: Path, tmp_path: Path) -> None:
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-m", "rag", "mcp", "--index", str(sample_index)],
        env={"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )

    async def run() -> tuple[Any, Any, Any]:
        async with Client(parameters) as client:
            return client.server_info, client.instructions, await client.call_tool("ask", {"question": FLAGSHIP, "top": 1})

    info, instructions, found = asyncio.run(run())
    assert info.name == "rag"
    assert "data, not instructions" in instructions
    assert found.structured_content["passages"][0]["citation"] == "startups-vs-big-tech#133-303@08aec4f9"


def test_stdout_carries_the_protocol_only(articles: Path, tmp_path: Path) -> None:
    """Even where an index is built first."""
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}},
    }
    with subprocess.Popen(
        [sys.executable, "-m", "rag", "mcp"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    ) as running:
        assert running.stdin
        assert running.stdout
        running.stdin.write(json.dumps(hello).encode() + b"\n")
        running.stdin.flush()
        first = json.loads(running.stdout.readline())
        rest, talked = running.communicate(timeout=30)
    assert (first["id"], first["result"]["serverInfo"]["name"]) == (1, "rag")
    assert rest == b""
    assert "Indexing articles into index/." in talked.decode()
    assert "3 articles, " in talked.decode()
    assert running.returncode == 0


def test_without_the_sdk_one_sentence_names_the_extra(
    cli: Cli, small: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(Index(small), encoder)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    done = cli("mcp", "--index", small)
    assert (done.code, done.out) == (2, "")
    assert done.err == "rag: rag mcp needs the MCP SDK, the extra rag[mcp]; install it with: pip install 'mcp>=2'\n"
    with pytest.raises(InputError, match=r"rag\[mcp\]"):
        server(session)
