from datetime import UTC, datetime

from odoo.tests import tagged

from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestLots(WmsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wine = cls.make_product("WINE", tracking="lot")
        cls.old = cls.make_lot(cls.wine, "OLD", 5)
        cls.new = cls.make_lot(cls.wine, "NEW", 5)
        cls.phone = cls.make_product("PHONE", tracking="serial")
        for number in range(4):
            cls.make_lot(cls.phone, f"SN{number}", 1)

    def get_shipped(self, picking):
        return {(line.lot_id.name, line.quantity) for line in picking.move_line_ids}

    def test_the_partner_chooses_the_lot(self):
        picking = self.release((self.wine, 3))
        self.receive(self.shipment(picking, (self.wine, 3, [("NEW", 3)])))
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_shipped(picking), {("NEW", 3)})
        self.assertEqual(self.get_quantity(self.wine, lot=self.new), 2)
        self.assertEqual(self.get_quantity(self.wine, lot=self.old), 5)

    def test_several_lots_of_one_line(self):
        picking = self.release((self.wine, 6))
        self.receive(self.shipment(picking, (self.wine, 6, [("OLD", 2), ("NEW", 4)])))
        self.assertEqual(self.get_shipped(picking), {("OLD", 2), ("NEW", 4)})

    def test_a_lot_reserved_for_another_delivery_may_leave_first(self):
        first = self.release((self.wine, 5))
        second = self.release((self.wine, 5))
        taken = first.move_line_ids.lot_id
        self.receive(self.shipment(second, (self.wine, 5, [(taken.name, 5)])))
        self.assertEqual(second.state, "done")
        self.assertEqual(self.get_quantity(self.wine, lot=taken), 0)
        quants = self.env["stock.quant"].search([("product_id", "=", self.wine.id)])
        self.assertFalse(
            quants.filtered(
                lambda q: q.location_id.usage == "internal" and q.quantity < 0
            )
        )

    def test_a_lot_reserved_for_another_leaves_from_where_it_lies(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id}
        )
        beer = self.make_product("BEER", tracking="lot")
        for name in ("B1", "B2"):
            lot = self.make_lot(beer, name, 0)
            self.add_stock(beer, 5, lot=lot, location=shelf)
        first = self.release((beer, 5))
        taken = first.move_line_ids.lot_id
        where = first.move_line_ids.location_id
        second = self.release((beer, 5))
        self.receive(self.shipment(second, (beer, 5, [(taken.name, 5)])))
        self.assertEqual(second.move_line_ids.location_id, where)
        self.assertEqual(self.get_quantity(beer, where, lot=taken), 0)
        quants = self.env["stock.quant"].search([("product_id", "=", beer.id)])
        self.assertFalse(quants.filtered(lambda q: q.quantity < 0))

    def test_serials(self):
        picking = self.release((self.phone, 2))
        self.receive(self.shipment(picking, (self.phone, 2, [("SN3", 1), ("SN1", 1)])))
        self.assertEqual(self.get_shipped(picking), {("SN3", 1), ("SN1", 1)})

    def test_one_serial_for_two_units_is_refused(self):
        picking = self.release((self.phone, 2))
        message = self.receive(self.shipment(picking, (self.phone, 2, [("SN3", 2)])))
        self.assert_invalid(message, "invalid_message", done=picking)

    def test_a_tracked_product_without_a_lot_is_refused(self):
        picking = self.release((self.wine, 1))
        message = self.receive(self.shipment(picking, (self.wine, 1)))
        self.assert_invalid(message, "invalid_message", done=picking)

    def test_without_a_lot_the_one_odoo_chose_left(self):
        self.backend.wms_lot_policy = "odoo"
        picking = self.release((self.wine, 2))
        chosen = picking.move_line_ids.lot_id
        self.receive(self.shipment(picking, (self.wine, 2)))
        self.assertEqual(picking.move_line_ids.lot_id, chosen)

    def test_an_unknown_lot_is_refused_then_created_and_applied(self):
        picking = self.release((self.wine, 2))
        expires = datetime(2027, 6, 1, tzinfo=UTC)
        message = self.receive(
            self.shipment(picking, (self.wine, 2, [("LOT-X", 2, expires)]))
        )
        self.assert_invalid(message, "unknown_lot", done=picking)
        exception = self.get_exceptions("unknown_lot")
        self.assertIn("LOT-X", exception.cause)
        self.assertTrue(exception.can_create_lots)
        exception.action_create_lots()
        lot = self.env["stock.lot"].search([("name", "=", "LOT-X")])
        self.assertEqual(lot.product_id, self.wine)
        if "expiration_date" in lot._fields:
            self.assertEqual(lot.expiration_date, datetime(2027, 6, 1))
        process_inbound(message)
        self.assertEqual(picking.state, "done")
        self.assertEqual(exception.state, "resolved")

    def test_a_lot_of_another_product_is_unknown(self):
        picking = self.release((self.wine, 1))
        message = self.receive(self.shipment(picking, (self.wine, 1, [("SN1", 1)])))
        self.assert_invalid(message, "unknown_lot", done=picking)

    def test_another_expiry_is_a_warning(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        self.new.expiration_date = datetime(2027, 1, 1)
        picking = self.release((self.wine, 1))
        theirs = datetime(2028, 1, 1, tzinfo=UTC)
        self.receive(self.shipment(picking, (self.wine, 1, [("NEW", 1, theirs)])))
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_exceptions("lot_expiry").severity, "1_warning")
        self.assertEqual(self.new.expiration_date, datetime(2027, 1, 1))

    def test_an_expiry_odoo_did_not_know_is_learnt(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        self.assertFalse(self.new.expiration_date)
        picking = self.release((self.wine, 1))
        theirs = datetime(2028, 1, 1, tzinfo=UTC)
        self.receive(self.shipment(picking, (self.wine, 1, [("NEW", 1, theirs)])))
        self.assertEqual(self.new.expiration_date, datetime(2028, 1, 1))

    def ship_same_name(self, **expiries):
        """Ship two products whose lots have the same name, with these expiries."""
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        beer = self.make_product("BEER", tracking="lot")
        lots = self.make_lot(self.wine, "2026-01", 5) | self.make_lot(
            beer, "2026-01", 5
        )
        picking, products = self.release((self.wine, 1), (beer, 1)), (self.wine, beer)
        lines = [
            (product, 1, [("2026-01", 1, expiry)])
            for product, expiry in zip(products, expiries.values(), strict=True)
        ]
        message = self.receive(self.shipment(picking, *lines))
        self.assertEqual(message.state, "done", message.error)
        return lots.mapped("expiration_date")

    def test_lots_of_one_name_have_the_expiry_of_their_product(self):
        dates = self.ship_same_name(
            wine=datetime(2027, 3, 1, tzinfo=UTC), beer=datetime(2029, 9, 1, tzinfo=UTC)
        )
        self.assertEqual(dates, [datetime(2027, 3, 1), datetime(2029, 9, 1)])
        self.assertFalse(self.get_exceptions("lot_expiry"))

    def test_a_lot_does_not_learn_the_expiry_of_another_product_s(self):
        dates = self.ship_same_name(wine=None, beer=datetime(2029, 9, 1, tzinfo=UTC))
        self.assertEqual(dates, [False, datetime(2029, 9, 1)])

    def test_two_expiries_of_one_lot_are_told(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        picking = self.release((self.wine, 2))
        days = (datetime(2027, 3, 1, tzinfo=UTC), datetime(2029, 9, 1, tzinfo=UTC))
        parcels = tuple(
            Parcel(lines=(self.line(self.wine, 1, [("NEW", 1, day)]),)) for day in days
        )
        self.receive(self.shipment(picking, parcels=parcels))
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.new.expiration_date)
        self.assertIn("2027-03-01, 2029-09-01", self.get_exceptions("lot_expiry").cause)

    def test_missing_lots_are_created_for_the_product_that_left(self):
        beer = self.make_product("BEER", tracking="lot")
        picking = self.release((self.wine, 1), (self.mug, 1))
        self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "substitution",
                "odoo_value": "WINE",
                "external_value": "BEER",
                "state": "approved",
            }
        )
        wine = picking.move_ids.filtered(lambda m: m.product_id == self.wine)
        parcel = Parcel(
            lines=(
                self.line(beer, 1, [("B-NEW", 1)], line_id=wine.id),
                self.line(self.mug, 1),
            )
        )
        message = self.receive(self.shipment(picking, parcels=(parcel,)))
        self.assertEqual(message.error_kind, "unknown_lot")
        self.get_exceptions("unknown_lot").action_create_lots()
        lot = self.env["stock.lot"].search([("name", "=", "B-NEW")])
        self.assertEqual(lot.product_id, beer)
        process_inbound(message)
        self.assertEqual(picking.state, "done", message.error)

    def test_lots_over_two_parcels(self):
        picking = self.release((self.wine, 4))
        parcels = (
            Parcel(
                lines=(self.line(self.wine, 2, [("OLD", 2)]),), tracking_number="T1"
            ),
            Parcel(
                lines=(self.line(self.wine, 2, [("NEW", 2)]),), tracking_number="T2"
            ),
        )
        self.receive(self.shipment(picking, parcels=parcels))
        self.assertEqual(
            {
                (line.lot_id.name, line.result_package_id.logistics_tracking_ref)
                for line in picking.move_line_ids
            },
            {("OLD", "T1"), ("NEW", "T2")},
        )
