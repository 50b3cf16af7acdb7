"""People do their work on deliveries; what the partner knows they do not write."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import WmsCase


@tagged("post_install", "-at_install")
class TestGuardedDelivery(WmsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = new_test_user(cls.env, "gd_stock", "stock.group_stock_user")
        cls.seller = new_test_user(
            cls.env, "gd_seller", "sales_team.group_sale_salesman_all_leads"
        )
        cls.warehouse_user = new_test_user(
            cls.env,
            "gd_warehouse",
            "logistics_core.group_warehouse_user,stock.group_stock_user",
        )

    def test_a_stock_user_writes_no_field_of_the_partner(self):
        picking = self.release((self.mug, 2)).with_user(self.stock)
        move = picking.move_ids
        for vals in (
            {"logistics_backend_id": self.backend.id},
            {"logistics_reference": "OTHER"},
            {"logistics_state": "cancelled"},
            {"logistics_correlation_id": "S1"},
            {"logistics_transport_state": "delivered"},
            {"move_ids": [Command.update(move.id, {"logistics_line_id": 9})]},
        ):
            with self.assertRaises(AccessError):
                picking.write(vals)
        copy = picking.with_context(
            default_logistics_reference="OTHER", default_logistics_state="accepted"
        ).copy()
        self.assertFalse(copy.logistics_reference or copy.logistics_state)
        with self.assertRaises(AccessError):
            picking.copy({"logistics_reference": "OTHER"})

    def test_no_dialog_validates_deliveries_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "gd_stranger",
            "stock.group_stock_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        picking = self.release((self.mug, 1))
        picking.move_ids.picked = True
        wizards = self.env["logistics.validation"].with_user(stranger)
        with self.assertRaises(AccessError):
            wizards.with_context(default_picking_ids=picking.ids).create({})
        chosen = wizards.with_context(button_validate_picking_ids=picking.ids)
        with self.assertRaises(AccessError):
            chosen.create({}).action_validate()
        self.assertEqual(picking.state, "assigned")

    def test_a_client_deletes_nothing_that_is_with_the_partner(self):
        picking = self.release((self.mug, 2))
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(UserError):
            picking.with_user(admin).with_context(_force_unlink=True).unlink()
        self.assertTrue(picking.exists())

    def test_a_seller_asks_for_a_cancellation(self):
        picking = self.release((self.mug, 2))
        order = picking.sale_id
        order.user_id = self.seller
        order.with_user(self.seller)._action_cancel()
        self.settle()
        self.assertTrue(order.logistics_cancel_requested)
        with self.assertRaises(AccessError):
            order.with_user(self.seller).logistics_cancel_requested = False

    def test_a_warehouse_user_holds_and_releases(self):
        picking = self.make_order((self.mug, 2)).picking_ids
        mine = picking.with_user(self.warehouse_user)
        mine.action_logistics_hold()
        self.assertEqual(picking.logistics_state, "held")
        mine.action_logistics_release_hold()
        self.settle()
        self.assertTrue(self.get_messages(picking))

    def test_a_stock_user_ships_a_part_and_the_rest_stays_with_the_partner(self):
        picking = self.release((self.mug, 3))
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        mine = picking.with_user(self.stock)
        action = mine.button_validate()
        wizards = self.env["logistics.validation"].with_user(self.stock)
        wizard = wizards.with_context(**action["context"]).create({})
        self.assertEqual(wizard.picking_ids, picking)
        wizard.with_context(skip_backorder=True).action_validate()
        self.settle()
        backorder = picking.backorder_ids
        self.assertEqual(
            backorder.logistics_correlation_id, picking.logistics_correlation_id
        )
