"""The arrows between addons go down only (see DESIGN, "Addons").

A rule names an addon by a pattern and lists what it may depend on, apart from
Odoo's own base modules. Everything that is no rule is forbidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hub import addon_files

ALWAYS = {"base", "web", "bus", "mail"}
WMS_NEEDS = {"sale_stock", "purchase_stock", "stock_delivery", "stock_picking_batch"}
# In this order: the first pattern that matches is the rule.
RULES: tuple[tuple[str, set[str]], ...] = (
    (r"logistics_core", {"queue_job"}),
    (
        r"logistics_wms",
        {"logistics_core", "sale_management", "product_expiry", *WMS_NEEDS},
    ),
    (r"logistics_carrier", {"logistics_core", "stock_delivery"}),
    (r"logistics_wms_carrier", {"logistics_wms", "logistics_carrier"}),
    (r"logistics_tower", {"logistics_wms", "logistics_carrier", "portal"}),
    (r"logistics_transport_\w+", {"logistics_core"}),
    (r"logistics_format_\w+", {"logistics_wms"}),
    (r"logistics_wms_(?P<vendor>\w+)_carrier", {"logistics_wms_carrier"}),
    (r"logistics_wms_\w+", {"logistics_wms"}),
    (r"logistics_carrier_\w+", {"logistics_carrier"}),
)
SHARED = re.compile(
    r"logistics_(core|wms|carrier|wms_carrier|tower|transport_\w+|format_\w+)"
)
_OURS_IMPORTED = re.compile(r"odoo\.addons\.(logistics_\w+)")


def check(folders: Sequence[Path]) -> list[str]:
    """Findings for addon folders: manifests first, then imports."""
    depends = {
        folder.name: addon_files.manifest(folder).get("depends", [])
        for folder in folders
    }
    found = violations(depends)
    for folder in folders:
        below = set(addon_files.closure([folder.name]))
        for path in sorted(folder.rglob("*.py")):
            found += [
                f"{folder.name}/{path.relative_to(folder)}: {problem}"
                for problem in import_problems(folder.name, path.read_text(), below)
            ]
    return found


def violations(depends: Mapping[str, Iterable[str]]) -> list[str]:
    """Forbidden dependencies, given each addon's ``depends``."""
    found = []
    for addon, needs in sorted(depends.items()):
        allowed = allowed_for(addon)
        if allowed is None:
            found.append(f"{addon}: no rule in setup/hub/lint/arrows.py names it")
            continue
        for need in sorted(set(needs) - allowed - ALWAYS):
            found.append(f"{addon}: may not depend on {need}")
    return found


def allowed_for(addon: str) -> set[str] | None:
    """What an addon may depend on; what joins a vendor to carriers, on its vendor."""
    for pattern, allowed in RULES:
        if found := re.fullmatch(pattern, addon):
            vendor = found.groupdict().get("vendor")
            return allowed | ({f"logistics_wms_{vendor}"} if vendor else set())
    return None


def is_vendor(addon: str) -> bool:
    """True for a vendor's connector, which nothing else may know."""
    return addon.startswith("logistics_") and not SHARED.fullmatch(addon)


def import_problems(addon: str, source: str, below: set[str]) -> list[str]:
    """Imports of addons that are not below, and queue_job outside the engine."""
    found = [
        f"imports {other}, which it does not depend on"
        for other in sorted(set(_OURS_IMPORTED.findall(source)) - below)
    ]
    if addon != "logistics_core" and re.search(r"\bqueue_job\b|\bwith_delay\b", source):
        found.append("only logistics_core may use queue_job")
    return found
