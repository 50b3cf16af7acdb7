"""How exceptions come about, join and close: one open row per cause."""

from datetime import timedelta

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import mute_logger

from ...errors import Conflict, LogisticsError, MappingMissing
from ...texts import _lt
from ...tools.storable import storable
from ...transactions import own_transaction, retrying
from ...translation import recorded
from .exception import OPEN

# One exception for all messages that fail for this cause on the same backend.
SHARED_KINDS = ("authentication", "connection", "rate_limit", "unavailable")
QUIET = {
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    # A bad day opens hundreds: the dashboard shows them, not as many mails.
    "mail_auto_subscribe_no_notify": True,
}
# Messages whose outcome is named when an exception closes by itself.
NOTED = 3
# What comes again under a key that a person decided on is not asked about for so long.
HANDLED_HOURS = 24
HANDLED_DAYS = 30

COUNT_OCCURRENCE = """
UPDATE logistics_exception SET occurrences = occurrences + 1, cause = %s, remedy = %s,
       last_seen_at = now() AT TIME ZONE 'utc', write_date = now() AT TIME ZONE 'utc'
 WHERE id = %s AND state = ANY(%s) RETURNING id
"""

FIND_HANDLED = """
SELECT x.id FROM logistics_exception x
 WHERE x.backend_id = %(backend)s AND x.kind = %(kind)s AND x.closed_by_id IS NOT NULL
   -- A message that it has already was retried by a person: that is asked about again.
   AND NOT EXISTS (
       SELECT FROM logistics_exception_message_rel r
        WHERE r.exception_id = x.id AND r.message_id = %(message)s)
   AND (EXISTS (
       SELECT FROM logistics_exception_message_rel r
         JOIN logistics_message m ON m.id = r.message_id
        WHERE r.exception_id = x.id AND m.direction = 'in'
          AND m.body_hash = %(digest)s AND x.resolved_at > %(same_since)s)
    OR (x.fingerprint = %(fingerprint)s AND x.resolved_at > %(key_since)s))
 ORDER BY x.id DESC LIMIT 1
"""


class LogisticsException(models.Model):
    _inherit = "logistics.exception"

    @api.model
    def _open_for_error(self, message, error: LogisticsError):
        """Open or join the exception of a message's error."""
        fingerprint, values = error.fingerprint or f"message:{message.id}", {}
        if isinstance(error, MappingMissing):
            fingerprint = f"map:{error.map_kind}:{error.value}"
            values = {
                "map_kind": error.map_kind,
                "map_value": storable(error.value),
                "map_side": error.side,
            }
        elif error.kind in SHARED_KINDS:
            fingerprint = f"kind:{error.kind}"
        elif error.kind == Conflict.kind and message.twin_id:
            fingerprint = f"conflict:{message.twin_id.id}"
        return self._open(
            message.backend_id,
            error.kind,
            self._get_title(message),
            error,
            error.remedy,
            message=message,
            fingerprint=fingerprint,
            follows_messages=True,
            **values,
        )

    def _get_title(self, message):
        if message.raw_headers:
            return _lt("A request that cannot be read")
        what = message.type_id.name or message.event or _lt("Message")
        key = message.twin_id.ordering_key or message.ordering_key
        return _lt("%(what)s %(key)s", what=what, key=key)

    @api.model
    def _open(
        self,
        backend,
        kind,
        title,
        cause,
        remedy,
        *,
        message=None,
        record=None,
        fingerprint=None,
        severity="error",
        blocks=None,
        **values,
    ):
        """Open an exception, or join the open one with the same fingerprint.

        It stays open until a person or `_resolve` closes it; those that the engine
        opens for the failure of messages close when the messages went through.

        :param fingerprint: identifies the cause within the backend; by default
            the kind and the document or message
        :param values: further fields
        :return: the exception
        """
        if record is None and message:
            record = message.sudo()._get_document()
        if not fingerprint:
            anchor = record or message
            fingerprint = f"{kind}:{anchor._name}:{anchor.id}" if anchor else kind
        vals = {
            "title": recorded(backend, title, 200),
            "kind": kind,
            "severity": "1_warning" if severity == "warning" else "0_error",
            "cause": recorded(backend, cause, 2000),
            "remedy": recorded(backend, remedy, 1000),
            "blocks": recorded(backend, blocks)
            if blocks
            else record.display_name
            if record
            else False,
            "backend_id": backend.id,
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
            "user_id": backend.sudo().owner_id.id,
            "fingerprint": storable(fingerprint, 500),
            **values,
        }
        exceptions = self.sudo().with_context(**QUIET)
        return exceptions._join_or_create(vals, message).with_env(self.sudo().env)

    def _join_or_create(self, vals, message):
        """Return the open exception of this fingerprint; other transactions race."""
        existing = self._find_open(vals)
        if existing and existing._join(vals, message):
            return existing
        vals = {
            **vals,
            "message_ids_involved": [
                fields.Command.set(message.ids if message else [])
            ],
        }
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                return self.create(vals)
        except UniqueViolation as error:
            existing = self._find_open(vals)
            if existing and existing._join(vals, message):
                return existing
            # The twin is there, but our snapshot is older: start again.
            raise ConcurrencyError("The exception was opened meanwhile") from error

    def _find_open(self, vals):
        return self.search(
            [
                ("backend_id", "=", vals["backend_id"]),
                ("fingerprint", "=", vals["fingerprint"]),
                ("state", "in", OPEN),
            ],
            limit=1,
        )

    def _join(self, vals, message):
        """Count another occurrence; no chatter, so a storm stays quiet.

        :return: False when it was closed meanwhile
        """
        self.env.flush_all()
        values = [vals["cause"], vals["remedy"], self.id, list(OPEN)]
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(COUNT_OCCURRENCE, values)
                joined = bool(self.env.cr.fetchone())
        except SerializationFailure:
            # Another lane has just counted one of its own. That is no reason to
            # undo what this one did: count after the commit.
            env, joined = self.env, True
            self.env.cr.postcommit.add(
                lambda: retrying(_count_late, env, vals, message and message.ids)
            )
        if joined and message:
            self.env.cr.execute(
                "INSERT INTO logistics_exception_message_rel (exception_id, message_id)"
                " SELECT %s, unnest(%s) ON CONFLICT DO NOTHING",
                [self.id, message.ids],
            )
        self.invalidate_recordset(flush=False)
        if message:
            message.invalidate_recordset(["exception_ids"], flush=False)
        return joined

    @api.model
    def _auto_resolve(self, message_ids):
        """Resolve the exceptions all of whose messages are through."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT x.id
              FROM logistics_exception x
              JOIN logistics_exception_message_rel r ON r.exception_id = x.id
             WHERE r.message_id = ANY(%s) AND x.state IN ('open', 'in_progress')
               AND x.follows_messages
               AND NOT EXISTS (
                   SELECT 1 FROM logistics_exception_message_rel o
                     JOIN logistics_message m ON m.id = o.message_id
                    WHERE o.exception_id = x.id
                      AND m.state NOT IN ('done', 'sent', 'cancelled', 'superseded'))
            """,
            [list(message_ids)],
        )
        for exception in self.browse([row[0] for row in self.env.cr.fetchall()]):
            exception._resolve(exception._describe_outcome())

    def _describe_outcome(self):
        """Return why it closes by itself, and what became of a few messages."""
        notes = self.message_ids_involved[:NOTED].filtered("note").mapped("note")
        reason = self.env._("None of its messages waits any more.")
        return " ".join([reason, *dict.fromkeys(notes)])

    def _resolve(self, resolution, state="resolved"):
        """Close what is open; the caller says why."""
        self.check_access("write")
        self.filtered(lambda x: x.state in OPEN).sudo().write(
            {
                "state": state,
                "resolved_at": fields.Datetime.now(),
                "resolution": resolution,
            }
        )


