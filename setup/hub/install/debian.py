"""Debian packages: which are missing, and installing exactly those."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterable

from hub import paths, progress
from hub.failure import SetupFailure
from hub.machine import command

# What the web client of the packaged Odoo links to, see odoo_package.py.
WEB_CLIENT = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
)
# The second is for the program inside Playwright that talks to the first.
BROWSER = ("chromium", "libatomic1")
POSTGRESQL_PROGRAMS = "/usr/lib/postgresql/*/bin/initdb"


def wanted(
    *, browser: bool, private_postgresql: bool, packaged_odoo: bool
) -> list[str]:
    """Packages this run needs, whether or not they are there."""
    packages = []
    if not _has_ensurepip():
        packages.append("python3-venv")
    if private_postgresql and not glob.glob(POSTGRESQL_PROGRAMS):
        packages.append("postgresql")
    if packaged_odoo:
        packages += [*WEB_CLIENT, "debian-archive-keyring"]
    if browser:
        packages += BROWSER
    return packages


def _has_ensurepip() -> bool:
    """Debian ships the venv module without ensurepip unless asked for it."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def missing(packages: Iterable[str]) -> list[str]:
    """Those of ``packages`` that dpkg does not report as installed."""
    packages = list(packages)
    if not packages:
        return []
    if not shutil.which("dpkg-query"):
        raise SetupFailure(
            "This machine has no dpkg: it is not Debian.",
            "use docker-compose.yml, or a Debian 12 machine",
        )
    text = _dpkg_states(packages)
    installed = {
        line.split()[0] for line in text.splitlines() if line.endswith(" installed")
    }
    return [package for package in packages if package not in installed]


def _dpkg_states(packages: list[str]) -> str:
    # dpkg-query fails as a whole when one name is unknown, so its exit code says
    # nothing; ask through a shell-free "|| true" by reading stdout regardless.
    import subprocess

    return subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def install(packages: Iterable[str]) -> None:
    """Install what is missing and say which packages those are."""
    absent = missing(packages)
    if not absent:
        return
    remedy = f"run 'apt-get install {' '.join(absent)}' and read what it says"
    prefix = _as_root(remedy)
    log = paths.log_file("debian-packages")
    with progress.step(f"Installing Debian packages: {' '.join(absent)}"):
        get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
        get += ["-o", "DPkg::Lock::Timeout=300", "-q", "-y"]
        command.run(
            [*get, "update"],
            log=log,
            problem="apt-get update failed.",
            remedy=remedy,
        )
        command.run(
            [*get, "install", "--no-install-recommends", *absent],
            log=log,
            problem="Debian packages could not be installed.",
            remedy=remedy,
        )


def _as_root(remedy: str) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    raise SetupFailure("Debian packages are missing and sudo is absent.", remedy)
