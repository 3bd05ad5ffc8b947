"""Levels that stand for normally distributed numbers with the least mean square error.

Max, 1960, "Quantizing for Minimum Distortion".
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_STEPS, _WIDEST = 4_096, 5.0  # to how many steps, and up to how many standard deviations, levels are told apart


@lru_cache(maxsize=16)
def levels(bits: int) -> Floats:
    """float32 (2 ** bits,): the numbers that stand for standard normal ones, ascending."""
    from statistics import NormalDist  # here, because a small index has no levels and a cold question would wait for it

    normal, count = NormalDist(), 1 << bits
    found = np.array([math.sqrt(3) * normal.inv_cdf((i + 0.5) / count) for i in range(count)])  # nearly so, if there are many
    for _ in range(100 if bits < 6 else 0):
        ends = [-math.inf, *((found[1:] + found[:-1]) / 2).tolist(), math.inf]
        mass = np.diff([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in ends])
        density = [math.exp(-x * x / 2) / math.sqrt(2 * math.pi) for x in ends]
        found = -np.diff(density) / mass
    return found.astype(np.float32)


def steps(numbers: Floats) -> npt.NDArray[np.intp]:
    """For standard normal numbers of any shape, the step of each: where `nearest_level` has its level."""
    at = numbers * np.float32(_STEPS / (2 * _WIDEST)) + np.float32(_STEPS / 2)
    return np.asarray(np.clip(at, 0, _STEPS - 1), np.intp)


@lru_cache(maxsize=16)
def nearest_level(bits: int) -> npt.NDArray[np.uint8]:
    """By step, the number of the nearest of the levels."""
    at = (np.arange(_STEPS) + 0.5) * (2 * _WIDEST / _STEPS) - _WIDEST
    found = levels(bits).astype(np.float64)
    return np.searchsorted((found[1:] + found[:-1]) / 2, at).astype(np.uint8)


__all__ = ["levels", "nearest_level", "steps"]
