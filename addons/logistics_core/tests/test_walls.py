"""Who may write and call what of the engine."""

from odoo.tests import TransactionCase, tagged

from .walls_common import Walls


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_core"
    written = {}
    called = {}
    shared = {}
