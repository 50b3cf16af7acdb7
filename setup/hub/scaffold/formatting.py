"""The project's own format for files that were written by a program."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from hub import paths


def format_files(files: Iterable[Path]) -> None:
    """Sort imports and wrap lines: a vendor's name may be long."""
    ruff = paths.venv_python().with_name("ruff")
    sources = [str(path) for path in files if path.suffix == ".py"]
    settings = ["--config", str(paths.PROJECT / "pyproject.toml")]
    fix = ["check", "--fix", "--quiet", "--select", "I"]
    for command in (fix, ["format", "--quiet"]):
        subprocess.run([str(ruff), *command, *settings, *sources], check=True)
