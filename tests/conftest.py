"""What the tests share: the real encoder, the real command line, and indexes that are built once."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from rag.articles.corpus import sources_of
from rag.cli import main
from rag.encoding import cache as cache_files
from rag.encoding.encoders import Encoder, Vectors, open_encoder
from rag.indexing import dictionary
from rag.indexing.building import build
from rag.indexing.index import Index

settings.register_profile("rag", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("rag")

ROOT = Path(__file__).parents[1]
SHARED = Path(__file__).parents[2] / "shared" / "articles"
FLAGSHIP = "who thinks startups can't beat big tech?"

HARBOUR = """The harbour that would not close

Source: Coast Daily
Date: 2024-05-17

The town council voted on Monday to keep the old harbour open for another ten years. Fishing boats land four thousand \
tons of herring there every winter. "We will not sell the quay to a hotel," said Marta Lind, who leads the council.

Builders had offered nine million for the land. The council answered that the herring fleet pays that back in two seasons.
"""
ORCHARD = """果园里的机器人

今年秋天，山坡上的果园第一次用机器人摘苹果。一台机器人每小时能摘八百个苹果，比熟练工人快一倍。

园主何远说：“机器人不会取代我们，它只是帮我们赶在下雪之前收完。”村里的合作社打算明年再买三台。
"""
CLOCK = """鐘樓的指針

鎮上的鐘樓停了三十年，今年春天終於修好了。修鐘的師傅說，齒輪全是手工磨的，沒有一件是新買的。

鎮民投票決定，鐘聲只在早上八點和傍晚六點響起，免得吵醒孩子。
"""


@dataclass(frozen=True)
class Outcome:
    """What a run of the command line left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[Any]:
        return [json.loads(line) for line in self.out.split("\n") if line]

    @property
    def record(self) -> Any:
        (record,) = self.records
        return record


def run_cli(*args: str | os.PathLike[str], stdin: bytes = b"") -> Outcome:
    """The command line's own `main` in this process, with streams that hold bytes as real ones do."""
    streams = {
        name: io.TextIOWrapper(io.BytesIO(stdin if name == "stdin" else b""), "utf-8") for name in ("stdin", "stdout", "stderr")
    }
    kept = {name: getattr(sys, name) for name in (*streams, "argv")}
    code: Any = 0
    try:
        for name, stream in streams.items():
            setattr(sys, name, stream)
        sys.argv = ["rag", *map(os.fspath, args)]
        main()
    except SystemExit as exit:
        code = exit.code or 0
    finally:
        for name, value in kept.items():
            setattr(sys, name, value)
    texts = []
    for name in ("stdout", "stderr"):
        streams[name].flush()
        texts.append(streams[name].buffer.getvalue().decode())  # type: ignore[attr-defined]
    return Outcome(code, *texts)


def run_process(
    *args: str | os.PathLike[str], cwd: Path, stdin: bytes | None = b"", env: dict[str, str] | None = None
) -> Outcome:
    """`python -m rag` in a process of its own, as a person starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "rag", *args],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        timeout=120,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, the lock aside."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.name != ".lock"}


@pytest.fixture
def cli() -> Callable[..., Outcome]:
    return run_cli


@pytest.fixture
def process() -> Callable[..., Outcome]:
    return run_process


@pytest.fixture
def crash(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module eval/bench/crash.py; skips where nothing can be forked."""
    monkeypatch.syspath_prepend(ROOT / "eval" / "bench")
    pytest.importorskip("resource", reason="needs fork")
    return importlib.import_module("crash")


class Remembering:
    """The embedded encoder, which encodes the same article only once however many tests index it."""

    def __init__(self) -> None:
        encoder = open_encoder()
        self.model = encoder.model
        self._passages = cache(encoder.encode_passages)
        self._queries = cache(encoder.encode_queries)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._passages(tuple(texts))
        return vectors

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._queries(tuple(texts))
        return vectors


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The embedded encoder. CC-CEDICT is laid out in its cache file as well: else each build would parse it."""
    cache_files.folder().mkdir(parents=True, exist_ok=True)
    with FileLock(cache_files.folder() / ".tests.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary, "_MANY", 0)
        dictionary.open_dictionary(["harbour"])
        return Remembering()


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """A folder of that name, filled by one of the processes that run the tests, for all of them; not to be written to."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        with FileLock(shared / f"{name}.lock"):
            if not (shared / name).exists():
                (shared / f"{name}.part").mkdir()
                fill(shared / f"{name}.part")
                (shared / f"{name}.part").rename(shared / name)
        return shared / name

    return made


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder of three small articles: English, Simplified and Traditional Chinese."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, text in (("harbour", HARBOUR), ("orchard", ORCHARD), ("clock", CLOCK)):
        (folder / f"{name}.txt").write_text(text, "utf-8", newline="")
    return folder


@pytest.fixture
def small(articles: Path, tmp_path: Path, encoder: Encoder) -> Path:
    """An index of those, at `index` beside them."""
    folder = tmp_path / "index"
    build(folder, sources_of([articles]), encoder)
    return folder


@dataclass(frozen=True)
class FirstRun:
    """A first `rag ask` far from any project: where, and what came of it."""

    folder: Path
    outcome: Outcome

    @property
    def index(self) -> Path:
        return self.folder / "index"


@pytest.fixture(scope="session")
def first_run(once: Once, encoder: Encoder) -> FirstRun:
    """The flagship question in an empty folder: rag indexes its sample and answers."""

    def run(folder: Path) -> None:
        (folder / "empty").mkdir()
        outcome = run_process("ask", FLAGSHIP, "--json", cwd=folder / "empty")
        (folder / "outcome.json").write_text(json.dumps(asdict(outcome)), "utf-8")

    folder = once("nowhere", run)
    return FirstRun(folder / "empty", Outcome(**json.loads((folder / "outcome.json").read_text("utf-8"))))


@pytest.fixture(scope="session")
def sample_index(first_run: FirstRun) -> Path:
    """An index of the sample corpus; not to be written to."""
    assert first_run.outcome.code in (0, 1), first_run.outcome.err
    return first_run.index


@pytest.fixture(scope="session")
def shared_articles() -> Path:
    """The folder of shared articles."""
    if not SHARED.is_dir():
        pytest.skip("shared articles are not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def shared_index(shared_articles: Path, once: Once, encoder: Encoder) -> Path:
    """An index of the shared articles; not to be written to."""
    return once("shared", lambda folder: build(folder / "index", sources_of([shared_articles]), encoder)) / "index"


@pytest.fixture(params=["sample_index", "shared_index"])
def corpus_index(request: pytest.FixtureRequest) -> Index:
    """The sample's index, then that of the shared articles where they are."""
    return Index(request.getfixturevalue(request.param))
