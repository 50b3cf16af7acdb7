"""Shipments with labels, and what their carrier reports about them."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from odoo import fields

from odoo.addons.logistics_core.canonical import Canonical
from odoo.addons.logistics_core.envelope import Envelope, SendResult
from odoo.addons.logistics_core.tests.common import LogisticsCase
from odoo.addons.logistics_core.tests.local_partner import local_partner
from odoo.addons.logistics_core.tools.moments import to_naive

from ..canonical import TransportEvent

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


class TrackingCase(LogisticsCase):
    """A carrier that speaks canonical JSON, and parcels it carries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.backend.company_id.id)], limit=1
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Customer",
                "email": "customer@example.com",
                "street": "Rue 1",
                "city": "Lyon",
                "zip": "69001",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.number = 0

    @classmethod
    def make_shipment(cls, *numbers, backend=None, **values):
        """Return a labelled shipment with a parcel for each tracking number."""
        cls.number += 1
        backend = backend or cls.backend
        return cls.env["logistics.shipment"].create(
            {
                "name": f"SH{cls.number}",
                "company_id": backend.company_id.id,
                "backend_id": backend.id,
                "warehouse_id": cls.warehouse.id,
                "partner_id": cls.customer.id,
                "state": "labelled",
                "external_id": f"X{cls.number}",
                "ship_date": fields.Date.today(),
                "parcel_ids": [
                    fields.Command.create(
                        {
                            "name": str(position),
                            "tracking_number": number,
                            "status": "created",
                            "weight": 1.5,
                        }
                    )
                    for position, number in enumerate(numbers, 1)
                ],
                **values,
            }
        )

    @classmethod
    def make_delivery(cls, sold=True, quantity=2):
        """Return a delivery that is done, of a sales order or of its own."""
        product = cls.env["product.product"].create(
            {"name": "Thing", "is_storable": True, "list_price": 30, "weight": 1}
        )
        if sold:
            order = cls.env["sale.order"].create(
                {
                    "partner_id": cls.customer.id,
                    "order_line": [
                        fields.Command.create(
                            {"product_id": product.id, "product_uom_qty": quantity}
                        )
                    ],
                }
            )
            order.action_confirm()
            picking = order.picking_ids
        else:
            out = cls.warehouse.out_type_id
            customers = cls.env.ref("stock.stock_location_customers")
            picking = cls.env["stock.picking"].create(
                {
                    "partner_id": cls.customer.id,
                    "picking_type_id": out.id,
                    "location_id": out.default_location_src_id.id,
                    "location_dest_id": customers.id,
                    "move_ids": [
                        fields.Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "location_id": out.default_location_src_id.id,
                                "location_dest_id": customers.id,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
        for move in picking.move_ids:
            move.quantity = quantity
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def event(self, number, status, hours=0, event_id=None, **values):
        """Return the envelope of an event so many hours after noon."""
        at = NOON + timedelta(hours=hours)
        event_id = event_id or f"{number}:{status}:{hours}"
        told = TransportEvent(
            tracking_number=number,
            status=status,
            occurred_at=at,
            raw_code=status.upper()[:3],
            event_id=event_id,
            **values,
        )
        return Envelope(
            external_id=event_id,
            event="transport_status",
            ordering_key=number,
            payload=_dump(told),
        )

    def tell(self, *envelopes, backend=None):
        """Let the carrier report events and apply them; return the messages."""
        messages = self.receive(*envelopes, backend=backend)
        self.drain(backend)
        return messages

    def get_problems(self, parcel, state="open"):
        """Return the kinds of the parcel's exceptions in a state."""
        found = self.env["logistics.exception"].search(
            [
                ("res_model", "=", "logistics.parcel"),
                ("res_id", "=", parcel.id),
                ("state", "=", state),
            ]
        )
        return sorted(found.mapped("kind"))

    def at(self, hours):
        """Return noon and so many hours as Odoo stores it."""
        return to_naive(NOON + timedelta(hours=hours))

    @contextmanager
    def carrier(self, *capabilities, answers=(), **methods):
        """Let the partner be a carrier that can do this, over real HTTP.

        :param answers: canonical answers (or errors of the ladder) to what is sent,
            in turn; each is sent over a socket of 127.0.0.1 and back
        :return: the partner, whose `seen` are the requests
        """
        queue = list(answers)

        def send(connector, backend, message, canonical):
            answer = queue.pop(0) if queue else None
            if isinstance(answer, Exception):
                raise answer
            partner.will(answer.to_dict() if answer else {})
            response = connector._request(
                backend, "POST", "/carrier", json=canonical.to_dict()
            )
            data = response.json()
            return SendResult(response=Canonical.from_dict(data) if data else None)

        with (
            local_partner() as partner,
            self.scripted(_capabilities=frozenset(capabilities), _send=send, **methods),
        ):
            self.backend.base_url = partner.url
            yield partner

    def get_sent(self, partner):
        """Return the canonical messages that the partner got."""
        return [Canonical.from_dict(json.loads(seen.body)) for seen in partner.seen]


def _dump(canonical):
    return json.dumps(canonical.to_dict())
