"""Addons document themselves in one style: OCA's fragments."""

import pytest

from hub.lint import completeness


@pytest.fixture
def addon(tmp_path):
    folder = tmp_path / "logistics_example"
    for name, text in {
        "readme/DESCRIPTION.md": "What it is.",
        "tests/test_example.py": "",
        "pyproject.toml": '[build-system]\nbuild-backend = "whool.buildapi"\n',
        "__manifest__.py": "{'license': 'LGPL-3', 'version': '19.0.1.0.0',"
        " 'author': 'Logistics Hub contributors'}",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_an_addon_with_fragments_is_complete(addon):
    (addon / "readme" / "ROADMAP.md").write_text("Known limits.")
    assert not completeness.check([addon])


def test_an_addon_without_a_description_is_found(addon):
    (addon / "readme" / "DESCRIPTION.md").unlink()
    assert completeness.check([addon]) == [
        "logistics_example: has no readme/DESCRIPTION.md"
    ]


def test_a_second_style_of_readme_is_found(addon):
    (addon / "README.md").write_text("# Example")
    (addon / "readme" / "NOTES.md").write_text("Anything.")
    found = completeness.check([addon])
    assert [line.split(": ")[1].split(" ")[0] for line in found] == [
        "readme/NOTES.md",
        "README.md",
    ]
