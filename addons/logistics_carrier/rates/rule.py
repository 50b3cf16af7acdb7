"""Rules that choose among the services of several carriers."""

from odoo import api, fields, models

from ..shipping.method import SERVICE_LEVELS


class LogisticsRateRule(models.Model):
    """One row says which offer is taken for shipments of a kind.

    The first rule that fits the shipment and has an offer decides.
    """

    _name = "logistics.rate.rule"
    _description = "Rule for Choosing a Carrier"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    service_level = fields.Selection(
        SERVICE_LEVELS, help="Of the shipping method that asks. Empty: any."
    )
    country_ids = fields.Many2many("res.country", string="Countries")
    country_group_ids = fields.Many2many(
        "res.country.group", string="Country groups", help="Empty: every country."
    )
    weight_from = fields.Float(string="Weight from (kg)", digits=(12, 3))
    weight_to = fields.Float(
        string="Weight to (kg)", digits=(12, 3), help="0: without limit."
    )
    value_from = fields.Monetary(string="Value from")
    value_to = fields.Monetary(help="0: without limit.")
    strategy = fields.Selection(
        [
            ("cheapest", "The cheapest"),
            ("fastest", "The fastest"),
            ("preferred", "The first that offers"),
        ],
        required=True,
        default="cheapest",
    )
    max_days = fields.Integer(
        string="Days in transit at most", help="0: any. Offers without a date fit."
    )
    carrier_ids = fields.Many2many(
        "delivery.carrier",
        string="Among",
        domain="[('delivery_type', '=', 'logistics'),"
        " ('logistics_mode', '=', 'service')]",
        check_company=True,
        help="Empty: every service of the hub. “The first” goes by the sequence of"
        " the shipping methods.",
    )

    _sane_limits = models.Constraint(
        "CHECK(weight_from >= 0 AND weight_to >= 0 AND value_from >= 0"
        " AND value_to >= 0 AND max_days >= 0)",
        "Limits must not be negative.",
    )

    @api.model
    def _get_matching(self, company, country, weight, value, service_level):
        """Return the rules that fit a shipment, in their order.

        :param weight: kilograms
        :param value: in the company's currency
        """
        rules = self.sudo().search([("company_id", "=", company.id)])
        return rules.filtered(
            lambda r: (
                r.service_level in (False, service_level)
                and r._fits_country(country)
                and _within(float(weight), r.weight_from, r.weight_to)
                and _within(float(value), r.value_from, r.value_to)
            )
        )

    def _fits_country(self, country):
        countries = self.country_ids | self.country_group_ids.country_ids
        return not countries or country in countries

    def _get_candidates(self, carriers):
        """Return the methods among which this rule chooses."""
        return carriers & self.carrier_ids if self.carrier_ids else carriers

    def _choose(self, offers):
        """Return the offer this rule takes, or None.

        :param offers: list of (delivery.carrier, Rate in one currency)
        """
        self.ensure_one()
        fitting = [
            (carrier, offer)
            for carrier, offer in offers
            if carrier in self._get_candidates(carrier)
            and not (
                self.max_days
                and offer.transit_days is not None
                and offer.transit_days > self.max_days
            )
        ]
        return min(fitting, key=self._rank, default=None)

    def _rank(self, pair):
        carrier, offer = pair
        price, order = offer.total.amount, (carrier.sequence, carrier.id)
        if self.strategy == "preferred":
            return (order,)
        if self.strategy == "fastest":
            days = offer.transit_days
            date = offer.estimated_delivery
            return (
                days is None,
                days or 0,
                date is None,
                date.timestamp() if date else 0,
                price,
                order,
            )
        return (price, order)


def _within(number, lowest, highest):
    return number >= lowest and (not highest or number <= highest)
