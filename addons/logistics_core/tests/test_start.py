"""A connection starts when nothing is open that loses goods."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..start import Choice, Step
from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestStart(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.draft = self.env["logistics.backend"].create(
            {"name": "Not started", "base_url": "http://127.0.0.1:9"}
        )
        self.manager = new_test_user(
            self.env, "start_manager", groups="logistics_core.group_integration_manager"
        )

    def offer(self, *codes, kind="other"):
        choices = [Choice(kind, code, f"Name of {code}") for code in codes]
        self.env["logistics.choice"]._replace(self.draft, choices)

    def steps(self, *steps):
        return patch.object(
            type(self.draft), "_get_start_steps", lambda _self: list(steps)
        )

    def test_start_is_refused_while_a_step_is_open_that_loses_goods(self):
        blocking = Step("a", "First", "It would ship twice.", False, loses_goods=True)
        harmless = Step("b", "Second", "It is slower.", False)
        refused = self.assertRaisesRegex(UserError, "First: It would ship twice")
        with self.steps(blocking, harmless), refused:
            self.draft.action_start()
        self.assertEqual(self.draft.state, "draft")
        with self.steps(harmless):
            self.draft.action_start()
        self.assertEqual(self.draft.state, "running")

    def test_a_connection_that_runs_is_not_asked_again(self):
        self.draft.action_start()
        blocking = Step("a", "First", "Why.", False, loses_goods=True)
        with self.steps(blocking):
            self.draft.action_start()
        self.assertEqual(self.draft.state, "running")

    def test_each_step_says_why_and_is_a_button(self):
        steps = self.draft._get_start_steps()
        self.assertIn("connection", [step.code for step in steps])
        for step in steps:
            self.assertTrue(step.why and step.button, step.code)
            self.assertTrue(
                hasattr(getattr(self.draft, step.action), "_logistics_button")
            )

    def test_the_checklist_is_looked_up_each_time_it_is_shown(self):
        backend = self.draft.with_user(self.manager)
        action = backend.action_open_start()
        checklist = self.env[action["res_model"]].with_user(self.manager)
        line = checklist.browse(action["res_id"]).step_ids.filtered(
            lambda s: s.code == "connection"
        )
        self.assertEqual(line.state, "open")
        self.draft._note_contact()
        line.invalidate_recordset()
        self.assertEqual(line.state, "done")

    def test_a_step_s_button_needs_the_rights_of_what_it_does(self):
        checklist = self.env["logistics.start"]._make(self.draft)
        user = new_test_user(
            self.env, "start_user", groups="logistics_core.group_warehouse_user"
        )
        with self.assertRaises(AccessError):
            checklist.step_ids[0].with_user(user).action_do()

    def test_what_the_partner_offers_no_more_is_not_offered(self):
        self.offer("A", "B")
        self.offer("B", "C")
        offered = self.env["logistics.choice"]._get_offered(self.draft, "other")
        self.assertEqual(sorted(offered.mapped("code")), ["B", "C"])
        self.offer("A")
        offered = self.env["logistics.choice"]._get_offered(self.draft, "other")
        self.assertEqual(offered.mapped("code"), ["A"])

    def map_to(self, code):
        return self.env["logistics.value.map"].create(
            {
                "backend_id": self.draft.id,
                "kind": "other",
                "odoo_value": "x",
                "external_value": code,
            }
        )

    def test_a_code_the_partner_does_not_offer_is_refused(self):
        self.map_to("typed before the lists were fetched")
        self.offer("A", "B")
        with self.assertRaisesRegex(ValidationError, "Choose one of: A, B"):
            self.map_to("C")
        row = self.map_to("A")
        self.assertEqual(row.choice_id.code, "A")
        row.choice_id = row.choice_id.search([("code", "=", "B")])
        self.assertEqual(row.external_value, "B")

    def test_a_partner_whose_lists_are_unknown_takes_any_code(self):
        self.offer("A", kind="another kind")
        self.assertTrue(self.map_to("C"))

    def route(self):
        return self.env["logistics.route"].create(
            {
                "name": "R",
                "res_model": "res.partner",
                "type_id": self.fact_type.id,
                "backend_id": self.draft.id,
            }
        )

    def test_a_route_to_a_partner_that_cannot_be_sent_it_is_refused(self):
        connector = type(self.env["logistics.connector.canonical"])
        takes_none = patch.object(connector, "_takes", lambda _self, _code: False)
        refused = self.assertRaisesRegex(ValidationError, "takes no .Test fact")
        with takes_none, refused:
            self.route()
        self.assertTrue(self.route())

    def test_only_what_a_connector_sends_it_takes(self):
        base = self.env["logistics.connector"]
        self.assertFalse(base._takes("test_fact"))
