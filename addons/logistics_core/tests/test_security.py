"""Who may do what: every role, every field that matters. Methods: test_walls.py."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import LogisticsCase

GROUPS = "logistics_core.group_"


@tagged("post_install", "-at_install")
class TestRoles(LogisticsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, role, groups=GROUPS + role)
            for role in (
                "warehouse_user",
                "integration_support",
                "integration_manager",
                "administrator",
            )
        }
        cls.users["nobody"] = new_test_user(cls.env, "nobody", groups="base.group_user")
        cls.users["service"] = cls.backend.integration_user_id
        cls.company = cls.env["res.company"].create({"name": "Other"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups=GROUPS + "administrator",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.message = self.receive(self.fact("e1"))
        self.exception = self.env["logistics.exception"]._open(
            self.backend, "rejected", "T", "C", "R", message=self.message
        )
        self.value = self.env["logistics.value.map"].create(
            {
                "backend_id": self.backend.id,
                "kind": "other",
                "odoo_value": "a",
                "external_value": "b",
            }
        )
        self.poll = self.env["logistics.poll"].create(
            {"name": "P", "backend_id": self.backend.id, "operation": "x"}
        )
        self.message._log_attempt("ok")
        self.binding = self.env["logistics.binding"].create(
            {
                "backend_id": self.backend.id,
                "kind": "order",
                "res_model": "res.partner",
                "res_id": self.env.user.partner_id.id,
                "external_id": "1",
            }
        )

    def refused(self, record, role, vals):
        user = self.users.get(role) or self.stranger
        with self.assertRaises(UserError, msg=f"{role} {record._name} {vals}"):
            record.with_user(user).write(vals)

    def allowed(self, record, role, vals):
        record.with_user(self.users[role]).write(vals)

    def test_nobody_writes_what_the_engine_writes(self):
        other = self.make_backend()
        for record, fields in (
            (
                self.backend,
                {
                    "state": "running",
                    "pause_reason": "x",
                    "webhook_token": "guessable",
                    "webhook_subscription": "1",
                    "last_success_at": "2026-01-01 00:00:00",
                },
            ),
            (
                self.exception,
                {
                    "state": "resolved",
                    "cause": "fine",
                    "backend_id": other.id,
                    "company_id": self.company.id,
                    "message_ids_involved": [(5,)],
                    "fingerprint": "x",
                    "res_id": 1,
                },
            ),
            (
                self.message,
                {
                    "state": "done",
                    "payload": "{}",
                    "company_id": self.company.id,
                    "external_id": "x",
                },
            ),
            (self.poll, {"cursor": "0", "backend_id": other.id, "operation": "y"}),
            (self.fact_type, {"code": "other"}),
            (self.message.lane_id, {"cursor_key": "x"}),
            (self.message.attempt_ids, {"outcome": "ok"}),
        ):
            for name, value in fields.items():
                for role in self.users:
                    self.refused(record, role, {name: value})

    def test_nobody_creates_what_the_engine_creates(self):
        for model, vals in (
            ("logistics.message", {"external_id": "x", "direction": "in"}),
            ("logistics.message.attempt", {"message_id": self.message.id}),
            ("logistics.exception", {"title": "x", "kind": "internal"}),
            ("logistics.lane", {"backend_id": self.backend.id}),
            ("logistics.secret", {"name": "x", "res_model": "y", "res_id": 1}),
            ("logistics.poll", {"name": "x", "backend_id": self.backend.id}),
            ("logistics.message.type", {"code": "x", "name": "x"}),
        ):
            for user in self.users.values():
                with self.assertRaises(AccessError, msg=f"{model} {user.login}"):
                    self.env[model].with_user(user).create(vals)

    def test_a_backend_is_not_created_running_or_with_a_chosen_address(self):
        manager = self.users["administrator"]
        for name, value in (("state", "running"), ("webhook_token", "guessable")):
            with self.assertRaises(AccessError):
                self.env["logistics.backend"].with_user(manager).create(
                    {"name": "x", name: value}
                )
        made = (
            self.env["logistics.backend"]
            .with_user(manager)
            .create({"name": "x", "state": "draft", "pause_reason": False})
        )
        self.assertEqual(made.state, "draft")
        self.assertTrue(made.integration_user_id)

    def test_each_role_does_its_own_work(self):
        self.allowed(self.exception, "integration_support", {"user_id": False})
        self.refused(self.exception, "warehouse_user", {"user_id": False})
        self.allowed(self.backend, "integration_manager", {"timeout": 10})
        self.refused(self.backend, "integration_support", {"timeout": 10})
        self.allowed(self.value, "integration_support", {"note": "x"})
        self.refused(self.value, "warehouse_user", {"note": "x"})
        self.allowed(self.poll, "integration_manager", {"interval": 5})
        self.refused(self.poll, "integration_support", {"interval": 5})
        self.allowed(self.fact_type, "integration_manager", {"max_attempts": 5})
        self.refused(self.fact_type, "integration_support", {"max_attempts": 5})

    def test_only_an_administrator_says_whose_rights_and_which_network(self):
        admin = self.env.ref("base.user_admin")
        for vals in (
            {"integration_user_id": admin.id},
            {"allow_private_network": False},
        ):
            self.refused(self.backend, "integration_manager", vals)
            self.allowed(self.backend, "administrator", vals)
        with self.assertRaises(AccessError):
            self.env["logistics.backend"].with_user(
                self.users["integration_manager"]
            ).create({"name": "x", "integration_user_id": admin.id})

    def test_a_manager_cannot_send_the_credentials_elsewhere(self):
        self.backend.auth_token = "top"
        for vals in (
            {"base_url": "https://mine.example"},
            {"environment": "production"},
        ):
            self.refused(self.backend, "integration_manager", vals)
        self.backend.write({"auth_token": False, "webhook_secret": False})
        self.allowed(
            self.backend, "integration_manager", {"base_url": "https://mine.example"}
        )

    def test_a_manager_starts_pauses_and_resumes(self):
        backend = self.backend.with_user(self.users["integration_manager"])
        backend._pause("count")
        self.assertEqual(self.backend.state, "paused")
        backend.action_resume()
        self.assertEqual(self.backend.state, "running")
        token = self.backend.webhook_token
        backend.action_rotate_webhook_token()
        self.assertNotEqual(self.backend.webhook_token, token)

    def test_support_does_not_put_values_to_work(self):
        support = self.users["integration_support"]
        value = self.value.with_user(support)
        for action in (
            value.action_approve,
            lambda: value.write({"state": "approved"}),
        ):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            self.env["logistics.value.map"].with_user(support).create(
                {
                    "backend_id": self.backend.id,
                    "kind": "other",
                    "odoo_value": "c",
                    "external_value": "d",
                    "state": "approved",
                }
            )
        self.value.with_user(self.users["integration_manager"]).action_approve()
        with self.assertRaises(AccessError):
            value.external_value = "something else"
        with self.assertRaises(AccessError):
            value.action_draft()
        value.note = "a note is no meaning"

    def test_another_company_sees_and_touches_nothing(self):
        for record in (
            self.backend,
            self.message,
            self.message.attempt_ids,
            self.message.lane_id,
            self.exception,
            self.value,
            self.poll,
            self.binding,
        ):
            found = self.env[record._name].with_user(self.stranger).search([])
            self.assertFalse(found, record._name)
            with self.assertRaises(AccessError, msg=record._name):
                record.with_user(self.stranger).read(["display_name"])
        for action in (
            lambda: self.message.with_user(self.stranger).action_replay(),
            lambda: self.exception.with_user(self.stranger).action_resolve(),
            lambda: self.backend.with_user(self.stranger).action_resume(),
            lambda: self.backend.with_user(self.stranger).action_test_connection(),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_nothing_is_hung_on_the_backend_of_another_company(self):
        for model, vals in (
            (
                "logistics.value.map",
                {"kind": "other", "odoo_value": "x", "external_value": "y"},
            ),
            (
                "logistics.binding",
                {
                    "kind": "order",
                    "res_model": "res.partner",
                    "res_id": self.stranger.partner_id.id,
                    "external_id": "stolen",
                },
            ),
        ):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.stranger).create(
                    {**vals, "backend_id": self.backend.id}
                )

    def test_the_editor_shows_no_payload_of_another_company(self):
        for user in (self.stranger, self.users["warehouse_user"]):
            with self.assertRaises(UserError):
                self.env["logistics.replay"].with_user(user).create(
                    {"message_id": self.message.id, "reason": "curious"}
                )

    def test_somebody_without_a_role_sees_nothing(self):
        for model in (
            "logistics.backend",
            "logistics.message",
            "logistics.exception",
            "logistics.binding",
            "logistics.secret",
        ):
            with self.assertRaises(AccessError, msg=model):
                self.env[model].with_user(self.users["nobody"]).search([])

    def test_nobody_reads_the_table_of_secrets(self):
        for user in [*self.users.values(), self.stranger]:
            with self.assertRaises(AccessError):
                self.env["logistics.secret"].with_user(user).search([])
