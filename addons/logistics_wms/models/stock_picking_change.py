"""What changed after the release is sent to the partner."""

from dataclasses import replace
from decimal import Decimal

from odoo import models

from ..canonical import OutboundChange
from ..const import CANCEL, CHANGE, INSTRUCTION
from ..tools.spelling import plain
from .stock_picking_instruction import to_decimal


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _logistics_get_messages(self, *codes):
        """Return the outgoing messages of the partner's order, oldest first."""
        self.ensure_one()
        messages = self.env["logistics.message"].sudo()
        if not self.logistics_reference:
            return messages
        return messages.search(
            [
                ("backend_id", "=", self.logistics_backend_id.id),
                ("direction", "=", "out"),
                ("ordering_key", "=", self.logistics_reference),
                ("type_id.code", "in", codes),
            ],
            order="id",
        )

    def _logistics_tell_change(self):
        """Compare the delivery with what the partner has; send the rest.

        An instruction or change that was not sent yet is rewritten.
        """
        self.ensure_one()
        if self.logistics_state in ("shipped", "cancelled", "cancel_requested"):
            return
        told = self._logistics_get_messages(INSTRUCTION, CHANGE).filtered(
            lambda m: m.state not in ("cancelled", "superseded")
        )
        if not told:
            return
        last = told[-1]
        if last.type_code == INSTRUCTION and last._is_unsent():
            self._logistics_rewrite_instruction(last)
        elif self._logistics_is_with_partner():
            self._logistics_enqueue_difference(told)

    def _logistics_enqueue_difference(self, told):
        lines, ship_to = _get_told(told)
        wanted = self._prepare_logistics_chain_lines()
        lines = None if self._logistics_same_lines(lines, wanted) else wanted
        address = self._prepare_logistics_address()
        address = None if address == ship_to else address
        if lines is not None or address is not None:
            self._logistics_enqueue_change(told[-1], lines, address)

    def _logistics_rewrite_instruction(self, message):
        self._logistics_forget_skus()
        canonical = self._prepare_outbound_instruction(
            self.logistics_backend_id, self.logistics_reference
        )
        if canonical != message._get_canonical():
            message._set_canonical(canonical)
        if self.priority == "1" and message.state == "pending":
            message._hurry()

    def _logistics_enqueue_change(self, last, lines, address):
        if last.type_code == CHANGE and last._is_unsent():
            # One change with everything, instead of two after each other.
            last._withdraw()
            lines = lines or self._prepare_logistics_chain_lines()
            address = address or self._prepare_logistics_address()
        self._logistics_enqueue_follow_up(
            OutboundChange(
                reference=self.logistics_reference,
                order_external_id=self._logistics_get_order_key(),
                ship_to=address,
                lines=lines,
            )
        )

    def _logistics_enqueue_follow_up(self, canonical):
        """Write a change or cancellation behind the instruction of the order."""
        code = canonical.message_type
        number = len(self._logistics_get_messages(code)) + 1
        # Behind the instruction, also if the delivery became urgent since.
        lane = self._logistics_get_messages(INSTRUCTION)[-1:].lane_id
        urgent_id = lane._get_urgent_id(self.logistics_backend_id.id)
        return self.env["logistics.message"]._enqueue(
            self.logistics_backend_id,
            canonical,
            record=self,
            ordering_key=self.logistics_reference,
            external_id=f"{self.logistics_reference}/{code}/{number}",
            correlation_id=self.logistics_correlation_id,
            is_urgent=lane.id == urgent_id,
        )

    def _prepare_logistics_chain_lines(self):
        """Return the lines of the partner's whole order, what has left included."""
        chain = self._logistics_get_chain()
        # What a person validated in Odoo the partner shall not ship.
        ours = chain.filtered(lambda p: not p._logistics_is_by_hand())
        moves = ours._logistics_get_moves()
        lines = []
        for line_id, parts in moves.grouped(
            lambda m: m._get_logistics_line_id()
        ).items():
            root = parts.filtered(lambda m, i=line_id: m.id == i) or parts[0]
            line = self._prepare_logistics_line(self.logistics_backend_id, root)
            quantity = sum(
                part.product_uom._compute_quantity(
                    part.product_uom_qty, root.product_uom, round=False
                )
                for part in parts
            )
            lines.append(replace(line, line_id=line_id, quantity=to_decimal(quantity)))
        return tuple(lines)

    def _logistics_same_lines(self, told, wanted):
        """Return whether both lists ask for the same goods.

        Splitting a demand over backorders rounds, so the last digit is free.
        """
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        tolerance = Decimal(10) ** -digits
        before = {(line.line_id, plain(line.sku)): line.quantity for line in told}
        after = {(line.line_id, plain(line.sku)): line.quantity for line in wanted}
        return before.keys() == after.keys() and all(
            abs(before[key] - after[key]) <= tolerance for key in before
        )

    def _logistics_get_pending_cancel(self):
        return self._logistics_get_messages(CANCEL).filtered(
            lambda m: (
                m.state in ("pending", "in_progress", "retrying", "deferred", "sent")
            )
        )


def _get_told(messages):
    """Return (lines, address) as the partner knows them, or soon will."""
    lines, ship_to = (), None
    for message in messages:
        if message.type_code == CHANGE and message.state in ("dead", "invalid"):
            continue  # refused: the partner goes on with what it knew
        canonical = message._get_canonical()
        lines = lines if canonical.lines is None else canonical.lines
        ship_to = canonical.ship_to or ship_to
    return lines, ship_to
