{
    "name": "Logistics Hub: UPS",
    "summary": "Rates, labels, tracking, proofs of delivery and pick-ups with UPS",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_carrier"],
    "data": ["views/logistics_backend_views.xml"],
}
