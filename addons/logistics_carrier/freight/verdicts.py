"""What the comparison says of each charge, kept on its line."""

from collections import defaultdict

from odoo import models

from ..shipping.tools.costs import ZERO
from ..tools.numbers import to_decimal
from .tools.match import is_heavier

REVIEWED = ("unknown", "twice", "voided")
# There is nothing to say about these.
QUIET = ("matched", "unquoted", "fee")


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

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
        """Let pass what only shows how a carrier splits a price among parcels.

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
                            "The shipment costs what it should; the carrier splits"
                            " it among its parcels as it likes."
                        ),
                    }
                )
