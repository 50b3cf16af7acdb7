"""Refused requests are counted by sender, in bounded memory."""

from odoo.addons.logistics_core.tools.refusals import Refusals


def test_a_few_refusals_cost_no_wait_and_many_do() -> None:
    refusals = Refusals(burst=3, seconds=2)
    assert [refusals.add("a", 100.0) for _n in range(5)] == [0, 0, 0, 2, 2]
    assert refusals.get_wait("a", 100.0) == 2


def test_a_sender_who_waits_may_be_refused_again() -> None:
    refusals = Refusals(burst=2, seconds=10)
    refusals.add("a", 0.0)
    refusals.add("a", 0.0)
    assert refusals.add("a", 9.5) == 1
    assert refusals.add("a", 10.0) == 0
    assert refusals.add("a", 10.0) == 10
    assert [refusals.add("a", 1000.0) for _n in range(3)] == [0, 0, 10]


def test_who_keeps_asking_does_not_wait_ever_longer() -> None:
    refusals = Refusals(burst=2, seconds=1)
    waits = [refusals.add("a", 0.0) for _n in range(1000)]
    assert max(waits) == 1


def test_senders_are_counted_apart() -> None:
    refusals = Refusals(burst=1, seconds=1)
    assert refusals.add("a", 0.0) == 0
    assert refusals.add("a", 0.0) == 1
    assert refusals.get_wait("b", 0.0) == 0
    assert refusals.add("b", 0.0) == 0


def test_so_many_senders_are_remembered_and_no_more() -> None:
    refusals = Refusals(burst=1, seconds=60, most=100)
    for number in range(1000):
        refusals.add(number, 0.0)
    assert len(refusals._full_at) == 100
    assert refusals.get_wait(0, 0.0) == 0
    assert refusals.get_wait(999, 0.0) > 0
