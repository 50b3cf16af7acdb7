"""What a warehouse partner bills is about the deliveries that it shipped."""

from odoo import models

from odoo.addons.logistics_wms.const import BIND_SHIPMENT


class LogisticsFreightInvoice(models.Model):
    _inherit = "logistics.freight.invoice"

    def _find_deliveries(self, lines):
        """Find them by the partner's id of the shipment, our reference, or a tracking
        number that was reported."""
        names = {
            name
            for line in lines
            for name in (line.tracking_number, line.reference)
            if name
        }
        known = self._get_partner_deliveries(names) if names else {}
        found = super()._find_deliveries(lines)
        for line in lines:
            for name in (line.tracking_number, line.reference):
                if name in known:
                    found.setdefault(line, known[name])
        return found

    def _get_partner_deliveries(self, names):
        """Return {what it is called: delivery}, in three searches."""
        names = list(names)
        pickings = self.env["stock.picking"]
        shipped_by = ("logistics_backend_id", "=", self.backend_id.id)
        number = "move_line_ids.result_package_id.logistics_tracking_ref"
        tracked = pickings.search(
            [
                shipped_by,
                "|",
                ("carrier_tracking_ref", "in", names),
                (number, "in", names),
            ],
            order="id",
        )
        # Of a delivery and its backorders, what left is meant.
        ours = pickings.search(
            [shipped_by, ("logistics_reference", "in", names)], order="id desc"
        ).sorted(lambda picking: picking.state == "done")
        bindings = self.env["logistics.binding"]
        bound = bindings._get_record_ids(self.backend_id, BIND_SHIPMENT, names)
        existing = set(pickings.browse(bound.values()).exists().ids)
        return {
            **{name: p for p in tracked for name in p._get_tracking_names()},
            **{p.logistics_reference: p for p in ours},
            **{key: pickings.browse(i) for key, i in bound.items() if i in existing},
        }


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _get_tracking_names(self):
        """Return the tracking numbers of this delivery."""
        self.ensure_one()
        numbers = (self.carrier_tracking_ref or "").split(",")
        packages = self.move_line_ids.result_package_id
        return {*numbers, *packages.mapped("logistics_tracking_ref")} - {"", False}
