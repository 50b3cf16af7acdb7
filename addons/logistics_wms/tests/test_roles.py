"""Every role of the suite opens every view that it may open, beside any job."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.logistics_wms.tests.common import WmsCase

HUB = {
    "warehouse": "logistics_core.group_warehouse_user",
    "support": "logistics_core.group_integration_support",
    "manager": "logistics_core.group_integration_manager",
    "administrator": "logistics_core.group_administrator",
}
JOBS = {
    "stock": "stock.group_stock_user",
    "sales": "sales_team.group_sale_salesman",
    "accounting": "account.group_account_invoice",
    "none": "base.group_user",
}
KINDS = ("form", "list")
# The lines of Odoo's order read journal items, which its stock users may not see.
ODOOS_GAPS = {("sale.order", "form", "stock")}


@tagged("post_install", "-at_install")
class TestRoles(WmsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.views = {}
        found = cls.env["ir.ui.view"].search(
            [
                ("model", "=like", "logistics.%"),
                ("type", "in", KINDS),
                ("inherit_id", "=", False),
            ]
        )
        for view in found:
            if view.model in cls.env:
                cls.views.setdefault(view.model, set()).add(view.type)
        cls.views["stock.picking"] = {"form", "list"}
        cls.views["sale.order"] = {"form", "list"}
        cls.views["stock.picking.batch"] = {"form"}
        cls.views["product.template"] = {"form"}

    def make_user(self, role, job):
        groups = self.env.ref(HUB[role]) | self.env.ref(JOBS[job])
        return self.env["res.users"].create(
            {
                "name": f"{role} {job}",
                "login": f"{role}-{job}",
                "group_ids": [Command.set(groups.ids)],
            }
        )

    def make_records(self):
        """Something in every list of the warehouse flow."""
        picking = self.release((self.mug, 1))
        self.receive(self.shipment(picking, (self.mug, 1)))
        self.receive(self.shipment(self.release((self.mug, 1)), ("NOPE", 1)))
        self.make_order((self.tea, 1)).picking_ids.action_logistics_hold()
        zone = self.env["delivery.zip.prefix"].create({"name": "SW1"})
        self.env["delivery.carrier"].search([]).zip_prefix_ids = zone

    def open(self, model, kind):
        """Do what the web client does when it opens this view."""
        arch = model.get_views([(False, kind)])["views"][kind]["arch"]
        spec = _get_specification(model, etree.fromstring(arch))
        found = model.web_search_read([], spec, limit=20)["records"]
        if kind == "form":
            for record in model.browse(row["id"] for row in found):
                record.web_read(spec)
            if model.has_access("create"):
                model.default_get(list(spec))
                model.onchange({}, [], spec)

    def test_every_role_opens_its_views(self):
        self.make_records()
        opened = 0
        for role in HUB:
            for job in JOBS:
                env = self.env(user=self.make_user(role, job))
                for name, kinds in self.views.items():
                    if not env[name].has_access("read"):
                        continue
                    for kind in sorted(kinds):
                        if (name, kind, job) in ODOOS_GAPS:
                            continue
                        opened += 1
                        with self.subTest(role=role, job=job, model=name, kind=kind):
                            self.env.invalidate_all()
                            with self.env.cr.savepoint():
                                self.open(env[name], kind)
        self.assertGreater(opened, 300)

    def test_a_manager_without_inventory_rights_keeps_routes(self):
        user = self.make_user("manager", "none")
        route = self.route.with_user(user)
        self.assertFalse(route.can_search)
        route.sequence = 7
        route.domain = "[]"
        with self.assertRaises(AccessError):
            route.domain = "[('priority', '=', '1')]"
        route = self.route.with_user(self.make_user("manager", "stock"))
        self.assertTrue(route.can_search)
        route.domain = "[('priority', '=', '1')]"

    def test_an_inventory_user_reads_zip_prefixes_and_no_more(self):
        user = self.make_user("warehouse", "stock")
        prefixes = self.env["delivery.zip.prefix"].with_user(user)
        prefixes.search([])
        with self.assertRaises(AccessError):
            prefixes.create({"name": "X"})


def _get_specification(model, arch):
    """Return the fields that a view reads, as `web_read` wants them."""
    spec = {}
    for node in arch.iter("field"):
        parents = [p for p in node.iterancestors() if p.tag in ("field", "groupby")]
        name = node.get("name")
        if parents or name not in model._fields:
            continue
        field = model._fields[name]
        if not field.relational:
            spec.setdefault(name, {})
            continue
        inner = {"display_name": {}}
        comodel = model.env[field.comodel_name]
        for view in node:
            if field.type in ("one2many", "many2many") and view.tag in KINDS:
                inner |= _get_specification(comodel, view)
        spec[name] = {"fields": {**spec.get(name, {}).get("fields", {}), **inner}}
    return spec
