"""How often a carrier is asked for rates, and how long they hold."""

from odoo import fields, models


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    rate_validity = fields.Integer(
        string="Rates are valid for (min)",
        default=60,
        help="A quote is not requested again within this time.",
    )
    rate_quota = fields.Integer(
        string="Rate requests per day",
        help="Beyond it fallback rates are shown. 0: no limit.",
    )
    rate_count_today = fields.Integer(
        string="Requests today", compute="_compute_rate_count_today"
    )

    _sane_rates = models.Constraint(
        "CHECK(rate_validity >= 0 AND rate_quota >= 0)",
        "Validity and number of rate requests must not be negative.",
    )

    def _compute_rate_count_today(self):
        usage = self.env["logistics.rate.usage"].sudo()
        today = fields.Date.today()
        counts = {
            row.backend_id.id: row.asked
            for row in usage.search(
                [("backend_id", "in", self.ids), ("day", "=", today)]
            )
        }
        for backend in self:
            backend.rate_count_today = counts.get(backend.id, 0)
