"""A neutralized copy of production keeps nothing that names an account."""

import re
from pathlib import Path

import pytest

ADDONS = Path(__file__).parents[2] / "addons"
FILES = sorted(ADDONS.glob("*/data/neutralize.sql"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_what_a_former_connector_left_is_neutralized_as_well(path) -> None:
    assert not re.search(r"\bconnector\s*=\s*'\w", path.read_text())


def test_the_files_are_found() -> None:
    assert len(FILES) >= 2
