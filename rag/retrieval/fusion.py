"""The scores of several legs, weighted and added."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def fuse(legs: Mapping[str, Floats], weights: Mapping[str, float]) -> tuple[Floats, dict[str, Floats]]:
    """The weighted sum of the legs (Fox & Shaw, 1994, CombSUM), and what each leg gave to it.

    All legs are float32 (n,) and come on one scale. A leg without a weight raises KeyError.
    """
    shares = {name: np.asarray(weights[name] * scores, np.float32) for name, scores in legs.items()}
    total = np.sum(list(shares.values()), axis=0, dtype=np.float32)
    return np.asarray(total, np.float32), shares


__all__ = ["fuse"]
