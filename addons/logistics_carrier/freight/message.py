"""Invoices read from files are messages like all others: kept, and replayed."""

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
        results = self._receive_rows(backend, rows)
        found = {"stored": [], "duplicate": [], "conflict": []}
        for (status, message_id), invoice in zip(results, invoices, strict=True):
            found[status].append(message_id if status == "stored" else invoice.number)
        messages = self.browse(found["stored"])
        messages.lane_id._ring_after_commit()
        return messages, found["duplicate"], found["conflict"]

    def _knows_freight_invoice(self, backend, number):
        """Return whether an invoice of this number came before."""
        key = f"{TYPE}:{number}"
        known = [("backend_id", "=", backend.id), ("external_id", "=", key)]
        return bool(self.search_count(known, limit=1))

    def _prepare_freight_row(self, backend, invoice):
        # It is canonical from the start: no payload that a replay would translate.
        text = dump_canonical(invoice)
        key = f"{TYPE}:{invoice.number}"
        return {
            **self._prepare_row(backend, "in", key, key, TYPE),
            "event": TYPE,
            "body_hash": hashlib.sha256(text.encode()).hexdigest(),
            "canonical": text,
            "correlation_id": invoice.number,
        }
