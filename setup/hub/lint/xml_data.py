"""XML data files are valid for Odoo and all of them are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from hub import addon_files
from hub.install import odoo_origin

DATA_FOLDERS = ("data", "demo", "views", "security", "wizards", "report")


def check(folders: Sequence[Path]) -> list[str]:
    grammar = odoo_origin.chosen().root / "odoo" / "import_xml.rng"
    schema = etree.RelaxNG(etree.parse(str(grammar)))
    found: list[str] = []
    for folder in folders:
        listed = _listed(folder)
        found += [
            f"{folder.name}: the manifest lists {name}, which is absent"
            for name in sorted(listed)
            if not (folder / name).is_file()
        ]
        for path in _files(folder):
            name = str(path.relative_to(folder))
            found += [
                f"{folder.name}/{name}: {text}" for text in _problems(path, schema)
            ]
            if name not in listed:
                found.append(f"{folder.name}/{name}: no manifest key loads it")
    return found


def _listed(folder: Path) -> set[str]:
    manifest = addon_files.manifest(folder)
    return {*manifest.get("data", []), *manifest.get("demo", [])}


def _files(folder: Path) -> Iterator[Path]:
    for name in DATA_FOLDERS:
        yield from sorted((folder / name).rglob("*.xml"))


def _problems(path: Path, schema: etree.RelaxNG) -> list[str]:
    try:
        document = etree.parse(str(path))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    if schema.validate(document):
        return []
    return [f"line {error.line}: {error.message}" for error in schema.error_log]
