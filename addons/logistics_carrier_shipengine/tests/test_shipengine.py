"""From a delivery to a delivered parcel, against the partner sandbox."""

import base64
import json
import pathlib
from datetime import date
from decimal import Decimal

from odoo.tests import Form, tagged

from odoo.addons.logistics_carrier.canonical import (
    ParcelContent,
    Party,
    RateRequest,
    TrackedParcel,
    TransportManifest,
    TransportPickup,
)
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.errors import AuthenticationFailed, Rejected

from .common import GROUND, ShipengineCase

SHOP = Party(
    Address(
        "Shop",
        "1 quai du Port",
        "Marseille",
        "FR",
        zip="13002",
        phone="+33491000000",
        email="dock@example.com",
    )
)


@tagged("post_install", "-at_install")
class TestShipengine(ShipengineCase):
    # Labels

    def test_delivery_gets_number_label_and_cost(self):
        shipment = self.bought()
        parcel = shipment.parcel_ids
        self.assertTrue(parcel.tracking_number.startswith("1ZSE"))
        self.assertEqual(parcel.label_id.raw[:5], b"%PDF-")
        self.assertGreater(shipment.expected_cost, 0)
        self.assertIn("Fuel", shipment.charge_text)
        (bought,) = self.get_books()["shipments"]
        self.assertEqual(bought["reference"], shipment.name)

    def test_each_parcel_has_its_own_label_in_each_format(self):
        for label_format, head in (("ZPL", b"^XA"), ("PNG", b"\x89PNG")):
            self.method.logistics_label_format = label_format
            shipment = self.bought(self.product, self.make_product("Cup", weight=1))
            labels = shipment.parcel_ids.label_id
            self.assertEqual(len(labels), 2)
            for label in labels:
                self.assertTrue(label.raw.startswith(head))

    def test_answer_that_got_lost_leads_to_one_label(self):
        shipment = self.ask()
        self.sandbox.rules(
            {"action": "timeout_after_commit", "method": "POST", "times": 1}
        )
        self.drain()
        message = shipment._get_messages("transport_instruction")
        self.assertTrue(message.outcome_unknown)
        self.drain_again(message)
        self.assertEqual(shipment.state, "labelled")
        books = self.get_books()
        self.assertEqual(books["live_labels"], 1)
        self.assertFalse(books["duplicates"] or books["orphans"])
        asked = [r["method"] for r in self.sandbox.requests()["items"]]
        self.assertEqual(asked, ["POST", "GET"])

    def test_cut_before_the_purchase_is_followed_by_one(self):
        shipment = self.ask()
        self.sandbox.rules({"action": "cut_before", "method": "POST", "times": 1})
        self.drain()
        self.drain_again(shipment._get_messages("transport_instruction"))
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(self.get_books()["live_labels"], 1)

    def test_refusal_is_told_in_the_carrier_s_words(self):
        self.customer.city = "Nowhere"
        shipment = self.ask()
        self.drain()
        self.assertEqual(shipment.state, "failed")
        self.assertIn("Nowhere", shipment.error)
        self.customer.city = "Lyon"

    def test_void_is_decided_by_the_carrier(self):
        first, second = self.bought(), self.bought()
        first.action_void()
        self.drain()
        self.assertEqual(first.state, "voided")
        self.assertEqual(self.get_books()["live_labels"], 1)
        self.sandbox.carrier_advance(second.name)
        second.action_void()
        self.drain()
        self.assertEqual(second.state, "labelled")
        self.assertIn("has the parcel", second.error)

    # Tracking

    def take(self, envelopes):
        messages = self.receive(*envelopes)
        self.drain()
        return messages

    def asked_parcel(self, shipment):
        number = shipment.parcel_ids[-1].tracking_number
        return TrackedParcel(number, shipment.external_id)

    def test_asked_parcel_is_followed_until_it_is_signed_for(self):
        shipment = self.bought(self.product, self.make_product("Cup", weight=1))
        steps = ["picked_up", {"kind": "attempted"}, {"kind": "delivered"}]
        self.sandbox.carrier_plan(shipment.name, steps)
        self.sandbox.carrier_run(shipment.name)
        parcel = shipment.parcel_ids[-1]
        envelopes = self.connector._track(self.backend, [self.asked_parcel(shipment)])
        messages = self.take(envelopes)
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(parcel.status, "delivered")
        self.assertTrue(parcel.signed_by)
        self.assertFalse(self.receive(*envelopes))  # nothing new

    def test_webhook_tells_what_asking_tells(self):
        shipment = self.bought()
        self.connector._subscribe(self.backend)
        self.sandbox.carrier_plan(shipment.name, ["picked_up", "lost"])
        self.sandbox.carrier_run(shipment.name)
        self.sandbox.wait_webhooks()
        told = set()
        for item in self.sandbox.webhooks(reference=shipment.name):
            body = json.dumps(item["payload"]).encode()
            told |= set(self.connector._receive(self.backend, {}, body))
        asked = self.connector._track(self.backend, [self.asked_parcel(shipment)])
        self.assertEqual(told, set(asked))
        self.take(asked)
        self.assertEqual(shipment.parcel_ids.status, "lost")

    def test_subscribing_twice_leaves_one_webhook(self):
        self.connector._subscribe(self.backend)
        secret = self.backend._get_secret("webhook_secret")
        self.connector._subscribe(self.backend)
        self.assertEqual(self.backend._get_secret("webhook_secret"), secret)
        path = "/v1/environment/webhooks"
        hooks = self.connector._call_json(
            self.backend, "list_webhooks", "GET", path, expect=list
        )
        self.assertEqual(len(hooks), 1)
        self.connector._unsubscribe(self.backend)
        self.assertFalse(self.backend.webhook_subscription)

    # Rates, handover

    def make_question(self, *services):
        parcels = (ParcelContent("P1", Decimal(2)), ParcelContent("P2", Decimal(1)))
        today = date(2026, 11, 23)
        return RateRequest(SHOP, SHOP, parcels, today, "EUR", services)

    def test_rates_are_those_of_all_accounts_that_can(self):
        rates = self.connector._get_rates(self.backend, self.make_question())
        services = {rate.service for rate in rates}
        self.assertIn(GROUND, services)
        self.assertNotIn("se-100002:colissimo_domicile", services)
        self.assertEqual(services - self.backend._get_service_table().keys(), set())
        (rate,) = self.connector._get_rates(self.backend, self.make_question(GROUND))
        self.assertEqual(rate.total.currency, "EUR")
        with self.assertRaisesRegex(Rejected, "One package"):
            self.connector._get_rates(
                self.backend, self.make_question("se-100002:colissimo_domicile")
            )

    def test_manifest_has_a_document_and_is_found_again(self):
        shipment = self.bought()
        manifest = TransportManifest(
            "MAN/1",
            SHOP,
            date(2026, 11, 23),
            (shipment.external_id,),
            (shipment.parcel_ids.tracking_number,),
        )
        none = self.connector._lookup_manifest(self.backend, None, manifest)
        self.assertIsNone(none)
        made = self.connector._send_manifest(self.backend, None, manifest)
        (document,) = made.response.documents
        self.assertEqual(base64.b64decode(document.content)[:5], b"%PDF-")
        found = self.connector._lookup_manifest(self.backend, None, manifest)
        self.assertEqual(found.external_id, made.external_id)

    def test_pickup_is_booked_found_and_cancelled(self):
        shipment = self.bought()
        facts = {
            "reference": "PU/1",
            "ship_from": SHOP,
            "ready_local": "2026-11-23T14:00:00+01:00",
            "close_local": "2026-11-23T17:00:00+01:00",
            "parcel_count": 1,
            "weight": Decimal(1),
            "shipment_external_ids": (shipment.external_id,),
        }
        booking = TransportPickup(action="book", **facts)
        made = self.connector._send_pickup(self.backend, None, booking)
        found = self.connector._lookup_pickup(self.backend, None, booking)
        self.assertEqual(found.external_id, made.external_id)
        cancel = TransportPickup(action="cancel", external_id=made.external_id, **facts)
        self.assertIsNone(self.connector._lookup_pickup(self.backend, None, cancel))
        self.connector._send_pickup(self.backend, None, cancel)
        self.assertTrue(self.connector._lookup_pickup(self.backend, None, cancel))
        self.assertIsNone(self.connector._lookup_pickup(self.backend, None, booking))

    def test_address_and_points_near_it(self):
        check = self.connector._check_address(self.backend, SHOP.address)
        self.assertEqual(check.status, "valid")
        points = self.connector._find_access_points(self.backend, SHOP.address, limit=2)
        self.assertEqual([point.distance_m for point in points], [250, 501])

    # Settings

    def test_test_of_the_connection_names_the_accounts(self):
        self.assertIn("Colissimo", self.connector._test_connection(self.backend))
        self.backend.shipengine_api_key = "wrong"
        with self.assertRaises(AuthenticationFailed):
            self.connector._test_connection(self.backend)
        self.backend.shipengine_api_key = False
        with self.assertRaisesRegex(AuthenticationFailed, "API key"):
            self.connector._test_connection(self.backend)

    def test_form_takes_the_key_and_hides_it(self):
        form = Form(self.env["logistics.backend"])
        form.name = "ShipEngine"
        form.connector = "shipengine"
        form.shipengine_api_key = "TEST_123456"
        backend = form.save()
        self.assertNotIn("TEST_123456", str(backend.read()))
        self.assertEqual(backend._get_secret("shipengine_api_key"), "TEST_123456")

    def test_neutralized_copy_asks_for_test_labels(self):
        folder = pathlib.Path(__file__).parent.parent
        self.env.flush_all()
        self.env.cr.execute((folder / "data" / "neutralize.sql").read_text())
        self.backend.invalidate_recordset()
        self.assertTrue(self.backend.shipengine_test_labels)
