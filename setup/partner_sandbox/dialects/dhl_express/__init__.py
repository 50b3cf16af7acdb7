"""DHL Express: the MyDHL API, rates, shipments, tracking, proofs and pick-ups."""

from .dialect import DhlExpress

__all__ = ["DhlExpress"]
