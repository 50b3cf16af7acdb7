"""Deliveries: what their recipient pays in duties and taxes."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import InvalidMessage, LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.translation import translated

from ..canonical import LandedCostRequest, Money
from ..const import STOCK
from ..shipping.picking_contents import to_content
from ..tools.goods_lines import sum_totals
from ..tools.numbers import to_amount

CAPABILITY = "landed_cost"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    logistics_landed_cost_ids = fields.One2many(
        "logistics.landed.cost", "picking_id", string="Duties and taxes"
    )
    logistics_can_land = fields.Boolean(
        compute="_compute_logistics_can_land",
        compute_sudo=True,
        help="The goods cross a customs border with a carrier that calculates duties.",
    )

    def _compute_logistics_can_land(self):
        for picking in self:
            carrier = picking.carrier_id
            picking.logistics_can_land = (
                picking._logistics_is_ours()
                and picking.picking_type_code == "outgoing"
                and bool(picking.partner_id)
                and carrier._logistics_can_land()
                and picking._logistics_needs_customs()
            )

    @button("write", STOCK)
    def action_logistics_landed_cost(self):
        """Ask the carrier what duties and taxes this delivery costs; show it."""
        self.ensure_one()
        self._logistics_check_buyer()
        try:
            return self._logistics_estimate_landed_cost()._get_action()
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error

    def _logistics_estimate_landed_cost(self):
        """Return the estimate (logistics.landed.cost) of this delivery.

        :raises InvalidMessage: with all that is missing; the carrier is not asked then
        :raises LogisticsError: the carrier refuses, or does not answer in time
        """
        self.ensure_one()
        picking = self.sudo()
        carrier = picking._logistics_resolve_carrier()
        parcels = picking._logistics_plan_parcels(carrier.logistics_package_type_id)
        problems = picking._logistics_find_landed_problems(carrier, parcels)
        if problems:
            raise InvalidMessage(to_text(self, problems))
        request = picking._prepare_landed_cost_request(carrier, parcels)
        costs = self.env["logistics.landed.cost"]
        return costs._ask(self, carrier.logistics_backend_id, request)

    def _logistics_find_landed_problems(self, carrier, parcels):
        """Return a list of sentences: why duties cannot be asked for yet."""
        if not self.partner_id or not self._logistics_needs_customs():
            return [self.env._("The goods do not cross a customs border.")]
        backend = carrier.logistics_backend_id
        if backend and not carrier._logistics_has(CAPABILITY):
            return [self.env._("%s calculates no duties and taxes.", backend.name)]
        return self._logistics_find_problems(carrier, parcels)

    def _prepare_landed_cost_request(self, carrier, parcels):
        """Return the LandedCostRequest of these PlannedParcels."""
        lines = self.env["stock.move.line"].union(*(p.lines for p in parcels))
        goods = lines._prepare_commodities()
        currency = self._logistics_get_currency().name
        insured = float(sum_totals(goods)) * carrier.shipping_insurance / 100
        sender = self._logistics_get_warehouse_partner()
        return LandedCostRequest(
            ship_from=sender._get_carrier_party(),
            ship_to=self.partner_id._get_carrier_party(),
            parcels=tuple(to_content(parcel) for parcel in parcels),
            service=carrier.logistics_service,
            currency=currency,
            incoterm=carrier._logistics_get_incoterm(self.sale_id),
            purpose="sale",
            commodities=goods,
            insurance=Money(to_amount(insured), currency) if insured else None,
        )


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    def _logistics_can_land(self):
        """Return whether duties may be asked for; with rules the choice decides."""
        return self.logistics_mode == "rules" or self._logistics_has(CAPABILITY)


def to_text(document, problems):
    """Return one text of all that is missing."""
    return document.env._(
        "Duties and taxes of %(document)s cannot be calculated yet:\n%(problems)s",
        document=document.display_name,
        problems="\n".join(f"• {text}" for text in problems),
    )
