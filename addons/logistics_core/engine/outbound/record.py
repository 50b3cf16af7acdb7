"""Recording what became of what was sent."""

import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ...errors import (
    CONTACT_KINDS,
    NoLongerWanted,
    OutcomeUnknown,
    PermanentError,
    Throttled,
)
from ...guard import engine
from ...texts import _lt
from ...tools.storable import storable
from ...transactions import is_transaction_error, own_transaction, retrying
from ...translation import recorded
from ..failures import as_logistics_error
from .lease import Outcome, lock_leased

_logger = logging.getLogger(__name__)
# Outcomes are worth waiting for a database that is restarting (about a minute).
RECORD_TRIES = 12


class LogisticsLane(models.Model):
    _inherit = "logistics.lane"

    def _record_outcomes(self, outcomes):
        """Record outcomes, as many as there are, in one transaction."""
        tried = [outcome for outcome in outcomes if outcome.is_tried]
        if not tried:
            return
        self._note_failures([outcome for outcome in tried if outcome.error])
        try:
            retrying(self._record_all, tried, tries=RECORD_TRIES)
        except Exception as error:
            if is_transaction_error(error):
                raise
            self._record_apart(tried, error)
        self._note_all([outcome for outcome in tried if not outcome.error])

    def _note_failures(self, failed):
        """Count failures while their places among what is under way are taken.

        What is recorded makes room for the next send: counted after that, a partner
        that does not answer would be asked more often than its threshold allows.
        """
        try:
            self._note_all(failed)
        except Exception as error:
            if not is_transaction_error(error):
                raise
            # No count is worth losing the outcomes themselves.
            _logger.info("failures not counted: %r", error)

    def _note_all(self, outcomes):
        if outcomes:
            self._note_outcomes(
                [(o.lease.message_id, o.error, bool(o.exchanges)) for o in outcomes]
            )

    def _record_apart(self, outcomes, error):
        """Record one by one; what cannot be recorded must be looked up."""
        if len(outcomes) > 1:
            for outcome in outcomes:
                try:
                    retrying(self._record_all, [outcome], tries=RECORD_TRIES)
                except Exception as own:
                    if is_transaction_error(own):
                        raise
                    self._record_apart([outcome], own)
            return
        lease = outcomes[0].lease
        _logger.error("outcome of message %s not recorded", lease.ids, exc_info=error)
        lost = OutcomeUnknown(
            _lt("The outcome could not be recorded: %(error)r", error=error)
        )
        retrying(self._record_all, [Outcome(lease, error=lost)], tries=RECORD_TRIES)

    def _record_all(self, outcomes):
        outcomes = sorted(outcomes, key=lambda outcome: outcome.lease.message_id)
        with own_transaction(self.env) as env:
            # A message whose lease ran out belongs to someone else by now.
            held = lock_leased(env.cr, [outcome.lease for outcome in outcomes])
            messages = env["logistics.message"]
            messages._record_exchanges(
                [
                    (o.lease.message_id, o.lease.number, o.exchanges, o.error)
                    for o in outcomes
                ]
            )
            ours = [o for o in outcomes if o.lease.message_id in held]
            mine = messages.browse(o.lease.message_id for o in ours)
            mine.filtered("crash_count").crash_count = 0
            sent = [
                (mine.browse(o.lease.message_id), o.result)
                for o in ours
                if o.error is None and o.result is not None
            ]
            if sent:
                mine._set_sent(sent)
            for outcome in ours:
                if outcome.error is not None:
                    mine.browse(outcome.lease.message_id)._set_refused(outcome.error)


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _set_sent(self, sent):
        """Record the success of messages: [(message, SendResult)].

        The effects in Odoo belong to this transaction.
        """
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
            vals["note"] = storable(note)
        self.write(vals)

    def _apply_sent(self, result):
        _none, error = self._call_outbound_handler("_sent", result)
        if error:
            # It is at the partner; sending it again would double it.
            self._open_exception(
                PermanentError(
                    _lt(
                        "The partner has it, but Odoo could not record that: %(error)s",
                        error=error,
                    ),
                    remedy=_lt(
                        "Fix what the text names and record it by hand. Do not"
                        " retry the message."
                    ),
                )
            )

    def _set_refused(self, error):
        if isinstance(error, Throttled):
            self._wait_for_slot(error)
            return
        if isinstance(error, NoLongerWanted):
            self._set_withdrawn(error)
            return
        if error.kind in CONTACT_KINDS:
            self.backend_id._note_contact(error)
        if self._is_final(error):
            reported, failure = self._call_outbound_handler("_refused", error)
            # The same cause (no integration user, say) is in the exception.
            if failure and str(failure) != str(error):
                _logger.error("message %s: _refused failed: %s", self.id, failure)
            error = reported or error
        if self._set_failed(error):
            self._open_exception(error)

    def _set_withdrawn(self, error):
        """Take it out: looked at again before the send, it was not wanted."""
        self.write(
            {
                "state": "cancelled",
                "note": recorded(self.backend_id, error, 500),
                "outcome_unknown": False,
                "lease_until": False,
                "error_kind": False,
                "error": False,
            }
        )
        self._resolve_exceptions()
        _none, failure = self._call_outbound_handler("_withdrawn", error)
        if failure:
            self._open_exception(
                PermanentError(
                    _lt(
                        "It was not sent, but Odoo could not record that on its"
                        " document: %(error)s",
                        error=failure,
                    ),
                    remedy=_lt(
                        "Fix what the text names, then check the document: it may"
                        " still look as if the partner had it."
                    ),
                )
            )

    def _wait_for_slot(self, error):
        """Wait for a slot; no attempt is used up and nobody is informed."""
        due = fields.Datetime.now() + timedelta(seconds=error.retry_after or 1)
        self.write(
            {
                "state": "retrying" if self.outcome_unknown else "pending",
                "attempt_count": max(self.attempt_count - 1, 0),
                "next_attempt_at": due,
                "lease_until": False,
            }
        )

    def _call_outbound_handler(self, method, argument):
        """Call the type's handler in a savepoint; return (its answer, its error)."""
        own = type(self._get_outbound_handler(self.env))
        if getattr(own, method) is getattr(self.pool["logistics.handler"], method):
            return None, None  # it has nothing to do
        try:
            with self.env.cr.savepoint():
                env = self.backend_id._as_integration_user().env
                handler = self._get_outbound_handler(env)
                call = getattr(handler, method)
                with engine():
                    answer = call(self.with_env(env), self._get_canonical(), argument)
                    self.env.flush_all()
        except Exception as error:  # recorded by the caller
            if is_transaction_error(error):
                raise
            return None, as_logistics_error(error, self)
        return answer, None
