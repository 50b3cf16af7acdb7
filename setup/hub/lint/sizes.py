"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from hub import paths

FILE_LINES = 400
FUNCTION_LINES = 50
SCRIPT_LINES = 150
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def check(folders: Sequence[Path]) -> list[str]:
    found = []
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            name = str(path.relative_to(paths.PROJECT))
            found += [f"{name}{text}" for text in too_long(path.read_text())]
        for path in sorted(folder.glob("static/src/**/*.js")):
            lines = len(path.read_text().splitlines())
            if lines > SCRIPT_LINES:
                name = path.relative_to(paths.PROJECT)
                found.append(f"{name}: {lines} lines, stop at {SCRIPT_LINES}")
    return found


def too_long(source: str) -> list[str]:
    """Findings for one Python file, each beginning with ':' and its line."""
    found = []
    lines = len(source.splitlines())
    if lines > FILE_LINES:
        found.append(f":1: {lines} lines, stop at {FILE_LINES}")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _FUNCTIONS) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                text = f"{node.name} has {length} lines, stop at {FUNCTION_LINES}"
                found.append(f":{node.lineno}: {text}")
    return found
