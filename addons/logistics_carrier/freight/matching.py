"""Comparing what is billed with what was expected, parcel by parcel."""

from odoo import models

from ..shipping.tools.costs import ZERO
from ..tools.numbers import to_decimal
from .expected import get_billed_weight
from .tools.match import Billed, Past, judge

GOING_BACK = ("returning", "returned")


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    def _match(self):
        """Find the parcels of all charges, judge them, report what is wrong."""
        # One after the other: what the first bills is past for the second.
        for invoice in self.sorted("id"):
            invoice._match_lines()
            invoice.line_ids.flush_recordset()
            needs_review = invoice.review_count or invoice.total_gap
            invoice.state = "differences" if needs_review else "matched"
            invoice._settle_credited()
        self._update_problems()

    def _match_lines(self):
        groups = self._take_elsewhere(self._group_lines())
        shipments = self.env["logistics.shipment"].union(
            *(parcels.shipment_id for parcels, _lines in groups)
        )
        past = self._get_past(shipments)
        quotes = self._get_quotes(shipments, groups)
        tolerance = self._get_tolerance()
        for parcels, lines in groups:
            billed = self._prepare_billed(parcels, lines, past, quotes)
            verdict = judge(billed, tolerance)
            self._record(lines, billed, verdict, _get_links(parcels))
        self._forgive_split(groups, tolerance)

    def _take_elsewhere(self, groups):
        """Return the groups that are about parcels, or about nothing we know.

        What is about a whole delivery, or a fee, is judged here.
        """
        lost = [line.id for parcels, lines in groups if not parcels for line in lines]
        lines = self.line_ids.browse(lost)
        taken = self._match_deliveries(lines)
        taken |= self._match_fees(lines - taken)
        ids = set(taken.ids)
        left = (
            (parcels, some if parcels else some.filtered(lambda x: x.id not in ids))
            for parcels, some in groups
        )
        return [(parcels, some) for parcels, some in left if some]

    def _prepare_billed(self, parcels, lines, past, quotes):
        shipment = parcels.shipment_id
        single = parcels if len(parcels) == 1 else parcels.browse()
        return Billed(
            charges=tuple((line.code, to_decimal(line.amount)) for line in lines),
            quote=quotes.get(parcels._ids),
            past=past.get((shipment, single), Past()),
            is_known=bool(parcels),
            is_void=bool(parcels)
            and all(parcel.status == "cancelled" for parcel in parcels),
            is_return=shipment.direction == "return",
            came_back=any(parcel.status in GOING_BACK for parcel in parcels),
            weight=sum((to_decimal(p.weight) for p in parcels), ZERO),
            billed_weight=get_billed_weight(lines),
        )


def _get_links(parcels):
    return {
        "parcel_id": parcels.id if len(parcels) == 1 else False,
        "shipment_id": parcels.shipment_id.id,
        "picking_id": parcels.shipment_id.picking_id.id,
    }
