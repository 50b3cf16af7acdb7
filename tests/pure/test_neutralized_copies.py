"""A neutralized copy of production keeps nothing that names an account."""

import re
from pathlib import Path

import pytest

ADDONS = Path(__file__).parents[2] / "addons"
FILES = sorted(ADDONS.glob("*/data/neutralize.sql"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_what_a_former_connector_left_is_neutralized_as_well(path) -> None:
    assert "connector" not in re.sub("--.*", "", path.read_text())


def test_all_vendors_are_looked_at() -> None:
    assert len(FILES) >= 6
