"""Every addon has what a stranger expects of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from hub import addon_files

BUILD_BACKEND = "whool.buildapi"
MANIFEST = {"license": "LGPL-3", "author": "Logistics Hub contributors"}
README = "DESCRIPTION.md"
# OCA's fragments; each thing is said once, so there is no generated README.
FRAGMENTS = {
    README,
    "CONFIGURE.md",
    "INSTALL.md",
    "USAGE.md",
    "DEVELOP.md",
    "ROADMAP.md",
}


def check(folders: Sequence[Path]) -> list[str]:
    return [
        f"{folder.name}: {problem}"
        for folder in folders
        for problem in _problems(folder)
    ]


def _problems(folder: Path) -> Iterator[str]:
    yield from _readme_problems(folder)
    if not any(folder.glob("tests/**/test_*.py")):
        yield "has no tests (tests/test_*.py)"
    if not _builds_with_whool(folder / "pyproject.toml"):
        yield f"has no pyproject.toml with build-backend {BUILD_BACKEND}"
    manifest = addon_files.manifest(folder)
    for key, value in MANIFEST.items():
        if manifest.get(key) != value:
            yield f"the manifest's {key} is not {value!r}"
    if not str(manifest.get("version", "")).startswith("19.0."):
        yield "the manifest's version does not begin with 19.0."


def _readme_problems(folder: Path) -> Iterator[str]:
    fragments = {path.name for path in folder.glob("readme/*")}
    if README not in fragments:
        yield f"has no readme/{README}"
    for name in sorted(fragments - FRAGMENTS):
        yield f"readme/{name} is no fragment (known: {', '.join(sorted(FRAGMENTS))})"
    for path in sorted(folder.glob("README*")):
        yield f"{path.name}: the text belongs into readme/"


def _builds_with_whool(path: Path) -> bool:
    if not path.is_file():
        return False
    settings = tomllib.loads(path.read_text())
    return settings.get("build-system", {}).get("build-backend") == BUILD_BACKEND
