"""A connection ends: nothing goes out or comes in, and all that was stays readable."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestLeaving(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.waiting = self.receive(self.fact("e1"))
        self.done = self.receive(self.fact("e2", key="K2"))
        self.done.state = "done"
        self.exception = self.env["logistics.exception"]._open(
            self.backend, "internal", "Broken", "It broke.", "Mend it."
        )
        self.env["logistics.route"].create(
            {
                "name": "Contacts",
                "res_model": "res.partner",
                "type_id": self.fact_type.id,
                "backend_id": self.backend.id,
            }
        )

    def disconnect(self):
        action = self.backend.action_disconnect()
        wizard = (
            self.env["logistics.disconnect"]
            .with_context(**action["context"])
            .create({})
        )
        text = wizard.effects
        wizard.action_confirm()
        return text

    def assert_ended(self):
        self.assertFalse(self.backend.active)
        self.assertEqual(self.backend.state, "draft")
        self.assertFalse(self.backend._has_secrets())
        self.assertEqual(self.waiting.state, "cancelled")
        self.assertEqual(self.done.state, "done")
        self.assertIn("was ended", self.waiting.note)
        self.assertEqual(self.exception.state, "resolved")
        self.assertEqual(self.exception.backend_id, self.backend)
        self.assertFalse(self.backend.integration_user_id.active)
        routes = self.env["logistics.route"].with_context(active_test=False)
        route = routes.search([("backend_id", "=", self.backend.id)])
        self.assertFalse(route.active)

    def test_the_question_says_what_will_happen(self):
        text = self.disconnect()
        self.assertIn("1 messages that wait are cancelled", text)
        self.assertIn("stay readable", text)
        self.assert_ended()

    def test_its_address_stops(self):
        token = self.backend.webhook_token
        self.disconnect()
        self.backend.active = True
        self.assertFalse(self.backend._find_by_token(token))
        self.assertNotEqual(self.backend.webhook_token, token)

    def test_uninstalling_the_connector_leaves_the_history(self):
        # What Odoo does with the selection values of an addon that goes.
        self.backend.sudo().write({"connector": "disconnected"})
        self.assert_ended()
        self.assertEqual(self.backend.message_count, 2)
        self.assertFalse(self.backend._get_connector()._capabilities)
        self.waiting.read(["name" if "name" in self.waiting._fields else "state"])

    def test_every_connector_of_an_addon_ends_and_is_not_deleted(self):
        field = self.env["logistics.backend"]._fields["connector"]
        own = {"canonical", "disconnected"}
        policies = {v: p for v, p in field.ondelete.items() if v not in own}
        self.assertTrue(policies)
        self.assertEqual(set(policies.values()), {"set disconnected"})

    def test_exceptions_outlive_the_addon_of_their_kind(self):
        field = self.env["logistics.exception"]._fields["kind"]
        self.assertEqual(set(field.ondelete.values()), {"set other"})
        self.assertIn("other", dict(field.selection))

    def test_odoo_s_question_before_uninstalling_names_what_ends(self):
        field = self.env["logistics.backend"]._fields["connector"]
        sources = field._selection_modules(self.env["logistics.backend"])
        vendor = next(v for v in sources if v not in ("canonical", "disconnected"))
        self.backend.with_context(tracking_disable=True)._write({"connector": vendor})
        self.backend.invalidate_recordset(["connector"])
        module = self.env["ir.module.module"].search(
            [("name", "in", list(sources[vendor]))]
        )
        wizard = self.env["base.module.uninstall"].create({"module_ids": module.ids})
        self.assertIn(self.backend.name, wizard.logistics_effects)
        self.assertIn("stay readable", wizard.logistics_effects)

    def test_only_a_manager_ends_a_connection(self):
        support = self.env["res.users"].create(
            {
                "name": "Support",
                "login": "lh-leaving-support",
                "group_ids": [
                    (4, self.env.ref("logistics_core.group_integration_support").id)
                ],
            }
        )
        with self.assertRaises(AccessError):
            self.backend.with_user(support).action_disconnect()
