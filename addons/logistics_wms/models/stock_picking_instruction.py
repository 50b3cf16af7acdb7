"""From a delivery to its canonical instruction.

Units and the carrier service are Odoo's names here; the handlers translate
them when the message is sent, so that a missing mapping never stops a sale.
"""

from datetime import UTC
from decimal import Decimal

from odoo import models
from odoo.tools import html2plaintext

from odoo.addons.logistics_core.errors import InvalidMessage
from odoo.addons.logistics_core.texts import _lt

from ..canonical import InstructionLine, OutboundInstruction
from ..tools.spelling import plain


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _prepare_outbound_instruction(self, backend, reference):
        """Return the instruction; raise InvalidMessage when it cannot be one."""
        order = self.sale_id
        return OutboundInstruction(
            reference=reference,
            order_name=order.name or self.origin or self.name,
            customer_reference=order.client_order_ref or None,
            ordered_at=_utc(order.date_order),
            ship_to=self._prepare_logistics_address(),
            lines=self._prepare_logistics_lines(backend, self._logistics_get_moves()),
            carrier_service=self.carrier_id.name or "",
            carrier_id=self.carrier_id.id or None,
            priority="urgent" if self.priority == "1" else "normal",
            ship_not_before=_utc(self.scheduled_date),
            ship_by=_utc(self.date_deadline),
            currency=order.currency_id.name or None,
            total=to_decimal(order.amount_total) if order else None,
            notes=self._get_logistics_notes(),
            gift_message=order.logistics_gift_message or None,
        )

    def _get_logistics_notes(self):
        parts = (
            html2plaintext(self.note or "").strip(),
            (self.sale_id.logistics_note or "").strip(),
        )
        return "\n".join(part for part in parts if part) or None

    def _prepare_logistics_address(self):
        """Return the ship-to address with ISO codes.

        :raises InvalidMessage: a part is missing
        """
        partner = self.partner_id
        missing = (
            partner._get_logistics_address_gaps()
            if partner
            else [self.env._("contact")]
        )
        if missing:
            raise InvalidMessage(
                _lt(
                    "The delivery address of %(delivery)s lacks: %(missing)s.",
                    delivery=self.name,
                    missing=", ".join(missing),
                ),
                remedy=_lt("Complete the contact's address, then send the delivery."),
            )
        return partner._get_logistics_address()

    def _logistics_get_moves(self):
        """Return the moves of goods that the partner has to ship."""
        return self.move_ids.filtered(
            lambda m: (
                m.state not in ("draft", "cancel")
                and m.location_dest_usage != "inventory"
                and m.product_uom.compare(m.product_uom_qty, 0) > 0
            )
        )

    def _prepare_logistics_lines(self, backend, moves):
        nameless = moves.product_id.filtered(lambda p: not plain(p.default_code))
        if nameless:
            raise InvalidMessage(
                _lt(
                    "Products without an internal reference (SKU): %s.",
                    ", ".join(nameless.mapped("name")),
                ),
                remedy=_lt(
                    "Give the products the SKU the partner knows, then send the"
                    " delivery."
                ),
            )
        for sku, alike in moves.grouped(lambda m: m._get_logistics_sku()).items():
            if len(alike.product_id) > 1:
                raise InvalidMessage(
                    _lt(
                        "Several products have the same internal reference (SKU)"
                        " %(sku)s: %(products)s.",
                        sku=sku,
                        products=", ".join(alike.product_id.mapped("name")),
                    ),
                    remedy=_lt(
                        "Give each product an SKU of its own, the one that the partner"
                        " knows, then send the delivery."
                    ),
                )
        return tuple(self._prepare_logistics_line(backend, move) for move in moves)

    def _prepare_logistics_line(self, backend, move):
        product = move.product_id
        return InstructionLine(
            line_id=move._get_logistics_line_id(),
            sku=move._get_logistics_sku(),
            name=product.name,
            barcode=product.barcode or None,
            quantity=to_decimal(move.product_uom_qty),
            uom=move.product_uom.name,
            unit_price=move._get_logistics_unit_price(),
            lots=move._get_logistics_lots(backend),
        )


class StockMove(models.Model):
    _inherit = "stock.move"

    def _get_logistics_unit_price(self):
        """Return the price of one of the move's unit, or None when not sold."""
        line = self.sale_line_id
        if not line or line.product_id != self.product_id:
            return None  # not sold, or a part of a kit
        # Odoo rounds the price of one: of a thousand screws nothing would be left.
        price = line.price_reduce_taxexcl
        if line.product_uom_qty:
            price = line.price_subtotal / line.product_uom_qty
        return to_decimal(line.product_uom_id._compute_price(price, self.product_uom))

    def _get_logistics_lots(self, backend):
        """Return the reserved lots, when Odoo is the one to choose them."""
        if backend.wms_lot_policy != "odoo" or self.product_id.tracking == "none":
            return ()
        return tuple(dict.fromkeys(self.move_line_ids.lot_id.mapped("name")))


def _utc(moment):
    return moment.replace(tzinfo=UTC) if moment else None


def to_decimal(number):
    """Return a float of Odoo as the decimal a person would write."""
    return Decimal(f"{number:.6f}").normalize() + 0 if number else Decimal(0)
