"""Goods across a border: pre-flight, documents, duties and taxes.

A walled room: the others use its hooks only (setup/hub/lint/rooms.py).
"""

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
