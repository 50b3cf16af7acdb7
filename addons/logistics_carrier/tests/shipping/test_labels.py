"""Labels: bought once, after the commit, and shown on the delivery."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import OutcomeUnknown, Rejected

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestLabels(CarrierCase):
    def test_a_validated_delivery_gets_its_label_after_the_commit(self):
        delivery = self.make_delivery()
        self.validate(delivery)
        shipment = delivery.logistics_shipment_ids
        self.assertEqual(delivery.state, "done")
        self.assertEqual(shipment.state, "requested")
        self.assertFalse(delivery.carrier_tracking_ref)
        self.carry()
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(delivery.carrier_tracking_ref, "TRK0001")
        self.assertEqual(shipment.expected_cost, 9.4)
        self.assertEqual(delivery.carrier_price, 9.4)
        label = shipment.parcel_ids.label_id
        self.assertEqual(label.raw, self.label)
        self.assertEqual(label.res_id, delivery.id)
        self.assertEqual(label.name, "LabelShipping-logistics-TRK0001.pdf")
        self.assertIn("TRK0001", delivery.message_ids[0].body)
        self.assertEqual(shipment.tracking_numbers, "TRK0001")
        self.assertEqual(str(shipment.estimated_delivery), "2026-11-25 16:00:00")

    def get_bench_messages(self):
        """Return what was sent to screens about labels."""
        kind = "logistics_carrier.label"
        sent = self.env["bus.bus"].search([("message", "like", kind)])
        return [json.loads(row.message)["payload"] for row in sent]

    def test_the_packing_bench_is_told_when_the_label_is_there(self):
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        delivery = self.make_delivery()
        delivery.with_user(packer).action_logistics_buy()
        self.assertFalse(self.get_bench_messages())
        self.carry()
        shipment = delivery.logistics_shipment_ids
        [told] = self.get_bench_messages()
        self.assertEqual(told["picking_id"], delivery.id)
        self.assertEqual(told["shipment_id"], shipment.id)
        self.assertFalse(told["error"])

    def test_the_packing_bench_is_told_why_there_is_no_label(self):
        self.error = Rejected("No such street")
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        self.make_delivery().with_user(packer).action_logistics_buy()
        self.carry()
        [told] = self.get_bench_messages()
        self.assertIn("No such street", told["error"])

    def test_a_stock_user_prints_and_who_has_no_role_does_not(self):
        delivery = self.make_delivery()
        self.validate(delivery)
        self.carry()
        packer = new_test_user(self.env, "packer", groups="stock.group_stock_user")
        seller = new_test_user(self.env, "seller", groups="base.group_user")
        action = delivery.with_user(packer).action_logistics_print_labels()
        self.assertIn("/web/content/", action["url"])
        with self.assertRaises(AccessError):
            delivery.logistics_shipment_ids.with_user(seller).action_print_labels()

    def test_a_rollback_leaves_no_request(self):
        delivery = self.make_delivery()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            delivery.action_logistics_buy()
            self.assertTrue(delivery.logistics_shipment_ids)
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.carry()
        self.assertFalse(self.asked)
        self.assertFalse(delivery.logistics_shipment_ids)

    def test_what_is_bought_before_is_not_bought_again_at_validation(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        delivery.action_logistics_buy()
        self.validate(delivery)
        self.carry()
        delivery.action_logistics_buy()
        self.carry()
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(len(delivery.logistics_shipment_ids), 1)

    def test_each_package_is_a_parcel_with_its_weight(self):
        heavy = self.make_product("Anvil", weight=12)
        delivery = self.make_delivery(self.product, heavy, quantity=1)
        self.pack(delivery)
        delivery.action_logistics_buy()
        self.carry()
        parcels = self.asked[0].parcels
        self.assertEqual([str(p.weight) for p in parcels], ["1.5", "12"])
        self.assertEqual(delivery.carrier_tracking_ref, "TRK0001,TRK0002")
        packages = delivery.move_line_ids.result_package_id
        self.assertEqual(
            delivery.logistics_shipment_ids.parcel_ids.package_id, packages
        )

    def test_weights_and_sizes_are_metric_whatever_the_database_says(self):
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("product.weight_in_lbs", "1")
        params.set_param("product.volume_in_cubic_feet", "1")
        self.method.logistics_package_type_id = self.env["stock.package.type"].create(
            {"name": "Box", "packaging_length": 1, "width": 0.5, "height": 0.5}
        )
        self.product.weight = 10  # pounds
        delivery = self.make_delivery(quantity=1)
        delivery.action_logistics_buy()
        self.carry()
        parcel = self.asked[0].parcels[0]
        self.assertEqual(str(parcel.weight), "4.5359237")
        self.assertEqual((str(parcel.length), str(parcel.width)), ("304.8", "152.4"))
        record = delivery.logistics_shipment_ids.parcel_ids
        self.assertEqual((record.weight, record.length_mm), (4.5359237, 304.8))

    def test_an_sscc_is_told_only_when_it_is_one(self):
        delivery = self.make_delivery()
        self.pack(delivery)
        delivery.move_line_ids.result_package_id.name = "106141412345678908"
        delivery.action_logistics_buy()
        self.assertEqual(
            delivery.logistics_shipment_ids.parcel_ids.sscc, "106141412345678908"
        )

    def test_a_label_that_does_not_fit_what_is_shipped_is_told(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.carry()
        delivery.move_ids.write({"quantity": 1, "picked": True})
        delivery.with_context(skip_backorder=True).button_validate()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(delivery.activity_ids.summary, "The label does not fit")

    def test_a_label_that_fits_is_not_talked_about(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.carry()
        self.validate(delivery)
        self.assertFalse(delivery.activity_ids)

    def test_a_refused_label_is_asked_for_again_with_what_was_mended(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.error = Rejected("Unknown street")
        self.carry()
        shipment = delivery.logistics_shipment_ids
        self.assertEqual((shipment.state, shipment.error), ("failed", "Unknown street"))
        self.error = None
        delivery.partner_id.street = "Rue 2"
        delivery.action_logistics_buy()
        self.carry()
        self.assertEqual(self.asked[-1].ship_to.address.street, "Rue 2")
        self.assertEqual(self.asked[-1].reference, self.asked[0].reference)
        self.assertEqual(shipment.state, "labelled")
        self.assertEqual(delivery.logistics_shipment_ids, shipment)

    def test_a_lost_answer_is_looked_up_and_not_bought_again(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.error = OutcomeUnknown("The socket was cut")
        self.carry()
        self.assertEqual(delivery.logistics_shipment_ids.state, "requested")
        message = delivery.logistics_shipment_ids._get_messages("transport_instruction")
        message.next_attempt_at = False
        found = self.asked[0]

        def look_up(connector, backend, message, canonical):
            return SendResult(response=self.confirm(found))

        self.error = None
        with self.scripted(_lookup=look_up):
            self.carry()
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(delivery.logistics_shipment_ids.state, "labelled")

    def test_a_refusal_after_a_lost_answer_is_a_refusal(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        shipment = delivery.logistics_shipment_ids
        self.error = OutcomeUnknown("The socket was cut")
        self.carry()
        message = shipment._get_messages("transport_instruction")
        message.next_attempt_at = False
        self.error = Rejected("Unknown street")
        with self.scripted(_lookup=lambda *args: None):
            self.carry()
        self.assertEqual(shipment.state, "failed")
        with self.assertRaisesRegex(UserError, "Try again"):
            shipment.action_void()

    def test_two_who_buy_at_the_same_time_buy_once(self):
        delivery = self.make_delivery()
        carrier = delivery._logistics_resolve_carrier()
        plans = [(delivery, carrier, delivery._logistics_plan_parcels(self.no_type))]
        delivery._logistics_create_shipments(plans, "outbound")
        # The other one does not see it in its snapshot.
        delivery.invalidate_recordset()
        unseen = self.env["logistics.shipment"]
        with (
            patch.object(
                type(delivery), "_prepare_logistics_shipment", self.prepare_unseen
            ),
            self.assertRaises(ConcurrencyError),
        ):
            delivery._logistics_create_shipments(plans, "outbound")
        self.assertEqual(unseen.search_count([("picking_id", "=", delivery.id)]), 1)

    @property
    def no_type(self):
        return self.env["stock.package.type"]

    @property
    def prepare_unseen(self):
        prepare = self.registry["stock.picking"]._prepare_logistics_shipment

        def unseen(picking, carrier, direction):
            return {**prepare(picking, carrier, direction), "name": picking.name}

        return unseen

    def test_everything_missing_is_told_at_once_and_nothing_is_done(self):
        self.product.weight = 0
        delivery = self.make_delivery()
        delivery.partner_id.write({"street": False, "city": False})
        with self.assertRaises(UserError) as caught:
            self.validate(delivery)
        text = str(caught.exception)
        self.assertIn("street, city", text)
        self.assertIn("no weight", text)

    def test_an_option_the_carrier_has_not_is_told(self):
        self.method.write({"logistics_saturday": True, "logistics_signature": "adult"})
        delivery = self.make_delivery()
        without = frozenset({"transport_instruction", "signature"})
        with (
            self.scripted(_capabilities=without),
            self.assertRaisesRegex(UserError, "Saturday delivery"),
        ):
            delivery.action_logistics_buy()

    def test_a_person_without_stock_rights_buys_nothing(self):
        delivery = self.make_delivery()
        person = new_test_user(self.env, "seller", groups="base.group_user")
        with self.assertRaises(AccessError):
            delivery.with_user(person).action_logistics_buy()
        worker = new_test_user(self.env, "worker", groups="stock.group_stock_user")
        delivery.with_user(worker).action_logistics_buy()
        self.assertEqual(delivery.logistics_shipment_ids.state, "requested")

    def test_labels_of_a_selection_are_printed_as_one_file(self):
        deliveries = self.make_delivery() | self.make_delivery()
        batches = self.env["logistics.label.batch"]._start(deliveries)
        self.carry()
        self.assertEqual((batches.done_count, batches.progress), (2, 100))
        action = batches.action_print()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        self.assertEqual(attachment.name, "labels.pdf")
        self.assertTrue(attachment.raw.startswith(b"%PDF"))

    def test_a_batch_says_why_a_line_is_without_label(self):
        delivery = self.make_delivery()
        batch = self.env["logistics.label.batch"]._start(delivery)
        for state in ("voided", "failed"):
            batch.line_ids.shipment_id.write({"state": state, "error": False})
            self.assertEqual(batch.line_ids.result, "problem")
            self.assertIn("Open the delivery", batch.line_ids.message)

    def test_a_batch_tells_what_is_missing_where_and_buys_the_rest(self):
        good, bad = self.make_delivery(), self.make_delivery()
        bad.partner_id = self.make_customer(street=False)
        batch = self.env["logistics.label.batch"]._start(good | bad)
        self.carry()
        results = {line.picking_id: line.result for line in batch.line_ids}
        self.assertEqual(results, {good: "done", bad: "problem"})
        self.assertIn("street", batch.line_ids[1].message)
        bad.partner_id.street = "Rue 3"
        batch.action_retry()
        self.carry()
        self.env.invalidate_all()
        self.assertEqual(batch.done_count, 2)
        self.assertEqual(len(self.asked), 2)
