"""The project's own virtual environment, with Odoo reachable from it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from hub import paths, progress
from hub.machine import command

from .odoo_origin import SERIES, OdooOrigin

REQUIREMENTS = paths.PROJECT / "requirements.txt"
# Not needed any more; Odoo would use it all the same.
RETIRED = ("PyPDF2",)
REMEDY = "check that pip can reach your package index, then run this again"


def build(origin: OdooOrigin) -> None:
    """Create or bring up to date; a broken environment is made again."""
    _create()
    _declare_odoo()
    with progress.step("Installing Python packages"):
        _pip("install", "--upgrade", "pip", "wheel", "setuptools<81")
        _pip("install", "-r", str(REQUIREMENTS))
        _pip("uninstall", "-y", *RETIRED)
    _link(origin)


def _create() -> None:
    version = "{}.{}".format(*sys.version_info)
    probe = "import pip, sys; print('{}.{}'.format(*sys.version_info))"
    if (command.output([paths.venv_python(), "-c", probe]) or "").strip() == version:
        return
    folder = paths.state("venv")
    shutil.rmtree(folder, ignore_errors=True)
    with progress.step(f"Creating the Python environment ({sys.version.split()[0]})"):
        command.run(
            [sys.executable, "-m", "venv", folder],
            log=paths.log_file("venv"),
            problem="The Python environment could not be created.",
            remedy="install python3-venv for this Python",
        )


def _pip(*arguments: str) -> None:
    command.run(
        [paths.venv_python(), "-m", "pip", "-q", *arguments],
        log=paths.log_file("pip"),
        problem="Python packages could not be installed.",
        remedy=REMEDY,
        env={
            "PIP_NO_INPUT": "1",
            "PYTHONPATH": "",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        },
    )


def _declare_odoo() -> None:
    """Let pip know that Odoo is here, so that addons from PyPI resolve.

    Odoo's own metadata would pull in psycopg2, which needs a compiler; what Odoo
    imports is pinned in requirements.txt instead.
    """
    folder = _site_packages() / f"odoo-{SERIES}.dist-info"
    folder.mkdir(exist_ok=True)
    metadata = f"Metadata-Version: 2.1\nName: odoo\nVersion: {SERIES}\n"
    (folder / "METADATA").write_text(metadata)
    (folder / "INSTALLER").write_text("logistics-hub\n")
    (folder / "RECORD").write_text("")


def _site_packages() -> Path:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    return paths.state("venv", "lib", version, "site-packages")


def _link(origin: OdooOrigin) -> None:
    """Odoo and setup/ (our tools, the partner sandbox) become importable."""
    lines = f"{origin.root}\n{paths.PROJECT / 'setup'}\n"
    (_site_packages() / "logistics_hub.pth").write_text(lines)


def queue_job_folder() -> Path:
    """The addons folder of the addons that came from PyPI."""
    return _site_packages() / "odoo" / "addons"
