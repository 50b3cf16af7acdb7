"""The vendors the sandbox can play. A new one adds its class to ``DIALECTS``."""

from ..core.dialect import Dialect
from .shipbob import ShipBob

DIALECTS: list[type[Dialect]] = [ShipBob]
