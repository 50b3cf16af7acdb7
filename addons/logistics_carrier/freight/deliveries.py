"""Charges that are about no parcel of the biller: whole deliveries, and fees."""

from collections import defaultdict

from odoo import models

from ..const import FEES
from ..shipping.tools.costs import ZERO, Quote
from ..tools.numbers import to_decimal
from .matching import GOING_BACK
from .tools.match import Billed, Past, judge, judge_fee

NO_LINKS = {"parcel_id": False, "shipment_id": False, "picking_id": False}
NOT_SHIPPED = ("draft", "failed", "void_requested", "voided")


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    def _find_deliveries(self, lines):
        """Return {line: delivery} of what the biller shipped for us.

        A carrier bills parcels that it labelled; who runs a warehouse for us bills
        deliveries, whoever carried them.
        """
        return {}

    def _match_deliveries(self, lines):
        """Judge what is billed of whole deliveries; return the lines that are."""
        ids = defaultdict(list)
        for line, delivery in self._find_deliveries(lines).items():
            ids[delivery].append(line.id)
        deliveries = self.env["stock.picking"].union(*ids)
        domain = [("picking_id", "in", deliveries.ids)]
        past = self._sum_past(domain, ["picking_id"]) if ids else {}
        tolerance = self._get_tolerance()
        for delivery, line_ids in ids.items():
            shipments = self._get_delivery_shipments(delivery)
            own = lines.browse(line_ids)
            billed = self._prepare_delivery_billed(
                own, shipments, past.get((delivery,), Past())
            )
            links = _get_delivery_links(delivery, shipments)
            self._record(own, billed, judge(billed, tolerance), links)
        return lines.browse(key for keys in ids.values() for key in keys)

    def _get_delivery_shipments(self, delivery):
        return delivery.logistics_shipment_ids.filtered(
            lambda s: s.direction == "outbound" and s.state not in NOT_SHIPPED
        )

    def _prepare_delivery_billed(self, lines, shipments, past):
        parcels = shipments.parcel_ids
        return Billed(
            charges=tuple((line.code, to_decimal(line.amount)) for line in lines),
            quote=self._get_delivery_quote(shipments),
            past=past,
            came_back=any(parcel.status in GOING_BACK for parcel in parcels),
            weight=sum((to_decimal(parcel.weight) for parcel in parcels), ZERO),
            billed_weight=max(to_decimal(line.billed_weight) for line in lines),
        )

    def _get_delivery_quote(self, shipments):
        """Return what all was quoted to cost; None: there was no quote."""
        rates = self._get_rates(shipments.currency_id)
        quotes = [self._get_quote(s, rates.get(s.currency_id, 1)) for s in shipments]
        total, charges = ZERO, defaultdict(lambda: ZERO)
        for quote in filter(None, quotes):
            total += quote.total
            for code, amount in quote.charges.items():
                charges[code] += amount
        return Quote(total, dict(charges)) if total else None

    def _match_fees(self, lines):
        """Judge what needs no parcel; return the lines that are fees."""
        fees = lines.filtered(lambda line: line.category in FEES)
        again = self._get_billed_ids(fees)
        for line in fees:
            amount = to_decimal(line.amount)
            verdict = judge_fee(amount, line.external_id in again)
            self._record(line, Billed(((line.code, amount),)), verdict, NO_LINKS)
        return fees

    def _get_billed_ids(self, lines):
        """Return the partner's ids of charges that earlier invoices had."""
        ids = [key for key in lines.mapped("external_id") if key]
        domain = [("external_id", "in", ids), ("invoice_id", "in", self._get_earlier())]
        return set(lines.search(domain).mapped("external_id")) if ids else set()


def _get_delivery_links(delivery, shipments):
    """Return what is certain: a delivery's only shipment, its only parcel."""
    shipment = shipments if len(shipments) == 1 else shipments.browse()
    parcels = shipment.parcel_ids
    return {
        "parcel_id": parcels.id if len(parcels) == 1 else False,
        "shipment_id": shipment.id,
        "picking_id": delivery.id,
    }
