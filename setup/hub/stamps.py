"""Content hashes that show whether a built thing is still current."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(values: Iterable[str | bytes]) -> str:
    """Twelve hexadecimal digits over the values, in their order."""
    total = hashlib.sha256()
    for value in values:
        data = value.encode() if isinstance(value, str) else value
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:12]


def files_digest(files: Iterable[Path], root: Path, extra: Iterable[str] = ()) -> str:
    """Digest over relative names and contents; a file gone meanwhile is absent."""
    values: list[str | bytes] = list(extra)
    for path in sorted(files):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        values += [str(path.relative_to(root)), content]
    return digest(values)
