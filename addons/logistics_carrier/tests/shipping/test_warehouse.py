"""One source of the time zone: the warehouse's."""

from datetime import UTC, datetime
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestWarehouseZone(CarrierCase):
    def setUp(self):
        super().setUp()
        self.customer.write(
            {
                "city": "Austin",
                "zip": "78701",
                "country_id": self.env.ref("base.us").id,
                "state_id": self.env.ref("base.state_us_44").id,
            }
        )
        # Who enters the address sits in Brussels, and so does the contact's zone.
        self.warehouse.partner_id.write(
            {
                "tz": "Europe/Brussels",
                "city": "Los Angeles",
                "zip": "90001",
                "country_id": self.env.ref("base.us").id,
                "state_id": self.env.ref("base.state_us_5").id,
            }
        )

    def at(self, hour):
        moment = datetime(2026, 3, 3, hour)
        return patch.object(fields.Datetime, "now", lambda: moment)

    def test_the_address_tells_the_zone_and_a_person_may_correct_it(self):
        self.assertEqual(self.warehouse.carrier_tz, "America/Los_Angeles")
        self.warehouse.carrier_tz = "America/Phoenix"
        self.assertEqual(self.warehouse._get_zone().key, "America/Phoenix")

    def test_rates_labels_cutoffs_and_pickups_are_of_the_same_day(self):
        schedule = self.env["logistics.carrier.schedule"]._get_for(
            self.backend, self.warehouse
        )
        schedule.days = "all"
        delivery = self.make_delivery()
        # 5:00 in London, 6:00 in Brussels, 21:00 of the day before in Los Angeles.
        with self.at(5):
            request = self.make_order()._prepare_rate_request(self.method)
            delivery.action_logistics_buy()
            days = {
                request.ship_date,
                delivery.logistics_shipment_ids.ship_date,
                schedule._get_today(),
            }
        self.assertEqual({str(day) for day in days}, {"2026-03-02"})
        self.carry()
        [instruction] = self.asked
        self.assertEqual(instruction.ship_zone, "America/Los_Angeles")
        self.assertEqual(request.ship_zone, "America/Los_Angeles")

    def test_times_in_the_chatter_name_their_zone(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        parcel = delivery.logistics_shipment_ids.parcel_ids
        shown = parcel._show_date(datetime(2026, 3, 3, 5, tzinfo=UTC))
        self.assertEqual(shown, "2026-03-02 21:00 (America/Los_Angeles)")
