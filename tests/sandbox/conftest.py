"""Fixtures: one sandbox process for the layer, emptied before each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_support import Receiver, VendorClient

from partner_sandbox.client import Sandbox
from partner_sandbox.contract.contract import Contract
from partner_sandbox.dialects.shipbob import ShipBob

PROJECT = Path(__file__).resolve().parents[2]
FILE = "shipbob/shipbob-openapi.json"


def contract_folder() -> Path | None:
    """The vendors' contracts, if this machine has them; CI must."""
    default = PROJECT.parent / "shared" / "contracts"
    folder = Path(os.environ.get("CONTRACTS_DIR") or default)
    if (folder / FILE).is_file():
        return folder
    if os.environ.get("CI"):
        pytest.fail("no contract files: set CONTRACTS_DIR to their folder")
    return None


@pytest.fixture(scope="session")
def any_contract() -> Contract | None:
    """ShipBob's contract, or None on a machine without the files."""
    folder = contract_folder()
    return ShipBob.read_contract(folder) if folder else None


@pytest.fixture
def contract(any_contract: Contract | None) -> Contract:
    """ShipBob's contract; skips without the files."""
    if any_contract is None:
        pytest.skip("no contract files: set CONTRACTS_DIR to their folder")
    return any_contract


@pytest.fixture(scope="session")
def process() -> Iterator[Sandbox]:
    """The sandbox process; steps are made by hand unless a test says else."""
    with Sandbox.start(contracts_dir=contract_folder(), delay=0.01) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    """An empty sandbox in manual mode, with quick webhook retries."""
    process.reset()
    process.settings(mode="manual", webhook_retries=[0, 0.05, 0.05, 0.05])
    return process


@pytest.fixture
def vendor(sandbox: Sandbox, any_contract: Contract | None) -> VendorClient:
    """A client of ShipBob's API whose answers are checked."""
    return VendorClient(sandbox, any_contract)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook receiver on this machine."""
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def clean(sandbox: Sandbox) -> Iterator[None]:
    """The test's requests must all have followed the contract."""
    yield
    assert not sandbox.violations()["items"]
