"""Fields of the backend that vendors add have labels of their own.

All vendors extend one model. Two fields with one label cannot be distinguished in a
filter or an export, and Odoo warns in the log: a vendor's label begins with its name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from hub import paths

from . import arrows

MODEL = "logistics.backend"
Label = tuple[str, str, str]


def check(folders: Sequence[Path]) -> list[str]:
    """Findings of these addons, compared with all the others."""
    everywhere = {folder.name: folder for folder in paths.addon_folders()}
    everywhere |= {folder.name: folder for folder in folders}
    known = {
        name: [
            label
            for path in sorted(folder.rglob("*.py"))
            if "tests" not in path.relative_to(folder).parts
            for label in labels(path.read_text())
        ]
        for name, folder in everywhere.items()
    }
    names = {folder.name for folder in folders}
    return [f for f in findings(known) if f.split(":")[0] in names]


def findings(known: dict[str, list[Label]]) -> list[str]:
    """Findings, given {addon: [(field, label, name of the vendor)]}."""
    found = []
    for addon, fields in sorted(known.items()):
        title = next((name for _field, _label, name in fields if name), "")
        others = {
            label.casefold(): other
            for other, theirs in known.items()
            if other != addon
            for _field, label, _name in theirs
        }
        for field, label, _name in fields:
            if not field:
                continue
            if other := others.get(label.casefold()):
                found.append(f"{addon}: {field}: {other} has the label “{label}” too")
            elif arrows.is_vendor(addon) and not _begins_with(label, title):
                found.append(f"{addon}: {field}: “{label}” does not begin with {title}")
    return found


def _begins_with(label: str, title: str) -> bool:
    """Whether a label begins with the first word of the vendor's name."""
    first = title.split(" ")[0]
    return label.split(" ")[0].casefold() == first.casefold()


def labels(source: str) -> Iterator[Label]:
    """Yield (field, label, "") of a file; ("", "", name) of a vendor's connector."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and _extends_backend(node):
            for child in node.body:
                if isinstance(child, ast.Assign) and isinstance(child.value, ast.Call):
                    yield from _read_field(child.targets[0], child.value)


def _extends_backend(node: ast.ClassDef) -> bool:
    return any(
        isinstance(child, ast.Assign)
        and isinstance(child.targets[0], ast.Name)
        and child.targets[0].id == "_inherit"
        and isinstance(child.value, ast.Constant)
        and child.value.value == MODEL
        for child in node.body
    )


def _read_field(target: ast.expr, call: ast.Call) -> Iterator[Label]:
    if not isinstance(target, ast.Name) or target.id.startswith("_"):
        return
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if added := given.get("selection_add"):
        for _code, name in ast.literal_eval(added):
            yield "", "", name
        return
    label = given.get("string")
    if isinstance(label, ast.Constant):
        yield target.id, str(label.value), ""
    elif label is None:
        yield target.id, _derive(target.id), ""


def _derive(field: str) -> str:
    """Return the label that Odoo makes of a field's name."""
    stem = field.removesuffix("_ids").removesuffix("_id")
    return stem.replace("_", " ").title()
