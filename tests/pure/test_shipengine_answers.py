"""ShipEngine's answers as canonical facts: labels, prices, addresses, tracking."""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipengine_samples import (
    DELIVERED,
    LABEL,
    MANIFEST,
    PICKUP,
    PLAIN,
    QUESTION,
    RECIPIENT,
    SCANNED,
    SECOND,
    TRACKING,
)

from odoo.addons.logistics_carrier import const as carrier
from odoo.addons.logistics_carrier.canonical import Money
from odoo.addons.logistics_carrier_shipengine import const, translator
from odoo.addons.logistics_carrier_shipengine.tools import (
    addresses,
    handover,
    prices,
    tracking,
)
from odoo.addons.logistics_core.errors import InvalidMessage

TWO = replace(PLAIN, parcels=(PLAIN.parcels[0], SECOND))


def nothing(address):
    return None


def label(**values):
    return {**copy.deepcopy(LABEL), **values}


def package(name, number, sequence, **values):
    return {
        "external_package_id": name,
        "tracking_number": number,
        "sequence": sequence,
        **values,
    }


# Labels


def test_label_of_one_parcel_is_read_with_number_file_and_cost():
    found = translator.from_label(LABEL, PLAIN, nothing)
    assert found.shipment_external_id == "se-28529731"
    (parcel,) = found.parcels
    assert (parcel.reference, parcel.tracking_number) == ("P1", "1Z932R800392060079")
    assert base64.b64decode(parcel.label.content) == b"%PDF-"
    assert parcel.label.media_type == "application/pdf"
    assert found.total == Money(Decimal("12.9"), "EUR")
    assert [charge.name for charge in found.charges] == ["Shipping", "Insurance"]


def test_parcels_are_told_apart_by_our_own_key():
    data = {"pdf": "data:application/pdf;base64,QQ=="}
    answer = label(
        packages=[
            package("P2", "T2", 1, label_download=data),
            package("P1", "T1", 2, label_download=data),
        ]
    )
    found = translator.from_label(answer, TWO, nothing)
    assert [(p.reference, p.tracking_number) for p in found.parcels] == [
        ("P1", "T1"),
        ("P2", "T2"),
    ]
    assert all(parcel.label for parcel in found.parcels)
    assert not found.documents


def test_parcels_without_our_key_are_taken_in_their_order():
    answer = label(packages=[package(None, "T2", 2), package(None, "T1", 1)])
    found = translator.from_label(answer, TWO, nothing)
    assert [p.tracking_number for p in found.parcels] == ["T1", "T2"]
    # One file for all the parcels goes with the shipment.
    assert [document.kind for document in found.documents] == ["label"]


def test_parcel_without_number_is_not_made_up():
    with pytest.raises(InvalidMessage, match="P1"):
        translator.from_label(label(packages=[package("P9", "T", 1)]), TWO, nothing)


def test_file_behind_an_address_is_fetched_and_may_be_missing():
    answer = label(label_download={"pdf": "https://api.shipengine.com/v1/downloads/1"})
    asked = []

    def fetch(address):
        asked.append(address)
        return b"%PDF-1"

    found = translator.from_label(answer, PLAIN, fetch)
    assert asked == ["https://api.shipengine.com/v1/downloads/1"]
    assert base64.b64decode(found.parcels[0].label.content) == b"%PDF-1"
    assert translator.from_label(answer, PLAIN, nothing).parcels[0].label is None


def test_customs_form_is_a_document():
    form = {"form_download": {"href": "data:application/pdf;base64,QQ=="}}
    found = translator.from_label(label(**form), PLAIN, nothing)
    assert [document.kind for document in found.documents] == ["invoice"]


def test_label_that_is_another_one_is_noticed():
    assert translator.differences(LABEL, PLAIN) == []
    assert translator.differences(label(service_code="ups_air"), PLAIN) == ["service"]
    assert translator.differences(LABEL, TWO) == ["parcels"]
    other = label(ship_to={"country_code": "DE"})
    assert translator.differences(other, PLAIN) == ["country"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["label_id", "packages", "label_download", "href", "x"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ).filter(lambda value: isinstance(value, dict))
)
def test_absurd_label_ends_in_an_error_of_the_ladder(answer):
    try:
        translator.from_label(answer, PLAIN, nothing)
    except InvalidMessage:
        return


# Prices


