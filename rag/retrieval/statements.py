"""Bring a question's vector to where statements lie.

An encoder trained to tell what a text means also tells how it is put: use-multilingual-v3 sets questions apart from
statements along one direction, the same in all its languages and nearly without overlap. An answer is a statement, so this
difference is noise for retrieval, and it is taken out: what a question's vector has along that direction becomes what
statements have (a query adapter of rank one). Key words, which are no question, stay about where they are.

The direction was learned by `eval/statements.py` on the first half of XQuAD-R alone, 595 questions in eight languages,
so that a moved question is nearest to the sentence and the paragraph that answer it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.encoding.encoders import EMBEDDED, Model

Floats = npt.NDArray[np.float32]
_STATEMENTS = -0.013  # where sentences that answer stand along the direction, on average; questions stand at -0.38


def as_statement(query: Floats, model: Model) -> Floats:
    """A question's unit vector, float32 (dimension,), moved to where statements stand, again of unit length.

    As it is where it stands there or beyond already, or for a model whose direction is not known.
    """
    if model.name != EMBEDDED:
        return query
    short = max(0.0, _STATEMENTS - float(query @ direction()))
    moved = query + np.float32(short) * direction()
    return np.asarray(moved / np.linalg.norm(moved), np.float32)


@lru_cache(maxsize=1)
def direction() -> Floats:
    """The direction from questions to statements, a unit vector, float32 (512,)."""
    return np.fromfile(Path(__file__).parents[1] / "data" / "question_to_statement.f32", "<f4")


__all__ = ["as_statement", "direction"]
