"""Tracking events of carriers, a batch at a time."""

from odoo import models

from odoo.addons.logistics_core.errors import (
    InvalidMessage,
    PrerequisiteMissing,
    UnknownDocument,
)
from odoo.addons.logistics_core.texts import _lt

from ..canonical import TransportEvent
from ..const import FINAL_STATUSES, REASONS, STATUSES

KNOWN_STATUSES = frozenset(dict(STATUSES))
KNOWN_REASONS = frozenset(dict(REASONS))


class LogisticsHandlerTransportStatus(models.AbstractModel):
    _inherit = "logistics.handler.transport_status"

    def _apply(self, items):
        own = [item for item in items if isinstance(item[1], TransportEvent)]
        if own:
            self._apply_events(own)
        others = [item for item in items if not isinstance(item[1], TransportEvent)]
        return super()._apply(others) if others else None

    def _apply_events(self, items):
        """Record the events, then derive what changed, for all parcels together."""
        for _message, event in items:
            self._check_event(event)
        backend = items[0][0].backend_id
        found = self._find_parcels(backend, [event for _message, event in items])
        reported = [
            (message, found.get(_key(event)), event) for message, event in items
        ]
        for _message, parcel, event in reported:
            if not parcel:
                raise self._get_unknown(backend, event)
        self._link_shipments(reported)
        parcels = self.env["logistics.parcel"].union(*(p for _m, p, _e in reported))
        new = parcels._record_events(
            [(parcel, event) for _m, parcel, event in reported]
        )
        concerned = new.parcel_id
        changed, moved = concerned._update_from_events(new)
        self._note_idle(reported, new)
        changed.shipment_id._update_from_parcels()
        concerned._plan_tracking()
        messages = {parcel: message for message, parcel, _event in reported}
        changed._update_problems(moved, messages)
        delivered = moved.filtered(lambda p: p.status == "delivered")
        delivered._request_proof()

    def _check_event(self, event):
        if event.status not in KNOWN_STATUSES:
            raise InvalidMessage(_lt("Unknown transport status “%s”.", event.status))
        if event.reason is not None and event.reason not in KNOWN_REASONS:
            raise InvalidMessage(_lt("Unknown reason “%s”.", event.reason))

    def _find_parcels(self, backend, events):
        """Return {(tracking number, shipment): parcel}, in one search.

        Carriers use numbers again after some months: the shipment they name
        decides, then who is still on the way, then who is younger.
        """
        candidates = (
            self.env["logistics.parcel"]
            .search(
                [
                    ("backend_id", "=", backend.id),
                    (
                        "tracking_number",
                        "in",
                        list({e.tracking_number for e in events}),
                    ),
                ],
                order="id",
            )
            .grouped("tracking_number")
        )
        found = {}
        for event in events:
            parcels = candidates.get(event.tracking_number)
            if parcels:
                found[_key(event)] = parcels.sorted(
                    lambda p, event=event: (
                        bool(event.shipment_external_id)
                        and p.shipment_id.external_id == event.shipment_external_id,
                        p.status not in FINAL_STATUSES,
                        p.id,
                    )
                )[-1]
        return found

    def _expects_parcels(self, backend):
        """Return whether a number that nobody knows may become known soon."""
        requested = [("backend_id", "=", backend.id), ("state", "=", "requested")]
        return bool(self.env["logistics.shipment"].search_count(requested, limit=1))

    def _get_unknown(self, backend, event):
        """Return the error for an event of no parcel."""
        if self._expects_parcels(backend):
            return PrerequisiteMissing(
                _lt(
                    "No parcel has the number %s yet; it may be on its way to Odoo.",
                    event.tracking_number,
                )
            )
        return UnknownDocument(
            _lt("No parcel has the tracking number %s.", event.tracking_number),
            remedy=_lt(
                "If this parcel was not shipped from Odoo (another system uses the"
                " same account at the carrier), ignore it."
            ),
        )

    def _link_shipments(self, reported):
        """Put the messages into the timelines of their shipments."""
        by_shipment = {}
        for message, parcel, _event in reported:
            by_shipment.setdefault(parcel.shipment_id, message.browse())
            by_shipment[parcel.shipment_id] |= message
        for shipment, messages in by_shipment.items():
            messages._set_document(shipment)

    def _note_idle(self, reported, new):
        """Say on the messages whose event changed nothing."""
        had_effect = {
            (event.parcel_id.id, event.event_id) for event in new.filtered("had_effect")
        }
        idle = self.env["logistics.message"].union(
            *(
                message
                for message, parcel, event in reported
                if (parcel.id, event.event_id) not in had_effect
            )
        )
        if idle:
            idle.sudo().note = self.env._(
                "No effect: it was known already, or came late."
            )


def _key(event):
    return event.tracking_number, event.shipment_external_id
