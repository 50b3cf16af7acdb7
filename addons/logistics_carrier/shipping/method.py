"""Shipping methods of the hub: one type for every carrier."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..canonical import Billing
from ..const import LABEL_FORMATS

SERVICE_LEVELS = [
    ("economy", "Economy"),
    ("standard", "Standard"),
    ("express", "Express"),
]


class DeliveryCarrier(models.Model):
    """A service of a carrier's backend, or rules that choose among such services."""

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("logistics", "Logistics Hub")],
        ondelete={"logistics": "set default"},
    )
    logistics_mode = fields.Selection(
        [("service", "One service"), ("rules", "Let the rules choose")],
        string="Service chosen by",
        default="service",
        required=True,
    )
    logistics_backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        domain="[('can_ship', '=', True)]",
        check_company=True,
    )
    logistics_service = fields.Char(
        string="Service", help="The carrier's code of the service."
    )
    logistics_service_help = fields.Text(compute="_compute_logistics_service_help")
    logistics_service_level = fields.Selection(
        SERVICE_LEVELS, string="Service level", default="standard"
    )
    logistics_label_format = fields.Selection(
        LABEL_FORMATS, string="Label format", default="PDF"
    )
    logistics_package_type_id = fields.Many2one(
        "stock.package.type",
        string="Usual package",
        help="For rates of orders and for content that is not packed: its size, its"
        " own weight, and above its maximum weight another parcel.",
    )
    logistics_payer = fields.Selection(
        [
            ("sender", "Our account"),
            ("recipient", "The recipient's account"),
            ("third_party", "A third party's account"),
        ],
        string="Carrier is paid from",
        default="sender",
    )
    logistics_account = fields.Char(
        string="Account number",
        help="Of recipients who pay themselves: enter it on the contact; this one is"
        " for contacts without.",
    )
    logistics_account_country_id = fields.Many2one(
        "res.country", string="Country of the account"
    )
    logistics_account_zip = fields.Char(string="ZIP of the account")
    logistics_signature = fields.Selection(
        [("none", "Not requested"), ("any", "Anyone"), ("adult", "An adult")],
        string="Signature",
        default="none",
    )
    logistics_saturday = fields.Boolean(string="Saturday delivery")
    logistics_incoterm_id = fields.Many2one(
        "account.incoterms", string="Incoterm", help="Where the order names none."
    )
    logistics_fallback_price = fields.Monetary(
        string="Fallback rate",
        help="Shown when the carrier does not answer in time. 0: an error is shown.",
    )
    logistics_rate_timeout = fields.Float(
        string="Wait for rates (s)", default=5.0, digits=(4, 1)
    )
    logistics_fallback_id = fields.Many2one(
        "delivery.carrier",
        string="Fallback method",
        domain="[('delivery_type', '=', 'logistics'), ('id', '!=', id)]",
        help="Used while this carrier is interrupted or paused.",
    )
    logistics_use_locations = fields.Boolean(
        string="Drop-off points",
        help="The customer chooses a shop or locker to deliver to.",
    )
    logistics_can_drop_off = fields.Boolean(compute="_compute_logistics_abilities")
    logistics_can_bill = fields.Boolean(compute="_compute_logistics_abilities")
    logistics_can_sign = fields.Boolean(compute="_compute_logistics_abilities")
    logistics_can_saturday = fields.Boolean(compute="_compute_logistics_abilities")

    _positive_rate_timeout = models.Constraint(
        "CHECK(logistics_rate_timeout > 0 AND logistics_rate_timeout <= 30)",
        "Wait for rates between 1 and 30 seconds.",
    )

    @api.depends("logistics_backend_id")
    def _compute_logistics_service_help(self):
        for carrier in self:
            backend = carrier.logistics_backend_id.sudo()
            services = backend._get_service_table() if backend else {}
            carrier.logistics_service_help = "\n".join(
                f"{code}: {name}" for code, name in services.items()
            )

    def _logistics_has(self, capability):
        """Return whether the carrier behind this method can do something."""
        backend = self.logistics_backend_id
        return bool(backend) and backend.sudo()._has_capability(capability)

    @api.depends("logistics_backend_id")
    def _compute_logistics_abilities(self):
        for carrier in self:
            carrier.logistics_can_drop_off = carrier._logistics_has("access_points")
            carrier.logistics_can_bill = carrier._logistics_has("third_party_billing")
            carrier.logistics_can_sign = carrier._logistics_has("signature")
            carrier.logistics_can_saturday = carrier._logistics_has("saturday")

    @api.depends("logistics_backend_id")
    def _compute_can_generate_return(self):
        hub = self.filtered(lambda c: c.delivery_type == "logistics")
        for carrier in hub:
            carrier.can_generate_return = carrier._logistics_has("return_label")
        return super(DeliveryCarrier, self - hub)._compute_can_generate_return()

    @api.depends("logistics_backend_id")
    def _compute_supports_shipping_insurance(self):
        hub = self.filtered(lambda c: c.delivery_type == "logistics")
        for carrier in hub:
            carrier.supports_shipping_insurance = carrier._logistics_has("insurance")
        return super(DeliveryCarrier, self - hub)._compute_supports_shipping_insurance()

    @api.constrains("delivery_type", "logistics_mode", "logistics_backend_id")
    def _check_logistics_backend(self):
        for carrier in self.filtered(lambda c: c.delivery_type == "logistics"):
            if carrier.logistics_mode == "service" and not carrier.logistics_backend_id:
                raise ValidationError(self.env._("Choose the connection."))

    @api.constrains("logistics_payer", "logistics_account")
    def _check_logistics_account(self):
        for carrier in self:
            if carrier.logistics_payer == "third_party" and not (
                carrier.logistics_account
            ):
                raise ValidationError(
                    self.env._("Give the account number of who pays the carrier.")
                )

    @api.onchange("logistics_backend_id")
    def _onchange_logistics_backend(self):
        backend = self.logistics_backend_id.sudo()
        if not backend:
            return
        formats = backend._get_connector()._label_formats
        if self.logistics_label_format not in formats:
            self.logistics_label_format = formats[0]
        services = backend._get_service_table()
        if services and self.logistics_service not in services:
            self.logistics_service = next(iter(services))

    def _prepare_logistics_billing(self, partner):
        """Return the Billing of a shipment to or from this contact.

        A recipient's own account is on the contact; that of the method is for all
        others.
        """
        payer = self.logistics_payer
        if payer == "sender":
            return Billing()
        account = self.logistics_account
        country, zip_code = (
            self.logistics_account_country_id,
            self.logistics_account_zip,
        )
        if payer == "recipient":
            own = partner._get_payer_account(self.logistics_backend_id)
            if own:
                account, country, zip_code = own.account, own.country_id, own.zip
        return Billing(
            payer=payer,
            account=account or None,
            country=(country or partner.country_id).code or None,
            zip=zip_code or partner.zip or None,
        )

    def _logistics_get_incoterm(self, order):
        """Return the code of the incoterm, or an empty text."""
        return order.incoterm.code or self.logistics_incoterm_id.code or ""

    # Selection and fallback.

    def _logistics_is_ended(self):
        """Return whether the account behind this method is gone."""
        return self.logistics_mode == "service" and (
            self.logistics_backend_id.sudo()._is_ended()
        )

    def _logistics_is_working(self):
        """Return whether labels can be asked for at this carrier now."""
        backend = self.logistics_backend_id.sudo()
        return bool(backend) and backend._is_carrier_working()

    def _logistics_get_working(self):
        """Return this method, or the first working one of its fallbacks.

        When none works it is this one: what is asked for waits for its carrier.
        """
        self.ensure_one()
        candidate, seen = self, self
        while candidate and not candidate._logistics_is_working():
            candidate = candidate.logistics_fallback_id - seen
            seen |= candidate
        return candidate or self
