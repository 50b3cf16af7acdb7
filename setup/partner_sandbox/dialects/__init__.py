"""The vendors the sandbox can play. A new one adds its class to ``DIALECTS``."""

from ..carriers.control import CarrierControl
from ..core.app import Shared
from ..core.dialect import Dialect
from .dhl_express import DhlExpress
from .dpd_fr import DpdFrance
from .shipbob import ShipBob
from .shipengine import ShipEngine
from .ups import Ups

DIALECTS: list[type[Dialect]] = [
    ShipBob,
    Ups,
    DhlExpress,
    ShipEngine,
    DpdFrance,
]
# Control calls over several vendors, by the first part of their path.
CONTROLS: dict[str, Shared] = {"carriers": CarrierControl.routes}
