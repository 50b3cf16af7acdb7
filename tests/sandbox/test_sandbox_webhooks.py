"""Subscriptions, signatures, retries, and webhooks that go wrong on demand."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
import yaml
from sandbox_support import Receiver, VendorClient, wait_until
from standardwebhooks import Webhook, WebhookVerificationError

from partner_sandbox.client import Sandbox
from partner_sandbox.contract.contract import Contract

Json = dict[str, Any]
SHIPMENT_TOPICS = (
    "order.shipped",
    "order.shipment.delivered",
    "order.shipment.exception",
    "order.shipment.on_hold",
    "order.shipment.cancelled",
)


@pytest.fixture
def secret(sandbox: Sandbox, vendor: VendorClient, receiver: Receiver) -> str:
    """A subscription to all shipment topics; its secret. Pens are in stock."""
    sandbox.catalogue({"sku": "PEN", "name": "Pen", "quantity": 100})
    return str(vendor.subscribe(receiver.url, *SHIPMENT_TOPICS)["secret"])


def ship(sandbox: Sandbox, vendor: VendorClient, *references: str) -> None:
    """Orders that are shipped, not delivered."""
    for reference in references:
        sandbox.plan(reference, ["pick", "pack", "ship"])
        vendor.order(reference, ("PEN", 1))
        sandbox.run(reference)


def verified(secret: str, post: tuple[dict[str, str], bytes]) -> bool:
    """Does the reference implementation accept this post?"""
    headers, body = post
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def test_a_shipment_is_announced_with_a_valid_signature(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    ship(sandbox, vendor, "SO1")
    receiver.wait(1)
    headers, body = receiver.posts[0]
    assert verified(secret, (headers, body))
    assert not verified(secret, (headers, body + b" "))
    assert headers["x-webhook-topic"] == "order.shipped"
    shown = json.loads(body)
    assert shown == vendor.get(f"/shipment/{shown['id']}")
    assert (shown["reference_id"], shown["status"]) == ("SO1", "Completed")
    sandbox.wait_webhooks()
    [delivery] = sandbox.webhooks(reference="SO1")
    assert delivery["id"] == headers["webhook-id"]
    assert [a["status"] for a in delivery["attempts"]] == [200]


def test_every_shipment_topic_carries_the_shipment(
    sandbox: Sandbox,
    vendor: VendorClient,
    receiver: Receiver,
    secret: str,
    contract: Contract,
) -> None:
    sandbox.plan("SO1", ["hold", "exception", "ship", "deliver"])
    vendor.order("SO1", ("PEN", 1))
    for _ in range(4):
        sandbox.advance("SO1")
    other = vendor.order("SO2", ("PEN", 1))
    vendor.post(f"/order/{other['id']}:cancel")
    receiver.wait(5)
    assert sorted(receiver.topics) == sorted(SHIPMENT_TOPICS)
    for payload in receiver.payloads:
        assert not contract.check_schema("Orders.ShipmentViewModel", payload)


def test_headers_are_those_of_the_vendors_webhook_document(
    sandbox: Sandbox,
    vendor: VendorClient,
    receiver: Receiver,
    secret: str,
    contracts_dir: Any,
) -> None:
    ship(sandbox, vendor, "SO1")
    receiver.wait(1)
    text = (contracts_dir / "shipbob/shipbob-webhooks-asyncapi.yml").read_text()
    document = yaml.safe_load(text)
    headers, _ = receiver.posts[0]
    schemas = document["components"]["schemas"]
    assert not set(schemas["WebhookHeaders"]["required"]) - set(headers)
    assert set(receiver.topics) <= set(document["channels"])
    assert headers["content-type"] == "application/json"


def test_label_announces_and_ship_does_not_repeat(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.plan("SO1", ["label", "ship", "deliver"])
    vendor.order("SO1", ("PEN", 1))
    sandbox.run("SO1")
    receiver.wait(2)
    assert receiver.topics == ["order.shipped", "order.shipment.delivered"]
    assert receiver.payloads[0]["status"] == "LabeledCreated"


def test_a_split_order_tells_what_left_then_what_is_missing(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    vendor.order("SO1", ("PEN", 103))
    sandbox.run("SO1")
    receiver.wait(3)
    assert receiver.topics == [
        "order.shipped",
        "order.shipment.exception",
        "order.shipment.delivered",
    ]
    shipped, missing, _ = receiver.payloads
    item = missing["products"][0]["inventory_items"][0]
    assert (item["quantity"], item["quantity_committed"]) == (3, 0)
    assert shipped["order_id"] == missing["order_id"]


def test_failed_deliveries_are_retried_with_the_same_id(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    receiver.answer = lambda n: 200 if n == 2 else 500
    ship(sandbox, vendor, "SO1")
    receiver.wait(3)
    sandbox.wait_webhooks()
    assert len({h["webhook-id"] for h, _ in receiver.posts}) == 1
    assert all(verified(secret, post) for post in receiver.posts)
    [delivery] = sandbox.webhooks()
    assert [a["status"] for a in delivery["attempts"]] == [500, 500, 200]
    assert delivery["state"] == "delivered"


def test_retries_end_and_the_endpoint_is_disabled_on_demand(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.settings(webhook_disable=True)
    receiver.answer = lambda _: 503
    ship(sandbox, vendor, "SO1")
    receiver.wait(4)
    sandbox.wait_webhooks()
    assert len(receiver.posts) == 4
    assert sandbox.webhooks()[0]["state"] == "failed"
    assert vendor.get("/webhook")["items"][0]["enabled"] is False


def test_events_of_one_order_leave_in_order(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    for n in range(10):
        vendor.order(f"SO{n}", ("PEN", 1))
        sandbox.run(f"SO{n}")
    receiver.wait(20)
    for n in range(10):
        mine = [
            h["x-webhook-topic"]
            for h, b in receiver.posts
            if json.loads(b)["reference_id"] == f"SO{n}"
        ]
        assert mine == ["order.shipped", "order.shipment.delivered"]


def test_duplicates_come_at_the_same_instant_with_one_id(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.rules({"action": "duplicate", "topic": "order.shipped", "count": 3})
    ship(sandbox, vendor, "SO1")
    receiver.wait(3)
    assert len({h["webhook-id"] for h, _ in receiver.posts}) == 1
    assert max(receiver.times) - min(receiver.times) < 0.5


def test_shuffled_webhooks_come_in_another_order(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.rules({"action": "shuffle", "window": 0.3})
    vendor.order("SO1", ("PEN", 1))
    sandbox.run("SO1")
    receiver.wait(2)
    assert receiver.topics == ["order.shipment.delivered", "order.shipped"]


def test_webhooks_are_doubled_and_shuffled_at_once(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.rules({"action": "shuffle", "window": 0.3}, {"action": "duplicate"})
    ship(sandbox, vendor, "SO1", "SO2", "SO3")
    receiver.wait(6)
    references = [p["reference_id"] for p in receiver.payloads]
    assert sorted(references) == ["SO1", "SO1", "SO2", "SO2", "SO3", "SO3"]
    assert references != sorted(references)


def test_delayed_webhooks_come_later(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    rule = {"action": "delay", "topic": "order.shipped", "seconds": 0.4}
    sandbox.rules(rule)
    start = time.monotonic()
    ship(sandbox, vendor, "SO1")
    receiver.wait(1)
    assert receiver.times[0] - start >= 0.4


def test_dropped_webhooks_come_only_when_replayed(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.rules({"action": "drop", "reference": "SO1"})
    ship(sandbox, vendor, "SO1", "SO2")
    receiver.wait(1)
    sandbox.wait_webhooks()
    assert [p["reference_id"] for p in receiver.payloads] == ["SO2"]
    [dropped] = sandbox.webhooks(state="dropped")
    assert sandbox.replay(reference="SO1") == 1
    receiver.wait(2)
    assert receiver.posts[1][0]["webhook-id"] == dropped["id"]
    assert sandbox.replay(since="2999-01-01") == 0


def test_a_wrong_signature_is_followed_by_a_right_one(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    receiver.answer = lambda n: 401 if n == 0 else 200
    sandbox.rules({"action": "wrong_signature", "times": 1})
    ship(sandbox, vendor, "SO1")
    receiver.wait(2)
    assert [verified(secret, post) for post in receiver.posts] == [False, True]


def test_an_old_timestamp_is_signed_and_too_old(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.rules({"action": "old_timestamp", "seconds": 900, "times": 1})
    ship(sandbox, vendor, "SO1")
    receiver.wait(1)
    headers, body = receiver.posts[0]
    assert 895 < time.time() - int(headers["webhook-timestamp"]) < 910
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(body, headers)


def test_an_altered_body_follows_with_the_same_id(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.rules({"action": "altered_body", "set": {"gift_message": "changed"}})
    ship(sandbox, vendor, "SO1")
    receiver.wait(2)
    assert len({h["webhook-id"] for h, _ in receiver.posts}) == 1
    messages = [p["gift_message"] for p in receiver.payloads]
    assert messages == [None, "changed"]
    assert all(verified(secret, post) for post in receiver.posts)


def test_an_unknown_topic_comes_beside_the_real_one(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.rules({"action": "unknown_topic"})
    ship(sandbox, vendor, "SO1")
    receiver.wait(2)
    assert receiver.topics == ["order.shipped", "order.shipment.teleported"]


def test_webhooks_are_sent_by_hand(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sent = sandbox.send_webhook("order.shipped", payload={"id": 5}, webhook_id="msg_x")
    assert sent == {"webhook_id": "msg_x", "status": 200, "error": None}
    sandbox.send_webhook("order.shipped", payload={}, signature="bad")
    sandbox.send_webhook("order.shipped", payload={}, signature="missing")
    sandbox.send_webhook("order.shipped", raw="{not json", headers={"X-Extra": "1"})
    ship(sandbox, vendor, "SO1")
    number = sandbox.order("SO1")["shipments"][0]["id"]
    sandbox.send_webhook("order.shipped", shipment_id=number)
    receiver.wait(6)
    assert verified(secret, receiver.posts[0])
    assert not verified(secret, receiver.posts[1])
    assert "webhook-signature" not in receiver.posts[2][0]
    assert receiver.posts[3][1] == b"{not json"
    assert receiver.posts[3][0]["x-extra"] == "1"
    assert json.loads(receiver.posts[-1][1])["id"] == number


def test_a_receiver_that_is_gone_is_told_as_an_error(
    sandbox: Sandbox, vendor: VendorClient
) -> None:
    vendor.subscribe("http://127.0.0.1:9/hook", "order.shipped")
    sent = sandbox.send_webhook("order.shipped", payload={})
    assert (sent["status"], sent["error"]) == (None, "ConnectionError")


def test_a_subscription_shows_its_secret_once(
    vendor: VendorClient, receiver: Receiver
) -> None:
    made = vendor.subscribe(receiver.url, "order.shipped")
    [listed] = vendor.get("/webhook")["items"]
    secret = made.pop("secret")
    assert listed == made | {"enabled": True}
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 24
    vendor.call("DELETE", f"/webhook/{made['id']}", status=204)
    assert vendor.get("/webhook")["items"] == []


def test_the_callers_own_secret_signs(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver
) -> None:
    secret = "whsec_" + base64.b64encode(b"k" * 24).decode()
    body = {"url": receiver.url, "topics": ["order.shipped"], "secret": secret}
    assert vendor.post("/webhook", body)["secret"] == secret
    sandbox.send_webhook("order.shipped", payload={})
    assert verified(secret, receiver.posts[0])


@pytest.mark.parametrize(
    "change",
    [
        {"url": "http://example.com/hook"},
        {"url": "not a url"},
        {"topics": []},
        {"topics": ["order.teleported"]},
        {"secret": "whsec_!!!"},
    ],
)
def test_a_bad_subscription_is_refused(
    vendor: VendorClient, receiver: Receiver, change: Json
) -> None:
    body = {"url": receiver.url, "topics": ["order.shipped"], **change}
    assert vendor.post("/webhook", body, status=422)["status_code"] == 422


def test_subscriptions_come_in_pages(vendor: VendorClient, receiver: Receiver) -> None:
    made = [vendor.subscribe(receiver.url, "order.shipped")["id"] for _ in range(3)]
    page = vendor.get("/webhook", RecordsPerPage=2)
    assert [s["id"] for s in page["items"]] == made[:2]
    following = vendor.session.get(page["next"], headers=vendor.headers).json()
    assert [s["id"] for s in following["items"]] == made[2:]
    assert following["next"] is None
    assert not vendor.sandbox.violations()["items"]


def test_a_slow_receiver_does_not_hold_up_other_orders(
    sandbox: Sandbox, vendor: VendorClient, receiver: Receiver, secret: str
) -> None:
    sandbox.settings(webhook_timeout=0.3, webhook_retries=[0])
    receiver.answer = lambda n: time.sleep(0.05) or 200  # type: ignore[func-returns-value]
    ship(sandbox, vendor, *(f"SO{n}" for n in range(16)))
    wait_until(lambda: len(receiver.posts) == 16, seconds=3)
