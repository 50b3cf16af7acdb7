"""The install step: everything present, or a message that says what to do."""

from __future__ import annotations

import sys

from hub import paths, progress, stamps
from hub.failure import SetupFailure
from hub.machine import lock
from hub.server import postgres_settings

from . import debian, environment, odoo_origin, odoo_package
from .odoo_origin import OdooOrigin

OLDEST, NEWEST = (3, 11), (3, 13)


def ensure(*, browser: bool = False) -> OdooOrigin:
    """Install what is missing. With nothing to do it takes well under a second."""
    _check_python()
    with lock.held("install"):
        origin = odoo_origin.preferred()
        debian.install(
            debian.wanted(
                browser=browser,
                private_postgresql=not postgres_settings.given(),
                packaged_odoo=origin is None,
            )
        )
        if origin is None:
            origin = OdooOrigin("package", odoo_package.ensure())
        odoo_origin.remember(origin)
        _ensure_environment(origin)
    return origin


def _check_python() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise SetupFailure(
            f"Python {sys.version.split()[0]} cannot run Odoo 19.",
            "set LOGISTICS_PYTHON to a Python 3.11, 3.12 or 3.13",
        )


def _ensure_environment(origin: OdooOrigin) -> None:
    stamp = paths.state("venv", "logistics-hub.stamp")
    inputs = _inputs(origin)
    if stamp.is_file() and stamp.read_text() == inputs:
        return
    environment.build(origin)
    stamp.write_text(inputs)
    progress.say(f"Installed: Odoo 19 ({origin.kind}), {paths.venv_python()}")


def _inputs(origin: OdooOrigin) -> str:
    return stamps.digest(
        [
            environment.REQUIREMENTS.read_bytes(),
            (paths.PROJECT / "setup/hub/install/environment.py").read_bytes(),
            str(paths.PROJECT),
            str(origin.root),
            sys.version,
            sys.executable,
        ]
    )