def _count_late(env, vals, message_ids):
    """Join the exception, or reopen it if it was closed meanwhile."""
    with own_transaction(env, read_committed=True) as own:
        message = own["logistics.message"].browse(message_ids or ())
        exceptions = own["logistics.exception"].with_context(**QUIET)
        exceptions._join_or_create(vals, message)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _open_exception(self, error: LogisticsError):
        """Open (or join) the exception for this error."""
        self.ensure_one()
        handled = self._find_handled(error)
        if handled:
            self._follow_handled(handled)
            return handled
        return self.env["logistics.exception"]._open_for_error(self, error)

    def _find_handled(self, error):
        """Return the exception in which a person decided on the same fact, or none.

        Partners send copies: the same content under another key, or, again and again,
        other content under one key.
        """
        exceptions = self.env["logistics.exception"].sudo()
        if self.direction != "in" or not self.body_hash:
            return exceptions
        now = fields.Datetime.now()
        is_conflict = error.kind == Conflict.kind and self.twin_id
        self.env.flush_all()
        self.env.cr.execute(
            FIND_HANDLED,
            {
                "backend": self.backend_id.id,
                "kind": error.kind,
                "message": self.id,
                "digest": self.body_hash,
                "same_since": now - timedelta(days=HANDLED_DAYS),
                "fingerprint": f"conflict:{self.twin_id.id}" if is_conflict else None,
                "key_since": now - timedelta(hours=HANDLED_HOURS),
            },
        )
        return exceptions.browse(id_ for (id_,) in self.env.cr.fetchall())

    def _follow_handled(self, exception):
        """Take this message out as a person decided before; keep it where it was."""
        self._withdraw()
        note = exception.env._(
            "It came again on %(date)s: %(resolution)s",
            date=fields.Datetime.to_string(fields.Datetime.now()) + " UTC",
            resolution=exception.resolution or "",
        )
        self.sudo().note = storable(note, 500)
        exception.write(
            {
                "occurrences": exception.occurrences + 1,
                "last_seen_at": fields.Datetime.now(),
                "message_ids_involved": [fields.Command.link(self.id)],
            }
        )

    def _resolve_exceptions(self):
        """Close the exceptions whose last message went through."""
        if self.ids:
            self.env["logistics.exception"].sudo()._auto_resolve(self.ids)
