"""Connectors are really uninstalled, with deliveries and labels in hand."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from pathlib import Path

from hub import paths
from hub.server import configuration, odoo_command
from hub.server.database import Databases
from hub.testing import plan

NAME = f"leaving_{os.getpid()}"
SCRIPT = Path(__file__).with_name("inside_leaving.py")


def test_what_an_uninstalled_connector_leaves(databases: Databases) -> None:
    databases.copy(os.environ[plan.TEMPLATE_VARIABLE], NAME)
    try:
        found = _run(databases)
    finally:
        databases.drop(NAME)
    assert found["installed"] == []
    of_wms, of_carrier = found["effects"]
    assert "1 deliveries are at the partner" in of_wms
    assert "UPS Ground" in of_carrier
    assert "1 shipments" in of_carrier
    assert found["backends"] == [["disconnected", False, "draft"]] * 2
    assert found["messages"] == [["done", True], ["cancelled", True]]
    assert found["deliveries"] == [[False, False]] * 2
    assert found["shipment"] == ["labelled", "1Z1"]
    assert found["exceptions"] == 1
    assert found["method"] == [False, False]
    assert found["states"] == ["done", "cancel", "done"]


def _run(databases: Databases) -> dict:
    conf = configuration.write(
        paths.state("conf", f"{NAME}.conf"), databases.connection
    )
    given = [
        "shell",
        "-d",
        NAME,
        "--no-http",
        "--log-level=warn",
        "--max-cron-threads=0",
    ]
    result = subprocess.run(
        [paths.venv_python(), "-m", "odoo", *odoo_command.arguments(conf, given)],
        input=SCRIPT.read_text(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    match = re.search(r"RESULT (\S+) END", result.stdout)
    assert match, f"{result.stdout[-3000:]}\n{result.stderr[-6000:]}"
    assert not odoo_command.complaints(result.stderr)
    return json.loads(base64.b64decode(match.group(1)))
