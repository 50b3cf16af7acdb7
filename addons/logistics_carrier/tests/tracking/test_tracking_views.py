"""Every role opens what it works with."""

from lxml import etree

from odoo.tests import new_test_user, tagged

from ..tracking_common import TrackingCase

HUB = "logistics_core.group_warehouse_user"
STOCK = "stock.group_stock_user,base.group_partner_manager"
SALES = "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestTrackingViews(TrackingCase):
    def open(self, record, user, kind="form"):
        """Read all fields of the view as the web client does."""
        self.env.flush_all()
        self.env.invalidate_all()
        record = record.with_user(user)
        arch = etree.fromstring(record.get_view(view_type=kind)["arch"])
        names = {
            node.get("name")
            for node in arch.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        record.web_read({name: {} for name in names})
        return arch

    def setUp(self):
        super().setUp()
        self.picking = self.make_delivery()
        self.parcel = self.make_shipment("T1", picking_id=self.picking.id).parcel_ids
        self.tell(self.event("T1", "exception", 1, reason="damaged"))
        claim = {**self.parcel._prepare_claim("carrier_damage")}
        self.claim = self.env["logistics.claim"].create(claim)

    def test_parcels_open_for_every_role(self):
        for number, groups in enumerate((HUB, STOCK, SALES, f"{HUB},{STOCK},{SALES}")):
            user = new_test_user(self.env, f"role{number}", groups=groups)
            for kind in ("form", "kanban", "list"):
                self.open(self.parcel, user, kind)

    def test_deliveries_and_orders_open_without_the_hubs_role(self):
        stock = new_test_user(self.env, "stock", groups=STOCK)
        sales = new_test_user(self.env, "sales", groups=SALES)
        self.open(self.picking, stock)
        self.open(self.picking.sale_id, sales)

    def test_handover_and_claims_open_for_the_warehouse(self):
        hub = new_test_user(self.env, "hub", groups=f"{HUB},{STOCK}")
        stock = new_test_user(self.env, "stock", groups=STOCK)
        with self.carrier("webhook"):
            self.make_shipment("T2")
            schedule = self.env["logistics.carrier.schedule"].create(
                {"backend_id": self.backend.id, "warehouse_id": self.warehouse.id}
            )
            manifest = schedule._close_day()
            pickup = self.env["logistics.pickup"].create(
                {"backend_id": self.backend.id, "warehouse_id": self.warehouse.id}
            )
            for user in (hub, stock):
                self.open(manifest, user)
                self.open(pickup, user)
                self.open(self.claim, user)
            self.open(schedule, hub, "list")

    def test_rules_open_for_the_manager(self):
        manager = new_test_user(
            self.env, "manager", groups="logistics_core.group_integration_manager"
        )
        rule = self.env["logistics.carrier.reaction"].create(
            {"kind": "carrier_lost", "action": "claim"}
        )
        self.open(rule, manager)
        self.open(rule, manager, "list")
