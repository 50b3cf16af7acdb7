"""What the handlers of the partner's facts share: finding deliveries."""

from collections import defaultdict
from dataclasses import replace

from odoo import models
from odoo.fields import Domain

from odoo.addons.logistics_core.errors import UnknownDocument
from odoo.addons.logistics_core.texts import _lt

from ..const import BIND_ORDER, BIND_SHIPMENT
from ..errors import NotOurs


class LogisticsWmsDeliveries(models.AbstractModel):
    """Finds the deliveries that a batch of messages is about.

    A reference alone proves nothing: other channels of the partner's account may use
    the same one. What counts is the partner's order, once it is bound.
    """

    _name = "logistics.wms.deliveries"
    _description = "Deliveries of Messages"

    def _sort_out(self, items):
        """Return the items about our deliveries, and {reference: its deliveries}.

        What is about another channel's order gets a note and is left out. The partner's
        order finds the delivery where the reference is none of ours.

        :param items: list of (message, fact of a delivery)
        :raises NotOurs: our reference, but not our order
        :raises UnknownDocument: neither is known
        """
        backend = items[0][0].backend_id
        items = self._leave_other_channels(backend, items)
        chains = self._get_chains(backend, {fact.reference for _m, fact in items})
        owners, orders = self._get_orders(backend, chains, items)
        ours = []
        for message, fact in items:
            fact = self._find_reference(chains, owners, fact)
            if fact.reference not in chains and self._is_elsewhere(message, fact):
                continue
            chain = self._get_chain(chains, fact)
            self._check_order(chain, fact, owners, orders)
            if self._is_replaced(chain, fact, orders):
                self._note(message, _lt("It is about an order that was replaced."))
                continue
            ours.append((message, fact))
        return ours, chains

    def _leave_other_channels(self, backend, items):
        own = backend._get_connector()._get_own_channel(backend)
        if not own:
            return items
        ours = []
        for message, fact in items:
            if fact.channel and fact.channel != own:
                self._note_elsewhere(message)
            else:
                ours.append((message, fact))
        return ours

    def _is_elsewhere(self, message, fact):
        """Return whether an unknown reference is another channel's; note it."""
        backend = message.backend_id
        elsewhere = backend._get_connector()._is_elsewhere(
            backend, fact.reference, fact.channel
        )
        if elsewhere:
            self._note_elsewhere(message)
        elif self._is_of_another_connection(backend, fact):
            self._note(
                message,
                _lt("No effect: it is about a delivery of another connection."),
            )
            elsewhere = True
        return elsewhere

    def _is_of_another_connection(self, backend, fact):
        """Return whether another connection of the company has this order or shipment.

        Such as a former one to the same account, whose orders a new one polls too. A
        delivery that another partner has, and ours reports under an id of its own, is
        none of these: somebody must look at it.
        """
        keys = [
            (BIND_ORDER, fact.order_external_id),
            (BIND_SHIPMENT, getattr(fact, "shipment_external_id", None)),
        ]
        same = Domain.OR(
            Domain("kind", "=", kind) & Domain("external_id", "=", key)
            for kind, key in keys
            if key
        )
        bound = self.env["logistics.binding"].sudo()
        bound = bound.with_context(active_test=False).search(
            same
            & Domain("backend_id", "!=", backend.id)
            & Domain("backend_id.company_id", "=", backend.company_id.id)
            & Domain("res_model", "=", "stock.picking")
        )
        pickings = self.env["stock.picking"].sudo().browse(bound.mapped("res_id"))
        references = pickings.exists().mapped("logistics_reference")
        return fact.reference in references

    def _note_elsewhere(self, message):
        self._note(
            message,
            _lt("No effect: it is about an order of another channel of the account."),
        )

    def _get_chains(self, backend, references):
        """Return {reference: its deliveries, oldest first}, in one query."""
        pickings = self.env["stock.picking"].search(
            [
                ("logistics_backend_id", "=", backend.id),
                ("logistics_reference", "in", list(references)),
            ],
            order="id",
        )
        return pickings.grouped("logistics_reference")

    def _get_orders(self, backend, chains, items):
        """Return who has which order of the partner, in one query.

        :return: {order: id of its delivery} of the orders that the facts name, and
            {id of a delivery: its orders, oldest first}
        """
        names = {fact.order_external_id for _m, fact in items} - {None, ""}
        if not names:
            return {}, {}
        ids = [picking.id for chain in chains.values() for picking in chain]
        deliveries = Domain("res_model", "=", "stock.picking")
        bindings = (
            self.env["logistics.binding"]
            .sudo()
            .search_fetch(
                Domain("backend_id", "=", backend.id)
                & Domain("kind", "=", BIND_ORDER)
                & (
                    Domain("external_id", "in", list(names))
                    | (deliveries & Domain("res_id", "in", ids))
                ),
                ["external_id", "res_id"],
                order="id",
            )
        )
        orders = defaultdict(list)
        for binding in bindings:
            orders[binding.res_id].append(binding.external_id)
        return {binding.external_id: binding.res_id for binding in bindings}, orders

    def _find_reference(self, chains, owners, fact):
        """Return the fact with our reference, where the partner's order tells it."""
        if fact.reference in chains or fact.order_external_id not in owners:
            return fact
        pickings = self.env["stock.picking"]
        picking = pickings.browse(owners[fact.order_external_id]).exists()
        reference = picking.logistics_reference
        if not reference:
            return fact
        if reference not in chains:
            chains[reference] = picking._logistics_get_chain()
        return replace(fact, reference=reference)

    def _check_order(self, chain, fact, owners, orders):
        """Raise NotOurs when the fact names another order than ours.

        While ours is not known yet, its answer being on the way, any order may be it.
        """
        order = fact.order_external_id
        if not order:
            return
        owner = owners.get(order)
        known = self._get_known_orders(chain, orders)
        if owner in chain.ids or (owner is None and not known):
            return
        raise NotOurs(
            _lt(
                "The partner names its order %(theirs)s under our reference"
                " %(reference)s. Our order is %(ours)s.",
                theirs=order,
                reference=fact.reference,
                ours=known[-1] if known else "-",
            ),
            name=f"order:{order}",
        )

    def _get_known_orders(self, chain, orders):
        """Return the partner's orders of these deliveries, the current one last."""
        return [name for picking in chain for name in orders.get(picking.id, ())]

    def _is_replaced(self, chain, fact, orders):
        """Return whether a fact is about an order that a newer one replaced."""
        return False

    def _check_shipment(self, chain, fact, picking_id):
        """Raise NotOurs when a known shipment is of another delivery."""
        if picking_id in chain.ids:
            return
        other = self.env["stock.picking"].browse(picking_id).exists().sudo()
        raise NotOurs(
            _lt(
                "The partner names its shipment %(shipment)s under our reference"
                " %(reference)s. It was applied to %(other)s.",
                shipment=fact.shipment_external_id,
                reference=fact.reference,
                other=other.name or "-",
            ),
            name=f"shipment:{fact.shipment_external_id}",
        )

    def _get_chain(self, chains, canonical):
        """Return the deliveries of a message; raise UnknownDocument for none."""
        chain = chains.get(canonical.reference)
        if not chain:
            error = UnknownDocument(
                _lt(
                    "No delivery with the reference %s was sent to this partner.",
                    canonical.reference,
                ),
                remedy=_lt(
                    "Ask the partner what it means. If it is an older reference of"
                    " a delivery that was sent again, ignore this message."
                ),
            )
            error.fingerprint = f"unknown_document:{canonical.reference}"
            raise error
        return chain

    def _get_message_moves(self, message, canonical):
        """Return the moves of the deliveries that a stuck message is about."""
        items, chains = self._sort_out([(message, canonical)])
        moves = self.env["stock.move"]
        return moves.union(*(chains[fact.reference].move_ids for _m, fact in items))

    def _get_known_shipments(self, backend, keys):
        """Return {shipment key: id of the delivery} of what was applied."""
        bindings = self.env["logistics.binding"]
        return bindings._get_record_ids(backend, BIND_SHIPMENT, keys)

    def _link_delivery(self, messages, picking):
        """Put messages into the timeline of the delivery."""
        messages.sudo().write(
            {
                "res_model": picking._name,
                "res_id": picking.id,
                "correlation_id": picking.logistics_correlation_id,
            }
        )
