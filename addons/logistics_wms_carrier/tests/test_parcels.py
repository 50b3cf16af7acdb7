"""Parcels that a warehouse partner shipped are tracked at their carrier."""

import json
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.logistics_carrier.canonical import TransportEvent
from odoo.addons.logistics_core.envelope import Envelope
from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import NOON, WmsCase


@tagged("post_install", "-at_install")
class TestParcelsOfPartners(WmsCase):
    def setUp(self):
        super().setUp()
        self.carrier = self.env["logistics.backend"].create(
            {
                "name": "Our carrier",
                "base_url": "https://carrier.example.com",
                "state": "running",
            }
        )
        self.enterContext(
            patch.object(
                self.registry["logistics.connector.canonical"],
                "_capabilities",
                frozenset({"track"}),
            )
        )
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "parcel_carrier",
                "odoo_value": "Our carrier",
                "external_value": "DHL",
                "state": "approved",
            }
        )

    def get_parcels(self, picking):
        return self.env["logistics.parcel"].search([("picking_id", "=", picking.id)])

    def ship(self, picking, *numbers, carrier="DHL", **vals):
        share = Decimal(2) / len(numbers)
        told = self.shipment(
            picking,
            parcels=tuple(
                Parcel(
                    lines=(self.line(self.mug, share),),
                    tracking_number=number,
                    carrier=carrier,
                    weight=Decimal("1.5"),
                )
                for number in numbers
            ),
            **vals,
        )
        return self.receive(told)

    def test_no_label_is_bought_for_what_the_partner_ships(self):
        picking = self.release((self.mug, 2))
        fee = self.env["product.product"].create({"name": "Fee", "type": "service"})
        method = self.env["delivery.carrier"].create(
            {
                "name": "Parcel",
                "delivery_type": "logistics",
                "product_id": fee.id,
                "logistics_backend_id": self.carrier.id,
                "logistics_service": "P",
            }
        )
        picking.carrier_id = method
        # Without a tracking number only the partner's part shows it.
        parcel = Parcel(lines=(self.line(self.mug, 2),))
        message = self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assertEqual(message.mapped("error"), [False])
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.logistics_shipment_ids)

    def tell(self, number, status):
        event = TransportEvent(
            tracking_number=number,
            status=status,
            occurred_at=NOON + timedelta(hours=1),
            raw_code="X",
            event_id=f"{number}:{status}",
        )
        messages, _duplicates = self.env["logistics.message"]._receive(
            self.carrier,
            [
                Envelope(
                    external_id=event.event_id,
                    event="transport_status",
                    ordering_key=number,
                    payload=json.dumps(event.to_dict()),
                )
            ],
        )
        process_inbound(messages)
        self.settle()
        messages.invalidate_recordset()
        return messages

    def test_parcels_of_a_carrier_without_an_account_are_tracked_by_an_aggregator(self):
        def get_code(connector, backend, name):
            return {"USPS": "stamps_com"}.get(name)

        cls = self.registry["logistics.connector.canonical"]
        self.enterContext(patch.object(cls, "_get_carrier_code", get_code))
        picking = self.release((self.mug, 2))
        other = self.release((self.mug, 2))
        self.ship(picking, "T1", carrier="USPS")
        self.ship(other, "T2", carrier="Nobody's Parcels")
        parcel = self.get_parcels(picking)
        self.assertEqual(
            (parcel.backend_id, parcel.carrier_code), (self.carrier, "stamps_com")
        )
        self.assertTrue(parcel.next_track_at)
        self.assertFalse(self.get_parcels(other))

    def test_a_value_map_may_name_the_aggregators_code(self):
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "parcel_carrier",
                "odoo_value": "Our carrier: gls_it",
                "external_value": "GLS Italy",
                "state": "approved",
            }
        )
        picking = self.release((self.mug, 2))
        self.ship(picking, "T1", carrier="GLS Italy")
        self.assertEqual(self.get_parcels(picking).carrier_code, "gls_it")

    def test_a_partners_parcels_are_tracked(self):
        picking = self.release((self.mug, 2))
        self.ship(picking, "T1", "T2")
        parcels = self.get_parcels(picking)
        self.assertEqual(parcels.mapped("tracking_number"), ["T1", "T2"])
        self.assertEqual(parcels.backend_id, self.carrier)
        self.assertEqual(len(parcels.shipment_id), 1)
        self.assertEqual(parcels.shipment_id.state, "in_transit")
        self.assertEqual(
            parcels.mapped("package_id.logistics_tracking_ref"), ["T1", "T2"]
        )
        self.assertTrue(all(parcels.mapped("next_track_at")))
        self.tell("T1", "delivered")
        self.tell("T2", "delivered")
        self.assertEqual(parcels.shipment_id.state, "delivered")
        self.assertEqual(picking.carrier_parcel_text, "2 of 2 delivered")

    def test_the_same_shipment_told_twice_is_recorded_once(self):
        picking = self.release((self.mug, 2))
        self.ship(picking, "T1", shipment_external_id="S1")
        self.ship(picking, "T1", shipment_external_id="S1")
        self.assertEqual(len(self.get_parcels(picking)), 1)

    def test_tracking_that_comes_later_is_recorded(self):
        picking = self.release((self.mug, 2))
        told = self.shipment(
            picking,
            parcels=(Parcel(lines=(self.line(self.mug, 2),)),),
            shipment_external_id="S1",
        )
        self.receive(told)
        self.assertFalse(self.get_parcels(picking))
        self.ship(picking, "T1", shipment_external_id="S1")
        self.assertEqual(self.get_parcels(picking).tracking_number, "T1")

    def test_a_carrier_nobody_follows_is_left_alone(self):
        picking = self.release((self.mug, 2))
        [message] = self.ship(picking, "T1", carrier="Pigeon Post")
        self.assertEqual(message.state, "done")
        self.assertFalse(self.get_parcels(picking))

    def test_without_a_map_the_connectors_name_decides(self):
        picking = self.release((self.mug, 2))
        self.ship(picking, "T1", carrier="Canonical")
        self.assertEqual(self.get_parcels(picking).backend_id, self.carrier)

    def test_an_event_that_is_faster_than_the_partner_waits(self):
        picking = self.release((self.mug, 2))
        message = self.tell("T1", "in_transit")
        self.assertEqual(
            (message.state, message.error_kind), ("deferred", "prerequisite")
        )
        self.ship(picking, "T1")
        message.invalidate_recordset()
        self.assertEqual(message.state, "pending")
