"""Odoo's command line as a file of its own.

With workers, Odoo starts its websocket process from the path it was started by,
and ``python -m odoo`` has none that can be started: it then tries again for ever.
"""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
