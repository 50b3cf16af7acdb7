"""ShipBob on the wire: its invoices and their transactions."""

from datetime import UTC, date, datetime, timedelta

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools import json_fields
from odoo.addons.logistics_core.tools.operations import get
from odoo.addons.logistics_wms_shipbob import const as shipbob
from odoo.addons.logistics_wms_shipbob.models.logistics_connector_shipbob import (
    LogisticsConnectorShipbob as Base,
)

from .. import const, translator

FIRST_POLL = timedelta(days=31)
# Invoices that appear late, and those that change, are seen so long.
OVERLAP = timedelta(days=7)
# How long transactions may be missing before the difference is reported.
PATIENCE = timedelta(days=3)
MINUTES = 360


class LogisticsConnectorShipbob(models.AbstractModel):
    _inherit = "logistics.connector.shipbob"

    _capabilities = Base._capabilities | {"freight_poll"}
    _operations = Base._operations | {
        "get-invoices": get(f"{shipbob.VERSION}/invoices"),
        "get-transactions-by-invoice-id": get(
            f"{shipbob.VERSION}/invoices/{{}}/transactions"
        ),
    }
    _event_types = {**shipbob.EVENT_TYPES, const.POLLED_INVOICE: "freight_invoice"}
    _polls = {
        **Base._polls,
        const.POLL: (_lt("Invoices"), MINUTES, "_poll_invoices"),
    }

    def _translate(self, backend, event, payload):
        if event == const.POLLED_INVOICE:
            return translator.from_invoice(payload)
        return super()._translate(backend, event, payload)

    def _poll_invoices(self, backend, poll):
        """Yield the invoices since the newest one seen, each with its transactions.

        An overlap covers what appears late: what is the same has the same id and is
        dropped by the inbox. An invoice that is not whole yet is waited for.
        """
        today = datetime.now(UTC).date()
        newest = date.fromisoformat(poll.cursor) if poll.cursor else today - FIRST_POLL
        since = {"FromDate": f"{newest - OVERLAP}T00:00:00Z"}
        params = {**since, **self._get_page_params()}
        for invoice in self._iter_all(
            backend, "get-invoices", params=params, cursor="Cursor"
        ):
            try:
                if not translator.is_bill(invoice):
                    continue
                envelope = self._get_invoice(backend, invoice)
            except InvalidMessage:
                # For a person; the other invoices are not to blame.
                yield translator.to_unread(invoice)
                continue
            invoiced = self._get_invoice_date(invoice)
            is_due = invoiced is None or invoiced <= today - PATIENCE
            if is_due or translator.is_complete(envelope.payload):
                yield envelope
            newest = max(newest, invoiced or newest)
        # A day of the partner that lies ahead must not hide what comes before.
        poll.next_cursor = min(newest, today).isoformat()

    def _get_invoice(self, backend, invoice):
        number = json_fields.needed(invoice, "invoice_id")
        name, params = "get-transactions-by-invoice-id", self._get_page_params()
        transactions = self._iter_all(backend, name, number, params, cursor="Cursor")
        return translator.to_envelope(invoice, list(transactions))

    def _get_page_params(self):
        return {"SortOrder": "Ascending", "PageSize": const.PAGE_SIZE}

    def _get_invoice_date(self, invoice):
        """Return the day, or None: the message itself will say what is wrong."""
        try:
            return translator.invoice_date(invoice)
        except InvalidMessage:
            return None
