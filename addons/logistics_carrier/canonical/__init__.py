"""Canonical messages between Odoo and a carrier (GS1 logistics terms).

Every form has one name here, whichever room it is for. Nothing here imports odoo.
"""

from .batch import (
    BatchFailure,
    TransportBatch,
    TransportBatchConfirmation,
)
from .documents import (
    CustomsDocument,
    DocumentRules,
    TransportDocument,
)
from .freight import (
    FreightCharge,
    FreightInvoice,
)
from .landed_cost import (
    LandedCharge,
    LandedCost,
    LandedCostRequest,
)
from .transport import (
    AccessPoint,
    AddressCheck,
    Billing,
    Charge,
    Commodity,
    Customs,
    DangerousGoods,
    Document,
    Money,
    ParcelContent,
    ParcelLabel,
    Party,
    ProofOfDelivery,
    Rate,
    RateRequest,
    TrackedParcel,
    TransportConfirmation,
    TransportEvent,
    TransportInstruction,
    TransportManifest,
    TransportManifestConfirmation,
    TransportPickup,
    TransportPickupConfirmation,
    TransportProof,
    TransportVoid,
)
