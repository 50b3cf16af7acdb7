"""A filter that a person types asks only what that person may read."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .policy import PolicyCase

SYSTEM = "base.group_system"


@tagged("post_install", "-at_install")
class TestFilters(PolicyCase):
    def setUp(self):
        super().setUp()
        self.manager = new_test_user(
            self.env, "m", "logistics_core.group_integration_manager"
        )
        for name in ("res_model", "domain"):  # as in the developer mode
            field = self.env["logistics.hold"]._fields[name]
            self.startPatcher(patch.object(field, "groups", None))
        self.stranger = self.env["res.company"].create({"name": "Stranger"})

    def hold(self, user=None, **values):
        holds = self.env["logistics.hold"].with_user(user or self.manager)
        return holds.create(
            {"backend_id": self.backend.id, "reason": "Stocktaking", **values}
        )

    def route(self, user=None, **values):
        return (
            self.env["logistics.route"]
            .with_user(user or self.manager)
            .create(
                {
                    "name": "R",
                    "res_model": "res.partner",
                    "type_id": self.fact_type.id,
                    "backend_id": self.backend.id,
                    **values,
                }
            )
        )

    @contextmanager
    def protected(self, model, name):
        """Let a field be for system administrators only."""
        with patch.object(self.env[model]._fields[name], "groups", SYSTEM):
            yield

    def is_held(self, document):
        self.env.flush_all()
        return bool(self.backend._find_waits(self.fact_type.id, document))

    def test_a_filter_asks_no_field_that_its_author_may_not_read(self):
        filters = (
            ("res.partner", "[('ref', 'like', 'a')]"),
            ("res.partner", "['!', ('ref', '=', 'a')]"),
            ("res.partner", "['|', ('id', '>', 0), ('parent_id.ref', '=', 'a')]"),
            ("res.partner", "[('child_ids', 'any', [('ref', 'like', 'a')])]"),
            ("res.partner", "[('id', 'any', [('ref', 'like', 'a')])]"),
            (
                "res.partner",
                "[('child_ids', 'not any', [('parent_id.ref', '=', 'a')])]",
            ),
            ("res.users", "[('partner_id.ref', 'like', 'a')]"),
            ("res.company", "[('partner_id.parent_id.ref', 'like', 'a')]"),
        )
        for model, domain in filters:
            with self.subTest(domain=domain), self.protected("res.partner", "ref"):
                for make in (self.hold, self.route):
                    with self.assertRaises(AccessError):
                        make(res_model=model, domain=domain)
        self.hold(res_model="res.partner", domain="[('ref', 'like', 'a')]")
        self.route(domain="[('ref', 'like', 'a')]")

    def test_a_filter_asks_no_model_that_its_author_may_not_read(self):
        for model, domain in (
            ("ir.mail_server", "[('smtp_pass', 'like', 'a')]"),
            ("ir.mail_server", "[('id', '>', 0)]"),
            ("ir.config_parameter", "[('value', 'like', 'a')]"),
            ("res.users", "[('access_ids.name', 'like', 'a')]"),
            ("res.groups", "[('model_access', 'like', 'a')]"),
            ("logistics.backend", "[('message_ids.mail_server_id', 'like', 'a')]"),
        ):
            if not self.is_known(model, domain):
                continue
            for make in (self.hold, self.route):
                with self.subTest(domain=domain), self.assertRaises(AccessError):
                    make(res_model=model, domain=domain)

    def is_known(self, model, domain):
        name = domain.split("'")[1].split(".")[0]
        return name in self.env[model]._fields

    def test_a_filter_that_makes_no_sense_is_refused_in_words(self):
        for domain in (
            "[('nothing', '=', 1)]",
            "[('name.more', 'any', [('id', '=', 1)])]",
            "[('name', 'any', [('id', '=', 1)])]",
            "[('child_ids', 'any!', [('id', '=', 1)])]",
            "[(",
            "7",
            "__import__('os')",
            "[" * 500,
        ):
            for make in (self.hold, self.route):
                with self.subTest(domain=domain), self.assertRaises(ValidationError):
                    make(res_model="res.partner", domain=domain)
        with self.assertRaises(ValidationError):
            self.hold(res_model="no.model", domain="[]")

    def test_a_route_of_all_documents_needs_no_right_to_see_them(self):
        self.route(res_model="ir.mail_server", domain="[]")

    def test_a_changed_filter_of_a_route_is_checked_again(self):
        route = self.route()
        with self.protected("res.partner", "ref"), self.assertRaises(AccessError):
            route.domain = "[('ref', '=', 'a')]"

    def test_a_hold_finds_what_its_author_may_see(self):
        hidden = self.env["res.partner"].create(
            {"name": "Held", "company_id": self.stranger.id}
        )
        seen = self.env["res.partner"].create({"name": "Held"})
        hold = self.hold(res_model="res.partner", domain="[('name', '=', 'Held')]")
        self.assertTrue(self.is_held(seen))
        self.assertFalse(self.is_held(hidden))
        held = self.enqueue("seen", document=seen)
        taken = self.enqueue("hidden", document=hidden)
        self.assertEqual(hold.sudo().waiting_count, 1)
        self.run_drain()
        self.assertEqual((held.state, held.attempt_count), ("pending", 0))
        # The hold let it go; then its integration user may not read the document.
        self.assertEqual((taken.state, taken.attempt_count), ("dead", 1))
        self.assertIn("may not read", taken.error)

    def test_a_hold_whose_author_lost_the_right_keeps_all_of_the_model(self):
        document = self.env["res.partner"].create({"name": "Other"})
        self.hold(res_model="res.partner", domain="[('ref', '=', 'x')]")
        self.assertFalse(self.is_held(document))
        with self.protected("res.partner", "ref"):
            self.assertTrue(self.is_held(document))
            self.enqueue("a", document=document)
            self.run_drain()
        self.assertEqual(self.sent, [])

    def test_a_form_evaluates_no_filter_with_the_rights_of_somebody_else(self):
        hidden = self.env["res.partner"].create(
            {"name": "Held", "company_id": self.stranger.id}
        )
        self.enqueue("hidden", document=hidden)
        author = self.env.ref("base.user_admin")
        author.company_ids |= self.stranger
        author.group_ids |= self.env.ref("logistics_core.group_administrator")
        theirs = self.hold(author, res_model="res.partner", domain="[('id', '=', 0)]")
        values = {
            "backend_id": self.backend.id,
            "user_id": author.id,
            "res_model": "res.partner",
            "domain": "[('name', '=', 'Held')]",
        }
        for hold in (theirs, theirs.browse()):
            result = hold.with_user(self.manager).onchange(
                values, ["domain"], {"waiting_count": {}, "domain": {}, "scope": {}}
            )
            self.assertFalse(result["value"].get("waiting_count"))

    def test_what_is_held_by_whom_and_since_when_is_not_rewritten(self):
        hold = self.hold()
        administrator = new_test_user(
            self.env, "a", "logistics_core.group_administrator"
        )
        for values in (
            {"user_id": administrator.id},
            {"started_at": "2020-01-01"},
            {"ended_at": False},
            {"backend_id": self.make_backend().id},
            {"direction": "in"},
            {"res_model": "res.partner"},
            {"domain": "[('id', '>', 0)]"},
            {"type_id": self.fact_type.id},
        ):
            for user in (self.manager, administrator):
                with self.subTest(values=values), self.assertRaises(AccessError):
                    hold.with_user(user).write(values)
        with self.assertRaises(AccessError):
            self.hold(user_id=self.env.ref("base.user_admin").id)
        with self.assertRaises(AccessError):
            self.backend.with_user(self.manager).hold_ids = [
                (1, hold.id, {"domain": "[]"})
            ]
        copied = hold.with_user(administrator).copy()
        self.assertEqual(copied.user_id, administrator)

    def test_nobody_binds_what_they_may_not_see(self):
        hidden = self.env["res.partner"].create(
            {"name": "Held", "company_id": self.stranger.id}
        )
        bindings = self.env["logistics.binding"].with_user(self.manager)
        values = {
            "backend_id": self.backend.id,
            "kind": "partner",
            "res_model": "res.partner",
            "external_id": "1",
        }
        with self.assertRaises(AccessError):
            bindings.create({**values, "res_id": hidden.id})
        binding = bindings.create({**values, "res_id": self.manager.partner_id.id})
        with self.assertRaises(AccessError):
            binding.res_id = hidden.id
