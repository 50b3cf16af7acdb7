"""A document that is gone, or hidden, is said in words."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.logistics_core.envelope import SendResult
from odoo.addons.logistics_core.errors import OutcomeUnknown, Rejected
from odoo.addons.logistics_core.texts import Text
from odoo.addons.logistics_wms.tests.common import WmsCase

INSTRUCTION = "outbound_instruction"
CHANGE = "outbound_change"
CANCEL = "outbound_cancel"


class GoneCase(WmsCase):
    def setUp(self):
        super().setUp()
        connector = type(self.env["logistics.connector.canonical"])
        self.patch(connector, "_capabilities", frozenset({"item_master"}))

    def delete(self, record):
        """Delete a record as a cascade does: no code of ours is asked."""
        self.env.flush_all()
        self.env.cr.execute(
            f'DELETE FROM "{record._table}" WHERE id IN %s', [tuple(record.ids)]
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestGone(GoneCase):
    def test_a_product_deleted_before_its_send(self):
        lamp = self.make_product("LAMP", stock=0)
        lamp.action_logistics_send()
        message = self.get_messages(lamp)
        lamp.unlink()
        self.assertIsNone(self.send(message))
        self.assertEqual(message.state, "cancelled")
        self.assertIn("deleted", message.note)
        self.assertFalse(self.get_exceptions())

    def test_a_product_deleted_after_a_send_whose_answer_was_lost(self):
        lamp = self.make_product("LAMP", stock=0)
        lamp.action_logistics_send()
        message = self.get_messages(lamp)
        self.send(message, OutcomeUnknown("timeout"))
        lamp.unlink()
        self.assertIsNone(self.send(message))
        exception = self.get_exceptions()
        self.assertEqual(exception.kind, "outcome_unknown")
        self.assertIn("deleted", exception.cause)
        self.assertNotIn("NoneType", exception.cause)

    def test_a_delivery_deleted_while_its_send_was_under_way(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        message.state = "in_progress"
        self.delete(picking.move_ids)
        self.delete(picking)
        message._set_sent([(message, SendResult("ORD-1"))])
        exception = self.get_exceptions()
        self.assertIn("deleted", exception.cause)
        self.assertNotIn("NoneType", exception.cause)

    def test_a_refusal_about_a_deleted_delivery(self):
        for code in (INSTRUCTION, CANCEL):
            picking = self.release((self.mug, 1))
            if code == CANCEL:
                picking.action_cancel()
                self.settle()
            message = self.get_messages(picking, code)
            message.state = "in_progress"
            self.delete(picking.move_ids)
            self.delete(picking)
            message._set_refused(Rejected("no"))
            self.assertEqual(message.state, "dead")
            self.assertIn("no", self.get_exceptions("rejected")[0].cause)

    def test_a_cancellation_is_sent_though_the_delivery_is_gone(self):
        picking = self.release((self.mug, 1), external_id="ORD-1")
        picking.action_cancel()
        self.settle()
        message = self.get_messages(picking, CANCEL)
        self.delete(picking.move_ids)
        self.delete(picking)
        self.assertEqual(self.send(message).order_external_id, "ORD-1")
        self.assertEqual(message.state, "done")
        self.assertFalse(self.get_exceptions())

    def test_a_delivery_is_not_deleted_before_the_partner_answered(self):
        picking = self.release((self.mug, 1))
        picking.move_ids._action_cancel()
        self.settle()
        self.assertEqual(picking.logistics_state, "cancel_requested")
        self.assertEqual(picking.state, "cancel")
        with self.assertRaisesRegex(UserError, "has not answered"):
            picking.unlink()

    def test_a_line_that_was_deleted_is_not_left_out(self):
        picking = self.make_order((self.mug, 1), (self.tea, 1)).picking_ids
        message = self.get_messages(picking)
        self.delete(picking.move_ids[0])
        self.assertIsNone(self.send(message))
        self.assertEqual(message.state, "cancelled")
        self.assertIn("MUG", message.note)

    def test_a_delivery_method_that_was_deleted_is_not_the_default(self):
        carrier = self.env["delivery.carrier"].create(
            {"name": "Express", "product_id": self.make_product("EXP", stock=0).id}
        )
        picking = self.make_order((self.mug, 1), carrier_id=carrier.id).picking_ids
        self.assertEqual(picking.carrier_id, carrier)
        message = self.get_messages(picking)
        self.env.flush_all()
        self.delete(carrier)
        self.assertIsNone(self.send(message))
        self.assertEqual(message.error_kind, "mapping_missing")
        self.assertEqual(self.get_exceptions().map_value, "Express")

    def test_remedies_of_a_deleted_delivery_say_so(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.send(message, Rejected("Unknown SKU"))
        exception = self.get_exceptions("rejected")
        self.delete(picking.move_ids)
        self.delete(picking)
        for name in ("action_send_products", "action_release_delivery"):
            with self.assertRaisesRegex(UserError, "deleted"):
                getattr(exception, name)()


@tagged("post_install", "-at_install")
class TestHidden(GoneCase):
    """The integration user may not see the document."""

    def hide(self, record):
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env["ir.model"]._get_id(record._name),
                "domain_force": f"[('id', 'not in', {record.ids})]",
            }
        )

    def assert_told(self, message):
        self.assertEqual(message.state, "dead")
        exception = self.get_exceptions("internal")
        self.assertIn("may not read", exception.cause)
        self.assertIn("record rules", exception.remedy)

    def test_an_instruction_is_not_sent_unseen(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.hide(picking)
        self.assertIsNone(self.send(message))
        self.assert_told(message)

    def test_a_product_is_not_sent_unseen(self):
        self.tea.action_logistics_send()
        message = self.get_messages(self.tea)
        self.hide(self.tea)
        self.assertIsNone(self.send(message))
        self.assert_told(message)

    def test_it_goes_out_once_the_user_may(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.hide(picking)
        self.send(message)
        self.env["ir.rule"].search([("name", "=", "Hidden")]).unlink()
        self.get_exceptions().action_replay()
        self.assertTrue(self.send(message))
        self.assertEqual(picking.logistics_state, "accepted")


@tagged("post_install", "-at_install")
class TestLookedAgain(GoneCase):
    """What an earlier message has read is not trusted."""

    def write_elsewhere(self, picking, **vals):
        """Change a delivery as another process does: our cache does not know."""
        self.env.flush_all()
        names = ", ".join(f"{name} = %s" for name in vals)
        self.env.cr.execute(
            f"UPDATE stock_picking SET {names} WHERE id = %s",
            [*vals.values(), picking.id],
        )

    def test_before_the_first_look(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        user = self.backend._as_integration_user().env
        self.assertEqual(picking.with_env(user).state, "assigned")
        self.write_elsewhere(picking, state="done")
        self.assertIsNone(self.send(message))
        self.assertEqual(message.state, "cancelled")
        self.assertIn("validated", message.note)

    def test_after_the_lookup(self):
        picking = self.make_order((self.mug, 1)).picking_ids
        message = self.get_messages(picking)
        self.send(message, OutcomeUnknown("timeout"))

        def lookup(*args):
            # It takes a while, and meanwhile:
            self.write_elsewhere(picking, state="cancel")

        connector = type(self.env["logistics.connector.canonical"])
        self.patch(connector, "_lookup", lookup)
        self.assertIsNone(self.send(message))
        self.assertEqual(message.state, "cancelled")
        self.assertIn("cancelled in Odoo", message.note)


@tagged("post_install", "-at_install")
class TestLanguage(GoneCase):
    """What is stored is in the language of the company's people."""

    def test_the_integration_user_s_language_does_not_matter(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        user = self.backend.integration_user_id
        user.lang = "fr_FR"
        self.env.company.partner_id.lang = "en_US"
        picking = self.make_order((self.mug, 1)).picking_ids
        reason = picking.with_context(lang="fr_FR")._logistics_find_unwanted
        picking.move_ids.picked = True
        picking._action_done()
        self.assertIsInstance(reason(self.backend, picking.logistics_reference), Text)
        self.assertEqual(self.backend._as_integration_user().env.lang, "en_US")
