from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .policy import PolicyCase


@tagged("post_install", "-at_install")
class TestHold(PolicyCase):
    def hold(self, **values):
        return self.env["logistics.hold"].create(
            {"backend_id": self.backend.id, "reason": "Stocktaking", **values}
        )

    def test_what_is_held_waits_with_the_reason_and_goes_on_after_release(self):
        hold = self.hold()
        message = self.enqueue("a")
        self.run_drain()
        self.assertEqual(self.sent, [])
        self.assertEqual((message.state, message.attempt_count), ("pending", 0))
        self.assertIn("Stocktaking", message.waits_for)
        self.assertEqual(hold.waiting_count, 1)
        hold.action_release()
        self.run_drain()
        self.assertEqual(self.sent, ["a"])
        self.assertEqual(hold.ended_by_id, self.env.user)

    def test_the_release_is_paced(self):
        hold = self.hold()
        self.enqueue(*[f"m{n}" for n in range(30)])
        hold.action_release()
        self.run_drain()
        self.assertEqual(len(self.sent), 30)
        self.assertLessEqual(self.count_sent(5), 10)
        self.assertLessEqual(self.count_sent(10), 22)

    def test_a_hold_of_one_flow_lets_the_others_go(self):
        other = self.env["logistics.message.type"].create(
            {"code": "test_other", "name": "Other"}
        )
        self.hold(type_id=other.id)
        self.enqueue("a")
        self.run_drain()
        self.assertEqual(self.sent, ["a"])

    def test_a_hold_by_document_holds_those_that_fit(self):
        self.hold(res_model="res.partner", domain="[('name', '=', 'Held 100%')]")
        held = self.env["res.partner"].create({"name": "Held 100%"})
        waiting = self.enqueue("held", document=held)
        self.enqueue("free")
        self.run_drain()
        self.assertEqual(self.sent, ["free"])
        self.assertIn("Stocktaking", waiting.waits_for)

    def test_nothing_overtakes_a_held_message_of_its_key(self):
        held = self.env["res.partner"].create({"name": "Held"})
        self.hold(res_model="res.partner", domain="[('name', '=', 'Held')]")
        self.enqueue("K", document=held)
        self.env["logistics.message"]._enqueue(
            self.backend,
            self.enqueue("template")._get_canonical(),
            record=self.document,
            ordering_key="K",
            external_id="second",
        )
        self.run_drain()
        self.assertEqual(self.sent, ["template"])

    def test_what_comes_in_can_be_held_too(self):
        hold = self.hold(direction="in")
        message = self.receive(self.fact("e1"))
        applied = []
        with self.handling(_apply_one=lambda h, m, c: applied.append(c.value)):
            self.drain()
            self.assertEqual((applied, message.state), ([], "pending"))
            hold.action_release()
            self.drain()
        self.assertEqual(applied, ["x"])

    def test_it_ends_by_itself_at_the_planned_end(self):
        hold = self.hold(
            planned_end=fields.Datetime.now() - timedelta(minutes=1),
            ends_by_itself=True,
        )
        kept = self.hold(planned_end=fields.Datetime.now() - timedelta(minutes=1))
        self.env["logistics.hold"]._cron_end()
        self.assertEqual((hold.state, kept.state), ("ended", "active"))

    def test_only_managers_hold_and_release(self):
        support = new_test_user(
            self.env, "support", "logistics_core.group_integration_support"
        )
        with self.assertRaises(AccessError):
            self.env["logistics.hold"].with_user(support).create(
                {"backend_id": self.backend.id, "reason": "x"}
            )
        with self.assertRaises(AccessError):
            self.hold().with_user(support).action_release()

    def test_start_and_end_are_in_the_backends_chatter(self):
        self.hold().action_release()
        bodies = " ".join(self.backend.message_ids.mapped("body"))
        self.assertIn("On hold: Everything. Stocktaking", bodies)
        self.assertIn("Resumed: Everything", bodies)

    def test_an_active_hold_cannot_be_deleted(self):
        with self.assertRaises(UserError):
            self.hold().unlink()
