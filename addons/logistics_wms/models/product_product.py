"""Products as the warehouse partner must know them."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.logistics_core.guard import WAREHOUSE, button

from ..canonical import ItemMaster
from ..const import BIND_PRODUCT
from ..tools.spelling import folded, plain
from .stock_picking_instruction import to_decimal


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "logistics.document.mixin"]

    logistics_partner_ids = fields.Many2many(
        "logistics.backend",
        string="Known at warehouses",
        compute="_compute_logistics_partner_ids",
    )

    @api.depends_context("uid")
    def _compute_logistics_partner_ids(self):
        bindings = (
            self.env["logistics.binding"]
            .sudo()
            .search_fetch(
                [
                    ("kind", "=", BIND_PRODUCT),
                    ("res_model", "=", "product.product"),
                    ("res_id", "in", self.ids),
                ],
                ["res_id", "backend_id"],
            )
        )
        known = bindings.grouped("res_id")
        for product in self:
            backends = known.get(product.id, bindings.browse()).backend_id
            product.logistics_partner_ids = backends.filtered(
                lambda b: b.company_id in self.env.companies
            )

    @button("read", WAREHOUSE)
    def action_logistics_send(self):
        """Send these products to the warehouse partners of the company."""
        if not self.env.user.has_group("logistics_core.group_warehouse_user"):
            raise UserError(
                self.env._("Only warehouse users of the Logistics Hub may do this.")
            )
        backends = self.env["logistics.backend"].search(
            [("state", "!=", "draft"), ("company_id", "=", self.env.company.id)]
        )
        capable = backends.filtered(lambda b: b._has_capability("item_master"))
        if not capable:
            raise UserError(
                self.env._(
                    "No warehouse connection of %s takes products.",
                    self.env.company.name,
                )
            )
        sendable, reasons = self._logistics_get_sendable(self.env.company)
        if not sendable:
            raise UserError("\n".join(reasons))
        for backend in capable:
            sendable._logistics_send(backend)
        sent = self.env._(
            "%(count)s products are on their way to %(partners)s.",
            count=len(sendable),
            partners=", ".join(capable.mapped("name")),
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": " ".join([sent, *reasons]),
                "type": "warning" if reasons else "success",
                "sticky": bool(reasons),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _logistics_get_sendable(self, company):
        """Return (products that a warehouse can know, why the others are left out)."""
        goods = self.filtered(lambda p: p.type == "consu")
        nameless = goods.filtered(lambda p: not plain(p.default_code))
        doubled = (goods - nameless)._logistics_find_doubled(company)
        reasons = []
        if nameless:
            reasons.append(
                self.env._(
                    "Not sent, without an internal reference (SKU): %s.",
                    ", ".join(nameless.mapped("display_name")),
                )
            )
        if doubled:
            reasons.append(
                self.env._(
                    "Not sent, for several products have the same internal reference"
                    " (SKU): %s. Give each one its own.",
                    "; ".join(dict.fromkeys(doubled.values())),
                )
            )
        if others := self - goods:
            reasons.append(
                self.env._(
                    "Not sent, for a warehouse keeps goods only: %s.",
                    ", ".join(others.mapped("display_name")),
                )
            )
        return goods - nameless - self.browse(doubled), reasons

    def _logistics_send(self, backend):
        """Write the item master of these products to the outbox; skip what is none.

        :raises UserError: none of them can be sent
        """
        goods, reasons = self._logistics_get_sendable(backend.company_id)
        if self and not goods:
            raise UserError("\n".join(reasons))
        products = goods.sudo().with_company(backend.company_id)
        return self.env["logistics.message"]._enqueue_many(
            backend,
            [
                {
                    "canonical": product._prepare_item_master(),
                    "record": product,
                    "ordering_key": f"item:{plain(product.default_code)}",
                    # Each press is a fact of its own; unsent ones are superseded.
                    "external_id": (
                        f"item:{plain(product.default_code)}:{uuid.uuid4().hex}"
                    ),
                }
                for product in products
            ],
        )

    def _logistics_find_doubled(self, company):
        """Return {product id: text} of those that a partner could not tell apart."""
        by_sku = self.sudo().grouped(lambda p: plain(p.default_code))
        found, shared = self.sudo()._logistics_find(company, by_sku)
        doubled = {}
        for sku, products in by_sku.items():
            alike = products | found.get(sku, products) | shared.get(sku, products)
            if len(alike) > 1:
                text = f"{sku} ({', '.join(alike.mapped('name'))})"
                doubled |= dict.fromkeys(products.ids, text)
        return doubled

    @api.model
    def _logistics_find(self, company, skus):
        """Find products by SKUs as a partner writes them, in two queries.

        An active product counts more than an archived one, then the same spelling
        more than one that differs in case or in spaces.

        :return: ({SKU: its product}, {SKU: the products that share it})
        """
        names = {plain(sku).lower() for sku in skus} - {""}
        if not names:
            return {}, {}
        self.flush_model(["default_code"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM product_product WHERE lower(btrim(default_code)) IN %s",
                tuple(names),
            )
        )
        candidates = (
            self.with_context(active_test=False)
            .search(
                [
                    ("id", "in", [id_ for (id_,) in rows]),
                    ("company_id", "in", (False, company.id)),
                ]
            )
            .with_env(self.env)
        )
        alike = candidates.grouped(lambda p: folded(p.default_code))
        found, shared = {}, {}
        for sku in skus:
            ranked = alike.get(folded(sku), self.browse()).grouped(
                lambda p, sku=sku: (p.active, plain(p.default_code) == plain(sku))
            )
            if ranked:
                best = ranked[max(ranked)]
                (found if len(best) == 1 else shared)[sku] = best
        return found, shared

    def write(self, vals):
        if "default_code" not in vals:
            return super().write(vals)
        renamed = self.filtered(
            lambda p: plain(p.default_code) not in ("", plain(vals["default_code"]))
        )
        deliveries = renamed._logistics_keep_skus()
        result = super().write(vals)
        # What was not sent yet is sent with the new one.
        deliveries._logistics_touch()
        return result

    def _logistics_keep_skus(self):
        """Note on open deliveries which SKU the partner was told; return these."""
        pickings = self.env["stock.picking"].sudo()
        if not self:
            return pickings
        pickings = pickings.search(
            [
                ("move_ids.product_id", "in", self.ids),
                ("logistics_reference", "!=", False),
                "|",
                ("state", "not in", ("done", "cancel")),
                ("logistics_by_hand", "=", True),
            ]
        )
        # A line of the partner's order may have left in part.
        chains = pickings.search(
            [
                ("logistics_reference", "in", pickings.mapped("logistics_reference")),
                ("logistics_backend_id", "in", pickings.logistics_backend_id.ids),
            ]
        )
        moves = chains.move_ids.filtered(
            lambda m: m.product_id in self and not m.logistics_sku
        )
        for product, its_moves in moves.grouped("product_id").items():
            its_moves.logistics_sku = plain(product.default_code)
        return pickings

    def _prepare_item_master(self):
        """Return the canonical product; weight in kilograms."""
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        kilogram = self.env.ref("uom.product_uom_kgm")
        weight = unit._compute_quantity(self.weight, kilogram, round=False)
        return ItemMaster(
            sku=plain(self.default_code),
            name=self.name,
            barcode=self.barcode or None,
            weight=to_decimal(weight) if weight else None,
            tracking=self.tracking or "none",
            hs_code=self.hs_code or None,
            origin_country=self.country_of_origin.code or None,
            customs_value=to_decimal(self.standard_price or self.lst_price) or None,
            active=self.active,
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    logistics_partner_ids = fields.Many2many(
        "logistics.backend",
        string="Known at warehouses",
        compute="_compute_logistics_partner_ids",
    )

    @api.depends("product_variant_ids")
    def _compute_logistics_partner_ids(self):
        for template in self:
            template.logistics_partner_ids = (
                template.product_variant_ids.logistics_partner_ids
            )

    @button("read", WAREHOUSE)
    def action_logistics_send(self):
        """Send the variants to the warehouse partners of the company."""
        return self.product_variant_ids.action_logistics_send()
