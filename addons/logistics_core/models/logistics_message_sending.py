"""One outgoing message: try it, and record what the partner answered."""

import logging
import time
from datetime import UTC, datetime

from odoo import fields, models

from ..errors import (
    LogisticsError,
    NotSupported,
    OutcomeUnknown,
    PermanentError,
)
from ..tools import exchanges
from ..transactions import is_transaction_error
from .logistics_lane_inbound import as_logistics_error
from .logistics_message_failure import get_outcome

_logger = logging.getLogger(__name__)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    leased_at = fields.Datetime(
        readonly=True, help="When the worker took it that is sending it."
    )

    def _attempt(self, outcome):
        """Send or look up; note result, error and exchanges in the Outcome."""
        with exchanges.record(before_request=self.env.cr.rollback) as recording:
            outcome.exchanges = recording.exchanges
            try:
                outcome.result = self._send_or_look_up()
            except LogisticsError as error:
                outcome.error = error
            except Exception as error:  # the vendor's code is the boundary here
                outcome.error = _as_send_error(error, self, recording.exchanges)

    def _send_or_look_up(self):
        """Return the partner's answer; never send what may be there already."""
        backend = self.backend_id._as_integration_user()
        connector = backend._get_connector()
        handler = backend.env[f"logistics.handler.{self.type_code}"]
        canonical = handler._prepare_send(
            self.with_env(backend.env), self._get_canonical()
        )
        if self.outcome_unknown:
            try:
                found = connector._lookup(backend, self, canonical)
            except NotSupported as error:
                raise PermanentError(
                    "An earlier attempt may have reached the partner, and this"
                    " partner cannot be asked.",
                    remedy="Ask the partner whether it has it. If not, replay the"
                    " message; if it has, resolve the exception.",
                ) from error
            if found is not None:
                return found
        return connector._send(backend, self, canonical)

    def _record_exchanges(self, outcomes):
        """Write a row for each try and HTTP exchange.

        :param outcomes: {message id: Outcome}
        """
        rows = []
        for message in self:
            outcome = outcomes[message.id]
            tried = outcome.exchanges or [
                exchanges.Exchange("", "", "", started_at=time.time())
            ]
            rows += message._prepare_attempts(tried, outcome.error)
        self.env["logistics.message.attempt"].create(rows)

    def _prepare_attempts(self, tried, error):
        last = len(tried) - 1
        return [
            {
                "message_id": self.id,
                "number": self.attempt_count,
                "started_at": datetime.fromtimestamp(exchange.started_at, UTC).replace(
                    tzinfo=None
                ),
                "duration_ms": exchange.duration_ms,
                "outcome": get_outcome(error) if error and n == last else "ok",
                "method": exchange.method,
                "url": exchange.url,
                "status": exchange.status,
                "request": exchange.request,
                "response": exchange.response,
                "error": str(error)[:500] if error and n == last else False,
            }
            for n, exchange in enumerate(tried)
        ]

    def _record_outcome(self, outcome):
        if outcome.given_back:
            self._give_back()
        elif outcome.error is None:
            self._set_sent(outcome.result)
        else:
            self.crash_count = 0
            self._set_refused(outcome.error)

    def _give_back(self):
        """Undo a claim of which nothing came."""
        self.write(
            {
                "state": "pending",
                "lease_until": False,
                "attempt_count": max(self.attempt_count - 1, 0),
            }
        )

    def _set_sent(self, result):
        """Record success: the effects in Odoo belong to this transaction."""
        self.write(
            {
                "state": result.state,
                "done_at": fields.Datetime.now() if result.state == "done" else False,
                "note": result.note,
                "outcome_unknown": False,
                "lease_until": False,
                "error_kind": False,
                "error": False,
                "crash_count": 0,
            }
        )
        self.backend_id._note_contact()
        self._resolve_exceptions()
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
        if error.kind in ("connection", "unavailable", "authentication"):
            self.backend_id._note_contact(error)
        if self._is_final(error):
            failure = self._call_outbound_handler("_refused", error)
            if failure:
                _logger.error("message %s: _refused failed: %s", self.id, failure)
        self._set_failed(error)

    def _call_outbound_handler(self, method, argument):
        """Call the type's handler in a savepoint; return its error, if any."""
        env = self.backend_id._as_integration_user().env
        handler = env[f"logistics.handler.{self.type_code}"]
        call = handler._sent if method == "_sent" else handler._refused
        try:
            with self.env.cr.savepoint():
                call(self.with_env(env), self._get_canonical(), argument)
                self.env.flush_all()
        except Exception as error:  # recorded by the caller
            if is_transaction_error(error):
                raise
            return as_logistics_error(error, self)
        return None


def _as_send_error(error, message, tried):
    if is_transaction_error(error):
        raise error
    _logger.error("message %s failed while sending", message.id, exc_info=error)
    if tried:
        return OutcomeUnknown(f"An error after the request was sent: {error!r}")
    return as_logistics_error(error, message)
