"""How exceptions come about, join and close: one open row per cause."""

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import mute_logger

from ...errors import LogisticsError, MappingMissing
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


COUNT_OCCURRENCE = """
UPDATE logistics_exception SET occurrences = occurrences + 1, cause = %s, remedy = %s,
       last_seen_at = now() AT TIME ZONE 'utc', write_date = now() AT TIME ZONE 'utc'
 WHERE id = %s AND state = ANY(%s) RETURNING id
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
        exceptions = self.browse([row[0] for row in self.env.cr.fetchall()])
        exceptions._resolve(self.env._("None of its messages waits any more."))

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
        return self.env["logistics.exception"]._open_for_error(self, error)

    def _resolve_exceptions(self):
        """Close the exceptions whose last message went through."""
        if self.ids:
            self.env["logistics.exception"].sudo()._auto_resolve(self.ids)
