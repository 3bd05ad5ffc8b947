"""The highest of many scores, in order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def ranking(scores: Floats, k: int) -> npt.NDArray[np.int64]:
    """The numbers of the k highest scores, best first; equal scores by number."""
    if 0 < 4 * k < len(scores):  # only those that reach the k-th highest need be put in order
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        above = np.flatnonzero(scores > least)
        found = np.concatenate([above, np.flatnonzero(scores == least)[: k - len(above)]])
        return found[np.lexsort((found, -scores[found]))]
    return np.lexsort((np.arange(len(scores)), -scores))[:k]


__all__ = ["ranking"]
