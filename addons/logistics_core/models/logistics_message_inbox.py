"""The durable inbox: one statement per request, duplicates fall on the index."""

import base64
import hashlib
import json
import logging
import time

from werkzeug.datastructures import Headers

from odoo import api, models

from ..envelope import LONGEST_KEY
from ..errors import Conflict, LogisticsError
from ..tools.masking import mask_headers
from ..tools.storable import storable

_logger = logging.getLogger(__name__)

# Of the items that one bulk request had refused; the answer names them all.
MOST_REFUSED_KEPT = 100
NOTE_SECONDS = 5
_noted = {}


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _receive(self, backend, envelopes):
        """Store incoming facts in the current transaction.

        The caller uses a READ COMMITTED transaction (see own_transaction) and
        rings the lanes after the commit.

        :param envelopes: list of Envelope
        :return: (messages that are new, number of duplicates)
        """
        results = self._receive_each(backend, envelopes)
        new = [message_id for status, message_id in results if status == "stored"]
        return self.browse(new), len(results) - len(new)

    @api.model
    def _receive_each(self, backend, envelopes):
        """Do the work of `_receive`; tell what became of each envelope.

        :return: [(status, message id or None)] in the order of the envelopes;
            `stored`, `duplicate`, or `conflict`: the key came with other content
        """
        if not envelopes:
            return []
        digests = [_digest(envelope.payload) for envelope in envelopes]
        created = self._insert_envelopes(backend, envelopes, digests)
        self._note_received(backend)
        if len(created) == len(envelopes):
            return [("stored", created[e.external_id]) for e in envelopes]
        return self._sort_out(backend, envelopes, digests, created)

    def _find_received(self, backend, external_ids):
        """Return {external_id: (id, body_hash)} of those that are in the inbox."""
        self.env.cr.execute(
            "SELECT external_id, id, body_hash FROM logistics_message"
            " WHERE backend_id = %s AND direction = 'in' AND external_id = ANY(%s)",
            [backend.id, list(set(external_ids))],
        )
        return {key: (id_, digest) for key, id_, digest in self.env.cr.fetchall()}

    def _note_received(self, backend):
        """Remember when the partner was heard; seldom, to spare a hot row."""
        key, now = (self.env.cr.dbname, backend.id), time.monotonic()
        if now - _noted.get(key, -NOTE_SECONDS) < NOTE_SECONDS:
            return
        _noted[key] = now
        self.env.cr.execute(
            "UPDATE logistics_backend SET last_received_at = now() AT TIME ZONE 'utc'"
            " WHERE id IN (SELECT id FROM logistics_backend WHERE id = %s AND"
            " coalesce(last_received_at, '-infinity')"
            " < (now() AT TIME ZONE 'utc') - interval '10 s'"
            " FOR NO KEY UPDATE SKIP LOCKED)",
            [backend.id],
        )

    def _sort_out(self, backend, envelopes, digests, created):
        """Tell new from duplicate and conflict, also within one request."""
        stored = self._find_received(backend, [e.external_id for e in envelopes])
        unclaimed = set(created)
        results = []
        for envelope, digest in zip(envelopes, digests, strict=True):
            key = envelope.external_id
            message_id, known = stored.get(key, (None, digest))
            if digest != known:
                row = self._prepare_inbox_row(backend, envelope, digest)
                self._store_conflict(row, message_id)
                results.append(("conflict", None))
            elif key in unclaimed:
                unclaimed.discard(key)
                results.append(("stored", message_id))
            else:
                results.append(("duplicate", message_id))
        return results

    @api.model
    def _receive_unreadable(self, backend, headers, body, error, external_id=None):
        """Keep an authentic request that could not be read, with its exception.

        Its headers are kept (masked), so that it can be read anew when replayed.
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
            "error": storable(error, 500),
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
                    "error": storable(error, 500),
                }
            )
        messages = self.browse(self._insert_rows(rows).values())
        if messages:
            error = refused[0][1]
            exception = self.env["logistics.exception"]._open(
                backend,
                error.kind,
                self.env._("Bulk request: %s items refused", len(refused)),
                str(error),
                error.remedy,
                message=messages[0],
                fingerprint=f"bulk:{digest}",
            )
            exception.message_ids_involved = messages

    def _read_again(self):
        """Read a kept request anew: its facts take their own places in the inbox."""
        backend = self.backend_id
        body = self.payload.encode()
        if self.payload_encoding == "base64":
            body = base64.b64decode(body)
        headers = Headers(json.loads(self.raw_headers))
        with self.env.cr.savepoint():
            envelopes = backend._get_connector()._receive(backend, headers, body)
            new, _duplicates = self._receive(backend, envelopes)
        self._mark_done(note=self.env._("Read as %s message(s).", len(envelopes)))
        new.lane_id._ring_after_commit()

    def _store_conflict(self, row, twin_id):
        error = Conflict(
            f"The key {row['external_id']} came again with another content."
        )
        key = f"conflict:{row['external_id']}:{row['body_hash'][:16]}"
        row = {
            **row,
            "external_id": key,
            # It blocks nothing; once a person accepts it, it takes its twin's key.
            "ordering_key": key,
            "twin_id": twin_id,
            "state": "invalid",
            "error_kind": error.kind,
            "error": str(error),
        }
        message = self.browse(self._insert_rows([row]).values())
        if message:
            message._open_exception(error)

    def _open_exception(self, error: LogisticsError):
        """Open (or join) the exception that tells a person about this error."""
        self.ensure_one()
        return self.env["logistics.exception"]._open_for_error(self, error)


def _dump_headers(headers):
    return storable(json.dumps(mask_headers(dict(headers.items()))))


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(body):
    try:
        text = body.decode()
        if "\x00" not in text:
            return text, "utf-8"
    except UnicodeDecodeError:
        _logger.debug("not UTF-8, kept as base64")
    return base64.b64encode(body).decode(), "base64"
