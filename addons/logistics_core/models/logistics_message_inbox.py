"""The durable inbox: one INSERT per request, duplicates fall on the index."""

import base64
import hashlib
import json
import logging

from psycopg2.extras import execute_values
from werkzeug.datastructures import Headers

from odoo import api, models

from ..envelope import LONGEST_KEY
from ..errors import Conflict, LogisticsError
from ..tools.masking import mask_headers
from ..tools.storable import storable

_logger = logging.getLogger(__name__)

COLUMNS = (
    "direction",
    "backend_id",
    "company_id",
    "lane_id",
    "type_id",
    "event",
    "external_id",
    "body_hash",
    "ordering_key",
    "sequence",
    "correlation_id",
    "state",
    "attempt_count",
    "outcome_unknown",
    "payload",
    "payload_encoding",
    "raw_headers",
    "twin_id",
    "canonical",
    "res_model",
    "res_id",
    "error_kind",
    "error",
    "create_uid",
    "write_uid",
    "create_date",
    "write_date",
)


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
        if not envelopes:
            return self.browse(), 0
        rows = [self._prepare_inbox_row(backend, e) for e in envelopes]
        created = self._insert_rows(rows)
        duplicates = len(envelopes) - len(created)
        if duplicates:
            self._check_conflicts(backend, envelopes, rows)
        backend.env.cr.execute(
            "UPDATE logistics_backend SET last_received_at = now() AT TIME ZONE 'utc'"
            " WHERE id IN (SELECT id FROM logistics_backend WHERE id = %s AND"
            " coalesce(last_received_at, '-infinity')"
            " < (now() AT TIME ZONE 'utc') - interval '10 s'"
            " FOR NO KEY UPDATE SKIP LOCKED)",
            [backend.id],
        )
        return self.browse(created.values()), duplicates

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
            "raw_headers": storable(json.dumps(mask_headers(dict(headers.items())))),
            "state": "invalid",
            "error_kind": error.kind,
            "error": storable(error, 500),
        }
        message = self.browse(self._insert_rows([row]).values())
        if message:
            message._open_exception(error)
        return message

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

    def _prepare_inbox_row(self, backend, envelope):
        type_code = backend._get_connector()._get_type_code(envelope.event)
        row = self._prepare_row(
            backend, "in", envelope.external_id, envelope.ordering_key, type_code
        )
        row.update(
            event=envelope.event,
            body_hash=hashlib.sha256(envelope.payload.encode()).hexdigest(),
            sequence=envelope.sequence,
            correlation_id=envelope.correlation_id,
            payload=envelope.payload,
            payload_encoding="utf-8",
            state="pending",
        )
        return row

    def _prepare_row(self, backend, direction, external_id, ordering_key, type_code):
        types = self.env["logistics.message.type"]
        type_id = types._get_id(type_code) if type_code else False
        service_class = types.browse(type_id).sudo().service_class or "standard"
        return {
            "direction": direction,
            "backend_id": backend.id,
            "company_id": backend.company_id.id,
            "lane_id": self.env["logistics.lane"]._get_lane_id(
                backend, direction, service_class, ordering_key
            ),
            "type_id": type_id or None,
            "external_id": external_id,
            "ordering_key": ordering_key,
            "sequence": 0,
            "attempt_count": 0,
            "outcome_unknown": False,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }

    def _insert_rows(self, rows):
        """Insert rows, skip those whose key exists; return {external_id: id}."""
        template = "({}, now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc')".format(
            ", ".join(["%s"] * (len(COLUMNS) - 2))
        )
        values = [tuple(row.get(c) for c in COLUMNS[:-2]) for row in rows]
        result = execute_values(
            self.env.cr._obj,
            f"INSERT INTO logistics_message ({', '.join(COLUMNS)}) VALUES %s"
            " ON CONFLICT (backend_id, direction, external_id) DO NOTHING"
            " RETURNING external_id, id",
            values,
            template=template,
            page_size=1000,
            fetch=True,
        )
        return dict(result)

    def _check_conflicts(self, backend, envelopes, rows):
        """Keep what reuses a key with another content, and say so; never apply it."""
        self.env.cr.execute(
            "SELECT external_id, body_hash, id FROM logistics_message"
            " WHERE backend_id = %s AND direction = 'in' AND external_id = ANY(%s)",
            [backend.id, [envelope.external_id for envelope in envelopes]],
        )
        stored = {key: (digest, id_) for key, digest, id_ in self.env.cr.fetchall()}
        for envelope, row in zip(envelopes, rows, strict=True):
            digest, twin_id = stored[envelope.external_id]
            if row["body_hash"] != digest:
                self._store_conflict(row, twin_id)

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


def _as_text(body):
    try:
        text = body.decode()
        if "\x00" not in text:
            return text, "utf-8"
    except UnicodeDecodeError:
        _logger.debug("not UTF-8, kept as base64")
    return base64.b64encode(body).decode(), "base64"
