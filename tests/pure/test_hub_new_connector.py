"""./setup/new_connector writes an addon that passes the lint at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from hub import paths
from hub.failure import SetupFailure
from hub.lint import suite
from hub.scaffold import addon, formatting

LINKS = (".pylintrc", ".state", "pyproject.toml", "setup")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, of links, into which an addon can be written."""
    for name in LINKS:
        (tmp_path / name).symlink_to(paths.PROJECT / name)
    (tmp_path / "addons").mkdir()
    for folder in paths.addon_folders():
        (tmp_path / "addons" / folder.name).symlink_to(folder)
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    monkeypatch.setattr(paths, "ADDONS", tmp_path / "addons")
    return tmp_path


def write(project: Path, kind: str, name: str, title: str) -> list[Path]:
    files = addon.write(
        kind,
        name,
        title,
        project / "addons",
        project / "tests" / "contract",
        project / "dialects",
    )
    formatting.format_files(files)
    return files


@pytest.mark.parametrize(
    ("kind", "name", "title"),
    [
        ("carrier", "acme_parcels_of_the_far_north", "Acme Parcels of the Far North"),
        ("wms", "zed", "Zed"),
    ],
)
def test_what_the_scaffold_writes_passes_the_lint(project, kind, name, title):
    files = write(project, kind, name, title)
    folder = addon.get_addon(kind, name)
    found = suite.findings([folder])
    # Odoo itself writes the template of translations, at the end of the command.
    [missing] = found.pop("templates of translations")
    assert missing.endswith(f"{folder}.pot is missing: run ./setup/pot")
    assert not {check: lines for check, lines in found.items() if lines}
    contract = project / "tests" / "contract" / f"test_{folder}_contract.py"
    assert contract in files
    outside = [contract, *(path for path in files if path.parent.name == "dialects")]
    assert len(outside) == (2 if kind == "carrier" else 1)
    assert not suite.tools.ruff(outside)


def test_an_addon_of_the_scaffold_is_small(project):
    files = write(project, "carrier", "acme", "Acme")
    edited = [p for p in files if p.name not in ("__init__.py", "pyproject.toml")]
    lines = sum(len(path.read_text().splitlines()) for path in edited)
    assert (len(edited), lines < 700) == (8, True)


def test_no_word_between_signs_is_left(project):
    for kind in addon.KINDS:
        for path in write(project, kind, "acme", "Acme"):
            assert "@@" not in path.read_text()
            if path.suffix == ".py":
                ast.parse(path.read_text())


@pytest.mark.parametrize(
    "name", ["", "Acme", "acme-x", "a__b", "9acme", "class", "carrier", "a" * 31]
)
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(SetupFailure):
        addon.get_addon("carrier", name)


def test_an_addon_that_is_there_is_left_alone(project):
    write(project, "wms", "acme", "Acme")
    with pytest.raises(SetupFailure, match="already"):
        write(project, "wms", "acme", "Acme")
