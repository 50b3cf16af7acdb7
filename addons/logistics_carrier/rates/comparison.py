"""All carriers' offers for one order, side by side."""

from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.tools.moments import to_utc
from odoo.addons.logistics_core.tools.zones import guess_zone
from odoo.addons.logistics_core.translation import translated

from ..tools.charge_names import to_text


class LogisticsRateComparison(models.TransientModel):
    """One row is one look at what an order would cost to ship."""

    _name = "logistics.rate.comparison"
    _description = "Compare Rates"
    # Made by the button of the order.
    _logistics_engine_fields = frozenset({"order_id", "line_ids"})

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    weight = fields.Float(string="Weight (kg)", digits=(12, 3), readonly=True)
    rule_note = fields.Char(readonly=True)
    line_ids = fields.One2many(
        "logistics.rate.comparison.line", "comparison_id", string="Offers"
    )

    def _ask(self):
        """Ask the carriers and list their offers, the cheapest first."""
        self.ensure_one()
        order = self.order_id
        methods = self.env["delivery.carrier"]
        offers, errors = methods._logistics_shop(order)
        rule, choice = methods._logistics_decide(order, offers)
        self.line_ids.unlink()
        ranked = sorted(offers, key=lambda pair: pair[1].total.amount)
        days = {pair: self._get_day(pair[1]) for pair in ranked}
        prices = [offer.total.amount for _carrier, offer in ranked]
        fastest = _find_fastest(ranked, days)
        marks = {
            pair: len(ranked) > 1
            and self._get_mark(pair[1].total.amount == min(prices), pair in fastest)
            for pair in ranked
        }
        lines = [
            {
                **self._prepare_line(*pair, pair == choice),
                "delivery_day": days[pair],
                "mark": marks[pair],
            }
            for pair in ranked
        ]
        lines += [
            {
                "comparison_id": self.id,
                "carrier_id": carrier.id,
                "problem": translated(self.env, error),
            }
            for carrier, error in errors.items()
        ]
        self.line_ids.create(lines)
        self.weight = float(order._logistics_get_weight())
        self.rule_note = self.env._("Rule “%s”", rule.name) if rule else False

    def _get_day(self, offer):
        """Return the day of delivery, where it is delivered; False: not told."""
        moment = offer.estimated_delivery
        if not moment:
            return False
        place = self.order_id.partner_shipping_id
        zone = guess_zone(place.country_id.code, place.state_id.code)
        return to_utc(moment).astimezone(ZoneInfo(zone)).date()

    def _get_mark(self, is_cheapest, is_fastest):
        if is_cheapest and is_fastest:
            return self.env._("Cheapest and fastest")
        if is_cheapest:
            return self.env._("Cheapest")
        return self.env._("Fastest") if is_fastest else False

    def _prepare_line(self, carrier, offer, is_chosen):
        return {
            "comparison_id": self.id,
            "carrier_id": carrier.id,
            "service_name": offer.service_name,
            "carrier_name": offer.carrier_name
            or carrier.sudo().logistics_backend_id.name,
            "price": float(offer.total.amount),
            "published_price": float((offer.published or offer.total).amount),
            "charges": "\n".join(
                f"{translated(self.env, to_text(charge.name))}:"
                f" {self.currency_id.format(float(charge.amount))}"
                for charge in offer.charges
            ),
            "transit_days": offer.transit_days or 0,
            "is_guaranteed": offer.guaranteed,
            "is_chosen": is_chosen,
        }

    @button("write")
    def action_refresh(self):
        """Ask again; what is still valid is not asked twice."""
        self._ask()
        return self._get_action()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare rates"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


def _find_fastest(pairs, days):
    """Return the offers than which none is earlier, by day or else by time in transit.

    Those that tell neither are left out.
    """
    speeds = days if any(days.values()) else {p: p[1].transit_days for p in pairs}
    known = [speed for speed in speeds.values() if speed not in (None, False)]
    return [pair for pair in pairs if known and speeds[pair] == min(known)]


class LogisticsRateComparisonLine(models.TransientModel):
    """One row is one offer, or why a carrier made none."""

    _name = "logistics.rate.comparison.line"
    _description = "Offer of a Carrier"
    # Answers of the carriers.
    _logistics_engine_fields = frozenset(
        {
            "comparison_id",
            "carrier_id",
            "service_name",
            "carrier_name",
            "price",
            "published_price",
            "charges",
            "delivery_day",
            "mark",
            "transit_days",
            "is_guaranteed",
            "is_chosen",
            "problem",
        }
    )
    _order = "id"

    comparison_id = fields.Many2one(
        "logistics.rate.comparison", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    carrier_id = fields.Many2one(
        "delivery.carrier", string="Shipping method", required=True, ondelete="cascade"
    )
    service_name = fields.Char(string="Service")
    carrier_name = fields.Char(string="Carrier")
    price = fields.Monetary(string="Our price")
    published_price = fields.Monetary(string="List price")
    charges = fields.Text(string="Made up of")
    delivery_day = fields.Date(
        string="Expected", help="The day at the place of delivery."
    )
    mark = fields.Char(string="Best at")
    transit_days = fields.Integer(string="Days")
    is_guaranteed = fields.Boolean(string="Guaranteed")
    is_chosen = fields.Boolean(string="By rule", help="The rules would take this one.")
    problem = fields.Char()

    @button("write")
    def action_choose(self):
        """Ship the order with this offer, at its price."""
        self.ensure_one()
        if self.problem:
            raise UserError(self.problem)
        order, carrier = self.comparison_id.order_id, self.carrier_id
        order.check_access("write")
        price = carrier._apply_margins(self.price, order)
        order.set_delivery_line(carrier, price)
        order.write({"recompute_delivery_price": False})
        return {"type": "ir.actions.act_window_close"}
