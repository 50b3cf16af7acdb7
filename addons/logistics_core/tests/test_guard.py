"""What a client puts into the context, a stored default or a link is not trusted."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..guard import engine
from .common import LogisticsCase

MANAGER = "logistics_core.group_integration_manager"
SUPPORT = "logistics_core.group_integration_support"


@tagged("post_install", "-at_install")
class TestGuard(LogisticsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "guard_manager", groups=MANAGER)
        cls.support = new_test_user(cls.env, "guard_support", groups=SUPPORT)
        cls.admin = new_test_user(
            cls.env, "guard_admin", groups="logistics_core.group_administrator"
        )

    def make(self, model, user, vals, **context):
        return self.env[model].with_user(user).with_context(**context).create(vals)

    def test_the_context_opens_no_private_network(self):
        backend = self.make(
            "logistics.backend",
            self.manager,
            {"name": "New"},
            default_allow_private_network=True,
        )
        self.assertFalse(backend.allow_private_network)

    def test_the_context_gives_no_other_persons_rights(self):
        root = self.env.ref("base.user_admin")
        backend = self.make(
            "logistics.backend",
            self.manager,
            {"name": "New"},
            default_integration_user_id=root.id,
            default_state="running",
            default_webhook_token="guessable",
        )
        self.assertNotEqual(backend.integration_user_id, root)
        self.assertTrue(backend.integration_user_id)
        self.assertEqual(backend.state, "draft")
        self.assertNotEqual(backend.sudo().webhook_token, "guessable")

    def test_a_stored_default_gives_no_rights_either(self):
        self.env["ir.default"].with_user(self.manager).set(
            "logistics.backend", "allow_private_network", True, user_id=True
        )
        backend = self.make("logistics.backend", self.manager, {"name": "New"})
        self.assertFalse(backend.allow_private_network)

    def test_nobody_approves_the_value_that_is_proposed(self):
        vals = {
            "backend_id": self.backend.id,
            "kind": "other",
            "odoo_value": "c",
            "external_value": "d",
        }
        value = self.make(
            "logistics.value.map", self.support, vals, default_state="approved"
        )
        self.assertEqual(value.state, "draft")
        names = self.env["logistics.value.map"].with_user(self.support)
        names = names.with_context(
            **{f"default_{k}": v for k, v in vals.items()}, default_state="approved"
        )
        made = names.browse(names.name_create("other")[0])
        self.assertEqual(made.state, "draft")
        with self.assertRaises(AccessError):
            self.make(
                "logistics.value.map", self.support, {**vals, "state": "approved"}
            )
        self.assertFalse(
            names.load(
                [*vals, "state", "backend_id/.id"],
                [[False, "other", "x", "y", "Approved", str(self.backend.id)]],
            )["ids"]
        )

    def test_who_holds_and_since_when_is_not_chosen(self):
        hold = self.make(
            "logistics.hold",
            self.manager,
            {"backend_id": self.backend.id, "reason": "x"},
            default_user_id=self.admin.id,
            default_started_at="2001-01-01 00:00:00",
            default_ended_at="2001-01-01 00:00:00",
        )
        self.assertEqual(hold.user_id, self.manager)
        self.assertGreater(hold.started_at.year, 2001)
        self.assertFalse(hold.ended_at)
        for vals in ({"user_id": self.admin.id}, {"ended_at": False}):
            with self.assertRaises(AccessError):
                hold.write(vals)

    def test_a_client_skips_no_check_of_a_deletion(self):
        message = self.receive(self.fact("e1"))
        hold = self.make(
            "logistics.hold",
            self.manager,
            {"backend_id": self.backend.id, "reason": "x"},
        )
        for record in (self.backend, hold, self.fact_type.sudo()):
            for user in (self.admin, self.env.ref("base.user_admin")):
                mine = record.with_user(user).with_context(_force_unlink=True)
                for one in (mine, mine.sudo()):
                    with self.assertRaises(UserError, msg=record._name):
                        one.unlink()
        self.assertTrue(message.exists())

    def test_odoo_still_removes_an_addon_with_its_rows(self):
        message = self.receive(self.fact("e1"))
        root = self.backend.with_user(SUPERUSER_ID).with_context(_force_unlink=True)
        root.unlink()
        self.assertFalse(message.exists())

    def test_nobody_links_what_they_may_not_see(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.make_backend(company_id=company.id)
        vals = {"kind": "other", "odoo_value": "a", "external_value": "b"}
        for values, context in (
            ({"backend_id": theirs.id}, {}),
            ({}, {"default_backend_id": theirs.id}),
        ):
            with self.assertRaises(AccessError):
                self.make(
                    "logistics.value.map", self.support, {**vals, **values}, **context
                )
        mine = self.make(
            "logistics.value.map", self.support, {**vals, "backend_id": self.backend.id}
        )
        with self.assertRaises(AccessError):
            mine.backend_id = theirs
        for value in (theirs.id, {"id": theirs.id, "display_name": "x"}):
            with self.assertRaises(AccessError):
                mine.onchange({"backend_id": value}, ["backend_id"], {"backend_id": {}})
        with self.assertRaises(AccessError):
            self.make(
                "logistics.pause",
                self.manager,
                {"backend_ids": [(6, 0, theirs.ids)], "reason": "x"},
            )

    def test_a_copy_leaves_out_what_the_engine_wrote(self):
        self.backend.last_failure = "x"
        copy = self.backend.with_user(self.manager).copy()
        self.assertEqual((copy.state, copy.last_failure), ("draft", False))
        with self.assertRaises(AccessError):
            self.backend.with_user(self.manager).copy({"state": "running"})

    def test_rows_of_a_parent_are_guarded_too(self):
        hold = [(0, 0, {"reason": "x", "ended_by_id": self.admin.id})]
        with self.assertRaises(AccessError):
            self.backend.with_user(self.manager).write({"hold_ids": hold})

    def test_our_own_code_writes_without_being_superuser(self):
        backend = self.backend.with_user(self.manager)
        with engine():
            backend.last_failure = "x"
        with self.assertRaises(AccessError):
            backend.last_failure = "y"
        # The rights stay what they are.
        with self.assertRaises(AccessError), engine():
            self.backend.with_user(self.support).last_failure = "z"

    def test_a_dialog_serves_the_person_who_opened_it(self):
        pause = self.make(
            "logistics.pause",
            self.manager,
            {"backend_ids": [(6, 0, self.backend.ids)], "reason": "x"},
        )
        with self.assertRaises(AccessError):
            pause.with_user(self.admin).action_confirm()
        pause.action_confirm()
        self.assertEqual(self.backend.state, "paused")
