"""A partner that answers as ShipEngine's OpenAPI documents, and checks what it gets."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import requests
from vendor_contract import VendorContract

from odoo.addons.logistics_carrier.canonical import TrackedParcel
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    LogisticsError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from odoo.addons.logistics_core.tests.common import LogisticsCase

from partner_sandbox.dialects.shipengine import ShipEngine

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
        ("_send_shipment", None, samples.PLAIN),
        ("_send_shipment", None, samples.FULL),
        ("_send_shipment", None, samples.RETURN),
    ],
    "get_label_by_external_shipment_id": [("_lookup_shipment", None, samples.PLAIN)],
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
# Asked right after a write: whatever happens, the write has happened.
AFTER_WRITE = {"get_manifest_request_by_id"}
# A POST that only asks: a lost answer changes nothing.
ASKS = {"calculate_rates", "validate_address", "service_points_list"}
READS = ASKS | {
    name
    for name in CALLS
    if name.startswith(("get_", "list_", "download")) and name not in AFTER_WRITE
}
# Refused for the same reasons, but not in the same words: found out or not found.
ABSENT = {
    "get_label_by_external_shipment_id",
    "get_label_by_id",
    "get_pickup_by_id",
    "get_tracking_log_from_label",
    "get_tracking_log",
}


class ShipengineContractCase(LogisticsCase):
    @classmethod
    def setUpClass(cls):
        cls.contract = VendorContract(ShipEngine)
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
        name = cls.contract.check(request, BASE)
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
    if name in AFTER_WRITE and status in (429, 500, 503):
        return OutcomeUnknown
    if status == 429:
        return RateLimited
    if status == 503 or (status >= 500 and name in READS):
        return RemoteUnavailable
    return OutcomeUnknown if status >= 500 else Rejected
