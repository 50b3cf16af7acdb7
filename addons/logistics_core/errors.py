"""What can go wrong with a message.

Errors are raised, never returned. The class decides what happens next: a
`TransientError` is tried again, a `PermanentError` fails at once. `kind` is the kind of
the exception record a person will see, `remedy` says what that person can do. This file
never imports odoo.
"""

from __future__ import annotations

from typing import Any

from .texts import Text, _lt, join

# Failures that say something about the partner and not about the message.
CONTACT_KINDS = ("connection", "unavailable", "authentication")


class LogisticsError(Exception):
    """Base of all errors of the suite.

    :param message: the cause, one sentence for a person, marked with `_lt`
    :param code: the partner's own error code
    :param http_status: status of the partner's answer
    :param request_id: the partner's identifier of the request, for their support
    :param remedy: what to do, overrides the class's own sentence
    :param details: further facts, JSON-serialisable, never secrets
    """

    kind = "internal"
    remedy = _lt("Look at the attempts of the message, then retry it.")
    # Whether later messages of the same ordering key wait until it is settled.
    holds_key = True
    # Messages of a connection that fail with the same one share one exception.
    fingerprint: str | None = None

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        http_status: int | None = None,
        request_id: str | None = None,
        remedy: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.http_status = http_status
        self.request_id = request_id
        self.remedy = remedy or type(self).remedy
        self.details = details or {}

    @property
    def text(self) -> Text | str:
        """The cause, which `translation.translated` says in a reader's language."""
        return self.args[0]

    @property
    def advice(self) -> Text:
        """The cause and what to do, a line each."""
        return join([self.text, self.remedy], "\n")

    def reported(
        self, *, kind: str | None = None, remedy: str | None = None
    ) -> LogisticsError:
        """Return a copy that is reported under another kind or with another remedy."""
        other = type(self).__new__(type(self), *self.args)
        other.__dict__ |= self.__dict__
        other.kind = kind or self.kind
        other.remedy = remedy or self.remedy
        return other

    def turned_into(self, kind: type[LogisticsError], **kw: Any) -> LogisticsError:
        """Return an error of another class about the same answer.

        :param kw: further facts of that class, such as `retry_after`
        """
        facts = {"code": self.code, "http_status": self.http_status}
        return kind(self.text, request_id=self.request_id, **facts, **kw)


class TransientError(LogisticsError):
    """May succeed when tried again; `retry_after` is the wait in seconds."""

    kind = "unavailable"
    remedy = _lt("It is retried automatically. Pause the connection if it lasts.")

    def __init__(
        self, message: str, *, retry_after: float | None = None, **kw: Any
    ) -> None:
        super().__init__(message, **kw)
        self.retry_after = retry_after


class ConnectionFailed(TransientError):
    """The partner could not be reached: nothing was sent."""

    kind = "connection"
    remedy = _lt("Check the address of the connection and the partner's status page.")


class RateLimited(TransientError):
    """The partner asks us to slow down (HTTP 429)."""

    kind = "rate_limit"


class Throttled(TransientError):
    """Nothing was sent: our own limits or an open circuit breaker forbid it now.

    Costs the message no attempt; `retry_after` is the wait for its slot.
    """

    kind = "rate_limit"


class StillWorking(Throttled):
    """The partner has it and is at work on it: ask again after `retry_after`.

    Costs the message no attempt either; who raises it sees to it that it ends.
    """


class RemoteUnavailable(TransientError):
    """The partner answered that it cannot work now (HTTP 5xx)."""


class OutcomeUnknown(TransientError):
    """The request may have had its effect: look up before sending it again."""

    kind = "outcome_unknown"
    remedy = _lt("The partner is asked for the record before anything is sent again.")


class PrerequisiteMissing(TransientError):
    """An earlier fact of the same document has not arrived yet.

    The message waits, without blocking its key, until another message of the
    same ordering key was applied.
    """

    kind = "prerequisite"
    remedy = _lt("It waits for the earlier message. Ask the partner to send it again.")


class PermanentError(LogisticsError):
    """Will fail again however often it is tried."""


class AuthenticationFailed(PermanentError):
    """Credentials or signature are not accepted."""

    kind = "authentication"
    remedy = _lt("Check the credentials on the connection, then retry the message.")


class Rejected(PermanentError):
    """The partner understood the request and refused it."""

    kind = "rejected"
    remedy = _lt("Fix what the partner names, then retry the message.")


class InvalidMessage(PermanentError):
    """The message itself is wrong: not parseable, or absurd values."""

    kind = "invalid_message"
    remedy = _lt("Ask the partner to send it again, or edit and retry it.")


class TooLarge(InvalidMessage):
    """The message is larger than what is read, or applied in one transaction."""

    remedy = _lt("Ask the partner to send it in several smaller messages.")


class MappingMissing(PermanentError):
    """A code has no counterpart in the value maps.

    :param map_kind: kind of the value map
    :param value: the code that is missing
    :param side: where the code comes from: `odoo` or `external`, the partner
    """

    kind = "mapping_missing"
    remedy = _lt("Add the value to the value maps, then retry what waits for it.")

    def __init__(
        self,
        message: str,
        *,
        map_kind: str,
        value: str,
        side: str | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(message, **kw)
        self.map_kind = map_kind
        self.value = value
        self.side = side
        self.details.update(map_kind=map_kind, value=value)


class NotSupported(PermanentError):
    """The connector does not declare this capability."""

    kind = "not_supported"
    remedy = _lt("Handle it with the partner by hand, then resolve this exception.")


class Conflict(PermanentError):
    """The same key was used before with another content."""

    kind = "conflict"
    remedy = _lt("Compare both messages, then retry the right one or ignore this one.")


class ApprovalNeeded(PermanentError):
    """A person wrote what a partner is said to have sent: another one looks at it."""

    kind = "approval"
    remedy = _lt(
        "Another person than the one who edited it compares it with the original, and"
        " retries it."
    )


class NoLongerWanted(PermanentError):
    """What is true now makes the message pointless: it is not sent.

    Its text is the reason a person sees. The message is withdrawn, and no exception
    is opened.
    """

    kind = "no_longer_wanted"


class UnknownDocument(PermanentError):
    """The message names a document that Odoo does not have."""

    kind = "unknown_document"
    remedy = _lt("Find out what the partner means, link or create it, then retry.")
