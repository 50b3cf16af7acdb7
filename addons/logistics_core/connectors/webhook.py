"""Receiving: the scheme that is configured on the backend."""

import codecs
import hmac

from odoo import models

from ..errors import AuthenticationFailed, InvalidMessage, TooLarge
from ..texts import _lt
from ..tools import bounded, quick_json, signatures

NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
MOST_ITEMS = 10_000
LARGEST_ITEM = 1024 * 1024


class LogisticsConnector(models.AbstractModel):
    _inherit = "logistics.connector"

    # A partner that signs nothing and repeats a secret: (its header, names of the
    # backend's secrets that it may carry).
    _webhook_key = None

    def _verify_headers(self, backend, headers, now):
        """Check what the headers alone show, before the body is read.

        :raises AuthenticationFailed: `_verify_webhook` would refuse it as well
        """
        if "webhook" not in self._capabilities:
            raise self._not_supported(backend, "webhook")
        if self._webhook_key:
            self._check_webhook_key(backend, headers)
        else:
            signatures.check_headers(backend._get_signature_scheme(), headers, now)

    def _verify_webhook(self, backend, headers, body, now):
        """Raise AuthenticationFailed unless the raw bytes come from the partner.

        :return: the partner's identifier of the request, when it is signed, or None
        """
        if "webhook" not in self._capabilities:
            raise self._not_supported(backend, "webhook")
        if self._webhook_key:
            return self._check_webhook_key(backend, headers)
        scheme, keys = backend._get_signature_scheme(), backend._get_signature_keys()
        return signatures.verify(scheme, keys, headers, body, now)

    def _check_webhook_key(self, backend, headers):
        name, secrets = self._webhook_key
        given = (headers.get(name) or "").encode()
        keys = [key.encode() for key in backend._get_secrets(*secrets) if key]
        if not any(hmac.compare_digest(key, given) for key in keys):
            raise AuthenticationFailed(
                _lt("The header %(name)s does not carry our secret.", name=name),
                remedy=_lt("Check the secret, or press “Subscribe” on the connection."),
            )

    def _get_event_id(self, backend, headers):
        """Return the signed identifier in the headers of an authentic request.

        None when it is not signed: whoever repeats a request could change it.
        """
        if self._webhook_key:
            return None
        scheme = backend._get_signature_scheme()
        return headers.get(scheme.id_header) if scheme.signs_id else None

    def _receive_bulk(self, backend, headers, body):
        """Read a request that carries many facts, each on its own.

        Newline-delimited JSON works with every connector: a line is what the
        partner would otherwise send as a request.

        :return: [(raw bytes, [Envelope] or InvalidMessage)], or None when the
            request is not a bulk request
        """
        if get_media_type(headers) not in NDJSON:
            return None
        # Before they are made: empty lines cost memory as well.
        check_count(max(body.count(b"\n"), body.count(b"\r")))
        lines = [line for line in body.splitlines() if line.strip()]
        if len(lines) > 1 and not _is_json(lines[0]) and _is_json(body):
            # The header is not signed: one fact on many lines stays one fact.
            return None
        check_count(len(lines))
        return [(line, self._receive_item(backend, headers, line)) for line in lines]

    def _receive_item(self, backend, headers, line):
        if len(line) > LARGEST_ITEM:
            text = _lt("The item is larger than %(most)s bytes.", most=LARGEST_ITEM)
            return TooLarge(text)
        try:
            return self._receive(backend, headers, line)
        except InvalidMessage as error:
            return error


def strip_mark(body):
    """Return a body without the byte-order mark that some senders put before it."""
    return body.removeprefix(codecs.BOM_UTF8)


def read_text(body):
    """Return a request's body as text. Raises InvalidMessage."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidMessage(_lt("The body is not UTF-8.")) from error


def _is_json(text):
    try:
        bounded.check_json(text, bounded.BULK)
        quick_json.loads(text)
    except (InvalidMessage, ValueError, RecursionError):
        return False
    return True


def get_media_type(headers):
    return (headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def check_count(count):
    """Raise InvalidMessage when one request carries too many items."""
    if count > MOST_ITEMS:
        raise InvalidMessage(
            _lt(
                "The request carries %(count)s items; at most %(most)s are taken.",
                count=count,
                most=MOST_ITEMS,
            ),
            remedy=_lt("Ask the partner to send them in several requests."),
        )
