"""Rerank passages with a cross-encoder: a model that reads question and passage together (Nogueira & Cho, 2019,
"Passage Re-ranking with BERT"). Slower and better than comparing vectors; never used unless asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.errors import InputError
from rag.retrieval.search import Hit, Ranking

RERANKED = 30
"""How many of the best passages are read by the reranker."""


class Reranker(Protocol):
    """Anything that says how well texts answer a question."""

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 (len(texts),): higher is better; only the order counts."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder, by model id or folder, with one output.

    Raises InputError when sentence-transformers is not installed, and for a model that cannot be loaded or has several outputs.
    """

    def __init__(self, name: str, *, device: str | None = None, batch_size: int = 32) -> None:
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise InputError(
                f"reranker {name}: cross-encoders need the package sentence-transformers: pip install sentence-transformers."
            ) from error
        from transformers.utils import logging  # type: ignore[import-not-found,unused-ignore]

        logging.disable_progress_bar()
        try:
            try:
                self._model = CrossEncoder(name, device=device, local_files_only=True)
            except OSError:  # not on this machine
                self._model = CrossEncoder(name, device=device)
        except Exception as error:
            reason = str(error).strip().split("\n")[0].rstrip(".")
            raise InputError(
                f"reranker {name}: cannot be loaded ({reason}); give a folder of a cross-encoder, or a model id and a way to the hub."
            ) from error
        if self._model.num_labels != 1:
            raise InputError(f"reranker {name}: it has {self._model.num_labels} outputs; a reranker has one.")
        self._batch_size = batch_size

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 (len(texts),): the model's output for each pair of question and text."""
        if not texts:
            return np.zeros(0, np.float32)
        found = self._model.predict(
            [(question, text) for text in texts], batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(found, np.float32).reshape(len(texts))


def rerank(ranking: Ranking, reranker: Reranker) -> Ranking:
    """The ranking with its first hits in the reranker's order; those it gives the same score keep theirs.

    Their score and their only share is then the reranker's, under "rerank"; hits behind the first stay behind them.
    """
    first, rest = ranking.hits[:RERANKED], ranking.hits[RERANKED:]
    scores = reranker.scores(ranking.question, [hit.passage.text for hit in first])
    if not np.isfinite(scores).all():
        raise InputError("the reranker gave a score that is not a number; use another model.")
    order = np.lexsort((np.arange(len(first)), -scores))
    return replace(ranking, hits=(*(_rescored(first[int(i)], float(scores[i])) for i in order), *rest))


def _rescored(hit: Hit, score: float) -> Hit:
    sentences = tuple(score + value - hit.score for value in hit.sentences)
    return replace(hit, score=score, shares={"rerank": score}, sentences=sentences)


__all__ = ["RERANKED", "CrossEncoderReranker", "Reranker", "rerank"]
