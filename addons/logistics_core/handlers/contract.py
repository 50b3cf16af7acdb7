"""Service activators: from the canonical message to Odoo's records."""

from odoo import api, models

from ..errors import NoLongerWanted, OutcomeUnknown, PermanentError, Rejected
from ..texts import _lt
from ..translation import recorded


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
    # Models that `_check_wanted` looks at, beside that of the message's document:
    # what an earlier message has read of them is read again.
    _looks_at = ()
    # Whether a message is pointless once its document was deleted. What takes
    # something back at the partner is not.
    _needs_document = True

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

    def _look_again(self, message, canonical):
        """Look again before a send, at Odoo as it is now; see `_check_wanted`."""
        if message.res_id and message.res_model in self.env:
            document = self.env[message.res_model].browse(message.res_id)
            document.invalidate_recordset()
        for model in self._looks_at:
            self.env[model].invalidate_model()
        self._check_document(message)
        self._check_wanted(message, canonical)

    def _check_document(self, message):
        """Raise unless the document of a message is there; see `_get_document`."""
        if self._needs_document:
            self._get_document(message)
        else:
            self._find_document(message)

    def _get_document(self, message):
        """Return the document a message is about, None when it is about none.

        :raises NoLongerWanted: it was deleted
        :raises PermanentError: the integration user may not read it
        """
        record = self._find_document(message)
        if record is None and message.res_id and message.res_model in self.env:
            raise NoLongerWanted(_lt("Its document was deleted in Odoo."))
        return record

    def _find_document(self, message):
        """Return the document a message is about, None when there is none any more.

        :raises PermanentError: the integration user may not read it
        """
        if not message.res_id or message.res_model not in self.env:
            return None
        record = self.env[message.res_model].browse(message.res_id).exists()
        if not record:
            return None
        if not record.has_access("read"):
            raise PermanentError(
                _lt(
                    "The integration user “%(user)s” may not read %(document)s.",
                    user=self.env.user.name,
                    document=record.sudo().display_name,
                ),
                remedy=_lt(
                    "Give this user the right to read it: its groups, its company"
                    " and the record rules decide. Then retry the message."
                ),
            )
        return record

    def _is_unclear(self, message, error):
        """Return whether the partner may have done what finally failed here."""
        return isinstance(error, OutcomeUnknown) or (
            message.outcome_unknown and not isinstance(error, Rejected)
        )

    def _note(self, message, text):
        """Store a sentence on a message, for the people of its company."""
        message.sudo().note = recorded(message.backend_id, text, 500)

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
