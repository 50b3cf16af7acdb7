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
from .handover import (
    TransportManifest,
    TransportManifestConfirmation,
    TransportPickup,
    TransportPickupConfirmation,
)
from .landed_cost import (
    LandedCharge,
    LandedCost,
    LandedCostRequest,
)
from .questions import (
    AccessPoint,
    AddressCheck,
    Rate,
    RateRequest,
)
from .tracking import (
    ProofOfDelivery,
    TrackedParcel,
    TransportEvent,
    TransportProof,
)
from .transport import (
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
    TransportConfirmation,
    TransportInstruction,
    TransportVoid,
)
