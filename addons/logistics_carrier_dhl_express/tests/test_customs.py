"""Duties calculated by DHL, and dangerous goods under agreed content IDs."""

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import DhlExpressCase


@tagged("post_install", "-at_install")
class TestDhlExpressCustoms(DhlExpressCase):
    def estimate(self, document):
        with self.own_transactions():
            action = document.action_logistics_landed_cost()
        return self.env["logistics.landed.cost"].browse(action["res_id"])

    def test_duties_of_a_delivery_are_calculated(self):
        self.method.logistics_service = "P"
        cost = self.estimate(self.make_export())
        parts = ("goods", "shipping", "duty", "tax", "fee")
        amounts = [cost[f"{part}_amount"] for part in parts]
        self.assertTrue(all(amount > 0 for amount in amounts), amounts)
        self.assertAlmostEqual(sum(amounts), cost.total_amount, 2)
        self.assertEqual(cost.goods_amount, 40.0)
        duties = cost.line_ids.filtered(lambda line: line.kind == "duty")
        self.assertEqual(
            duties.mapped("item_name"), ["Electric kettle", "Electric toaster"]
        )
        self.assertIn("Ballpark", cost.warnings)
        self.assertEqual(self.at_carrier()["live_labels"], 0)

    def test_dhl_s_words_of_a_refusal_are_shown(self):
        self.method.logistics_service = "Q"
        with self.assertRaisesRegex(UserError, "product Q is not available"):
            self.estimate(self.make_export())

    # Dangerous goods

    def agree(self, service="HD", content_id="966", **values):
        row = {
            "backend_id": self.backend.id,
            "un_number": "3481",
            "service": service,
            "content_id": content_id,
        }
        return self.env["logistics.dhl.express.dangerous"].create({**row, **values})

    def make_dangerous(self, **values):
        return self.make_product(
            "Power bank",
            weight=0.5,
            logistics_un_number="3481",
            logistics_shipping_name="Lithium ion batteries packed with equipment",
            logistics_hazard_class="9",
            **values,
        )

    def test_a_missing_content_id_is_told_before_anything_is_sent(self):
        delivery = self.make_delivery(self.make_dangerous())
        with self.assertRaisesRegex(UserError, "UN3481 Lithium ion .*content ID"):
            delivery.action_logistics_buy()
        self.assertFalse(delivery.logistics_shipment_ids)
        self.agree(packing_group="II")
        with self.assertRaisesRegex(UserError, "content ID"):
            delivery.action_logistics_buy()

    def test_goods_with_a_content_id_get_their_label(self):
        self.agree(statement="{packages} package PI966")
        shipment = self.labelled(self.make_dangerous())
        self.assertEqual(shipment.state, "labelled", shipment.error)
        self.assertIn("LITHIUM ION", shipment.charge_text)

    def test_a_row_that_went_meanwhile_stops_the_message(self):
        row = self.agree()
        delivery = self.make_delivery(self.make_dangerous())
        delivery.action_logistics_buy()
        row.unlink()
        self.drain()
        shipment = delivery.logistics_shipment_ids
        self.assertEqual(shipment.state, "failed")
        self.assertIn("UN3481", shipment.error)
        self.assertEqual(self.at_carrier()["live_labels"], 0)
        self.agree()
        delivery.action_logistics_buy()
        self.drain()
        self.assertEqual(shipment.state, "labelled", shipment.error)

    def test_what_dhl_did_not_approve_it_refuses_in_its_own_words(self):
        self.agree(content_id="910")
        shipment = self.labelled(self.make_dangerous())
        self.assertEqual(shipment.state, "failed")
        self.assertIn("not approved for HD", shipment.error)

    def test_dry_ice_goes_by_its_weight(self):
        self.agree("HC", "901", un_number="1845")
        ice = self.make_product(
            "Dry ice",
            weight=2.5,
            logistics_un_number="1845",
            logistics_shipping_name="Dry ice",
            logistics_hazard_class="9",
        )
        shipment = self.labelled(ice)
        self.assertEqual(shipment.state, "labelled", shipment.error)
        goods = shipment._get_messages("transport_instruction")._get_canonical()
        self.assertEqual(str(goods.parcels[0].dangerous_goods[0].net_weight), "5")

    def test_a_shipment_found_again_costs_what_its_goods_cost(self):
        self.agree()
        self.sandbox.rules(
            {"action": "timeout_after_commit", "path": "^/shipments$", "times": 1}
        )
        shipment = self.labelled(self.make_dangerous())
        self.again()
        self.assertEqual(shipment.state, "labelled")
        self.assertIn("HD", shipment.charge_text)

    def test_the_table_takes_codes_and_each_kind_of_goods_once(self):
        self.agree()
        self.agree(packing_group="II")
        self.agree(shipping_name="Lithium ion batteries contained in equipment")
        for wrong, values in (
            (UniqueViolation, {"packing_group": "II", "content_id": "967"}),
            (CheckViolation, {"un_number": "UN34"}),
            (CheckViolation, {"content_id": "96 6"}),
        ):
            with (
                self.assertRaises(wrong),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.agree(**values)

    def test_the_table_is_on_the_backend(self):
        form = Form(self.backend)
        with form.dhl_express_dangerous_ids.new() as row:
            row.un_number = "1263"
            row.service = "HE"
            row.content_id = "910"
        backend = form.save()
        self.assertEqual(backend._get_dhl_express_agreed()[0].content_id, "910")
