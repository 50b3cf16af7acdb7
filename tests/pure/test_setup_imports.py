"""Modules below setup/ import each other in one direction only."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from hub import paths

SETUP = paths.PROJECT / "setup"


def module_of(path: Path) -> str:
    parts = path.relative_to(SETUP).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Every dotted name that the file imports, also for type checks or late."""
    here = list(path.relative_to(SETUP).parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return found


def graph(packages: tuple[str, ...]) -> dict[str, set[str]]:
    files = {
        module_of(path): path
        for package in packages
        for path in (SETUP / package).rglob("*.py")
        if "addons" not in path.parts[len(SETUP.parts) :]
    }
    # A package's own file is read before each of its modules: not a circle.
    return {
        name: {
            other
            for other in imported(path) & files.keys()
            if other != name and not name.startswith(f"{other}.")
        }
        for name, path in files.items()
    }


@pytest.mark.parametrize("package", ["hub", "partner_sandbox", "proof"])
def test_no_circles(package):
    modules = graph((package,))
    assert len(modules) > 20
    try:
        TopologicalSorter(modules).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_servers_and_install_know_nothing_of_commands_and_proof():
    for name in graph(("hub",)):
        if name.startswith(("hub.install", "hub.server", "hub.machine")):
            path = SETUP / (name.replace(".", "/") + ".py")
            if path.is_file():
                wrong = [
                    other
                    for other in imported(path)
                    if other.startswith(("hub.commands", "hub.testing", "proof"))
                ]
                assert not wrong, (name, wrong)


def test_the_sandbox_shares_no_code():
    for path in (SETUP / "partner_sandbox").rglob("*.py"):
        wrong = [
            name
            for name in imported(path)
            if name.split(".")[0] in ("hub", "proof", "odoo")
        ]
        assert not wrong, (path, wrong)
