"""Parcels on their way: events, polls, problems, reactions, claims, proofs."""

from . import (
    backend,
    parcel,
    event,
    story,
    poll_plan,
    problems,
    problem_texts,
    watch,
    shipment,
    poll,
    reaction,
    claim,
    reshipment,
    proof,
    deliveries,
    handler_status,
    handler_proof,
)
