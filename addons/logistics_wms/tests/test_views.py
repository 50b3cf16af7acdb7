from lxml import etree

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.logistics_wms.tests.common import WmsCase

ROLES = {
    "stock": "stock.group_stock_user",
    "sales": "sales_team.group_sale_salesman_all_leads",
    "hub": "logistics_core.group_warehouse_user",
}


@tagged("post_install", "-at_install")
class TestViews(WmsCase):
    """Every role opens what it works with, with and without the hub's role."""

    def make_user(self, *roles):
        return self.env["res.users"].create(
            {
                "name": "-".join(roles),
                "login": f"views-{'-'.join(roles)}",
                "group_ids": [
                    Command.set([self.env.ref(ROLES[role]).id for role in roles])
                ],
            }
        )

    def open(self, record, user, kind="form"):
        """Read all fields of the view as the web client does; return the arch."""
        record = record.with_user(user)
        view = record.get_view(view_type=kind)
        arch = etree.fromstring(view["arch"])
        names = {
            node.get("name")
            for node in arch.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        record.invalidate_recordset()
        record.web_read(
            {
                name: {"fields": {"display_name": {}}}
                if record._fields[name].type == "many2one"
                else {}
                for name in names
            }
        )
        return arch

    def test_deliveries_and_orders_open_for_every_role(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        for roles, record in (
            (("stock",), picking),
            (("stock", "hub"), picking),
            (("sales",), picking.sale_id),
            (("sales", "stock", "hub"), picking.sale_id),
        ):
            user = self.make_user(*roles)
            for kind in ("form", "list"):
                with self.subTest(roles=roles, kind=kind):
                    arch = self.open(record, user, kind)
                    self.assertTrue(arch.xpath("//field[@name='logistics_state']"))
            user.unlink()

    def test_messages_are_shown_to_the_hubs_people_only(self):
        picking = self.release((self.mug, 1))
        button = "//button[@name='action_view_logistics_messages']"
        self.assertFalse(self.open(picking, self.make_user("stock")).xpath(button))
        user = self.make_user("stock", "hub")
        self.assertTrue(self.open(picking, user).xpath(button))
        self.assertEqual(picking.with_user(user).logistics_message_count, 1)

    def test_the_buttons_are_for_the_hubs_people_only(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        user = self.make_user("stock")
        for action in (
            picking.action_logistics_release,
            picking.action_logistics_hold,
            picking.action_logistics_release_hold,
            picking.action_logistics_cancel,
        ):
            with self.assertRaises(UserError):
                action.__func__(picking.with_user(user))
        self.assertEqual(picking.logistics_state, "to_release")
        hub = self.make_user("stock", "hub")
        picking.with_user(hub).action_logistics_hold()
        self.assertEqual(picking.logistics_state, "held")
        picking.with_user(hub).action_logistics_release_hold()
        self.settle()
        self.assertEqual(picking.logistics_state, "to_release")
        picking.with_user(hub).action_logistics_cancel()
        self.assertEqual(picking.state, "cancel")

    def test_a_stock_user_may_cancel_in_odoos_own_way(self):
        picking = self.release((self.mug, 1))
        picking.with_user(self.make_user("stock")).action_cancel()
        self.assertEqual(picking.logistics_state, "cancel_requested")

    def get_shown(self, record, user, names):
        """Return the labels of these buttons that the form shows, primary ones marked.

        `invisible` is evaluated as the web client does, with the record's values.
        """
        arch = self.open(record, user)
        shown = []
        for node in arch.xpath("//header//button"):
            hidden = node.get("invisible") or "False"
            if node.get("name") not in names:
                continue
            fields = {n: record[n] for n in record._fields if n in hidden}
            values = {n: v.id if hasattr(v, "_name") else v for n, v in fields.items()}
            if not safe_eval(hidden, {**values, "id": record.id, "context": {}}):
                mark = "*" if "oe_highlight" in (node.get("class") or "") else ""
                shown.append(node.get("string") + mark)
        return sorted(shown)

    def test_a_delivery_of_an_own_warehouse_shows_nothing_of_a_partner(self):
        user = self.make_user("stock", "hub")
        names = (
            "action_logistics_release",
            "action_logistics_hold",
            "action_cancel",
            "button_validate",
        )
        self.backend.wms_release_policy = "manual"
        self.env["logistics.route"].search([]).active = False
        own = self.make_order((self.mug, 1)).picking_ids
        self.assertFalse(own.logistics_has_partner)
        self.assertEqual(self.get_shown(own, user, names), ["Cancel", "Validate*"])

    def test_there_is_one_cancel_and_one_primary_button(self):
        user = self.make_user("stock", "hub")
        names = (
            "action_logistics_release",
            "action_view_logistics_messages",
            "action_cancel",
            "button_validate",
        )
        self.backend.wms_release_policy = "manual"
        picking = self.make_order((self.mug, 1)).picking_ids
        self.assertEqual(
            self.get_shown(picking, user, names),
            ["Cancel", "Send to warehouse*", "Validate"],
        )
        self.backend.wms_release_policy = "auto"
        picking = self.release((self.mug, 1))
        self.assertEqual(
            self.get_shown(picking, user, names),
            [
                "Cancel at partner",
                "Follow at the partner*",
                "Validate without the partner",
            ],
        )

    def test_a_salesperson_reads_why_it_was_refused(self):
        picking = self.release((self.mug, 1))
        picking._logistics_set_state("rejected", logistics_hold_reason="no such street")
        order = picking.sale_id
        arch = self.open(order, self.make_user("sales"))
        self.assertTrue(arch.xpath("//field[@name='logistics_reason']"))
        self.assertEqual(order.logistics_reason, f"{picking.name}: no such street")

    def test_an_order_is_found_by_its_tracking_number(self):
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        view = self.env["sale.order"].get_view(view_type="search")["arch"]
        [field] = etree.fromstring(view).xpath("//field[@string='Tracking number']")
        domain = safe_eval(
            field.get("filter_domain"), {"self": picking.carrier_tracking_ref}
        )
        self.assertEqual(self.env["sale.order"].search(domain), picking.sale_id)
