"""Canonical JSON: the connector of partners that speak the hub's own messages."""

from odoo import models

from ..canonical import Canonical
from ..envelope import Envelope, SendResult
from ..errors import InvalidMessage, OutcomeUnknown, TooLarge
from ..texts import _lt
from ..tools import bounded, json_fields, quick_json
from .http import parse_json
from .webhook import LARGEST_ITEM, check_count

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
    the partner's identifier and its canonical answer as `{"id", "data": {canonical}}`.
    """

    _name = "logistics.connector.canonical"
    _inherit = "logistics.connector"
    _description = "Connector: Canonical JSON"

    _capabilities = frozenset({"webhook"})
    _idempotency_header = "Idempotency-Key"

    def _takes(self, type_code):
        return True  # the partner reads the hub's own messages

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
        answer = answer if isinstance(answer, dict) else {}
        external_id, data = answer.get("id"), answer.get("data")
        return SendResult(
            external_id=str(external_id) if external_id else None,
            response=_read_response(data) if data else None,
        )

    def _lookup(self, backend, message, canonical):
        # The idempotency key makes a repeated send harmless.
        return None

    def _has_lookup(self, message_type):
        return True

    def _get_type_code(self, event):
        return event

    def _receive(self, backend, headers, body):
        return [_read_fact(_load(body))]

    def _receive_bulk(self, backend, headers, body):
        lines = super()._receive_bulk(backend, headers, body)
        if lines is not None or body.lstrip()[:1] != b"[":
            return lines
        facts = _load(body, bounded.BULK)
        check_count(len(facts))
        return [_read_item(fact) for fact in facts]

    def _translate(self, backend, event, payload):
        return Canonical.from_dict(json_fields.load(payload))


def _read_response(data):
    try:
        return Canonical.from_dict(data)
    except InvalidMessage as error:
        # It was accepted, in words we do not know.
        raise OutcomeUnknown(
            _lt("The partner's answer is unclear: %(error)s", error=error)
        ) from error


def _load(body, bounds=bounded.MESSAGE):
    try:
        bounded.check_json(body, bounds)
        return quick_json.loads(body)
    except ValueError as error:
        raise InvalidMessage(
            _lt("The body is not readable JSON: %(error)s", error=error)
        ) from error
    except RecursionError as error:
        raise InvalidMessage(_lt("The JSON is nested too deeply.")) from error


def _read_item(fact):
    raw = quick_json.dumps(fact).encode(errors="replace")
    try:
        if len(raw) > LARGEST_ITEM:
            text = _lt("The item is larger than %(most)s bytes.", most=LARGEST_ITEM)
            raise TooLarge(text)
        if len(raw) > bounded.MESSAGE.parts:  # a smaller one cannot have as many
            bounded.check_json(raw, bounded.MESSAGE)
        return raw, [_read_fact(fact)]
    except InvalidMessage as error:
        return raw, error


def _read_fact(fact):
    try:
        data = fact["data"]
        return Envelope(
            external_id=fact["id"],
            event=data["_message_type"],
            ordering_key=fact["key"],
            sequence=int(fact.get("sequence") or 0),
            payload=quick_json.dumps(data),
            correlation_id=fact.get("correlation_id"),
        )
    except UNREADABLE as e:
        raise InvalidMessage(
            _lt("The body is not an object with id, key and data: %(e)s", e=e)
        ) from e
