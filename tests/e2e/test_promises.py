"""The engine's promises, in the quick sizes of the chaos program, on real parts."""

import json
import subprocess
import sys
from pathlib import Path

from hub import paths
from hub.machine import processes
from proof.chaos.rows import ROWS


def test_a_quick_run_holds_and_leaves_no_process():
    done = subprocess.run(
        [sys.executable, "-m", "hub.commands.chaos", "--quick", "--json"],
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-6000:]
    result = json.loads(done.stdout.splitlines()[-1])
    played = {str(n) for n in ROWS}
    assert result["checks"].keys() == played
    assert all(check["pass"] for check in result["checks"].values())
    assert result["checks"]["5"]["figures"]["kills"] == 10
    for name in ("chaos-odoo-a", "chaos-odoo-b", "chaos-partner", "chaos-sandbox"):
        assert processes.find(name) is None
    data = str(paths.state("postgres", "chaos", "data")).encode()
    assert not [
        path for path in Path("/proc").glob("[0-9]*/cmdline") if data in _read(path)
    ]


def _read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
