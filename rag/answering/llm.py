"""Asking a language model at an address that the user names, by the chat-completions protocol of OpenAI.

Many servers speak it, also local ones (Ollama, llama.cpp, vLLM, LM Studio). Nothing is ever sent unless an address is given;
redirects are not followed and no proxy is used, so that prompt and key go to that address alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import EndpointError, InputError

if TYPE_CHECKING:
    from http.client import HTTPConnection, HTTPResponse

CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 180.0  # a local model may read a long prompt for minutes before its first word
_LINE_BYTES = 1_000_000
_ANSWER_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where chat completions are asked for: scheme, host, port and path, with the model's name and the key to send, if any."""

    scheme: str
    host: str
    port: int
    path: str
    model: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"http": 80, "https": 443}[self.scheme] == self.port
        return f"{self.scheme}://{host}{'' if usual else f':{self.port}'}{self.path}"

    def __repr__(self) -> str:
        return f"Endpoint({self}, model={self.model!r})"  # never the key


def endpoint(url: str, model: str | None = None, key: str | None = None) -> Endpoint:
    """The endpoint at a base address such as http://localhost:11434/v1, or at a full one that ends in /chat/completions.

    Raises InputError for what is no http or https address, for one with a password in it, and for a key that no header can hold.
    """
    from urllib.parse import quote, urlsplit

    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname or ""
    except (ValueError, UnicodeError):
        raise InputError(f"{_short(url)}: not an address; one looks like http://localhost:11434/v1.") from None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[A-Za-z0-9._:-]+", host):
        raise InputError(f"{_short(url)}: not an http or https address; one looks like http://localhost:11434/v1.")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.scheme}://…@{host}: name no user or key in the address; put the key into RAG_LLM_KEY.")
    key = (key or "").strip()
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        raise InputError("RAG_LLM_KEY: holds blanks or characters that are in no key.")
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
    if not path.endswith("/chat/completions"):
        path = (path or "/v1") + "/chat/completions"
    path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?") if parts.query else ""
    return Endpoint(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path, model, key or None)


def complete(
    to: Endpoint, prompt: str, *, connect_seconds: float = CONNECT_SECONDS, silence_seconds: float = SILENCE_SECONDS
) -> Iterator[str]:
    """Send one prompt and yield the model's answer piece by piece, as it comes; no piece is empty.

    Raises EndpointError when the endpoint cannot be reached, refuses, is silent for longer than `silence_seconds`, sends
    what the protocol does not know, or ends before the answer does.
    """
    import http.client

    connection = _connect(to, connect_seconds)
    said = 0
    try:
        if connection.sock is not None:
            connection.sock.settimeout(silence_seconds)
        response = _send(connection, to, prompt)
        for piece in _pieces(response, to):
            said += len(piece)
            if said > _ANSWER_CHARACTERS:
                raise EndpointError(f"{to}: the answer is longer than {_ANSWER_CHARACTERS} characters; it was cut.")
            yield piece
    except TimeoutError:
        raise EndpointError(f"{to}: silent for {silence_seconds:g} seconds; the answer is not complete.") from None
    except (OSError, http.client.HTTPException) as error:
        raise EndpointError(f"{to}: the connection broke ({_reason(error)}); the answer is not complete.") from error
    finally:
        connection.close()


