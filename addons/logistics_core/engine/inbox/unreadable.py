"""Requests that could not be read: kept as they came, to be read again."""

import base64
import hashlib
import json
import logging

from werkzeug.datastructures import Headers

from odoo import api, models

from ...connectors.webhook import strip_mark
from ...envelope import LONGEST_KEY
from ...texts import _lt
from ...tools.masking import mask_headers
from ...tools.storable import storable
from ...translation import recorded
from ..inbound.batch import finish
from ..lane.due_message import DueMessage

_logger = logging.getLogger(__name__)

# Of the items that one bulk request had refused; the answer names them all.
MOST_REFUSED_KEPT = 100


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _receive_unreadable(self, backend, headers, body, error, external_id=None):
        """Keep an authentic request that could not be read, with its exception.

        Its headers are kept (masked), so that it can be read again when replayed.
        """
        digest = hashlib.sha256(body).hexdigest()
        text, encoding = _as_text(body)
        usable = external_id and len(external_id) <= LONGEST_KEY
        key = f"unreadable:{storable(external_id) if usable else digest}"
        row = {
            **self._prepare_row(backend, "in", key, key, None),
            "body_hash": digest,
            "payload": text,
            "payload_encoding": encoding,
            "raw_headers": _dump_headers(headers),
            "state": "invalid",
            "error_kind": error.kind,
            "error": recorded(backend, error, 500),
        }
        message = self.browse(self._insert_rows([row]).values())
        if message:
            message._open_exception(error)
        return message

    @api.model
    def _receive_refused_items(self, backend, headers, refused, digest):
        """Keep items of a bulk request that could not be read, with one exception.

        :param refused: [(raw bytes, InvalidMessage)]
        :param digest: identifies the request
        """
        rows = []
        for raw, error in refused[:MOST_REFUSED_KEPT]:
            text, encoding = _as_text(raw)
            key = f"unreadable:{hashlib.sha256(raw).hexdigest()}"
            rows.append(
                {
                    **self._prepare_row(backend, "in", key, key, None),
                    "body_hash": hashlib.sha256(raw).hexdigest(),
                    "payload": text,
                    "payload_encoding": encoding,
                    "raw_headers": _dump_headers(headers),
                    "state": "invalid",
                    "error_kind": error.kind,
                    "error": recorded(backend, error, 500),
                }
            )
        messages = self.browse(self._insert_rows(rows).values())
        if messages:
            error = refused[0][1]
            exception = self.env["logistics.exception"]._open(
                backend,
                error.kind,
                _lt("Bulk request: %s items refused", len(refused)),
                error,
                error.remedy,
                message=messages[0],
                fingerprint=f"bulk:{digest}",
            )
            exception.message_ids_involved = messages

    def _read_again(self):
        """Read a kept request again: its facts take their own places in the inbox."""
        backend = self.backend_id
        body = self.payload.encode()
        if self.payload_encoding == "base64":
            body = base64.b64decode(body)
        headers = Headers(json.loads(self.raw_headers))
        with self.env.cr.savepoint():
            connector = backend._get_connector()
            envelopes = connector._receive(backend, headers, strip_mark(body))
            new, _duplicates = self._receive(backend, envelopes)
        row = DueMessage(self.id, self.ordering_key, None, None, None, None, 0)
        note = self.env._("Read as %s message(s).", len(envelopes))
        finish(self.env, [(row, None, 0, note)])
        new.lane_id._ring_after_commit()


def _dump_headers(headers):
    return storable(json.dumps(mask_headers(dict(headers.items()))))


def _as_text(body):
    try:
        text = body.decode()
        if "\x00" not in text:
            return text, "utf-8"
    except UnicodeDecodeError:
        _logger.debug("not UTF-8, kept as base64")
    return base64.b64encode(body).decode(), "base64"
