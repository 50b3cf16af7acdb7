"""A template as it is kept in the repository: the same sources, the same bytes."""

from __future__ import annotations

import re
from pathlib import Path

from . import sources

_DIGEST = re.compile(r'^"X-Sources: (\w+)\\n"$', re.MULTILINE)
SERIES = "Odoo Server 19.0"


def path(addon: Path) -> Path:
    return addon / "i18n" / f"{addon.name}.pot"


def problem(addon: Path) -> str | None:
    """What is wrong with the template of an addon, if anything."""
    file = path(addon)
    if not file.exists():
        return "is missing"
    found = _DIGEST.search(file.read_text()[:2000])
    if not found or found[1] != sources.digest(addon):
        return "is older than the texts of the addon"
    return None


def write(addon: Path, exported: Path) -> None:
    """Keep what Odoo exported, without times, with the digest of the sources."""
    import polib

    file = polib.pofile(str(exported))
    file.header = f"Translation of {SERIES}.\nThis file contains the translation of"
    file.header += f" the following modules:\n\t* {addon.name}\n"
    file.metadata = {
        "Project-Id-Version": SERIES,
        "Report-Msgid-Bugs-To": "",
        "Last-Translator": "",
        "Language-Team": "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "",
        "Plural-Forms": "",
        "X-Sources": sources.digest(addon),
    }
    path(addon).parent.mkdir(exist_ok=True)
    path(addon).write_text(f"{file}\n".replace("\n\n\n", "\n\n"))
