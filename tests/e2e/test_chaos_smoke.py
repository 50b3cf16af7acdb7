"""The chaos program runs, proves something and leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

from hub import paths, processes

ROWS = (3, 5, 9)


def test_a_tiny_run_holds_and_leaves_no_process():
    only = [word for row in ROWS for word in ("--only", str(row))]
    done = subprocess.run(
        [sys.executable, "-m", "hub.commands.chaos", "--tiny", "--json", *only],
        cwd=paths.PROJECT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["checks"].keys() == {str(row) for row in ROWS}
    assert result["checks"]["5"]["figures"]["kills"] == 2
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
