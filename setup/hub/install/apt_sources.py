"""Find this machine's Debian mirror in its own apt sources (pure text work).

We never write a mirror's host into the repository: whatever the machine uses for
Debian is used for the one package we need from another suite as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEFAULT_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_SIDE_SUITE = re.compile(r"-(security|updates|backports|proposed-updates)\b|/updates$")
_ONE_LINE = re.compile(
    r"^deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<rest>.+)$"
)


@dataclass(frozen=True)
class Source:
    """One binary package source: where, which suites, whose signature."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    keyring: str = DEFAULT_KEYRING

    @property
    def is_main_archive(self) -> bool:
        """True for the archive proper, not security, updates or third parties."""
        return (
            "main" in self.components
            and "security" not in self.uri
            and any(not _SIDE_SUITE.search(suite) for suite in self.suites)
            and not any(suite.endswith("/") for suite in self.suites)
        )


def parse_deb822(text: str) -> Iterator[Source]:
    """Sources of a ``*.sources`` file; disabled and source-only stanzas left out."""
    for stanza in re.split(r"\n[ \t]*\n", text):
        fields = _fields(stanza)
        wanted = "deb" in fields.get("types", "").split()
        if not wanted or fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        for uri in fields.get("uris", "").split():
            yield Source(
                uri,
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
                _keyring(fields.get("signed-by", "")),
            )


def _fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1] in (" ", "\t"):
            fields[name] = f"{fields.get(name, '')} {line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def parse_one_line(text: str) -> Iterator[Source]:
    """Sources of ``sources.list`` and ``*.list`` files."""
    for line in text.splitlines():
        match = _ONE_LINE.match(line.split("#", 1)[0].strip())
        if not match:
            continue
        suite, *components = match["rest"].split()
        options = dict(
            option.split("=", 1)
            for option in (match["options"] or "").split()
            if "=" in option
        )
        yield Source(
            match["uri"],
            (suite,),
            tuple(components),
            _keyring(options.get("signed-by", "")),
        )


def _keyring(value: str) -> str:
    """A keyring path as given, or Debian's own where it is absent or inline."""
    first = value.split(",")[0].strip()
    return first if first.startswith("/") else DEFAULT_KEYRING


def main_archive(sources: Iterator[Source] | list[Source]) -> Source | None:
    """The source to ask for other suites of the same archive.

    Debian's own keyring is the mark of Debian's archive, so a third party's
    repository that also calls its component "main" comes second.
    """
    candidates = [source for source in sources if source.is_main_archive]
    candidates.sort(key=lambda source: "debian-archive" not in source.keyring)
    return candidates[0] if candidates else None