def rate(**values):
    zero = {"currency": "usd", "amount": 0.0}
    return {
        "carrier_id": "se-1",
        "service_code": "ups_ground",
        "service_type": "UPS Ground",
        "carrier_friendly_name": "UPS",
        "shipping_amount": {"currency": "usd", "amount": 10.1},
        "insurance_amount": zero,
        "confirmation_amount": {"currency": "usd", "amount": 2.2},
        "other_amount": {"currency": "usd", "amount": 0.7},
        "delivery_days": 3,
        "estimated_delivery_date": "2026-11-26T00:00:00Z",
        "guaranteed_service": True,
        "validation_status": "valid",
        **values,
    }


def test_rate_is_the_sum_of_its_amounts():
    answer = {"rate_response": {"rates": [rate()]}}
    (found,) = prices.from_rates(answer, QUESTION)
    assert found.service == "se-1:ups_ground"
    assert found.total == Money(Decimal("13.0"), "USD")
    assert [c.name for c in found.charges] == [
        "Shipping",
        "Delivery confirmation",
        "Surcharges",
    ]
    assert (found.transit_days, found.guaranteed) == (3, True)


def test_invalid_and_unwanted_rates_are_left_out():
    answer = {
        "rate_response": {
            "rates": [rate(validation_status="invalid"), rate(service_code="other")]
        }
    }
    wanted = replace(QUESTION, services=("se-1:ups_ground",))
    assert prices.from_rates(answer, wanted) == []


def test_reason_for_no_rate_is_told_once():
    answer = {
        "rate_response": {
            "invalid_rates": [
                {"error_messages": ["Too heavy"]},
                {"error_messages": ["Too heavy"]},
            ],
            "errors": [{"message": "No such lane"}],
        }
    }
    assert prices.get_refusal(answer) == "Too heavy; No such lane"


def test_detailed_charges_replace_the_rough_ones():
    details = [
        {
            "rate_detail_type": "fuel_charge",
            "carrier_description": "Fuel",
            "carrier_billing_code": "375",
            "amount": {"currency": "usd", "amount": 1.5},
        }
    ]
    (charge,) = prices.get_charges(rate(rate_details=details))
    assert (charge.code, charge.name, charge.amount) == ("375", "Fuel", Decimal("1.5"))


# Addresses


def matched(**values):
    return {**addresses.to_address(RECIPIENT.address), **values}


@pytest.mark.parametrize(
    ("status", "place", "expected"),
    [
        ("verified", matched(), "valid"),
        ("verified", matched(city_locality="SAN JOSE"), "valid"),
        ("verified", matched(postal_code="95128-2559"), "corrected"),
        ("unverified", None, "valid"),
        ("warning", matched(), "corrected"),
        ("error", None, "invalid"),
        ("something new", None, "invalid"),
    ],
)
def test_address_check_has_three_answers(status, place, expected):
    result = {
        "status": status,
        "matched_address": place,
        "messages": [{"message": "Apartment is missing"}],
    }
    found = addresses.from_check(result, RECIPIENT.address)
    assert found.status == expected
    assert found.messages == ("Apartment is missing",)


def test_service_point_has_place_distance_and_hours():
    point = {
        "service_point_id": "614940",
        "company_name": "Tabac",
        "address_line1": "1 rue A",
        "city_locality": "Lyon",
        "country_code": "FR",
        "distance_in_meters": 420.7,
        "hours_of_operation": {"monday": [{"open": "09:00", "close": "18:00"}]},
    }
    found = addresses.from_service_point(point)
    assert (found.external_id, found.distance_m) == ("614940", 420)
    assert found.opening_hours == "Monday 09:00–18:00"
    assert addresses.from_service_point({"company_name": "Nameless"}) is None


# Manifests and pickups


def test_manifest_tells_what_it_lacks():
    assert handover.get_missing(MANIFEST, [{"label_ids": ["se-1"]}]) == ["se-28529731"]
    assert handover.get_missing(MANIFEST, [{"label_ids": ["se-28529731"]}]) == []
    assert handover.get_missing(MANIFEST, [{}]) == []


def test_former_shape_of_a_manifest_is_understood():
    assert handover.get_manifests({"manifest_id": "se-1"}) == [{"manifest_id": "se-1"}]


def test_pickup_is_recognised_by_labels_and_time():
    entry = {
        "pickup_id": "pik_1",
        "label_ids": ["se-28529731"],
        "pickup_window": {"start_at": "2026-11-23T13:00:00Z"},
    }
    assert handover.is_same_pickup(entry, PICKUP)
    assert not handover.is_same_pickup({**entry, "cancelled_at": "2026"}, PICKUP)
    assert not handover.is_same_pickup({**entry, "label_ids": []}, PICKUP)


