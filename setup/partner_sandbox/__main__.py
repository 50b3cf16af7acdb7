"""Command line: ``python -m partner_sandbox --port 0``.

Prints one JSON line on standard output once it listens; logs go to standard error.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from .core.app import SandboxApp
from .core.transport import SandboxServer
from .core.world import World
from .dialects import CONTROLS, DIALECTS


def read_arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line's options."""
    default = os.environ.get("CONTRACTS_DIR") or "../shared/contracts"
    parser = argparse.ArgumentParser(prog="partner_sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--contracts-dir", type=Path, default=Path(default))
    parser.add_argument("--token", default="sandbox-token", help="bearer token wanted")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds per step")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(argv)


def announce(server: SandboxServer, app: SandboxApp) -> None:
    """The one line on standard output."""
    line = {
        "url": server.url,
        "dialects": {name: f"{server.url}/{name}" for name in app.dialects},
        "contracts": all(d.has_contract for d in app.dialects.values()),
    }
    print(json.dumps(line), flush=True)


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    options = read_arguments(argv)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(levelname)s %(name)s %(message)s",
    )
    world = World(options.token, options.seed, options.contracts_dir, options.delay)
    app = SandboxApp(world, DIALECTS, CONTROLS)
    server = SandboxServer((options.host, options.port), app)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    world.start()
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    announce(server, app)
    stop.wait()
    server.stopping = True
    server.shutdown()
    world.stop()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
