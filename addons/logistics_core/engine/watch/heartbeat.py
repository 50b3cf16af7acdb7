"""The heartbeat: notices that nothing moves. Runs as ir.cron, not as a job."""

import logging
from datetime import timedelta

from odoo import api, fields, models

from ...translation import as_html

_logger = logging.getLogger(__name__)
PREFIX = "heartbeat:"
BEAT = "logistics_core.heartbeat_at"
# The heartbeat itself counts as dead after so many seconds.
BEAT_SECONDS = 300
# An incident that comes again within so many minutes is the same one.
AGAIN_MINUTES = 15
# What a person closed while it lasts is reported again after so many hours.
HANDLED_HOURS = 24


class LogisticsHeartbeat(models.AbstractModel):
    """Each check yields incidents; each incident is one exception.

    An incident is reported once, by activity and by mail, and resolves itself when its
    check does not find it any more.
    """

    _name = "logistics.heartbeat"
    _description = "Heartbeat"

    @api.model
    def _cron_beat(self):
        """Look for what does not move; report new incidents, resolve old ones."""
        self.env["ir.config_parameter"].sudo().set_param(
            BEAT, fields.Datetime.to_string(fields.Datetime.now())
        )
        self.env["logistics.hold"].sudo()._cron_end()
        backends = self.env["logistics.backend"].sudo()
        backends = backends.search([("state", "!=", "draft")])
        running = backends.filtered(lambda b: b.state == "running")
        incidents = {}
        for incident in self._get_incidents(running):
            incidents.setdefault((incident["backend"], incident["key"]), incident)
        known = self._get_open()
        recent = self._get_recent()
        now = fields.Datetime.now()
        for place, incident in incidents.items():
            if place in known:
                known[place].last_seen_at = now
            elif place in recent:
                if recent[place]._see_again(incident["cause"]):
                    self._remind_owner(recent[place])
            else:
                self._tell(incident)
        for place, exception in known.items():
            if place not in incidents:
                exception._resolve(self.env._("It works again."))
                exception.activity_unlink(["mail.mail_activity_data_todo"])

    def _get_open(self):
        exceptions = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("fingerprint", "=like", f"{PREFIX}%"),
                    ("state", "in", ("open", "in_progress")),
                ]
            )
        )
        return {
            (x.backend_id, x.fingerprint.removeprefix(PREFIX)): x for x in exceptions
        }

    def _get_recent(self):
        """Return the incidents that were closed, or last seen, a short while ago.

        What comes and goes is one incident; what a person closed while it lasts is
        not reported to that person a minute later, but the next day.
        """
        now = fields.Datetime.now()
        since = now - timedelta(minutes=AGAIN_MINUTES)
        handled = now - timedelta(hours=HANDLED_HOURS)
        exceptions = (
            self.env["logistics.exception"]
            .sudo()
            .search(
                [
                    ("fingerprint", "=like", f"{PREFIX}%"),
                    ("state", "in", ("resolved", "ignored")),
                    ("last_seen_at", ">", since),
                    "|",
                    ("closed_by_id", "=", False),
                    ("resolved_at", ">", handled),
                ],
                order="id",
            )
        )
        return {
            (x.backend_id, x.fingerprint.removeprefix(PREFIX)): x for x in exceptions
        }

    def _get_incidents(self, backends):
        """Return the incidents found now, of all checks; addons add to it.

        :return: list of dicts with backend, key, title, cause and remedy
        """
        return [
            *self._check_runner(backends),
            *self._check_workers(backends),
            *self._check_secrets(backends),
            *self._check_failed_jobs(backends),
            *self._check_lanes(backends),
            *self._check_ages(backends),
            *self._check_idle(backends),
            *self._check_polls(backends),
        ]

    def _tell(self, incident):
        backend = incident["backend"]
        exception = self.env["logistics.exception"]._open(
            backend,
            "stalled",
            incident["title"],
            incident["cause"],
            incident["remedy"],
            fingerprint=PREFIX + incident["key"],
            severity=incident.get("severity", "error"),
            blocks=incident.get("blocks"),
        )
        self._tell_owner(exception, backend.owner_id)

    def _tell_owner(self, exception, owner):
        """Notify the owner once: an activity, and a mail that no job has to send."""
        if not owner.active:
            _logger.warning("%s: %s", exception.title, exception.cause)
            return
        self._remind_owner(exception)
        if not owner.email:
            return
        body = self.env["ir.qweb"]._render(
            "logistics_core.heartbeat_mail", {"exception": exception}
        )
        self.env["mail.mail"].sudo().create(
            {
                "subject": f"{exception.backend_id.name}: {exception.title}",
                "body_html": body,
                "email_to": owner.email_formatted,
                "auto_delete": True,
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _remind_owner(self, exception):
        owner = exception.backend_id.owner_id
        if owner.active:
            exception.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=exception.title,
                note=as_html(exception.cause),
                user_id=owner.id,
            )

    @api.model
    def _get_beat_age(self):
        """Return the seconds since the last heartbeat, None when there was none."""
        beat = self.env["ir.config_parameter"].sudo().get_param(BEAT)
        if not beat:
            return None
        beat = fields.Datetime.to_datetime(beat)
        return (fields.Datetime.now() - beat).total_seconds()


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    def _see_again(self, cause):
        """Reopen an incident that came back, without another mail.

        :return: False when a person closed it: then it stays closed
        """
        values = {"last_seen_at": fields.Datetime.now()}
        is_ours = not self.closed_by_id
        if is_ours:
            values |= {
                "state": "open",
                "resolved_at": False,
                "resolution": False,
                "cause": cause,
                "occurrences": self.occurrences + 1,
            }
        self.write(values)
        return is_ours
