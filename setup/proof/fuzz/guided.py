"""One reader under atheris, in a process of its own: `python -m proof.fuzz.guided`."""

from __future__ import annotations

import sys

from hub.testing import without_odoo

# What is followed line by line; to follow all of Odoo would take minutes at each start.
GUIDES = [
    *(
        f"odoo.addons.logistics_{name}"
        for name in (
            "core.tools",
            "core.canonical",
            "core.connectors.canonical_json",
            "carrier.tools",
            "carrier.tools.freight_file",
            "carrier_dhl_express.tools",
            "carrier_dpd_fr.translator",
            "carrier_shipengine.tools",
            "carrier_ups.tools",
            "wms_shipbob.translator",
            "wms_shipbob.tools",
            "wms_shipbob_carrier.translator",
        )
    ),
    "pypdf",
]


def main(name: str, options: list[str]) -> None:
    without_odoo.pytest_configure()
    import atheris

    with atheris.instrument_imports(include=GUIDES):
        from .judge import judge

    atheris.Setup([sys.argv[0], *options], lambda data: judge(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
