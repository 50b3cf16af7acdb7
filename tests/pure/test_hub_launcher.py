"""A server that ended is started again, by itself or by its supervisor."""

import os
import subprocess
import sys
import time
from pathlib import Path

from hub.machine import processes
from hub.server import odoo_launcher

LAUNCHER = Path(odoo_launcher.__file__)
# What Odoo does when a request exceeds its limit and there are no workers.
REEXEC = f"""
import os, runpy, sys
if len(sys.argv) == 1:
    runpy.run_path({str(LAUNCHER)!r})["be_found_again"]()
    name = os.path.basename(sys.executable)
    os.execve(sys.executable, [name, __file__, "again"], os.environ)
print(sys.prefix)
import lxml
"""


def test_a_server_that_starts_itself_again_finds_its_environment(tmp_path):
    script = tmp_path / "server.py"
    script.write_text(REEXEC)
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        check=False,
    )
    assert done.stdout.strip() == sys.prefix, done.stderr


def supervise(tmp_path, monkeypatch, body):
    """Start a supervisor of a script that writes a line at each start."""
    monkeypatch.setenv("LOGISTICS_STATE", str(tmp_path))
    starts = tmp_path / "starts"
    starts.touch()
    script = tmp_path / "server.py"
    script.write_text(
        f"import os, sys, time\nopen({str(starts)!r}, 'a').write('x')\n{body}"
    )
    code = (
        f"import sys; from hub.server import odoo_launcher as it;"
        f" it.TRIAL_SECONDS = 0; sys.exit(it.Supervisor([sys.executable,"
        f" {str(script)!r}]).run())"
    )
    process = processes.spawn("supervised", [sys.executable, "-c", code])
    return process, lambda: len(starts.read_text())


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def test_a_server_that_died_is_started_again(tmp_path, monkeypatch):
    process, count = supervise(tmp_path, monkeypatch, "os.kill(os.getpid(), 9)")
    assert wait_for(lambda: count() >= 2)
    assert process.alive
    process.stop()


def test_a_server_that_is_asked_to_end_is_not_started_again(tmp_path, monkeypatch):
    process, count = supervise(tmp_path, monkeypatch, "time.sleep(60)")
    assert wait_for(lambda: count() == 1)
    process.stop()
    assert not process.alive
    assert count() == 1
    assert not [p for p in Path("/proc").glob("[0-9]*/cmdline") if _runs(p, tmp_path)]


def _runs(path, folder):
    try:
        return os.fsencode(str(folder)) in path.read_bytes()
    except OSError:
        return False


def test_a_server_that_cannot_start_is_given_up():
    code = (
        "import sys; from hub.server import odoo_launcher as it;"
        " it.TRIAL_SECONDS = 60; command = [sys.executable, '-c', 'exit(3)'];"
        " sys.exit(it.Supervisor(command).run())"
    )
    assert subprocess.call([sys.executable, "-c", code]) == 3
