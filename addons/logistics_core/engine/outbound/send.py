"""One outgoing message: ask the partner for it, or send it."""

from odoo import fields, models

from ...errors import NoLongerWanted, NotSupported, OutcomeUnknown, PermanentError
from ...guard import engine
from ...texts import _lt, join
from ...tools import throttle
from ..gate.limiter import RateLimiter


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    leased_at = fields.Datetime(
        readonly=True, help="When a worker started to process only this message."
    )

    def _send_or_look_up(self):
        """Return the partner's answer; each request waits for its slot."""
        gate = self.env["logistics.gate"]._get_for_type(
            self.backend_id, self.type_id.id
        )
        with throttle.using(RateLimiter(self.env, gate, self.id)):
            return self._ask_partner()

    def _ask_partner(self):
        """Send, but never what may be there already."""
        backend = self.backend_id._as_integration_user()
        connector = backend._get_connector()
        handler = self._get_outbound_handler(backend.env)
        message, intent = self.with_env(backend.env), self._get_canonical()
        with engine():
            if not self.outcome_unknown:
                handler._look_again(message, intent)
            canonical = self._prepare_outgoing(handler, message, intent)
        if self.outcome_unknown:
            try:
                found = connector._lookup(backend, self, canonical)
            except NotSupported as error:
                raise _cannot_ask() from error
            if found is not None:
                return found
            # The lookup took its time: what was read before it may be out of date.
            message.env.invalidate_all(flush=False)
            with engine():
                handler._look_again(message, intent)
        return connector._send(backend, self, canonical)

    def _prepare_outgoing(self, handler, message, intent):
        """Return it as it is sent; never withdraw what may have arrived."""
        try:
            return handler._prepare_send(message, intent)
        except NoLongerWanted as error:
            if self.outcome_unknown:
                raise _cannot_ask(error.text) from error
            raise

    def _get_outbound_handler(self, env):
        """Return the handler of this type; nothing to record needs none."""
        name = f"logistics.handler.{self.type_code}"
        return env[name] if name in env else env["logistics.handler"]


def _cannot_ask(reason=None):
    text = _lt(
        "An earlier attempt may have reached the partner, and this "
        "partner cannot be asked."
    )
    return PermanentError(
        join([text, reason]) if reason else text,
        remedy=_lt(
            "Ask the partner whether it has it. If not, retry the message: it is"
            " sent again. If it has, mark this as resolved."
        ),
    ).reported(kind=OutcomeUnknown.kind)
