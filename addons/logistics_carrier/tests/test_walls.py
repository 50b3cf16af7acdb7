"""Who may write and call what of this addon."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.logistics_core.guard import WAREHOUSE
from odoo.addons.logistics_core.tests.walls_common import Walls

from ..const import FINANCE, SALE, STOCK, STOCK_OR_SALE


@tagged("post_install", "-at_install")
class TestWalls(Walls, TransactionCase):
    addon = "logistics_carrier"
    # Everything else of this addon is written by the engine only.
    written = {
        "account.move": "logistics_freight_ids",
        "delivery.carrier": (
            "logistics_account logistics_account_country_id "
            "logistics_account_zip logistics_backend_id logistics_fallback_id "
            "logistics_fallback_price logistics_incoterm_id "
            "logistics_label_format logistics_mode logistics_package_type_id "
            "logistics_payer logistics_rate_timeout logistics_saturday "
            "logistics_service logistics_service_level logistics_signature "
            "logistics_use_locations"
        ),
        "logistics.address.check": "city state_code street street2 zip",
        "logistics.backend": (
            "batch_from batch_labels freight_account_id freight_column_ids "
            "freight_date_format freight_decimal freight_group_ids "
            "freight_partner_id freight_product_id freight_tolerance_amount "
            "freight_tolerance_percent freight_user_id freight_weight_unit "
            "rate_quota rate_validity tracking_daily_requests "
            "tracking_delay_tolerance tracking_silence_days"
        ),
        "logistics.carrier.reaction": (
            "action active backend_ids carrier_ids company_id country_ids "
            "kind name sequence template_id user_id"
        ),
        "logistics.carrier.schedule": (
            "active auto_manifest backend_id days manifest_time pickup_close "
            "pickup_cutoff pickup_ready tz warehouse_id"
        ),
        "logistics.claim": (
            "amount amount_accepted carrier_reference currency_id description "
            "kind parcel_id user_id"
        ),
        "logistics.customs.document": "file file_name kind picking_id",
        "logistics.freight.column": "backend_id fact heading sequence",
        "logistics.freight.dispute": "invoice_id line_ids note",
        "logistics.freight.group": (
            "account_id backend_id category codes name product_id sequence"
        ),
        "logistics.freight.import": "backend_id file_ids",
        "logistics.freight.vendor": "partner_id",
        "logistics.parcel": "claim_ids event_ids proof_ids",
        "logistics.pickup": (
            "backend_id cancel_reason close_time date instructions "
            "parcel_count ready_time service warehouse_id weight"
        ),
        "logistics.rate.rule": (
            "active carrier_ids company_id country_group_ids country_ids "
            "max_days name sequence service_level strategy value_from "
            "value_to weight_from weight_to"
        ),
        "logistics.shipment": "document_ids parcel_ids",
        "product.template": (
            "logistics_customs_description logistics_dg_regulation "
            "logistics_hazard_class logistics_packing_group "
            "logistics_shipping_name logistics_un_number"
        ),
        "logistics.payer.account": "account backend_id country_id partner_id zip",
        "res.partner": "logistics_account_ids logistics_eori",
        "sale.order": "logistics_landed_cost_ids",
        "stock.picking": (
            "carrier_parcel_ids logistics_access_point "
            "logistics_access_point_name logistics_document_ids "
            "logistics_landed_cost_ids logistics_shipment_ids"
        ),
        "stock.warehouse": "carrier_default_weight carrier_tz",
    }
    given = {"logistics.freight.vendor": "invoice_id"}
    writers = {
        "logistics.freight.vendor": "service_account group_account_invoice",
        "account.move": "service_account group_account_invoice",
        "delivery.carrier": "group_stock_manager",
        "logistics.address.check": (
            "service_account group_stock_user group_stock_manager group_sale_salesman"
        ),
        "logistics.carrier.reaction": "integration_manager administrator",
        "logistics.carrier.schedule": "integration_manager administrator",
        "logistics.claim": (
            "warehouse_user integration_support integration_manager administrator "
            "service_account"
        ),
        "logistics.customs.document": (
            "warehouse_user integration_support integration_manager administrator "
            "service_account group_stock_user group_stock_manager"
        ),
        "logistics.freight.column": "integration_manager administrator",
        "logistics.freight.dispute": "service_account group_account_invoice",
        "logistics.payer.account": (
            "administrator integration_manager integration_support warehouse_user"
        ),
        "logistics.freight.group": "integration_manager administrator",
        "logistics.freight.import": (
            "integration_manager administrator service_account group_account_invoice"
        ),
        "logistics.parcel": (
            "integration_support integration_manager administrator service_account"
        ),
        "logistics.pickup": (
            "warehouse_user integration_support integration_manager administrator "
            "service_account"
        ),
        "logistics.rate.rule": "integration_manager administrator",
        "logistics.shipment": (
            "integration_support integration_manager administrator service_account"
        ),
        "product.template": "",
        "res.partner": "group_stock_manager",
        "sale.order": (
            "service_account group_stock_user group_stock_manager "
            "group_sale_salesman group_account_invoice"
        ),
        "stock.picking": (
            "service_account group_stock_user group_stock_manager "
            "group_sale_salesman group_account_invoice"
        ),
        "stock.warehouse": "group_stock_manager",
    }
    called = {
        "account.move": {
            ("read", FINANCE): "action_view_freight_invoice",
        },
        "logistics.access.point": {
            "write": "action_choose",
        },
        "logistics.address.check": {
            "write": "action_apply",
        },
        "logistics.backend": {
            "read": "action_view_shipments",
        },
        "logistics.carrier.schedule": {
            ("read", WAREHOUSE): "action_close_day",
        },
        "logistics.claim": {
            ("write", WAREHOUSE): "action_accept action_file action_refuse",
        },
        "logistics.freight.dispute": {
            ("write", FINANCE): "action_dispute",
        },
        "logistics.freight.import": {
            "write": "action_choose action_import action_preview",
        },
        "logistics.freight.vendor": {("write", FINANCE): "action_confirm"},
        "logistics.freight.invoice": {
            ("read", FINANCE): (
                "action_approve action_create_bill action_dispute action_match "
                "action_reopen action_view_bill"
            ),
            "read": "action_view_lines action_view_review_lines",
        },
        "logistics.freight.invoice.line": {
            ("read", FINANCE): "action_dispute",
        },
        "logistics.label.batch": {
            "read": "action_refresh action_view_shipments",
            ("read", STOCK): "action_print action_retry",
        },
        "logistics.label.batch.line": {
            "read": "action_open_delivery",
        },
        "logistics.manifest": {
            "unlink": "action_dissolve",
            "write": "action_close_locally action_retry",
        },
        "logistics.parcel": {
            "read": ("action_open_label action_view_claims action_view_problems"),
            ("read", WAREHOUSE): (
                "action_claim action_get_proof action_reship action_track_now "
                "action_void"
            ),
        },
        "logistics.pickup": {
            "write": (
                "action_book action_cancel action_change action_is_coming "
                "action_is_not_coming"
            ),
        },
        "logistics.rate.comparison": {
            "write": "action_refresh",
        },
        "logistics.rate.comparison.line": {
            "write": "action_choose",
        },
        "logistics.shipment": {
            "read": ("action_view_delivery action_view_freight"),
            ("read", WAREHOUSE): "action_mark_unused action_retry action_void",
            ("read", STOCK): "action_print_labels action_return_label",
        },
        "res.partner": {
            ("read", STOCK_OR_SALE): "action_logistics_check_address",
        },
        "sale.order": {
            "read": ("action_view_carrier_parcels action_view_logistics_shipments"),
            ("read", SALE): "action_logistics_compare",
            ("write", SALE): (
                "action_logistics_access_points action_logistics_landed_cost"
            ),
        },
        "stock.picking": {
            "read": ("action_view_logistics_freight action_view_logistics_shipments"),
            ("read", STOCK): "action_logistics_print_labels",
            ("read", STOCK_OR_SALE): (
                "action_logistics_access_points action_logistics_check_address"
            ),
            "write": "action_cancel send_to_shipper",
            ("write", STOCK): (
                "action_logistics_buy action_logistics_buy_many "
                "action_logistics_landed_cost action_logistics_return_label "
                "action_logistics_send_documents"
            ),
        },
    }
