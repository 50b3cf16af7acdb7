"""Canonical JSON: the connector of partners that speak the hub's own messages."""

import json

from odoo import models

from ..canonical import Canonical
from ..envelope import Envelope, SendResult
from ..errors import InvalidMessage
from ..tools import json_fields
from .logistics_connector_http import parse_json

UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


class LogisticsConnectorCanonical(models.AbstractModel):
    """Incoming body: `{"id", "key", "sequence"?, "data": {canonical}}`.

    Outgoing: the same object is posted to the base URL; the answer may name
    the partner's identifier as `{"id": ...}`.
    """

    _name = "logistics.connector.canonical"
    _inherit = "logistics.connector"
    _description = "Connector: Canonical JSON"

    _capabilities = frozenset({"webhook"})
    _idempotency_header = "Idempotency-Key"

    def _test_connection(self, backend):
        self._request(backend, "GET", "", operation="test")
        return self.env._("The partner answers.")

    def _send(self, backend, message, canonical):
        response = self._request(
            backend,
            "POST",
            "",
            json={
                "id": message.external_id,
                "key": message.ordering_key,
                "sequence": int(message.sequence),
                "data": canonical.to_dict(),
            },
            idempotency_key=message.external_id,
        )
        answer = parse_json(response) if response.content else {}
        external_id = answer.get("id") if isinstance(answer, dict) else None
        return SendResult(external_id=str(external_id) if external_id else None)

    def _lookup(self, backend, message, canonical):
        # The idempotency key makes a repeated send harmless.
        return None

    def _has_lookup(self, message_type):
        return True

    def _get_type_code(self, event):
        return event

    def _receive(self, backend, headers, body):
        try:
            fact = json.loads(body)
            data = fact["data"]
            envelope = Envelope(
                external_id=_text(fact, "id"),
                event=_text(data, "_message_type"),
                ordering_key=_text(fact, "key"),
                sequence=int(fact.get("sequence") or 0),
                payload=json.dumps(data, ensure_ascii=False),
                correlation_id=fact.get("correlation_id"),
            )
        except UNREADABLE as e:
            raise InvalidMessage(
                f"The body is not an object with id, key and data: {e}"
            ) from e
        return [envelope]

    def _translate(self, backend, event, payload):
        return Canonical.from_dict(json_fields.load(payload))


def _text(mapping, name):
    value = mapping[name]
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text")
    return value
