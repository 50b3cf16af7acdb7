"""What UPS bills is read from its file and compared with its labels."""

import base64

from odoo.tests import tagged

from .common import UpsCase


@tagged("post_install", "-at_install")
class TestUpsFreight(UpsCase):
    def bill(self, **wanted):
        """Let the carrier bill; return its books and the invoice that came of it."""
        (told,) = self.sandbox.carrier_invoices(**wanted)
        file = self.env["ir.attachment"].create(
            {"name": told["name"], "raw": base64.b64decode(told["content"])}
        )
        wizard = self.env["logistics.freight.import"].create(
            {"backend_id": self.backend.id, "file_ids": file.ids}
        )
        wizard.action_import()
        self.drain()
        invoices = self.env["logistics.freight.invoice"]
        return told, invoices.search([("number", "=", told["number"])])

    def ship(self):
        """Buy labels of three small deliveries and one of two packages."""
        shipments = [self.labelled() for _ in range(3)]
        delivery = self.make_delivery(self.product, self.make_product("Cup", weight=1))
        self.pack(delivery)
        delivery.action_logistics_buy()
        self.drain()
        return shipments[0].union(*shipments, delivery.logistics_shipment_ids)

    def test_what_costs_as_quoted_is_matched(self):
        shipments = self.ship()
        told, invoice = self.bill()
        self.assertEqual(told["differences"], [])
        self.assertEqual((invoice.state, invoice.total_gap), ("matched", 0.0))
        self.assertEqual(set(invoice.line_ids.mapped("outcome")), {"matched"})
        self.assertEqual(invoice.line_ids.shipment_id, shipments)

    def test_exactly_the_parcels_that_cost_more_are_reported(self):
        self.ship()
        told, invoice = self.bill(share=0.4)
        differing = {line["tracking_number"] for line in told["differences"]}
        self.assertTrue(differing)
        found = invoice.review_line_ids
        self.assertEqual(set(found.mapped("tracking_number")), differing)
        self.assertEqual(len(invoice._find_problems()), len(differing))
