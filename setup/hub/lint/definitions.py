"""An addon defines each method of a model once.

Where two classes of one addon define the same method of the same model, the order of
imports decides which of them comes first. Overriding is for other addons.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from hub import paths

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Definition = tuple[str, str, str]


def check(folders: Sequence[Path]) -> list[str]:
    found = []
    for folder in folders:
        sources = {
            str(path.relative_to(paths.PROJECT)): path.read_text()
            for path in sorted(folder.rglob("*.py"))
            if "tests" not in path.relative_to(folder).parts
        }
        found += defined_twice(sources)
    return found


def defined_twice(sources: dict[str, str]) -> list[str]:
    """Findings for the files of one addon, given by name."""
    first: dict[tuple[str, str], str] = {}
    found = []
    for name, source in sources.items():
        for model, method, place in definitions(name, source):
            known = first.setdefault((model, method), place)
            if known != place:
                found.append(f"{place}: {model}.{method} is defined at {known} already")
    return found


def definitions(name: str, source: str) -> Iterator[Definition]:
    """Yield (model, method, file and line) of the model classes of a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and (model := _get_model(node)):
            for child in node.body:
                # A property and its setter are one definition.
                if isinstance(child, _FUNCTIONS) and not _is_setter(child):
                    yield model, child.name, f"{name}:{child.lineno}"


def _get_model(node: ast.ClassDef) -> str | None:
    """Return the name of the model a class defines or extends, None if it is none."""
    values = {
        target.id: _get_names(child.value)
        for child in node.body
        if isinstance(child, ast.Assign)
        for target in child.targets
        if isinstance(target, ast.Name) and target.id in ("_name", "_inherit")
    }
    names = values.get("_name") or values.get("_inherit") or []
    return names[0] if len(names) == 1 else None


def _get_names(value: ast.expr) -> list[str]:
    parts = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def _is_setter(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Attribute) and decorator.attr == "setter"
        for decorator in node.decorator_list
    )
