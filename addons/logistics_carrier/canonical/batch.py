"""Labels bought together in one operation of the carrier. Never imports odoo."""

from __future__ import annotations

from dataclasses import dataclass

from odoo.addons.logistics_core.canonical import Canonical, canonical


@canonical("transport_batch")
@dataclass(frozen=True, slots=True)
class TransportBatch(Canonical):
    """Buy the labels of these shipments in one batch.

    Their TransportInstructions are in messages of their own, which stay unsent while
    the batch is open.

    :param reference: our key of the batch, of lower-case letters and digits, never
        used again
    :param shipments: references of the TransportInstructions
    """

    reference: str
    shipments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchFailure:
    """A shipment of a batch that got no label, and why in the carrier's words."""

    reference: str
    text: str


@canonical("transport_batch_confirmation")
@dataclass(frozen=True, slots=True)
class TransportBatchConfirmation(Canonical):
    """The carrier is through with the batch.

    What is not named as a failure has a label, or is not known to the batch: the
    carrier is asked for it by its own reference.
    """

    reference: str
    external_id: str
    completed: int
    failures: tuple[BatchFailure, ...] = ()
