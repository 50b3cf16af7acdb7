"""Comparing what is billed with what was expected, parcel by parcel."""

from collections import defaultdict
from decimal import Decimal

from odoo import models

from ..shipping.tools.costs import ZERO, Quote, parse_charges, share_out
from ..tools.numbers import to_decimal
from .tools.match import Billed, Past, Tolerance, is_heavier, judge

GOING_BACK = ("returning", "returned")
REVIEWED = ("unknown", "twice", "voided")
# There is nothing to say about these.
QUIET = ("matched", "unquoted", "fee")


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    def _match(self):
        """Find the parcels of all charges, judge them, tell what is wrong."""
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

    def _group_lines(self):
        """Return [(parcels, lines)]: the charges of one parcel are judged together.

        Some carriers bill a shipment as a whole: then it is all its parcels.
        """
        found = self._find_parcels()
        groups = {}
        for line in self.line_ids:
            parcels = found.get((line.tracking_number, line.reference))
            parcels = parcels or self.env["logistics.parcel"]
            key = parcels._ids or (line.tracking_number, line.reference)
            groups.setdefault(key, [parcels, line.browse()])[1] |= line
        return list(groups.values())

    def _find_parcels(self):
        """Return {(tracking number, reference): parcels}, in two searches."""
        keys = {(line.tracking_number, line.reference) for line in self.line_ids}
        numbers = [number for number, _reference in keys if number]
        names = list({name for key in keys for name in key if name})
        parcels = self.env["logistics.parcel"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                ("tracking_number", "in", numbers),
            ]
        )
        shipments = self.env["logistics.shipment"].search(
            [
                ("backend_id", "=", self.backend_id.id),
                "|",
                ("external_id", "in", numbers),
                ("name", "in", names),
            ]
        )
        by_number = parcels.grouped("tracking_number")
        by_name = shipments.grouped("name")
        by_external_id = shipments.grouped("external_id")
        found = {}
        for number, reference in keys:
            candidates = number and by_number.get(number)
            if candidates:
                found[number, reference] = self._choose(candidates, reference)
                continue
            whole = (
                (number and (by_external_id.get(number) or by_name.get(number)))
                or (reference and by_name.get(reference))
                or shipments.browse()
            )
            found[number, reference] = whole[-1:]._get_live_parcels().sorted("id")
        return found

    def _choose(self, parcels, reference):
        """Return the parcels that are meant: carriers use their numbers again."""
        best = parcels.sorted(
            lambda p: (
                bool(reference) and p.shipment_id.name == reference,
                (p.shipment_id.ship_date or self.date) <= self.date,
                p.status != "cancelled",
                p.id,
            )
        )[-1]
        # A carrier may give all parcels of a shipment one number.
        return parcels.filtered(lambda p: p.shipment_id == best.shipment_id).sorted(
            "id"
        )

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
            amount = self._round(to_decimal(amount) * rate)
            total[0] += amount
            total[1] += self._round(to_decimal(expected) * rate)
            total[2][code] += amount
        return {key: Past(*values) for key, values in sums.items()}

    def _get_quotes(self, shipments, groups):
        """Return {parcels' ids: Quote, None where the carrier told no price}."""
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
                [_get_billed_weight(lines) for lines in charged],
                [_get_total(lines) if lines else None for lines in charged],
            )
            for i, parcel in enumerate(parcels):
                quotes[parcel._ids] = shares[i] if whole else None
        return quotes

    def _get_quote(self, shipment, rate):
        """Return the Quote of a shipment in this invoice's currency, or None."""
        charges = {
            code: self._round(amount * rate)
            for code, amount in parse_charges(shipment.charge_text or "").items()
        }
        total = self._round(to_decimal(shipment.expected_cost) * rate)
        total = total or sum(charges.values(), ZERO)
        return Quote(total, charges) if total else None

    def _get_rates(self, currencies):
        """Return {currency: what one unit of it is in ours at the invoice's date}."""
        return {
            currency: Decimal(
                str(
                    currency._get_conversion_rate(
                        currency, self.currency_id, self.company_id, self.date
                    )
                )
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
            amount=self._round(to_decimal(backend.freight_tolerance_amount) * rate),
        )

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
            billed_weight=_get_billed_weight(lines),
        )

    def _record(self, lines, billed, verdict, links):
        """Write a verdict to its lines.

        :param links: values of parcel, shipment and delivery
        """
        difference = billed.total - sum(verdict.expected, ZERO)
        note = self._get_note(lines, billed, verdict, difference)
        for i, line in enumerate(lines):
            outcome, expected = verdict.outcomes[i], verdict.expected[i]
            own = to_decimal(line.amount) - expected
            # Of a parcel that costs too much only the charges that make it so.
            reviewed = own and (
                outcome in REVIEWED
                or (outcome == "difference" and verdict.cause != "less")
            )
            line.write(
                {
                    **links,
                    "outcome": outcome,
                    "cause": verdict.cause if outcome == "difference" else False,
                    "expected": float(expected),
                    "difference": float(own),
                    "parcel_difference": float(difference),
                    "is_unexpected": i in verdict.unexpected,
                    "needs_review": bool(reviewed) and not line.is_credited,
                    "note": note if outcome not in QUIET else False,
                }
            )

    def _get_note(self, lines, billed, verdict, difference):
        """Return the figures of one parcel, in sentences."""
        show = self.currency_id.format
        parts = [
            self.env._(
                "Billed %(billed)s, expected %(expected)s, difference %(difference)s.",
                billed=show(float(billed.total)),
                expected=show(float(sum(verdict.expected, ZERO))),
                difference=show(float(difference)),
            )
        ]
        again = [i for i, outcome in enumerate(verdict.outcomes) if outcome == "twice"]
        for label, positions in (
            (self.env._("Not quoted: %s."), verdict.unexpected),
            (self.env._("Billed before: %s."), again),
        ):
            if positions:
                parts.append(
                    label
                    % ", ".join(
                        f"{lines[i].name or lines[i].code} {show(lines[i].amount)}"
                        for i in positions
                    )
                )
        if is_heavier(billed.billed_weight, billed.weight):
            parts.append(
                self.env._(
                    "Billed for %(billed)s kg, we weighed %(weight)s kg.",
                    billed=billed.billed_weight,
                    weight=billed.weight,
                )
            )
        return " ".join(parts)

    def _forgive_split(self, groups, tolerance):
        """Let pass what only tells how a carrier splits a price among parcels.

        All parcels of the shipment are billed, and together they cost what they
        should.
        """
        by_shipment = defaultdict(list)
        for parcels, lines in groups:
            if len(parcels.shipment_id._get_live_parcels()) > 1:
                by_shipment[parcels.shipment_id].append((parcels, lines))
        for shipment, parts in by_shipment.items():
            lines = self.line_ids.browse().union(*(part[1] for part in parts))
            differing = lines.filtered(lambda line: line.outcome == "difference")
            if len(parts) < len(shipment._get_live_parcels()) or not differing:
                continue
            of_parcel = lines.grouped("parcel_id").values()
            smallest = min(sum(some.mapped("expected")) for some in of_parcel)
            limit = tolerance.of(to_decimal(smallest))
            if abs(to_decimal(sum(lines.mapped("difference")))) <= limit:
                differing.write(
                    {
                        "outcome": "matched",
                        "cause": False,
                        "needs_review": False,
                        "is_unexpected": False,
                        "note": self.env._(
                            "The shipment costs what it should; the carrier splits it"
                            " among its parcels in its own way."
                        ),
                    }
                )


def _get_links(parcels):
    return {
        "parcel_id": parcels.id if len(parcels) == 1 else False,
        "shipment_id": parcels.shipment_id.id,
        "picking_id": parcels.shipment_id.picking_id.id,
    }


def _get_total(lines):
    return sum((to_decimal(line.amount) for line in lines), ZERO)


def _get_billed_weight(lines):
    """Return the kilograms billed: told with each charge of a parcel again."""
    return max((to_decimal(line.billed_weight) for line in lines or ()), default=ZERO)
