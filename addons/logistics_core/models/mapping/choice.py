"""What a partner offers, fetched from it, so that nobody types a code by heart."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class LogisticsChoice(models.Model):
    """One row is one thing that the partner offered when its lists were fetched."""

    _name = "logistics.choice"
    _description = "Partner's Offer"
    _order = "backend_id, kind, name, id"

    backend_id = fields.Many2one(
        "logistics.backend",
        string="Connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="backend_id.company_id", store=True)
    kind = fields.Char(required=True, readonly=True)
    code = fields.Char(string="Partner's value", required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    active = fields.Boolean(
        default=True, readonly=True, help="The partner still offers it."
    )

    _unique_choice = models.Constraint(
        "UNIQUE(backend_id, kind, code)", "This offer of the partner exists already."
    )

    @api.model
    def _replace(self, backend, choices):
        """Take over the partner's lists; what it offers no more is archived.

        :param choices: list of Choice
        """
        rows = self.sudo().with_context(active_test=False)
        known = {
            (row.kind, row.code): row
            for row in rows.search([("backend_id", "=", backend.id)])
        }
        for choice in choices:
            row = known.pop((choice.kind, choice.code), None)
            if row:
                row.write({"name": choice.name, "active": True})
            else:
                rows.create(
                    {
                        "backend_id": backend.id,
                        "kind": choice.kind,
                        "code": choice.code,
                        "name": choice.name,
                    }
                )
        rows.union(*known.values()).write({"active": False})
        # What was computed from the former lists.
        backend.invalidate_recordset()
        self.env["logistics.value.map"].invalidate_model(["choice_id", "has_choices"])

    @api.model
    def _get_offered(self, backend, kind):
        """Return what the partner offers of a kind; empty before it was fetched."""
        return self.sudo().search(
            [("backend_id", "=", backend.id), ("kind", "=", kind)]
        )

    @api.model
    def _check(self, backend, kind, code):
        """Raise ValidationError for a code that the partner does not offer.

        A partner whose lists were not fetched, or that has none, takes any.
        """
        offered = self._get_offered(backend, kind)
        if code and offered and code not in offered.mapped("code"):
            raise ValidationError(
                self.env._(
                    "%(partner)s does not offer “%(code)s”. Choose one of:"
                    " %(offered)s.",
                    partner=backend.name,
                    code=code,
                    offered=", ".join(offered.mapped("code")),
                )
            )
