"""Who may write and call what of this addon."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.logistics_core.tests.walls_common import Walls


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_carrier_dhl_express"
    # Everything else of this addon is written by the engine only.
    written = {
        "logistics.backend": (
            "dhl_express_account dhl_express_dangerous_ids "
            "dhl_express_password dhl_express_point_key dhl_express_user"
        ),
        "logistics.dhl.express.dangerous": (
            "backend_id content_id packing_group service shipping_name "
            "statement un_number"
        ),
    }
    writers = {
        "logistics.dhl.express.dangerous": "integration_manager administrator",
    }
