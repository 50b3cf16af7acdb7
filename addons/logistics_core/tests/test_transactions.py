from unittest.mock import patch

from odoo.tests import tagged

from ..transactions import own_transaction
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
