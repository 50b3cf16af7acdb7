"""The start checklist as a page: each step says why, and has its button."""

from odoo import api, fields, models

from ..guard import MANAGER, button


class LogisticsStart(models.TransientModel):
    """One row is one look at what a connection still needs."""

    _name = "logistics.start"
    _description = "Start Checklist"

    backend_id = fields.Many2one(
        "logistics.backend", string="Connection", required=True, readonly=True
    )
    state = fields.Selection(related="backend_id.state")
    step_ids = fields.One2many("logistics.start.step", "start_id", readonly=True)
    blocking_count = fields.Integer(compute="_compute_blocking_count")

    @api.model
    def _make(self, backend):
        """Return a new checklist of a backend, owned by the user."""
        steps = backend._get_start_steps()
        return self.create(
            {
                "backend_id": backend.id,
                "step_ids": [
                    fields.Command.create({"code": step.code, "sequence": number})
                    for number, step in enumerate(steps)
                ],
            }
        )

    def _compute_display_name(self):
        for checklist in self:
            checklist.display_name = self.env._(
                "Start checklist: %s", checklist.backend_id.name
            )

    @api.depends("step_ids.state")
    def _compute_blocking_count(self):
        for checklist in self:
            checklist.blocking_count = len(
                checklist.step_ids.filtered(lambda s: s.state == "blocking")
            )

    @button("read", MANAGER)
    def action_start(self):
        """Start the connection, unless goods would be lost."""
        self.backend_id.action_start()
        return {
            "type": "ir.actions.act_window",
            "res_model": "logistics.backend",
            "view_mode": "form",
            "res_id": self.backend_id.id,
        }


class LogisticsStartStep(models.TransientModel):
    """One row is one step; all but its code is looked up when it is shown."""

    _name = "logistics.start.step"
    _description = "Step of the Start Checklist"
    _order = "sequence, id"

    start_id = fields.Many2one("logistics.start", readonly=True, ondelete="cascade")
    sequence = fields.Integer(readonly=True)
    code = fields.Char(readonly=True)
    name = fields.Char(string="Step", compute="_compute_step")
    why = fields.Char(compute="_compute_step")
    detail = fields.Char(string="Found", compute="_compute_step")
    label = fields.Char(compute="_compute_step")
    state = fields.Selection(
        [
            ("done", "Done"),
            ("open", "To do"),
            ("blocking", "Needed for the start"),
        ],
        compute="_compute_step",
    )

    @api.depends("start_id", "code")
    def _compute_step(self):
        for start, lines in self.grouped("start_id").items():
            backend = start.backend_id
            known = {s.code: s for s in backend._get_start_steps()} if backend else {}
            for line in lines:
                step = known.get(line.code)
                line.name = step.name if step else line.code
                line.why = step.why if step else ""
                line.detail = step.detail if step else ""
                line.label = step.button if step and step.action else ""
                line.state = step.state if step else "done"

    @button("read", MANAGER)
    def action_do(self):
        """Do what the step's button says, with the rights of the user."""
        self.ensure_one()
        backend = self.start_id.backend_id
        steps = {step.code: step for step in backend._get_start_steps()}
        step = steps.get(self.code)
        result = getattr(backend, step.action)() if step and step.action else None
        return result or {"type": "ir.actions.client", "tag": "soft_reload"}
