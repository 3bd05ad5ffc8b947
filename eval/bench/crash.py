"""Does an index survive? Builds are killed at random moments, the disk fills up, readers read while writers write.

    python eval/bench/crash.py [--rounds 200] [--processes 20] [--seed 1] [--seconds 10]

Killed: `index` (from nothing), `update` (one article changed, one added) and `delete` (one removed), in turn. A third of
the rounds is killed by the clock, at a random share of the time that the job takes; a third at a random file operation;
a third (at most `--processes`) is the real command line, by the clock. After each kill the index must open, answer from
whole passages and be, byte for byte, the old one or the new one; the next run must give the new one and leave nothing else.

Disk full: on a tmpfs that is too small where this may be mounted (root), else by a limit on the size of files. No
permission: in a child without root's rights. Concurrency: one process rebuilds in a loop while another opens, asks and
cites; then two command lines write at once; then a writer is killed while another waits.

Prints one line a check; exit code 1 when any failed.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from rag.answering.answers import answer
from rag.articles.corpus import sources_of
from rag.citation.citations import open_citation
from rag.encoding.encoders import Encoder, open_encoder
from rag.errors import RagError
from rag.indexing import store
from rag.indexing.building import build
from rag.indexing.index import Index
from rag.indexing.superseded import FOLDER

ROOT = Path(__file__).resolve().parents[2]
TEXT = "The harbour of {name} stays open in winter. In the year {year} it took {n} boats, and {name} counted every one of them.\n"
JOBS = ("index", "update", "delete")
failures: list[str] = []


def tell(check: str, what: str, passed: bool) -> None:
    """Print a line of the table, and remember a failure."""
    print(f"{check:<22}{'ok' if passed else 'FAILED':<8}{what}", flush=True)
    if not passed:
        failures.append(check)


def write_articles(folder: Path, count: int = 8) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        text = "".join(TEXT.format(name=f"Port {chr(65 + i)}{j}", year=1900 + i * 7 + j, n=100 + 13 * i + j) for j in range(4))
        (folder / f"port-{i}.txt").write_text(f"Port {i}\n\n{text}", "utf-8")


def change(folder: Path, job: str) -> None:
    """Do to the articles what the job then brings into the index."""
    if job == "update":
        (folder / "port-0.txt").write_text("Port 0\n\nThe harbour of Port A0 was closed for good, and nobody counts boats now.\n")
        (folder / "port-new.txt").write_text("A new port\n\nThe harbour of Port New opened in spring with forty boats.\n")
    elif job == "delete":
        (folder / "port-1.txt").unlink()


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of an index, the lock and the older texts aside: those of a build that died may be there already."""
    return {name: text for name, text in all_of(folder).items() if not name.startswith(f"{FOLDER}/")}


def all_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name != ".lock"
    }


def current(folder: Path) -> dict[str, bytes]:
    """The files that count."""
    name = (folder / "CURRENT").read_text().strip()
    return {path: data for path, data in files_of(folder).items() if path == "CURRENT" or path.startswith(name)}


def check(index: Index, encoder: Encoder) -> None:
    """Raise unless the index answers with passages that are in its articles."""
    found = answer(index, encoder, "which harbour stays open in winter?", 5)
    assert found.passages
    for cited in found.passages:
        raw = index.raw(cited.entry)
        assert raw[cited.quote.start : cited.quote.end].split() == cited.quote.text.split()
        assert open_citation(index, cited.citation).raw == raw[cited.citation.start : cited.citation.end]


