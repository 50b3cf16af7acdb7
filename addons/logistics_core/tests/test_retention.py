from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..engine.watch import retention
from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestRetention(LogisticsCase):
    def setUp(self):
        super().setUp()
        rules = self.env["logistics.retention"]
        rules.search([]).unlink()
        self.rules = {
            kind: rules.create({"kind": kind, "days": days})
            for kind, days in (("content", 30), ("attempt", 30), ("message", 300))
        }

    def make(self, number, days, state="done", **values):
        messages = self.receive(
            *[self.fact(f"{days}-{state}-{n}", key=f"{days}{n}") for n in range(number)]
        )
        messages.write({"state": state, **values})
        self.env["logistics.message.attempt"].create(
            [{"message_id": m.id, "number": 1, "outcome": "ok"} for m in messages]
        )
        self.env.flush_all()
        for table, column in (
            ("logistics_message", "id"),
            ("logistics_message_attempt", "message_id"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET create_date = create_date - %s"
                f" WHERE {column} = ANY(%s)",
                [timedelta(days=days), messages.ids],
            )
        self.env.invalidate_all()
        return messages

    def purge(self):
        with self.enter_registry_test_mode():
            self.env["logistics.retention"]._cron_purge()
        self.env.invalidate_all()

    def test_old_contents_and_attempts_go_and_young_ones_stay(self):
        old, young = self.make(3, 40), self.make(3, 10)
        self.purge()
        self.assertEqual(set(old.mapped("payload")), {False})
        self.assertFalse(old.attempt_ids)
        self.assertTrue(all(young.mapped("payload")))
        self.assertEqual(len(young.attempt_ids), 3)

    def test_a_duplicate_of_a_forgotten_message_is_still_a_duplicate(self):
        old = self.make(1, 400)
        self.purge()
        self.assertFalse(old.payload or old.correlation_id)
        new, duplicates = self.env["logistics.message"]._receive(
            self.backend, [self.fact("400-done-0", key="4000")]
        )
        self.assertEqual((len(new), duplicates), (0, 1))
        conflict = self.env["logistics.message"].search(
            [("external_id", "=like", "conflict:%")]
        )
        self.assertFalse(conflict)
        self.env["logistics.message"]._receive(
            self.backend, [self.fact("400-done-0", value="other", key="4000")]
        )
        self.assertTrue(
            self.env["logistics.message"].search(
                [("external_id", "=like", "conflict:%")]
            )
        )

    def test_what_is_open_or_of_an_open_exception_stays_whole(self):
        dead = self.make(1, 400, "dead")
        concerned = self.make(1, 500)
        self.env["logistics.exception"]._open(
            self.backend, "rejected", "x", "x", "x", message=concerned
        )
        after = self.make(1, 350)
        self.purge()
        self.assertTrue(dead.payload and dead.attempt_ids)
        self.assertTrue(concerned.payload and concerned.attempt_ids)
        self.assertFalse(after.payload)
        dead.state = "cancelled"
        concerned.exception_ids._resolve("ok")
        self.env.flush_all()
        self.purge()
        self.assertFalse(dead.payload or concerned.payload)

    def test_a_rule_for_a_type_goes_before_the_general_one(self):
        self.env["logistics.retention"].create(
            {"kind": "content", "type_id": self.fact_type.id, "days": 50}
        )
        old, older = self.make(1, 40), self.make(1, 60)
        (old + older).type_id = self.fact_type
        self.env.flush_all()
        self.purge()
        self.assertTrue(old.payload)
        self.assertFalse(older.payload)

    def test_large_amounts_go_in_bounded_batches(self):
        old = self.make(25, 40)
        with self.subTest("one batch"), self.enter_registry_test_mode():
            self.patch(retention, "BATCH", 10)
            before = self.rules["content"].last_id
            position, count, left, more = self.rules["content"]._purge_batch(
                old[:1].id - 1 if before == 0 else before
            )
            self.assertLessEqual(count, 10)
        self.purge()
        self.assertEqual(set(old.mapped("payload")), {False})

    def test_the_dry_run_counts_and_changes_nothing(self):
        old = self.make(3, 40)
        rule = self.rules["content"]
        before = rule._count_due()
        self.assertGreaterEqual(before, 3)
        self.assertIn(str(before), rule.action_count()["params"]["message"])
        self.assertTrue(all(old.mapped("payload")))

    def test_the_dry_run_says_so_when_nothing_is_due(self):
        rule = self.rules["content"]
        self.purge()
        self.assertEqual(
            rule.action_count()["params"]["message"],
            "No records are due for deletion.",
        )

    def test_a_purged_message_cannot_be_replayed(self):
        old = self.make(1, 40, "cancelled")
        self.purge()
        old.action_replay()
        self.assertEqual(old.state, "cancelled")

    def test_only_administrators_set_it(self):
        manager = new_test_user(
            self.env, "manager", "logistics_core.group_integration_manager"
        )
        with self.assertRaises(AccessError):
            self.rules["content"].with_user(manager).action_run()

    def test_the_walk_uses_the_primary_key(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM (SELECT id, create_date FROM logistics_message"
            " WHERE id > 5 ORDER BY id LIMIT 2000) AS walked WHERE create_date < now()"
        )
        plan = " ".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("logistics_message_pkey", plan)
