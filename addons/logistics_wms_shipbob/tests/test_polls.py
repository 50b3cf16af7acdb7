"""Polls: a backup for every fact, and the stock."""

from decimal import Decimal

from odoo.addons.logistics_wms_shipbob import const, translator
from odoo.addons.logistics_wms_shipbob.tests.common import ShipbobCase


class TestShipbobPolls(ShipbobCase):
    def test_poll_alone_completes_the_delivery(self):
        picking = self.released((self.mug, 3))
        self.sandbox.run(picking.logistics_reference)
        messages, cursor = self.poll("orders")
        self.assertEqual(set(messages.mapped("state")), {"done"})
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.logistics_transport_state, "delivered")
        again, same = self.poll("orders", cursor)
        self.assertFalse(again)
        self.assertEqual(same, cursor)

    def test_clock_ahead_does_not_hide_what_comes(self):
        later = "2999-01-01T00:00:00+00:00"
        self.patch(translator, "updated_at", lambda order: later)
        self.released((self.mug, 1))
        _messages, cursor = self.poll("orders")
        self.assertLess(cursor, later)

    def test_poll_follows_the_progress(self):
        picking = self.released((self.mug, 3))
        states, cursor = [], None
        for _step in range(4):
            _messages, cursor = self.poll("orders", cursor)
            states.append(picking.logistics_state)
            self.sandbox.advance(picking.logistics_reference)
        self.assertEqual(states, ["accepted", "picking", "packed", "shipped"])

    def test_poll_reads_all_pages(self):
        self.patch(const, "PAGE_SIZE", 2)
        pickings = [self.released((self.mug, 1)) for _n in range(5)]
        messages, _cursor = self.poll("orders")
        self.assertEqual(len(messages), 5)
        self.assertEqual(
            {picking.logistics_state for picking in pickings}, {"accepted"}
        )

    def test_split_order_is_completed_by_one_poll(self):
        picking = self.released((self.mug, 5))
        part = {"kind": "ship", "lines": [{"sku": "MUG", "quantity": 2}]}
        self.sandbox.plan(picking.logistics_reference, [part])
        self.sandbox.run(picking.logistics_reference)
        self.sandbox.run(picking.logistics_reference)
        self.poll("orders")
        chain = picking | picking.backorder_ids
        self.assertEqual(chain.mapped("state"), ["done", "done"])
        self.assertEqual(chain.move_ids.mapped("quantity"), [2, 3])
        self.assertFalse(self.get_messages(chain, "outbound_instruction")[1:])

    def test_stock_levels_come_with_their_lots(self):
        soap = self.make_product("SOAP", tracking="lot")
        lot = {"lot": "L1", "quantity": 7, "expiration_date": "2027-05-01"}
        self.stock_at_partner("SOAP", lots=[lot])
        self.patch(const, "PAGE_SIZE", 2)
        messages, _cursor = self.poll("inventory")
        self.assertEqual(messages.state, "done")
        levels = self.env["logistics.stock.level"].search(
            [("backend_id", "=", self.backend.id)]
        )
        found = {
            (level.product_id.default_code, level.lot_name): level.on_hand
            for level in levels
        }
        self.assertEqual(found, {("MUG", ""): 100, ("TEA", ""): 100, ("SOAP", "L1"): 7})
        self.assertEqual(
            levels.filtered(lambda level: level.product_id == soap).expires_on.year,
            2027,
        )

    def test_a_figure_that_makes_no_sense_leaves_the_others(self):
        cls, known = type(self.connector), type(self.connector)._iter_all

        def iterate(connector, backend, operation, *args, **kw):
            for item in known(connector, backend, operation, *args, **kw):
                if item.get("sku") == "MUG":
                    item["total_on_hand_quantity"] = Decimal("2.5")
                yield item

        self.patch(cls, "_iter_all", iterate)
        messages, _cursor = self.poll("inventory")
        self.assertEqual(messages.state, "done", messages.error)
        levels = self.env["logistics.stock.level"].search(
            [("backend_id", "=", self.backend.id)]
        )
        self.assertEqual(levels.product_id, self.tea)
        self.assertIn("MUG", self.get_exceptions("invalid_message").cause)

    def test_stock_levels_of_one_fulfillment_center(self):
        self.backend.shipbob_location_id = 10
        self.poll("inventory")
        levels = self.env["logistics.stock.level"].search(
            [("backend_id", "=", self.backend.id)]
        )
        self.assertEqual(set(levels.mapped("location")), {"10"})
        self.assertEqual(levels.mapped("on_hand"), [100, 100])
