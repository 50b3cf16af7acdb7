"""Who asks why something waits, asks here: backends, gates and messages."""

from odoo import fields, models

from .wait import Wait

WAITING = ("pending", "retrying", "deferred")
# A 429 slows the sending down for so many seconds.
SLOWED_SECONDS = 600


class LogisticsBackend(models.Model):
    _inherit = "logistics.backend"

    def _find_waits(self, type_id, records, direction="out"):
        """Return {record: Wait} of those whose messages of a type would wait now.

        :param records: documents, or messages that are about none
        """
        self.ensure_one()
        waits, left = {}, records
        for hold in self.env["logistics.hold"]._get_active(self, direction):
            held = hold._filter_held(left, type_id, direction)
            waits |= dict.fromkeys(held, hold._get_wait() if held else None)
            left -= held
        wait = self._get_own_wait() or (
            direction == "out"
            and self.env["logistics.gate"]._get_for_type(self, type_id)._get_stop()
        )
        return waits | (dict.fromkeys(left, wait) if wait else {})

    def _find_wait(self, type_id, direction="out"):
        """Return the first Wait of messages of a type, be it of some of them only."""
        self.ensure_one()
        for hold in self.env["logistics.hold"]._get_active(self, direction):
            if hold.type_id.id in (False, type_id):
                return hold._get_wait()
        if direction == "in":
            return self._get_own_wait()
        gate = self.env["logistics.gate"]._get_for_type(self, type_id)
        return self._get_own_wait() or gate._get_stop()

    def _get_own_wait(self):
        """Return the Wait of everything of this backend, or None: it is running."""
        backend = self.sudo()
        if backend.state != "paused":
            return None
        return Wait(
            "paused",
            self.env._(
                "%(partner)s is paused: %(reason)s",
                partner=backend.name,
                reason=backend.pause_reason or "",
            ),
            self.env._("A manager resumes it."),
            cause=backend.pause_reason or "",
            since=backend.paused_at or None,
        )


class LogisticsHold(models.Model):
    _inherit = "logistics.hold"

    def _get_wait(self):
        """Return the Wait of what this hold keeps back."""
        self.ensure_one()
        hold = self.sudo()
        end = self.env._("A manager releases the hold.")
        if hold.ends_by_itself:
            end = self.env._("It ends automatically.")
        return Wait(
            "hold",
            self.env._(
                "On hold at %(partner)s: %(reason)s",
                partner=hold.backend_id.name,
                reason=hold.reason,
            ),
            end,
            scope=hold.scope,
            cause=hold.reason,
            since=hold.started_at,
            until=hold.planned_end if hold.ends_by_itself else None,
            is_partial=hold._get_documents()[0] is not None,
        )


