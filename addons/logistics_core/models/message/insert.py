"""How rows of messages are written, of those that come in and those that go out.

Without the ORM: the same key twice, also at the same time, must give one row.
"""

import zlib
from functools import lru_cache
from itertools import chain

from odoo import api, models, tools

from ...fields import get_field_defaults

NOW = "now() AT TIME ZONE 'utc'"
DEFAULTED = ["state", "payload_encoding", "attempt_count", "outcome_unknown"]


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    def _insert_rows(self, rows):
        """Insert rows, skip those whose key exists; return {external_id: id}.

        :param rows: {column: value}; what all rows leave out is NULL
        """
        names = tuple(dict.fromkeys(chain.from_iterable(rows)))
        insert, row, rest = _get_insert(names)
        self.env.cr.execute(
            insert + ", ".join([row] * len(rows)) + rest,
            [row.get(name) for row in rows for name in names],
        )
        return dict(self.env.cr.fetchall())

    def _prepare_row(
        self,
        backend,
        direction,
        external_id,
        ordering_key,
        type_code,
        is_urgent=False,
    ):
        type_id, lane_ids = self._get_type_and_lanes(
            backend, direction, type_code, is_urgent
        )
        return {
            **self._prepare_constants(backend, direction),
            "lane_id": pick_lane(lane_ids, ordering_key),
            "type_id": type_id,
            "external_id": external_id,
            "ordering_key": ordering_key,
            "sequence": 0,
        }

    def _prepare_constants(self, backend, direction):
        """Return what all new messages of a backend have alike."""
        return {
            "direction": direction,
            "backend_id": backend.id,
            "company_id": backend.company_id.id,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            **self._get_defaults(),
        }

    @api.model
    @tools.ormcache()
    def _get_defaults(self):
        """Return the values that new messages have from their fields."""
        return get_field_defaults(self, DEFAULTED)

    def _get_type_and_lanes(self, backend, direction, type_code, is_urgent=False):
        """Return (type id or None, ids of the lanes its messages are spread over).

        What goes out urgently has a lane of its own, from which a drain takes first.
        """
        types = self.env["logistics.message.type"]
        type_id, service_class = types._get_class(type_code)
        lanes = self.env["logistics.lane"]
        if direction == "in" and self.env["logistics.handler"]._is_alone(type_code):
            return type_id, (lanes._get_serial_id(backend.id),)
        if direction == "out":
            return type_id, lanes._get_outgoing_ids(
                backend.id, service_class, is_urgent
            )
        return type_id, lanes._get_lane_ids(backend.id, direction, service_class)


@lru_cache(maxsize=64)
def _get_insert(names):
    """Return how the statement that inserts these columns begins, one row, its end."""
    return (
        f"INSERT INTO logistics_message ({', '.join(names)}, create_date, write_date)"
        " VALUES ",
        f"(%s{', %s' * (len(names) - 1)}, {NOW}, {NOW})",
        " ON CONFLICT (backend_id, direction, external_id) DO NOTHING"
        " RETURNING external_id, id",
    )


def pick_lane(lane_ids, ordering_key):
    """Return the lane in which a key is kept in order."""
    return lane_ids[zlib.crc32(ordering_key.encode()) % len(lane_ids)]
