"""The partner's books, beside Odoo's."""

from odoo import models

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt, some
from odoo.addons.logistics_core.tools.moments import to_naive

from ..const import MAX_QUANTITY


class LogisticsHandlerInventoryReport(models.AbstractModel):
    _name = "logistics.handler.inventory_report"
    _inherit = "logistics.handler"
    _description = "Handler: Inventory Report"

    def _apply_one(self, message, canonical):
        backend = message.backend_id
        for line in canonical.lines:
            if line.on_hand < 0 or line.on_hand > MAX_QUANTITY:
                raise InvalidMessage(
                    _lt(
                        "%(sku)s: the partner reports %(quantity)s on hand.",
                        sku=line.sku,
                        quantity=line.on_hand,
                    )
                )
        rows, unknown = self._prepare_rows(backend, canonical)
        levels = self.env["logistics.stock.level"].sudo()
        count = levels._update(
            backend,
            canonical.location or "",
            to_naive(canonical.taken_at),
            rows,
            complete=canonical.complete,
        )
        message.sudo().note = self.env._("%s stock levels updated.", count)
        if unknown:
            self._report_unknown(backend, message, unknown)

    def _prepare_rows(self, backend, canonical):
        """Return ({(product, lot name): quantities}, unknown SKUs)."""
        skus = [line.sku for line in canonical.lines]
        products = self.env["product.product"].search([("default_code", "in", skus)])
        by_sku = {product.default_code: product for product in products}
        units, rows, unknown = {}, {}, set()
        for line in canonical.lines:
            product = by_sku.get(line.sku)
            if not product:
                unknown.add(line.sku)
                continue
            if line.uom not in units:
                units[line.uom] = self.env["logistics.value.map"]._get_uom(
                    backend, line.uom
                )
            row = rows.setdefault((product, line.lot or ""), {"expires_on": None})
            row["expires_on"] = line.expires_on or row["expires_on"]
            for name, quantity in (
                ("on_hand", line.on_hand),
                ("committed", line.committed),
                ("available", line.available),
            ):
                if quantity is not None:
                    row[name] = row.get(name, 0) + units[line.uom]._compute_quantity(
                        float(quantity), product.uom_id, round=False
                    )
        return rows, unknown

    def _report_unknown(self, backend, message, unknown):
        names = some(sorted(unknown), 20)
        self.env["logistics.exception"]._open(
            backend,
            "unknown_product",
            _lt("The partner has stock of products that Odoo does not know"),
            names,
            _lt(
                "Give the products these internal references, or ask the partner to"
                " archive them. The other products were updated."
            ),
            message=message,
            fingerprint="inventory_report:unknown_product",
            severity="warning",
        )