class LogisticsGate(models.Model):
    _inherit = "logistics.gate"

    def _get_stop(self):
        """Return the Wait of what this gate lets nothing through of, or None."""
        if self.state != "closed":
            return self._get_wait()
        until = self._get_paused_until()
        if not until:
            return None
        return Wait(
            "limited",
            self.env._("The partner asked to slow down."),
            self.env._("The time that the partner asked for is over."),
            scope=self.operation_group,
            since=self.limited_at or None,
            until=until,
        )

    def _get_wait(self):
        """Return the Wait of what this gate interrupts; it is open or probing."""
        return Wait(
            "probing" if self.state == "probing" else "interrupted",
            self.env._(
                "%(partner)s does not answer: %(error)s",
                partner=self.backend_id.sudo().name,
                error=self.last_error or "",
            ),
            self.env._("The partner answers the next probe."),
            scope=self.operation_group,
            cause=self.last_error or "",
            since=self.opened_at or None,
        )

    def _get_slowdown(self):
        """Return the Wait of what goes through this gate more slowly, or None."""
        now = self._now()
        if self.limited_at and self.rate_factor < 1:
            passed = (now - self.limited_at).total_seconds()
            if passed < SLOWED_SECONDS:
                return Wait(
                    "limited",
                    self.env._("The partner asked to slow down."),
                    self.env._("The rate grows again automatically."),
                    scope=self.operation_group,
                    since=self.limited_at,
                )
        ramp = self.ramp_from and (now - self.ramp_from).total_seconds()
        if self.ramp_from and ramp < self.ramp_seconds:
            return Wait(
                "paced",
                self.env._("What waited is sent at a growing rate."),
                self.env._("The rate grows automatically."),
                scope=self.operation_group,
                since=self.ramp_from,
            )
        return None

    def _find_wait(self):
        """Return what keeps messages of this group back or slows them, or None."""
        hold = self._find_hold_wait()
        if hold and not hold.is_partial:
            return hold
        stop = self.backend_id._get_own_wait() or self._get_stop()
        return stop or hold or self._get_slowdown()

    def _find_hold_wait(self):
        """Return the Wait of a hold on messages of this group; the widest first."""
        if self.operation_group == "polls":
            return None
        groups = self._get_type_groups(self.backend_id.id)
        own = ("all", self.operation_group)
        holds = self.env["logistics.hold"]._get_active(self.backend_id)
        waits = [
            hold._get_wait()
            for hold in holds
            if not hold.type_id or groups[hold.type_id.id] in own
        ]
        waits = [w for w in waits if not w.is_partial or self.waiting_count]
        return min(waits, key=lambda wait: wait.is_partial, default=None)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    waits_for = fields.Char(
        compute="_compute_waits", help="What keeps it back: a hold, a pause, a limit."
    )
    waits_since = fields.Datetime(compute="_compute_waits", string="Waits since")
    waits_until = fields.Datetime(compute="_compute_waits", string="Waits until")
    waits_end = fields.Char(compute="_compute_waits", string="Ends when")

    def _compute_waits(self):
        waits = self._find_waits()
        for message in self:
            wait = waits.get(message)
            message.waits_for = wait.reason if wait else False
            message.waits_since = wait.since if wait else False
            message.waits_until = wait.until if wait else False
            message.waits_end = wait.end if wait else False

    def _find_waits(self):
        """Return {message: Wait} of those that something keeps back."""
        waits = {}
        waiting = self.filtered(lambda m: m.state in WAITING)
        flows = waiting.grouped(lambda m: (m.backend_id, m.direction, m.type_id.id))
        for (backend, direction, type_id), messages in flows.items():
            subjects = messages._find_subjects()
            for model in {record._name for record in subjects.values()}:
                ids = {r.id for r in subjects.values() if r._name == model}
                records = self.env[model].sudo().browse(ids)
                found = backend._find_waits(type_id, records, direction)
                waits |= {m: found[r] for m, r in subjects.items() if r in found}
        earlier = (waiting - self.browse(m.id for m in waits))._find_earlier()
        for message in waiting:
            if message not in waits and (wait := message._get_own_wait(earlier)):
                waits[message] = wait
        return waits

    def _find_subjects(self):
        """Return {message: the document it is about, or itself where there is none}."""
        subjects = {message: message for message in self}
        for model, messages in self.grouped("res_model").items():
            if model and model in self.env:
                documents = self.env[model].sudo().browse(messages.mapped("res_id"))
                existing = {document.id: document for document in documents.exists()}
                for message in messages:
                    subjects[message] = existing.get(message.res_id, message)
        return subjects

    def _get_own_wait(self, earlier):
        """Return the Wait that lies in the message, or in one before it."""
        if self.state == "deferred":
            return Wait(
                "prerequisite",
                self.error or "",
                self.env._("The earlier message arrives, or its age is over."),
                until=self.next_attempt_at or None,
            )
        if self in earlier:
            first = earlier[self]
            return Wait(
                "order",
                self.env._("An earlier message of this document is stuck."),
                self.env._("The earlier message is processed or cancelled."),
                cause=first.error or "",
                since=first.write_date or None,
            )
        if self.state == "retrying" and self.next_attempt_at:
            return Wait(
                "retry",
                self.env._("It failed and is tried again."),
                self.env._("The next attempt succeeds."),
                cause=self.error or "",
                until=self.next_attempt_at,
            )
        return None

    def _find_earlier(self):
        """Return {message: the first message of its key that keeps it back}."""
        if not self.ids:
            return {}
        self.env.cr.execute(
            "SELECT m.id, (SELECT e.id FROM logistics_message e"
            "  JOIN logistics_message_type t ON t.id = e.type_id AND t.blocks_key"
            "  WHERE e.lane_id = m.lane_id AND e.ordering_key = m.ordering_key"
            "   AND (e.sequence, e.id) < (m.sequence, m.id)"
            "   AND e.state IN ('retrying', 'in_progress', 'invalid', 'dead')"
            "  ORDER BY e.sequence, e.id LIMIT 1)"
            " FROM logistics_message m WHERE m.id = ANY(%s)",
            [self.ids],
        )
        rows = self.env.cr.fetchall()
        return {self.browse(id_): self.browse(first) for id_, first in rows if first}
