"""Asking a model over the wire: a small server of our own speaks the protocol, well and badly."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import HARBOUR, Outcome

from rag.answering.llm import complete, endpoint
from rag.errors import EndpointError, InputError

Cli = Callable[..., Outcome]
Reply = Callable[[BaseHTTPRequestHandler], None]
KEY = "sk-not-a-real-key-123"
QUESTION = "will the harbour be sold?"


@dataclass
class Server:
    """A chat-completions server: what it replies next, and what it was asked."""

    url: str
    reply: Reply
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.requests.append((self.path, dict(self.headers), body))
            made.reply(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hung up is none of its business."""

    running = Quiet(("127.0.0.1", 0), Handler)
    made = Server(f"http://127.0.0.1:{running.server_port}", streams("Hello"))
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    running.shutdown()
    running.server_close()
    thread.join(5)


def piece(text: str | None, reason: str | None = None) -> bytes:
    delta = {} if text is None else {"content": text}
    return f"data: {json.dumps({'choices': [{'delta': delta, 'finish_reason': reason}]})}\n\n".encode()


DONE = b"data: [DONE]\n\n"


def sends(*parts: bytes, cut: bool = False, kind: str = "text/event-stream") -> Reply:
    """A chunked reply of these parts; cut: the connection closes in the middle of it."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in parts:
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            handler.wfile.flush()
        if not cut:
            handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    return reply


def streams(*texts: str) -> Reply:
    return sends(*map(piece, texts), piece(None, "stop"), DONE)


def refuses(status: int, body: bytes = b"", **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/chat/completions"),
        ("http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
        (" https://api.example/openai/v1/chat/completions ", "https://api.example/openai/v1/chat/completions"),
        ("https://a.example/chat/completions?api-version=1", "https://a.example/chat/completions?api-version=1"),
        ("https://a.example/x y\r\nz", "https://a.example/x%20yz/chat/completions"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1/chat/completions"),
        ("https://\u679c.example/v1", "https://xn--gtv.example/v1/chat/completions"),
    ],
)
def test_addresses(url: str, full: str) -> None:
    assert str(endpoint(url)) == full


@pytest.mark.parametrize("url", ["", "localhost", "ftp://a/v1", "file:///x", "http://", "http:///v1", "http://a:b/", "http://a:99999", "http://[x", "http://a b/", "javascript:x"])  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(InputError, match=r"not an (http or https )?address; one looks like http://localhost:11434/v1"):
        endpoint(url)


def test_keys_stay_out_of_sight() -> None:
    to = endpoint("http://localhost/v1", "m", f" {KEY}\n")
    assert to.key == KEY
    assert KEY not in f"{to} {to!r}"
    for key in ("a b", "a\nHost: x", "caf\xe9"):
        with pytest.raises(InputError, match=r"^RAG_LLM_KEY: holds blanks or characters that are in no key\.$"):
            endpoint("http://localhost/v1", key=key)


# --- the protocol -----------------------------------------------------------------------------------------------------


def test_one_request_and_the_pieces_as_they_come(server: Server) -> None:
    server.reply = streams("The ", "\u679c\u56ed", " stays.")
    assert list(complete(endpoint(server.url, "small", KEY), "Why?")) == ["The ", "\u679c\u56ed", " stays."]
    ((path, headers, body),) = server.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {"messages": [{"role": "user", "content": "Why?"}], "stream": True, "model": "small"}
    list(complete(endpoint(f"{server.url}/api/v9/"), "Why?"))
    path, headers, body = server.requests[1]
    assert (path, "Authorization" in headers, "model" in body) == ("/api/v9/chat/completions", False, False)


def test_pieces_arrive_before_the_end(server: Server) -> None:
    go_on = threading.Event()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        handler.wfile.write(piece("first"))
        handler.wfile.flush()
        assert go_on.wait(5)
        handler.wfile.write(piece("second") + DONE)
        handler.close_connection = True

    server.reply = reply
    answer = complete(endpoint(server.url), "Why?")
    assert next(answer) == "first"
    go_on.set()
    assert list(answer) == ["second"]


GOOD: dict[str, tuple[Reply, str]] = {
    "comments, other fields, carriage returns": (
        sends(b": ping\r\n\r\nevent: x\r\nid: 1\r\n", piece("a").replace(b"\n", b"\r\n"), b"data:[DONE]\r\n\r\n"), "a"),
    "events cut anywhere": (sends(*(bytes([b]) for b in piece("\u679c") + DONE)), "\u679c"),
    "one event on two lines": (sends(b'data: {"choices": [{"delta":\ndata: {"content": "a"}}]}\n\n', DONE), "a"),
    "role, usage, reasoning and empty pieces": (
        sends(b'data: {"choices": [{"delta": {"role": "assistant", "content": null}}]}\n\n',
              b'data: {"choices": [{"delta": {"reasoning_content": "hm"}}]}\n\n',
              piece(""), piece("a", "stop"), b'data: {"choices": [], "usage": {}}\n\n', b'data: {"usage": {"x": 1}}\n\n', DONE), "a"),
    "a last event without an empty line, a reason but no [DONE]": (sends(piece("a"), piece("b", "stop").rstrip()), "ab"),
    "a server that does not stream": (
        sends(b'{"choices": [{"message": {"content": "whole"}, "finish_reason": "stop"}]}', kind="application/json; charset=utf-8"), "whole"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_ways_to_answer(server: Server, name: str) -> None:
    server.reply, text = GOOD[name]
    assert "".join(complete(endpoint(server.url), "Why?")) == text


BAD: dict[str, tuple[Reply, str]] = {
    "cut": (sends(piece("a"), cut=True), "ended before the answer did"),
    "cut inside of an event": (sends(piece("a"), piece("b")[:20], cut=True), "what is no chat completion"),
    "neither reason nor [DONE]": (sends(piece("a")), "ended before the answer did; the answer is not complete."),
    "no JSON": (sends(b"data: hello\n\n"), "sent what is no chat completion (hello)."),
    "no object": (sends(b"data: [1]\n\n"), "sent what is no chat completion ([1])."),
    "other object": (sends(b'data: {"a": 1}\n\n'), 'sent what is no chat completion ({"a": 1}).'),
    "content that is no text": (sends(b'data: {"choices": [{"delta": {"content": [1]}}]}\n\n'), "no chat completion"),
    "not UTF-8": (sends(b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n'), "no chat completion"),
    "deep": (sends(b"data: " + b"[" * 100_000 + b"\n\n"), "no chat completion"),
    "a page": (sends(b"<html>hi</html>", kind="text/html"), "ended before the answer did"),
    "an error in the stream": (sends(piece("a"), b'data: {"error": {"message": "out of memory."}}\n\n'), "the model failed (out of memory)."),
    "length": (sends(piece("a", "length"), DONE), "the model stopped early (length); the answer is not complete."),
    "a long line": (sends(b"data: " + b"x" * 1_100_000), "a line of more than 1000000 bytes"),
    "a long answer": (sends(*[piece("x" * 400_000)] * 3), "longer than 1000000 characters"),
    "401": (refuses(401, b'{"error": {"message": "Incorrect key: ' + KEY.encode() + b'."}}'), "HTTP 401 Unauthorized (Incorrect key: …); set RAG_LLM_KEY."),
    "404": (refuses(404, b'{"error": "model \'x\' not found"}'), "HTTP 404 Not Found (model 'x' not found); check the address and --llm-model."),
    "429": (refuses(429, b'{"detail": "slow\\n down"}'), "HTTP 429 Too Many Requests (slow down)."),
    "500": (refuses(500, b"<html>oops</html>"), "HTTP 500 Internal Server Error."),
    "502": (refuses(502, b"x" * 50_000), "HTTP 502 Bad Gateway (xxx"),
    "a redirect": (refuses(307, Location="http://elsewhere.example/v1"), "sends on to http://elsewhere.example/v1; give that address if you trust it."),
    "no HTTP": (lambda handler: handler.wfile.write(b"hello\r\n") and None, "the connection broke (hello)"),
    "nothing": (lambda handler: setattr(handler, "close_connection", True), "the connection broke (Remote end closed connection without response)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_ways_to_fail_are_one_sentence(server: Server, name: str) -> None:
    server.reply, reason = BAD[name]
    to = endpoint(server.url, key=KEY)
    with pytest.raises(EndpointError) as raised:
        list(complete(to, "Why?"))
    said = str(raised.value)
    assert said.startswith(f"{to}: ")
    assert reason in said
    assert KEY not in said
    assert "\n" not in said
    assert len(said) < 500
    assert said.endswith(".")


def test_silence_has_an_end(server: Server) -> None:
    hold = threading.Event()

    def reply(handler: BaseHTTPRequestHandler) -> None:
        sends(piece("a"), cut=True)(handler)
        hold.wait(5)

    server.reply = reply
    answer = complete(endpoint(server.url), "Why?", silence_seconds=0.2)
    assert next(answer) == "a"
    with pytest.raises(EndpointError, match=r"silent for 0\.2 seconds; the answer is not complete\."):
        next(answer)
    hold.set()


def hang_up(listening: socket.socket) -> None:
    listening.accept()[0].close()


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(EndpointError, match=r"cannot be reached \(Connection refused\); is the address right"):
            list(complete(endpoint(f"http://127.0.0.1:{port}/v1"), "Why?"))
        taken.listen()
        with pytest.raises(EndpointError, match="cannot be reached"):  # no TLS there
            threading.Thread(target=hang_up, args=(taken,), daemon=True).start()
            list(complete(endpoint(f"https://127.0.0.1:{port}/v1"), "Why?"))
    with pytest.raises(EndpointError, match="cannot be reached"):
        list(complete(endpoint("http://no-such-host.invalid/v1"), "Why?"))


# --- the command line -------------------------------------------------------------------------------------------------

QUOTE = "We will not sell the quay to a hotel"
CITED = f"harbour#{HARBOUR.index(QUOTE)}-{HARBOUR.index(QUOTE) + len(QUOTE)}"
SUPPORTED = ("It stays open: “We will ", f"not sell the quay to a hotel” [{CITED}", "].")


def test_an_answer_is_streamed_and_checked(small: Path, cli: Cli, server: Server) -> None:
    server.reply = streams(*SUPPORTED)
    done = cli("prompt", QUESTION, "--index", small, "--llm", f"{server.url}/v1", "--llm-model", "small", "-k", "2")
    assert done.code == 0, done.err
    assert done.out.startswith("".join(SUPPORTED) + "\n\n---\n")
    assert "NOT SUPPORTED" not in done.out
    ((_, headers, body),) = server.requests
    sent = cli("prompt", QUESTION, "--index", small, "-k", "2", "--json").record["prompt"]
    assert body["messages"] == [{"role": "user", "content": sent}]
    assert "Authorization" not in headers


def test_what_a_model_made_up_is_marked(small: Path, cli: Cli, server: Server) -> None:
    server.reply = streams(
        *SUPPORTED, "\n\nThe council said “the herring fleet was sold to pirates in May” [harbour#1-9999999].\n"
    )
    done = cli("prompt", QUESTION, "--index", small, "--llm", server.url)
    assert done.code == 1, done.err
    marked = [line for line in done.out.split("\n") if line.startswith("NOT SUPPORTED, line 3, ")]
    assert any("absent" in line and "“the herring fleet was sold to pirates in May”" in line for line in marked)
    assert any("harbour#1-9999999" in line for line in marked)
    assert "NOT SUPPORTED, line 1" not in done.out
    assert done.out.endswith("quotations and citations hold.\n")


def test_an_answer_as_json(small: Path, cli: Cli, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LLM_KEY", KEY)
    server.reply = streams(*SUPPORTED)
    done = cli("prompt", QUESTION, "--index", small, "--llm", server.url, "--llm-model", "small", "--json")
    record = done.record
    assert done.code == 0, done.err
    assert record["answer"] == "".join(SUPPORTED)
    assert (record["llm"], record["llm_model"]) == (f"{server.url}/v1/chat/completions", "small")
    assert record["verification"]["ok"] is True
    assert [f["quote"] for f in record["verification"]["findings"] if f["quote"]] == [QUOTE]
    assert server.requests[0][1]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in done.out + done.err


def test_an_answer_without_a_quotation_is_not_supported(small: Path, cli: Cli, server: Server) -> None:
    server.reply = streams("Trust me.\x1b[2J")
    done = cli("prompt", QUESTION, "--index", small, "--llm", server.url)
    assert (done.code, done.out) == (
        1,
        "Trust me.\ufffd[2J\n\n---\nNothing in this answer is quoted or cited, so nothing in it was checked.\n",
    )


@pytest.mark.parametrize(
    ("reply", "out", "said"),
    [
        (sends(piece("Half an ans"), cut=True), "Half an ans\n\n", "ended before the answer did"),
        (refuses(401), "", "HTTP 401 Unauthorized; set RAG_LLM_KEY."),
        (streams(" \n"), " \n", "the model said nothing."),
        (sends(b"data: what\n\n"), "", "sent what is no chat completion (what)."),
    ],
)
def test_models_that_fail(small: Path, cli: Cli, server: Server, reply: Reply, out: str, said: str) -> None:
    server.reply = reply
    done = cli("prompt", QUESTION, "--index", small, "--llm", server.url)
    assert (done.code, done.out.rstrip(" \n")) == (2, out.rstrip(" \n"))
    assert said in done.err.splitlines()[-1]
    assert ("is not complete and was not checked." in done.err) == bool(out.strip())
    assert "Traceback" not in done.err


def test_from_a_shell_too(small: Path, process: Cli, server: Server, tmp_path: Path) -> None:
    server.reply = streams(*SUPPORTED)
    done = process("prompt", QUESTION, "--index", small, "--llm", server.url, cwd=tmp_path)
    assert (done.code, done.out.startswith("".join(SUPPORTED))) == (0, True), done.err


def test_nothing_is_sent_unless_asked(small: Path, cli: Cli, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LLM_KEY", KEY)

    def refuse(*_: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert cli("prompt", QUESTION, "--index", small).code == 0
    assert server.requests == []
