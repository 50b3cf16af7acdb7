"""What the addons in this repository are: manifests, dependencies, contents."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from hub.failure import SetupFailure

from . import paths, stamps

# Not part of what is installed into a database.
_LEFT_OUT = {"tests", "static", "readme", "__pycache__"}


def manifest(folder: Path) -> dict:
    """The manifest as data; it is never executed."""
    return ast.literal_eval((folder / "__manifest__.py").read_text())


def closure(names: Iterable[str] | None = None) -> list[str]:
    """The named addons (all when None) and those of ours below them, sorted."""
    ours = {folder.name: folder for folder in paths.addon_folders()}
    waiting = list(ours if names is None else names)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if name not in ours:
            raise SetupFailure(
                f"There is no addon {name} in addons/.",
                f"name one of: {', '.join(ours) or '(none yet)'}",
            )
        found.add(name)
        waiting += [n for n in manifest(ours[name]).get("depends", []) if n in ours]
    return sorted(found)


def digest(names: Iterable[str]) -> str:
    """Changes when what these addons put into a database may have changed."""
    return stamps.files_digest(_installed_files(names), paths.ADDONS)


def _installed_files(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        for path in (paths.ADDONS / name).rglob("*"):
            inside = path.relative_to(paths.ADDONS / name)
            left_out = _LEFT_OUT & set(inside.parts) or path.suffix == ".pot"
            if path.is_file() and not left_out:
                yield path
