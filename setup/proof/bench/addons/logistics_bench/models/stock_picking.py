"""B1 and B3b: shipments and milestones as an expert writes them by hand.

No inbox, no order, no retry, no exception and no history; the same effect on the
records: quantities, parcels, tracking numbers, states.
"""

from datetime import datetime

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _bench_ship(self, facts):
        """Validate the deliveries of these shipments as one recordset.

        :param facts: dicts of outbound notifications, one parcel each, of exactly
            what is reserved
        """
        found = self.search(
            [("logistics_reference", "in", [fact["reference"] for fact in facts])]
        )
        by_reference = {picking.logistics_reference: picking for picking in found}
        todo = [
            (by_reference[fact["reference"]], fact)
            for fact in facts
            if by_reference[fact["reference"]].state != "done"
        ]
        packages = self.env["stock.package"].create(
            [self._bench_prepare_package(fact["parcels"][0]) for _p, fact in todo]
        )
        for (picking, fact), package in zip(todo, packages, strict=True):
            picking._bench_check_quantities(fact["parcels"][0]["lines"])
            picking.move_line_ids.write(
                {"picked": True, "result_package_id": package.id}
            )
            picking.write(
                {
                    "carrier_tracking_ref": package.logistics_tracking_ref,
                    "logistics_state": "shipped",
                    "logistics_state_at": _naive(fact["occurred_at"]),
                }
            )
        pickings = self.union(*(picking for picking, _fact in todo))
        pickings.with_context(cancel_backorder=False)._action_done()

    def _bench_prepare_package(self, parcel):
        return {
            "logistics_tracking_ref": parcel["tracking_number"],
            "logistics_tracking_url": parcel["tracking_url"],
            "logistics_carrier": parcel["carrier"],
        }

    def _bench_check_quantities(self, lines):
        """Raise unless exactly what is reserved was shipped."""
        shipped = {line["sku"]: float(line["quantity"]) for line in lines}
        reserved = {
            move.product_id.default_code: move.quantity for move in self.move_ids
        }
        if shipped != reserved:
            raise ValueError(f"{self.name}: {shipped} shipped, {reserved} reserved")

    def _bench_track(self, fact):
        """Note one milestone, unless a later one is known."""
        picking = self.search([("logistics_reference", "=", fact["reference"])])
        at = _naive(fact["occurred_at"])
        since = picking.logistics_transport_at
        status = fact["status"]
        if status == picking.logistics_transport_state or (since and at < since):
            return
        vals = {"logistics_transport_state": status, "logistics_transport_at": at}
        if status == "delivered":
            vals["logistics_delivered_at"] = at
        picking.write(vals)


def _naive(text):
    return datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)
