"""Which mirror this machine uses for Debian, from its apt sources."""

from hub.install import apt_sources

DEB822 = """\
# a comment
Types: deb deb-src
URIs: mirror+file:/etc/apt/mirrors/debian.list
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main
"""
VENDOR = "deb [signed-by=/etc/apt/vendor.gpg] https://vendor.test/apt stable main\n"
ONE_LINE = """\
# deb http://commented.test/debian bookworm main
deb-src http://source.test/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \
http://mirror.test/debian bookworm main non-free  # ours
deb http://mirror.test/debian-security bookworm-security main
deb http://flat.test/ ./
"""


def test_deb822_stanzas_become_sources():
    first, security = apt_sources.parse_deb822(DEB822)
    assert first.uri == "mirror+file:/etc/apt/mirrors/debian.list"
    assert first.suites == ("bookworm", "bookworm-updates")
    assert first.is_main_archive
    assert not security.is_main_archive


def test_disabled_and_source_only_stanzas_are_left_out():
    disabled = DEB822.replace("Components: main\n", "Components: main\nEnabled: no\n")
    source_only = DEB822.replace("Types: deb deb-src", "Types: deb-src")
    assert len(list(apt_sources.parse_deb822(disabled))) == 1
    assert len(list(apt_sources.parse_deb822(source_only))) == 1


def test_an_inline_key_means_debians_own_keyring():
    inline = "Types: deb\nURIs: http://m.test/debian\nSuites: trixie\n"
    inline += "Components: main\nSigned-By:\n -----BEGIN PGP-----\n .\n abc\n"
    (source,) = apt_sources.parse_deb822(inline)
    assert source.keyring == apt_sources.DEFAULT_KEYRING


def test_one_line_entries_become_sources():
    sources = list(apt_sources.parse_one_line(ONE_LINE))
    assert [source.uri for source in sources] == [
        "http://mirror.test/debian",
        "http://mirror.test/debian-security",
        "http://flat.test/",
    ]
    assert sources[0].components == ("main", "non-free")
    assert [source.is_main_archive for source in sources] == [True, False, False]


def test_debians_archive_comes_before_a_vendors():
    sources = list(apt_sources.parse_one_line(VENDOR + ONE_LINE))
    found = apt_sources.main_archive(sources)
    assert found is not None
    assert found.uri == "http://mirror.test/debian"


def test_no_archive_is_no_answer():
    assert apt_sources.main_archive([]) is None
