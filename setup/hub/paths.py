"""Where things are: the project, its state folder, the user's download cache."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ADDONS = PROJECT / "addons"


def state(*parts: str) -> Path:
    """A path in the folder that holds everything we build or run."""
    root = os.environ.get("LOGISTICS_STATE")
    base = Path(root).expanduser().resolve() if root else PROJECT / ".state"
    return base.joinpath(*parts)


def state_folder(*parts: str) -> Path:
    """Like ``state``, and the folder exists afterwards."""
    folder = state(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_folder(*parts: str) -> Path:
    """A folder for downloads only, shared by all clones of one user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base).joinpath("logistics-hub", *parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def venv_python() -> Path:
    return state("venv", "bin", "python")


def log_file(name: str) -> Path:
    return state_folder("log") / f"{name}.log"


def addon_folders() -> list[Path]:
    """Our addons, sorted by name; none is fine."""
    return sorted(path.parent for path in ADDONS.glob("*/__manifest__.py"))