def forked(work: Callable[[], object]) -> int:
    """The process id of a child that does the work and exits, with 0 or, for an error made on purpose, 2."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except RagError as error:
            os.write(2, f"    {error}\n".encode())
            code = 2
        finally:
            os._exit(code)
    return child


def kill_after(child: int, seconds: float) -> bool:
    """Kill a child after a time; whether it still ran."""
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def kill_at(moment: int, folder: Path, work: Callable[[], object]) -> bool:
    """Do the work in a child that is killed at its `moment`-th file operation in the folder; whether it was."""

    def watched() -> None:
        left = moment

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree") and str(folder) in str(
                arguments[0]
            ):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()

    return os.WIFSIGNALED(os.waitpid(forked(watched), 0)[1])


def kills(rounds: int, processes: int, seed: int, encoder: Encoder, base: Path) -> None:
    rng = random.Random(seed)
    command = [sys.executable, "-m", "rag", "index"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    articles, index = base / "articles", base / "index"
    write_articles(articles)
    build(base / "before", sources_of([articles]), encoder)
    before = files_of(base / "before")
    count: Counter[tuple[str, str, str]] = Counter()
    wrong: list[str] = []
    states: dict[str, dict[str, bytes]] = {}
    whole: dict[str, dict[str, bytes]] = {}
    times: dict[tuple[str, str], float] = {}

    def work() -> None:
        build(index, sources_of([articles]), encoder)

    def prepare(job: str) -> None:
        shutil.rmtree(articles)
        write_articles(articles)
        shutil.rmtree(index, ignore_errors=True)
        if job != "index":
            shutil.copytree(base / "before", index)
        change(articles, job)

    for job in JOBS:
        prepare(job)
        started = time.perf_counter()
        os.waitpid(forked(work), 0)
        times[job, "clock"] = time.perf_counter() - started
        states[job], whole[job] = files_of(index), all_of(index)
        if not processes:
            continue
        prepare(job)
        started = time.perf_counter()
        subprocess.run([*command, str(articles), "--index", str(index)], env=environment, check=True, stderr=subprocess.DEVNULL)
        times[job, "process"] = time.perf_counter() - started
        assert all_of(index) == whole[job], "the command line and the library wrote different bytes"
    for number in range(rounds):
        job = JOBS[number % 3]
        way = ("clock", "step", "process")[number // 3 % 3]
        if way == "process" and count.total() and sum(n for (_, w, _), n in count.items() if w == "process") >= processes:
            way = ("clock", "step")[number % 2]
        prepare(job)
        if way == "clock":
            killed = kill_after(forked(work), rng.uniform(0, 1.1) * times[job, way])
        elif way == "step":
            killed = kill_at(rng.randint(1, 130), index, work)
        else:
            arguments = [*command, str(articles), "--index", str(index)]
            child = subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL)
            killed = kill_after(child.pid, rng.uniform(0.2, 1.05) * times[job, way])
            child.returncode = 0
        count[job, way, "killed" if killed else "finished"] += 1
        try:
            if not (index / "CURRENT").exists():
                state = "none yet" if job == "index" else "LOST"
            else:
                check(Index(index), encoder)
                held = current(index)
                state = "new" if held == states[job] else "old" if held == before and job != "index" else "HALF"
            count[job, "state", state] += 1
            if state.isupper():
                wrong.append(f"{job} {way}: {state}")
            left = any(path.name.startswith(".building") for path in index.glob("*"))
            count[job, "left", "leftovers"] += left
            work()
            if all_of(index) != whole[job]:
                wrong.append(f"{job} {way}: the next run left something else")
        except Exception as error:
            wrong.append(f"{job} {way}: {error!r}")
    for job in JOBS:
        of = {key[1:]: n for key, n in count.items() if key[0] == job}
        done = sum(n for (_, what), n in of.items() if what in ("killed", "finished"))
        killed = sum(n for (_, what), n in of.items() if what == "killed")
        found = ", ".join(f"{n} {what}" for (way, what), n in sorted(of.items()) if way == "state")
        real = sum(n for (way, what), n in of.items() if way == "process" and what in ("killed", "finished"))
        text = f"{done} times, {killed} killed in time ({real} real command lines); then {found}; leftovers {of.get(('left', 'leftovers'), 0)} times, swept"
        mine = [w for w in wrong if w.startswith(job)]
        tell(f"kill -9, {job}", "; ".join([text, *mine[:3]]), not mine)


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[str]:
    """A file system of `size` bytes at the place, or None where none may be mounted."""
    place.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, check=False)
    try:
        yield "tmpfs" if done.returncode == 0 else ""
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "-l", str(place)], check=False)


def refused(*arguments: str, before: Callable[[], None] | None = None) -> str | None:
    """What is wrong with how the command line failed: not exit code 2, not one sentence; None where all is right."""
    done = subprocess.run(
        [sys.executable, "-m", "rag", *arguments], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, preexec_fn=before
    )  # fmt: skip
    lines = done.stderr.strip().splitlines()
    if done.returncode != 2 or len(lines) != 1 or not lines[0].startswith("rag: "):
        return f"exit code {done.returncode}: {done.stderr[-300:]}"
    print(f"    {lines[0]}")
    return None


def full_disk(encoder: Encoder, base: Path) -> None:
    """Fill the disk at every size from nothing free to just not enough, with an index there before."""
    articles = base / "full-articles"
    write_articles(articles)
    disk = base / "disk"
    probe = base / "probe"
    build(probe, sources_of([articles]), encoder)
    size = sum(-(-len(data) // 4096) * 4096 for data in files_of(probe).values())  # a tmpfs gives whole pages
    with small_disk(disk, 2 * size + 400_000) as mounted:
        way = mounted or "a limit on the size of files (no tmpfs may be mounted here)"
        build(disk / "index", sources_of([articles]), encoder)
        old = files_of(disk / "index")
        change(articles, "update")
        wrong = []
        if mounted:
            for free in (0, 4096, 65_536, size // 3, 2 * size // 3):
                ballast = disk / "ballast"
                usage = shutil.disk_usage(disk)
                ballast.write_bytes(bytes(max(0, usage.free - free)))
                wrong += [refused("index", "--index", str(disk / "index"))]
                if files_of(disk / "index") != old:
                    wrong += [f"{free} bytes free: the old index changed"]
                check(Index(disk / "index"), encoder)
                ballast.unlink()
        else:
            for limit in (4096, 30_000, 60_000):

                def little(limit: int = limit) -> None:
                    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

                wrong += [refused("index", "--index", str(disk / "index"), before=little)]
                if files_of(disk / "index") != old:
                    wrong += [f"{limit} bytes: the old index changed"]
                check(Index(disk / "index"), encoder)
        wrong = [w for w in wrong if w]
        tell("disk full", "; ".join([f"by {way}; the old index answers", *wrong[:2]]), not wrong)
        build(disk / "index", sources_of([articles]), encoder)
        left = sorted(p.name for p in (disk / "index").iterdir() if p.name.startswith(".building"))
        tell("disk free again", f"the update works, leftovers {left}", not left and files_of(disk / "index") != old)


def no_permission(encoder: Encoder, base: Path) -> None:
    articles, index = base / "p-articles", base / "p-index"
    write_articles(articles)
    build(index, sources_of([articles]), encoder)
    old = files_of(index)
    change(articles, "update")

    def drop() -> None:  # PR_CAPBSET_DROP of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: what root runs next obeys permissions
        for capability in (1, 2):
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)

    root = os.getuid() == 0
    index.chmod(0o555)
    for path in index.iterdir():
        path.chmod(0o555 if path.is_dir() else 0o444)
    wrong = [refused("index", "--index", str(index), before=drop if root else None)]
    for path in index.iterdir():
        path.chmod(0o755 if path.is_dir() else 0o644)
    index.chmod(0o755)
    if files_of(index) != old:
        wrong.append("the old index changed")
    check(Index(index), encoder)
    wrong = [w for w in wrong if w]
    as_whom = "a read-only folder, root's right to write all the same dropped" if root else "a read-only folder"
    tell("no permission", "; ".join([f"{as_whom}; the old index answers", *wrong]), not wrong)


def readers(seconds: float, encoder: Encoder, base: Path) -> None:
    articles, index = base / "r-articles", base / "r-index"
    write_articles(articles)
    build(index, sources_of([articles]), encoder)

    def write() -> None:
        for i in range(10**6):
            (articles / "port-2.txt").write_text(f"Port 2\n\nThe harbour of Port C stays open in winter, says note {i}.\n")
            build(index, sources_of([articles]), encoder)

    writer = forked(write)
    opened, asked, generations, wrong = 0, 0, set(), []
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            try:
                reader = Index(index)
                opened += 1
                generations.add(reader.place.name)
                if opened % 5 == 0:
                    check(reader, encoder)
                    asked += 1
            except Exception as error:
                wrong.append(repr(error))
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    text = f"{opened} openings, {asked} answers while {len(generations)} generations came and went in {seconds:g} s"
    tell("readers and a writer", "; ".join([text, *wrong[:2]]), not wrong and len(generations) > 2)


def writers(encoder: Encoder, base: Path) -> None:
    articles, index = base / "w-articles", base / "w-index"
    write_articles(articles)
    command = [sys.executable, "-m", "rag", "index", "--rebuild", str(articles), "--index", str(index)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    both = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[1] for process in both]
    codes = [process.returncode for process in both]
    left = [p.name for p in index.iterdir() if p.name.startswith(".building")]
    tell(
        "two writers",
        f"exit codes {codes}, one index, leftovers {left}, waiting was said {sum('waiting' in s for s in said)} times",
        codes == [0, 0] and not left,
    )
    check(Index(index), encoder)

    def hold() -> None:
        with store.writing(index):
            time.sleep(60)

    holder = forked(hold)
    time.sleep(0.3)
    waiting = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    waited = waiting.poll() is None
    os.kill(holder, signal.SIGKILL)
    os.waitpid(holder, 0)
    started = time.monotonic()
    err = waiting.communicate(timeout=60)[1]
    said_so = "waiting" in err
    tell(
        "a dead writer's lock",
        f"the second writer waited {waited}, said so {said_so}, and finished {time.monotonic() - started:.1f} s after the first was killed",
        waited and said_so and waiting.returncode == 0,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--processes", type=int, default=30, help="at most so many rounds are real command lines")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10, help="how long readers and a writer run")
    parser.add_argument("--only", default="kills,disk,permission,readers,writers")
    args = parser.parse_args()
    only = args.only.split(",")
    encoder = open_encoder()
    with tempfile.TemporaryDirectory(prefix="rag-crash-") as name:
        base = Path(name)
        started = time.monotonic()
        if "kills" in only:
            kills(args.rounds, args.processes, args.seed, encoder, base)
        if "disk" in only:
            full_disk(encoder, base)
        if "permission" in only:
            no_permission(encoder, base)
        if "readers" in only:
            readers(args.seconds, encoder, base)
        if "writers" in only:
            writers(encoder, base)
        print(f"{time.monotonic() - started:.0f} s in all")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
