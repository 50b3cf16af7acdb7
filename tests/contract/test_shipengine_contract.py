"""Each request follows ShipEngine's OpenAPI; each answer of it is understood."""

from __future__ import annotations

from dataclasses import replace

from shipengine_case import (
    ABSENT,
    BASE,
    CALLS,
    READS,
    REQUEST,
    ShipengineContractCase,
    error_body,
    expected,
    samples,
)

from odoo.addons.logistics_carrier_shipengine import const
from odoo.addons.logistics_core.errors import (
    Conflict,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    RemoteUnavailable,
)


class TestShipengineContract(ShipengineContractCase):
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

    def test_answer_that_makes_no_sense_is_looked_up_after_a_purchase(self):
        for body in ({"label_id": "se-1", "packages": "none"}, {"label_id": "se-1"}):
            error = self.get_failure("create_label", 200, body)
            self.assertIsInstance(error, OutcomeUnknown)
        error = self.get_failure("create_label", 500, {"errors": "none"})
        self.assertIsInstance(error, OutcomeUnknown)
        for name in ("create_manifest", "schedule_pickup"):
            body = {"manifests": [{"manifest_id": "se-1"}], "pickup_id": "pik_1"}
            body |= {"manifest_requests": 5, "pickup_window": "soon"}
            self.assertIsInstance(self.get_failure(name, 200, body), OutcomeUnknown)

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
