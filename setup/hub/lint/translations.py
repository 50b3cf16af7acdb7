"""Templates of translations are current; errors carry texts that can be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from hub import paths
from hub.translations import template

_PLACEHOLDER = re.compile(r"%\((\w+)\)")


def templates(folders: Sequence[Path]) -> list[str]:
    """Missing and stale templates."""
    return [
        f"{template.path(folder).relative_to(paths.PROJECT)} {problem}: run ./setup/pot"
        for folder in folders
        if (problem := template.problem(folder))
    ]


def texts(folders: Sequence[Path]) -> list[str]:
    """Texts of errors that are not marked, and marked ones that cannot be said."""
    everywhere = _sources(paths.addon_folders())
    errors = error_classes(everywhere.values())
    found = []
    for folder in folders:
        for name, source in _sources([folder]).items():
            found += [f"{name}:{line}" for line in unmarked(source, errors)]
    return found


def _sources(folders: Sequence[Path]) -> dict[str, str]:
    return {
        str(path.relative_to(paths.PROJECT)): path.read_text()
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if "tests" not in path.relative_to(folder).parts
    }


def error_classes(sources: Iterator[str] | Sequence[str]) -> set[str]:
    """The names of all classes below ``LogisticsError``."""
    bases: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                bases.setdefault(node.name, set()).update(map(_name, node.bases))
    known = {"LogisticsError"}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return known


def unmarked(source: str, errors: set[str]) -> Iterator[str]:
    """Yield "line: finding" of a file."""
    tree = ast.parse(source)
    everywhere = _assigned(tree)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.Module):
            assigned = {**everywhere, **_assigned(function)}
            for node in _own_nodes(function):
                for text in _texts(node, errors):
                    for plain in _plain(text, assigned):
                        yield (
                            f"{plain.lineno}: a person may read this text: mark it "
                            "with _lt"
                        )
                if isinstance(node, ast.Call) and _name(node.func) == "_lt":
                    yield from _wrong_marks(node)


def _texts(node: ast.AST, errors: set[str]) -> Iterator[ast.expr]:
    """What an error says: its cause and its remedy."""
    if isinstance(node, ast.Call):
        if _name(node.func) in errors:
            yield from node.args[:1]
        yield from (word.value for word in node.keywords if word.arg == "remedy")
    elif isinstance(node, ast.ClassDef) and node.name in errors:
        yield from _assigned(node).get("remedy", [])


def _plain(text: ast.expr, assigned: dict[str, list[ast.expr]]) -> Iterator[ast.expr]:
    if isinstance(text, ast.JoinedStr | ast.BinOp) or (
        isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value
    ):
        yield text
    elif isinstance(text, ast.IfExp):
        yield from _plain(text.body, assigned)
        yield from _plain(text.orelse, assigned)
    elif isinstance(text, ast.BoolOp):
        for value in text.values:
            yield from _plain(value, assigned)
    elif isinstance(text, ast.Name):
        for value in assigned.get(text.id, ()):
            yield from _plain(value, {})


def _wrong_marks(node: ast.Call) -> Iterator[str]:
    source = node.args[0] if node.args else None
    if not isinstance(source, ast.Constant):
        yield f"{node.lineno}: _lt takes the text itself, no f-string and no variable"
    elif node.keywords:
        wanted = set(_PLACEHOLDER.findall(str(source.value)))
        given = {str(word.arg) for word in node.keywords}
        if wanted != given:
            names = ", ".join(sorted(wanted ^ given))
            yield f"{node.lineno}: placeholders and arguments differ: {names}"


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function or module without those of functions in it."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)


def _assigned(scope: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    nodes = scope.body if isinstance(scope, ast.ClassDef) else _own_nodes(scope)
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return found


def _name(node: ast.expr) -> str:
    return getattr(node, "id", None) or getattr(node, "attr", "")
