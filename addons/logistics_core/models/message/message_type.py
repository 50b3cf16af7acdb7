"""Kinds of business facts, and how patient the engine is with them."""

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...tools.backoff import delay


class LogisticsMessageType(models.Model):
    """One row is one kind of message, named by its GS1 logistics term."""

    _name = "logistics.message.type"
    _description = "Message Type"
    _logistics_engine_fields = frozenset({"code"})
    _order = "sequence, code"

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    service_class = fields.Selection(
        [("realtime", "Real time"), ("standard", "Standard"), ("bulk", "Bulk")],
        required=True,
        default="standard",
        help="Each class has its own channel of the job queue, so that a flood in"
        " one does not delay the others.",
    )
    max_attempts = fields.Integer(string="Attempts", default=8, required=True)
    retry_delay = fields.Float(
        default=10.0,
        required=True,
        help="Seconds before the second attempt; doubles with each attempt.",
    )
    max_age = fields.Float(
        default=72.0, required=True, help="Hours after which it is no longer tried."
    )
    blocks_key = fields.Boolean(
        string="Blocks",
        default=True,
        help="While one message fails, later ones of the same document wait.",
    )
    supersedes = fields.Boolean(
        help="A newer message of the same record replaces one that was not sent yet."
    )
    operation_group = fields.Char(
        required=True,
        default="orders",
        help="Types of one group share the circuit breaker and the limits of a"
        " connection, unless its connector groups them otherwise.",
    )

    _unique_code = models.Constraint("UNIQUE(code)", "This message type exists.")
    _positive = models.Constraint(
        "CHECK(max_attempts > 0 AND retry_delay > 0 AND max_age > 0)",
        "Attempts, delay and age must be above zero.",
    )

    @api.model
    @tools.ormcache("code")
    def _get_id(self, code):
        """Return the id of a message type, or False when it is not known."""
        return self.sudo().search([("code", "=", code)], limit=1).id

    @api.model
    @tools.ormcache("code")
    def _get_class(self, code):
        """Return (id or None, service class) of a code that may be unknown."""
        found = self.sudo().search([("code", "=", code)], limit=1) if code else None
        return (found.id, found.service_class) if found else (None, "standard")

    @api.model
    def _get(self, code):
        """Return the message type of a code; raise UserError when there is none."""
        type_id = self._get_id(code)
        if not type_id:
            raise UserError(self.env._("The message type “%s” is not installed.", code))
        return self.browse(type_id)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if (
            self.env["logistics.message"]
            .sudo()
            .search_count([("type_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._("There are messages of this type; it cannot be deleted.")
            )

    def unlink(self):
        self.env.registry.clear_cache()
        if self._logistics_is_uninstall():  # an addon goes, its messages stay
            messages = self.env["logistics.message"].sudo()
            messages.search([("type_id", "in", self.ids)]).type_id = False
        return super().unlink()

    def _get_delay(self, attempt, retry_after=None):
        """Return the seconds to wait after the given attempt (from 1)."""
        return delay(attempt, self.retry_delay, retry_after)

    @api.model
    def _get_every(self):
        return self.search([("code", "!=", False)])
