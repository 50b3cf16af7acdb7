"""Several carriers are asked at once, and none of them touches Odoo beside another."""

from __future__ import annotations

import threading
import time

from odoo.addons.logistics_carrier.rates.tools.together import TooLate, ask_together
from odoo.addons.logistics_core.errors import RemoteUnavailable
from odoo.addons.logistics_core.tools import exchanges


def test_requests_are_on_their_way_at_the_same_time_and_odoo_is_touched_in_turn():
    everybody, inside, crowded = threading.Barrier(3, timeout=10), [], []

    def ask(number):
        def touch():
            inside.append(number)
            crowded.append(len(inside) > 1)
            time.sleep(0.01)
            inside.remove(number)

        touch()
        with exchanges.outside():
            everybody.wait()  # passes only when all three are outside
        touch()
        return number

    found = ask_together({n: lambda n=n: ask(n) for n in range(3)}, 10)
    assert found == {0: 0, 1: 1, 2: 2}
    assert not any(crowded)


def test_who_is_late_is_not_waited_for_and_touches_nothing_any_more():
    answered, late, ended = threading.Event(), [], threading.Event()

    def slow():
        try:
            with exchanges.outside():
                answered.wait(10)
            late.append("came back")
        finally:
            ended.set()

    started = time.monotonic()
    found = ask_together({"slow": slow, "fast": lambda: "price"}, 0.2)
    assert time.monotonic() - started < 5
    assert found["fast"] == "price"
    assert isinstance(found["slow"], TooLate)
    answered.set()
    assert ended.wait(10)
    assert late == []


def test_one_carriers_error_is_its_own():
    error = RemoteUnavailable("closed")

    def fail():
        raise error

    found = ask_together({"a": fail, "b": lambda: 1}, 5)
    assert found == {"a": error, "b": 1}
    assert ask_together({}, 1) == {}
