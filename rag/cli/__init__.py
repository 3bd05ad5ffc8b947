"""The command line: a thin shell over the library, one module a command. Data goes to stdout, talk to stderr.

Exit codes: 0 answered or done, 1 not answered or not found, 2 wrong use or bad input.
"""

import sys

from rag.cli import articles, ask, cite, eval, index, status
from rag.cli.shell import app, say
from rag.errors import RagError


def main() -> None:
    """Run the command line; errors raised on purpose become one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except RagError as error:
        say(f"rag: {error}")
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception:
        # Not raised on purpose. It may be that a file too large to be checked at every start is damaged.
        from rag import store

        damage = store.find_damage()
        if damage is None:
            raise
        say(f"rag: {damage}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


__all__ = ["app", "articles", "ask", "cite", "eval", "index", "main", "status"]
