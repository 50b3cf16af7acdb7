{
    "name": "Logistics Hub: ShipBob",
    "summary": "Orders to ShipBob; shipments, lots, tracking and stock back",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_wms"],
    "data": ["views/logistics_backend_views.xml"],
}
