"""`rag mcp`: the index as a server for language models' clients."""

from __future__ import annotations

from rag.cli.shell import IndexDir, ModelName, app, open_or_build, say
from rag.errors import InputError
from rag.locations import DEFAULT_INDEX


@app.command(epilog="Example:  rag mcp --index ~/notes/index   (a client starts it; docs/models.md has its configuration)")
def mcp(index: IndexDir = DEFAULT_INDEX, model: ModelName = None) -> None:
    """Serve the Model Context Protocol over stdin and stdout: ask, cite and more, for a language model's client.

    Needs the extra rag[mcp]. Stdout carries the protocol and nothing else.
    """
    from importlib.util import find_spec

    if not find_spec("mcp_types"):
        raise InputError("rag mcp needs the MCP SDK, the extra rag[mcp]; install it with: pip install 'mcp>=2'")
    opened, encoder = open_or_build(index, model)
    from rag.conversation.chat import Session
    from rag.mcp import serve

    say(f"{len(opened.entries)} articles, {len(opened.passages)} passages ({index}/, {opened.model.name}); serving on stdio.")
    serve(Session(opened, encoder))


__all__ = ["mcp"]
