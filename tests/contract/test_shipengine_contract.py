"""Each request follows ShipEngine's OpenAPI; each answer of it is understood."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from unittest import SkipTest

import requests
import shipengine_document

from odoo.addons.logistics_carrier.canonical import TrackedParcel
from odoo.addons.logistics_carrier_shipengine import const
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    Conflict,
    InvalidMessage,
    LogisticsError,
    NotSupported,
    OutcomeUnknown,
    PrerequisiteMissing,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tests.common import LogisticsCase

from hub import sandbox

sys.path.insert(0, str(Path(__file__).parent.parent / "pure"))
import shipengine_samples as samples  # noqa: E402

BASE = "https://api.shipengine.com"
PARCEL = TrackedParcel("1Z932R800392060079", "se-28529731")
OTHER = TrackedParcel("1Z932R800392060080", "se-28529731")
ALONE = TrackedParcel("1Z932R800392060079", carrier_code="ups")
# Operation -> the calls that lead to it: a method and its arguments after the backend.
CALLS = {
    "list_carriers": [("_test_connection",), ("_get_services",)],
    "calculate_rates": [
        ("_get_rates", samples.QUESTION),
        ("_get_rates", replace(samples.QUESTION, services=(samples.SERVICE,))),
    ],
    "create_label": [
        ("_send_label", None, samples.PLAIN),
        ("_send_label", None, samples.FULL),
        ("_send_label", None, samples.RETURN),
    ],
    "get_label_by_external_shipment_id": [("_lookup_label", None, samples.PLAIN)],
    "void_label": [("_send_void", None, samples.VOID)],
    "get_label_by_id": [("_lookup_void", None, samples.VOID), ("_track", [OTHER])],
    "create_manifest": [("_send_manifest", None, samples.MANIFEST)],
    "get_manifest_request_by_id": [("_send_manifest", None, samples.MANIFEST)],
    "list_manifests": [("_lookup_manifest", None, samples.MANIFEST)],
    "schedule_pickup": [("_send_pickup", None, samples.PICKUP)],
    "delete_scheduled_pickup": [("_send_pickup", None, samples.CANCEL)],
    "list_scheduled_pickups": [("_lookup_pickup", None, samples.PICKUP)],
    "get_pickup_by_id": [("_lookup_pickup", None, samples.CANCEL)],
    "get_tracking_log_from_label": [("_track", [PARCEL])],
    "get_tracking_log": [("_track", [OTHER]), ("_track", [ALONE])],
    "validate_address": [("_check_address", samples.RECIPIENT.address)],
    "service_points_list": [("_find_access_points", samples.RECIPIENT.address)],
    "create_webhook": [("_subscribe",)],
    "list_webhooks": [("_subscribe",)],
    "delete_webhook": [("_unsubscribe",)],
    "download_file": [
        ("_fetch", f"{BASE}/v1/downloads/10/F91fByOB-0aJJadf7JLeww/l.pdf")
    ],
}
READS = {n for n in CALLS if n.startswith(("get_", "list_", "download"))}
# Refused for the same reasons, but not in the same words: found out or not found.
ABSENT = {
    "get_label_by_external_shipment_id",
    "get_label_by_id",
    "get_pickup_by_id",
    "get_tracking_log_from_label",
    "get_tracking_log",
}


def get_contract():
    folder = sandbox.contracts_folder()
    if folder:
        return shipengine_document.read(folder)
    if os.environ.get("CI"):
        raise AssertionError("no contract files: set CONTRACTS_DIR to their folder")
    raise SkipTest("no contract files: set CONTRACTS_DIR to their folder")


class TestShipengineContract(LogisticsCase):
    @classmethod
    def setUpClass(cls):
        cls.contract = get_contract()
        super().setUpClass()
        cls.backend.write(
            {
                "connector": "shipengine",
                "base_url": False,
                "shipengine_api_key": "key-secret-1",
            }
        )
        cls.connector = cls.backend._get_connector()

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        """Check the request, answer with what the contract documents."""
        name = cls.contract.check(
            request.method, request.url, request.headers, request.body
        )
        cls.seen.append(name)
        assert request.headers["API-Key"] == "key-secret-1"
        status, body, headers = cls.answers.get(name) or (*cls.get_success(name), {})
        response = requests.Response()
        response.status_code, response.request = status, request
        response.headers.update(headers)
        text = body if isinstance(body, str) else json.dumps(body)
        response._content = text.encode()
        response._content_consumed = True
        return response

    @classmethod
    def get_success(cls, name):
        """Return the documented success with all its fields."""
        for item in cls.contract.document["paths"].values():
            for operation in item.values():
                if isinstance(operation, dict) and operation.get("operationId") == name:
                    status = min(s for s in operation["responses"] if s < "300")
                    content = operation["responses"][status].get("content", {})
                    schema = content.get("application/json", {}).get("schema")
                    body = cls.contract.example(schema) if schema else ""
                    return int(status), cls.complete(name, body)
        raise AssertionError(name)

    @classmethod
    def complete(cls, name, body):
        """Make the example one that fits our question."""
        if isinstance(body, dict) and isinstance(body.get("errors"), list):
            body["errors"] = []
        if name in ("create_label", "get_label_by_external_shipment_id"):
            body.update(status="completed", voided=False)
            body.update(service_code="ups_ground", carrier_id="se-123890")
            body["ship_to"]["country_code"] = "US"
            count = max(cls.parcels, 1)
            body["packages"] = [
                {**body["packages"][0], "external_package_id": f"P{n + 1}"}
                for n in range(count)
            ]
        if name == "calculate_rates":
            body["rate_response"]["rates"][0].update(
                carrier_id="se-123890", service_code="ups_ground"
            )
        if name == "list_webhooks":
            body[0]["url"] = cls.backend.webhook_url
        if name == "list_carriers":
            body["carriers"][0]["disabled_by_billing_plan"] = False
        if name == "void_label":
            body["approved"] = True
        if name == "get_tracking_log_from_label":
            body["tracking_number"] = PARCEL.tracking_number
        if name == "create_manifest" and cls.waits:
            body = {"manifest_requests": [{"manifest_request_id": "se-9"}]}
            body["manifest_requests"][0]["status"] = "in_progress"
        return body

    def setUp(self):
        super().setUp()
        cls = type(self)
        cls.seen, cls.answers, cls.parcels, cls.waits = [], {}, 0, False

    def call(self, name, call):
        method, *arguments = call
        type(self).waits = name == "get_manifest_request_by_id"
        last = arguments[-1] if arguments else None
        type(self).parcels = len(getattr(last, "parcels", ()))
        return getattr(self.connector, method)(self.backend, *arguments)

    def get_failure(self, name, status, body, headers=None):
        """Return the error that an operation ends with, for this answer."""
        self.answers[name] = (status, body, headers or {})
        try:
            self.call(name, CALLS[name][0])
        except LogisticsError as error:
            return error
        finally:
            self.answers.clear()
        return None

    def get_result(self, name, body, status=200):
        self.answers[name] = (status, body, {})
        return self.call(name, CALLS[name][0])

    def test_each_operation_is_called_as_the_contract_says(self):
        for name, calls in CALLS.items():
            for call in calls:
                with self.subTest(name, call=call[0]):
                    self.seen.clear()
                    self.call(name, call)
                    self.assertIn(name, self.seen)

    def test_each_documented_error_is_one_of_the_ladder(self):
        for name in CALLS:
            for status in (400, 401, 404, 429, 500, 503):
                error = self.get_failure(name, status, error_body())
                with self.subTest(name, status=status):
                    if status == 404 and name in ABSENT:
                        self.assertIsNone(error)
                        continue
                    self.assertIsInstance(error, expected(name, status))
                    self.assertIn("The weight is too much", str(error))
                    if status == 400:
                        self.assertEqual(error.code, "invalid_field_value")
                        self.assertEqual(error.request_id, REQUEST)

    def test_answer_that_is_no_json_is_looked_up_after_a_write(self):
        for name in CALLS.keys() - {"download_file", "delete_webhook"}:
            error = self.get_failure(name, 200, "<html>")
            kind = RemoteUnavailable if name in READS else OutcomeUnknown
            self.assertIsInstance(error, kind, name)

    def test_trouble_of_the_system_is_not_the_customer_s(self):
        body = error_body(error_type="system", error_code="unspecified")
        self.assertIsInstance(
            self.get_failure("create_label", 400, body), OutcomeUnknown
        )
        body = error_body(error_code="rate_limit_exceeded")
        self.assertIsInstance(self.get_failure("create_label", 400, body), RateLimited)
        body = error_body(error_code="insufficient_funds")
        self.assertIn("funds", self.get_failure("create_label", 400, body).remedy)

    # Labels

    def test_label_comes_with_number_file_and_price(self):
        result = self.call("create_label", CALLS["create_label"][1])
        self.assertEqual(len(result.response.parcels), 3)
        self.assertEqual(result.external_id, result.response.shipment_external_id)
        self.assertTrue(result.response.total.amount)

    def test_taken_reference_is_our_own_label(self):
        body = error_body(error_code="identifier_conflict")
        self.answers["create_label"] = (400, body, {})
        result = self.call("create_label", CALLS["create_label"][0])
        self.assertEqual(self.seen[-1], "get_label_by_external_shipment_id")
        self.assertTrue(result.external_id)

    def test_reference_of_another_label_is_a_conflict(self):
        _status, label = self.get_success("get_label_by_external_shipment_id")
        label["service_code"] = "ups_next_day_air"
        error = self.get_failure("get_label_by_external_shipment_id", 200, label)
        self.assertIsInstance(error, Conflict)
        self.assertIn("service", str(error))

    def test_voided_label_is_not_found_again(self):
        _status, label = self.get_success("get_label_by_external_shipment_id")
        label["voided"] = True
        error = self.get_failure("get_label_by_external_shipment_id", 200, label)
        self.assertIsInstance(error, Rejected)

    def test_label_in_the_making_is_asked_for_again(self):
        error = self.get_failure(
            "create_label", 200, {**samples.LABEL, "status": "processing"}
        )
        self.assertIsInstance(error, OutcomeUnknown)

    def test_label_file_on_another_host_is_never_fetched(self):
        label = {**samples.LABEL, "label_download": {"pdf": "http://169.254.169.254/"}}
        label["form_download"] = {"href": "https://evil.example/form"}
        result = self.get_result("create_label", label)
        self.assertEqual(self.seen, ["create_label"])
        self.assertIsNone(result.response.parcels[0].label)
        self.assertFalse(result.response.documents)

    def test_bought_label_whose_file_fails_is_looked_up(self):
        address = f"{BASE}/v1/downloads/10/x/label.pdf"
        label = {**samples.LABEL, "label_download": {"pdf": address}}
        self.answers["download_file"] = (503, error_body(), {})
        error = self.get_failure("create_label", 200, label)
        self.assertIsInstance(error, OutcomeUnknown)

    def test_refused_void_says_why(self):
        body = {"approved": False, "message": "Too late", "reason_code": "unknown"}
        error = self.get_failure("void_label", 200, body)
        self.assertIsInstance(error, Rejected)
        self.assertIn("Too late", str(error))
        body = {"approved": False, "reason_code": "label_already_voided"}
        self.assertIsNone(self.get_failure("void_label", 200, body))

    # Rates and addresses

    def test_rates_name_their_services_as_we_book_them(self):
        (rate,) = self.call("calculate_rates", CALLS["calculate_rates"][0])
        self.assertEqual(rate.service.count(const.SERVICE_SEPARATOR), 1)

    def test_no_offer_says_why(self):
        body = {"rate_response": {"rates": [], "errors": [{"message": "Too heavy"}]}}
        error = self.get_failure("calculate_rates", 200, body)
        self.assertIsInstance(error, Rejected)
        self.assertIn("Too heavy", str(error))

    # Manifests and pickups

    def test_manifest_in_the_making_is_looked_up(self):
        error = self.get_failure("get_manifest_request_by_id", 200, {"manifests": []})
        self.assertIsInstance(error, OutcomeUnknown)

    def test_manifest_of_others_is_not_ours(self):
        body = {"manifests": [{"manifest_id": "se-1", "label_ids": ["se-2"]}]}
        self.assertIsNone(self.get_result("list_manifests", body))

    def test_pickup_is_found_by_its_labels(self):
        entry = {
            "pickup_id": "pik_77",
            "label_ids": ["se-28529731"],
            "pickup_window": {"start_at": "2026-11-23T13:00:00Z"},
        }
        found = self.get_result("list_scheduled_pickups", {"pickups": [entry]})
        self.assertEqual(found.external_id, "pik_77")

    def test_pickup_that_is_not_cancelled_is_refused(self):
        body = {"pickup_id": "pik_1", **error_body()}
        error = self.get_failure("delete_scheduled_pickup", 200, body)
        self.assertIsInstance(error, Rejected)

    def test_pickup_cannot_be_changed(self):
        change = replace(samples.CANCEL, action="change")
        with self.assertRaises(NotSupported):
            self.connector._send_pickup(self.backend, None, change)

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


FALLS_BACK = {
    "CARRIER_STATUS_NOT_MAPPED",
    "COD_AMOUNT_PAID",
    "INFORMATION",
    "PARCEL_UPDATE_NOTIFICATION",
    "POST_TRANSIT_STATUS",
    "TRACKING_EXPIRED",
}
REQUEST = "aa3d8e8e-462b-4476-9618-72db7f7b7009"


def error_body(**values):
    error = {
        "error_source": "carrier",
        "error_type": "validation",
        "error_code": "invalid_field_value",
        "message": "The weight is too much",
        **values,
    }
    return {"request_id": REQUEST, "errors": [error]}


def expected(name, status):
    if status == 401:
        return AuthenticationFailed
    if status == 429:
        return RateLimited
    if status == 503 or (status >= 500 and name in READS):
        return RemoteUnavailable
    return OutcomeUnknown if status >= 500 else Rejected
