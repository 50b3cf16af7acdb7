"""Who may write and call what of this addon."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.logistics_core.guard import SUPPORT, WAREHOUSE
from odoo.addons.logistics_core.tests.walls_common import Walls

from ..const import STOCK


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_wms"
    # Everything else of this addon is written by the engine only.
    written = {
        "logistics.backend": (
            "wms_default_carrier_service wms_invoice_policy wms_lot_policy "
            "wms_over_tolerance wms_release_policy wms_short_policy"
        ),
        "logistics.hold": "warehouse_id",
        "logistics.route": (
            "cutoff_days cutoff_time cutoff_warn picking_type_id warehouse_id"
        ),
        "sale.order": "logistics_gift_message logistics_note",
    }
    called = {
        "logistics.backend": {
            "read": "action_view_deliveries action_view_stock_levels",
        },
        "logistics.exception": {
            ("write", SUPPORT): (
                "action_accept_substitution action_create_lots action_invoice "
                "action_release_delivery action_send_products action_tell_customer"
            ),
        },
        "logistics.validation": {("write", STOCK): "action_validate"},
        "logistics.stock.level": {
            "read": "action_view_quants",
        },
        "product.product": {
            ("read", WAREHOUSE): "action_logistics_send",
        },
        "product.template": {
            ("read", WAREHOUSE): "action_logistics_send",
        },
        "stock.picking": {
            "write": "action_cancel send_to_shipper",
            ("write", WAREHOUSE): (
                "action_logistics_cancel action_logistics_hold "
                "action_logistics_release action_logistics_release_hold"
            ),
        },
    }
