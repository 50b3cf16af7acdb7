"""The outbox: the intent is written with the business change, sent later."""

import hashlib

from odoo import api, fields, models

from ...canonical import dump_canonical


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _enqueue(
        self,
        backend,
        canonical,
        *,
        record,
        ordering_key,
        external_id,
        correlation_id=None,
        sequence=0,
        is_urgent=False,
    ):
        """Write one outgoing message in the current transaction.

        Calling it again with the same `external_id` writes nothing and returns
        the message that exists.

        :param external_id: idempotency key, unique per backend
        :param is_urgent: it is sent before what waits already; the same for all
            messages of an ordering key, whose order is kept within their lane
        :return: the message
        """
        return self._enqueue_many(
            backend,
            [
                {
                    "canonical": canonical,
                    "record": record,
                    "ordering_key": ordering_key,
                    "external_id": external_id,
                    "correlation_id": correlation_id,
                    "sequence": sequence,
                    "is_urgent": is_urgent,
                }
            ],
        )

    @api.model
    def _enqueue_many(self, backend, items):
        """Write many outgoing messages; `items` hold the arguments of _enqueue.

        :return: the messages, in the order of the items
        """
        if not items:
            return self.browse()
        # The company and rights of the person do not matter here: who may
        # change the document may cause its message.
        outbox = self.sudo()
        outbox._supersede(backend, items)
        outbox.env.flush_all()
        created = outbox._insert_rows(
            [outbox._prepare_outbox_row(backend, item) for item in items]
        )
        outbox.browse(created.values()).lane_id._ring_after_commit()
        if len(created) < len(items):
            created = outbox._find_by_keys(backend, [i["external_id"] for i in items])
        return self.browse([created[i["external_id"]] for i in items])

    @api.model
    def _record_sent(self, backend, item, note):
        """Note what the partner has already: nothing is sent.

        :param item: arguments of `_enqueue`
        """
        row = self._prepare_outbox_row(backend, item)
        row |= {"state": "done", "note": note, "done_at": fields.Datetime.now()}
        self.env.flush_all()
        self._insert_rows([row])

    def _find_by_keys(self, backend, external_ids):
        found = self.search(
            [
                ("backend_id", "=", backend.id),
                ("direction", "=", "out"),
                ("external_id", "in", external_ids),
            ]
        )
        return {message.external_id: message.id for message in found}

    def _prepare_outbox_row(self, backend, item):
        canonical = item["canonical"]
        text = dump_canonical(canonical)
        row = self._prepare_row(
            backend,
            "out",
            item["external_id"],
            item["ordering_key"],
            canonical.message_type,
            is_urgent=bool(item.get("is_urgent")),
        )
        row.update(
            sequence=item.get("sequence") or 0,
            correlation_id=item.get("correlation_id"),
            canonical=text,
            res_model=item["record"]._name,
            res_id=item["record"].id,
            body_hash=hashlib.sha256(text.encode()).hexdigest(),
        )
        return row

    def _supersede(self, backend, items):
        """Supersede unsent older messages of the same record, where the type allows.

        Also those that were refused: the newer one holds what was corrected since.
        """
        types = self.env["logistics.message.type"]
        codes = {item["canonical"].message_type for item in items}
        codes = [code for code in codes if types._get(code).sudo().supersedes]
        if not codes:
            return
        newer = [i for i in items if i["canonical"].message_type in codes]
        stale = self.search(
            [
                ("backend_id", "=", backend.id),
                ("direction", "=", "out"),
                ("type_id.code", "in", codes),
                ("ordering_key", "in", [item["ordering_key"] for item in newer]),
                # The same intent written again does not supersede itself.
                ("external_id", "not in", [item["external_id"] for item in newer]),
                ("state", "in", ("pending", "retrying", "deferred", "dead", "invalid")),
                ("outcome_unknown", "=", False),
            ]
        )
        keys = {(i["canonical"].message_type, i["ordering_key"]) for i in newer}
        stale = stale.filtered(lambda m: (m.type_code, m.ordering_key) in keys)
        stale.write({"state": "superseded"})
        stale._resolve_exceptions()

    def _hurry(self):
        """Put an unsent message, the only one of its key, before what waits."""
        self.ensure_one()
        lane = self.lane_id._get_urgent_id(self.backend_id.id)
        others = self.search_count(
            [
                ("lane_id", "=", self.lane_id.id),
                ("ordering_key", "=", self.ordering_key),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if self.lane_id.id != lane and not others:
            self.lane_id = lane
            self.lane_id._ring_after_commit()

    def _never_left(self):
        """Return whether it is unsent, or was withdrawn before it was sent."""
        self.ensure_one()
        withdrawn = self.state == "cancelled" and not self.outcome_unknown
        return withdrawn or self._is_unsent()

    def _is_unsent(self):
        """Return whether nothing of this message can have reached the partner."""
        self.ensure_one()
        return (
            self.state in ("pending", "retrying", "deferred", "invalid", "dead")
            and not self.outcome_unknown
        )
