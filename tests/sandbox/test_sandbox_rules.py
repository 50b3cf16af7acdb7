"""Answers that go wrong on demand."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from sandbox_support import VendorClient, order_body

from partner_sandbox.client import Sandbox, SandboxError


@pytest.fixture(autouse=True)
def _stock(sandbox: Sandbox) -> None:
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 1000})


def post_order(vendor: VendorClient, reference: str) -> requests.Response:
    """Create an order, unchecked."""
    return vendor.session.post(
        f"{vendor.sandbox.dialect_url()}/2026-01/order",
        json=order_body(reference, ("PEN", 1)),
        headers=vendor.headers,
        timeout=3,
    )


def references(sandbox: Sandbox) -> list[str]:
    """Orders in the books."""
    return [o["reference"] for o in sandbox.books()["orders"]]


def test_a_timeout_after_the_work_leaves_exactly_one_order(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    rule = {"action": "timeout_after_commit", "method": "POST", "times": 1}
    sandbox.rules({**rule, "path": "/order$", "reference": "SO1"})
    with pytest.raises(requests.ConnectionError):
        post_order(vendor, "SO1")
    assert post_order(vendor, "SO1").status_code == 422
    found = vendor.get("/order", ReferenceIds="SO1")
    assert [o["reference_id"] for o in found] == ["SO1"]
    assert references(sandbox) == ["SO1"]
    assert sandbox.books()["stock"]["PEN"]["committed"] == 1
    statuses = [r["status"] for r in sandbox.requests()["items"]]
    assert statuses == [None, 422, 200]


def test_a_hung_answer_never_comes(sandbox: Sandbox, vendor: VendorClient) -> None:
    rule = {"action": "timeout_after_commit", "mode": "hang", "seconds": 5}
    sandbox.rules({**rule, "times": 1})
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{sandbox.dialect_url()}/2026-01/order",
            json=order_body("SO1", ("PEN", 1)),
            headers=vendor.headers,
            timeout=0.3,
        )
    assert references(sandbox) == ["SO1"]


def test_a_socket_cut_before_leaves_no_order(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.rules({"action": "cut_before", "times": 1})
    with pytest.raises(requests.ConnectionError):
        post_order(vendor, "SO1")
    assert references(sandbox) == []


@pytest.mark.parametrize(
    ("rule", "status", "retry"),
    [
        ({"action": "status", "status": 500}, 500, None),
        ({"action": "status", "status": 503, "retry_after": 7}, 503, "7"),
        ({"action": "status", "status": 429, "retry_after": 3}, 429, "3"),
        ({"action": "status", "status": 429}, 429, "1"),
        ({"action": "unauthorized"}, 401, None),
    ],
)
def test_statuses_are_told_and_nothing_is_done(
    sandbox: Sandbox,
    vendor: VendorClient,
    rule: dict[str, Any],
    status: int,
    retry: str | None,
) -> None:
    sandbox.rules({**rule, "times": 2})
    answers = [post_order(vendor, "SO1") for _ in range(3)]
    assert [a.status_code for a in answers] == [status, status, 201]
    assert answers[0].headers.get("Retry-After") == retry
    assert references(sandbox) == ["SO1"]


def test_a_malformed_answer_comes_after_the_work(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.rules({"action": "malformed", "times": 1})
    with pytest.raises(requests.exceptions.JSONDecodeError):
        post_order(vendor, "SO1").json()
    assert references(sandbox) == ["SO1"]


def test_latency_only_delays(sandbox: Sandbox, vendor: VendorClient) -> None:
    sandbox.rules({"action": "latency", "seconds": 0.3, "times": 1})
    start = time.monotonic()
    assert post_order(vendor, "SO1").status_code == 201
    assert time.monotonic() - start >= 0.3


def test_a_rule_matches_method_path_and_reference(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.rules({"action": "status", "status": 500, "reference": "^SO2$"})
    assert post_order(vendor, "SO1").status_code == 201
    assert post_order(vendor, "SO2").status_code == 500
    sandbox.clear_rules()
    order = post_order(vendor, "SO2").json()
    sandbox.rules({"action": "status", "status": 503, "method": "get", "path": "ship"})
    vendor.get(f"/order/{order['id']}")
    vendor.get(f"/order/{order['id']}/shipment", status=503, undocumented=True)


def test_a_rule_may_skip_the_first_matches(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.rules({"action": "status", "status": 500, "skip": 2, "times": 1})
    statuses = [post_order(vendor, f"SO{n}").status_code for n in range(4)]
    assert statuses == [201, 201, 500, 201]


def test_a_rule_may_strike_each_order_once(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    rule = {"action": "timeout_after_commit", "method": "POST", "path": "/order$"}
    sandbox.rules({**rule, "times": 1, "per_reference": True})
    for n in range(5):
        with pytest.raises(requests.ConnectionError):
            post_order(vendor, f"SO{n}")
        assert post_order(vendor, f"SO{n}").status_code == 422
    assert references(sandbox) == [f"SO{n}" for n in range(5)]


def test_chance_is_the_same_in_every_run(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    runs = []
    for _ in range(2):
        sandbox.reset()
        sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 1000})
        sandbox.rules({"action": "status", "status": 500, "probability": 0.5})
        runs.append([post_order(vendor, f"SO{n}").status_code for n in range(40)])
    assert runs[0] == runs[1]
    assert 5 < runs[0].count(500) < 35


def test_rules_show_their_hits_and_are_removed_one_by_one(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    first, second = sandbox.rules(
        {"action": "status", "status": 500, "times": 1},
        {"action": "status", "status": 503},
    )
    post_order(vendor, "SO1")
    assert [(r["hits"], r["times"]) for r in sandbox.get_rules()] == [(1, 1), (1, None)]
    sandbox.clear_rules(second)
    assert [r["id"] for r in sandbox.get_rules()] == [first]


def test_an_unknown_rule_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="unknown action 'explode'"):
        sandbox.rules({"action": "explode"})
    with pytest.raises(SandboxError, match="400"):
        sandbox.rules({"action": "drop", "path": "("})
    assert sandbox.get_rules() == []


def test_the_rate_limit_answers_429_until_its_window_has_passed(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    sandbox.settings(rate_limit={"requests": 3, "seconds": 1})
    answers = [post_order(vendor, f"SO{n}") for n in range(5)]
    assert [a.status_code for a in answers] == [201, 201, 201, 429, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    time.sleep(1.05)
    assert post_order(vendor, "SO9").status_code == 201
