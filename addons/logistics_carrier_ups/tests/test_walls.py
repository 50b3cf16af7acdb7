"""Who may write and call what of this addon."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.logistics_core.tests.walls_common import Walls


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_carrier_ups"
    # Everything else of this addon is written by the engine only.
    written = {
        "logistics.backend": (
            "ups_account ups_alert_id ups_alert_key ups_client_id ups_client_secret"
        ),
    }
