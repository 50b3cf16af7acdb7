"""ShipEngine's tracking, tables and webhooks against its OpenAPI."""

from __future__ import annotations

import json

from shipengine_case import PARCEL, ShipengineContractCase, samples

from odoo.addons.logistics_carrier_shipengine import const
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    InvalidMessage,
    PrerequisiteMissing,
)

FALLS_BACK = {
    "CARRIER_STATUS_NOT_MAPPED",
    "COD_AMOUNT_PAID",
    "INFORMATION",
    "PARCEL_UPDATE_NOTIFICATION",
    "POST_TRANSIT_STATUS",
    "TRACKING_EXPIRED",
}


class TestShipengineTrackingContract(ShipengineContractCase):
    # Tracking

    def test_proof_is_the_signature_of_the_delivery(self):
        info = {**samples.TRACKING, "events": [samples.DELIVERED]}
        self.answers["get_tracking_log_from_label"] = (200, info, {})
        result = self.connector._send_proof(self.backend, None, samples.PROOF)
        self.assertEqual(result.response.signed_by, "A KING")
        self.assertFalse(result.response.documents)

    def test_proof_before_the_delivery_waits(self):
        self.answers["get_tracking_log_from_label"] = (200, samples.TRACKING, {})
        with self.assertRaises(PrerequisiteMissing):
            self.connector._send_proof(self.backend, None, samples.PROOF)

    def test_example_of_tracking_is_understood(self):
        for envelope in self.connector._track(self.backend, [PARCEL]):
            event = self.connector._translate(
                self.backend, envelope.event, envelope.payload
            )
            self.assertEqual(event.tracking_number, envelope.ordering_key)

    def test_each_documented_status_detail_has_a_row_or_falls_back(self):
        known = set(self.contract.schema("status_detail_code")["enum"])
        self.assertLessEqual(const.STATUS_DETAIL.keys(), known)
        self.assertEqual(known - const.STATUS_DETAIL.keys(), FALLS_BACK)
        codes = self.contract.schema("status_code")["enum"]
        self.assertEqual(set(codes), const.STATUS.keys())

    def test_tables_hold_what_the_contract_admits(self):
        for table, name in (
            (const.CONFIRMATIONS.values(), "delivery_confirmation"),
            ({code for code, _text in const.CONTENTS.values()}, "package_contents"),
            (const.PACKING_GROUPS.values(), "packaging_group"),
            (const.TRANSPORT_MEANS.values(), "transport_mean"),
            (dict(const.INSURERS), "insurance_provider"),
            (const.LABEL_LAYOUTS, "label_layout"),
            (const.INCOTERMS, "Allowed incoterms"),
            ((const.WEBHOOK_EVENT,), "webhook_event"),
            (const.ADDRESS_STATUS, "address_validation_status"),
        ):
            self.assertLessEqual(set(table), set(self.contract.schema(name)["enum"]))

    # Webhooks

    def test_webhook_carries_the_secret_we_gave(self):
        self.connector._subscribe(self.backend)
        secret = self.backend._get_secret("webhook_secret")
        headers = {const.WEBHOOK_HEADER: secret}
        self.connector._verify_webhook(self.backend, headers, b"{}", 0)
        for wrong in ({}, {const.WEBHOOK_HEADER: "x"}, {const.WEBHOOK_HEADER: ""}):
            with self.assertRaises(AuthenticationFailed):
                self.connector._verify_webhook(self.backend, wrong, b"{}", 0)

    def test_webhook_without_subscription_is_refused(self):
        self.backend.webhook_secret = False
        with self.assertRaises(AuthenticationFailed):
            self.connector._verify_webhook(self.backend, {}, b"{}", 0)

    def test_webhook_and_question_tell_the_same_facts(self):
        body = {"resource_type": "API_TRACK", "data": samples.TRACKING}
        told = self.connector._receive(self.backend, {}, json.dumps(body).encode())
        self.answers["get_tracking_log_from_label"] = (200, samples.TRACKING, {})
        self.assertEqual(told, self.connector._track(self.backend, [PARCEL]))

    def test_webhook_of_another_event_is_ignored_or_refused(self):
        body = json.dumps({"resource_type": "API_BATCH"}).encode()
        self.assertEqual(self.connector._receive(self.backend, {}, body), [])
        for body in (b'{"resource_type": "NEWS"}', b"[]", b"\xff"):
            with self.assertRaises(InvalidMessage):
                self.connector._receive(self.backend, {}, body)
