"""Invoices read from files take the way of all messages: kept, and replayed."""

import hashlib

from odoo import api, models

from odoo.addons.logistics_core.canonical import dump_canonical

TYPE = "freight_invoice"


class LogisticsMessage(models.Model):
    _inherit = "logistics.message"

    @api.model
    def _receive_freight_invoices(self, backend, invoices):
        """Put what was read from a file into the inbox, one message per invoice.

        :param invoices: list of FreightInvoice
        :return: (new messages, numbers known already, numbers with other content)
        """
        rows = [self._prepare_freight_row(backend, invoice) for invoice in invoices]
        created = self._insert_rows(rows) if rows else {}
        messages = self.browse(created.values())
        known, conflicts = [], []
        stored = self._get_freight_digests(backend, rows)
        unclaimed = set(created)
        for row, invoice in zip(rows, invoices, strict=True):
            key = row["external_id"]
            message_id, digest = stored[key]
            if digest != row["body_hash"]:
                self._store_conflict(row, message_id)
                conflicts.append(invoice.number)
            elif key in unclaimed:
                unclaimed.discard(key)
            else:
                known.append(invoice.number)
        messages.lane_id._ring_after_commit()
        return messages, known, conflicts

    def _prepare_freight_row(self, backend, invoice):
        # It is canonical from the start: no payload that a replay would translate.
        text = dump_canonical(invoice)
        key = f"{TYPE}:{invoice.number}"
        return {
            **self._prepare_row(backend, "in", key, key, TYPE),
            "event": TYPE,
            "body_hash": hashlib.sha256(text.encode()).hexdigest(),
            "payload_encoding": "utf-8",
            "canonical": text,
            "correlation_id": invoice.number,
            "state": "pending",
        }

    def _get_freight_digests(self, backend, rows):
        """Return {key: (message id, digest of its content)}."""
        self.env.cr.execute(
            "SELECT external_id, id, body_hash FROM logistics_message"
            " WHERE backend_id = %s AND direction = 'in' AND external_id = ANY(%s)",
            [backend.id, [row["external_id"] for row in rows]],
        )
        return {key: (id_, digest) for key, id_, digest in self.env.cr.fetchall()}
