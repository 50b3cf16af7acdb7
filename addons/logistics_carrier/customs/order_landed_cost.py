"""Orders: what duties and taxes their customer will pay, before goods are packed."""

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import InvalidMessage, LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.translation import translated

from ..canonical import Customs, LandedCostRequest, Money
from ..const import SALE
from ..tools.goods_lines import sum_totals
from ..tools.numbers import to_amount
from .picking_landed_cost import CAPABILITY, to_text
from .tools.territory import needs_customs


class SaleOrder(models.Model):
    _inherit = "sale.order"

    logistics_landed_cost_ids = fields.One2many(
        "logistics.landed.cost", "order_id", string="Duties and taxes"
    )
    logistics_can_land = fields.Boolean(
        compute="_compute_logistics_can_land",
        compute_sudo=True,
        help="The goods cross a customs border with a carrier that calculates duties.",
    )

    def _compute_logistics_can_land(self):
        for order in self:
            carrier = order.carrier_id
            order.logistics_can_land = (
                carrier.delivery_type == "logistics"
                and carrier.logistics_mode == "service"
                and carrier._logistics_can_land()
                and order._logistics_needs_customs()
            )

    def _logistics_get_sender(self):
        """Return the contact whose address is ours."""
        return self.warehouse_id.partner_id or self.company_id.partner_id

    def _logistics_needs_customs(self):
        """Return whether the goods will cross a customs border."""
        recipient = self.partner_shipping_id
        return bool(recipient.country_id) and needs_customs(
            self._logistics_get_sender()._get_customs_place(),
            recipient._get_customs_place(),
        )

    @button("write", SALE)
    def action_logistics_landed_cost(self):
        """Ask the carrier what duties and taxes this order costs; show it."""
        self.ensure_one()
        self.check_access("write")
        try:
            return self._logistics_estimate_landed_cost()._get_action()
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error

    def _logistics_estimate_landed_cost(self):
        """Return the estimate (logistics.landed.cost) of this order.

        :raises InvalidMessage: with all that is missing; the carrier is not asked then
        :raises LogisticsError: the carrier refuses, or does not answer in time
        """
        self.ensure_one()
        order = self.sudo()
        method = order.carrier_id
        carrier = method._logistics_get_working() if method else method
        problems = order._logistics_find_landed_problems(carrier)
        if problems:
            raise InvalidMessage(to_text(self, problems))
        request = order._prepare_landed_cost_request(carrier)
        costs = self.env["logistics.landed.cost"]
        return costs._ask(self, carrier.logistics_backend_id, request)

    def _logistics_find_landed_problems(self, carrier):
        """Return a list of sentences: all that is missing to ask, at once."""
        backend = carrier.logistics_backend_id
        if carrier.delivery_type != "logistics" or not backend:
            return [self.env._("Choose a shipping method of the Logistics Hub.")]
        if not carrier._logistics_has(CAPABILITY):
            return [self.env._("%s calculates no duties and taxes.", backend.name)]
        if not self._logistics_needs_customs():
            return [self.env._("The goods do not cross a customs border.")]
        problems = []
        if not carrier._logistics_get_incoterm(self):
            problems.append(
                self.env._("An incoterm is needed, on the order or the method.")
            )
        for partner in (self._logistics_get_sender(), self.partner_shipping_id):
            gaps = partner._get_logistics_address_gaps()
            if gaps:
                problems.append(
                    self.env._(
                        "%(name)s lacks: %(gaps)s.",
                        name=partner.display_name.replace("\n", ", "),
                        gaps=", ".join(gaps),
                    )
                )
        if gap := self._logistics_find_weight_gap():
            problems.append(gap)
        return problems + self._logistics_find_goods_problems()

    def _logistics_find_goods_problems(self):
        lines = self._logistics_get_goods()
        if not lines:
            return [self.env._("There are no goods to ship.")]
        gaps = {
            line.product_id: line.product_id._get_customs_gaps(line.price_subtotal)
            for line in lines
        }
        return [
            self.env._(
                "%(product)s lacks for customs: %(gaps)s.",
                product=product.display_name,
                gaps=", ".join(names),
            )
            for product, names in gaps.items()
            if names
        ]

    def _prepare_landed_cost_request(self, carrier):
        """Return the LandedCostRequest of this order for a shipping method."""
        currency = self.currency_id.name
        lines = self._logistics_get_goods()
        insured = sum(lines.mapped("price_subtotal")) * carrier.shipping_insurance / 100
        return LandedCostRequest(
            ship_from=self._logistics_get_sender()._get_carrier_party(),
            ship_to=self.partner_shipping_id._get_carrier_party(),
            parcels=self._prepare_rate_parcels(carrier.logistics_package_type_id),
            service=carrier.logistics_service,
            currency=currency,
            incoterm=carrier._logistics_get_incoterm(self),
            purpose="sale",
            commodities=tuple(line._prepare_commodity() for line in lines),
            insurance=Money(to_amount(insured), currency) if insured else None,
        )

    def _prepare_rate_customs(self, carrier, day):
        """Return the Customs of an order across a border, as far as it is complete.

        Prices are asked for before all is known: what is missing is asked for when
        the label is bought.
        """
        incoterm = carrier._logistics_get_incoterm(self)
        if not incoterm or not self._logistics_needs_customs():
            return None
        lines = self._logistics_get_goods()
        if not lines or self._logistics_find_goods_problems():
            return None
        goods = tuple(line._prepare_commodity() for line in lines)
        return Customs(
            purpose="sale",
            incoterm=incoterm,
            invoice_number=self.name,
            invoice_date=day,
            commodities=goods,
            total=Money(sum_totals(goods), self.currency_id.name),
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _prepare_commodity(self):
        """Return the Commodity of this line."""
        quantity = self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, round=False
        )
        value = self._logistics_get_unit_value()
        return self.product_id._prepare_commodity(quantity, value, self.currency_id)
