"""Each request follows ShipBob's OpenAPI; each answer of it is understood."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import requests
import shipbob_document

from odoo.addons.logistics_core.engine.poll.run import PollRun
from odoo.addons.logistics_core.errors import (
    AuthenticationFailed,
    InvalidMessage,
    LogisticsError,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)
from odoo.addons.logistics_wms.canonical import (
    Address,
    InstructionLine,
    ItemMaster,
    OutboundCancel,
    OutboundChange,
    OutboundInstruction,
)
from odoo.addons.logistics_wms.tests.common import WmsCase
from odoo.addons.logistics_wms_shipbob.models import logistics_connector_shipbob_polls

BASE = "https://api.shipbob.com"
ADDRESS = Address("Ada", "Rue 1", "Lyon", "FR", zip="69001", email="ada@example.com")
LINES = (InstructionLine(11, "text", "Lamp", Decimal(5), "EA"),)
INSTRUCTION = OutboundInstruction("REF", "S1", ADDRESS, LINES, "Standard")
CHANGE = OutboundChange("REF", "3", ADDRESS, LINES)
NEW_LINE = InstructionLine(12, "NEW", "Vase", Decimal(1), "EA")
ADDITION = OutboundChange("REF", "3", None, (*LINES, NEW_LINE))
CANCEL = OutboundCancel("REF", "3")
# Operation -> the method that leads to it, and its arguments after the backend.
CALLS = {
    "get-channels": ("_test_connection",),
    "create-order": ("_send_order", None, INSTRUCTION),
    "get-orders": ("_lookup_order", None, INSTRUCTION),
    "cancel-order": ("_send_cancel", None, CANCEL),
    "update-shipment-address": ("_send_change", None, CHANGE),
    "get-shipment-line-items": ("_send_change", None, CHANGE),
    "update-shipment-line-items": ("_send_change", None, CHANGE),
    "create-product": ("_send_item", None, ItemMaster("NEW", "Vase")),
    "get-products": ("_send_item", None, ItemMaster("NEW", "Vase")),
    "update-product": ("_send_item", None, ItemMaster("text", "Lamp")),
    "get-all-inventory-levels": ("_list", "inventory", 0),
    "get-all-inventory-levels-grouped-by-fulfillment-center": ("_list", "inventory", 3),
    "get-all-inventory-levels-grouped-by-lot": ("_list", "inventory", 0),
    "get-invoices": ("_bill",),
    "get-transactions-by-invoice-id": ("_bill",),
    "create-subscription": ("_subscribe",),
    "get-subscriptions": ("_subscribe",),
    "delete-subscription": ("_unsubscribe",),
}
READS = {name for name in CALLS if name.startswith("get-")}


class TestShipbobContract(WmsCase):
    @classmethod
    def setUpClass(cls):
        cls.contract = shipbob_document.read()
        super().setUpClass()
        cls.backend.write(
            {
                "connector": "shipbob",
                "base_url": BASE,
                "shipbob_token": "pat-secret-1",
                "shipbob_channel_id": 3,
            }
        )
        cls.connector = cls.backend._get_connector()

    @classmethod
    def _request_handler(cls, session, request, /, **kw):
        """Check the request, answer with what the contract documents."""
        name = cls.contract.check(request, BASE)
        cls.seen.append(name)
        cls.urls.append(request.url)
        assert request.headers["Authorization"] == "Bearer pat-secret-1"
        status, body, headers = cls.answers.get(name) or (None, None, {})
        if status is None:
            status, body = cls.get_success(name)
        response = requests.Response()
        response.status_code, response.request = status, request
        response.headers.update(headers)
        response._content = (
            body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        response._content_consumed = True
        return response

    @classmethod
    def get_success(cls, name):
        """Return the documented success, all fields filled, with ends to lists."""
        for operation in cls.get_operations():
            if operation["operationId"] == name:
                ((status, answer),) = [
                    a for a in operation["responses"].items() if a[0] < "300"
                ]
                schema = answer["content"]["application/json"]["schema"]
                body = cls.contract.example(schema)
        return int(status), cls.complete(name, body)

    @classmethod
    def complete(cls, name, body):
        if isinstance(body, dict) and "next" in body:
            body["next"] = None
        if name in ("get-orders", "get-channels"):
            first = body[0] if isinstance(body, list) else body["items"][0]
            first.update(reference_id="REF", scopes=["orders_write"])
            for shipment in first.get("shipments", ()):
                shipment["status"] = "Processing"
        if name == "get-shipment-line-items":
            body[0]["lot"]["selection_method"] = "ShipbobChooses"
        if name == "get-subscriptions":
            body["items"][0]["url"] = cls.backend.webhook_url
        return body

    @classmethod
    def get_operations(cls):
        for item in cls.contract.document["paths"].values():
            yield from item.values()

    def setUp(self):
        super().setUp()
        type(self).seen, type(self).urls, type(self).answers = [], [], {}

    def call(self, name):
        method, *arguments = CALLS[name]
        if method == "_bill":
            run = PollRun("billing", "2026-03-01")
            return list(self.connector._poll(self.backend, run))
        if method == "_list":
            operation, self.backend.shipbob_location_id = arguments
            run = PollRun(operation, "2026-03-01T00:00:00+00:00")
            return list(self.connector._poll(self.backend, run))
        return getattr(self.connector, method)(self.backend, *arguments)

    def get_failure(self, name, status, body, headers=None):
        """Return the error that an operation ends with, for this answer."""
        self.answers[name] = (status, body, headers or {})
        if name in ("update-product", "create-order", "get-orders"):
            self.answers.setdefault("get-orders", (200, [], {}))
        try:
            self.call(name)
        except LogisticsError as error:
            return error
        finally:
            self.answers.clear()
        raise AssertionError(f"{name} took status {status} for success")

    def test_each_operation_is_called_as_the_contract_says(self):
        for name in CALLS:
            with self.subTest(name):
                self.seen.clear()
                try:
                    self.call(name)
                except LogisticsError as error:
                    # The example's order is not ours.
                    self.assertEqual((name, error.kind), ("get-orders", "conflict"))
                self.assertIn(name, self.seen)

    def test_new_sku_is_added_by_its_inventory(self):
        variant = {"sku": "NEW", "inventory": {"inventory_id": 8}}
        page = {"items": [{"id": 1, "variants": [variant]}]}
        self.answers["get-products"] = (200, page, {})
        self.connector._send_change(self.backend, None, ADDITION)
        self.assertEqual(self.seen[-1], "update-shipment-line-items")

    def test_one_of_several_channels_is_for_a_person_to_choose(self):
        self.backend.shipbob_channel_id = 0
        channel = {"name": "Web", "scopes": ["orders_read", "orders_write"]}
        items = [{**channel, "id": 8}, {**channel, "id": 9}, {"id": 7, "scopes": None}]
        self.answers["get-channels"] = (200, {"items": items}, {})
        with self.assertRaisesRegex(AuthenticationFailed, r"8 \(Web\), 9 \(Web\)\."):
            self.connector._test_connection(self.backend)
        self.assertFalse(self.backend.shipbob_channel_id)

    def test_lookup_takes_the_exact_reference_only(self):
        _status, (order,) = self.get_success("get-orders")
        self.answers["get-orders"] = (200, [{**order, "reference_id": "REF2"}], {})
        self.assertIsNone(self.connector._lookup_order(self.backend, None, INSTRUCTION))

    def test_quantities_of_an_order_in_two_open_shipments_are_not_guessed(self):
        _status, (order,) = self.get_success("get-orders")
        order["shipments"] *= 2
        self.answers["get-orders"] = (200, [order], {})
        with self.assertRaisesRegex(Rejected, "2 shipments"):
            self.connector._send_change(self.backend, None, CHANGE)
        self.assertEqual(self.seen, ["get-orders"])

    def test_address_of_all_open_shipments_is_changed(self):
        _status, (order,) = self.get_success("get-orders")
        order["shipments"] = [
            {**order["shipments"][0], "id": number, "status": status}
            for number, status in enumerate(("Processing", "Completed", "OnHold"), 1)
        ]
        self.answers["get-orders"] = (200, [order], {})
        self.connector._send_change(self.backend, None, replace(CHANGE, lines=None))
        self.assertEqual(self.seen, ["get-orders", *["update-shipment-address"] * 2])

    def test_orders_are_polled_page_by_page(self):
        run = PollRun("orders", "2026-03-01T00:00:00+00:00")
        envelopes = list(self.connector._poll(self.backend, run))
        self.assertEqual([e.ordering_key for e in envelopes], ["REF", "REF"])
        self.assertEqual(run.next_cursor, "2026-03-01T10:00:00+00:00")
        self.assertEqual(self.seen, ["get-orders"])

    def test_order_without_reference_is_not_ours(self):
        self.answers["get-orders"] = (200, [{"id": 1, "reference_id": None}], {})
        run = PollRun("orders", "2026-03-01T00:00:00+00:00")
        self.assertFalse(list(self.connector._poll(self.backend, run)))

    def test_stock_is_asked_of_our_fulfillment_center(self):
        self.backend.shipbob_location_id = 3
        list(self.connector._poll(self.backend, PollRun("inventory", None)))
        self.assertEqual(["LocationId=3" in url for url in self.urls], [True, True])

    def test_report_is_complete_only_in_one_piece(self):
        items = [{"inventory_id": n, "sku": f"S{n}"} for n in range(3)]
        self.answers["get-all-inventory-levels"] = (200, {"items": items}, {})
        found = []
        for largest in (3, 2):
            self.patch(logistics_connector_shipbob_polls, "LARGEST_REPORT", largest)
            run = PollRun("inventory", None)
            envelopes = list(self.connector._poll(self.backend, run))
            self.assertEqual(len({e.external_id for e in envelopes}), len(envelopes))
            data = [json.loads(envelope.payload) for envelope in envelopes]
            found.append([(len(d["items"]), d["complete"]) for d in data])
        self.assertEqual(found, [[(3, True)], [(2, False), (1, False)]])

    def test_each_documented_error_has_its_class_and_words(self):
        for operation in self.get_operations():
            name = operation["operationId"]
            for status, answer in operation["responses"].items():
                if name not in CALLS or status < "400":
                    continue
                with self.subTest(f"{name} {status}"):
                    schema = answer["content"]["application/json"]["schema"]
                    body = self.contract.example(schema)
                    error = self.get_failure(name, int(status), body)
                    self.assertIs(type(error), expected(name, int(status)))
                    self.assertEqual(error.http_status, int(status))
                    self.assertRegex(str(error), "text|any|INVALID_PARAMETER")
                    self.assertTrue(error.remedy)

    def test_each_operation_understands_what_is_not_documented(self):
        bodies = ("", "[" * 3000, "null", '{"errors": {"sku": []}}')
        answers = [(422, body) for body in bodies] + [
            (status, "<html>Bad gateway</html>")
            for status in (401, 403, 404, 422, 429, 500, 502, 503, 504)
        ]
        for name in CALLS:
            for status, body in answers:
                error = self.get_failure(name, status, body)
                case = f"{name} {status} {body:.9}"
                self.assertIs(type(error), expected(name, status), case)

    def test_answer_that_is_not_json_is_no_success(self):
        for name in CALLS.keys() - {"delete-subscription"}:
            with self.subTest(name):
                error = self.get_failure(name, 200, "<html>Welcome</html>")
                wanted = RemoteUnavailable if name in READS else OutcomeUnknown
                self.assertIs(type(error), wanted)

    def test_answer_of_another_shape_is_no_success(self):
        for name in CALLS.keys() - {"delete-subscription"}:
            for body in ("null", "[[1]]", "7"):
                error = self.get_failure(name, 200, body)
                classes = (RemoteUnavailable, OutcomeUnknown, InvalidMessage)
                self.assertIsInstance(error, classes, f"{name} {body}")

    def test_wait_is_read_in_seconds_and_as_date(self):
        soon = datetime.now(UTC) + timedelta(seconds=60)
        for headers, least, most in (
            ({"Retry-After": "25"}, 25, 25),
            ({"Retry-After": format_datetime(soon, usegmt=True)}, 50, 60),
            ({"x-retry-after": "25"}, 25, 25),
        ):
            error = self.get_failure("create-order", 429, {"message": "Slow"}, headers)
            self.assertIsInstance(error, RateLimited)
            self.assertTrue(least <= error.retry_after <= most, error.retry_after)
        self.assertIsNone(self.get_failure("create-order", 429, "").retry_after)

    def test_change_that_fails_with_status_200_is_refused(self):
        for name in ("update-shipment-address", "update-shipment-line-items"):
            error = {"code": "CONFLICT", "message": "Shipment is picked"}
            failure = self.get_failure(name, 200, {"is_success": False, "error": error})
            self.assertIsInstance(failure, Rejected)
            self.assertEqual(failure.code, "CONFLICT")
            self.assertIn("Shipment is picked", str(failure))

    def test_cancellation_is_only_what_shipbob_calls_success(self):
        for status in ("Failure", "PartialSuccess", None):
            result = {"is_success": False, "reason": "It is packed"}
            body = {"status": status, "canceled_shipment_results": [result]}
            failure = self.get_failure("cancel-order", 200, body)
            self.assertIsInstance(failure, Rejected)
            self.assertIn("It is packed", str(failure))

    def test_order_without_number_is_looked_up(self):
        self.assertIsInstance(self.get_failure("create-order", 201, {}), OutcomeUnknown)

    def test_next_page_on_another_host_gets_no_token(self):
        page = {"items": [], "next": "https://evil.example/2026-01/channel"}
        error = self.get_failure("get-channels", 200, page)
        self.assertIsInstance(error, InvalidMessage)
        self.assertIn("another host", str(error))


def expected(name, status):
    if status in (401, 403):
        return AuthenticationFailed
    if status == 429:
        return RateLimited
    if status == 503 or (status >= 500 and name in READS):
        return RemoteUnavailable
    return OutcomeUnknown if status >= 500 else Rejected
