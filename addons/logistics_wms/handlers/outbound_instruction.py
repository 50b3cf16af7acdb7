"""Outgoing instructions: the partner's codes before, its answer after."""

from dataclasses import replace
from decimal import Decimal

from odoo import models

from odoo.addons.logistics_core.errors import (
    MappingMissing,
    NoLongerWanted,
    Rejected,
)
from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.translation import translated

from ..const import BIND_ORDER, BIND_PRODUCT


class LogisticsWmsLines(models.AbstractModel):
    """Translates the lines of an instruction or change for the partner."""

    _name = "logistics.wms.lines"
    _description = "Lines for the Warehouse"

    def _prepare_lines(self, backend, lines):
        """Return the lines with the partner's units and product identifiers.

        :raises MappingMissing: a unit has no code at the partner
        :raises NoLongerWanted: a line was deleted
        """
        moves = self.env["stock.move"].browse(line.line_id for line in lines).exists()
        by_id = {move.id: move for move in moves}
        gone = [line.sku for line in lines if line.line_id not in by_id]
        if gone:
            raise NoLongerWanted(
                _lt("Lines were deleted in Odoo meanwhile: %s.", ", ".join(gone))
            )
        products = moves.product_id
        known = self.env["logistics.binding"]._get_external_ids(
            backend, BIND_PRODUCT, products
        )
        return tuple(
            self._prepare_line(backend, line, by_id[line.line_id], known)
            for line in lines
        )

    def _prepare_line(self, backend, line, move, known):
        maps = self.env["logistics.value.map"]
        uom, base = move.product_uom, move.product_id.uom_id
        code = maps._get_uom_code(backend, uom)
        quantity, price = line.quantity, line.unit_price
        if not code:
            # The partner counts in Odoo's smallest unit: 1 dozen is 12 EA.
            code = maps._get_uom_code(backend, base)
            factor = Decimal(str(uom._compute_quantity(1, base, round=False)))
            quantity = round(quantity * factor, 6).normalize() + 0
            price = price if price is None else round(price / factor, 6)
        if not code:
            raise MappingMissing(
                _lt(
                    "The unit “%(unit)s” has no code at %(partner)s.",
                    unit=uom.name,
                    partner=backend.name,
                ),
                map_kind="uom",
                value=uom.with_context(lang=None).name,
            )
        return replace(
            line,
            uom=code,
            quantity=quantity,
            unit_price=price,
            external_id=known.get(move.product_id.id),
        )


class LogisticsHandlerOutboundInstruction(models.AbstractModel):
    _name = "logistics.handler.outbound_instruction"
    _inherit = ["logistics.handler", "logistics.wms.lines"]
    _description = "Handler: Outbound Instruction"

    _looks_at = ("stock.move", "stock.move.line")

    def _check_wanted(self, message, canonical):
        reason = self._get_document(message)._logistics_find_unwanted(
            message.backend_id, canonical.reference
        )
        if reason:
            raise NoLongerWanted(reason)

    def _withdrawn(self, message, canonical, error):
        picking = message._get_document()
        if picking and picking.logistics_reference == canonical.reference:
            picking.sudo()._logistics_take_back(error.text)

    def _prepare_send(self, message, canonical):
        backend = message.backend_id
        picking = self._get_document(message)
        return replace(
            canonical,
            lines=self._prepare_lines(backend, canonical.lines),
            carrier_service=self._get_carrier_service(backend, picking, canonical),
        )

    def _get_carrier_service(self, backend, picking, canonical):
        """Return the partner's code; a method that was deleted is not forgotten."""
        maps = self.env["logistics.value.map"]
        if canonical.carrier_service and not picking.carrier_id:
            name = canonical.carrier_service
            return maps._to_external(backend, "carrier_service", name)
        return maps._get_carrier_service(backend, picking.carrier_id)

    def _sent(self, message, canonical, result):
        picking = self._get_document(message)
        if result.external_id:
            self.env["logistics.binding"]._bind(
                message.backend_id, BIND_ORDER, picking, result.external_id
            )
        # "sent": the partner acknowledges later, with a notification.
        acknowledged = result.state == "done"
        picking._logistics_advance("accepted" if acknowledged else "sent", None)

    def _refused(self, message, canonical, error):
        picking = message._get_document()
        if not picking:
            return
        if picking.logistics_state == "cancel_requested":
            if isinstance(error, Rejected):
                # There is no order to cancel any more.
                picking._logistics_get_messages("outbound_cancel")._withdraw()
                picking._logistics_cancel_confirmed()
            return
        if isinstance(error, Rejected):
            picking._logistics_set_state(
                "rejected", logistics_hold_reason=translated(self.env, error)
            )
        else:
            picking._logistics_hold(translated(self.env, error))
