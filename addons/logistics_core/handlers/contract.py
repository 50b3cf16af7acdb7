"""Service activators: from the canonical message to Odoo's records."""

from odoo import api, models

from ..errors import NoLongerWanted
from ..texts import _lt


class LogisticsHandler(models.AbstractModel):
    """Base of the handlers, one per message type: `logistics.handler.<type>`.

    A handler runs as the backend's integration user in the backend's company.
    """

    _name = "logistics.handler"
    _description = "Message Handler"

    # Whether a backend's batches with this type are applied one after the other, not
    # several at once: for effects on records that many messages share. They have one
    # lane of the backend, whatever the service class of their type.
    _is_exclusive = False

    @api.model
    def _is_alone(self, type_code):
        """Return whether messages of a type must not be applied beside others."""
        name = f"logistics.handler.{type_code}"
        return name in self.env and self.env[name]._is_exclusive

    def _apply(self, items):
        """Apply incoming facts. Runs in a savepoint of the lane's transaction.

        The engine calls it with a whole batch; when it raises, the engine
        undoes the savepoint and tries the halves, down to the one that fails.
        Override it with code on recordsets where the volume is; the default
        goes one by one.

        :param items: list of (message, canonical), in order per ordering key
        :raises LogisticsError: with the cause and the remedy
        """
        for message, canonical in items:
            self._apply_one(message, canonical)

    def _apply_one(self, message, canonical):
        """Apply one incoming fact."""
        raise NotImplementedError

    def _check_wanted(self, message, canonical):
        """Look again, just before it is sent, at what was true when it was queued.

        Not called while an earlier attempt may have reached the partner: that is
        looked up there first.

        :raises NoLongerWanted: with the reason; the message is withdrawn
        """

    def _check_document(self, message):
        """Raise NoLongerWanted when the document of a message was deleted."""
        model = message.res_model
        if not message.res_id or model not in self.env:
            return
        if not self.env[model].browse(message.res_id).exists():
            raise NoLongerWanted(_lt("Its document was deleted in Odoo."))

    def _prepare_send(self, message, canonical):
        """Return an outgoing message as the partner shall get it.

        Called just before it is sent, outside any lock: read the ORM, never
        write. Here Odoo's values become the partner's codes, so that a missing
        value map stops the message and not the document that caused it.

        :raises MappingMissing: a value has no code at this partner
        """
        return canonical

    def _sent(self, message, canonical, result):
        """Record what the partner accepted. `result` is a SendResult."""

    def _withdrawn(self, message, canonical, error):
        """React to a message that was not sent, as nobody wants it any more."""

    def _refused(self, message, canonical, error):
        """React to a final refusal, before the exception is opened.

        :return: the error to report to people instead (see `LogisticsError.reported`),
            or None
        """
