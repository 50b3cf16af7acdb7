"""./setup/new_connector carrier|wms NAME [--title TITLE]: begin a vendor's connector.

Writes an addon that passes ./setup/lint and its own tests at once, against a small
partner inside the tests, and has Odoo export the template of its translations. Replace
the partner's words by the vendor's, step by step, as docs/add_a_carrier.md and
docs/add_a_warehouse.md say.
"""

from __future__ import annotations

import argparse
import sys

from hub import paths
from hub.scaffold import addon, formatting
from hub.translations.update import update

from .entry import guarded


@guarded
def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="setup/new_connector",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=sorted(addon.KINDS), help="what the vendor is")
    parser.add_argument("name", help="in small letters, such as dpd_fr")
    parser.add_argument("--title", help="as a person writes it, such as “DPD France”")
    options = parser.parse_args(arguments)
    title = options.title or options.name.replace("_", " ").title()
    files = addon.write(
        options.kind,
        options.name,
        title,
        paths.ADDONS,
        paths.PROJECT / "tests" / "contract",
        paths.PROJECT / "setup" / "partner_sandbox" / "dialects",
    )
    formatting.format_files(files)
    name = addon.get_addon(options.kind, options.name)
    print("\n".join(str(path.relative_to(paths.PROJECT)) for path in files))
    update([name])
    print(f"\nNext: ./setup/lint --addon {name} && ./setup/test --addon {name}")
    print(f"Then read docs/{addon.PAGES[options.kind]}.md")
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
