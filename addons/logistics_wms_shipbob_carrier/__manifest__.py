{
    "name": "Logistics Hub: Invoices of ShipBob",
    "summary": "What ShipBob bills, compared with what it shipped",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_wms_shipbob", "logistics_wms_carrier"],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
