"""How a connection is doing as a whole: its worst operation group speaks for it."""

from markupsafe import Markup

from odoo import api, fields, models

from .health import STATUSES

# From best to worst, as they are listed.
RANKS = {status: rank for rank, (status, _label) in enumerate(STATUSES)}
COLORS = {
    "working": "success",
    "paced": "info",
    "probing": "info",
    "interrupted": "danger",
}
ROW = Markup(
    '<div class="d-flex justify-content-between py-1 border-top gap-2">'
    '<span class="text-break">%s</span>'
    '<span class="text-end text-nowrap">%s <span class="badge text-bg-%s">%s</span>'
    "</span></div>"
)


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    status = fields.Selection(
        STATUSES,
        compute="_compute_status",
        help="Of the operation group that is worst off.",
    )
    status_reason = fields.Char(compute="_compute_status", string="Why")
    status_text = fields.Char(
        compute="_compute_status",
        string="Groups that work",
        help="How many operation groups work, and which do not.",
    )
    status_details = fields.Html(
        compute="_compute_status", string="By operation group", sanitize=False
    )

    @api.depends("state", "gate_ids.state")
    def _compute_status(self):
        gates = self.sudo().gate_ids
        labels = dict(gates._fields["status"]._description_selection(self.env))
        for backend in self:
            own = backend.sudo().gate_ids.sorted("operation_group")
            worst = max(own, key=lambda gate: RANKS[gate.status], default=own)
            wrong = own.filtered(lambda gate: gate.status != "working")
            backend.status = worst.status or ("working" if own else False)
            backend.status_reason = worst.status_reason
            backend.status_text = self.env._(
                "%(working)s of %(all)s work",
                working=len(own) - len(wrong),
                all=len(own),
            )
            backend.status_details = Markup("").join(
                ROW
                % (
                    gate.operation_group,
                    self.env._("%s waiting", gate.waiting_count)
                    if gate.waiting_count
                    else "",
                    COLORS.get(gate.status, "warning"),
                    labels[gate.status],
                )
                for gate in own
            )
