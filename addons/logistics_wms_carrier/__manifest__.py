{
    "name": "Logistics Hub: Parcels of Warehouse Partners",
    "summary": "Parcels that a warehouse partner shipped are followed at their carrier",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_wms", "logistics_carrier"],
    "auto_install": True,
}
