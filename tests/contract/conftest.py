"""The vendors' documents, read once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from shipbob_document import read
from vendor_contract import VendorContract


@pytest.fixture(scope="session")
def shipbob(contracts_dir: Path) -> VendorContract:
    """ShipBob's REST operations."""
    return read()


@pytest.fixture(scope="session")
def shipbob_webhooks(contracts_dir: Path) -> dict:
    """ShipBob's webhooks, as AsyncAPI."""
    path = contracts_dir / "shipbob" / "shipbob-webhooks-asyncapi.yml"
    return yaml.safe_load(path.read_text())
