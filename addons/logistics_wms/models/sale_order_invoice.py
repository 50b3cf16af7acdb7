"""What was shipped is invoiced, when the order's policy says so."""

import logging

from odoo import models

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.transactions import is_transaction_error

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _logistics_invoice(self, backend):
        """Invoice these orders after a shipment; never undo the shipment.

        :param backend: its policy decides whether, and as draft or posted
        """
        if backend.wms_invoice_policy == "none":
            return
        due = self.filtered(lambda order: order._logistics_has_delivered_lines())
        if not due or due._logistics_try_invoice(backend):
            return
        for order in due:
            order._logistics_try_invoice(backend)

    def _logistics_has_delivered_lines(self):
        """Return whether a line invoiced on delivery waits for its invoice."""
        return self.state == "sale" and any(
            line.product_id.invoice_policy == "delivery" and line.qty_to_invoice > 0
            for line in self.order_line
        )

    def _logistics_try_invoice(self, backend):
        """Invoice in a savepoint; for a single order its failure is reported."""
        try:
            with self.env.cr.savepoint():
                self._logistics_create_invoices(backend.wms_invoice_policy)
        except Exception as error:  # the invoice is the boundary: goods have left
            if is_transaction_error(error):
                raise
            if len(self) == 1:
                self._logistics_report_invoice(backend, error)
            return False
        return True

    def _logistics_create_invoices(self, policy):
        """Create one invoice for each order."""
        invoices = self._create_invoices(grouped=True, final=True)
        if policy == "posted":
            invoices.action_post()
        return invoices

    def _logistics_report_invoice(self, backend, error):
        _logger.info("order %s was not invoiced", self.id, exc_info=error)
        self.env["logistics.exception"]._open(
            backend,
            "invoice_failed",
            _lt("%s was shipped, but not invoiced", self.name),
            error,
            _lt(
                "For finance: fix what the text names, then press Invoice here or"
                " on the order."
            ),
            record=self,
            fingerprint=f"invoice:{self.id}",
        )
