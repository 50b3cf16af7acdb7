{
    "name": "Logistics Hub: ShipEngine",
    "summary": "Rates, labels, tracking, manifests and pickups of many carriers",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_carrier"],
    "data": ["views/logistics_backend_views.xml"],
}
