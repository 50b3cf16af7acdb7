"""Translators, canonical forms, tables and tools run without Odoo.

They may import each other, across addons too; ``odoo.addons.<ours>.<pure module>``
is a name for a pure module, not a use of Odoo. A room of an addon has its own tools.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

PURE_NAMES = (
    "translator",
    "canonical",
    "const",
    "errors",
    "texts",
    "envelope",
    "tools",
)
_PURE_IMPORT = re.compile(
    rf"odoo\.addons\.logistics_\w+\.(({'|'.join(PURE_NAMES)})|\w+\.tools)(\.|$)"
)


def check(folders: Sequence[Path]) -> list[str]:
    return [
        f"{folder.name}/{path.relative_to(folder)}: imports {name}; it must stay pure"
        for folder in folders
        for path in pure_files(folder)
        for name in odoo_imports(path.read_text())
        + relative_imports(path.relative_to(folder), path.read_text())
    ]


def pure_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if _is_pure(path.relative_to(folder).with_suffix("").parts):
            yield path


def _is_pure(parts: Sequence[str]) -> bool:
    """Whether a module of an addon, or of one of its rooms, has to be pure."""
    return parts[0] in PURE_NAMES or (parts[0] != "tests" and "tools" in parts[1:2])


def odoo_imports(source: str) -> list[str]:
    """Names imported from Odoo that are not one of our own pure modules."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [
        name
        for name in names
        if name.split(".")[0] == "odoo" and not _PURE_IMPORT.match(name)
    ]


def relative_imports(path: Path, source: str) -> list[str]:
    """Modules of the same addon that a pure file imports and that are not pure."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            here = path.parts[: -node.level]
            modules = (
                [(*here, *node.module.split("."))]
                if node.module
                else [(*here, alias.name) for alias in node.names]
            )
            found += [".".join(parts) for parts in modules if not _is_pure(parts)]
    return found
