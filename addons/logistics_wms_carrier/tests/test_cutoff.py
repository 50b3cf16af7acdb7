"""Cut-offs of routes and of carriers are in one time zone."""

from odoo.tests import tagged

from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestCutoffZone(WmsCase):
    def test_a_route_has_the_zone_of_its_warehouse(self):
        self.warehouse.carrier_tz = "America/Los_Angeles"
        self.warehouse.partner_id.tz = "Europe/Brussels"
        self.assertEqual(self.route._get_cutoff_zone().key, "America/Los_Angeles")
