"""What only one file of the suite may use: each has its door."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hub import paths


@dataclass(frozen=True)
class Door:
    """One file through which something is used.

    :ivar what: in words, for the finding
    :ivar path: the file, below the addons
    :ivar signs: by which a use is recognised in Python source
    """

    what: str
    path: str
    signs: re.Pattern[str]


DOORS = (
    Door(
        "queue_job",
        "logistics_core/engine/job_queue.py",
        re.compile(
            r"addons\.queue_job\b|addons import queue_job\b"
            r"|\.with_delay\(|\.delayable\("
            r"|[\"']queue\.job[\"'.]|\b(from|join|update|into)\s+queue_job",
            re.IGNORECASE,
        ),
    ),
    Door(
        "advisory locks",
        "logistics_core/engine/lane/locks.py",
        re.compile(r"pg_(try_)?advisory_"),
    ),
    Door(
        "XML and CSV of partners",
        "logistics_core/tools/bounded.py",
        re.compile(
            r"\bcsv\.(reader|DictReader)\(|\betree\.(parse|fromstring|XMLParser)\("
        ),
    ),
    Door(
        "JSON of an answer",
        "logistics_core/connectors/http.py",
        re.compile(r"\b(response|answer)\.json\(\)"),
    ),
    Door(
        "PDFs and pictures",
        "logistics_carrier/tools/file_process.py",
        re.compile(
            r"^[ \t]*(from|import) (PIL|pypdf|PyPDF2)\b"
            r"|from odoo\.tools(\.| import )(pdf|image)\b",
            re.MULTILINE,
        ),
    ),
)


def check(folders: Sequence[Path]) -> list[str]:
    return [
        f"{path.relative_to(paths.PROJECT)}{problem}"
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if "tests" not in path.relative_to(folder).parts
        for problem in beside_doors(
            str(path.relative_to(folder.parent)), path.read_text()
        )
    ]


def beside_doors(name: str, source: str) -> list[str]:
    """Findings for one file (its name below the addons): ':', line and problem."""
    return [
        f":{source.count(chr(10), 0, found.start()) + 1}: {door.what}: use {door.path}"
        for door in DOORS
        if door.path != name
        for found in door.signs.finditer(source)
    ]
