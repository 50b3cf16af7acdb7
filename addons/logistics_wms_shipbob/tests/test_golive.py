"""Going live at ShipBob: its lists, its orders from before, what it does not read."""

from datetime import timedelta

from odoo.exceptions import UserError, ValidationError

from odoo.addons.logistics_core.tests.common import process_inbound
from odoo.addons.logistics_wms_shipbob.tests.common import ShipbobCase


class TestShipbobGoLive(ShipbobCase):
    def fetch(self):
        self.backend.action_fetch_choices()

    def choice(self, kind, code):
        return self.env["logistics.choice"].search(
            [
                ("backend_id", "=", self.backend.id),
                ("kind", "=", kind),
                ("code", "=", code),
            ]
        )

    def test_lists_are_fetched_and_chosen_from(self):
        self.fetch()
        self.assertEqual(self.backend.shipbob_channel_choice_id.code, "101")
        self.backend.shipbob_center_choice_id = self.choice("shipbob_center", "20")
        self.assertEqual(self.backend.shipbob_location_id, 20)
        self.backend.wms_default_service_id = self.choice(
            "carrier_service", "Expedited"
        )
        self.assertEqual(self.backend.wms_default_carrier_service, "Expedited")
        self.assertIn("Venlo", self.backend.shipbob_center_choice_id.name)

    def test_a_service_typed_by_hand_that_shipbob_lacks_is_refused(self):
        self.fetch()
        with self.assertRaisesRegex(ValidationError, "does not offer .2-Day"):
            self.backend.wms_default_carrier_service = "2-Day"
        with self.assertRaisesRegex(ValidationError, "does not offer .7"):
            self.backend.shipbob_location_id = 7
        with self.assertRaisesRegex(ValidationError, "does not offer .BOX"):
            self.env["logistics.value.map"].create(
                {
                    "backend_id": self.backend.id,
                    "kind": "uom",
                    "odoo_value": "Units",
                    "external_value": "BOX",
                }
            )

    def test_start_waits_for_the_lists(self):
        self.backend.state = "draft"
        with self.assertRaisesRegex(UserError, "The partner's lists"):
            self.backend.action_start()
        self.fetch()
        self.backend.action_start()
        self.assertEqual(self.backend.state, "running")

    def test_lots_are_never_promised(self):
        with self.assertRaisesRegex(ValidationError, "takes no lots"):
            self.backend.wms_lot_policy = "odoo"

    def test_what_shipbob_reads_nowhere_is_said_on_the_delivery(self):
        picking = self.make_order((self.mug, 1), client_order_ref="PO-7").picking_ids
        picking.write({"note": "Ring twice", "priority": "1"})
        text = picking.logistics_unread
        for part in ("the priority", "the note", "the customer's reference"):
            self.assertIn(part, text)
        self.backend.shipbob_order_type = "B2B"
        picking.invalidate_recordset(["logistics_unread"])
        self.assertNotIn("the customer's reference", picking.logistics_unread)

    def test_businesses_and_another_center_have_routes_of_one_connection(self):
        self.fetch()
        other = self.env["stock.warehouse"].create({"name": "Venlo", "code": "VEN"})
        self.env["stock.quant"]._update_available_quantity(
            self.mug, other.lot_stock_id, 10
        )
        venlo = self.route.copy(
            {
                "name": "Venlo",
                "warehouse_id": other.id,
                "shipbob_center_choice_id": self.choice("shipbob_center", "20").id,
            }
        )
        self.route.copy(
            {
                "name": "Businesses",
                "sequence": 0,
                "domain": "[('partner_id.is_company', '=', True)]",
                "shipbob_order_type": "B2B",
            }
        )
        consumer = self.released((self.mug, 1))
        far = self.released((self.mug, 1), warehouse_id=other.id)
        self.assertEqual(far.logistics_route_id, venlo)
        self.customer.is_company = True
        business = self.released((self.mug, 1))
        found = [self.at_shipbob(p) for p in (consumer, far, business)]
        self.assertEqual(found, [("DTC", 10), ("DTC", 20), ("B2B", 10)])

    def at_shipbob(self, picking):
        order = self.connector._get_order(self.backend, picking.logistics_reference)
        return order["type"], order["shipments"][0]["location"]["id"]

    def old_delivery(self, *lines):
        """A delivery that another system sent to ShipBob before the cut-over."""
        self.route.cutover_at = self.env.cr.now() + timedelta(days=1)
        picking = self.make_order(*lines).picking_ids
        body = self.connector._prepare_order(
            self.backend,
            self.connector_instruction(picking),
        )
        for number, line in enumerate(body["products"], 1):
            line["external_line_id"] = number
        headers = self.connector._get_channel(self.backend)
        self.connector._call(self.backend, "create-order", json=body, headers=headers)
        return picking

    def connector_instruction(self, picking):
        instruction = picking._prepare_outbound_instruction(
            self.backend, picking.sale_id.name
        )
        handler = self.env["logistics.handler.outbound_instruction"]
        lines = handler._prepare_lines(self.backend, instruction.lines)
        return type(instruction)(
            **{
                name: getattr(instruction, name)
                for name in instruction.__dataclass_fields__
            }
            | {"lines": lines, "carrier_service": "Standard"}
        )

    def adopt(self):
        adoption = self.env["logistics.adoption"]._make(self.backend)
        adoption.action_look_up()
        adoption.action_apply()
        facts = self.env["logistics.message"].search(
            [("backend_id", "=", self.backend.id), ("direction", "=", "in")]
        )
        process_inbound(facts.filtered(lambda m: m.state == "pending").sorted("id"))
        self.settle()
        return adoption

    def test_orders_from_before_are_adopted_and_shipped_once(self):
        picking = self.old_delivery((self.mug, 2), (self.tea, 1))
        adoption = self.adopt()
        self.assertEqual(adoption.line_ids.result, "Adopted.")
        self.assertEqual(picking.logistics_state, "accepted")
        self.sandbox.run(picking.logistics_reference)
        self.poll("orders")
        self.assertEqual(picking.state, "done")
        self.assertEqual(len(self.sandbox.books()["orders"]), 1)

    def test_what_shipbob_shipped_already_is_applied_when_it_is_adopted(self):
        picking = self.old_delivery((self.mug, 2))
        self.sandbox.run(picking.sale_id.name)
        self.adopt()
        self.assertEqual(picking.state, "done")
        self.assertTrue(picking.carrier_tracking_ref)
