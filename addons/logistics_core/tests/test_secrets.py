"""Credentials, the service account, and copies of production."""

import json

from cryptography.fernet import Fernet

from odoo.exceptions import AccessDenied, UserError
from odoo.modules.neutralize import neutralize_database
from odoo.tests import new_test_user, tagged
from odoo.tools import config

from ..errors import InvalidMessage
from ..tools.masking import MASK
from .common import LogisticsCase

GROUPS = "logistics_core.group_"


@tagged("post_install", "-at_install")
class TestSecrets(LogisticsCase):
    TOKEN = "hush-9d1c44"

    def setUp(self):
        super().setUp()
        self.backend.auth_token = self.TOKEN

    def test_a_missing_key_is_reported_when_the_server_starts(self):
        key = config.options["logistics_secret_key"]
        self.addCleanup(config.options.__setitem__, "logistics_secret_key", key)
        for wrong in (False, "", "no key"):
            config.options["logistics_secret_key"] = wrong
            with self.assertLogs("odoo.addons.logistics_core", "WARNING") as logs:
                self.env["logistics.secret"]._register_hook()
            self.assertIn("logistics_secret_key", logs.output[0])
        config.options["logistics_secret_key"] = key
        with self.assertNoLogs("odoo.addons.logistics_core", "WARNING"):
            self.env["logistics.secret"]._register_hook()

    def test_no_way_of_reading_gives_the_value(self):
        admin = new_test_user(self.env, "a", groups=GROUPS + "administrator")
        backend = self.backend.with_user(admin)
        fields = {"auth_token": {}, "webhook_secret": {}}
        seen = [
            backend.read(["auth_token"]),
            self.backend.export_data(["auth_token"])["datas"],
            backend.web_read(fields),
            backend.search_read([], ["auth_token"]),
            backend.copy_data(),
        ]
        self.assertNotIn(self.TOKEN, json.dumps(seen, default=str))
        self.assertIn(MASK, json.dumps(seen, default=str, ensure_ascii=False))

    def test_who_changed_a_credential_is_noted_and_not_to_what(self):
        self.backend.with_context(tracking_disable=False).auth_token = "new-4711"
        body = self.backend.message_ids[0].body
        self.assertIn("Bearer token", body)
        self.assertNotIn("4711", body)

    def test_what_was_written_is_not_in_the_log(self):
        with self.assertLogs("odoo", "DEBUG") as log:
            self.backend.auth_token = "new-4711"
            self.env.flush_all()
            self.env["logistics.exception"]._open(
                self.backend, "internal", "t", "c", "r"
            )
        self.assertNotIn("new-4711", "\n".join(log.output))

    def test_the_key_can_be_changed(self):
        old = config.options["logistics_secret_key"]
        new = Fernet.generate_key().decode()
        self.addCleanup(config.options.__setitem__, "logistics_secret_key", old)
        config.options["logistics_secret_key"] = f"{new},{old}"
        self.assertEqual(self.backend._get_secret("auth_token"), self.TOKEN)
        self.assertGreaterEqual(self.env["logistics.secret"]._reencrypt(), 2)
        config.options["logistics_secret_key"] = new
        self.assertEqual(self.backend._get_secret("auth_token"), self.TOKEN)
        config.options["logistics_secret_key"] = Fernet.generate_key().decode()
        with self.assertRaisesRegex(UserError, "another key"):
            self.backend._get_secret("auth_token")
        with self.assertRaisesRegex(UserError, "auth_token|webhook_secret"):
            self.env["logistics.secret"]._reencrypt()

    def test_a_deleted_backend_leaves_no_secret(self):
        backend = self.make_backend(auth_token="x1y2")
        ids = backend.ids
        backend.unlink()
        self.assertFalse(self.env["logistics.secret"].search([("res_id", "in", ids)]))


@tagged("post_install", "-at_install")
class TestServiceAccount(LogisticsCase):
    def test_nobody_logs_in_as_the_service_account(self):
        user = self.backend.integration_user_id
        self.env.flush_all()
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        self.assertFalse(self.env.cr.fetchone()[0])
        for password in ("", "admin", user.login, "False", "None", " "):
            with self.assertRaises(AccessDenied):
                self.env["res.users"].authenticate(
                    {"login": user.login, "password": password, "type": "password"},
                    {"interactive": True},
                )

    def test_it_has_the_rights_of_its_role_only(self):
        user = self.backend.integration_user_id
        for group in (
            "base.group_system",
            "base.group_erp_manager",
            GROUPS + "warehouse_user",
            GROUPS + "administrator",
        ):
            self.assertFalse(user.has_group(group), group)
        self.assertEqual(user.company_ids, self.backend.company_id)

    def test_it_follows_nothing_of_what_it_writes(self):
        def apply_one(handler, message, canonical):
            partner = (
                handler.env["res.partner"].sudo().create({"name": canonical.value})
            )
            partner.message_post(body="hello")
            partner.write({"email": "x@example.com"})

        self.receive(self.fact("e1", "Made by a partner"))
        with self.handling(_apply_one=apply_one):
            self.drain()
        made = self.env["res.partner"].search([("name", "=", "Made by a partner")])
        self.assertEqual(made.create_uid, self.backend.integration_user_id)
        self.assertFalse(made.message_follower_ids)


@tagged("post_install", "-at_install")
class TestNeutralize(LogisticsCase):
    def test_a_copy_holds_no_credential_and_talks_to_nobody(self):
        self.backend.write(
            {
                "auth_token": "top",
                "environment": "production",
                "webhook_subscription": "7",
                "base_url": "https://api.example.com",
            }
        )
        token = self.backend.webhook_token
        waiting = self.receive(self.fact("e1"))
        stuck = self.receive(self.fact("e2", key="K2"))
        stuck._set_failed(InvalidMessage("no"))
        self.env["logistics.lane"].browse(waiting.lane_id.id).with_delay(
            channel="root.logistics_standard"
        )._job_drain()
        self.env.flush_all()
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        self.assertFalse(self.env["logistics.secret"].search([]))
        self.assertFalse(self.backend.auth_token or self.backend.webhook_secret)
        self.assertEqual(
            (self.backend.state, self.backend.environment), ("draft", "sandbox")
        )
        self.assertNotEqual(self.backend.webhook_token, token)
        tokens = self.env["logistics.backend"].search([]).mapped("webhook_token")
        self.assertEqual(len(set(tokens)), len(tokens))
        self.assertRegex(self.backend.webhook_token, "^[0-9a-f]{64}$")
        self.assertFalse(self.backend.webhook_subscription)
        self.assertIn("invalid", self.backend.base_url)
        self.assertEqual(waiting.state, "cancelled")
        self.assertFalse(
            self.env["queue.job"].search(
                [("channel", "=like", "root.logistics%"), ("state", "!=", "done")]
            )
        )
        # Nor when someone replays a failed message there.
        stuck.action_replay()
        self.drain()
        self.assertEqual(stuck.state, "pending")
        waiting.action_replay()
        self.drain()
        self.assertEqual(waiting.state, "pending")
