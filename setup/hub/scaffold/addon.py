"""Write a new connector's addon from templates: it passes lint and its own tests.

A template is a file of `templates/` whose name ends in `.txt`; `@@name@@` and the other
words between `@@` are replaced. `common` is for every connector.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from hub.failure import SetupFailure

TEMPLATES = Path(__file__).parent / "templates"
KINDS = {"carrier": "logistics_carrier_", "wms": "logistics_wms_"}
PAGES = {"carrier": "add_a_carrier", "wms": "add_a_warehouse"}
# Names that would be taken for an addon of the hub's own.
RESERVED = {"carrier", "core", "tower", "wms"}
_WORD = re.compile(r"@@(\w+)@@")


def get_addon(kind: str, name: str) -> str:
    """Return the addon's name.

    :raises SetupFailure: the connector's name is not one
    """
    plain = re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)
    if not plain or len(name) > 30 or keyword.iskeyword(name) or name in RESERVED:
        raise SetupFailure(
            f"“{name}” is not a name of a connector.",
            "use small letters, digits and single underscores, such as dpd_fr",
        )
    if kind == "wms" and name.endswith("_carrier"):
        raise SetupFailure(
            f"“{name}” is the name of an addon that joins a warehouse to carriers.",
            "leave out _carrier",
        )
    return f"{KINDS[kind]}{name}"


def write(
    kind: str, name: str, title: str, addons: Path, contract_tests: Path, dialects: Path
) -> list[Path]:
    """Write the addon, its contract test and a carrier's dialect; return the files.

    :param addons: folder of the addons
    :param contract_tests: folder of the contract tests
    :param dialects: folder of the partner sandbox's dialects
    :raises SetupFailure: the name is not one, or the addon is there already
    """
    addon = get_addon(kind, name)
    words = {
        "addon": addon,
        "name": name,
        "title": title,
        "class": "".join(part.capitalize() for part in name.split("_")),
        "host": name.replace("_", "-"),
        "page": PAGES[kind],
    }
    target = addons / addon
    if target.exists():
        raise SetupFailure(f"{target} is there already.", "choose another name")
    contract = contract_tests / f"test_{addon}_contract.py"
    made = {
        target / path: _fill(template, words)
        for folder in ("common", kind)
        for path, template in _iter_templates(TEMPLATES / folder)
    }
    made[contract] = _fill((TEMPLATES / "contract.py.txt").read_text(), words)
    if kind == "carrier":
        dialect = (TEMPLATES / "dialect.py.txt").read_text()
        made[dialects / f"{name}.py"] = _fill(dialect, words)
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return list(made)


def _iter_templates(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*.txt")):
        yield path.relative_to(folder).with_suffix(""), path.read_text()


def _fill(template: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: words[match[1]], template)
