"""Lets work step back behind more urgent work of the same machine. Never imports odoo.

Jobs run in the processes that also answer partners and people. On Linux each thread
has a priority of its own ("nice"), which may be lowered without any right, but not
raised again. So work that shall step back runs in a thread that ends with it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
# Steps on the scale of nice, from the server's own: work that has just come in, work
# through a backlog.
FRESH, BACKLOG = 2, 15
LEAST_URGENT = 19
# What Odoo keeps at a thread for its log and its profiler.
_KEPT = ("dbname", "uid", "url", "query_count", "query_time", "perf_t0", "cursor_mode")

_here = threading.local()


def run(function: Callable[[], T]) -> T:
    """Call the function in a thread that steps back; return what it returns."""
    context, kept = copy_context(), _get_kept()

    def work() -> T:
        vars(threading.current_thread()).update(kept)
        if sys.platform == "linux":
            _here.start = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
        step_back(FRESH)
        return context.run(function)

    with ThreadPoolExecutor(1, thread_name_prefix="background") as pool:
        return pool.submit(work).result()


def step_back(steps: int) -> None:
    """Be so many steps behind the server, when this thread was started by `run`."""
    start = getattr(_here, "start", None)
    if start is not None:
        nice = min(start + steps, LEAST_URGENT)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)


def _get_kept() -> dict[str, object]:
    own = vars(threading.current_thread())
    return {name: own[name] for name in _KEPT if name in own}
