from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.logistics_core.fields import Secret
from odoo.addons.logistics_core.start import Step

from .. import const


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    connector = fields.Selection(
        selection_add=[("shipbob", "ShipBob")], ondelete={"shipbob": "set disconnected"}
    )
    shipbob_token = Secret(string="ShipBob personal access token")
    shipbob_channel_id = fields.Integer(
        string="ShipBob channel ID",
        help="The channel our orders belong to. “Test connection” fills it in when"
        " the token may write to one channel only.",
    )
    shipbob_location_id = fields.Integer(
        string="ShipBob fulfillment center ID",
        help="Where orders are shipped from and whose stock is compared. 0:"
        " ShipBob chooses for each order, and all its centers count.",
    )
    shipbob_order_type = fields.Selection(
        const.ORDER_TYPES, string="ShipBob order type", default="DTC"
    )
    shipbob_sales_channel = fields.Selection(
        [(name, name.capitalize()) for name in const.SALES_CHANNELS],
        string="ShipBob sales channel",
        help="Only for orders of a marketplace whose rules ShipBob has to follow.",
    )
    shipbob_carrier_type = fields.Selection(
        const.CARRIER_TYPES,
        string="ShipBob shipment type",
        help="Empty: ShipBob decides between parcel and freight.",
    )
    shipbob_payment_term = fields.Selection(
        const.PAYMENT_TERMS, string="ShipBob payment term", help="Empty: as agreed."
    )
    shipbob_channel_choice_id = fields.Many2one(
        "logistics.choice",
        string="ShipBob channel",
        compute="_compute_shipbob_choices",
        inverse="_inverse_shipbob_channel_choice_id",
        domain="[('backend_id', '=', id), ('kind', '=', 'shipbob_channel')]",
        help="The channel our orders belong to.",
    )
    shipbob_center_choice_id = fields.Many2one(
        "logistics.choice",
        string="ShipBob fulfillment center",
        compute="_compute_shipbob_choices",
        inverse="_inverse_shipbob_center_choice_id",
        domain="[('backend_id', '=', id), ('kind', '=', 'shipbob_center')]",
        help="Where orders are shipped from and whose stock is compared. Empty:"
        " ShipBob chooses for each order, and all its centers count.",
    )
    shipbob_has_choices = fields.Boolean(compute="_compute_shipbob_has_choices")

    def _compute_shipbob_has_choices(self):
        for backend in self:
            backend.shipbob_has_choices = bool(
                self.env["logistics.choice"]._get_offered(
                    backend._origin, const.CHANNEL
                )
            )

    @api.depends("shipbob_channel_id", "shipbob_location_id")
    def _compute_shipbob_choices(self):
        choices = self.env["logistics.choice"]
        for backend in self:
            channels = choices._get_offered(backend._origin, const.CHANNEL)
            centers = choices._get_offered(backend._origin, const.CENTER)
            backend.shipbob_channel_choice_id = _pick(
                channels, backend.shipbob_channel_id
            )
            backend.shipbob_center_choice_id = _pick(
                centers, backend.shipbob_location_id
            )

    @api.onchange("shipbob_channel_choice_id")
    def _inverse_shipbob_channel_choice_id(self):
        for backend in self.filtered("shipbob_has_choices"):
            choice = backend.shipbob_channel_choice_id
            backend.shipbob_channel_id = int(choice.code or 0)

    @api.onchange("shipbob_center_choice_id")
    def _inverse_shipbob_center_choice_id(self):
        for backend in self.filtered("shipbob_has_choices"):
            choice = backend.shipbob_center_choice_id
            backend.shipbob_location_id = int(choice.code or 0)

    @api.constrains("shipbob_channel_id", "shipbob_location_id")
    def _check_shipbob_choices(self):
        choices = self.env["logistics.choice"]
        for backend in self:
            for kind, number in (
                (const.CHANNEL, backend.shipbob_channel_id),
                (const.CENTER, backend.shipbob_location_id),
            ):
                choices._check(backend, kind, str(number) if number else "")

    @api.constrains("shipbob_payment_term", "shipbob_carrier_type")
    def _check_shipbob_terms(self):
        """ShipBob's shipping terms name both, or are left out."""
        for backend in self:
            if bool(backend.shipbob_payment_term) != bool(backend.shipbob_carrier_type):
                raise ValidationError(
                    self.env._(
                        "Name both, the shipment type and who pays the carrier, or"
                        " neither."
                    )
                )

    def _get_shipbob_terms(self):
        """Return `Orders.ShippingTermsViewModel`, or None."""
        self.ensure_one()
        if not self.shipbob_carrier_type:
            return None
        return {
            "carrier_type": self.shipbob_carrier_type,
            "payment_term": self.shipbob_payment_term,
        }

    def _get_start_steps(self):
        steps = super()._get_start_steps()
        if self.connector != "shipbob":
            return steps
        at = next(n for n, step in enumerate(steps) if step.code == "choices") + 1
        return [*steps[:at], *self._get_shipbob_steps(), *steps[at:]]

    def _get_shipbob_steps(self):
        """Return the steps of what is chosen from ShipBob's lists."""
        channel, center = self.shipbob_channel_choice_id, self.shipbob_center_choice_id
        return [
            Step(
                "shipbob_channel",
                self.env._("ShipBob channel"),
                self.env._(
                    "Orders of another channel are not found again, nor cancelled."
                ),
                bool(channel),
                loses_goods=True,
                detail=channel.name or "",
                action="action_fetch_choices",
                button=self.env._("Fetch lists"),
            ),
            Step(
                "shipbob_center",
                self.env._("Fulfillment center"),
                self.env._(
                    "The stock of all centers is compared with one warehouse of Odoo."
                ),
                bool(center) or not self._has_shipbob_centers(),
                detail=center.name or self.env._("ShipBob chooses for each order."),
                action="action_fetch_choices",
                button=self.env._("Fetch lists"),
            ),
        ]

    def _has_shipbob_centers(self):
        """Return whether there is more than one center to choose from."""
        offered = self.env["logistics.choice"]._get_offered(self, const.CENTER)
        return len(offered) > 1


def _pick(offered, number):
    """Return the offer with this number."""
    return offered.filtered(lambda choice: choice.code == str(number))[:1]
