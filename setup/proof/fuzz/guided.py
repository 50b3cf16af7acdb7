"""One reader under atheris, in a process of its own: `python -m proof.fuzz.guided`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType

from hub.testing import without_odoo

# What is followed line by line. To let atheris follow imports would take it through all
# of Odoo, which needs minutes at each start.
GUIDES = (
    "odoo.addons.logistics_core.tools.",
    "odoo.addons.logistics_core.canonical",
    "odoo.addons.logistics_core.envelope",
    "odoo.addons.logistics_core.connectors.canonical_json",
    "odoo.addons.logistics_carrier.tools.",
    "odoo.addons.logistics_carrier_dhl_express.tools.",
    "odoo.addons.logistics_carrier_dpd_fr.translator",
    "odoo.addons.logistics_carrier_shipengine.tools.",
    "odoo.addons.logistics_carrier_ups.tools.",
    "odoo.addons.logistics_wms_shipbob.translator",
    "odoo.addons.logistics_wms_shipbob.tools.",
    "odoo.addons.logistics_wms_shipbob_carrier.translator",
    "pypdf.",
)


def main(name: str, options: list[str]) -> None:
    without_odoo.pytest_configure()
    import atheris

    from .judge import judge

    judge("label", b"%PDF-")  # pypdf is imported when it is needed
    for module in [m for n, m in sys.modules.items() if n.startswith(GUIDES)]:
        for function in _functions(module):
            atheris.instrument_func(function)
    atheris.Setup([sys.argv[0], *options], lambda data: judge(name, data))
    atheris.Fuzz()


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Yield the functions and methods that a module defines."""
    for value in list(vars(module).values()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        members = vars(value).values() if isinstance(value, type) else [value]
        for member in members:
            function = getattr(member, "__func__", member)
            if isinstance(function, FunctionType):
                yield function


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
