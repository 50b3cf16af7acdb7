"""DPD France's tables (WSDL of its EPrint web service). Never imports odoo."""

from __future__ import annotations

NAMESPACE = "http://www.cargonet.software"
BINDING = f"{{{NAMESPACE}}}EPrintWebserviceSoap"
# The address in the WSDL, which is of the test system. DPD gives the other one with the
# credentials.
SANDBOX_URL = (
    "https://e-station-testenv.cargonet.software/eprintwebservice/eprintwebservice.asmx"
)
FRANCE = 250

CLASSIC, PREDICT, RELAIS = "classic", "predict", "relais"
REVERSE, COLLECTION = "reverse", "collection"
SERVICES = {
    CLASSIC: "DPD Classic",
    PREDICT: "DPD Predict (announced by SMS or e-mail)",
    RELAIS: "DPD Relais (drop-off point)",
    REVERSE: "DPD Reverse (return label)",
    COLLECTION: "DPD Collection (return fetched at the customer's)",
}
RETURNS = frozenset({REVERSE, COLLECTION})

# `eLabelType` of our formats; the WSDL has no picture format.
LABEL_TYPES = {"PDF": "PDF_A6", "ZPL": "ZPL"}
# `etype` of what is not the label of a parcel on its way to the customer.
REVERSE_TYPES = frozenset({"REVERSE", "REVERSEBIC3"})
PROOF_TYPES = frozenset({"PROOF", "PROOFBIC3"})
COLLECTION_TYPE = "COLLECTIONREQUEST"

# Days a return label may be used for (`expire_offset`).
RETURN_DAYS = 30
# When the driver may come for a collection, and what we know no better.
COLLECTION_FROM, COLLECTION_TO = "08:00", "18:00"

# What a shipment may ask for; the WSDL has no place for the other options.
OPTIONS = frozenset({"return_label", "multi_parcel", "insurance"})

# The operations that make a shipment.
SINGLE = "CreateShipmentWithLabelsBc"
MULTI = "CreateMultiShipmentBc"
REVERSED = "CreateReverseInverseShipmentWithLabelsBc"
COLLECTED = "CreateCollectionRequestBc"
