{
    "name": "Logistics Hub: DHL Express",
    "summary": "Rates, labels, tracking, proofs of delivery and pick-ups with MyDHL",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_carrier"],
    "data": [
        "security/ir.model.access.csv",
        "security/security.xml",
        "views/logistics_backend_views.xml",
    ],
}
