"""The command line: a thin shell over the library, one module a command. Data goes to stdout, talk to stderr.

Exit codes: 0 answered or done, 1 not answered or not found, 2 wrong use or bad input.
"""

import errno
import gc
import os
import sys

from typer import BadParameter, Exit

from rag.cli import articles, ask, chat, cite, eval, index, locate, mcp, prompt, speakers, status, verify
from rag.cli.plainly import plain_call
from rag.cli.shell import app, say
from rag.errors import RagError


def main() -> None:
    """Run the command line; errors raised on purpose become one sentence and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Read by numpy when it is first imported. More threads would have the products of one question wait for each other,
    # and last bits would depend on how many cores there are; the encoder runs its batches side by side itself.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if sys.argv[1:] in (["--version"], ["-V"]):
        from rag import __version__

        print(f"rag {__version__}")
        return
    gc.set_threshold(100_000)  # what a start allocates stays; looking it through again and again takes a tenth of the time
    try:
        (plain_call(app, sys.argv[1:]) or app)()
    except Exit as done:
        sys.exit(done.exit_code)
    except BadParameter as error:
        say(f"rag: {error.format_message()}")
        sys.exit(2)
    except RagError as error:
        say(f"rag: {error}")
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        # Not raised on purpose. The machine may have run out of something, or a file that is too large to be checked at
        # every start may be damaged.
        from rag.indexing import store

        told = _exhausted(error) or store.find_damage()
        if told is None:
            raise
        say(f"rag: {told}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _exhausted(error: Exception) -> str | None:
    """A sentence for an error of the machine rather than of this package: no space, memory or file handles left."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this; what was indexed before is untouched."
    if isinstance(error, OSError) and error.errno in (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EROFS,
        errno.EMFILE,
        errno.ENOMEM,
    ):
        place = f"{error.filename or 'a temporary file'}: "
        return f"{place}{error.strerror}; make room there (temporary files go where TMPDIR says) and run it again."
    return None


__all__ = [
    "app",
    "articles",
    "ask",
    "chat",
    "cite",
    "eval",
    "index",
    "locate",
    "main",
    "mcp",
    "prompt",
    "speakers",
    "status",
    "verify",
]
