"""ShipEngine: one API, many carriers."""

from .dialect import ShipEngine

__all__ = ["ShipEngine"]
