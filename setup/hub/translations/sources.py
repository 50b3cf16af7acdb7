"""What can be translated in an addon's sources, found without running them.

It need not be the list of terms, only change whenever that list does: then a template
that was made of other sources is recognised in a second, without a database.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from hub import stamps

_MARKS = {"_", "_lt"}
# Of a field: what Odoo shows of it. Its label is made of its name where it has none.
_SHOWN = {"string", "help", "selection", "selection_add"}
_OF_MODEL = {"_name", "_inherit", "_description"}
_ATTRIBUTES = (
    "id",
    "name",
    "string",
    "help",
    "placeholder",
    "confirm",
    "confirm-title",
    "confirm-label",
    "cancel-label",
    "title",
    "label",
    "aria-label",
    "alt",
    "sum",
    "avg",
    "data-tooltip",
    "value",
)


def digest(addon: Path) -> str:
    """Changes when something that can be translated may have changed."""
    return stamps.digest(_collect(addon))


def _collect(addon: Path) -> Iterator[str]:
    for path in sorted(addon.rglob("*")):
        inside = path.relative_to(addon)
        if {"tests", "i18n", "__pycache__"} & set(inside.parts):
            continue
        if path.suffix == ".py" and path.name != "__manifest__.py":
            found = sorted(of_python(path.read_text()))
        elif path.suffix == ".xml":
            found = list(of_xml(path.read_bytes()))
        else:
            continue
        if found:
            # The template names the file of a term.
            yield str(inside)
            yield from found


def of_python(source: str) -> Iterator[str]:
    """Yield marked terms, fields with labels, models, and lists of choices."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _MARKS and node.args:
            yield f"term {ast.dump(node.args[0])}"
        elif isinstance(node, ast.ClassDef):
            yield from _of_class(node)
    for node in tree.body:
        if isinstance(node, ast.Assign) and _is_choices(node.value):
            yield f"choices {ast.dump(node)}"


def _of_class(node: ast.ClassDef) -> Iterator[str]:
    for child in node.body:
        if not isinstance(child, ast.Assign):
            continue
        target = ast.unparse(child.targets[0])
        if target in _OF_MODEL:
            yield f"model {node.name} {target} {ast.dump(child.value)}"
        elif isinstance(child.value, ast.Call):
            shown = [ast.dump(argument) for argument in child.value.args]
            shown += [
                ast.dump(word) for word in child.value.keywords if word.arg in _SHOWN
            ]
            kind = ast.unparse(child.value.func)
            yield f"field {node.name} {target} {kind} {' '.join(shown)}"


def _name(function: ast.expr) -> str:
    return getattr(function, "id", None) or getattr(function, "attr", "")


def _is_choices(value: ast.expr) -> bool:
    """A list or tuple of pairs of strings, as selections are."""
    return (
        isinstance(value, ast.List | ast.Tuple)
        and bool(value.elts)
        and all(
            isinstance(pair, ast.Tuple)
            and len(pair.elts) == 2
            and all(isinstance(part, ast.Constant) for part in pair.elts)
            for pair in value.elts
        )
    )


def of_xml(content: bytes) -> Iterator[str]:
    """Yield texts and shown attributes, in their order."""
    for element in etree.fromstring(content).iter(etree.Element):
        attributes = [
            f"{name}={element.get(name)}"
            for name in _ATTRIBUTES
            if element.get(name) is not None
        ]
        texts = [element.text, *(child.tail for child in element)]
        words = [" ".join(text.split()) for text in texts if text and text.strip()]
        if attributes or words:
            yield " ".join([str(element.tag), *attributes, *words])
