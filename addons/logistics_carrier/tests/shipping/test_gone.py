"""A message whose document is gone, or was changed since an earlier message read it."""

from odoo.tests import tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import NoLongerWanted, Rejected

from ..carrier_common import CarrierCase


@tagged("post_install", "-at_install")
class TestGone(CarrierCase):
    def get_messages(self, record, code):
        return self.env["logistics.message"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "in", record.ids),
                ("type_id.code", "=", code),
            ]
        )

    def delete(self, record):
        """Delete a record as a cascade does: no code of ours is asked."""
        self.env.flush_all()
        self.env.cr.execute(
            f'DELETE FROM "{record._table}" WHERE id IN %s', [tuple(record.ids)]
        )
        self.env.invalidate_all()

    def test_a_delivery_that_an_earlier_message_read_is_read_again(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        message = self.get_messages(
            delivery.logistics_shipment_ids, "transport_instruction"
        )
        user = self.backend._as_integration_user().env
        self.assertEqual(delivery.with_env(user).state, "assigned")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET state = 'cancel' WHERE id = %s", [delivery.id]
        )
        with self.assertRaisesRegex(NoLongerWanted, "was cancelled"):
            message._send_or_look_up()

    def test_no_label_is_bought_for_a_shipment_that_was_deleted(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        shipment = delivery.logistics_shipment_ids
        message = self.get_messages(shipment, "transport_instruction")
        self.delete(shipment)
        self.carry()
        self.assertFalse(self.asked)
        self.assertEqual(message.state, "cancelled")
        self.assertIn("deleted", message.note)

    def test_the_label_of_a_shipment_that_was_deleted_is_voided(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        self.carry()
        shipment = delivery.logistics_shipment_ids
        shipment.action_void()
        message = self.get_messages(shipment, "transport_void")
        self.delete(shipment)
        self.carry()
        self.assertEqual(message.state, "done")
        self.assertEqual(self.asked[-1].message_type, "transport_void")

    def test_an_answer_about_a_deleted_shipment_is_an_exception_in_words(self):
        delivery = self.make_delivery()
        delivery.action_logistics_buy()
        shipment = delivery.logistics_shipment_ids
        message = self.get_messages(shipment, "transport_instruction")
        answer = SendResult(response=self.confirm(message._get_canonical()))
        message.state = "in_progress"
        self.delete(shipment)
        message._set_sent([(message, answer)])
        exception = self.env["logistics.exception"].search(
            [("backend_id", "=", self.backend.id)]
        )
        self.assertIn("deleted in Odoo", exception.cause)
        self.assertNotIn("NoneType", exception.cause)

    def test_a_refusal_about_a_deleted_document_is_the_partner_s_words(self):
        for model in ("logistics.manifest", "logistics.pickup", "logistics.parcel"):
            code = {
                "logistics.manifest": "transport_manifest",
                "logistics.pickup": "transport_pickup",
                "logistics.parcel": "transport_proof",
            }[model]
            handler = self.env[f"logistics.handler.{code}"]
            message = self.env["logistics.message"].new(
                {"res_model": model, "res_id": 999_999_999}
            )
            self.assertIsNone(handler._refused(message, None, Rejected("no")))
