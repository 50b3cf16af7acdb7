"""ShipBob's events and polls: which status, which identity, in which order."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from shipbob_samples import order, shipment, translate

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_wms_shipbob import const, translator


def test_event_that_is_not_documented_is_refused():
    with pytest.raises(InvalidMessage, match=r"order\.exploded"):
        translate("order.exploded", shipment())


@pytest.mark.parametrize("topic", sorted(const.IGNORED_TOPICS))
def test_documented_event_without_meaning_here_does_nothing(topic):
    assert translate(topic, {"anything": True}) is None


def test_hold_tells_its_reason():
    detail = {
        "name": "InvalidAddress",
        "description": "Invalid Address",
        "extra_information": {"validation_messages": ["No such street"]},
    }
    notification = translate(
        "order.shipment.on_hold", shipment(status="OnHold", status_details=[detail])
    )
    assert (notification.status, notification.parcels) == ("held", ())
    assert notification.reason == "Invalid Address; No such street"
    assert notification.reason_code == "InvalidAddress"


def test_hold_without_details_tells_its_status():
    notification = translate("order.shipment.on_hold", shipment(status="OnHold"))
    assert (notification.reason, notification.reason_code) == ("OnHold", None)


def test_time_of_the_update_stands_in_for_the_fact_s_own():
    late = datetime(2026, 3, 2, 10, tzinfo=UTC)
    missing = shipment(actual_fulfillment_date=None)
    assert translate("order.shipped", missing).occurred_at == late
    assert translate("order.shipment.on_hold", shipment()).occurred_at == late


def test_reference_of_the_order_stands_in_for_the_shipment_s():
    part = order(shipment(reference_id=None))
    assert translate("order.shipped", part).reference == "WH/OUT/00001"


@pytest.mark.parametrize(
    ("topic", "status"),
    [("order.shipment.exception", "held"), ("order.shipment.cancelled", "cancelled")],
)
def test_event_decides_the_status(topic, status):
    assert translate(topic, shipment(status="Processing")).status == status


def test_delivery_is_a_transport_status():
    status = translate(
        "order.shipment.delivered", shipment(delivery_date="2026-03-05T12:00:00Z")
    )
    assert status.message_type == "transport_status"
    assert (status.status, status.tracking_number) == ("delivered", "1Z9")
    assert status.occurred_at == datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"status": "None"}, "accepted"),
        ({"status": "Processing"}, "accepted"),
        ({"status": "Processing", "status_details": [{"name": "Picked"}]}, "picking"),
        ({"status": "Processing", "status_details": [{"name": "Packed"}]}, "packed"),
        ({"status": "Processing", "status_details": [{"name": "Labeled"}]}, "packed"),
        ({"status": "Completed"}, "shipped"),
        ({"status": "LabeledCreated"}, "shipped"),
        ({"status": "LabeledCreated", "actual_fulfillment_date": None}, "packed"),
        ({"status": "Exception"}, "held"),
        ({"status": "OnHold"}, "held"),
        ({"status": "ImportReview"}, "held"),
        ({"status": "CleanSweeped"}, "held"),
        ({"status": "Cancelled"}, "cancelled"),
    ],
)
def test_polled_shipment_is_read_by_its_status(values, status):
    assert translate(const.POLLED_SHIPMENT, order(shipment(**values))).status == status


def test_polled_status_that_is_not_documented_is_refused():
    with pytest.raises(InvalidMessage, match="'Melted'"):
        translate(const.POLLED_SHIPMENT, order(shipment(status="Melted")))


@pytest.mark.parametrize(
    ("status", "remaining"),
    [("PartiallyFulfilled", "open"), ("Fulfilled", "closed"), ("Cancelled", "closed")],
)
def test_order_tells_whether_more_will_come(status, remaining):
    notification = translate(const.POLLED_SHIPMENT, order(shipment(), status=status))
    assert notification.remaining == remaining


def test_only_the_last_shipment_closes_the_order():
    """Else the rest would be released again while it is on its way."""
    fulfilled = order(shipment(), shipment(id=901), status="Fulfilled")
    facts = [
        translator.from_event(e.event, e.payload)
        for e in translator.poll_envelopes(fulfilled)
    ]
    assert [f.shipment_external_id for f in facts] == ["900", "901"]
    assert [f.remaining for f in facts] == ["open", "closed"]


def test_cancelled_part_does_not_close_what_left_before():
    parts = (shipment(), shipment(id=901, status="Cancelled"))
    facts = [
        translator.from_event(e.event, e.payload)
        for e in translator.poll_envelopes(order(*parts, status="Fulfilled"))
    ]
    assert [(f.status, f.remaining) for f in facts] == [
        ("shipped", "closed"),
        ("cancelled", "open"),
    ]


# Identity: what the inbox drops as a duplicate, and what it keeps in order


def test_webhook_and_poll_of_an_order_share_their_ordering_key():
    (webhook,) = translator.to_envelopes("order.shipped", "m1", json.dumps(shipment()))
    (polled,) = translator.poll_envelopes(order(shipment()))
    assert webhook.external_id == "m1"
    assert webhook.ordering_key == polled.ordering_key == "WH/OUT/00001"


def test_order_without_our_reference_is_kept_in_order_too():
    (envelope,) = translator.to_envelopes(
        "order.shipped", "m1", json.dumps(shipment(reference_id=None))
    )
    assert envelope.ordering_key == "shipbob:800"


def test_webhook_and_poll_of_a_shipment_mean_the_same():
    webhook = translate("order.shipped", order(shipment()))
    (envelope,) = translator.poll_envelopes(order(shipment()))
    assert translator.from_event(envelope.event, envelope.payload) == webhook


def test_polling_again_finds_the_same_facts():
    first = list(translator.poll_envelopes(order(shipment())))
    again = list(translator.poll_envelopes(json.loads(json.dumps(order(shipment())))))
    assert first == again


@pytest.mark.parametrize("change", [{"status": "OnHold"}, {"last_update_at": None}])
def test_another_state_is_another_fact(change):
    (before,) = translator.poll_envelopes(order(shipment()))
    (after,) = translator.poll_envelopes(order(shipment(**change)))
    assert before.external_id != after.external_id


@pytest.mark.parametrize(
    "change", [{"shipments": "none"}, {"shipments": ["none"]}, {"shipments": [{}]}]
)
def test_polled_order_that_makes_no_sense_is_one_fact_for_a_person(change):
    (envelope,) = translator.poll_envelopes(order(shipment(), **change))
    assert envelope.external_id.startswith("order:")
    assert translator.updated_at(order(shipment(), **change)) in (
        None,
        "2026-03-02T10:00:00+00:00",
    )
    with pytest.raises(InvalidMessage):
        translator.from_event(envelope.event, envelope.payload)


def test_newest_update_of_the_shipments_is_the_order_s():
    late = shipment(id=901, last_update_at="2026-03-03T10:00:00+02:00")
    assert translator.updated_at(order(late, shipment())) == "2026-03-03T08:00:00+00:00"
    assert translator.updated_at(order()) is None


def test_delivered_shipment_is_polled_as_shipped_and_delivered():
    delivered = order(shipment(delivery_date="2026-03-05T12:00:00Z"))
    facts = [
        translator.from_event(e.event, e.payload).status
        for e in translator.poll_envelopes(delivered)
    ]
    assert facts == ["shipped", "delivered"]


def test_webhook_with_a_whole_order_is_split_by_shipment():
    both = order(shipment(), shipment(id=901))
    envelopes = translator.to_envelopes("order.shipped", "m1", json.dumps(both))
    assert [e.external_id for e in envelopes] == ["m1:900", "m1:901"]
    ids = [
        translator.from_event(e.event, e.payload).shipment_external_id
        for e in envelopes
    ]
    assert ids == ["900", "901"]


def test_a_shipment_without_an_id_leaves_the_others_of_its_order():
    envelopes = translator.poll_envelopes(order(shipment(), shipment(id=None)))
    good, bad = envelopes
    assert good.external_id.startswith("shipment:900:")
    assert translator.from_event(good.event, good.payload).status == "shipped"
    with pytest.raises(InvalidMessage, match="id"):
        translator.from_event(bad.event, bad.payload)


def test_facts_name_order_and_channel():
    theirs = order(shipment(delivery_date="2026-03-03T09:00:00Z"), channel={"id": 7})
    facts = [
        translator.from_event(envelope.event, envelope.payload)
        for envelope in translator.poll_envelopes(theirs)
    ]
    assert [fact.order_external_id for fact in facts] == ["800", "800"]
    assert [fact.channel for fact in facts] == ["7", "7"]
    told = translate("order.shipment.delivered", shipment(delivery_date="2026-03-03"))
    assert (told.order_external_id, told.channel) == ("800", None)
