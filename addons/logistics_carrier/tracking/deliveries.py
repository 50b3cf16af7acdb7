"""Deliveries and orders show where their parcels are."""

from collections import Counter

from odoo import fields, models

from odoo.addons.logistics_core.guard import button

from .parcel import BOARD_STATES

# What a person should see first when parcels differ.
_FIRST = ("trouble", "ended", "waiting", "due", "underway", "delivered", "untracked")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    carrier_parcel_ids = fields.One2many(
        "logistics.parcel", "picking_id", string="Parcels"
    )
    carrier_parcel_state = fields.Selection(
        BOARD_STATES,
        string="Parcels are",
        compute="_compute_carrier_parcels",
        compute_sudo=True,
    )
    carrier_parcel_text = fields.Char(
        string="Parcel progress", compute="_compute_carrier_parcels", compute_sudo=True
    )

    def _compute_carrier_parcels(self):
        _set_parcels(self, {picking: picking.carrier_parcel_ids for picking in self})


class SaleOrder(models.Model):
    _inherit = "sale.order"

    carrier_parcel_state = fields.Selection(
        BOARD_STATES,
        string="Parcels are",
        compute="_compute_carrier_parcels",
        compute_sudo=True,
    )
    carrier_parcel_text = fields.Char(
        string="Parcel progress", compute="_compute_carrier_parcels", compute_sudo=True
    )
    carrier_parcel_count = fields.Integer(
        compute="_compute_carrier_parcels", compute_sudo=True
    )

    def _compute_carrier_parcels(self):
        parcels = {order: order.picking_ids.carrier_parcel_ids for order in self}
        _set_parcels(self, parcels)
        for order in self:
            order.carrier_parcel_count = len(parcels[order])

    @button("read")
    def action_view_carrier_parcels(self):
        """Open the parcels of this order."""
        self.ensure_one()
        return self.picking_ids.carrier_parcel_ids._get_records_action(
            name=self.env._("Parcels")
        )


def _set_parcels(records, by_record):
    for record in records:
        parcels = by_record[record].filtered(
            lambda p: p.status != "cancelled" and p.shipment_id.direction == "outbound"
        )
        states = set(parcels.mapped("board_state"))
        record.carrier_parcel_state = next((s for s in _FIRST if s in states), False)
        record.carrier_parcel_text = _describe(parcels)


def _describe(parcels):
    """Return how many arrived; and, first, how many never will."""
    if not parcels:
        return False
    counts = Counter(parcels.mapped("status"))
    texts = []
    if counts["lost"]:
        texts.append(parcels.env._("%s lost", counts["lost"]))
    if counts["returned"]:
        texts.append(parcels.env._("%s returned", counts["returned"]))
    texts.append(
        parcels.env._(
            "%(delivered)s of %(all)s delivered",
            delivered=counts["delivered"],
            all=len(parcels),
        )
    )
    return ", ".join(texts)