# Tracking


def events(info):
    return [
        tracking.from_event(e.event, e.payload) for e in tracking.to_envelopes(info)
    ]


def test_milestone_keeps_raw_code_local_time_and_signer():
    info = {**TRACKING, "status_code": "DE", "events": [DELIVERED, SCANNED]}
    scanned, delivered = events(info)
    assert (scanned.status, scanned.raw_code) == ("in_transit", "005")
    assert (delivered.status, delivered.signed_by) == ("delivered", "A KING")
    assert delivered.occurred_at == datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
    assert delivered.occurred_local == "2026-11-25T06:01:00-08:00"
    assert delivered.estimated_delivery is None


def test_estimate_is_a_fact_of_its_own():
    milestone, estimate = events(TRACKING)
    assert milestone.estimated_delivery is None
    assert estimate.estimated_delivery == datetime(2026, 11, 26, tzinfo=UTC)
    later = {**TRACKING, "estimated_delivery_date": "2026-11-28T00:00:00Z"}
    again, revised = tracking.to_envelopes(later)
    assert again == tracking.to_envelopes(TRACKING)[0]
    assert revised.external_id != tracking.to_envelopes(TRACKING)[1].external_id


def test_same_event_has_the_same_id_at_every_telling():
    first, *_ = tracking.to_envelopes(TRACKING)
    longer = {**TRACKING, "events": [DELIVERED, copy.deepcopy(SCANNED)]}
    assert first.external_id in {e.external_id for e in tracking.to_envelopes(longer)}


def test_signer_that_comes_later_is_told_under_the_same_event():
    signed = {**TRACKING, "events": [DELIVERED]}
    silent = {**TRACKING, "events": [{**DELIVERED, "signer": None}]}
    one, two = tracking.to_envelopes(signed)[0], tracking.to_envelopes(silent)[0]
    assert one.external_id != two.external_id
    assert events(signed)[0].event_id == events(silent)[0].event_id


@given(st.permutations([DELIVERED, SCANNED, {**SCANNED, "event_code": "X"}]))
def test_order_of_telling_changes_nothing(told):
    found = tracking.to_envelopes({**TRACKING, "events": list(told)})
    keys = [json.loads(e.payload)["event"]["occurred_at"] for e in found[:3]]
    assert keys == sorted(keys)


def test_unknown_status_tells_nothing():
    info = {**TRACKING, "events": [{**SCANNED, "status_code": "UN"}]}
    info["events"][0].pop("status_detail_code")
    assert tracking.to_envelopes(info) == []


def test_unmapped_detail_falls_back_on_the_status():
    event = {"status_code": "AT", "status_detail_code": "CARRIER_STATUS_NOT_MAPPED"}
    assert tracking.to_status(event) == ("attempted", "other")


@pytest.mark.parametrize(
    ("detail", "status"),
    [
        ("DELIVERED_TO_PICKUP_POINT", "available_for_pickup"),
        ("DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION", "available_for_pickup"),
        ("DELIVERED_IN_PART", "in_transit"),
        ("NOT_DELIVERED", "returning"),
        ("CUSTOMER_MOVED", "returning"),
        ("DELIVERED_TO_NEIGHBOUR", "delivered"),
    ],
)
def test_what_the_recipient_has_not_got_is_not_delivered(detail, status):
    event = {"status_code": "DE", "status_detail_code": detail}
    assert tracking.to_status(event)[0] == status


def test_the_proof_is_of_the_delivery_that_was_signed():
    later = {**DELIVERED, "occurred_at": "2026-11-26T14:01:00Z", "signer": "B. Example"}
    repeat = {**DELIVERED, "occurred_at": "2026-11-27T14:01:00Z", "signer": None}
    event, moment = tracking.find_delivery({"events": [repeat, later, DELIVERED]})
    assert event["signer"] == "B. Example"
    assert moment == datetime(2026, 11, 26, 14, 1, tzinfo=UTC)


def test_tables_speak_the_hub_s_own_words():
    statuses, reasons = dict(carrier.STATUSES), dict(carrier.REASONS)
    for row in [*const.STATUS.values(), *const.STATUS_DETAIL.values()]:
        if row is not None:
            assert row[0] in statuses
            assert row[1] is None or row[1] in reasons


def test_unknown_event_is_refused():
    with pytest.raises(InvalidMessage):
        tracking.from_event("order.shipped", "{}")
