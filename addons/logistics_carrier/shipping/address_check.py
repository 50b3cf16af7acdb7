"""What a carrier thinks of an address, and its correction."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.logistics_core.errors import LogisticsError
from odoo.addons.logistics_core.guard import button
from odoo.addons.logistics_core.translation import translated

from ..const import STOCK_OR_SALE


class LogisticsAddressCheck(models.TransientModel):
    """One row is one answer of a carrier about a contact's address."""

    _name = "logistics.address.check"
    _description = "Address Check"
    # Made by the button of the contact or the delivery.
    _logistics_engine_fields = frozenset({"partner_id", "backend_id"})

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "logistics.backend", string="Checked with", required=True, ondelete="cascade"
    )
    status = fields.Selection(
        [
            ("valid", "The address is right"),
            ("corrected", "The carrier knows it otherwise"),
            ("invalid", "The carrier does not know this address"),
        ],
        readonly=True,
    )
    messages = fields.Text(string="The carrier says", readonly=True)
    present = fields.Text(compute="_compute_present", string="Present address")
    residential = fields.Char(readonly=True)
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    state_code = fields.Char(string="State")
    country_code = fields.Char(string="Country", readonly=True)

    @api.depends("partner_id")
    def _compute_present(self):
        for check in self:
            check.present = check.partner_id._display_address(without_company=True)

    @api.model
    def _open(self, partner, backend):
        """Ask the carrier and return the action that shows its answer."""
        backend = backend.sudo()
        try:
            connector = backend.with_context(logistics_timeout=8)._get_connector()
            answer = connector._check_address(backend, partner._get_logistics_address())
        except LogisticsError as error:
            raise UserError(translated(self.env, error)) from error
        address = answer.address
        check = self.create(
            {
                "partner_id": partner.id,
                "backend_id": backend.id,
                "status": answer.status,
                "messages": "\n".join(answer.messages),
                "residential": {
                    True: self.env._("A private home"),
                    False: self.env._("A business"),
                }.get(answer.residential, False),
                "street": address and address.street,
                "street2": address and address.street2,
                "zip": address and address.zip,
                "city": address and address.city,
                "state_code": address and address.state,
                "country_code": address and address.country,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Address check"),
            "res_model": self._name,
            "res_id": check.id,
            "view_mode": "form",
            "target": "new",
        }

    @button("write")
    def action_apply(self):
        """Write the carrier's correction to the contact."""
        self.ensure_one()
        partner = self.partner_id
        partner.check_access("write")
        vals = {
            name: self[name]
            for name in ("street", "street2", "zip", "city")
            if self[name] or name == "street2"
        }
        if self.state_code:
            state = self.env["res.country.state"].search(
                [
                    ("code", "=", self.state_code),
                    ("country_id", "=", partner.country_id.id),
                ],
                limit=1,
            )
            vals["state_id"] = state.id or partner.state_id.id
        partner.write(vals)
        return {"type": "ir.actions.act_window_close"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    @button("read", STOCK_OR_SALE)
    def action_logistics_check_address(self):
        """Ask a carrier whether this address exists."""
        self.ensure_one()
        return self._logistics_check_address(self.env["logistics.backend"])

    def _logistics_check_address(self, preferred):
        gaps = self._get_logistics_address_gaps()
        if gaps:
            raise UserError(
                self.env._("The address lacks: %s.", ", ".join(gaps)),
            )
        backends = preferred.sudo() or self.env["logistics.backend"].sudo().search(
            [("state", "=", "running"), ("company_id", "in", self.env.companies.ids)]
        )
        able = backends.filtered("can_check_address")
        if not able:
            raise UserError(self.env._("No carrier that checks addresses is set up."))
        return self.env["logistics.address.check"]._open(self, able[0])


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @button("read", STOCK_OR_SALE)
    def action_logistics_check_address(self):
        """Ask the delivery's own carrier, else another one, about the address."""
        self.ensure_one()
        backend = self.carrier_id.logistics_backend_id
        preferred = backend if backend.sudo().can_check_address else backend.browse()
        return self.partner_id._logistics_check_address(preferred)
