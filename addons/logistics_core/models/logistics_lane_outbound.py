"""Draining a lane of outgoing messages.

Three steps, each with a transaction of its own and none open over HTTP: claim
(commit), send, record. A claim that is never recorded has an unknown outcome
and is looked up at the partner before anything is sent again.
"""

import logging
import time
from datetime import UTC, datetime, timedelta

from odoo import fields, models

from ..errors import (
    LogisticsError,
    NotSupported,
    OutcomeUnknown,
    PermanentError,
    TransientError,
)
from ..tools import exchanges
from ..transactions import is_transaction_error, own_transaction, retrying
from .logistics_lane_inbound import as_logistics_error
from .logistics_message_failure import get_outcome

_logger = logging.getLogger(__name__)
BATCH = 20
LEASE = timedelta(minutes=10)


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _drain_outbound_batch(self):
        """Claim, send and record one batch; return as `_drain_inbound_batch`."""
        ids = self._claim_outbound()
        for message_id in ids or ():
            self._send_claimed(message_id)
        return None if ids is None else len(ids)

    def _claim_outbound(self):
        """Lease the first due message of each key; commit."""
        with own_transaction(self.env) as env:
            lane = env["logistics.lane"].browse(self.id)
            if not lane._lock():
                return None
            heads = {}
            for message in lane._claim(BATCH):
                heads.setdefault(message.ordering_key, message)
            for message in heads.values():
                message.write(
                    {
                        "state": "in_progress",
                        "lease_until": fields.Datetime.now() + LEASE,
                        "attempt_count": message.attempt_count + 1,
                        "next_attempt_at": False,
                    }
                )
            return [message.id for message in heads.values()]

    def _send_claimed(self, message_id):
        result = error = None
        with own_transaction(self.env) as env:
            message = env["logistics.message"].browse(message_id)
            with exchanges.record(before_request=env.cr.rollback) as recording:
                try:
                    result = message._send_or_look_up()
                except LogisticsError as e:
                    error = e
                except Exception as e:  # the vendor's code is the boundary here
                    error = _as_send_error(e, message, recording.exchanges)
            env.cr.rollback()
        retrying(self._record_outcome, message_id, result, error, recording.exchanges)

    def _record_outcome(self, message_id, result, error, tried):
        with own_transaction(self.env) as env:
            message = env["logistics.message"].browse(message_id)
            message._record_exchanges(tried, error)
            env.cr.execute(
                "SELECT state FROM logistics_message WHERE id = %s FOR NO KEY UPDATE",
                [message_id],
            )
            if env.cr.fetchone() != ("in_progress",):
                return  # the lease ran out and someone else took over
            if error is None:
                message._set_sent(result)
            else:
                message._set_refused(error)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

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

    def _record_exchanges(self, tried, error):
        attempts = self.env["logistics.message.attempt"]
        if not tried:
            tried = [exchanges.Exchange("", "", "", started_at=time.time())]
        last = len(tried) - 1
        attempts.create(
            [
                {
                    "message_id": self.id,
                    "number": self.attempt_count,
                    "started_at": datetime.fromtimestamp(
                        exchange.started_at, UTC
                    ).replace(tzinfo=None),
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
        final = not isinstance(error, TransientError) or self._is_exhausted()
        if final:
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
