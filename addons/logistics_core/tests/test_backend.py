from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import config

from ..tools.masking import MASK
from .common import LogisticsCase

GROUPS = "logistics_core.group_"


@tagged("post_install", "-at_install")
class TestBackend(LogisticsCase):
    def test_a_backend_that_has_gates_can_be_edited_in_its_form(self):
        self.assertTrue(self.backend.gate_ids)
        self.backend.sudo().state = "draft"
        form = Form(self.backend)
        # What depends on it is computed again, the state of its gates too.
        form.connector = "canonical"
        form.timeout = 30
        self.assertEqual(form.save().timeout, 30)

    def test_a_secret_is_stored_encrypted_and_reads_as_a_mask(self):
        self.backend.auth_token = "very-secret"
        self.assertEqual(self.backend.auth_token, MASK)
        self.assertEqual(self.backend._get_secret("auth_token"), "very-secret")
        self.env.flush_all()
        self.env.cr.execute("SELECT ciphertext FROM logistics_secret")
        self.assertNotIn("very-secret", str(self.env.cr.fetchall()))

    def test_writing_one_secret_or_the_mask_leaves_the_others(self):
        self.backend.auth_token = "one"
        self.backend.write({"webhook_secret_previous": "dHdv", "webhook_secret": MASK})
        self.assertEqual(self.backend._get_secret("auth_token"), "one")
        self.assertTrue(self.backend._get_secret("webhook_secret").startswith("whsec_"))
        self.backend.auth_token = False
        self.assertIsNone(self.backend._get_secret("auth_token"))

    def test_a_missing_key_says_what_to_do(self):
        options = config.options
        key, options["logistics_secret_key"] = options["logistics_secret_key"], ""
        self.addCleanup(options.__setitem__, "logistics_secret_key", key)
        with self.assertRaisesRegex(UserError, "odoo.conf"):
            self.backend.auth_token = "x"

    def test_only_administrators_see_secrets(self):
        manager = new_test_user(self.env, "m", groups=GROUPS + "integration_manager")
        with self.assertRaises(AccessError):
            self.backend.with_user(manager).read(["auth_token"])

    def test_the_connection_test_says_what_is_wrong(self):
        action = self.backend.action_test_connection()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertIn("not reachable", action["params"]["message"])
        self.assertEqual(self.backend.health, "down")

    def test_a_private_address_is_refused_unless_allowed(self):
        self.backend.allow_private_network = False
        action = self.backend.action_test_connection()
        self.assertIn("private", action["params"]["message"])

    def test_support_may_replay_but_not_pause(self):
        user = new_test_user(self.env, "s", groups=GROUPS + "integration_support")
        self.receive(self.fact("e1")).with_user(user).action_cancel()
        with self.assertRaises(AccessError):
            self.backend.with_user(user)._pause("no")

    def test_a_warehouse_user_reads_but_changes_nothing(self):
        user = new_test_user(self.env, "w", groups=GROUPS + "warehouse_user")
        message = self.receive(self.fact("e1")).with_user(user)
        self.assertTrue(message.read(["state"]))
        with self.assertRaises(UserError):
            message.action_replay()

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "o",
            groups=GROUPS + "administrator",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.receive(self.fact("e1"))
        for model in ("backend", "message", "lane"):
            found = self.env[f"logistics.{model}"].with_user(user).search([])
            self.assertFalse(found, model)
