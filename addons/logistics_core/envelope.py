"""What a connector hands to the inbox and gets back from a send.

This file never imports odoo.
"""

from __future__ import annotations

from dataclasses import dataclass

from .canonical import Canonical
from .errors import InvalidMessage
from .texts import _lt
from .tools.storable import storable

# PostgreSQL's index of unique keys holds about 2,700 bytes.
LONGEST_KEY = 500
LARGEST_SEQUENCE = 2**53


# Not frozen, which would cost as much as reading the fact did. Nobody changes one.
@dataclass(slots=True, unsafe_hash=True)
class Envelope:
    """One business fact as it came in, before it is translated.

    :param external_id: idempotency key, unique per backend; the partner's own
        identifier of the event, stable across its retries
    :param event: the partner's own name of the event
    :param ordering_key: facts with the same key are applied in order
    :param payload: the raw text of this fact
    :param sequence: order within the key when the partner numbers its facts
    :param correlation_id: the business document, when the partner names it
    :raises InvalidMessage: a text that cannot be stored, or an absurd value
    """

    external_id: str
    event: str
    ordering_key: str
    payload: str
    sequence: int = 0
    correlation_id: str | None = None

    def __post_init__(self) -> None:
        if not self._is_plain():
            self._check()

    def _is_plain(self) -> bool:
        """Return whether it needs no closer look: nearly all do not."""
        id_, event, key = self.external_id, self.event, self.ordering_key
        correlation_id = "-" if self.correlation_id is None else self.correlation_id
        try:
            text = "\x1f".join((id_, event, key, self.payload, correlation_id))
        except TypeError:
            return False
        return (
            type(self.sequence) is int
            and abs(self.sequence) <= LARGEST_SEQUENCE
            and 0 < len(id_) <= LONGEST_KEY
            and 0 < len(event) <= LONGEST_KEY
            and 0 < len(key) <= LONGEST_KEY
            and bool(self.payload)
            and 0 < len(correlation_id) <= LONGEST_KEY
            and text.isascii()
            and "\x00" not in text
        )

    def _check(self) -> None:
        for name in ("external_id", "event", "ordering_key"):
            _check_text(name, getattr(self, name), LONGEST_KEY)
        _check_text("payload", self.payload)
        if self.correlation_id is not None:
            _check_text("correlation_id", self.correlation_id, LONGEST_KEY)
        number = self.sequence
        if type(number) is not int or abs(number) > LARGEST_SEQUENCE:
            raise InvalidMessage(
                _lt(
                    "The sequence is absurd: %(number)s.",
                    number=storable(repr(number), 40),
                )
            )


def _check_text(name: str, value: object, longest: int | None = None) -> None:
    if not isinstance(value, str) or not value:
        raise InvalidMessage(_lt("The %(name)s is missing or no text.", name=name))
    if longest and len(value) > longest:
        raise InvalidMessage(
            _lt(
                "The %(name)s is longer than %(longest)s characters.",
                name=name,
                longest=longest,
            )
        )
    if not _is_storable(value):
        raise InvalidMessage(
            _lt("The %(name)s contains a character that is none.", name=name)
        )


def _is_storable(value: str) -> bool:
    if value.isascii():
        return "\x00" not in value
    try:
        value.encode()  # half of a surrogate pair has no encoding
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


@dataclass(frozen=True, slots=True)
class SendResult:
    """What the partner answered to an outbound message.

    :param external_id: the partner's identifier of what was created
    :param state: `done`, or `sent` when an acknowledgement comes later
    :param response: canonical answer, for the handler's `_sent`
    :param note: one sentence for the message's note
    """

    external_id: str | None = None
    state: str = "done"
    response: Canonical | None = None
    note: str | None = None
