"""Who may write and call what of this addon."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.logistics_core.tests.walls_common import Walls


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_wms_shipbob"
    # Everything else of this addon is written by the engine only.
    written = {
        "logistics.backend": (
            "shipbob_carrier_type shipbob_center_choice_id shipbob_channel_choice_id "
            "shipbob_channel_id shipbob_location_id shipbob_order_type "
            "shipbob_payment_term shipbob_sales_channel shipbob_token"
        ),
        "logistics.route": (
            "shipbob_center_choice_id shipbob_order_type shipbob_sales_channel"
        ),
    }
