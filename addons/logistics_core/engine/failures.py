"""What went wrong, as an error of the ladder."""

import logging

from odoo.exceptions import UserError

from ..errors import LogisticsError, OutcomeUnknown, PermanentError, TransientError
from ..texts import _lt
from ..tools.storable import storable
from ..transactions import is_transaction_error

_logger = logging.getLogger(__name__)


def as_send_error(error, lease, tried):
    """Return what broke a send: before anything went out, or after."""
    if is_transaction_error(error):
        text = _lt("The database was not available while the message was sent.")
        # Nothing to do with the partner.
        failure = OutcomeUnknown(text) if tried else TransientError(text)
        return failure.reported(kind="internal")
    if tried:
        _logger.error(
            "message %s failed while sending", lease.message_id, exc_info=error
        )
        return OutcomeUnknown(
            _lt("An error after the request was sent: %(error)r", error=error)
        )
    return as_logistics_error(error, lease)


def as_logistics_error(error, message):
    """Return what Odoo or a handler raised as an error of the ladder."""
    if isinstance(error, LogisticsError):
        return error
    if isinstance(error, UserError):
        # Odoo says no, in words for a person: nothing for the server's log.
        _logger.info("message %s is refused: %s", message.ids, error)
    else:
        _logger.error("message %s failed in its handler", message.ids, exc_info=error)
    return PermanentError(
        storable(str(error).strip() or repr(error), 500),
        remedy=_lt(
            "Odoo refused it. Fix what the text names and retry the message; if it"
            " says nothing to you, send the server's log to support."
        ),
        code=type(error).__name__,
    )
