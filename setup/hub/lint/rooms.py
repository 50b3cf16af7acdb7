"""Walled rooms inside an addon: they use the other rooms, never the other way round.

A walled room could be an addon of its own. Nothing else in its addon imports from it,
names its models, or uses what it adds to the models of others, but for the hooks
listed here: the only calls that a reader of the other rooms has to know.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

# Addon -> walled room -> its hooks.
WALLS: dict[str, dict[str, frozenset[str]]] = {
    "logistics_carrier": {
        "freight": frozenset(),
        "customs": frozenset(
            {
                "_add_documents",
                "_get_customs_description",
                "_logistics_check_customs",
                "_logistics_find_document_problems",
                "_logistics_needs_customs",
                "_prepare_customs",
                "_prepare_rate_customs",
                "_request_documents",
                "_set_documents_sent",
                "_take_back_documents",
            }
        ),
    },
}
_LEFT_OUT = {"tests", "__pycache__", "static"}


def check(folders: Sequence[Path]) -> list[str]:
    return [
        f"{folder.name}/{finding}"
        for folder in folders
        for room, hooks in WALLS.get(folder.name, {}).items()
        for finding in breaches(_sources(folder), room, hooks)
    ]


def _sources(folder: Path) -> dict[str, str]:
    """{path in the addon: text} of its Python and XML files."""
    names = {path: path.relative_to(folder) for path in sorted(folder.rglob("*"))}
    return {
        str(name): path.read_text()
        for path, name in names.items()
        if path.suffix in (".py", ".xml") and not _LEFT_OUT & set(name.parts)
    }


def breaches(sources: Mapping[str, str], room: str, hooks: frozenset[str]) -> list[str]:
    """What files outside a room use of it, its hooks apart.

    :param sources: {path in the addon: text}; an XML file belongs to the room that
        its name begins with
    """
    inside, outside = {}, {}
    for path, text in sources.items():
        (inside if _is_inside(path, room) else outside)[path] = text
    trees = [ast.parse(text) for path, text in inside.items() if path.endswith(".py")]
    others = [ast.parse(text) for path, text in outside.items() if path.endswith(".py")]
    models = {name for tree in trees for name in _models(tree)}
    known = {name for tree in others for name, _cls in _members(tree)}
    added = {
        name
        for tree in trees
        for name, model in _members(tree)
        if model and model not in models and name not in known
    }
    walled = models | (added - hooks)
    return [
        f"{path}:{line}: uses {name} of the room {room}"
        for path, text in outside.items()
        if path != "__init__.py"
        for line, name in _uses(path, text, room, walled)
    ]


def _is_inside(path: str, room: str) -> bool:
    return path.startswith(f"{room}/") or Path(path).name.startswith(f"{room}_")


def _classes(tree: ast.Module) -> Iterator[tuple[ast.ClassDef, dict[str, object]]]:
    """Classes with their literal ``_name`` and ``_inherit``."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield (
                node,
                {
                    target.id: item.value.value
                    for item in node.body
                    if isinstance(item, ast.Assign)
                    and isinstance(item.value, ast.Constant)
                    for target in item.targets
                    if isinstance(target, ast.Name)
                },
            )


def _models(tree: ast.Module) -> Iterator[str]:
    """Names of the models that are made here."""
    yield from (str(own["_name"]) for _cls, own in _classes(tree) if "_name" in own)


def _members(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """(field or method, model or None) of classes; overrides add no name."""
    for node, own in _classes(tree):
        model = own.get("_name") or own.get("_inherit")
        for item in node.body:
            if isinstance(item, ast.FunctionDef) and not _calls_super(item):
                yield item.name, model
            elif isinstance(item, ast.Assign) and isinstance(item.value, ast.Call):
                yield from (
                    (target.id, model)
                    for target in item.targets
                    if isinstance(target, ast.Name)
                )


def _calls_super(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(function)
    )


def _uses(
    path: str, text: str, room: str, walled: set[str]
) -> Iterator[tuple[int, str]]:
    if path.endswith(".xml"):
        marks = walled | {f"model_{name.replace('.', '_')}" for name in walled}
        for number, line in enumerate(text.splitlines(), 1):
            yield from ((number, w) for w in re.findall(r"[\w.]+", line) if w in marks)
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and _target(path, node)[:1] == [room]:
            yield node.lineno, ".".join(_target(path, node))
        elif isinstance(node, ast.Attribute) and node.attr in walled:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # A model, or a path of fields as in `mapped` and domains.
            parts = {node.value, *node.value.split(".")}
            yield from ((node.lineno, name) for name in sorted(parts & walled))


def _target(path: str, node: ast.ImportFrom) -> list[str]:
    """Parts of the imported module's path in its addon; empty: another addon's."""
    if not node.level:
        return []
    here = list(Path(path).parts[: -node.level])
    names = node.module.split(".") if node.module else [n.name for n in node.names]
    return here + names
