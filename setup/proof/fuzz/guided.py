"""One reader under atheris, in a process of its own: `python -m proof.fuzz.guided`."""

from __future__ import annotations

import sys

from hub.testing import without_odoo


def main(name: str, options: list[str]) -> None:
    without_odoo.pytest_configure()
    import atheris

    with atheris.instrument_imports(include=["odoo.addons.", "pypdf"]):
        from .judge import judge

    atheris.Setup([sys.argv[0], *options], lambda data: judge(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
