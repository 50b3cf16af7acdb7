"""What every carrier has: shipments, labels, tracking, proofs, pick-ups, invoices.

A carrier's dialect (``dialects/<vendor>``) puts its own wire on top of it.
"""
