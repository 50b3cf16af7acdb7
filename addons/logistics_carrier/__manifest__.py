{
    "name": "Logistics Hub: Carriers",
    "summary": "Rates, labels, parcels, tracking, manifests and freight cost",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Logistics Hub",
    "author": "Logistics Hub contributors",
    "license": "LGPL-3",
    "depends": ["logistics_core", "stock_delivery"],
    "data": [
        "security/security.xml",
        "security/ir.model.access.csv",
        "security/tracking_rules.xml",
        "data/message_types.xml",
        "data/tracking_cron.xml",
    ],
}
