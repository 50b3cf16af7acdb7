"""DPD France: shipments by SOAP."""

from .dialect import DpdFrance

__all__ = ["DpdFrance"]
