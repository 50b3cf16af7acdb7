"""The process: its line, its end, its speed, and life without contracts."""

from __future__ import annotations

import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sandbox_support import Receiver, VendorClient, order_body

from partner_sandbox.client import Sandbox, SandboxError


@pytest.fixture
def bare(tmp_path: Path) -> VendorClient:
    """A client of a sandbox that finds no contracts."""
    log = (tmp_path / "stderr").open("w")
    running = Sandbox.spawn(contracts_dir=tmp_path, token="other", delay=0, stderr=log)
    yield VendorClient(running, None)
    running.stop()


def test_without_contracts_it_runs_with_its_own_checks(
    bare: VendorClient, tmp_path: Path
) -> None:
    sandbox = bare.sandbox
    assert sandbox.contracts is False
    assert set(sandbox.health()["contracts"].values()) == {False}
    assert "no contract at" in (tmp_path / "stderr").read_text()
    sandbox.catalogue({"sku": "PEN", "quantity": 5})
    bare.order("SO1", ("PEN", 1))
    bare.post("/order", {"reference_id": "SO2"}, status=400)
    bare.post("/order", order_body("SO2", ("PEN", 1)) | {"type": "Gift"}, status=400)
    body = order_body("SO2", {"reference_id": "PEN", "quantity": "many"})
    bare.post("/order", body, status=400)
    bare.post("/order", order_body("SO2") | {"recipient": {"name": "A"}}, status=400)
    assert sandbox.violations() == {"count": None, "items": []}
    assert [r["violations"] for r in sandbox.requests()["items"]] == [None] * 5


def test_it_ends_quickly_whatever_is_going_on(tmp_path: Path) -> None:
    receiver = Receiver()
    receiver.answer = lambda _: time.sleep(10) or 200  # type: ignore[func-returns-value]
    running = Sandbox.spawn(contracts_dir=tmp_path, delay=0)
    vendor = VendorClient(running, None)
    running.catalogue({"sku": "PEN", "quantity": 5})
    vendor.subscribe(receiver.url, "order.shipped")
    running.rules(
        {"action": "timeout_after_commit", "mode": "hang", "path": "/channel"}
    )
    vendor.order("SO1", ("PEN", 1))
    url = f"{running.dialect_url()}/2026-01/channel"
    with pytest.raises(requests.ReadTimeout):
        requests.get(url, headers=vendor.headers, timeout=0.2)
    assert running.process
    start = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=5) == 0
    assert time.monotonic() - start < 2
    running.stop()
    receiver.stop()


def test_a_port_in_use_ends_it_with_an_error(process: Sandbox) -> None:
    port = int(process.url.rsplit(":", 1)[1])
    with pytest.raises(SandboxError, match="did not start"):
        Sandbox.spawn(port=port, stderr=subprocess.DEVNULL)


def test_many_clients_are_served_at_once(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 10_000})
    url = f"{sandbox.dialect_url()}/2026-01/order"

    def post(worker: int) -> int:
        with requests.Session() as session:
            for n in range(50):
                body = order_body(f"W{worker}-{n}", ("PEN", 1))
                answer = session.post(url, json=body, headers=vendor.headers)
                assert answer.status_code == 201, answer.text
        return 50

    start = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(post, range(8)))
    rate = done / (time.monotonic() - start)
    assert sandbox.books()["stock"]["PEN"]["committed"] == done
    assert sandbox.requests()["count"] == done
    assert sandbox.violations()["items"] == []
    assert rate > 50, f"{rate:.0f} orders/s"


def test_the_same_reference_at_once_makes_one_order(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 100})
    url = f"{sandbox.dialect_url()}/2026-01/order"
    body = order_body("SO1", ("PEN", 1))

    def post(_: int) -> int:
        return requests.post(url, json=body, headers=vendor.headers).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(post, range(16)))
    assert statuses == [201] + [422] * 15
    assert len(sandbox.books()["orders"]) == 1


def test_a_connection_is_kept_alive(vendor: VendorClient) -> None:
    vendor.get("/channel")
    assert vendor.last is not None
    assert vendor.last.raw.version == 11
    assert vendor.last.headers.get("Connection") != "close"


def test_reset_empties_everything(sandbox: Sandbox, vendor: VendorClient) -> None:
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 100})
    first = vendor.order("SO1", ("PEN", 1))
    vendor.subscribe("http://127.0.0.1:9/hook", "order.shipped")
    sandbox.rules({"action": "drop"})
    sandbox.reset()
    assert sandbox.books() == {"orders": [], "stock": {}}
    assert sandbox.requests()["count"] == 0
    assert sandbox.get_rules() == []
    assert vendor.get("/webhook")["items"] == []
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 100})
    assert vendor.order("SO1", ("PEN", 1))["id"] == first["id"]


def test_control_calls_refuse_what_they_do_not_know(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="404"):
        sandbox.call("GET", "/nothing")
    with pytest.raises(SandboxError, match="no order 'SO9'"):
        sandbox.advance("SO9")
    with pytest.raises(SandboxError, match="unknown setting 'speed'"):
        sandbox.settings(speed=1)
    with pytest.raises(SandboxError, match="is one of"):
        sandbox.settings(mode="quick")
    with pytest.raises(SandboxError, match="reference_id or sku"):
        sandbox.catalogue({"name": "nameless"})
    with pytest.raises(SandboxError, match="no webhook subscription"):
        sandbox.send_webhook("order.shipped", payload={})
