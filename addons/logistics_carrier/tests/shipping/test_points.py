"""Drop-off points and addresses, as a carrier knows them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.canonical import Address

from ...canonical import AccessPoint, AddressCheck
from ..carrier_common import CarrierCase

SHOP = AccessPoint(
    "P-17",
    "Corner Shop",
    Address("Corner Shop", "Rue 9", "Lyon", "FR", zip="69003"),
    distance_m=450,
)


@tagged("post_install", "-at_install")
class TestPoints(CarrierCase):
    def setUp(self):
        super().setUp()
        base = self.registry["logistics.connector.canonical"]._capabilities
        self.enterContext(
            self.scripted(
                _capabilities=base | {"access_points", "address_check"},
                _find_access_points=lambda *args: [SHOP],
                _check_address=lambda *args: self.answer,
            )
        )
        self.answer = None
        self.method.logistics_use_locations = True

    def test_the_point_chosen_on_the_delivery_is_told_to_the_carrier(self):
        delivery = self.make_delivery()
        action = delivery.action_logistics_access_points()
        search = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(search.line_ids.distance, 0.45)
        search.line_ids.action_choose()
        self.assertIn("Corner Shop", delivery.logistics_access_point_name)
        delivery.action_logistics_buy()
        self.carry()
        self.assertEqual(self.asked[0].access_point, "P-17")

    def test_the_point_chosen_on_the_order_becomes_its_delivery_address(self):
        order = self.make_order()
        action = order.action_logistics_access_points()
        self.env[action["res_model"]].browse(action["res_id"]).line_ids.action_choose()
        order.action_confirm()
        self.assertTrue(order.partner_shipping_id.is_pickup_location)
        order.picking_ids.action_logistics_buy()
        self.carry()
        self.assertEqual(self.asked[0].access_point, "P-17")

    def test_odoos_own_selector_finds_the_points(self):
        order = self.make_order()
        (location,) = order._get_pickup_locations()["pickup_locations"]
        self.assertEqual((location["id"], location["zip_code"]), ("P-17", "69003"))

    def test_a_correction_is_applied_by_the_person(self):
        self.answer = AddressCheck(
            "corrected",
            Address("Customer", "1 Rue Neuve", "Lyon", "FR", zip="69002"),
            ("The street is spelt otherwise.",),
            residential=True,
        )
        delivery = self.make_delivery()
        action = delivery.action_logistics_check_address()
        check = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(check.status, "corrected")
        check.action_apply()
        self.assertEqual(
            (self.customer.street, self.customer.zip), ("1 Rue Neuve", "69002")
        )

    def test_an_address_with_gaps_is_not_asked_about(self):
        self.customer.city = False
        with self.assertRaisesRegex(UserError, "city"):
            self.customer.action_logistics_check_address()
