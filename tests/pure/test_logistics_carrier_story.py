"""A parcel's story is the same in whatever order its events come."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.logistics_carrier.const import FINAL_STATUSES, STATUSES
from odoo.addons.logistics_carrier.tracking.tools.parcel_story import Fact, tell

START = datetime(2026, 11, 2, 8)


def facts(*statuses, **last):
    """Return one event an hour; `last` are further values of the last one."""
    made = [
        Fact(key=n, status=status, occurred_at=START + timedelta(hours=n))
        for n, status in enumerate(statuses)
    ]
    if last:
        end = made.pop()
        made.append(Fact(end.key, end.status, end.occurred_at, **last))
    return made


events = st.lists(
    st.builds(
        Fact,
        key=st.uuids().map(str),
        status=st.sampled_from([status for status, _name in STATUSES]),
        occurred_at=st.integers(0, 20).map(lambda h: START + timedelta(hours=h)),
        reason=st.sampled_from([None, "damaged", "customs"]),
        estimated_delivery=st.sampled_from([None, START, START + timedelta(days=2)]),
    ),
    max_size=8,
)


@given(events.flatmap(lambda e: st.tuples(st.just(e), st.permutations(e))))
def test_the_order_of_arrival_does_not_matter(both):
    told, mixed = both
    assert tell(told) == tell(mixed)


@given(events)
def test_a_returned_parcel_stays_returned(told):
    ordered = sorted(told, key=lambda fact: fact.occurred_at)
    last = ordered[-1].occurred_at if ordered else START
    end = Fact("end", "returned", last + timedelta(hours=1))
    later = [
        Fact(f"later{n}", status, last + timedelta(hours=2 + n))
        for n, (status, _name) in enumerate(STATUSES)
    ]
    assert tell([*told, end, *later]).status == "returned"


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        (["created", "picked_up", "in_transit", "delivered"], "delivered"),
        # The data of the label come after the first scan.
        (["picked_up", "created"], "picked_up"),
        (["in_transit", "picked_up"], "in_transit"),
        (["exception", "picked_up"], "picked_up"),
        (["out_for_delivery", "attempted", "in_transit"], "in_transit"),
        # A final status is left for a documented correction only.
        (["delivered", "in_transit"], "delivered"),
        (["delivered", "exception"], "delivered"),
        (["delivered", "returning"], "returning"),
        (["lost", "in_transit"], "in_transit"),
        (["cancelled", "created"], "cancelled"),
        (["cancelled", "in_transit"], "in_transit"),
        (["returned", "delivered"], "returned"),
        # On the way back, delivered means: to the sender.
        (["returning", "out_for_delivery"], "returning"),
        (["returning", "exception"], "returning"),
        (["returning", "delivered"], "returned"),
    ],
)
def test_what_follows_what(statuses, outcome):
    assert tell(facts(*statuses)).status == outcome


def test_delivered_keeps_when_and_who():
    story = tell(facts("in_transit", "delivered", signed_by="A. Example"))
    assert story.delivered_at == START + timedelta(hours=1)
    assert story.signed_by == "A. Example"


def test_time_and_signature_are_of_the_same_delivery():
    def delivered(*signers):
        return [
            Fact(n, "delivered", START + timedelta(hours=n), signed_by=signer)
            for n, signer in enumerate(signers)
        ]

    for signers, hour in (
        ((None, "B. Example"), 1),
        (("A. Example", "B. Example"), 1),
        (("A. Example", None), 0),
        ((None, None), 0),
    ):
        story = tell(delivered(*signers))
        assert story.delivered_at == START + timedelta(hours=hour)
        assert story.signed_by == signers[hour]
        assert story.since == story.delivered_at


def test_a_parcel_at_a_shop_is_delivered_when_it_is_fetched():
    story = tell(facts("available_for_pickup", "delivered", signed_by="A. Example"))
    assert (story.status, story.signed_by) == ("delivered", "A. Example")
    assert tell(facts("out_for_delivery", "available_for_pickup")).delivered_at is None


def test_a_parcel_that_comes_back_is_not_delivered():
    story = tell(facts("delivered", "returning"))
    assert (story.delivered_at, story.signed_by) == (None, None)


def test_the_first_promise_is_kept_and_the_last_estimate_told():
    first, second = START + timedelta(days=2), START + timedelta(days=4)
    told = [
        Fact(1, "created", START, estimated_delivery=first),
        Fact(2, "in_transit", START + timedelta(hours=1), estimated_delivery=second),
        Fact(3, "in_transit", START + timedelta(hours=2)),
    ]
    story = tell(told)
    assert (story.promised, story.estimated) == (first, second)
    assert tell(told, promised=START).promised == START


def test_an_event_that_changes_nothing_is_not_effective():
    story = tell(facts("delivered", "in_transit"))
    assert story.effective == {0}
    assert story.last_at == START + timedelta(hours=1)


def test_a_status_counts_from_its_first_event():
    story = tell(facts("in_transit", "in_transit", "in_transit"))
    assert story.since == START


def test_each_failed_attempt_counts_again():
    assert tell(facts("attempted", "attempted")).since == START + timedelta(hours=1)


def test_a_voided_label_stays_voided_until_it_moves():
    assert tell(facts("created"), start="cancelled").status == "cancelled"
    assert tell(facts("picked_up"), start="cancelled").status == "picked_up"


def test_no_event_leaves_the_status_as_it_is():
    assert tell([]).status is None


def test_final_statuses_are_statuses():
    assert {status for status, _name in STATUSES} > FINAL_STATUSES
