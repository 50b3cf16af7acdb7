"""Value maps: the partner's codes for Odoo's values."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...errors import MappingMissing
from ...guard import MANAGER, button
from ...texts import _lt

# A change of one of these changes what messages say.
MEANING = {"backend_id", "kind", "odoo_value", "external_value"}


class LogisticsValueMap(models.Model):
    """One row says which code of the partner stands for which value of Odoo.

    Only approved rows count.
    """

    _name = "logistics.value.map"
    _description = "Value Map"
    _inherit = ["mail.thread"]
    _order = "backend_id, kind, odoo_value, id"
    _rec_name = "external_value"
    _logistics_group_fields = {"state": MANAGER}

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    kind = fields.Selection([("other", "Other")], required=True, tracking=True)
    odoo_value = fields.Char(
        string="Odoo's value",
        required=True,
        tracking=True,
        help="Odoo's value: a code, or the name of the record.",
    )
    external_value = fields.Char(string="Partner's value", required=True, tracking=True)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved")],
        required=True,
        default="draft",
        tracking=True,
        copy=False,
    )
    note = fields.Char()

    choice_id = fields.Many2one(
        "logistics.choice",
        string="Offer",
        compute="_compute_choice_id",
        inverse="_inverse_choice_id",
        domain="[('backend_id', '=', backend_id), ('kind', '=', kind)]",
        help="One of what the partner offers.",
    )
    has_choices = fields.Boolean(compute="_compute_choice_id")

    _unique_pair = models.Constraint(
        "UNIQUE(backend_id, kind, odoo_value, external_value)",
        "This pair of values exists already.",
    )

    @api.depends("backend_id", "kind", "external_value")
    def _compute_choice_id(self):
        for row in self:
            offered = self.env["logistics.choice"]._get_offered(
                row.backend_id._origin, row.kind
            )
            row.has_choices = bool(offered)
            row.choice_id = offered.filtered(
                lambda c, code=row.external_value: c.code == code
            )[:1]

    @api.onchange("choice_id")
    def _inverse_choice_id(self):
        for row in self.filtered("choice_id"):
            row.external_value = row.choice_id.code

    @api.constrains("backend_id", "kind", "external_value")
    def _check_offered(self):
        for row in self:
            self.env["logistics.choice"]._check(
                row.backend_id, row.kind, row.external_value
            )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        missing = self.env.context.get("default_missing_value")
        side = self.env.context.get("default_missing_side")
        # Where the side is not known, the person moves it.
        for name, owner in (("odoo_value", "odoo"), ("external_value", "external")):
            if missing and side in (owner, None, False) and name in fields_list:
                values.setdefault(name, missing)
        return values

    def write(self, vals):
        if MEANING & set(vals) and "approved" in self.mapped("state"):
            self._check_approver()
        return super().write(vals)

    def _check_approver(self):
        """Who proposes a value does not put it to work, unless trusted with both."""
        if self.env.su:
            return
        if not self.env.user.has_group("logistics_core.group_integration_manager"):
            raise AccessError(
                self.env._("Only an integration manager approves and changes values.")
            )

    @button("write", MANAGER)
    def action_approve(self):
        """Let the rows take effect, and release what waited for them."""
        self.check_access("write")
        self._check_approver()
        self.write({"state": "approved"})
        waiting = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("kind", "=", "mapping_missing"),
                    ("state", "in", ("open", "in_progress")),
                    ("backend_id", "in", self.backend_id.ids),
                ]
            )
        )
        keys = {
            (row.backend_id, row.kind, value)
            for row in self
            for value in (row.odoo_value, row.external_value)
        }
        waiting.filtered(
            lambda x: (x.backend_id, x.map_kind, x.map_value) in keys
        ).action_replay()

    @button("write", MANAGER)
    def action_draft(self):
        """Take the rows out of effect."""
        self.write({"state": "draft"})

    @api.model
    def _to_external(self, backend, kind, value, default=None):
        """Return the partner's code for an Odoo value.

        :raises MappingMissing: when there is none and no default is given
        """
        return self._map(backend, kind, "odoo_value", "external_value", value, default)

    @api.model
    def _to_odoo(self, backend, kind, external_value, default=None):
        """Return Odoo's value for a code of the partner.

        :raises MappingMissing: when there is none and no default is given
        """
        return self._map(
            backend, kind, "external_value", "odoo_value", external_value, default
        )

    def _map(self, backend, kind, source, target, value, default):
        row = self.sudo().search(
            [
                ("backend_id", "=", backend.id),
                ("kind", "=", kind),
                (source, "=", value),
                ("state", "=", "approved"),
            ],
            limit=1,
        )
        if row:
            return row[target]
        if default is not None:
            return default
        label = dict(self._fields["kind"]._description_selection(self.env)).get(
            kind, kind
        )
        raise MappingMissing(
            _lt(
                "%(kind)s: “%(value)s” has no approved value map for %(backend)s.",
                kind=label,
                value=value,
                backend=backend.name,
            ),
            map_kind=kind,
            value=value or "",
            side="odoo" if source == "odoo_value" else "external",
        )
