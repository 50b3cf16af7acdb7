"""Translators, canonical forms, tables and tools run without Odoo.

They may import each other, across addons too; ``odoo.addons.<ours>.<pure module>``
is a name for a pure module, not a use of Odoo.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

PURE_FILES = ("translator.py", "canonical.py", "const.py", "errors.py", "envelope.py")
_PURE_IMPORT = re.compile(
    r"odoo\.addons\.logistics_\w+\.(translator|canonical|const|errors|envelope|tools)"
    r"(\.|$)"
)


def check(folders: Sequence[Path]) -> list[str]:
    return [
        f"{folder.name}/{path.relative_to(folder)}: imports {name}; it must stay pure"
        for folder in folders
        for path in pure_files(folder)
        for name in odoo_imports(path.read_text())
    ]


def pure_files(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in PURE_FILES if (folder / name).is_file())
    yield from sorted((folder / "tools").rglob("*.py"))


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
