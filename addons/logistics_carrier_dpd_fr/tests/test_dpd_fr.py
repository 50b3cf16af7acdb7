"""From a delivery to a label, its end and its return, against the partner sandbox."""

from decimal import Decimal
from unittest import SkipTest

from odoo import fields
from odoo.modules.neutralize import neutralize_database
from odoo.tests import Form, tagged

from odoo.addons.logistics_carrier.canonical import Party, TransportPickup
from odoo.addons.logistics_carrier.tests.sandbox_common import SandboxCarrierCase
from odoo.addons.logistics_carrier_dpd_fr import const
from odoo.addons.logistics_core.canonical import Address
from odoo.addons.logistics_core.connectors import soap
from odoo.addons.logistics_core.errors import AuthenticationFailed


@tagged("post_install", "-at_install")
class TestDpdFr(SandboxCarrierCase):
    dialect = "dpd_fr"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.sandbox.health()["contracts"]["dpd_fr"]:
            raise SkipTest("no contract files, and so no WSDL: set CONTRACTS_DIR")
        soap._documents.clear()
        cls.addClassCleanup(soap._documents.clear)
        cls.backend.write(
            {
                **cls.get_sandbox_settings(),
                "dpd_fr_user": "shop",
                "dpd_fr_password": cls.sandbox.token,
                "dpd_fr_center": 77,
                "dpd_fr_customer": 18028,
            }
        )
        cls.method.logistics_service = const.CLASSIC
        cls.connector = cls.backend._get_connector()

    def get_books(self):
        return self.sandbox.carrier_books("dpd_fr")["dpd_fr"]

    def ask(self, *products):
        """Return the shipment of a delivery whose label is asked for."""
        delivery = self.make_delivery(*products)
        if len(products) > 1:
            self.pack(delivery)
        delivery.action_logistics_buy()
        return delivery.logistics_shipment_ids

    def bought(self, *products):
        shipment = self.ask(*products)
        self.drain()
        self.assertEqual(shipment.state, "labelled", shipment.error)
        return shipment

    def drain_again(self, message):
        message.next_attempt_at = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=1
        )
        self.drain()

    def test_delivery_gets_number_label_and_link(self):
        for label_format, head in (("PDF", b"%PDF-"), ("ZPL", b"^XA")):
            self.method.logistics_label_format = label_format
            parcel = self.bought().parcel_ids
            self.assertEqual(len(parcel.tracking_number), 14)
            self.assertTrue(parcel.label_id.raw.startswith(head))
            self.assertIn(parcel.tracking_number, parcel.tracking_url)

    def test_parcels_of_one_shipment_have_their_own_labels(self):
        shipment = self.bought(self.product, self.make_product("Cup", weight=1))
        self.assertEqual(len(shipment.parcel_ids.label_id), 2)
        (bought,) = self.get_books()["shipments"]
        self.assertEqual(
            [parcel["reference"] for parcel in bought["parcels"]],
            shipment.parcel_ids.mapped("name"),
        )

    def test_answer_that_got_lost_leads_to_one_label_each(self):
        cup = self.make_product("Cup", weight=1)
        for products in ((), (self.product, cup)):
            shipment = self.ask(*products)
            rule = {"action": "timeout_after_commit", "method": "POST"}
            self.sandbox.rules({**rule, "reference": shipment.name, "times": 1})
            self.drain()
            message = shipment._get_messages("transport_instruction")
            self.assertTrue(message.outcome_unknown)
            self.drain_again(message)
            self.assertEqual(shipment.state, "labelled", message.error)
            self.assertTrue(all(shipment.parcel_ids.mapped("label_id")))
        books = self.get_books()
        self.assertEqual(books["live_labels"], 3)
        self.assertFalse(books["duplicates"] or books["orphans"])

    def test_purchase_that_is_not_listed_is_left_to_a_person(self):
        shipment = self.ask()
        self.sandbox.rules({"action": "cut_before", "method": "POST", "times": 1})
        self.drain()
        message = shipment._get_messages("transport_instruction")
        self.drain_again(message)
        self.assertEqual(message.state, "dead")
        self.assertEqual(message.error_kind, "outcome_unknown")
        self.assertFalse(self.get_books()["live_labels"])
        message.action_replay()
        self.drain()
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(self.get_books()["live_labels"], 1)

    def test_refusal_is_told_in_dpd_s_words(self):
        self.customer.city = "Nowhere"
        shipment = self.ask()
        self.drain()
        self.assertEqual(shipment.state, "failed")
        self.assertIn("Nowhere is not delivered to", shipment.error)

    def test_void_ends_exactly_this_shipment(self):
        first, second = self.bought(), self.bought()
        first.action_void()
        self.drain()
        self.assertEqual(first.state, "voided")
        self.assertEqual(
            self.get_books()["voided"], first.parcel_ids.mapped("tracking_number")
        )
        self.sandbox.carrier_advance(second.name)
        second.action_void()
        self.drain()
        self.assertEqual(second.state, "labelled")
        self.assertIn("on its way already", second.error)

    def test_pickup_is_booked(self):
        parcel = self.bought().parcel_ids
        shop = Party(Address("Shop", "1 quai", "Marseille", "FR", zip="13002"))
        booking = TransportPickup(
            "PU/1",
            "book",
            shop,
            "2026-11-23T14:00:00+01:00",
            "2026-11-23T17:00:00+01:00",
            1,
            Decimal(1),
            tracking_numbers=(parcel.tracking_number,),
        )
        made = self.connector._send_pickup(self.backend, None, booking)
        (pickup,) = self.get_books()["pickups"]
        self.assertEqual(pickup["id"], made.external_id)

    # Settings

    def test_test_of_the_connection(self):
        self.assertIn("18028", self.connector._test_connection(self.backend))
        self.backend.dpd_fr_password = "wrong"
        with self.assertRaises(AuthenticationFailed):
            self.connector._test_connection(self.backend)

    def test_vendor_s_test_system_is_the_default_in_the_sandbox(self):
        self.backend.write({"base_url": False, "environment": "sandbox"})
        self.assertEqual(self.connector._get_base_url(self.backend), const.SANDBOX_URL)

    def test_form_takes_the_password_and_hides_it(self):
        form = Form(self.env["logistics.backend"])
        form.name = "DPD"
        form.connector = "dpd_fr"
        form.dpd_fr_password = "secret-123"
        backend = form.save()
        self.assertNotIn("secret-123", str(backend.read()))
        self.assertEqual(backend._get_secret("dpd_fr_password"), "secret-123")
        self.assertEqual(backend.dpd_fr_country, const.FRANCE)

    def test_neutralized_copy_knows_no_customer(self):
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.backend.invalidate_recordset()
        self.assertFalse(self.backend.dpd_fr_customer or self.backend.dpd_fr_user)
