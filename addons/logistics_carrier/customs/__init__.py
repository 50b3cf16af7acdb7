from . import (
    product,
    partner,
    picking,
    landed_cost,
    picking_landed_cost,
    order_landed_cost,
    document,
    document_sending,
    picking_documents,
    handler,
)
