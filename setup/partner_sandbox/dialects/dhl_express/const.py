"""DHL Express's tables as the sandbox plays them."""

from __future__ import annotations

from decimal import Decimal

CONTRACT_FILE = "dhl_express_mydhl/dpdhl-express-api-3.1.1_swagger.yaml"
_UPLOAD = "supermodelIoLogisticsExpressImageUploadRequest"
ERRATA = {
    # Required and not admitted: the number is in the path.
    CONTRACT_FILE: ((_UPLOAD, "shipmentTrackingNumber", "required"),),
}

# Code -> name, base price, fastest days at home.
PRODUCTS = {
    "P": ("EXPRESS WORLDWIDE", Decimal(29), 1),
    "U": ("EXPRESS WORLDWIDE", Decimal(21), 1),
    "N": ("EXPRESS DOMESTIC", Decimal(14), 1),
    "Y": ("EXPRESS 12:00", Decimal(36), 1),
    "E": ("EXPRESS 9:00", Decimal(49), 1),
    "H": ("ECONOMY SELECT", Decimal(19), 3),
    "W": ("ECONOMY SELECT", Decimal(13), 2),
}
# Value-added service -> name, price.
SERVICES = {
    "II": ("SHIPMENT INSURANCE", Decimal("12.00")),
    "SF": ("DIRECT SIGNATURE", Decimal("4.50")),
    "SD": ("ADULT SIGNATURE", Decimal("6.00")),
    "AA": ("SATURDAY DELIVERY", Decimal("15.00")),
    "DD": ("DUTY TAX PAID", Decimal("17.00")),
    "HC": ("DRY ICE UN1845", Decimal("11.00")),
    "HD": ("LITHIUM ION PI966 SECTION II", Decimal("9.00")),
    "HE": ("DANGEROUS GOODS", Decimal("95.00")),
    "HH": ("EXCEPTED QUANTITIES", Decimal("12.00")),
}
# Service for dangerous goods -> the content IDs agreed with this customer.
DANGEROUS = {
    "HC": frozenset({"901"}),
    "HD": frozenset({"966"}),
    "HE": frozenset({"910"}),
    "HH": frozenset({"E01"}),
}
DRY_ICE = "HC"
# Landed cost: duty on everything, value-added tax by country, a fee.
DUTY = Decimal("0.03")
VAT = {"CH": Decimal("0.081"), "GB": Decimal("0.2"), "NO": Decimal("0.25")}
FEE = Decimal("12.00")
AT_HOME = ("N",)
IN_EUROPE = ("U", "Y", "E", "W")
WORLDWIDE = ("P", "Y", "E", "H")

# Kind of an event -> checkpoint of DHL's own table (`trackingEventCode` of its
# reference data), text. A way back has none: only that it ended.
CHECKPOINTS = {
    "created": ("DUMMY_PU", "Shipment information received"),
    "picked_up": ("PU", "Shipment picked up"),
    "departed": ("DF", "Shipment has departed from a DHL facility"),
    "in_transit": ("AF", "Arrived at DHL Sort Facility"),
    "customs_hold": ("UD", "Clearance event, further information required"),
    "customs_released": ("CR", "Clearance processing complete"),
    "delay": ("TD", "Transport delay"),
    "damaged": ("DM", "Shipment is damaged"),
    "address": ("BA", "Address information needed; contact DHL"),
    "exception": ("OH", "Shipment is on hold"),
    "out_for_delivery": ("WC", "Shipment is out with courier for delivery"),
    "attempted": ("NH", "Delivery attempted; recipient not home"),
    "available": ("CC", "Awaiting collection by recipient"),
    "refused": ("RD", "Recipient refused delivery"),
    "delivered": ("OK", "Delivered"),
    "returned": ("RT", "Returned to shipper"),
    "lost": ("DS", "Shipment destroyed or disposed of"),
}
