"""ShipBob, API 2026-01."""

from .dialect import ShipBob

__all__ = ["ShipBob"]
