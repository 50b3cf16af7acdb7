"""The vendors the sandbox can play: each module or package here is one."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from ..carriers.control import CarrierControl
from ..core.app import Shared
from ..core.dialect import Dialect


def _find(module: ModuleType) -> Iterator[type[Dialect]]:
    """The dialects that a vendor's module defines; an imported base has no name."""
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, Dialect)
            and "name" in vars(value)
        ):
            yield value


DIALECTS: list[type[Dialect]] = [
    dialect
    for found in pkgutil.iter_modules(__path__)
    for dialect in _find(importlib.import_module(f"{__name__}.{found.name}"))
]
# Control calls over several vendors, by the first part of their path.
CONTROLS: dict[str, Shared] = {"carriers": CarrierControl.routes}
