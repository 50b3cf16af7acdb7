"""odoo.conf for the databases we run ourselves."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from hub import paths
from hub.install import environment, odoo_origin

from . import credentials
from .postgres_settings import Connection

# A channel per service class, so that a flood in one leaves the others free.
CHANNELS = (
    "root:4,root.logistics_realtime:2,root.logistics_standard:2,root.logistics_bulk:1"
)
SERVER_WIDE = "base,web,queue_job,logistics_core"


def addons_path() -> str:
    """Ours first, then PyPI's, then Odoo's; Odoo wants no empty folder."""
    folders = [environment.queue_job_folder(), *odoo_origin.chosen().addons]
    if paths.addon_folders():
        folders.insert(0, paths.ADDONS)
    return ",".join(str(folder) for folder in folders)


def write(
    target: Path,
    connection: Connection,
    *,
    options: Mapping[str, str | int] | None = None,
    server_wide: str = SERVER_WIDE,
    channels: str = CHANNELS,
) -> Path:
    """Write a configuration file readable by its owner only."""
    values: dict[str, str | int] = {
        "addons_path": addons_path(),
        "data_dir": str(paths.state_folder("data")),
        "db_host": connection.host,
        "db_port": connection.port,
        "db_user": connection.user,
        "db_password": connection.password,
        "admin_passwd": credentials.odoo_master_password(),
        "http_interface": "127.0.0.1",
        "list_db": "False",
        "proxy_mode": "False",
        "workers": 0,
        "max_cron_threads": 1,
        "server_wide_modules": server_wide,
        "logistics_secret_key": credentials.logistics_secret_key(),
        **(options or {}),
    }
    lines = ["[options]", *(f"{name} = {value}" for name, value in values.items())]
    lines += ["", "[queue_job]", f"channels = {channels}", ""]
    target.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: another process may be reading it.
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text("\n".join(lines))
    return fresh.replace(target)
