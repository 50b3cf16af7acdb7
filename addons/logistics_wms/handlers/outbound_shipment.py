"""Applying shipments: one validation for many deliveries."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from odoo import models

from odoo.addons.logistics_core.texts import _lt
from odoo.addons.logistics_core.tools.moments import to_naive

from ..const import BIND_SHIPMENT
from ..errors import AlreadyShipped, DeliveryCancelled


@dataclass
class Shipment:
    """One shipment on its way into Odoo.

    :ivar pickings: the open deliveries it may belong to
    :ivar cancel_asked: the partner was asked not to ship it
    :ivar parts: [(move, quantity in the product's unit, lot, parcel number)]
    :ivar packages: one package for each parcel
    :ivar expiries: {(product, lot name): the days the partner names}
    """

    key: str
    message: Any
    canonical: Any
    pickings: Any
    cancel_asked: bool = False
    parts: list = field(default_factory=list)
    packages: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    expiries: dict = field(default_factory=dict)

    def add_expiries(self, line, parts):
        """Note the expiry dates that a line names: those of its own product's lots."""
        for lot in line.lots:
            if not (lot.lot and lot.expires_at):
                continue
            for product in {move.product_id for move, *_rest in parts}:
                times = self.expiries.setdefault((product, lot.lot), set())
                times.add(to_naive(lot.expires_at))

    @cached_property
    def touched(self):
        """The deliveries of which something left, oldest first.

        Not before the parts are complete.
        """
        ids = {move.picking_id.id for move, *_rest in self.parts}
        touched = self.pickings.filtered(lambda picking: picking.id in ids)
        return touched.with_prefetch(self.pickings._prefetch_ids)

    @property
    def is_closed(self):
        """Whether the partner will not ship the rest."""
        return self.canonical.remaining == "closed"


class LogisticsHandlerOutboundNotification(models.AbstractModel):
    _inherit = "logistics.handler.outbound_notification"

    def _apply_shipments(self, backend, chains, gathered):
        """Validate the deliveries of these shipments together.

        :param chains: {reference: its deliveries}
        :param gathered: {reference: (message, canonical)}
        """
        shipments = self._prepare_shipments(backend, chains, gathered)
        if not shipments:
            return
        self._read_together(shipments)
        self._plan(backend, shipments)
        self._pack(shipments)
        self._fill_moves(shipments)
        self._bind_shipments(backend, shipments)
        self._validate(backend, shipments)
        self._follow_up(backend, shipments)

    def _prepare_shipments(self, backend, chains, gathered):
        """Return the shipments that are new, with their open deliveries."""
        keys = {ref: _get_key(canonical) for ref, (_m, canonical) in gathered.items()}
        known = self._get_known_shipments(backend, keys.values())
        shipments = []
        for reference, (message, canonical) in gathered.items():
            chain = self._get_chain(chains, canonical)
            picking_id = known.get(keys[reference])
            if picking_id:
                self._check_shipment(chain, canonical, picking_id)
                self._apply_known(message, canonical, chain, picking_id)
                continue
            by_hand = self._get_by_hand(chain)
            if by_hand:
                self._apply_by_hand(keys[reference], message, canonical, by_hand)
                continue
            pickings = self._get_open(chain, canonical)
            self._link_delivery(message, pickings[:1])
            asked = "cancel_requested" in pickings.mapped("logistics_state")
            shipments.append(
                Shipment(keys[reference], message, canonical, pickings, asked)
            )
        return shipments

    def _read_together(self, shipments):
        """Fetch for all shipments what is looked at one by one afterwards."""
        pickings = self.env["stock.picking"].union(*(s.pickings for s in shipments))
        for shipment in shipments:
            shipment.pickings = shipment.pickings.with_prefetch(pickings.ids)
        moves = pickings.move_ids
        moves.product_id.mapped("uom_id.name")
        moves.move_line_ids.fetch()

    def _apply_known(self, message, canonical, chain, picking_id):
        """The same shipment again: news are its tracking and the order's end."""
        picking = chain.browse(picking_id)
        self._link_delivery(message, picking)
        notes = []
        if picking._logistics_add_tracking(canonical.parcels):
            notes.append(self.env._("the tracking was added"))
        rest = chain.filtered(lambda p: p.state not in ("done", "cancel"))
        if canonical.remaining == "closed" and rest:
            self._close_rest(message.backend_id, rest)
            notes.append(self.env._("the partner does not ship the rest"))
        message.sudo().note = (
            self.env._("Applied before; %s.", ", ".join(notes))
            if notes
            else self.env._("No effect: this shipment was applied before.")
        )

    def _get_open(self, chain, canonical):
        """Return the deliveries that wait for goods; raise when there is none."""
        pickings = chain.filtered(lambda p: p.state not in ("done", "cancel"))
        if pickings:
            return pickings
        if any(p.state == "cancel" for p in chain):
            raise DeliveryCancelled(
                _lt("The partner shipped %s, which is cancelled.", canonical.reference)
            )
        raise AlreadyShipped(
            _lt(
                "All of %s is shipped already, but the partner reports another"
                " shipment.",
                canonical.reference,
            )
        )

    def _bind_shipments(self, backend, shipments):
        """Remember the shipments: the unique index makes each apply once."""
        self.env["logistics.binding"]._bind_many(
            backend, BIND_SHIPMENT, [(s.touched[:1], s.key) for s in shipments]
        )


def _get_key(canonical):
    """Return what identifies a shipment; its content when the partner has no id."""
    if canonical.shipment_external_id:
        return canonical.shipment_external_id
    digest = hashlib.sha256(repr((canonical.reference, canonical.parcels)).encode())
    return f"{canonical.reference}#{digest.hexdigest()[:20]}"
