{
    "name": "Logistics Hub: Measurements",
    "summary": "What setup/bench compares; installed in its own database only",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_wms", "logistics_carrier"],
    "data": ["data.xml"],
    "installable": True,
}
