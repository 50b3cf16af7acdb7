"""Labels bought from UPS, found again, voided; parcels followed to their end."""

import base64
import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_carrier.canonical import (
    TrackedParcel,
    TransportProof,
    TransportVoid,
)
from odoo.addons.logistics_core.errors import Rejected, RemoteUnavailable

from .common import UpsCase


@tagged("post_install", "-at_install")
class TestUpsFlow(UpsCase):
    def parcel(self, shipment):
        return shipment.parcel_ids[:1]

    def track(self, shipment):
        """Receive what UPS reports about the shipment's parcels."""
        for parcel in shipment.parcel_ids:
            asked = [TrackedParcel(parcel.tracking_number)]
            self.receive(*self.connector._track(self.backend, asked))
        self.drain()

    def test_a_delivery_gets_its_label(self):
        shipment = self.labelled()
        self.assertEqual(shipment.state, "labelled")
        self.assertGreater(shipment.expected_cost, 0)
        self.assertTrue(self.parcel(shipment).label_id.raw)
        books = self.at_carrier()
        self.assertEqual(books["live_labels"], 1)
        self.assertEqual(books["shipments"][0]["reference"], shipment.name)

    def test_the_letters_of_the_recipient_are_printed(self):
        self.method.logistics_label_format = "ZPL"
        self.customer.write({"name": "Łukasz Żółć", "street": "ul. Długa 5"})
        shipment = self.labelled()
        label = self.parcel(shipment).label_id
        self.assertEqual(label.mimetype, "application/zpl")
        text = label.raw.decode()
        self.assertIn("Łukasz Żółć", text)
        self.assertNotIn("?ukasz", text)

    def test_a_text_that_does_not_fit_is_told_and_nothing_is_bought(self):
        self.customer.city = "Llanfairpwllgwyngyllgogerychwyrndrobwll"
        with self.assertRaisesRegex(UserError, "30 characters for the city"):
            self.labelled()
        self.assertEqual(self.at_carrier()["live_labels"], 0)

    def test_a_lost_answer_leaves_one_label(self):
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "/ship$", "times": 1}
        )
        shipment = self.labelled()
        self.assertEqual(shipment.state, "requested")
        self.again()
        self.assertEqual(shipment.state, "labelled")
        self.assertGreater(shipment.expected_cost, 0)
        self.assertTrue(shipment.parcel_ids.label_id.raw)
        books = self.at_carrier()
        self.assertEqual((books["live_labels"], books["orphans"]), (1, []))

    def test_what_ups_never_had_is_bought_after_the_lookup(self):
        self.sandbox.rules({"action": "cut_before", "path": "/ship$", "times": 1})
        shipment = self.labelled()
        self.again()
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(self.at_carrier()["live_labels"], 1)

    def test_a_void_shipment_is_not_found_again(self):
        shipment = self.labelled()
        parcel = self.parcel(shipment)
        void = TransportVoid(
            shipment.name, shipment.external_id, (parcel.tracking_number,)
        )
        self.assertIsNone(self.connector._lookup_void(self.backend, None, void))
        self.connector._send_void(self.backend, None, void)
        self.assertEqual(self.at_carrier()["live_labels"], 0)
        found = self.connector._lookup_void(self.backend, None, void)
        self.assertEqual(found.external_id, shipment.external_id)
        again = self.connector._send_void(self.backend, None, void)
        self.assertIn("already", again.note)

    def test_a_void_that_comes_too_late_is_refused(self):
        shipment = self.labelled()
        self.sandbox.carrier_advance(shipment.name)
        void = TransportVoid(shipment.name, shipment.external_id, ())
        with self.assertRaises(Rejected) as caught:
            self.connector._send_void(self.backend, None, void)
        self.assertEqual(caught.exception.code, "190101")

    def test_a_parcel_is_followed_to_its_proof_of_delivery(self):
        shipment = self.labelled()
        parcel = self.parcel(shipment)
        proof = TransportProof(shipment.name, parcel.tracking_number)
        with self.assertRaises(RemoteUnavailable):
            self.connector._send_proof(self.backend, None, proof)
        self.sandbox.carrier_run(shipment.name)
        self.track(shipment)
        self.assertEqual(parcel.status, "delivered")
        self.assertEqual(shipment.state, "delivered")
        found = self.connector._send_proof(self.backend, None, proof).response
        kinds = [document.kind for document in found.documents]
        self.assertEqual(kinds, ["signature", "proof"])
        raw = base64.b64decode(found.documents[1].content)
        self.assertTrue(raw.startswith(b"%PDF"))

    def test_alerts_and_polls_tell_each_event_once(self):
        self.connector._subscribe(self.backend)
        self.sandbox.call(
            "POST", "/ups/webhook", {"url": "http://127.0.0.1:9", "key": "alert-key"}
        )
        shipment = self.labelled()
        self.sandbox.carrier_run(shipment.name)
        alerts = self.sandbox.webhooks(reference=shipment.name)
        self.assertEqual(len(alerts), 6)
        for alert in alerts:
            body = json.dumps(alert["payload"]).encode()
            self.receive(*self.connector._receive(self.backend, {}, body))
        self.drain()
        parcel = self.parcel(shipment)
        self.assertEqual(parcel.status, "delivered")
        self.track(shipment)
        self.assertEqual(len(parcel.event_ids), 6)
        self.connector._unsubscribe(self.backend)

    def test_an_order_is_rated(self):
        answer = self.rate()
        self.assertTrue(answer["success"], answer)
        self.assertGreater(answer["price"], 0)

    def test_an_export_of_two_parcels_is_declared(self):
        delivery = self.make_export()
        delivery.action_logistics_buy()
        self.drain()
        shipment = delivery.logistics_shipment_ids
        self.assertEqual(shipment.state, "labelled", shipment.error)
        numbers = shipment.parcel_ids.mapped("tracking_number")
        self.assertEqual(len(set(numbers)), 2)
        books = self.at_carrier()
        self.assertEqual((books["live_labels"], books["duplicates"]), (2, {}))
        self.assertEqual(books["shipments"][0]["destination"], "CH")

    def test_ups_words_of_a_refusal_reach_the_shipment(self):
        customer = self.make_customer(city="Nowhere", zip="00000")
        shipment = self.labelled(customer=customer)
        self.assertEqual(shipment.state, "failed")
        self.assertIn("ShipTo address", shipment.error)
