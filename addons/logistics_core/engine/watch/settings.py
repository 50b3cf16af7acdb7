"""How long what may not move before a person is informed."""

from zoneinfo import ZoneInfo

from odoo import fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ...tools.business_time import EVERY_DAY, WEEKDAYS, business_minutes

# Minutes a message of a class may wait until a person is alerted.
CLASS_LIMITS = {"realtime": 10, "standard": 30, "bulk": 240}


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    tz = fields.Selection(
        _tz_get,
        string="Time zone",
        default=lambda self: self.env.user.tz or "UTC",
        help="Of the partner's business hours.",
    )
    idle_limit = fields.Integer(
        string="Alert after silence (min)",
        help="An exception is opened when the partner sent nothing for this many"
        " minutes of its business hours. 0: never.",
    )
    idle_from = fields.Float(string="Business hours from", default=8.0)
    idle_to = fields.Float(string="Business hours to", default=18.0)
    idle_days = fields.Selection(
        [("weekdays", "Monday to Friday"), ("all", "Every day")],
        string="Business days",
        default="weekdays",
        required=True,
    )
    stall_limit = fields.Integer(
        string="Alert after standstill (min)",
        default=5,
        help="An exception is opened when messages that are due are not processed"
        " for this many minutes. 0: never.",
    )

    def _get_business_days(self):
        return EVERY_DAY if self.idle_days == "all" else WEEKDAYS

    def _get_zone(self):
        return ZoneInfo(self.tz or "UTC")

    def _get_idle_minutes(self):
        """Return the minutes of business hours since the partner's last sign."""
        signs = (self.last_received_at, self.last_started_at)
        since = max((at for at in signs if at), default=self.create_date)
        return business_minutes(
            since,
            fields.Datetime.now(),
            self.idle_from,
            self.idle_to,
            self._get_business_days(),
            self._get_zone(),
        )


class LogisticsMessageType(models.Model):
    _inherit = "logistics.message.type"

    max_wait = fields.Integer(
        string="Alert after waiting (min)",
        help="An exception is opened when a message waits longer. 0: 10 minutes in"
        " the class real time, 30 in standard, 240 in bulk.",
    )

    def _get_max_wait(self):
        return self.max_wait or CLASS_LIMITS[self.service_class or "standard"]
