"""Retry what got stuck in a time window, however much it is."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import job_queue
from ..guard import SUPPORT, button, engine
from ..models.message.states import REPLAYABLE, STATES

BATCH = 500
# Up to so many are replayed at once; more go by a job, with progress.
AT_ONCE = 1000


class LogisticsReplayWindow(models.Model):
    """One row is one replay of a time window: its filter and its progress."""

    _name = "logistics.replay.window"
    _description = "Retry of a Time Window"
    _order = "id desc"
    _rec_name = "create_date"

    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="backend_id.company_id", store=True, index=True
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], help="Empty: both."
    )
    type_ids = fields.Many2many(
        "logistics.message.type", string="Types", help="Empty: every type."
    )
    only_state = fields.Selection(
        [item for item in STATES if item[0] in REPLAYABLE],
        string="Message state",
        help="Empty: failed and invalid messages.",
    )
    date_from = fields.Datetime(
        string="From",
        required=True,
        default=lambda self: fields.Datetime.subtract(fields.Datetime.now(), days=1),
    )
    date_to = fields.Datetime(string="To", required=True, default=fields.Datetime.now)
    count = fields.Integer(compute="_compute_count", string="Messages that fit")
    state = fields.Selection(
        [("draft", "Preview"), ("running", "Running"), ("done", "Done")],
        default="draft",
        readonly=True,
        required=True,
    )
    total = fields.Integer(readonly=True)
    done_count = fields.Integer(string="Looked at", readonly=True)
    replayed_count = fields.Integer(string="Retried", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    last_id = fields.Float(digits=(20, 0), readonly=True, aggregator=False)

    _window = models.Constraint(
        "CHECK(date_from < date_to)", "The window must end after it begins."
    )

    @api.depends(
        "backend_id", "direction", "type_ids", "only_state", "date_from", "date_to"
    )
    def _compute_count(self):
        messages = self.env["logistics.message"]
        for window in self:
            complete = window.backend_id and window.date_from and window.date_to
            window.count = (
                messages.search_count(window._get_domain()) if complete else 0
            )

    @api.depends("total", "done_count", "state")
    def _compute_progress(self):
        for window in self:
            share = window.done_count / window.total if window.total else 0
            window.progress = 100 if window.state == "done" else 100 * min(share, 1)

    def _get_domain(self):
        states = [self.only_state] if self.only_state else ["dead", "invalid"]
        domain = [
            ("backend_id", "=", self.backend_id.id),
            ("state", "in", states),
            ("create_date", ">=", self.date_from),
            ("create_date", "<=", self.date_to),
        ]
        if self.direction:
            domain.append(("direction", "=", self.direction))
        if self.type_ids:
            domain.append(("type_id", "in", self.type_ids.ids))
        return domain

    @button("write", SUPPORT)
    def action_replay(self):
        """Retry what fits: at once when it is little, by a job when it is much."""
        self.ensure_one()
        self.env["logistics.message"]._check_support()
        if self.state != "draft":
            raise UserError(self.env._("This window was retried already."))
        if not self.count:
            raise UserError(self.env._("No message fits this window."))
        self.write({"state": "running", "total": self.count})
        if self.total <= AT_ONCE:
            while self._replay_batch():
                pass
        else:
            self._enqueue_replay()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _enqueue_replay(self):
        job_queue.enqueue(
            self, f"Retry window {self.id}", service_class="bulk"
        )._job_replay()

    def _job_replay(self):
        """Retry one batch and go on with the next in a job of its own."""
        with engine():
            more = self.state == "running" and self._replay_batch()
        if more:
            self._enqueue_replay()

    def _replay_batch(self):
        """Retry the next messages in the order they came; return whether more."""
        messages = self.env["logistics.message"].search(
            [*self._get_domain(), ("id", ">", int(self.last_id))],
            order="id",
            limit=BATCH,
        )
        replayed = messages._replay()
        more = len(messages) == BATCH
        self.write(
            {
                "last_id": messages[-1:].id or self.last_id,
                "done_count": self.done_count + len(messages),
                "replayed_count": self.replayed_count + len(replayed),
                "state": "running" if more else "done",
            }
        )
        return more
