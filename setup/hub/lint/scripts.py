"""Shell entry files parse, and nothing committed names a machine or a registry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from hub import paths
from hub.machine import command

# Written in parts so that this file does not find itself.
_HOSTS = re.compile(
    r"\b("
    + "|".join(["pypi" + r"\.org", r"python" + "hosted", "deb" + r"\.debian"])
    + r"|registry"
    + r"\.npmjs)"
)
_TEXT = {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".conf", ".cfg", ".example"}
_SKIPPED = {".state", ".git", "node_modules", "__pycache__"}


def check(folders: Sequence[Path]) -> list[str]:
    unparsed = [
        f"setup/{path.name}: bash cannot parse it"
        for path in paths.PROJECT.glob("setup/*")
        if _is_script(path) and command.output(["bash", "-n", path]) is None
    ]
    naming = [
        f"{path}: names a package registry's host"
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if _is_text(path) and _HOSTS.search(path.read_text(errors="replace"))
    ]
    return unparsed + naming


def _is_script(path: Path) -> bool:
    return path.is_file() and path.read_bytes().startswith(b"#!")


def _is_text(path: Path) -> bool:
    return path.suffix in _TEXT and path.is_file() and not _skipped(path)


def _skipped(path: Path) -> bool:
    return bool(_SKIPPED & set(path.relative_to(paths.PROJECT).parts))
