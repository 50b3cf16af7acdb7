"""Canonical messages between Odoo and a carrier (GS1 logistics terms).

Kilograms and millimetres that are not rounded: the connector rounds once, up, as its
carrier wants them (tools/units.py has pounds and inches). Money in the currency named,
moments in UTC unless their name ends in `_local` (ISO 8601 with the place's offset
where known), binary as base64.
`reference` is our own key: what a partner is asked for after a lost answer.
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
