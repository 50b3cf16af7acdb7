{
    "name": "Logistics Hub: chaos (tests only)",
    "summary": "Kills its own process at named points and counts its effects",
    "version": "19.0.1.0.0",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["logistics_carrier", "logistics_wms_shipbob"],
    "data": ["security/ir.model.access.csv", "data/message_types.xml"],
    "installable": True,
}
