"""The same key twice, requests that could not be read, edited copies."""

import json

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..envelope import Envelope
from ..errors import InvalidMessage, MappingMissing, Rejected
from .common import Fact, LogisticsCase


@tagged("post_install", "-at_install")
class TestKeys(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.applied = []
        self.errors = {}

    def run_drain(self):
        def apply_one(handler, message, canonical):
            if canonical.value in self.errors:
                raise self.errors[canonical.value]
            self.applied.append(canonical.value)

        with self.handling(_apply_one=apply_one):
            self.drain()

    def get_conflict(self):
        return self.env["logistics.message"].search([("error_kind", "=", "conflict")])

    def test_two_bodies_of_one_key_in_one_request_are_a_conflict(self):
        new = self.receive(self.fact("e1", "a"), self.fact("e1", "b"))
        self.assertEqual(len(new), 1)
        conflict = self.get_conflict()
        self.assertEqual((conflict.state, conflict.twin_id), ("invalid", new))
        self.run_drain()
        self.assertEqual(self.applied, ["a"])

    def test_three_bodies_of_one_key_are_all_kept(self):
        self.receive(self.fact("e1", "a"))
        self.receive(self.fact("e1", "b"), self.fact("e1", "c"), self.fact("e1", "a"))
        self.assertEqual(len(self.get_conflict()), 2)

    def test_the_same_conflict_again_is_kept_once(self):
        self.receive(self.fact("e1", "a"))
        self.receive(self.fact("e1", "b"))
        self.receive(self.fact("e1", "b"))
        self.assertEqual(len(self.get_conflict()), 1)
        self.assertEqual(self.get_conflict().exception_ids.occurrences, 1)

    def test_replaying_a_conflict_does_nothing(self):
        self.receive(self.fact("e1", "a"))
        self.receive(self.fact("e1", "b"))
        conflict = self.get_conflict()
        exception = conflict.exception_ids
        self.assertFalse(exception.can_replay or conflict.can_replay)
        self.assertTrue(exception.can_accept)
        conflict.action_replay()
        exception.action_replay()
        self.run_drain()
        self.assertEqual((conflict.state, self.applied), ("invalid", ["a"]))

    def test_accepting_a_conflict_applies_it_in_the_order_of_its_document(self):
        self.receive(self.fact("e1", "a"))
        self.receive(self.fact("e1", "b"))
        conflict = self.get_conflict()
        exception = conflict.exception_ids
        exception.action_accept_conflict()
        self.assertEqual(conflict.ordering_key, "K1")
        self.run_drain()
        self.assertEqual(self.applied, ["a", "b"])
        self.assertEqual((conflict.state, exception.state), ("done", "resolved"))

    def test_only_a_conflict_can_be_accepted(self):
        self.errors["a"] = InvalidMessage("no")
        message = self.receive(self.fact("e1", "a"))
        self.run_drain()
        message.action_accept_conflict()
        self.assertEqual(message.state, "invalid")

    def test_an_edited_conflict_takes_the_key_of_its_twin(self):
        self.receive(self.fact("e1", "a"))
        self.receive(self.fact("e1", "b"))
        copy = self.edit(self.get_conflict(), '"b"', '"c"')
        self.assertEqual(copy.ordering_key, "K1")
        self.run_drain()
        self.assertEqual(self.applied, ["a", "c"])

    def edit(self, message, old, new):
        wizard = self.env["logistics.replay"].create(
            {"message_id": message.id, "reason": "by phone"}
        )
        self.assertIn(old, wizard.edited)
        wizard.edited = wizard.edited.replace(old, new)
        return message.browse(wizard.action_confirm()["res_id"])

    def test_what_an_edited_copy_replaced_is_not_applied_any_more(self):
        self.errors["bad"] = InvalidMessage("no")
        message = self.receive(self.fact("e1", "bad"))
        self.run_drain()
        exception = message.exception_ids
        self.edit(message, "bad", "good")
        self.errors.clear()
        message.action_replay()
        self.assertFalse(message.can_replay)
        with self.assertRaises(UserError):
            message.action_edit_and_replay()
        self.run_drain()
        self.assertEqual(self.applied, ["good"])
        self.assertEqual((message.state, exception.state), ("cancelled", "resolved"))

    def test_an_original_whose_copy_was_cancelled_may_go_on(self):
        self.errors["bad"] = InvalidMessage("no")
        message = self.receive(self.fact("e1", "bad"))
        self.run_drain()
        copy = self.edit(message, "bad", "worse")
        copy.action_cancel()
        self.errors.clear()
        message.action_replay()
        self.run_drain()
        self.assertEqual(self.applied, ["bad"])

    def test_the_type_of_an_outgoing_message_cannot_be_edited(self):
        self.env["logistics.message.type"].create({"code": "pure_test", "name": "P"})
        message = self.make_refused()
        with self.assertRaises(UserError):
            self.edit(message, '"_message_type": "test_fact"', '"_message_type": "x"')
        with self.assertRaises(UserError):
            self.edit(message, "{", "")

    def test_the_type_of_an_incoming_message_cannot_be_edited(self):
        self.env["logistics.message.type"].create({"code": "pure_test", "name": "P"})
        self.errors["a"] = InvalidMessage("no")
        message = self.receive(self.fact("e1", "a"))
        self.run_drain()
        for old, new in (('"test_fact"', '"transport_status"'), ("{", "")):
            with self.assertRaises(UserError):
                self.edit(message, old, new)
        self.assertEqual(message.state, "invalid")
        self.assertTrue(self.edit(message, '"a"', '"b"'))

    def make_refused(self, error=None):
        def send(*args):
            raise error or Rejected("no")

        message = self.env["logistics.message"]._enqueue(
            self.backend,
            Fact("a"),
            record=self.env.user.partner_id,
            ordering_key="K1",
            external_id="o1",
        )
        with self.handling(), self.scripted(_send=send):
            self.drain()
        return message

    def test_what_may_be_at_the_partner_is_not_edited(self):
        message = self.make_refused()
        message.outcome_unknown = True
        with self.assertRaisesRegex(UserError, "may have this message"):
            self.edit(message, "a", "b")

    # Requests that could not be read

    def keep(self, body, event_id="w1"):
        return self.env["logistics.message"]._receive_unreadable(
            self.backend,
            {"X-Topic": "shipped", "Authorization": "Bearer t0p"},
            body,
            InvalidMessage("cannot read"),
            event_id,
        )

    def test_a_kept_request_is_read_again_when_it_is_replayed(self):
        message = self.keep(b"\xff-later-readable")
        self.assertNotIn("t0p", message.raw_headers)
        seen = []

        def receive(connector, backend, headers, body):
            seen.append((headers["x-topic"], body))
            return [self.fact("e1", "a"), self.fact("e2", "b", key="K2")]

        message.exception_ids.action_replay()
        with self.scripted(_receive=receive):
            self.run_drain()
        self.assertEqual(seen, [("shipped", b"\xff-later-readable")])
        self.assertEqual(message.state, "done")
        self.assertEqual(message.exception_ids.state, "resolved")
        self.run_drain()
        self.assertEqual(sorted(self.applied), ["a", "b"])

    def test_one_that_is_still_unreadable_stays_with_its_exception(self):
        message = self.keep(b"no json")
        message.action_replay()
        self.run_drain()
        self.assertEqual(message.state, "invalid")
        self.assertEqual(message.exception_ids.occurrences, 2)

    def test_an_edited_request_is_read_once_another_person_agrees(self):
        message = self.keep(b"NONSENSE")
        fact = {"id": "e7", "key": "K7", "data": Fact("fixed").to_dict()}
        copy = self.edit(message, "NONSENSE", json.dumps(fact))
        self.assertEqual((copy.state, copy.error_kind), ("invalid", "approval"))
        exception = copy.exception_ids.filtered(lambda x: x.kind == "approval")
        self.assertIn(self.env.user.name, exception.cause)
        self.assertFalse(copy.can_replay)
        for own in (copy, exception):
            with self.assertRaisesRegex(UserError, "colleague"):
                own.action_replay()
        self.assertFalse(copy._replay())  # as a retry of a whole time window does
        self.run_drain()
        self.assertEqual(self.applied, [])
        other = new_test_user(self.env, "o", "logistics_core.group_integration_support")
        copy.with_user(other).action_replay()
        self.run_drain()
        self.run_drain()
        self.assertEqual(exception.state, "resolved")
        self.assertEqual((copy.state, self.applied), ("done", ["fixed"]))

    def test_an_identifier_of_any_length_is_kept(self):
        message = self.keep(b"one", "x" * 9000)
        self.env.flush_all()
        self.assertTrue(message.external_id.startswith("unreadable:"))
        self.assertFalse(self.keep(b"one", "x" * 9000))

    # Unknown events, and mappings

    def test_an_event_that_nothing_maps_is_kept_and_blocks_nothing(self):
        unknown = self.receive(
            Envelope("e1", "order.sneezed", "K1", '{"_message_type": "sneeze"}')
        )
        known = self.receive(self.fact("e2", "a"))
        self.run_drain()
        self.assertEqual((unknown.state, known.state), ("invalid", "done"))
        self.assertFalse(unknown.type_id)
        self.assertIn("order.sneezed", unknown.exception_ids.title)

    def test_a_canonical_event_has_its_type_at_once(self):
        self.fact_type.service_class = "bulk"
        message = self.receive(self.fact("e1"))
        self.assertEqual(message.type_id, self.fact_type)
        self.assertEqual(message.lane_id.service_class, "bulk")

    def test_the_side_that_is_missing_is_filled_in(self):
        for side, odoo_value, external_value in (
            ("odoo", "X9", False),
            ("external", False, "X9"),
            (None, "X9", "X9"),
        ):
            self.errors[f"a-{side}"] = MappingMissing(
                "no code", map_kind="other", value="X9", side=side
            )
            fact = self.fact(f"e-{side}", f"a-{side}", key=f"K-{side}")
            message = self.receive(fact)
            self.run_drain()
            exception = message.exception_ids
            context = exception.action_map_value()["context"]
            new = self.env["logistics.value.map"].with_context(**context).new()
            self.assertEqual(
                (new.odoo_value, new.external_value), (odoo_value, external_value)
            )
            exception.action_ignore()
