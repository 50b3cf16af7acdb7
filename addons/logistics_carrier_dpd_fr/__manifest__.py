{
    "name": "Logistics Hub: DPD France",
    "summary": "Labels, returns, collections and pickups at DPD France",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_carrier"],
    "data": ["views/logistics_backend_views.xml"],
}
