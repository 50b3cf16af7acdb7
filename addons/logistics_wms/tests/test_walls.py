"""Who may write and call what of this addon."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.logistics_core.guard import MANAGER, SUPPORT, WAREHOUSE
from odoo.addons.logistics_core.tests.walls_common import Walls

from ..const import STOCK


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_wms"
    # Everything else of this addon is written by the engine only.
    written = {
        "logistics.adoption": "line_ids",
        "logistics.adoption.line": "decision reference",
        "logistics.backend": (
            "wms_default_carrier_service wms_default_service_id wms_invoice_policy "
            "wms_lot_policy wms_over_tolerance wms_release_policy wms_short_policy"
        ),
        "logistics.opening.stock": "location_id",
        "logistics.route": (
            "cutoff_days cutoff_time cutoff_warn cutover_at picking_type_id "
            "warehouse_id"
        ),
        "sale.order": "logistics_gift_message logistics_note",
    }
    given = {
        "logistics.hold": "warehouse_id",
        "logistics.validation": "picking_ids",
    }
    writers = {
        "logistics.adoption": "integration_manager administrator",
        "logistics.adoption.line": "integration_manager administrator",
        "logistics.opening.stock": "integration_manager administrator",
        "logistics.validation": "service_account group_stock_user group_stock_manager",
        "sale.order": (
            "service_account group_stock_user group_stock_manager"
            " group_sale_salesman group_account_invoice"
        ),
    }
    called = {
        "logistics.adoption": {
            ("write", MANAGER): (
                "action_apply action_look_up action_rest_sent action_rest_stays"
            ),
        },
        "logistics.backend": {
            "read": "action_view_deliveries action_view_stock_levels",
            ("write", MANAGER): "action_start",
            ("read", MANAGER): (
                "action_adopt_deliveries action_open_products action_open_routes "
                "action_open_services action_opening_stock"
            ),
        },
        "logistics.exception": {
            ("write", SUPPORT): (
                "action_accept_substitution action_create_lots action_invoice "
                "action_release_delivery action_send_products action_tell_customer"
            ),
        },
        "logistics.validation": {("write", STOCK): "action_validate"},
        "logistics.opening.stock": {("write", MANAGER): "action_prepare"},
        "logistics.route": {("read", MANAGER): "action_open_backlog"},
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
