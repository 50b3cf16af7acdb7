from contextlib import closing
from unittest.mock import patch

from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..transactions import commit_and_ask, first_transaction, own_transaction
from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestTransactions(LogisticsCase):
    """Other processes learn which of their caches are stale."""

    def setUp(self):
        super().setUp()
        self.registry.cache_invalidated.clear()
        self.told = self.startPatcher(patch.object(self.registry, "signal_changes"))

    def test_a_transaction_tells_what_it_made_stale(self):
        with own_transaction(self.env) as env:
            env.registry.clear_cache()
            self.assertFalse(self.told.called)
        self.assertTrue(self.told.called)

    def test_what_an_outer_transaction_made_stale_is_told_at_its_end(self):
        self.registry.clear_cache()
        with own_transaction(self.env):
            pass
        self.assertFalse(self.told.called)
        self.assertEqual(self.registry.cache_invalidated, {"default"})

    def test_what_is_undone_makes_nothing_stale(self):
        with self.assertRaises(ValueError), own_transaction(self.env) as env:
            env.registry.clear_cache()
            raise ValueError
        self.assertFalse(self.told.called)
        self.assertFalse(self.registry.cache_invalidated)

    def test_what_is_asked_with_a_commit_is_asked_after_it(self):
        query = (
            "SELECT pg_current_xact_id_if_assigned() IS NULL,"
            " current_setting('transaction_isolation')"
        )
        told = []
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            with first_transaction(env) as env:
                cr.execute("SELECT pg_current_xact_id()")
                cr.postcommit.add(lambda: told.append(1))
                rows = commit_and_ask(env, query, [])
                # What had an id is over, and the next one is of the same kind.
                self.assertEqual(rows, [(True, "read committed")])
                self.assertEqual(told, [1])
                self.assertEqual(
                    cr.connection.get_transaction_status(), TRANSACTION_STATUS_IDLE
                )

    def test_own_transactions_see_what_others_commit_meanwhile(self):
        query = "SELECT current_setting('transaction_isolation')"
        for read_committed, expected in (
            (True, "read committed"),
            (False, "repeatable read"),
        ):
            connection = db_connect(self.env.cr.dbname)
            with (
                patch.object(self.registry, "cursor", connection.cursor),
                own_transaction(self.env, read_committed=read_committed) as env,
            ):
                env.cr.execute(query)
                self.assertEqual(env.cr.fetchone(), (expected,))
