"""Which parcels a charge is about."""

from odoo import models


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

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
