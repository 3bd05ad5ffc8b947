"""Work in batches: consecutive items of bounded size together, several batches at a time in threads.

Numpy lets go of the interpreter lock, so that batches run side by side with one BLAS thread each and nothing waits at a barrier.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")
_MOST_WORKERS = 8  # threads by default, for their memory's sake
_LIMITING = threading.Lock()


def grouped(items: Iterable[_T], limit: int, size: Callable[[_T], int]) -> Iterator[list[_T]]:
    """Consecutive items of at most `limit` together; a larger one comes alone."""
    group: list[_T] = []
    total = 0
    for item in items:
        if group and total + size(item) > limit:
            yield group
            group, total = [], 0
        group.append(item)
        total += size(item)
    if group:
        yield group


def mapped(function: Callable[[_T], _R], items: Iterable[_T], workers: int) -> Iterator[_R]:
    """The results in order, `workers` at a time; no more items are taken than are being worked on."""
    if workers == 1:
        yield from map(function, items)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    waiting: deque[Future[_R]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def blas_limited(threads: int | None) -> Iterator[None]:
    """Runs the body with so many BLAS threads; None changes nothing."""
    if threads is None:
        yield
        return
    from threadpoolctl import ThreadpoolController

    # One at a time: the limit is the process's, and overlapping bodies would restore each other's
    with _LIMITING, ThreadpoolController().limit(limits=threads, user_api="blas"):
        yield


def default_workers() -> int:
    """One a core, at most `_MOST_WORKERS`; 1, and so BLAS's own threads, where nothing can limit those."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_WORKERS) if find_spec("threadpoolctl") else 1


__all__ = ["blas_limited", "default_workers", "grouped", "mapped"]
