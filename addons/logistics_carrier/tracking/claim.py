"""Claims: what a carrier owes for what it lost or broke."""

from odoo import api, fields, models

from odoo.addons.logistics_core.guard import WAREHOUSE, button

from ..const import PROBLEMS


class LogisticsClaim(models.Model):
    """One row is one claim at a carrier, about one parcel."""

    _name = "logistics.claim"
    _description = "Carrier Claim"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _logistics_draft_fields = frozenset({"parcel_id", "kind", "currency_id"})

    name = fields.Char(compute="_compute_name", store=True)
    parcel_id = fields.Many2one(
        "logistics.parcel", required=True, ondelete="restrict", index=True
    )
    shipment_id = fields.Many2one(related="parcel_id.shipment_id", store=True)
    picking_id = fields.Many2one(related="parcel_id.picking_id")
    backend_id = fields.Many2one(
        related="parcel_id.backend_id", store=True, string="Carrier"
    )
    company_id = fields.Many2one(related="parcel_id.company_id", store=True)
    kind = fields.Selection(PROBLEMS, required=True, default="carrier_damage")
    state = fields.Selection(
        [
            ("draft", "To file"),
            ("filed", "Filed"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    carrier_reference = fields.Char(
        string="Carrier's reference", copy=False, tracking=True
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(string="Amount claimed", tracking=True)
    amount_accepted = fields.Monetary(copy=False, tracking=True)
    filed_on = fields.Date(copy=False, readonly=True)
    description = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Responsible", domain="[('share', '=', False)]"
    )

    @api.depends("parcel_id", "kind")
    def _compute_name(self):
        for claim in self:
            parcel = claim.parcel_id
            claim.name = self.env._(
                "Claim %s", parcel.tracking_number or parcel.name or ""
            )

    @button("write", WAREHOUSE)
    def action_file(self):
        """It was filed with the carrier."""
        self.write({"state": "filed", "filed_on": fields.Date.context_today(self)})

    @button("write", WAREHOUSE)
    def action_accept(self):
        """The carrier pays, what was claimed unless another amount is entered."""
        for claim in self:
            claim.write(
                {
                    "state": "accepted",
                    "amount_accepted": claim.amount_accepted or claim.amount,
                }
            )

    @button("write", WAREHOUSE)
    def action_refuse(self):
        """The carrier does not pay."""
        self.write({"state": "refused", "amount_accepted": 0})


class LogisticsParcel(models.Model):
    _inherit = "logistics.parcel"

    claim_ids = fields.One2many("logistics.claim", "parcel_id")
    claim_count = fields.Integer(compute="_compute_claim_count", compute_sudo=True)

    def _compute_claim_count(self):
        for parcel in self:
            parcel.claim_count = len(parcel.claim_ids)

    def _prepare_claim(self, kind):
        order = self.picking_id.sale_id
        currency = order.currency_id or self.company_id.currency_id
        amount = sum(_get_value(line) for line in self._get_contents())
        return {
            "parcel_id": self.id,
            "kind": kind,
            "currency_id": currency.id,
            "amount": currency.round(amount),
        }

    @button("read", WAREHOUSE)
    def action_claim(self):
        """Prepare a claim by hand."""
        self.ensure_one()
        claim = self.env["logistics.claim"].create(
            {
                **self._prepare_claim(
                    "carrier_lost" if self.status == "lost" else "carrier_damage"
                ),
                "user_id": self.env.uid,
            }
        )
        return claim._get_records_action()

    @button("read")
    def action_view_claims(self):
        """Open the claims about this parcel."""
        self.ensure_one()
        return self.claim_ids._get_records_action(name=self.env._("Claims"))


def _get_value(line):
    """Return what the contents are worth: the price of sale, else the cost."""
    sold = line.move_id.sale_line_id
    if sold and sold.product_uom_qty:
        return line.quantity * sold.price_subtotal / sold.product_uom_qty
    return line.quantity_product_uom * line.product_id.standard_price
