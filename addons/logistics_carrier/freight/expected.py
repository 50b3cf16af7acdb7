"""What charges should be: the prices quoted, less what earlier invoices billed."""

from collections import defaultdict
from decimal import Decimal

from odoo import models

from ..shipping.tools.costs import ZERO, Quote, parse_charges, share_out
from ..tools.numbers import to_decimal
from .tools.match import Past, Tolerance


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    def _get_past(self, shipments):
        """Return {(shipment, parcel or none): Past} of earlier invoices."""
        domain = [("shipment_id", "in", shipments.ids)]
        return self._sum_past(domain, ["shipment_id", "parcel_id"])

    def _get_earlier(self):
        """Return the query of the partner's invoices that came before this one."""
        return self._search(
            [("backend_id", "=", self.backend_id.id), ("id", "<", self._origin.id)]
        )

    def _sum_past(self, domain, keys):
        """Return {values of these fields: Past} of charges on earlier invoices."""
        rows = self.env["logistics.freight.invoice.line"]._read_group(
            [*domain, ("invoice_id", "in", self._get_earlier())],
            [*keys, "code", "invoice_id"],
            ["amount:sum", "expected:sum"],
        )
        sums = defaultdict(lambda: [ZERO, ZERO, defaultdict(lambda: ZERO)])
        rates = self._get_rates({row[-3].currency_id for row in rows})
        for *key, code, invoice, amount, expected in rows:
            total = sums[tuple(key)]
            rate = rates[invoice.currency_id]
            if rate is None:
                continue
            amount = self._round(to_decimal(amount) * rate)
            total[0] += amount
            total[1] += self._round(to_decimal(expected) * rate)
            total[2][code] += amount
        return {key: Past(*values) for key, values in sums.items()}

    def _get_quotes(self, shipments, groups):
        """Return {parcels' ids: Quote, None where the carrier quoted no price}."""
        lines_of = {parcels._ids: lines for parcels, lines in groups}
        quotes = {}
        rates = self._get_rates(shipments.currency_id)
        for shipment in shipments:
            whole = self._get_quote(shipment, rates.get(shipment.currency_id, 1))
            parcels = shipment._get_live_parcels().sorted("id")
            quotes[parcels._ids] = whole
            if len(parcels) < 2:
                continue
            charged = [lines_of.get(parcel._ids) for parcel in parcels]
            shares = whole and share_out(
                whole,
                [to_decimal(parcel.weight) for parcel in parcels],
                [get_billed_weight(lines) for lines in charged],
                [_get_total(lines) if lines else None for lines in charged],
            )
            for i, parcel in enumerate(parcels):
                quotes[parcel._ids] = shares[i] if whole else None
        return quotes

    def _get_quote(self, shipment, rate):
        """Return the Quote of a shipment in this invoice's currency, or None.

        :param rate: of the shipment's currency, None where it is not known
        """
        if rate is None:
            return None
        charges = {
            code: self._round(amount * rate)
            for code, amount in parse_charges(shipment.charge_text or "").items()
        }
        total = self._round(to_decimal(shipment.expected_cost) * rate)
        total = total or sum(charges.values(), ZERO)
        return Quote(total, charges) if total else None

    def _get_rates(self, currencies):
        """Return {currency: what one unit of it is in ours at the invoice's date}.

        None where one of both is not active or has no rate.
        """
        ours, company = self.currency_id, self.company_id
        return {
            currency: None
            if currency != ours and (currency | ours)._find_gap(company)
            else Decimal(
                str(currency._get_conversion_rate(currency, ours, company, self.date))
            )
            for currency in currencies
        }

    def _round(self, amount):
        return amount.quantize(Decimal(1).scaleb(-self.currency_id.decimal_places))

    def _get_tolerance(self):
        backend, ours = self.backend_id, self.company_id.currency_id
        rate = self._get_rates(ours)[ours]
        return Tolerance(
            percent=to_decimal(backend.freight_tolerance_percent),
            amount=self._round(
                to_decimal(backend.freight_tolerance_amount) * (rate or ZERO)
            ),
        )


def _get_total(lines):
    return sum((to_decimal(line.amount) for line in lines), ZERO)


def get_billed_weight(lines):
    """Return the kilograms billed: repeated with each charge of a parcel."""
    return max((to_decimal(line.billed_weight) for line in lines or ()), default=ZERO)
