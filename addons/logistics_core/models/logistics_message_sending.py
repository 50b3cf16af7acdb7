"""One outgoing message: send it, and record what the partner answered."""

import logging
import time
from collections import defaultdict
from datetime import UTC, datetime

from odoo import api, fields, models

from ..errors import (
    NoLongerWanted,
    NotSupported,
    OutcomeUnknown,
    PermanentError,
    TransientError,
)
from ..tools import exchanges
from ..tools.storable import storable
from ..transactions import is_transaction_error
from .logistics_lane_inbound import as_logistics_error
from .logistics_message_failure import get_outcome

_logger = logging.getLogger(__name__)
# Failures that tell something about the partner and not about the message.
CONTACT_KINDS = ("connection", "unavailable", "authentication")


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    leased_at = fields.Datetime(
        readonly=True, help="When a worker took it that had it alone in hand."
    )

    def _send_or_look_up(self):
        """Return the partner's answer; never send what may be there already."""
        backend = self.backend_id._as_integration_user()
        connector = backend._get_connector()
        handler = self._get_outbound_handler(backend.env)
        message, intent = self.with_env(backend.env), self._get_canonical()
        if not self.outcome_unknown:
            handler._check_wanted(message, intent)
        canonical = handler._prepare_send(message, intent)
        if self.outcome_unknown:
            try:
                found = connector._lookup(backend, self, canonical)
            except NotSupported as error:
                raise _cannot_ask() from error
            if found is not None:
                return found
            handler._check_wanted(message, intent)
        return connector._send(backend, self, canonical)

    def _get_outbound_handler(self, env):
        """Return the handler of this type; nothing to record needs none."""
        name = f"logistics.handler.{self.type_code}"
        return env[name] if name in env else env["logistics.handler"]

    @api.model
    def _record_exchanges(self, tries):
        """Write the attempts of messages.

        :param tries: [(message id, attempt number, exchanges, error or None)]
        """
        self.env["logistics.message.attempt"].create(
            [vals for each in tries for vals in self._prepare_attempts(*each)]
        )

    @api.model
    def _prepare_attempts(self, message_id, number, tried, error):
        if not tried:
            tried = [exchanges.Exchange("", "", "", started_at=time.time())]
        last = len(tried) - 1
        return [
            {
                "message_id": message_id,
                "number": number,
                "started_at": datetime.fromtimestamp(exchange.started_at, UTC).replace(
                    tzinfo=None
                ),
                "duration_ms": exchange.duration_ms,
                "outcome": _get_outcome(exchange, error if n == last else None),
                "method": exchange.method,
                "url": exchange.url,
                "status": exchange.status,
                "request": exchange.request,
                "response": exchange.response,
                "error": storable((error if n == last else exchange.error) or "", 500),
            }
            for n, exchange in enumerate(tried)
        ]

    def _set_sent(self, result):
        """Record success: the effects in Odoo belong to this transaction."""
        self._set_sent_together([(self, result)])

    @api.model
    def _set_sent_together(self, sent):
        """Record the success of messages: [(message, SendResult)]."""
        groups = defaultdict(self.browse)
        for message, result in sent:
            groups[result.state == "sent", result.note] |= message
        for (is_open, note), messages in groups.items():
            messages._write_sent(is_open, note)
        messages = self.browse(message.id for message, _result in sent)
        for backend in messages.backend_id:
            backend._note_contact()
        messages._resolve_exceptions()
        for message, result in sent:
            message._apply_sent(result)

    def _write_sent(self, is_open, note):
        vals = {
            "state": "sent" if is_open else "done",
            "done_at": False if is_open else fields.Datetime.now(),
            "outcome_unknown": False,
            "lease_until": False,
            "error_kind": False,
            "error": False,
        }
        if note:
            vals["note"] = storable(note, 500)
        self.write(vals)

    def _apply_sent(self, result):
        error = self._call_outbound_handler("_sent", result)
        if error:
            # It is at the partner; sending it again would double it.
            self._open_exception(
                PermanentError(
                    f"The partner has it, but Odoo could not record that: {error}",
                    remedy="Mend what the text names and record it by hand. Do not"
                    " replay the message.",
                )
            )

    def _set_refused(self, error):
        if isinstance(error, NoLongerWanted):
            self._set_withdrawn(error)
            return
        if error.kind in CONTACT_KINDS:
            self.backend_id._note_contact(error)
        if self._is_final(error):
            failure = self._call_outbound_handler("_refused", error)
            # The same cause (no integration user, say) is told by the exception.
            if failure and str(failure) != str(error):
                _logger.error("message %s: _refused failed: %s", self.id, failure)
        if self._set_failed(error):
            self._open_exception(error)

    def _set_withdrawn(self, error):
        """Take it out: looked at again before the send, it was not wanted."""
        self.write(
            {
                "state": "cancelled",
                "note": storable(error, 500),
                "outcome_unknown": False,
                "lease_until": False,
                "error_kind": False,
                "error": False,
            }
        )
        self._resolve_exceptions()
        failure = self._call_outbound_handler("_withdrawn", error)
        if failure:
            _logger.error("message %s: _withdrawn failed: %s", self.id, failure)

    def _call_outbound_handler(self, method, argument):
        """Call the type's handler in a savepoint; return its error, if any."""
        own = type(self._get_outbound_handler(self.env))
        if getattr(own, method) is getattr(self.pool["logistics.handler"], method):
            return None  # it has nothing to do
        try:
            with self.env.cr.savepoint():
                env = self.backend_id._as_integration_user().env
                handler = self._get_outbound_handler(env)
                call = getattr(handler, method)
                call(self.with_env(env), self._get_canonical(), argument)
                self.env.flush_all()
        except Exception as error:  # recorded by the caller
            if is_transaction_error(error):
                raise
            return as_logistics_error(error, self)
        return None


def _cannot_ask():
    error = PermanentError(
        "An earlier attempt may have reached the partner, and this partner cannot be"
        " asked.",
        remedy="Ask the partner whether it has it. If not, replay the message: it is"
        " sent again. If it has, mark this as resolved.",
    )
    error.kind = OutcomeUnknown.kind
    return error


def _get_outcome(exchange, error):
    if error is not None:
        return get_outcome(error)
    # The connector caught it and went on.
    return "transient" if exchange.error else "ok"


def as_send_error(error, claim, tried):
    """Return what broke a send: before anything went out, or after."""
    if is_transaction_error(error):
        text = "The database was not available while the message was sent."
        # Nothing to do with the partner.
        failure = OutcomeUnknown(text) if tried else TransientError(text)
        failure.kind = "internal"
        return failure
    if tried:
        _logger.error(
            "message %s failed while sending", claim.message_id, exc_info=error
        )
        return OutcomeUnknown(f"An error after the request was sent: {error!r}")
    return as_logistics_error(error, claim)
