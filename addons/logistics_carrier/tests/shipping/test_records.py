"""Shipments and parcels: keys and company."""

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.logistics_core.tests.common import LogisticsCase


@tagged("post_install", "-at_install")
class TestRecords(LogisticsCase):
    def make_shipment(self, name):
        return self.env["logistics.shipment"].create(
            {
                "name": name,
                "company_id": self.backend.company_id.id,
                "backend_id": self.backend.id,
            }
        )

    def test_a_reference_is_used_once_per_backend(self):
        self.make_shipment("S1")
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.make_shipment("S1")

    def test_a_parcel_belongs_to_the_company_of_its_shipment(self):
        shipment = self.make_shipment("S1")
        parcel = self.env["logistics.parcel"].create(
            {"shipment_id": shipment.id, "name": "1"}
        )
        self.assertEqual(parcel.company_id, self.backend.company_id)
        self.assertEqual(shipment.parcel_count, 1)
