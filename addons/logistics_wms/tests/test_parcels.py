import json
from decimal import Decimal

from odoo.tests import tagged
from odoo.tools import is_html_empty

from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import WmsCase

SSCC = "106141411234567897"


@tagged("post_install", "-at_install")
class TestParcels(WmsCase):
    def ship_two_parcels(self, **vals):
        picking = self.release((self.mug, 3), (self.tea, 1))
        parcels = (
            Parcel(
                lines=(self.line(self.mug, 2),),
                tracking_number="T1",
                tracking_url="https://track.example.com/T1",
                carrier="DHL",
                sscc=SSCC,
                weight=Decimal("1.5"),
                **vals,
            ),
            Parcel(
                lines=(self.line(self.mug, 1), self.line(self.tea, 1)),
                tracking_number="T2",
                tracking_url="https://track.example.com/T2",
            ),
        )
        message = self.receive(self.shipment(picking, parcels=parcels))
        self.assertEqual(message.state, "done")
        return picking

    def test_each_parcel_is_a_package(self):
        picking = self.ship_two_parcels()
        packages = picking.move_line_ids.result_package_id.sorted("id")
        self.assertEqual(len(packages), 2)
        self.assertEqual(packages[0].name, SSCC)
        self.assertEqual(packages[0].logistics_tracking_ref, "T1")
        self.assertEqual(packages[0].logistics_carrier, "DHL")
        self.assertAlmostEqual(packages[0].shipping_weight, 1.5)
        content = {
            (
                line.result_package_id.logistics_tracking_ref,
                line.product_id,
            ): line.quantity
            for line in picking.move_line_ids
        }
        self.assertEqual(
            content,
            {("T1", self.mug): 2, ("T2", self.mug): 1, ("T2", self.tea): 1},
        )
        self.assertEqual(picking.state, "done")

    def test_a_parcel_without_an_sscc_is_named_as_odoo_names_packages(self):
        sequence = self.env["ir.sequence"].search(
            [("code", "=", "stock.package"), ("company_id", "=", False)]
        )
        sequence.prefix = "LHPACK"
        packages = self.ship_two_parcels().move_line_ids.result_package_id
        self.assertTrue(packages.sorted("id")[1].name.startswith("LHPACK"))
        self.assertEqual(packages[0].weight_uom_name, "kg")

    def test_tracking_is_what_stock_delivery_and_the_portal_read(self):
        picking = self.ship_two_parcels()
        self.assertEqual(picking.carrier_tracking_ref, "T1,T2")
        self.assertEqual(
            picking.get_multiple_carrier_tracking(),
            [
                ["T1", "https://track.example.com/T1"],
                ["T2", "https://track.example.com/T2"],
            ],
        )

    def test_one_parcel_is_one_plain_link(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.assertTrue(
            picking.carrier_tracking_url.startswith("https://track.example.com/")
        )
        with self.assertRaises(ValueError):
            json.loads(picking.carrier_tracking_url)

    def test_the_customer_sees_the_links_on_the_portal_page(self):
        picking = self.ship_two_parcels()
        html = self.env["ir.qweb"]._render(
            "sale.sale_order_portal_content",
            {
                "sale_order": picking.sale_id.sudo(),
                "report_type": "html",
                "keep_query": lambda *a, **k: "",
                "pricelist": None,
                "env": self.env,
                "token": "x",
                "res_company": self.env.company,
                "display_payment": False,
                "is_html_empty": is_html_empty,
            },
        )
        self.assertIn("https://track.example.com/T1", html)
        self.assertIn("https://track.example.com/T2", html)

    def test_only_web_addresses_become_links(self):
        picking = self.release((self.mug, 1))
        parcel = Parcel(
            lines=(self.line(self.mug, 1),),
            tracking_number="T1",
            tracking_url="javascript:alert(1)",
        )
        self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.carrier_tracking_url)
        self.assertFalse(picking.move_line_ids.result_package_id.logistics_tracking_url)

    def test_the_delivery_method_knows_the_link_when_the_partner_gives_none(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Express",
                "product_id": self.tea.id,
                "tracking_url": "https://x.example.com/?n=<shipmenttrackingnumber>",
            }
        )
        picking = self.release((self.mug, 2))
        picking.carrier_id = carrier
        parcels = tuple(
            Parcel(lines=(self.line(self.mug, 1),), tracking_number=number)
            for number in ("A1", "A2")
        )
        self.receive(self.shipment(picking, parcels=parcels))
        self.assertEqual(
            picking.get_multiple_carrier_tracking()[1],
            ["A2", "https://x.example.com/?n=A2"],
        )

    def test_no_second_label_is_bought(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Fixed",
                "product_id": self.tea.id,
                "integration_level": "rate_and_ship",
            }
        )
        self.warehouse.out_type_id.print_label = True
        picking = self.release((self.mug, 1))
        picking.carrier_id = carrier
        parcel = Parcel(lines=(self.line(self.mug, 1),))
        calls = []
        self.patch(
            type(carrier),
            "send_shipping",
            lambda *a: (
                calls.append(a) or [{"exact_price": 0.0, "tracking_number": "SECOND"}]
            ),
        )
        self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assertEqual(picking.state, "done")
        self.assertFalse(calls)
        self.assertFalse(picking.carrier_tracking_ref)

    def test_one_note_per_shipment(self):
        picking = self.ship_two_parcels()
        for record in (picking, picking.sale_id):
            notes = record.message_ids.filtered(
                lambda m: "Shipped by" in (m.body or "")
            )
            self.assertEqual(len(notes), 1)
            self.assertIn("T2", notes.body)

    def test_tracking_that_comes_later_is_added(self):
        picking = self.release((self.mug, 1))
        parcel = Parcel(lines=(self.line(self.mug, 1),))
        shipment = self.shipment(picking, parcels=(parcel,), shipment_external_id="S1")
        self.receive(shipment)
        self.assertFalse(picking.carrier_tracking_ref)
        parcel = Parcel(
            lines=(self.line(self.mug, 1),),
            tracking_number="LATE",
            tracking_url="https://track.example.com/LATE",
        )
        self.receive(
            self.shipment(picking, parcels=(parcel,), shipment_external_id="S1")
        )
        self.assertEqual(picking.carrier_tracking_ref, "LATE")
        self.assertEqual(picking.carrier_tracking_url, "https://track.example.com/LATE")
        self.assertEqual(self.get_quantity(self.mug), 99)
