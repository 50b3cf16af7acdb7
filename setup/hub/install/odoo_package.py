"""Odoo 19 from Debian's own package, unpacked privately.

The package is in a rolling suite that this machine need not follow: a private
source list, package lists and cache leave the system's apt alone. Nothing of it is
installed; ``dpkg -x`` unpacks it into the state folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from hub import paths, progress
from hub.failure import SetupFailure
from hub.machine import command

from . import apt_sources

PACKAGE = "odoo-19"
SUITE = "sid"
PYTHON_FOLDER = Path("usr/lib/python3/dist-packages")
# Folders the package reaches by relative links into the system's /usr/share.
SYSTEM_LINKS = ("javascript", "fonts-font-awesome", "fonts/truetype")
# Left out of the package; its console error would fail every Odoo tour.
MISSING_STUB = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
OTHER_WAYS = (
    "set ODOO_SOURCE to a checkout of Odoo's branch 19.0, or use docker-compose.yml"
)


def folder() -> Path:
    return paths.state("odoo")


def ensure() -> Path:
    """The folder to import ``odoo`` from; fetches and unpacks it when absent."""
    if not folder().is_dir():
        _unpack(_cached_download())
    return folder() / PYTHON_FOLDER


def _cached_download() -> Path:
    """The package file, from the user's cache or from this machine's mirror."""
    cache = paths.cache_folder("odoo")
    for known in sorted(cache.glob(f"{PACKAGE}_*.deb"), reverse=True):
        if _checksum_file(known).is_file() and _intact(known):
            progress.say(f"Odoo 19 from the download cache: {known.name}")
            return known
        known.unlink()
    with progress.step("Downloading Odoo 19 (about 125 MB)"):
        return _download(cache)


def _checksum_file(package: Path) -> Path:
    return package.with_suffix(".sha256")


def _intact(package: Path) -> bool:
    return _checksum_file(package).read_text().strip() == _sha256(package)


def _sha256(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            total.update(block)
    return total.hexdigest()


def _download(cache: Path) -> Path:
    source = _own_source()
    log = paths.log_file("odoo-download")
    # In the cache's own folder so that the last step is a rename, not a copy.
    with tempfile.TemporaryDirectory(dir=cache) as name:
        work = Path(name)
        work.chmod(0o755)
        options = _apt_options(work, source)
        for verb in (["update"], ["download", PACKAGE]):
            command.run(
                ["apt-get", *options, *verb],
                log=log,
                problem=f"Debian's package {PACKAGE} ({SUITE}) could not be fetched.",
                remedy=f"check that apt-get update works here; otherwise {OTHER_WAYS}",
                cwd=work,
            )
        found = next(work.glob(f"{PACKAGE}_*.deb"))
        target = cache / found.name
        _checksum_file(target).write_text(_sha256(found) + "\n")
        found.replace(target)
    return target


def _own_source() -> apt_sources.Source:
    etc = Path("/etc/apt")
    sources: list[apt_sources.Source] = []
    for path in sorted(etc.glob("sources.list.d/*.sources")):
        sources += apt_sources.parse_deb822(path.read_text(errors="replace"))
    for path in [etc / "sources.list", *sorted(etc.glob("sources.list.d/*.list"))]:
        if path.is_file():
            sources += apt_sources.parse_one_line(path.read_text(errors="replace"))
    found = apt_sources.main_archive(sources)
    if found is None:
        raise SetupFailure(
            "No Debian archive among this machine's apt sources.", OTHER_WAYS
        )
    return found


def _apt_options(work: Path, source: apt_sources.Source) -> list[str]:
    listing = work / "odoo.list"
    listing.write_text(f"deb [signed-by={source.keyring}] {source.uri} {SUITE} main\n")
    for part in ("lists/partial", "cache/archives/partial"):
        (work / part).mkdir(parents=True)
    settings = {
        "Dir::Etc::sourcelist": listing,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::Lists": work / "lists",
        "Dir::Cache": work / "cache",
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    return [f"-o{name}={value}" for name, value in settings.items() if value]


def _unpack(package: Path) -> None:
    partial = paths.state("odoo.partial")
    shutil.rmtree(partial, ignore_errors=True)
    with progress.step("Unpacking Odoo 19"):
        command.run(
            ["dpkg", "-x", package, partial],
            log=paths.log_file("odoo-unpack"),
            problem=f"{package.name} could not be unpacked.",
            remedy="check the free disk space (3 GB are needed), then run this again",
        )
        _mend(partial)
        partial.rename(folder())


def _mend(root: Path) -> None:
    """Give the unpacked package what it expects from an installed system."""
    for name in SYSTEM_LINKS:
        link = root / "usr/share" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(Path("/usr/share") / name)
    stub = root / PYTHON_FOLDER / MISSING_STUB
    if not stub.exists():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* left out of Debian's package; video blur is unused */\n")
