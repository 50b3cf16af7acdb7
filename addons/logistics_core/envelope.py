"""What a connector hands to the inbox and gets back from a send.

This file never imports odoo.
"""

from __future__ import annotations

from dataclasses import dataclass

from .canonical import Canonical


@dataclass(frozen=True, slots=True)
class Envelope:
    """One business fact as it came in, before it is translated.

    :param external_id: idempotency key, unique per backend; the partner's own
        identifier of the event, stable across its retries
    :param event: the partner's own name of the event
    :param ordering_key: facts with the same key are applied in order
    :param payload: the raw text of this fact
    :param sequence: order within the key when the partner numbers its facts
    :param correlation_id: the business document, when the partner names it
    """

    external_id: str
    event: str
    ordering_key: str
    payload: str
    sequence: int = 0
    correlation_id: str | None = None


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
