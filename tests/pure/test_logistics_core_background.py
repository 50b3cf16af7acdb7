import contextvars
import os
import sys
import threading

import pytest

from odoo.addons.logistics_core.tools import background

ours = contextvars.ContextVar("ours")


def get_nice():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority on Linux")
def test_work_steps_back_and_its_caller_does_not():
    before = get_nice()

    def work():
        fresh = get_nice()
        background.step_back(background.BACKLOG)
        return fresh, get_nice()

    steps = (background.FRESH, background.BACKLOG)
    assert background.run(work) == tuple(min(before + n, 19) for n in steps)
    assert get_nice() == before


def test_nobody_steps_back_by_mistake():
    before = get_nice()
    background.step_back(background.BACKLOG)
    assert get_nice() == before


def test_the_work_keeps_its_context_and_the_database_for_the_log():
    ours.set("here")
    threading.current_thread().dbname = "db"
    try:
        found = background.run(lambda: (ours.get(), threading.current_thread().dbname))
    finally:
        del threading.current_thread().dbname
    assert found == ("here", "db")


def test_an_error_comes_back_as_it_was():
    def work():
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        background.run(work)