def _connect(to: Endpoint, seconds: float) -> HTTPConnection:
    import http.client
    import ssl

    connection: HTTPConnection
    if to.scheme == "https":
        connection = http.client.HTTPSConnection(to.host, to.port, timeout=seconds, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(to.host, to.port, timeout=seconds)
    try:
        connection.connect()
    except TimeoutError:
        raise EndpointError(f"{to}: no connection within {seconds:g} seconds; is the address right?") from None
    except OSError as error:
        raise EndpointError(
            f"{to}: cannot be reached ({_reason(error)}); is the address right and the server running?"
        ) from error
    return connection


def _send(connection: HTTPConnection, to: Endpoint, prompt: str) -> HTTPResponse:
    body: dict[str, Any] = {"messages": [{"role": "user", "content": prompt}], "stream": True}
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream", "User-Agent": "rag"}
    if to.model:
        body["model"] = to.model
    if to.key:
        headers["Authorization"] = f"Bearer {to.key}"
    connection.request("POST", to.path, json.dumps(body).encode(), headers)
    response = connection.getresponse()
    if response.status in range(300, 400):
        where = response.getheader("Location") or "no address"
        raise EndpointError(f"{to}: sends on to {_said(where, to)}; give that address if you trust it.")
    if response.status != 200:
        said = _message(response.read(20_000).decode("utf-8", "replace"), to)
        hint = {401: "set RAG_LLM_KEY", 403: "set RAG_LLM_KEY", 404: "check the address and --llm-model"}.get(response.status, "")
        raise EndpointError(
            f"{to}: HTTP {response.status} {_said(response.reason, to)}{f' ({said})' if said else ''}{f'; {hint}' if hint else ''}."
        )
    return response


def _pieces(response: HTTPResponse, to: Endpoint) -> Iterator[str]:
    """The pieces of an answer, from server-sent events or, where the server does not stream, from one object."""
    if "application/json" in (response.getheader("Content-Type") or "").lower():
        events, field = iter([response.read(8 * _LINE_BYTES)]), "message"
    else:
        events, field = _events(response, to), "delta"
    ended = field == "message"
    for data in events:
        if data.strip() == b"[DONE]":
            return
        piece, reason = _content(_object(data, to), field, to)
        ended = ended or bool(reason)
        if piece:
            yield piece
        if reason in ("length", "content_filter"):
            raise EndpointError(f"{to}: the model stopped early ({reason}); the answer is not complete.")
    if not ended:
        raise EndpointError(f"{to}: the stream ended before the answer did; the answer is not complete.")


def _events(response: HTTPResponse, to: Endpoint) -> Iterator[bytes]:
    """The data of each server-sent event; comments and other fields are passed over."""
    data: list[bytes] = []
    while line := response.readline(_LINE_BYTES + 1):
        if len(line) > _LINE_BYTES:
            raise EndpointError(f"{to}: sent a line of more than {_LINE_BYTES} bytes, which is no answer.")
        line = line.rstrip(b"\r\n")
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif not line and data:
            yield b"\n".join(data)
            data = []
    if data:
        yield b"\n".join(data)


def _object(data: bytes, to: Endpoint) -> dict[str, Any]:
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise EndpointError(f"{to}: sent what is no chat completion ({_said(data.decode('utf-8', 'replace'), to) or 'nothing'}).")
    if found.get("error"):
        raise EndpointError(
            f"{to}: the model failed ({_message(json.dumps(found, ensure_ascii=False), to) or 'no reason given'})."
        )
    return found


def _content(found: dict[str, Any], field: str, to: Endpoint) -> tuple[str, str | None]:
    """The text of a completion or of one piece of it, and why the answer ends with it, if it does."""
    choices = found.get("choices")
    if choices == [] or choices is None and "usage" in found:
        return "", None
    try:
        choice = choices[0]  # type: ignore[index]
        content, reason = (choice.get(field) or {}).get("content") or "", choice.get("finish_reason")
    except (TypeError, KeyError, AttributeError, IndexError):
        content, reason = None, None
    if not isinstance(content, str):
        raise EndpointError(f"{to}: sent what is no chat completion ({_said(json.dumps(found, ensure_ascii=False), to)}).")
    return content, str(reason) if reason else None


def _message(body: str, to: Endpoint) -> str:
    """The reason in the body of a refusal, on one line, without the key."""
    try:
        found = json.loads(body)
        error = found.get("error", found) if isinstance(found, dict) else found
        text = error.get("message") or error.get("detail") if isinstance(error, dict) else error
        text = text if isinstance(text, str) else json.dumps(error, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = "" if "<" in body else body
    return _said(text, to).rstrip(".")


def _said(text: str, to: Endpoint) -> str:
    """What a server sent, short and without the key, which some repeat."""
    return _short(text.replace(to.key, "…") if to.key else text)


def _reason(error: Exception) -> str:
    return _short(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:199] + "…"


__all__ = ["CONNECT_SECONDS", "SILENCE_SECONDS", "Endpoint", "complete", "endpoint"]
