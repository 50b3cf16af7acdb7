"""The durable inbox: one INSERT per request, duplicates fall on the index."""

import base64
import hashlib
import json
import logging
import time
import zlib

from psycopg2.errors import UniqueViolation
from psycopg2.extras import execute_values
from werkzeug.datastructures import Headers

from odoo import api, models

from ..envelope import LONGEST_KEY
from ..errors import Conflict, LogisticsError
from ..tools.arrays import as_rows
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


# Of the items that one bulk request had refused; the answer names them all.
MOST_REFUSED_KEPT = 100
# What may differ between the facts of one request, with its type.
VARYING = {
    "external_id": "text",
    "lane_id": "int",
    "type_id": "int",
    "event": "text",
    "body_hash": "text",
    "ordering_key": "text",
    "sequence": "numeric",
    "correlation_id": "text",
    "payload": "text",
}
NOTE_SECONDS = 5
_noted = {}
# A subquery is computed once, the bare expression for each row.
_NOW = "(SELECT now() AT TIME ZONE 'utc')"
INSERT_NEW = f"""
INSERT INTO logistics_message (direction, backend_id, company_id, state,
    attempt_count, outcome_unknown, payload_encoding, create_date, write_date,
    {{names}})
SELECT 'in', %s, %s, 'pending', 0, false, 'utf-8', {_NOW}, {_NOW}, f.*
  FROM ({{rows}}) AS f
"""
SKIP_KNOWN = "ON CONFLICT (backend_id, direction, external_id) DO NOTHING"
# From so many facts on it pays to try first whether all of them are new: skipping
# those that exist costs PostgreSQL a quarter of the insert.
MANY = 20


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

    def _insert_envelopes(self, backend, envelopes, digests):
        """Insert what is new in one statement; return {external_id: id}."""
        places = self._get_places(backend, envelopes)
        keys = [e.ordering_key for e in envelopes]
        events = [e.event for e in envelopes]
        # Documents often have many facts, and each of them the same lane.
        lanes = {
            (event, key): _pick(places[event][1], key)
            for event, key in set(zip(events, keys, strict=True))
        }
        columns = {
            "external_id": [e.external_id for e in envelopes],
            "lane_id": [lanes[pair] for pair in zip(events, keys, strict=True)],
            "type_id": [places[event][0] for event in events],
            "event": events,
            "body_hash": digests,
            "ordering_key": keys,
            "sequence": [e.sequence for e in envelopes],
            "correlation_id": [e.correlation_id for e in envelopes],
            "payload": [e.payload for e in envelopes],
        }
        names, rows, params = as_rows(columns, VARYING)
        insert = INSERT_NEW.format(names=", ".join(names), rows=rows)
        params = [backend.id, backend.company_id.id, *params]
        if len(envelopes) >= MANY:
            try:
                # One way to the server and back instead of three.
                self.env.cr.execute(
                    f"SAVEPOINT many; {insert} RETURNING id",
                    params,
                    log_exceptions=False,
                )
                ids = [id_ for (id_,) in self.env.cr.fetchall()]
                return dict(zip(columns["external_id"], ids, strict=True))
            except UniqueViolation:
                self.env.cr.execute("ROLLBACK TO SAVEPOINT many")
        self.env.cr.execute(f"{insert} {SKIP_KNOWN} RETURNING external_id, id", params)
        return dict(self.env.cr.fetchall())

    def _get_places(self, backend, envelopes):
        """Return {event: (type id or None, ids of its lanes)}."""
        connector = backend._get_connector()
        return {
            event: self._get_type_and_lanes(
                backend, "in", connector._get_type_code(event)
            )
            for event in {envelope.event for envelope in envelopes}
        }

    def _get_envelope_lanes(self, backend, envelopes):
        """Return the lanes to ring for these facts; of many, all they may be in."""
        places = self._get_places(backend, envelopes)
        if len(envelopes) >= MANY:
            ids = {
                lane_id
                for _type_id, lane_ids in places.values()
                for lane_id in lane_ids
            }
        else:
            ids = {_pick(places[e.event][1], e.ordering_key) for e in envelopes}
        return self.env["logistics.lane"].browse(sorted(ids))

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
        keys = [envelope.external_id for envelope in envelopes]
        self.env.cr.execute(
            "SELECT external_id, id, body_hash FROM logistics_message"
            " WHERE backend_id = %s AND direction = 'in' AND external_id = ANY(%s)",
            [backend.id, list(set(keys))],
        )
        stored = {key: (id_, digest) for key, id_, digest in self.env.cr.fetchall()}
        unclaimed = set(created)
        results = []
        for envelope, digest in zip(envelopes, digests, strict=True):
            key = envelope.external_id
            message_id, known = stored.get(key, (None, digest))
            if digest != known:
                row = self._prepare_inbox_row(backend, envelope)
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

    def _prepare_inbox_row(self, backend, envelope):
        type_code = backend._get_connector()._get_type_code(envelope.event)
        row = self._prepare_row(
            backend, "in", envelope.external_id, envelope.ordering_key, type_code
        )
        row.update(
            event=envelope.event,
            body_hash=_digest(envelope.payload),
            sequence=envelope.sequence,
            correlation_id=envelope.correlation_id,
            payload=envelope.payload,
            payload_encoding="utf-8",
            state="pending",
        )
        return row

    def _prepare_row(self, backend, direction, external_id, ordering_key, type_code):
        type_id, lane_ids = self._get_type_and_lanes(backend, direction, type_code)
        return {
            "direction": direction,
            "backend_id": backend.id,
            "company_id": backend.company_id.id,
            "lane_id": _pick(lane_ids, ordering_key),
            "type_id": type_id,
            "external_id": external_id,
            "ordering_key": ordering_key,
            "sequence": 0,
            "attempt_count": 0,
            "outcome_unknown": False,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }

    def _get_type_and_lanes(self, backend, direction, type_code):
        """Return (type id or None, ids of the lanes its messages are spread over)."""
        types = self.env["logistics.message.type"]
        type_id, service_class = types._get_class(type_code)
        lanes = self.env["logistics.lane"]
        return type_id, lanes._get_lane_ids(backend.id, direction, service_class)

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


def _pick(lane_ids, ordering_key):
    """Return the lane in which a key is kept in order."""
    return lane_ids[zlib.crc32(ordering_key.encode()) % len(lane_ids)]


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
