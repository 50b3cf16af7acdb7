"""Which checks run on which folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from hub import paths

from . import (
    arrows,
    completeness,
    definitions,
    doors,
    labels,
    purity,
    rooms,
    scripts,
    sizes,
    tools,
    translations,
    xml_data,
)

Check = Callable[[Sequence[Path]], list[str]]
ON_ADDONS: dict[str, Check] = {
    "arrows between addons": arrows.check,
    "walls between rooms": rooms.check,
    "purity": purity.check,
    "completeness of addons": completeness.check,
    "doors": doors.check,
    "one definition of each method": definitions.check,
    "labels of connections": labels.check,
    "XML data": xml_data.check,
    "texts that can be translated": translations.texts,
    "templates of translations": translations.templates,
    "pylint-odoo": tools.pylint_odoo,
}
ON_ALL: dict[str, Check] = {
    "ruff": tools.ruff,
    "sizes": sizes.check,
    "scripts and host names": scripts.check,
}


def findings(addons: Sequence[str] | None = None) -> dict[str, list[str]]:
    """Findings by check; of the named addons alone, or of the whole project."""
    chosen = [
        folder
        for folder in paths.addon_folders()
        if addons is None or folder.name in addons
    ]
    everything = list(chosen)
    if addons is None:
        everything += [paths.PROJECT / "setup", paths.PROJECT / "tests"]
    found = {name: check(chosen) for name, check in ON_ADDONS.items()}
    return found | {name: check(everything) for name, check in ON_ALL.items()}
