"""Putting the scores of several legs on one scale and adding them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def scale_to_best(scores: Floats) -> Floats:
    """Scores divided by the highest, so that it becomes 1; all zero where nothing is above zero. float32, same shape."""
    best = float(scores.max()) if scores.size else 0.0
    return np.asarray(scores / best if best > 0 else np.zeros_like(scores), np.float32)


def fuse(legs: Mapping[str, Floats], weights: Mapping[str, float]) -> tuple[Floats, dict[str, Floats]]:
    """The weighted sum of the legs (Fox & Shaw, 1994, CombSUM), and what each leg gave to it.

    All legs are float32 (n,) and come on one scale. A leg without a weight raises KeyError.
    """
    shares = {name: np.asarray(weights[name] * scores, np.float32) for name, scores in legs.items()}
    total = np.sum(list(shares.values()), axis=0, dtype=np.float32)
    return np.asarray(total, np.float32), shares


def ranking(scores: Floats, k: int) -> npt.NDArray[np.int64]:
    """The numbers of the k highest scores, best first; equal scores by number."""
    if 0 < 4 * k < len(scores):  # only those that reach the k-th highest need be put in order
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        above = np.flatnonzero(scores > least)
        found = np.concatenate([above, np.flatnonzero(scores == least)[: k - len(above)]])
        return found[np.lexsort((found, -scores[found]))]
    return np.lexsort((np.arange(len(scores)), -scores))[:k]


__all__ = ["fuse", "ranking", "scale_to_best"]
