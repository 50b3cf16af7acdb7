"""./setup/odoo ARGS: Odoo's own command line with this project's configuration.

Examples: ./setup/odoo shell -d dev
          ./setup/odoo -d dev -u logistics_core --stop-after-init
"""

from __future__ import annotations

import os
import sys

from hub import paths
from hub.server import configuration, odoo_command, postgres

from .entry import guarded


@guarded
def run(arguments: list[str]) -> int:
    conf = configuration.write(paths.state("conf", "odoo.conf"), postgres.ensure())
    python = str(paths.venv_python())
    given = odoo_command.arguments(conf, arguments)
    os.execv(python, [python, "-m", "odoo", *given])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
