"""Labels bought from DHL Express and found again; parcels followed to their end."""

from odoo.tests import tagged

from odoo.addons.logistics_carrier.canonical import TrackedParcel, TransportProof
from odoo.addons.logistics_core.errors import RemoteUnavailable

from .common import DhlExpressCase


@tagged("post_install", "-at_install")
class TestDhlExpressFlow(DhlExpressCase):
    def track(self, shipment):
        """Receive what DHL reports about the shipment's parcels."""
        asked = [
            TrackedParcel(parcel.tracking_number, shipment.external_id)
            for parcel in shipment.parcel_ids
        ]
        self.receive(*self.connector._track(self.backend, asked))
        self.drain()

    def test_a_delivery_gets_its_label(self):
        shipment = self.labelled()
        self.assertEqual(shipment.state, "labelled")
        self.assertGreater(shipment.expected_cost, 0)
        self.assertTrue(shipment.parcel_ids.label_id.raw.startswith(b"%PDF"))
        books = self.at_carrier()
        self.assertEqual(books["live_labels"], 1)
        self.assertEqual(books["shipments"][0]["reference"], shipment.name)

    def test_a_lost_answer_leaves_one_shipment(self):
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "^/shipments$", "times": 1}
        )
        shipment = self.labelled()
        self.assertEqual(shipment.state, "requested")
        self.again()
        self.assertEqual(shipment.state, "labelled")
        self.assertGreater(shipment.expected_cost, 0)
        self.assertTrue(shipment.parcel_ids.label_id.raw)
        self.assertTrue(shipment.parcel_ids.tracking_number.startswith("JD"))
        books = self.at_carrier()
        self.assertEqual((books["live_labels"], books["orphans"]), (1, []))

    def test_what_dhl_never_had_is_bought_after_the_lookup(self):
        self.sandbox.rules({"action": "cut_before", "path": "^/shipments$", "times": 1})
        shipment = self.labelled()
        self.again()
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(self.at_carrier()["live_labels"], 1)

    def test_a_parcel_is_followed_to_its_proof_of_delivery(self):
        shipment = self.labelled()
        parcel = shipment.parcel_ids
        proof = TransportProof(
            shipment.name, parcel.tracking_number, shipment.external_id
        )
        with self.assertRaises(RemoteUnavailable):
            self.connector._send_proof(self.backend, None, proof)
        self.track(shipment)
        self.assertNotEqual(parcel.status, "delivered")
        self.sandbox.carrier_run(shipment.name)
        self.track(shipment)
        self.assertEqual(parcel.status, "delivered")
        self.assertEqual(shipment.state, "delivered")
        found = self.connector._send_proof(self.backend, None, proof).response
        self.assertEqual([d.kind for d in found.documents], ["proof"])

    def test_an_order_is_rated(self):
        answer = self.rate()
        self.assertTrue(answer["success"], answer)
        self.assertGreater(answer["price"], 0)

    def test_an_export_of_two_parcels_is_declared(self):
        self.method.logistics_service = "P"
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

    def test_dhl_s_words_of_a_refusal_reach_the_shipment(self):
        customer = self.make_customer(city="Nowhere", zip="00000")
        shipment = self.labelled(customer=customer)
        self.assertEqual(shipment.state, "failed")
        self.assertIn("not available", shipment.error)
