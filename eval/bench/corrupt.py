"""What a damaged index does: bytes flipped, cut, zeroed, swapped, added or whole files gone, anywhere in the index folder.

    python eval/bench/corrupt.py [--cases 500] [--seed 1] [--articles FOLDER]

Each case damages a fresh copy of an index once and then runs `rag ask`, `rag cite`, `rag articles` and `rag status` in a
child process of its own. Half of the cases are run as if every file were larger than what opening checks whole, which
otherwise takes an index of more than 64 MB. What may come of a command:

detected    exit code 2 and one sentence that names the file or the folder's CURRENT and says how to rebuild
harmless    the very same output as without the damage
reordered   (large files only) other scores or another order, with every citation, digest and text true to the articles
WRONG       anything else that was printed: a citation, digest or text that is not what the article holds
CRASH, HANG a traceback, a signal, or more than 20 seconds

Prints a table of these by file; exit code 1 when any is WRONG, CRASH or HANG.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from rag.articles.corpus import sources_of
from rag.cli import main as command_line
from rag.encoding.encoders import open_encoder
from rag.indexing import store
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.locations import sample
from rag.types import digest

QUESTION = "who thinks startups can't beat big tech?"
LIMIT = 20
BAD = ("WRONG", "CRASH", "HANG")


def run(arguments: Sequence[str], large: bool) -> tuple[int, str, str]:
    """Exit code (negative for a signal), stdout and stderr of the command line in a child."""
    ends = [os.pipe() for _ in range(2)]
    child = os.fork()
    if child == 0:
        signal.alarm(LIMIT)
        for number, (_, end) in enumerate(ends, 1):
            os.dup2(end, number)
        for pair in ends:
            for end in pair:
                os.close(end)
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(n, "w"), "utf-8", write_through=True) for n in (1, 2))
        if large:
            store._CHECKED_BYTES = 0
        sys.argv = ["rag", *arguments]
        code = 1
        try:
            command_line()
            code = 0
        except SystemExit as exit:
            code = exit.code if isinstance(exit.code, int) else 0
        except BaseException as error:
            sys.stderr.write(f"Traceback {error!r}\n")
            code = 99
        os._exit(code)
    for _, end in ends:
        os.close(end)
    texts = []
    for end, _ in ends:
        with os.fdopen(end, "rb") as file:
            texts.append(file.read().decode("utf-8", "replace"))
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status), *texts


def damage(path: Path, rng: random.Random) -> str:
    """Damage a file in one of many ways; says how."""
    data = bytearray(path.read_bytes())
    size = len(data)
    way = rng.choice(["flip a bit"] * 4 + ["set a byte"] * 3 + ["cut", "cut a little", "zeros", "noise", "swap", "add", "gone"])
    if not size and way not in ("add", "gone"):
        way = "add"
    at = rng.randrange(size) if size else 0
    if way == "flip a bit":
        data[at] ^= 1 << rng.randrange(8)
    elif way == "set a byte":
        data[at] = (data[at] + rng.randrange(1, 256)) % 256
    elif way == "cut":
        del data[at:]
    elif way == "cut a little":
        del data[-min(size, rng.randint(1, 16)) :]
    elif way == "zeros":
        data[at : at + 64] = bytes(len(data[at : at + 64]))
    elif way == "noise":
        data[at : at + 64] = rng.randbytes(len(data[at : at + 64]))
    elif way == "swap":
        data = data[at:] + data[:at]
    elif way == "add":
        data += rng.randbytes(rng.randint(1, 64))
    path.unlink()
    if way != "gone":
        path.write_bytes(data)
    return way


def true(record: dict[str, object], raws: dict[str, str]) -> bool:
    """Whether a passage of an answer is what the article holds at its citation."""
    raw = raws.get(str(record["article"]), "")[int(str(record["start"])) : int(str(record["end"]))]
    quote = record["quote"]
    assert isinstance(quote, dict)
    quoted = raws[str(record["article"])][quote["start"] : quote["end"]]
    return (
        digest(raw) == record["digest"]
        and "".join(raw.split()) == "".join(str(record["text"]).split())
        and "".join(quoted.split()) == "".join(quote["text"].split())
    )


def settled(text: str) -> str:
    """Output without what differs from run to run."""
    lines = []
    for line in text.splitlines():
        record = json.loads(line)
        record.pop("took_ms", None)
        lines.append(json.dumps(record, sort_keys=True))
    return "\n".join(lines)


def judge(result: tuple[int, str, str], sound: tuple[int, str, str], name: str, raws: dict[str, str]) -> str:
    code, out, err = result
    if code == -signal.SIGALRM:
        return "HANG"
    if code < 0 or code == 99 or "Traceback" in err:
        return "CRASH"
    if code in (1, 2) and "no index there; make one with 'rag index" in err and name == "CURRENT":
        return "detected"  # without CURRENT there is no index; rag status exits with 1
    if code == 2:
        lines = err.strip().splitlines()
        named = name in lines[-1] or "CURRENT" in lines[-1]
        return "detected" if not out and named and "rag index" in lines[-1] and "Error" not in lines[-1] else "WRONG"
    try:
        if (code, settled(out)) == (sound[0], settled(sound[1])):
            return "harmless"
        answers = [json.loads(line) for line in out.splitlines()]
        if answers and all("passages" in a and all(true(p, raws) for p in a["passages"]) for a in answers):
            return "reordered"
    except (ValueError, KeyError, AssertionError):
        pass
    return "WRONG"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=Path, default=sample())
    args = parser.parse_args()
    rng = random.Random(args.seed)
    started = time.monotonic()
    table: dict[str, Counter[str]] = {}
    shown: list[str] = []
    with tempfile.TemporaryDirectory(prefix="rag-corrupt-") as folder:
        base = Path(folder)
        build(base / "sound", sources_of([args.articles]), open_encoder())
        index = Index(base / "sound")
        raws = {entry.id: index.raw(entry) for entry in index.entries}
        place = base / "index"
        ask = ["ask", QUESTION, "--json", "--index", str(place)]
        shutil.copytree(base / "sound", place)
        first = json.loads(run(ask, False)[1])["passages"][0]
        commands = (
            ask,
            ["cite", f"{first['citation']}@{first['digest']}", f"{first['article']}#0-40", "--json", "--index", str(place)],
            ["articles", "--json", "--index", str(place)],
            ["status", "--json", "--index", str(place)],
        )
        sound = [run(command, False) for command in commands]
        assert all(code == 0 for code, _, _ in sound), sound
        for number in range(args.cases):
            shutil.rmtree(place)
            shutil.copytree(base / "sound", place)
            files = sorted(path for path in place.rglob("*") if path.is_file() and path.name != ".lock")
            path = files[number % len(files)]
            way = damage(path, rng)
            large = number % 2 == 1 if len(files) % 2 == 0 else bool(number // len(files) % 2)
            for command, healthy in zip(commands, sound, strict=True):
                result = run(command, large)
                verdict = judge(result, healthy, path.name, raws)
                if verdict == "reordered" and not large:
                    verdict = "WRONG"
                table.setdefault(path.name, Counter())[verdict] += 1
                if verdict in BAD:
                    shown.append(
                        f"case {number}, {path.name}, {way}, {'large' if large else 'whole'}, {command[0]}: {verdict} {result[0]} {(result[2] or result[1]).strip()[-300:]}"
                    )
    kinds = ("detected", "harmless", "reordered", *BAD)
    print(f"{'file':<26}" + "".join(f"{kind:>11}" for kind in kinds))
    for name in sorted(table):
        print(f"{name:<26}" + "".join(f"{table[name][kind]:>11}" for kind in kinds))
    total = sum(table.values(), Counter())
    print(f"{'all':<26}" + "".join(f"{total[kind]:>11}" for kind in kinds))
    print(f"{args.cases} cases of 4 commands in {time.monotonic() - started:.0f} s")
    print("\n".join(shown[:20]), file=sys.stderr)
    sys.exit(any(total[kind] for kind in BAD))


if __name__ == "__main__":
    main()
