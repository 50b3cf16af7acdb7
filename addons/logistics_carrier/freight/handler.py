"""Invoices of carriers, as they come in."""

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from .invoice import OPEN_STATES, get_content_hash


class InvoiceChanged(InvalidMessage):
    """The same number came with another content.

    Unlike a conflict of keys it can be replayed: once the imported one is discarded.
    """

    kind = "freight_conflict"


class LogisticsHandlerFreightInvoice(models.AbstractModel):
    _name = "logistics.handler.freight_invoice"
    _inherit = "logistics.handler"
    _description = "Handler: Freight Invoice"

    def _apply(self, items):
        """Import what is new, all together; what is known already changes nothing."""
        backend = items[0][0].backend_id
        invoices = self.env["logistics.freight.invoice"]
        numbers = [canonical.number for _message, canonical in items]
        known = {
            invoice.number: invoice
            for invoice in invoices.search(
                [("backend_id", "=", backend.id), ("number", "in", numbers)]
            )
        }
        new = {}
        for message, canonical in items:
            number = canonical.number
            if number in known:
                is_new = self._check_known(message, canonical, known[number])
                if not is_new:
                    continue
            elif number in new:
                self._check_same(canonical, get_content_hash(new[number][1]))
                continue
            new[number] = (message, canonical)
        created = invoices._import(backend, [c for _message, c in new.values()])
        for (message, _canonical), invoice in zip(new.values(), created, strict=True):
            message._set_document(invoice)
            self._adopt_file(message, invoice)

    def _check_known(self, message, canonical, invoice):
        """Return whether a known invoice is replaced by this one.

        :raises InvoiceChanged: the same number with other content
        """
        message._set_document(invoice)
        is_other = get_content_hash(canonical) != invoice.content_hash
        # A person compared both and accepted the later one.
        is_accepted = bool(message.sudo().twin_id)
        if is_other and is_accepted and invoice.state in OPEN_STATES:
            invoice.sudo().unlink()
            return True
        self._check_same(canonical, invoice.content_hash)
        message.sudo().note = self.env._("It was imported already.")
        return False

    def _check_same(self, canonical, content_hash):
        if get_content_hash(canonical) != content_hash:
            raise InvoiceChanged(
                _lt("Invoice %s came again with another content.", canonical.number),
                remedy=_lt(
                    "Compare both. If the carrier corrected it, discard the"
                    " imported invoice (as long as it is not approved) and retry"
                    " this message; otherwise ignore it."
                ),
            )

    def _adopt_file(self, message, invoice):
        """Give the invoice the file that it was read from."""
        files = self.env["ir.attachment"].sudo()
        files.search(
            [("res_model", "=", message._name), ("res_id", "=", message.id)]
        ).write({"res_model": invoice._name, "res_id": invoice.id})
