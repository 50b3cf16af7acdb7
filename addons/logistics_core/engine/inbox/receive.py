"""The durable inbox: one statement per request, duplicates fall on the index.

A few messages get into their table by INSERT, many by COPY.
"""

import hashlib
import time

from psycopg2.errors import UniqueViolation

from odoo import api, models

from ...errors import Conflict
from ...models.message.insert import pick_lane
from ...texts import _lt
from ...tools.copy_rows import OPTIONS, CopyRows
from ...translation import recorded

# From so many facts on they go in by COPY, at first as if all of them were new:
# skipping those that exist costs PostgreSQL a quarter of the work.
MANY = 20
NOTE_SECONDS = 5
_noted = {}
# One round trip; array_agg keeps the order of the series.
BEFORE_MANY = """
SAVEPOINT many;
SELECT now() AT TIME ZONE 'utc', array_agg(nextval('logistics_message_id_seq'))
  FROM generate_series(1, %s)
"""


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
        """Do the work of `_receive`; return what became of each envelope.

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
        facts = zip(envelopes, digests, strict=True)
        return self._sort_out(
            backend,
            [(envelope.external_id, digest) for envelope, digest in facts],
            created,
            lambda n: self._prepare_inbox_row(backend, envelopes[n], digests[n]),
        )

    @api.model
    def _receive_rows(self, backend, rows):
        """Store facts that are rows already, such as those read from a file.

        :param rows: see `_prepare_row`; each has `external_id` and `body_hash`
        :return: as `_receive_each`
        """
        created = self._insert_rows(rows) if rows else {}
        keys = [(row["external_id"], row["body_hash"]) for row in rows]
        return self._sort_out(backend, keys, created, rows.__getitem__)

    def _insert_envelopes(self, backend, envelopes, digests):
        """Insert what is new; return {external_id: id}."""
        facts = list(zip(envelopes, digests, strict=True))
        if len(facts) < MANY:
            return self._insert_rows(
                [self._prepare_inbox_row(backend, *fact) for fact in facts]
            )
        while facts:
            try:
                return self._copy_facts(backend, facts)
            except UniqueViolation:
                self.env.cr.execute("ROLLBACK TO SAVEPOINT many")
                known = self._find_received(backend, [e.external_id for e, _ in facts])
                new = {}
                for envelope, digest in facts:
                    if envelope.external_id not in known:
                        new.setdefault(envelope.external_id, (envelope, digest))
                if len(new) == len(facts):
                    raise
                facts = list(new.values())
        return {}

    def _copy_facts(self, backend, facts):
        """Insert facts that are all new.

        :param facts: [(Envelope, digest of its payload)]
        :return: {external_id: id}
        :raises UniqueViolation: one was not new; roll back to the savepoint `many`
        """
        envelopes = [envelope for envelope, _digest in facts]
        places = self._get_places(backend, envelopes)
        keys = [e.ordering_key for e in envelopes]
        events = [e.event for e in envelopes]
        # Documents often have many facts, and each of them the same lane.
        lanes = {
            (event, key): pick_lane(places[event][1], key)
            for event, key in set(zip(events, keys, strict=True))
        }
        self.env.cr.execute(BEFORE_MANY, [len(facts)])
        now, ids = self.env.cr.fetchone()
        fixed = {
            **self._prepare_constants(backend, "in"),
            "create_date": now,
            "write_date": now,
        }
        columns = {
            "id": ids,
            "lane_id": [lanes[pair] for pair in zip(events, keys, strict=True)],
            "type_id": [places[event][0] for event in events],
            "event": events,
            "external_id": [e.external_id for e in envelopes],
            "body_hash": [digest for _envelope, digest in facts],
            "ordering_key": keys,
            "sequence": [e.sequence for e in envelopes],
            "correlation_id": [e.correlation_id for e in envelopes],
            "payload": [e.payload for e in envelopes],
        }
        rows = CopyRows(fixed, columns)
        self.env.cr.copy_expert(
            f"COPY logistics_message ({', '.join(rows.names)}) FROM STDIN {OPTIONS}",
            rows,
        )
        return dict(zip(columns["external_id"], ids, strict=True))

    def _prepare_inbox_row(self, backend, envelope, digest):
        type_code = backend._get_connector()._get_type_code(envelope.event)
        row = self._prepare_row(
            backend, "in", envelope.external_id, envelope.ordering_key, type_code
        )
        row.update(
            event=envelope.event,
            body_hash=digest,
            sequence=envelope.sequence,
            correlation_id=envelope.correlation_id,
            payload=envelope.payload,
        )
        return row

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
            ids = {pick_lane(places[e.event][1], e.ordering_key) for e in envelopes}
        return self.env["logistics.lane"].browse(sorted(ids))

    def _find_received(self, backend, external_ids):
        """Return {external_id: (id, body_hash)} of those that are in the inbox."""
        self.env.cr.execute(
            "SELECT external_id, id, body_hash FROM logistics_message"
            " WHERE backend_id = %s AND direction = 'in' AND external_id = ANY(%s)",
            [backend.id, list(set(external_ids))],
        )
        return {key: (id_, digest) for key, id_, digest in self.env.cr.fetchall()}

    def _sort_out(self, backend, keys, created, get_row):
        """Distinguish new, duplicate and conflict, also within one request.

        :param keys: [(external_id, digest)]
        :param created: {external_id: id} of the new ones
        :param get_row: returns the row of the fact with that number
        """
        stored = self._find_received(backend, [key for key, _digest in keys])
        unnamed = set(created)
        results = []
        for number, (key, digest) in enumerate(keys):
            message_id, known = stored.get(key, (None, digest))
            if digest != known:
                self._store_conflict(get_row(number), message_id)
                results.append(("conflict", None))
            elif key in unnamed:
                unnamed.discard(key)
                results.append(("stored", message_id))
            else:
                results.append(("duplicate", message_id))
        return results

    def _store_conflict(self, row, twin_id):
        backend = self.env["logistics.backend"].browse(row["backend_id"])
        error = Conflict(
            _lt(
                "The key %(external_id)s came again with another content.",
                external_id=row["external_id"],
            )
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
            "error": recorded(backend, error),
        }
        message = self.browse(self._insert_rows([row]).values())
        if message:
            message._open_exception(error)

    def _note_received(self, backend):
        """Record when the partner last sent something; rarely, to spare a hot row."""
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


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()
