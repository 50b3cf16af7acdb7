"""The connector contract: what a vendor's code must and may do."""

from odoo import models

from ..errors import NotSupported
from ..texts import _lt
from ..translation import translated


class LogisticsConnector(models.AbstractModel):
    """Base of the connectors: `logistics.connector.<vendor>`.

    A connector speaks the wire. It declares what it can do in `_capabilities`;
    an undeclared verb raises NotSupported here.
    """

    _name = "logistics.connector"
    _description = "Connector"

    # Message types it can send, and: poll, webhook, subscribe, choices.
    _capabilities = frozenset()
    # Outgoing message type -> name of the method that sends it.
    _senders = {}
    # Outgoing message type -> name of the method that looks it up.
    _lookups = {}
    # Outgoing message types whose lookup may find it, but cannot prove that it is not
    # there: it raises NotSupported then, and sends again when a person replays the
    # message.
    _uncertain_lookups = frozenset()
    # Outgoing message types that do no harm when they are sent twice: their lookup
    # answers "not there" without asking.
    _repeatable = frozenset()
    # The partner's event -> message type, as far as the event alone shows.
    _event_types = {}
    # Message type -> operation group, where it differs from the type's own.
    _operation_groups = {}
    # What is polled: operation -> (its name, minutes, name of the method).
    _polls = {}
    # Operation group -> (requests, seconds) that the partner documents; the
    # group "all" is for a limit over everything.
    _rate_limits = {}

    def _get_rate_limits(self, backend):
        """Return the `_rate_limits` of a connection: they are of the partner's own
        address, not of another one that a person entered (a test server, a proxy)."""
        other = backend.base_url and backend.base_url not in self._base_urls.values()
        return {} if other else self._rate_limits

    def _not_supported(self, backend, verb):
        return NotSupported(
            _lt(
                "%(partner)s does not support “%(verb)s”.",
                partner=backend.name,
                verb=verb,
            )
        )

    def _test_connection(self, backend):
        """Check address and credentials; return a sentence for the user."""
        raise self._not_supported(backend, _lt("test connection"))

    def _takes(self, type_code):
        """Return whether messages of this type can be sent to the partner."""
        return type_code in self._capabilities and type_code in self._senders

    def _fetch_choices(self, backend):
        """Return a list of Choice: what the partner offers to choose from."""
        raise self._not_supported(backend, _lt("lists"))

    def _send(self, backend, message, canonical):
        """Send one outgoing message; return a SendResult.

        HTTP happens here, outside any lock. Read the ORM, never write.
        """
        return self._get_verb(backend, self._senders, canonical)(
            backend, message, canonical
        )

    def _lookup(self, backend, message, canonical):
        """Ask the partner for the effect of an attempt whose outcome is unknown.

        :return: SendResult when the partner has it, None when it has not
        :raises NotSupported: when the partner cannot be asked
        """
        if canonical.message_type in self._repeatable:
            return None
        return self._get_verb(backend, self._lookups, canonical)(
            backend, message, canonical
        )

    def _has_lookup(self, message_type):
        """Return whether the partner can be asked for the effect of this type."""
        return message_type in self._lookups or message_type in self._repeatable

    def _is_lookup_certain(self, message_type):
        """Return whether the partner's answer decides if it has an effect or not."""
        return (
            self._has_lookup(message_type)
            and message_type not in self._uncertain_lookups
        )

    def _get_type_code(self, event):
        """Return the message type of a partner's event, as far as it alone shows."""
        return self._event_types.get(event)

    def _get_verb(self, backend, table, canonical):
        message_type = canonical.message_type
        if message_type not in self._capabilities or message_type not in table:
            raise self._not_supported(backend, message_type)
        return getattr(self, table[message_type])

    def _receive(self, backend, headers, body):
        """Read an authentic request into a list of Envelope.

        :raises InvalidMessage: when the body is not what the partner documents
        """
        raise self._not_supported(backend, "webhook")

    def _translate(self, backend, event, payload):
        """Translate one incoming fact into its canonical form.

        :return: the canonical message, or None when there is nothing to do
        :raises InvalidMessage: unknown event, or a body that makes no sense
        """
        raise self._not_supported(backend, event)

    def _poll(self, backend, run):
        """Yield Envelopes of what is new at the partner since `run.cursor`.

        Set `run.next_cursor` for the next run before the end (see PollRun).
        """
        if run.operation not in self._polls:
            raise self._not_supported(backend, run.operation)
        _name, _minutes, method = self._polls[run.operation]
        return getattr(self, method)(backend, run)

    def _record_poll(self, backend, run):
        """Record what `_poll` noted in `run.details`, in a transaction of its own.

        Called after each run that noted anything, also one that ended in an error;
        `_poll` itself only reads.
        """

    def _get_poll_operations(self):
        """Return [(operation, name, minutes)] of what should be polled."""
        return [
            (operation, translated(self.env, name), minutes)
            for operation, (name, minutes, _method) in self._polls.items()
        ]
