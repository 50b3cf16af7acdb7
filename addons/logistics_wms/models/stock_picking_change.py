"""What changed after the release is sent to the partner."""

from dataclasses import replace
from decimal import Decimal

from odoo import models

from .. import changes
from ..const import CANCEL, CHANGE, INSTRUCTION
from .stock_picking_instruction import _utc, to_decimal


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
        """Send what the partner can take, and say to the user what it cannot.

        :param told: instruction and changes, oldest first. A last change that never
            left, or was refused, is replaced when it is not what is wanted any more.
        """
        last = told[-1]
        open_change = last if last.type_code == CHANGE and last._is_unsent() else None
        known = _get_told(told - open_change if open_change else told)
        if not known:
            return
        now = self._prepare_logistics_now(known)
        names = changes.differences(known, now, self._get_logistics_tolerance())
        connector = self.logistics_backend_id._get_connector()
        able = connector._get_changeable(known)
        self._logistics_tell_user(known, now, [n for n in names if n not in able])
        names = [name for name in names if name in able]
        change = changes.make_change(now, names, self._logistics_get_order_key())
        if open_change:
            if names and _is_same(open_change._get_canonical(), change):
                return
            if not open_change._withdraw():
                # The engine has just taken it.
                self._logistics_enqueue_difference(told)
                return
        if names:
            self._logistics_enqueue_follow_up(change)

    def _prepare_logistics_now(self, known):
        """Return what the partner should know: of the order, and of this delivery.

        :param known: what it was told
        """
        backend, reference = self.logistics_backend_id, self.logistics_reference
        now = self._prepare_outbound_instruction(backend, reference)
        chain = self._logistics_get_chain()
        lines = self._prepare_logistics_chain_lines()
        if len(chain) > 1 or self.state != "assigned":
            # What left has other lots, and what is not reserved has none.
            lots = {line.line_id: line.lots for line in known.lines}
            lines = (replace(i, lots=lots.get(i.line_id, i.lots)) for i in lines)
        values = {"lines": tuple(lines)}
        if self != chain.filtered(lambda p: p.state not in ("done", "cancel"))[:1]:
            # Split off: what the order says is said by the delivery it came from.
            values |= {n: getattr(known, n) for n in (*changes.OTHERS, "carrier_id")}
        elif len(chain) > 1:
            # What is left is planned anew; its lines keep their deadlines.
            values["ship_not_before"] = known.ship_not_before
            values["ship_by"] = _utc(chain._get_logistics_deadline())
        return replace(now, **values)

    def _get_logistics_deadline(self):
        """Return the deadline of these deliveries together, as Odoo does for one."""
        deadlines = [d for d in self.move_ids.mapped("date_deadline") if d]
        choose = min if self[0].move_type == "direct" else max
        return choose(deadlines, default=False)

    def _get_logistics_tolerance(self):
        """Splitting a demand over backorders rounds, so the last digit is free."""
        return Decimal(10) ** -self.env["decimal.precision"].precision_get(
            "Product Unit"
        )

    def _logistics_rewrite_instruction(self, message):
        self._logistics_forget_skus()
        canonical = self._prepare_outbound_instruction(
            self.logistics_backend_id, self.logistics_reference
        )
        if canonical != message._get_canonical():
            message._set_canonical(canonical)
        if self.priority == "1" and message.state == "pending":
            message._hurry()

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

    def _logistics_get_pending_cancel(self):
        return self._logistics_get_messages(CANCEL).filtered(
            lambda m: (
                m.state in ("pending", "in_progress", "retrying", "deferred", "sent")
            )
        )


def _get_told(messages):
    """Return the instruction as the partner knows it, or soon will; None: unknown."""
    told = None
    for message in messages:
        if message.type_code == CHANGE and message.state in ("dead", "invalid"):
            continue  # refused: the partner goes on with what it knew
        if not message.canonical:
            continue  # its content was deleted, as old as it is
        canonical = message._get_canonical()
        if message.type_code == INSTRUCTION:
            told = canonical
        elif told:
            told = changes.apply(told, canonical)
    return told


def _is_same(change, other):
    """Return whether two changes ask for the same, whatever is known of the order."""
    return replace(change, order_external_id=other.order_external_id) == other
