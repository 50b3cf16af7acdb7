"""Package, owner and rounding follow the whole shipment, not each of its parts."""

from odoo.tests import tagged

from odoo.addons.logistics_wms.canonical import Parcel
from odoo.addons.logistics_wms.tests.common import WmsCase


@tagged("post_install", "-at_install")
class TestWhole(WmsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kilogram = cls.env.ref("uom.product_uom_kgm")
        cls.salt = cls.make_product("SALT", 10, uom_id=kilogram.id)
        maps = cls.env["logistics.value.map"]
        for unit, code in (
            ("uom.product_uom_gram", "GRM"),
            ("uom.product_uom_kgm", "KGM"),
        ):
            maps.create(
                {
                    "backend_id": cls.backend.id,
                    "kind": "uom",
                    "odoo_value": cls.env.ref(unit).name,
                    "external_value": code,
                    "state": "approved",
                }
            )
        cls.tin = cls.make_product("TIN", tracking="lot")
        cls.pallets = {}
        for name in ("J1", "J2"):
            lot = cls.make_lot(cls.tin, name, 0)
            cls.pallets[name] = cls.put_on_pallet(cls.tin, 5, name, lot=lot)

    @classmethod
    def put_on_pallet(cls, product, quantity, name, lot=None, owner=None):
        pallet = cls.env["stock.package"].create({"name": f"PAL-{name}"})
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.stock, quantity, lot_id=lot, package_id=pallet, owner_id=owner
        )
        return pallet

    def get_stock(self, product):
        """Return {(lot, package, owner): quantity} of what is in the warehouse."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", self.stock.id),
            ]
        )
        found = {}
        for quant in quants:
            key = (quant.lot_id.name, quant.package_id.name, quant.owner_id.name)
            found[key] = found.get(key, 0) + quant.quantity
        return {key: quantity for key, quantity in found.items() if quantity}

    def grams(self, *amounts):
        return Parcel(
            lines=tuple(self.line(self.salt, g, uom="GRM") for g in amounts),
            tracking_number=f"TRK-{next(self.numbers)}",
        )

    def ship_grams(self, picking, *amounts, **vals):
        parcels = tuple(self.grams(amount) for amount in amounts)
        return self.receive(self.shipment(picking, parcels=parcels, **vals))

    def assert_kilogram_left(self, picking):
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.backorder_ids)
        self.assertAlmostEqual(self.get_quantity(self.salt), 9, 6)
        self.assertFalse(self.get_exceptions())
        self.assertEqual(len(self.get_messages()), 1)

    # Rounding

    def test_a_kilogram_in_three_parcels_is_a_kilogram(self):
        picking = self.release((self.salt, 1))
        self.ship_grams(picking, 333, 333, 334, remaining="closed")
        self.assert_kilogram_left(picking)
        self.assertEqual(len(picking.move_line_ids.result_package_id), 3)

    def test_a_kilogram_in_three_lines_of_one_parcel(self):
        picking = self.release((self.salt, 1))
        parcel = self.grams(333, 333, 334)
        self.receive(self.shipment(picking, parcels=(parcel,), remaining="closed"))
        self.assert_kilogram_left(picking)

    def test_a_kilogram_in_three_shipments(self):
        picking = self.release((self.salt, 1))
        for amount, remaining in ((333, "open"), (333, "open"), (334, "closed")):
            self.ship_grams(picking, amount, remaining=remaining)
        self.assertAlmostEqual(self.get_quantity(self.salt), 9, 6)
        self.assertEqual(len(self.get_messages()), 1)
        self.assertFalse(self.get_exceptions())
        chain = picking | picking.backorder_ids | picking.backorder_ids.backorder_ids
        self.assertEqual(set(chain.mapped("state")), {"done"})
        self.assertAlmostEqual(picking.sale_id.order_line.qty_delivered, 1, 6)

    def test_halves_are_not_shipped_twice(self):
        picking = self.release((self.salt, 1))
        self.ship_grams(picking, *([125] * 8), remaining="closed")
        self.assert_kilogram_left(picking)

    def test_many_crumbs_are_their_sum(self):
        picking = self.release((self.salt, 1))
        self.ship_grams(picking, *([4] * 250), remaining="closed")
        self.assert_kilogram_left(picking)

    def test_less_than_odoo_counts_is_said(self):
        picking = self.release((self.salt, 1))
        (message,) = self.ship_grams(picking, 3)
        self.assert_invalid(message, "invalid_message", done=picking)
        self.assertIn("Product Unit", message.error)

    # Packages and owners

    def test_swapped_lots_leave_from_their_own_pallets(self):
        first = self.release((self.tin, 5))
        second = self.release((self.tin, 5))
        lots = (first | second).mapped("move_line_ids.lot_id.name")
        for picking, lot in zip((first, second), reversed(lots), strict=True):
            self.receive(self.shipment(picking, (self.tin, 5, [(lot, 5)])))
            self.assertEqual(picking.state, "done")
            self.assertEqual(picking.move_line_ids.package_id, self.pallets[lot])
        self.assertEqual(self.get_stock(self.tin), {})

    def test_swapped_lots_reported_together(self):
        first = self.release((self.tin, 5))
        second = self.release((self.tin, 5))
        lots = (first | second).mapped("move_line_ids.lot_id.name")
        self.receive(
            *(
                self.shipment(picking, (self.tin, 5, [(lot, 5)]))
                for picking, lot in zip((first, second), reversed(lots), strict=True)
            )
        )
        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        self.assertEqual(self.get_stock(self.tin), {})

    def test_a_part_of_a_swapped_lot(self):
        first = self.release((self.tin, 5))
        second = self.release((self.tin, 5))
        theirs = second.move_line_ids.lot_id.name
        ours = first.move_line_ids.lot_id.name
        lots = [(ours, 2), (theirs, 3)]
        self.receive(self.shipment(first, (self.tin, 5, lots)))
        pallets = {name: pallet.name for name, pallet in self.pallets.items()}
        self.assertEqual(
            self.get_stock(self.tin),
            {(ours, pallets[ours], False): 3, (theirs, pallets[theirs], False): 2},
        )
        self.assertEqual(sum(second.move_line_ids.mapped("quantity")), 5)

    def test_parcels_take_what_was_reserved(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        bowl = self.make_product("BOWL", 0)
        self.put_on_pallet(bowl, 5, "B1")
        theirs = self.put_on_pallet(bowl, 5, "B2", owner=owner)
        picking = self.release((bowl, 5))
        line = picking.move_line_ids
        line.write({"package_id": theirs.id, "owner_id": owner.id})
        self.settle()
        self.receive(
            self.shipment(
                picking,
                parcels=tuple(
                    Parcel(lines=(self.line(bowl, n),), tracking_number=f"BOWL{n}")
                    for n in (2, 3)
                ),
            )
        )
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.get_stock(bowl), {(False, "PAL-B1", False): 5})

    def test_what_others_reserved_on_a_pallet_with_an_owner(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        bowl = self.make_product("BOWL", 0)
        self.put_on_pallet(bowl, 5, "B1", owner=owner)
        first = self.release((bowl, 3))
        second = self.release((bowl, 2))
        self.backend.wms_over_tolerance = 100
        self.receive(self.shipment(first, (bowl, 5)))
        self.assertEqual(first.state, "done")
        self.assertEqual(self.get_stock(bowl), {})
        self.assertNotEqual(second.state, "done")

    def test_more_than_odoo_has_is_missing_once(self):
        bowl = self.make_product("BOWL", 0)
        self.put_on_pallet(bowl, 5, "B1")
        picking = self.release((bowl, 5))
        self.backend.wms_over_tolerance = 100
        self.receive(self.shipment(picking, (bowl, 7)))
        self.assertEqual(self.get_stock(bowl), {(False, False, False): -2})
