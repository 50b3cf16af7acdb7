"""Which Odoo 19 to use: one that is there, before one that must be fetched."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from hub import paths
from hub.failure import SetupFailure
from hub.machine import command

SERIES = "19.0"


@dataclass(frozen=True)
class OdooOrigin:
    """An Odoo and how it was found; ``root`` is what holds the ``odoo`` package."""

    kind: str
    root: Path

    @property
    def addons(self) -> list[Path]:
        """Its addon folders, outermost first."""
        both = [self.root / "addons", self.root / "odoo" / "addons"]
        return [path for path in both if path.is_dir()]

    @property
    def identity(self) -> str:
        """Changes when another Odoo, or another state of a checkout, is used."""
        if self.kind == "package":
            return "package " + _release_text(self.root)
        head = ""
        if (self.root / ".git").exists():
            head = command.output(["git", "-C", self.root, "rev-parse", "HEAD"]) or ""
        return f"{self.kind} {self.root} {head.strip()} {_release_text(self.root)}"


def _release_text(root: Path) -> str:
    try:
        return (root / "odoo" / "release.py").read_text()
    except FileNotFoundError:
        return ""


def _series(root: Path) -> str:
    match = re.search(r"^version_info = \((\d+), (\d+)", _release_text(root), re.M)
    return f"{match[1]}.{match[2]}" if match else ""


def preferred() -> OdooOrigin | None:
    """A checkout named by ODOO_SOURCE or an importable Odoo 19, if any."""
    if named := os.environ.get("ODOO_SOURCE"):
        root = Path(named).expanduser().resolve()
        if _series(root) != SERIES:
            raise SetupFailure(
                f"ODOO_SOURCE={named} is not an Odoo {SERIES} checkout.",
                "point it at the folder that holds odoo-bin, or unset it",
            )
        return OdooOrigin("checkout", root)
    found = command.output(
        [sys.executable, "-c", "import odoo.release as r; print(r.__file__)"],
        env={"PYTHONPATH": ""},
    )
    if found and _series(root := Path(found.strip()).parents[1]) == SERIES:
        return OdooOrigin("importable", root)
    return None


def remember(origin: OdooOrigin) -> None:
    """Note the choice: inside our own environment every Odoo is importable."""
    _record().write_text(json.dumps({"kind": origin.kind, "root": str(origin.root)}))


def chosen() -> OdooOrigin:
    """The Odoo that the install step chose."""
    try:
        noted = json.loads(_record().read_text())
    except FileNotFoundError:
        raise SetupFailure(
            "Odoo is not installed yet.", "run ./setup/install"
        ) from None
    return OdooOrigin(noted["kind"], Path(noted["root"]))


def _record() -> Path:
    return paths.state_folder() / "odoo-origin.json"
