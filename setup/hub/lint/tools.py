"""Ruff and pylint-odoo, run as programs of the project's environment."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hub import paths

# Of pylint-odoo: rules of a paid app store, a fixed place for the readme, and one
# against splitting a model by concern, which is what we do.
_LEFT_OUT = (
    "missing-readme,category-allowed-app,missing-odoo-file-app,"
    "manifest-required-key-app,missing-odoo-file,manifest-summary-multiline,"
    "consider-merging-classes-inherited,no-wizard-in-models"
)


def ruff(folders: Sequence[Path]) -> list[str]:
    """Style and likely bugs, then the format."""
    found = _lines(_program("ruff"), "check", "--output-format=concise", *folders)
    return found + _lines(
        _program("ruff"), "format", "--check", "--output-format=concise", *folders
    )


def pylint_odoo(addons: Sequence[Path]) -> list[str]:
    if not addons:
        return []
    options = [f"--rcfile={paths.PROJECT / '.pylintrc'}", f"--disable={_LEFT_OUT}"]
    return _lines(_program("pylint"), *options, "-j2", *addons)


def _program(name: str) -> Path:
    return paths.venv_python().with_name(name)


def _lines(*command: str | Path) -> list[str]:
    """What the program printed if it failed, nothing if it found nothing."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=paths.PROJECT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.returncode:
        return []
    text = (done.stdout + done.stderr).splitlines()
    return [line for line in text if line.strip() and not line.startswith("***")]
