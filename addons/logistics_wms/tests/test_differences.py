from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestUnits(WmsCase):
    def test_an_order_in_dozens_reported_in_pieces(self):
        for propagate in ("", "1"):
            with self.subTest(propagate=propagate):
                self.env["ir.config_parameter"].set_param(
                    "stock.propagate_uom", propagate
                )
                dozen = self.env.ref("uom.product_uom_dozen")
                before = self.get_quantity(self.mug)
                picking = self.release((self.mug, 2, dozen))
                self.receive(self.shipment(picking, (self.mug, 24)))
                self.assertEqual(picking.state, "done")
                self.assertFalse(picking.backorder_ids)
                self.assertEqual(self.get_quantity(self.mug), before - 24)
                self.assertEqual(picking.sale_id.order_line.qty_delivered, 2)

    def test_a_code_of_the_partner_is_mapped(self):
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "uom",
                "odoo_value": "Dozens",
                "external_value": "DZN",
                "state": "approved",
            }
        )
        picking = self.release((self.mug, 24))
        parcel = Parcel(lines=(self.line(self.mug, 2, uom="DZN"),))
        message = self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assertFalse(message.error)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_quantity(self.mug), 76)

    def test_an_unknown_code_is_a_missing_mapping_and_applies_once_mapped(self):
        picking = self.release((self.mug, 24))
        parcel = Parcel(lines=(self.line(self.mug, 2, uom="DZN"),))
        message = self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assert_invalid(message, "mapping_missing", done=picking)
        exception = self.get_exceptions("mapping_missing")
        self.assertEqual((exception.map_kind, exception.map_value), ("uom", "DZN"))
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "uom",
                "odoo_value": "Dozens",
                "external_value": "DZN",
            }
        ).action_approve()
        process_inbound(message)
        self.assertEqual(picking.state, "done")
        self.assertEqual(exception.state, "resolved")

    def test_a_unit_of_another_kind_is_refused(self):
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "uom",
                "odoo_value": "kg",
                "external_value": "KGM",
                "state": "approved",
            }
        )
        picking = self.release((self.mug, 2))
        parcel = Parcel(lines=(self.line(self.mug, 2, uom="KGM"),))
        message = self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assert_invalid(message, "invalid_message", done=picking)


@tagged("post_install", "-at_install")
class TestSubstitution(WmsCase):
    def assert_told_then_accepted(self, picking, line):
        shipment = self.shipment(picking, parcels=(Parcel(lines=(line,)),))
        message = self.receive(shipment)
        self.assert_invalid(message, "substitution", done=picking)
        exception = self.get_exceptions("substitution")
        self.assertIn("TEA", exception.cause)
        self.assertTrue(exception.can_accept_substitution)
        exception.action_accept_substitution()
        process_inbound(message)
        self.settle()
        self.assertEqual(message.state, "done", message.error)
        self.assertEqual(self.get_quantity(self.tea), 98)
        self.assertEqual(self.get_quantity(self.mug), 100)

    def test_a_named_substitute_of_all(self):
        picking = self.release((self.mug, 2))
        self.assert_told_then_accepted(
            picking, self.line(self.tea, 2, substitutes="MUG")
        )
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.backorder_ids)
        order = picking.sale_id
        self.assertEqual(order.order_line.product_id, self.mug | self.tea)

    def test_another_sku_on_our_line(self):
        picking = self.release((self.mug, 3))
        line_id = picking.move_ids.id
        self.assert_told_then_accepted(picking, self.line(self.tea, 2, line_id=line_id))
        rest = picking.backorder_ids
        self.assertEqual(rest.move_ids.product_id, self.mug)
        self.assertEqual(rest.move_ids.product_uom_qty, 1)
        self.assertFalse(self.get_messages(code="outbound_change"))


@tagged("post_install", "-at_install")
class TestInvoice(WmsCase):
    def ship(self, policy, *lines):
        self.backend.wms_invoice_policy = policy
        picking = self.release(*(lines or ((self.mug, 2),)))
        moves = picking.move_ids
        message = self.receive(
            self.shipment(picking, *((m.product_id, m.product_uom_qty) for m in moves))
        )
        self.assertEqual(message.state, "done")
        self.assertEqual(picking.state, "done")
        return picking.sale_id

    def test_no_invoice_unless_asked(self):
        self.assertFalse(self.ship("none").invoice_ids)

    def test_draft_and_posted(self):
        self.assertEqual(self.ship("draft").invoice_ids.state, "draft")
        invoice = self.ship("posted").invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_untaxed, 20)

    def test_only_what_is_invoiced_on_delivery(self):
        prepaid = self.make_product("PREPAID", invoice_policy="order")
        self.assertFalse(self.ship("posted", (prepaid, 1)).invoice_ids)

    def test_each_shipment_has_its_invoice(self):
        self.backend.wms_invoice_policy = "posted"
        picking = self.release((self.mug, 5))
        self.receive(self.shipment(picking, (self.mug, 3)))
        self.receive(self.shipment(picking.backorder_ids, (self.mug, 2)))
        invoices = picking.sale_id.invoice_ids
        self.assertEqual(sorted(invoices.mapped("amount_untaxed")), [20, 30])

    def test_several_orders_of_one_customer_are_not_merged(self):
        self.backend.wms_invoice_policy = "posted"
        pickings = self.release((self.mug, 1)) | self.release((self.mug, 1))
        self.receive(*(self.shipment(p, (self.mug, 1)) for p in pickings))
        self.assertEqual(len(pickings.sale_id.invoice_ids), 2)

    def test_a_failure_is_told_and_the_shipment_stays(self):
        self.backend.wms_invoice_policy = "posted"
        good = self.release((self.mug, 1))
        bad = self.release((self.tea, 1))
        closed = "The period is closed."
        moves = type(self.env["account.move"])
        original = moves.action_post

        def fail_for_tea(invoices):
            if self.tea in invoices.invoice_line_ids.product_id:
                raise UserError(closed)
            return original(invoices)

        self.patch(moves, "action_post", fail_for_tea)
        messages = self.receive(
            self.shipment(good, (self.mug, 1)), self.shipment(bad, (self.tea, 1))
        )
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(bad.state, "done")
        self.assertFalse(bad.sale_id.invoice_ids)
        self.assertEqual(good.sale_id.invoice_ids.state, "posted")
        exception = self.get_exceptions("invoice_failed")
        self.assertEqual(exception.res_id, bad.sale_id.id)
        self.assertIn("period is closed", exception.cause)
        self.patch(moves, "action_post", original)
        exception.action_invoice()
        self.assertEqual(bad.sale_id.invoice_ids.state, "posted")
        self.assertEqual(exception.state, "resolved")
