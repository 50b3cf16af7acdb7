"""The partner's books, beside Odoo's.

Each line of a report stands alone: a bad one is an exception, the others are taken. Of
what a bad line is about nothing is changed, for half of it would be wrong.
"""

from collections import defaultdict

from odoo import models

from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    LogisticsError,
    MappingMissing,
)
from odoo.addons.logistics_core.texts import _lt, join
from odoo.addons.logistics_core.tools.moments import to_naive

from ..const import MAX_QUANTITY
from ..errors import AmbiguousProduct, UnknownProduct

# The causes that an exception names.
MOST_NAMED = 20
TITLES = {
    "unknown_product": _lt("The partner has stock that Odoo finds no product for"),
    "mapping_missing": _lt("The partner counts in a unit that Odoo does not know"),
    "invalid_message": _lt("A stock report has lines that cannot be true"),
}


class LogisticsHandlerInventoryReport(models.AbstractModel):
    _name = "logistics.handler.inventory_report"
    _inherit = "logistics.handler"
    _description = "Handler: Inventory Report"

    def _apply_one(self, message, canonical):
        backend = message.backend_id
        rows, kept, errors = self._prepare_rows(backend, canonical)
        errors += [
            InvalidMessage(_lt("%(line)s: %(reason)s", line=u.name, reason=u.reason))
            for u in canonical.unread
        ]
        if errors and not rows and not any(e.kind == "unknown_product" for e in errors):
            raise errors[0]  # nothing of it can be used
        count = (
            self.env["logistics.stock.level"]
            .sudo()
            ._update(
                backend,
                canonical.location or "",
                to_naive(canonical.taken_at),
                rows,
                # What an unread line is about may be named nowhere else.
                complete=canonical.complete and not canonical.unread,
                kept=kept,
            )
        )
        self._note(message, _lt("%s stock levels updated.", count))
        self._report(message, canonical, errors)

    def _prepare_rows(self, backend, canonical):
        """Return what can be taken over, what stays as it is, and what is wrong.

        :return: {(product, lot name): quantities}, a set of such keys whose levels are
            left alone (lot name None: all of the product), and a list of errors
        """
        finder = self.env["product.product"]
        skus = {line.sku for line in canonical.lines}
        found, shared = finder._logistics_find(backend.company_id, skus)
        units, rows, kept, errors = {}, {}, set(), []
        for line in canonical.lines:
            try:
                product = self._get_product(found, shared, line.sku)
                quantities = self._read_quantities(backend, line, product, units)
            except LogisticsError as error:
                errors.append(error)
                kept |= {(p, None) for p in shared.get(line.sku, ())}
                kept |= {(p, line.lot or "") for p in found.get(line.sku, ())}
                continue
            row = rows.setdefault((product, line.lot or ""), {"expires_on": None})
            days = filter(None, (row["expires_on"], line.expires_on))
            row["expires_on"] = min(days, default=None)
            for name, quantity in quantities.items():
                row[name] = row.get(name, 0) + quantity
        # The sum of several lines is right only when each of them is.
        return {key: row for key, row in rows.items() if key not in kept}, kept, errors

    def _get_product(self, found, shared, sku):
        if sku in shared:
            raise AmbiguousProduct.of(sku, shared[sku])
        if sku not in found:
            raise UnknownProduct(sku)
        return found[sku]

    def _read_quantities(self, backend, line, product, units):
        """Return {field: quantity in the product's unit}."""
        figures = {
            name: quantity
            for name in ("on_hand", "committed", "available")
            if (quantity := getattr(line, name)) is not None
        }
        if line.on_hand < 0 or any(abs(q) > MAX_QUANTITY for q in figures.values()):
            raise InvalidMessage(
                _lt(
                    "%(sku)s: the partner reports %(quantity)s on hand.",
                    sku=line.sku,
                    quantity=line.on_hand,
                )
            )
        if line.uom not in units:
            units[line.uom] = self._find_unit(backend, line.uom)
        unit = units[line.uom]
        if isinstance(unit, LogisticsError):
            raise unit
        if not unit._has_common_reference(product.uom_id):
            raise InvalidMessage(
                _lt(
                    "%(sku)s is counted in %(ours)s; the partner reports %(theirs)s.",
                    sku=line.sku,
                    ours=product.uom_id.name,
                    theirs=line.uom,
                )
            )
        return {
            name: unit._compute_quantity(float(quantity), product.uom_id, round=False)
            for name, quantity in figures.items()
        }

    def _find_unit(self, backend, code):
        """Return the unit of a code, or what is wrong with it: it is told once."""
        try:
            return self.env["logistics.value.map"]._get_uom(backend, code)
        except MappingMissing as error:
            return error

    def _report(self, message, canonical, errors):
        """Open one exception for each kind of cause; close those that ended."""
        backend, causes = message.backend_id, defaultdict(list)
        place = f"inventory_report:{canonical.location or ''}"
        for error in errors:
            unit = f":{error.value}" if isinstance(error, MappingMissing) else ""
            causes[f"{place}:{error.kind}{unit}"].append(error)
        for fingerprint, alike in causes.items():
            error, values = alike[0], {}
            if isinstance(error, MappingMissing):
                values = {
                    "map_kind": error.map_kind,
                    "map_value": error.value,
                    "map_side": error.side,
                }
            self.env["logistics.exception"]._open(
                backend,
                error.kind,
                TITLES[error.kind],
                self._list(alike),
                self._get_remedy(error),
                message=message,
                fingerprint=fingerprint,
                severity="warning",
                **values,
            )
        if canonical.complete:
            self._close_ended(backend, place, causes)

    def _list(self, errors):
        texts = sorted({str(error.text): error.text for error in errors}.items())
        named = [text for _plain, text in texts[:MOST_NAMED]]
        if len(texts) > MOST_NAMED:
            named.append(_lt("and %s more", len(texts) - MOST_NAMED))
        return join(named, "\n")

    def _get_remedy(self, error):
        if error.kind == "unknown_product":
            return _lt(
                "Give each of these products an internal reference of its own, or ask"
                " the partner to archive them. The other products were updated."
            )
        if error.kind == "mapping_missing":
            return _lt(
                "Map the unit. The next report is read with it; what is counted in"
                " other units was updated."
            )
        return _lt(
            "Ask the partner to correct these figures. Their levels stay as they were;"
            " the others were updated."
        )

    def _close_ended(self, backend, place, causes):
        exceptions = self.env["logistics.exception"].sudo()
        ended = exceptions.search(
            [
                ("backend_id", "=", backend.id),
                ("fingerprint", "=like", f"{place}:%"),
                ("fingerprint", "not in", list(causes)),
                ("state", "in", ("open", "in_progress")),
            ]
        )
        ended._resolve(self.env._("The partner's latest report is in order."))
